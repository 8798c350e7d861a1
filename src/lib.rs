//! Safe, typed ZeroMQ sockets over the real libzmq.
#![deny(unsafe_code)]

mod sys;
mod version;

pub use version::version;
