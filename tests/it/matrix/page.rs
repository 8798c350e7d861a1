//! `docs/interop.md`, made from the plan.

use std::fmt::Write;

use super::plan::{EXCEPTIONS, Exception, LIBRARIES, Library, Meeting, Outcome, PAIRS, Pair};

pub const PAGE: &str = "docs/interop.md";

const HEAD: &str = "\
# Which talks to which

Each ✓ stands for conversations that the tests hold, all of them: the library is either of the two patterns, either side binds, over each
of its transports, with and without CURVE (the side that binds is the server), with and without heartbeats. In each conversation the
first pattern sends messages of one frame, of many, of empty frames at every place, and of a megabyte, and the other checks every byte
and sends it back if the pattern has a way back.

A dash stands for what there is nothing to try of, ✗ for what is tried and fails each time in the way that the note says: if it ever
works, the test fails, and this page is changed.

Written by `cargo xtask interop --page` from `tests/it/matrix/plan.rs`; a test keeps it true. `cargo xtask test` holds the
conversations with ferromq and pyzmq, `cargo xtask interop` those with zeromq.js, `cargo xtask interop --all` those with the
others, too.

## The libraries

| library | is | transports | CURVE | heartbeats | conversations |
|---|---|---|---|---|---|
";

pub fn page() -> String {
    let mut page = String::from(HEAD);
    for library in LIBRARIES {
        let transports: Vec<_> =
            library.transports.iter().map(|transport| format!("{transport:?}").to_lowercase()).collect();
        let tried = library.meetings().iter().filter(|meeting| is_tried(library, meeting)).count();
        let [curve, heartbeats] = [library.curve, library.heartbeats].map(|has| if has { "✓" } else { "–" });
        let Library { name, version, is, .. } = library;
        let transports = transports.join(", ");
        let _ =
            writeln!(page, "| {name} {version} | {is} | {transports} | {curve} | {heartbeats} | {tried} |");
    }
    page += "\n## The patterns\n\n| first / second |";
    LIBRARIES.iter().for_each(|library| page += &format!(" {} |", library.name));
    page += &format!("\n|---|{}\n", "---|".repeat(LIBRARIES.len()));
    for pair in PAIRS {
        let _ = write!(page, "| {} / {} |", pair.speaks, pair.answers);
        LIBRARIES.iter().for_each(|library| page += &format!(" {} |", cell(library, pair)));
        page += "\n";
    }
    page += "\nSTREAM is plain TCP: only over tcp, without CURVE and heartbeats. The patterns from CLIENT on are drafts, whose messages \
             have one frame.\nPEER, whose sockets have to know whom they connected to, and DGRAM, which is UDP, have tests of their \
             own.\n\n\
             ## Notes\n\n";
    for (number, exception) in EXCEPTIONS.iter().enumerate() {
        let _ = writeln!(page, "{}. {}", number + 1, exception.note);
    }
    page
}

fn is_tried(library: &Library, meeting: &Meeting) -> bool {
    library.exception(meeting).is_none_or(|exception| matches!(exception.outcome, Outcome::Fails(_)))
}

/// Whether all conversations of the pair come about, and the notes on those that do not.
fn cell(library: &Library, pair: Pair) -> String {
    let of_pair = library.meetings().into_iter().filter(|meeting| meeting.pair == pair);
    let outcomes: Vec<Option<&Exception>> = of_pair.map(|meeting| library.exception(&meeting)).collect();
    let mut sign =
        match outcomes.iter().flatten().any(|exception| matches!(exception.outcome, Outcome::Fails(_))) {
            true => "✗",
            false => "–",
        };
    if outcomes.iter().any(Option::is_none) {
        sign = "✓";
    }
    let applying = EXCEPTIONS.iter().enumerate().filter(|(_, exception)| {
        outcomes.iter().flatten().any(|applying| std::ptr::eq(*applying, *exception))
    });
    let notes: Vec<String> = applying.map(|(number, _)| (number + 1).to_string()).collect();
    match (sign, notes.is_empty()) {
        (_, true) => sign.to_owned(),
        ("✓", false) => format!("✓ except [{}](#notes)", notes.join(", ")),
        _ => format!("{sign} [{}](#notes)", notes.join(", ")),
    }
}
