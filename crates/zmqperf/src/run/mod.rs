//! One measurement with both ends, from opening the sockets to what came of it.

mod flow;
mod round_trips;

pub use flow::{Flow, flow};
pub use round_trips::{RoundTrips, round_trips};

use std::time::Duration;

use crate::far::Whereabouts;
use crate::kind::{Pattern, Transport};
use crate::usage::Usage;

/// What all runs of a command have in common.
#[derive(Clone, Debug)]
pub struct Setup {
    pub whereabouts: Whereabouts,
    /// Threads of libzmq's, in each context.
    pub io_threads: u32,
    /// How long may pass without anything happening.
    pub patience: Duration,
    /// The high-water mark of all sockets of a flow.
    pub hwm: Option<u32>,
}

/// What is sent through what.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    pub pattern: Pattern,
    pub transport: Transport,
    /// The length of each message, in bytes.
    pub size: usize,
    pub curve: bool,
}

/// What each process used; one, if both ends were in it.
fn usage_of(here: Usage, there: Usage, shares_process: bool) -> Vec<Usage> {
    if shares_process { vec![here] } else { vec![here, there] }
}
