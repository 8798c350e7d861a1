//! `tests/it/matrix` with other libraries: Node's `zeromq`, and what was written anew in Rust.

// Of the integration tests; not everything in them is for here.
#[path = "../../../tests/it/link.rs"]
#[allow(dead_code)]
mod link;
#[path = "../../../tests/it/patience.rs"]
#[allow(dead_code)]
mod patience;
#[path = "../../../tests/it/process.rs"]
#[allow(dead_code)]
mod process;

#[path = "../../../tests/it/matrix/peer.rs"]
mod peer;
#[path = "../../../tests/it/matrix/plan.rs"]
#[allow(dead_code)]
mod plan;
#[path = "../../../tests/it/matrix/talk.rs"]
mod talk;

use std::env;
use std::path::Path;
use std::process::Command;

use peer::hold_all;
use plan::{Library, OMQ_TOKIO, ZEROMQ_JS, ZEROMQ_RS};

/// How to start the program with zeromq.js.
fn node() -> Command {
    let mut command = Command::new("node");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("node/matrix.mjs"));
    command
}

/// How to start the program with one of the libraries in Rust, `interop/rivals`.
fn rival(library: &Library) -> Command {
    let program = env::var_os("FERROMQ_RIVALS").expect("`cargo xtask interop --all` builds it and names it");
    let mut command = Command::new(program);
    command.arg(library.name);
    command
}

#[test]
fn ferromq_talks_with_zeromq_js() {
    none(hold_all(&ZEROMQ_JS, Some(&node)));
}

#[test]
#[ignore = "needs interop/rivals: run by cargo xtask interop --all"]
fn ferromq_talks_with_omq_tokio() {
    none(hold_all(&OMQ_TOKIO, Some(&|| rival(&OMQ_TOKIO))));
}

#[test]
#[ignore = "needs interop/rivals: run by cargo xtask interop --all"]
fn ferromq_talks_with_zeromq_rs() {
    none(hold_all(&ZEROMQ_RS, Some(&|| rival(&ZEROMQ_RS))));
}

fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "{} conversations:\n{}", complaints.len(), complaints.join("\n"));
}
