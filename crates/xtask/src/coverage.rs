//! docs/coverage.md: every name of zmq.h, and where it is in ferromq or why it is not.
//!
//! The source tells where: an item that stands for something in C has `#[doc(alias = "...")]` with that name, and a row
//! of the option table has it by itself. What is not an item is in [`mod@elsewhere`].

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::invocation::root;
use crate::layers::rust_files;

mod aliases;
mod elsewhere;

use elsewhere::{CAPABILITIES, ELSEWHERE};

const PAGE: &str = "docs/coverage.md";
const BINDINGS: &str = "src/sys/bindings.rs";

/// Writes the page, or with `--check` only says whether it is as it would be written.
pub fn run(arguments: &[String]) -> Result<()> {
    let page = page()?;
    let path = root().join(PAGE);
    if arguments.iter().any(|argument| argument == "--check") {
        let written = fs::read_to_string(&path).unwrap_or_default();
        if written != page {
            return Err(format!("{PAGE} is out of date; `cargo xtask coverage` writes it."));
        }
        println!("{PAGE} is up to date.");
        return Ok(());
    }
    fs::write(&path, page).map_err(|error| format!("{PAGE} cannot be written: {error}."))?;
    println!("{PAGE} is written.");
    Ok(())
}

/// The whole page, if there is no gap.
fn page() -> Result<String> {
    let names = names(&read(&root().join(BINDINGS))?);
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files)?;
    let mut found = BTreeMap::new();
    for file in files.iter().filter(|file| !file.ends_with(BINDINGS)) {
        for (alias, item) in
            aliases::in_source(&read(file)?).map_err(|why| format!("{}: {why}", file.display()))?
        {
            let items: &mut Vec<String> = found.entry(alias).or_default();
            if !items.contains(&item) {
                items.push(item);
            }
        }
    }
    let wrong = faults(&names, &found);
    if !wrong.is_empty() {
        return Err(format!("the coverage of zmq.h has faults:\n{}", wrong.join("\n")));
    }
    Ok(write(&names, &found))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}.", path.display()))
}

/// The functions, constants and types that the bindings declare.
fn names(bindings: &str) -> Vec<String> {
    let declared = bindings.lines().filter_map(|line| {
        let line = line.trim_start();
        let rest =
            ["pub fn ", "pub const ", "pub struct zmq_"].iter().find_map(|start| line.strip_prefix(start))?;
        let name = rest.split(['(', ':', ' ']).next()?;
        Some(if line.starts_with("pub struct") { format!("zmq_{name}") } else { name.to_owned() })
    });
    declared.collect()
}

/// Where the names and what is said of them do not agree.
fn faults(names: &[String], found: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    let known = |name: &str| names.iter().any(|known| known == name);
    for name in names {
        match (found.contains_key(name), elsewhere(name).is_some()) {
            (false, false) => wrong.push(format!("{name} is nowhere: give the item that has it an alias")),
            (true, true) => {
                wrong.push(format!("{name} has an alias, and needs no line in coverage/elsewhere.rs"))
            }
            _ => {}
        }
    }
    for name in found.keys().filter(|name| name.to_lowercase().starts_with("zmq_") && !known(name)) {
        wrong.push(format!("{name} is an alias, and zmq.h has no such name"));
    }
    for (name, _) in ELSEWHERE.iter().filter(|(name, _)| !known(name)) {
        wrong.push(format!("{name} is in coverage/elsewhere.rs, and zmq.h has no such name"));
    }
    wrong
}

fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(listed, _)| *listed == name).map(|(_, why)| *why)
}

/// A part of the page: its title, and which names belong to it.
type Section = (&'static str, fn(&str) -> bool);

/// The parts of the page; the first that fits a name has it.
const SECTIONS: [Section; 8] = [
    ("Functions and types", |name| name.starts_with("zmq_")),
    ("Monitor events", |name| name.starts_with("ZMQ_EVENT_") || name.starts_with("ZMQ_CURRENT_EVENT")),
    ("Handshake failures", |name| name.starts_with("ZMQ_PROTOCOL_ERROR_")),
    ("Socket types", |name| SOCKET_TYPES.contains(&name)),
    ("Context options", |name| CONTEXT_OPTIONS.contains(&name)),
    ("Error numbers of libzmq's own", |name| name.starts_with('E')),
    ("Version and build", |name| {
        ["ZMQ_VERSION", "ZMQ_HAVE", "ZMQ_HAS", "ZMQ_HAUSNUMERO"].iter().any(|start| name.starts_with(start))
    }),
    ("Socket options and their values, flags, message properties", |_| true),
];

const SOCKET_TYPES: [&str; 23] = [
    "ZMQ_PAIR",
    "ZMQ_PUB",
    "ZMQ_SUB",
    "ZMQ_REQ",
    "ZMQ_REP",
    "ZMQ_DEALER",
    "ZMQ_ROUTER",
    "ZMQ_PULL",
    "ZMQ_PUSH",
    "ZMQ_XPUB",
    "ZMQ_XSUB",
    "ZMQ_STREAM",
    "ZMQ_XREQ",
    "ZMQ_XREP",
    "ZMQ_SERVER",
    "ZMQ_CLIENT",
    "ZMQ_RADIO",
    "ZMQ_DISH",
    "ZMQ_GATHER",
    "ZMQ_SCATTER",
    "ZMQ_DGRAM",
    "ZMQ_PEER",
    "ZMQ_CHANNEL",
];

const CONTEXT_OPTIONS: [&str; 16] = [
    "ZMQ_IO_THREADS",
    "ZMQ_MAX_SOCKETS",
    "ZMQ_SOCKET_LIMIT",
    "ZMQ_THREAD_PRIORITY",
    "ZMQ_THREAD_SCHED_POLICY",
    "ZMQ_MAX_MSGSZ",
    "ZMQ_MSG_T_SIZE",
    "ZMQ_THREAD_AFFINITY_CPU_ADD",
    "ZMQ_THREAD_AFFINITY_CPU_REMOVE",
    "ZMQ_THREAD_NAME_PREFIX",
    "ZMQ_IO_THREADS_DFLT",
    "ZMQ_MAX_SOCKETS_DFLT",
    "ZMQ_THREAD_PRIORITY_DFLT",
    "ZMQ_THREAD_SCHED_POLICY_DFLT",
    "ZMQ_ZERO_COPY_RECV",
    "ZMQ_BLOCKY",
];

fn write(names: &[String], found: &BTreeMap<String, Vec<String>>) -> String {
    let mut page = String::from(
        "# What of libzmq is where\n\n\
         Every function and constant that libzmq 4.3.5's `zmq.h` declares, drafts included, and where ferromq has it, or \
         why it does not.\nWritten by `cargo xtask coverage` from the source; a test keeps it true.\n",
    );
    let section_of =
        |name: &str| SECTIONS.iter().position(|(_, has)| has(name)).unwrap_or(SECTIONS.len() - 1);
    for (index, (title, _)) in SECTIONS.iter().enumerate() {
        let _ = write!(page, "\n## {title}\n\n| C | ferromq |\n|---|---|\n");
        for name in names.iter().filter(|name| section_of(name) == index) {
            let place = match found.get(name) {
                Some(items) => items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", "),
                None => elsewhere(name).unwrap_or_default().to_owned(),
            };
            let _ = writeln!(page, "| `{name}` | {place} |");
        }
    }
    page += "\n## Capabilities (`zmq_has`)\n\n| C | ferromq |\n|---|---|\n";
    for (name, place) in CAPABILITIES {
        let _ = writeln!(page, "| `\"{name}\"` | `{place}` |");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_what_the_source_says() {
        let written = fs::read_to_string(root().join(PAGE)).unwrap_or_default();
        assert!(page().unwrap() == written, "`cargo xtask coverage` writes {PAGE} anew");
    }

    #[test]
    fn each_capability_is_asked_for_by_its_name() {
        let source = read(&root().join("src/capability.rs")).unwrap();
        for (name, place) in CAPABILITIES {
            assert!(source.contains(&format!("\"{name}\"")), "{name}");
            let variant = place.rsplit("::").next().unwrap();
            assert!(
                source.contains(&format!("{variant},")) || source.contains(&format!("::{variant} =>")),
                "{place}"
            );
        }
    }

    #[test]
    fn a_gap_an_unknown_alias_and_a_superfluous_reason_are_faults() {
        let names = ["zmq_new_call", "ZMQ_SNDHWM", "zmq_errno"].map(str::to_owned);
        let found = [("ZMQ_SNDHWM", "a"), ("ZMQ_MISSPELT", "b"), ("zmq_errno", "c")];
        let found = found.map(|(alias, item)| (alias.to_owned(), vec![item.to_owned()])).into();
        let wrong = faults(&names, &found).join("\n");
        assert!(wrong.contains("zmq_new_call is nowhere"), "{wrong}");
        assert!(wrong.contains("ZMQ_MISSPELT is an alias"), "{wrong}");
        assert!(wrong.contains("zmq_errno has an alias"), "{wrong}");
        assert!(!wrong.contains("ZMQ_SNDHWM"), "{wrong}");
    }
}
