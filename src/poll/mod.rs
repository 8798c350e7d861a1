//! Waiting for many: sockets of different patterns, file descriptors and times.
//!
//! | | |
//! |---|---|
//! | [`Poller`] | keeps what it waits for, under tokens of the program's choice; for sockets whose operations have no order |
//! | [`poll()`] | one wait, for what it is given; for REQ and REP, which every send and receive turns into another type |
//! | [`Timers`] | tells how long a wait may last until there is periodic work to do |
//! | [`Socket::events`] | what one socket is ready for now |
//!
//! Whatever waits here is level-triggered: what is ready and not used is ready in the next wait again. A
//! context that is [shut down](crate::Context::shutdown) ends every wait for one of its sockets with
//! [`Terminated`](crate::ErrorKind::Terminated).

pub(crate) mod bell;
mod interest;
mod item;
mod poller;
mod timers;
mod wait;

pub use crate::socket::Pollable;
pub use crate::sys::PollItem;
pub use interest::{Interest, Readiness};
pub use item::poll;
pub use poller::{Events, Poller};
pub use timers::{TimerId, Timers};

#[allow(unused_imports)] // for the documentation above
use crate::socket::Socket;
