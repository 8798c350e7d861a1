//! What the command promises, tried by running it.
#![forbid(unsafe_code)]

mod diff;
mod libzmq;
mod matrix;
mod misuse;
mod peer;
mod program;
mod results;
