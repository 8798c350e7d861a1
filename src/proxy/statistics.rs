//! What a proxy has done.

use crate::message::Frame;

/// Messages, and the bytes in all of their frames.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Traffic {
    /// Whole messages, of however many frames.
    pub messages: u64,
    /// The bytes of all frames, envelopes included.
    pub bytes: u64,
}

impl Traffic {
    pub(crate) fn count(&mut self, size: u64) {
        self.messages += 1;
        self.bytes += size;
    }
}

/// What came and went at one end of a proxy.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct EndStatistics {
    /// What the proxy received from this socket.
    pub received: Traffic,
    /// What the proxy sent to this socket.
    pub sent: Traffic,
}

/// What a [`Proxy`](crate::Proxy) has done since it began.
///
/// What one end received the other has sent, but for what is counted as undeliverable and the one message of each
/// direction that may be under way.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ProxyStatistics {
    /// The frontend's traffic.
    pub frontend: EndStatistics,
    /// The backend's traffic.
    pub backend: EndStatistics,
    /// Messages that could not be delivered and were dropped: to a peer that a mandatory ROUTER does not know, or
    /// without the envelope that the other end needs.
    pub undeliverable: u64,
    /// Copies that the capture could not take.
    pub not_captured: u64,
}

/// The bytes in all frames of a message.
pub(crate) fn size_of(frames: &[Frame]) -> u64 {
    frames.iter().map(|frame| frame.len() as u64).sum()
}
