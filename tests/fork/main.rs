//! What the child of a fork can do with the contexts and sockets of its parent: nothing, and no harm.
//!
//! A program of its own, because a fork of the test harness would copy threads' locks that have nothing to do with this.
#![forbid(unsafe_code)]

#[cfg(unix)]
mod unix;

fn main() {
    #[cfg(unix)]
    unix::run();
}
