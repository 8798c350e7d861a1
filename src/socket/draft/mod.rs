//! The draft patterns, which libzmq may still change: a file for each, and how those that name their peers
//! address them.

mod addressed;
mod channel;
mod client;
mod dgram;
mod dish;
mod gather;
mod peer;
mod radio;
mod scatter;
mod server;

pub use channel::Channel;
pub use client::Client;
pub use dgram::Dgram;
pub use dish::Dish;
pub use gather::Gather;
pub use peer::Peer;
pub use radio::Radio;
pub use scatter::Scatter;
pub use server::Server;
