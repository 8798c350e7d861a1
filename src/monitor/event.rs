//! What a monitor tells.

use std::fmt;
use std::time::Duration;

use super::protocol::{AuthFailure, ProtocolError};
use crate::message::{Frame, Message};
use crate::sys::{Errno, event};

/// Something that became of a connection, and which connection.
///
/// ```
/// use ferromq::monitor::EventKind;
/// use ferromq::{Context, Pull};
///
/// let pull = Context::new()?.socket::<Pull>().open()?;
/// let monitor = pull.monitor()?;
/// pull.bind("tcp://127.0.0.1:*")?;
/// let event = monitor.recv()?;
/// assert_eq!(event.kind(), EventKind::Listening);
/// assert_eq!(event.local(), Some(pull.last_endpoint()?.as_str()));
/// assert_eq!(event.remote(), None);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonitorEvent {
    kind: EventKind,
    number: u64,
    values: Box<[u64]>,
    addresses: Addresses,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Addresses {
    local: Box<str>,
    remote: Box<str>,
    /// Of version 1, which does not say which side it is.
    only: Box<str>,
}

/// What became of a connection.
///
/// Source: zmq_socket_monitor(3), zmq_socket_monitor_versioned(3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// A connection to a peer was made; the handshake follows.
    #[doc(alias = "ZMQ_EVENT_CONNECTED")]
    Connected,
    /// An attempt to connect goes on in the background.
    #[doc(alias = "ZMQ_EVENT_CONNECT_DELAYED")]
    ConnectDelayed,
    /// An attempt to connect has failed, or a connection was lost; there will be another attempt.
    #[doc(alias = "ZMQ_EVENT_CONNECT_RETRIED")]
    ConnectRetried {
        /// After so long: the [`reconnect_interval`](crate::Builder::reconnect_interval), and up to as much again
        /// by chance.
        interval: Duration,
    },
    /// The socket is bound and accepts connections.
    #[doc(alias = "ZMQ_EVENT_LISTENING")]
    Listening,
    /// The socket could not be bound.
    #[doc(alias = "ZMQ_EVENT_BIND_FAILED")]
    BindFailed {
        /// The error number.
        errno: i32,
    },
    /// A connection from a peer was accepted; the handshake follows.
    #[doc(alias = "ZMQ_EVENT_ACCEPTED")]
    Accepted,
    /// A connection from a peer could not be accepted.
    #[doc(alias = "ZMQ_EVENT_ACCEPT_FAILED")]
    AcceptFailed {
        /// The error number.
        errno: i32,
    },
    /// The socket accepts no connections any more at an endpoint, or an attempt to connect is over.
    #[doc(alias = "ZMQ_EVENT_CLOSED")]
    Closed,
    /// What accepted connections could not be closed; on `ipc` only.
    #[doc(alias = "ZMQ_EVENT_CLOSE_FAILED")]
    CloseFailed {
        /// The error number.
        errno: i32,
    },
    /// A connection broke, or its peer has closed it.
    #[doc(alias = "ZMQ_EVENT_DISCONNECTED")]
    Disconnected,
    /// The last event: the socket was closed, or its monitor stopped.
    #[doc(alias = "ZMQ_EVENT_MONITOR_STOPPED")]
    MonitorStopped,
    /// A handshake failed, and libzmq does not know why: mostly because the connection broke.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL")]
    HandshakeFailedNoDetail {
        /// The error number.
        errno: i32,
    },
    /// A handshake succeeded: messages can flow.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_SUCCEEDED")]
    HandshakeSucceeded,
    /// A handshake failed because the peer, or the ZAP handler, broke the protocol.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL")]
    HandshakeFailedProtocol(ProtocolError),
    /// A handshake failed because the ZAP handler did not let the peer in. Both sides are told; under
    /// GSSAPI only the server.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_FAILED_AUTH")]
    HandshakeFailedAuth(AuthFailure),
    /// The numbers of messages that are queued for a connection, as
    /// [asked for](crate::Socket::request_pipe_stats); they may have changed since. libzmq takes a message that
    /// was received off these numbers only together with others, up to half the high-water mark of them.
    #[doc(alias = "ZMQ_EVENT_PIPES_STATS")]
    PipesStats {
        /// Messages on their way to the peer.
        outbound: u64,
        /// Messages that wait to be received.
        inbound: u64,
    },
    /// An event that this crate does not know, or cannot read; see [`MonitorEvent::number`] and
    /// [`MonitorEvent::values`].
    Unknown,
}

impl MonitorEvent {
    /// What became of the connection.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The address of this side. For `Listening` and `Accepted`, the endpoint that the socket is bound to.
    pub fn local(&self) -> Option<&str> {
        known(&self.addresses.local)
    }

    /// The address of the peer. For `Connected` and `ConnectRetried`, the endpoint that the socket connects
    /// to.
    pub fn remote(&self) -> Option<&str> {
        known(&self.addresses.remote)
    }

    /// The one address that a libzmq without the draft API tells, without saying whose: the endpoint that the
    /// socket is bound or connected to. The libzmq that this crate compiles tells
    /// [`local`](MonitorEvent::local) and [`remote`](MonitorEvent::remote) instead.
    pub fn address(&self) -> Option<&str> {
        known(&self.addresses.only)
    }

    /// libzmq's number of the event, such as `ZMQ_EVENT_CONNECTED`; 0 if it cannot be read.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The values as libzmq gave them. For connections that is one, the number of a file descriptor, which
    /// may have another meaning by now.
    pub fn values(&self) -> &[u64] {
        &self.values
    }

    /// Reads both versions; what is neither is an unknown event.
    pub(crate) fn read(message: &Message) -> MonitorEvent {
        let frames: Vec<&Frame> = message.iter().collect();
        read_v2(&frames).or_else(|| read_v1(&frames)).unwrap_or_else(|| MonitorEvent {
            kind: EventKind::Unknown,
            number: 0,
            values: frames.iter().filter_map(|frame| number(frame)).collect(),
            addresses: Addresses::default(),
        })
    }
}

fn known(address: &str) -> Option<&str> {
    Some(address).filter(|address| !address.is_empty())
}

/// A 16-bit number and a 32-bit value in one frame; an address.
fn read_v1(frames: &[&Frame]) -> Option<MonitorEvent> {
    let [event, address] = frames else { return None };
    let event: [u8; 6] = event.as_ref().try_into().ok()?;
    let [a, b, value @ ..] = event;
    let number = u64::from(u16::from_ne_bytes([a, b]));
    let values = [u64::from(u32::from_ne_bytes(value))];
    let addresses = Addresses { only: text(address), ..Addresses::default() };
    Some(MonitorEvent { kind: kind(number, &values), number, values: values.into(), addresses })
}

/// A number; how many values; the values; the local and the remote address. Each in a frame.
fn read_v2(frames: &[&Frame]) -> Option<MonitorEvent> {
    let [event, count, values @ .., local, remote] = frames else { return None };
    let event = number(event)?;
    let values = values.iter().map(|value| number(value)).collect::<Option<Box<[u64]>>>()?;
    if number(count)? != values.len() as u64 {
        return None;
    }
    let addresses = Addresses { local: text(local), remote: text(remote), only: Box::default() };
    Some(MonitorEvent { kind: kind(event, &values), number: event, values, addresses })
}

fn number(frame: &Frame) -> Option<u64> {
    Some(u64::from_ne_bytes(frame.as_ref().try_into().ok()?))
}

fn text(frame: &Frame) -> Box<str> {
    String::from_utf8_lossy(frame.as_ref()).into()
}

fn kind(event: u64, values: &[u64]) -> EventKind {
    use EventKind::*;
    match (event, values) {
        (event::CONNECTED, [_]) => Connected,
        (event::CONNECT_DELAYED, [_]) => ConnectDelayed,
        (event::CONNECT_RETRIED, [interval]) => ConnectRetried { interval: Duration::from_millis(*interval) },
        (event::LISTENING, [_]) => Listening,
        (event::BIND_FAILED, [value]) => BindFailed { errno: errno(*value) },
        (event::ACCEPTED, [_]) => Accepted,
        (event::ACCEPT_FAILED, [value]) => AcceptFailed { errno: errno(*value) },
        (event::CLOSED, [_]) => Closed,
        (event::CLOSE_FAILED, [value]) => CloseFailed { errno: errno(*value) },
        (event::DISCONNECTED, [_]) => Disconnected,
        (event::MONITOR_STOPPED, _) => MonitorStopped,
        (event::HANDSHAKE_FAILED_NO_DETAIL, [value]) => HandshakeFailedNoDetail { errno: errno(*value) },
        (event::HANDSHAKE_SUCCEEDED, [_]) => HandshakeSucceeded,
        (event::HANDSHAKE_FAILED_PROTOCOL, [reason]) => {
            HandshakeFailedProtocol(ProtocolError::from_number(*reason))
        }
        (event::HANDSHAKE_FAILED_AUTH, [status]) => HandshakeFailedAuth(AuthFailure::from_status(*status)),
        (event::PIPES_STATS, [outbound, inbound]) => PipesStats { outbound: *outbound, inbound: *inbound },
        _ => Unknown,
    }
}

/// An `int` that libzmq has widened, keeping its sign.
fn errno(value: u64) -> i32 {
    value as i32
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventKind::Connected => f.write_str("connected"),
            EventKind::ConnectDelayed => f.write_str("connecting"),
            EventKind::ConnectRetried { interval } => write!(f, "connecting again in {interval:?}"),
            EventKind::Listening => f.write_str("listening"),
            EventKind::BindFailed { errno } => write!(f, "bind failed ({})", Errno::from_number(*errno)),
            EventKind::Accepted => f.write_str("accepted"),
            EventKind::AcceptFailed { errno } => write!(f, "accept failed ({})", Errno::from_number(*errno)),
            EventKind::Closed => f.write_str("closed"),
            EventKind::CloseFailed { errno } => write!(f, "close failed ({})", Errno::from_number(*errno)),
            EventKind::Disconnected => f.write_str("disconnected"),
            EventKind::MonitorStopped => f.write_str("monitor stopped"),
            EventKind::HandshakeFailedNoDetail { errno } => {
                write!(f, "handshake failed ({})", Errno::from_number(*errno))
            }
            EventKind::HandshakeSucceeded => f.write_str("handshake succeeded"),
            EventKind::HandshakeFailedProtocol(reason) => write!(f, "handshake failed: {reason}"),
            EventKind::HandshakeFailedAuth(reason) => write!(f, "handshake failed: {reason}"),
            EventKind::PipesStats { outbound, inbound } => {
                write!(f, "queued: {outbound} to send, {inbound} to receive")
            }
            EventKind::Unknown => f.write_str("unknown event"),
        }
    }
}

/// `accepted, local tcp://127.0.0.1:5555, remote tcp://127.0.0.1:40001`.
impl fmt::Display for MonitorEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if self.kind == EventKind::Unknown {
            write!(f, " {:#x} {:?}", self.number, self.values)?;
        }
        let addresses = [("local ", self.local()), ("remote ", self.remote()), ("", self.address())];
        for (side, address) in addresses {
            if let Some(address) = address {
                write!(f, ", {side}{address}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v2(event: u64, values: &[u64]) -> Message {
        let numbers = [event, values.len() as u64].into_iter().chain(values.iter().copied());
        let mut message: Message = numbers.map(|number| number.to_ne_bytes().to_vec()).collect();
        message.push_back("here");
        message.push_back("there");
        message
    }

    fn v1(event: u16, value: u32) -> Message {
        [[&event.to_ne_bytes()[..], &value.to_ne_bytes()].concat(), b"somewhere".to_vec()].into()
    }

    #[test]
    fn both_versions_are_read() {
        let event = MonitorEvent::read(&v2(0x20, &[7]));
        assert_eq!((event.kind(), event.number(), event.values()), (EventKind::Accepted, 0x20, &[7][..]));
        assert_eq!((event.local(), event.remote(), event.address()), (Some("here"), Some("there"), None));
        let event = MonitorEvent::read(&v1(4, 250));
        assert_eq!(event.kind(), EventKind::ConnectRetried { interval: Duration::from_millis(250) });
        assert_eq!((event.local(), event.remote(), event.address()), (None, None, Some("somewhere")));
    }

    #[test]
    fn every_event_of_libzmq_has_its_kind() {
        for bit in 0..=14 {
            let kind = MonitorEvent::read(&v2(1 << bit, &[1])).kind();
            assert_ne!(kind, EventKind::Unknown, "{bit}");
            assert_eq!(MonitorEvent::read(&v1(1 << bit, 1)).kind(), kind);
        }
        let kind = MonitorEvent::read(&v2(1 << 16, &[1, 2])).kind();
        assert_eq!(kind, EventKind::PipesStats { outbound: 1, inbound: 2 });
    }

    #[test]
    fn what_is_unknown_or_malformed_is_a_value() {
        let event = MonitorEvent::read(&v2(1 << 40, &[1, 2, 3]));
        assert_eq!(
            (event.kind(), event.number(), event.values()),
            (EventKind::Unknown, 1 << 40, &[1, 2, 3][..])
        );
        // A known event with values that it should not have.
        assert_eq!(MonitorEvent::read(&v2(1, &[])).kind(), EventKind::Unknown);
        assert_eq!(MonitorEvent::read(&v2(1 << 16, &[1])).kind(), EventKind::Unknown);
        for malformed in [
            Message::new(),
            "one frame".into(),
            ["two", "frames"].into(),
            ["", "", "", ""].into(),
            ["8 bytes!", "8 bytes?", "here", "there"].into(),
        ] {
            assert_eq!(MonitorEvent::read(&malformed).kind(), EventKind::Unknown, "{malformed:?}");
        }
    }

    #[test]
    fn an_event_reads_as_a_sentence() {
        assert_eq!(MonitorEvent::read(&v2(0x20, &[7])).to_string(), "accepted, local here, remote there");
        let refused = MonitorEvent::read(&v1(0x10, Errno::EADDRINUSE.number() as u32));
        assert_eq!(refused.to_string(), "bind failed (EADDRINUSE), somewhere");
        assert_eq!(
            MonitorEvent::read(&v2(1 << 40, &[1])).to_string(),
            "unknown event 0x10000000000 [1], local here, remote there"
        );
    }
}
