//! GATHER: a PULL that threads may share.

use crate::socket::pattern::{Receives, pattern};
use crate::socket::state::Open;

/// GATHER receives from all of its [SCATTER](crate::Scatter) peers fairly, as [`Pull`](crate::Pull) does, in
/// messages of one frame; and any number of threads may use it at once.
///
/// Source: RFC 49. Draft. See [`Scatter`](crate::Scatter) for an example.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_GATHER")]
pub enum Gather {}

pattern!(Gather is ThreadSafe GATHER, initially Open);

impl Receives for Gather {}
