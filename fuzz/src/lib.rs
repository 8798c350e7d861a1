//! What ferromq makes of texts and messages that are nearly valid.
//!
//! Each target takes any bytes, and checks more than that nothing panics: what is accepted is written as it was, and what is
//! written is read back. `cargo xtask fuzz` has libFuzzer look for inputs; `tests/million.rs` takes a million of them out of
//! [`mutation`], without any tools, and the same ones each time.
#![forbid(unsafe_code)]

pub mod mutation;

mod batch;
mod certificate;
mod compressed;
mod endpoint;
mod keys;
mod metadata;
mod origin;
mod properties;
mod trace;
mod z85;
mod zap;

/// What is tried with any bytes.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// Valid inputs, out of which others are made.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Panics if a promise is broken.
    pub check: fn(&[u8]),
    /// How many inputs the test takes.
    pub inputs: usize,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    z85::TARGET,
    keys::TARGET,
    endpoint::TARGET,
    metadata::TARGET,
    properties::TARGET,
    certificate::TARGET,
    zap::TARGET,
    origin::TARGET,
    batch::TARGET,
    compressed::TARGET,
    trace::TARGET,
];

const MILLION: usize = 1_000_000;

/// The input as text, if it is one.
fn text(input: &[u8]) -> Option<&str> {
    std::str::from_utf8(input).ok()
}

fn seeds_of(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// An input as several pieces, each behind its length in a byte; the last one is what is left.
fn pieces(mut input: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some((&length, rest)) = input.split_first() {
        let (piece, left) = rest.split_at(usize::from(length).min(rest.len()));
        pieces.push(piece);
        input = left;
    }
    pieces
}

/// The input that [`pieces`] takes apart.
fn joined(pieces: &[&[u8]]) -> Vec<u8> {
    let mut input = Vec::new();
    for piece in pieces {
        input.push(u8::try_from(piece.len()).expect("seeds are short"));
        input.extend_from_slice(piece);
    }
    input
}
