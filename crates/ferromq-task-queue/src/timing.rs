//! How often to beat, and when the other side is taken for dead.

use std::time::Duration;

/// Heartbeats and patience of a [`Broker`](crate::Broker), [`Worker`](crate::Worker) or [`Client`](crate::Client).
///
/// The sides need not have the same, but the patience of each must be a good deal longer than the other's heartbeat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// How often to say that one is there. Default: 1 second.
    pub heartbeat: Duration,
    /// After how long a silence the other side is taken for dead. Default: 4 seconds.
    pub patience: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Timing { heartbeat: Duration::from_secs(1), patience: Duration::from_secs(4) }
    }
}
