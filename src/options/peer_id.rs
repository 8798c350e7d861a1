//! The numbers of peers.

use std::fmt;
use std::num::NonZeroU32;

/// The number by which a [SERVER](crate::Server) or a [PEER](crate::Peer) knows one of its peers.
///
/// libzmq calls it a routing id, as it does the bytes that a ROUTER uses; a number is given to every connection
/// and never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[doc(alias = "zmq_msg_routing_id")]
pub struct PeerId(NonZeroU32);

impl PeerId {
    /// The peer that has this number, for one that was stored or handed on.
    pub fn new(number: NonZeroU32) -> Self {
        PeerId(number)
    }

    /// The number.
    pub fn get(self) -> NonZeroU32 {
        self.0
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
