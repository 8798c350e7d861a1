//! Every pair of patterns with ferromq and with pyzmq, either pattern on either side, over each transport, bound on either side, with
//! and without CURVE and heartbeats. `interop/tests/matrix` does the same with other libraries.

mod page;
mod peer;
mod plan;
mod talk;

use std::fs;
use std::path::Path;

use crate::process::python_script;

#[test]
fn ferromq_talks_with_itself() {
    none(peer::hold_all(&plan::FERROMQ, None));
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn ferromq_talks_with_pyzmq() {
    none(peer::hold_all(&plan::PYZMQ, Some(&|| python_script("tests/python/matrix_peer.py"))));
}

#[test]
fn the_page_in_docs_is_what_is_tried() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page::PAGE);
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == page::page(), "`cargo xtask interop --page` writes {} anew", page::PAGE);
}

fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "{} conversations:\n{}", complaints.len(), complaints.join("\n"));
}
