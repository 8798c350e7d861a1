//! ferromq on the wire against the libzmq in Node's package zeromq, which is compiled with the draft API and not by us.
//!
//! `cargo xtask interop` installs the package and runs this. Every conversation is checked byte for byte on both sides;
//! each test also meets a peer with one wrong byte, and fails if nobody notices.

mod content;
mod draft;
mod meeting;
mod node;
mod secured;
mod stable;
mod udp;
