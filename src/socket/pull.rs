//! PULL: takes messages from its PUSH peers.

use super::pattern::{Receives, pattern};
use super::state::Open;

/// PULL receives messages from all of its [PUSH](crate::Push) peers, fairly.
///
/// While its queue is full it leaves messages to the sender. Source: RFC 30. See [`Push`](crate::Push) for an
/// example.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_PULL")]
pub enum Pull {}

pattern!(Pull is PULL, initially Open);

impl Receives for Pull {}
