//! What can be said of a socket's connections as a whole, and of each peer.

use std::fmt;
use std::time::Instant;

use crate::monitor::{AuthFailure, EventKind, ProtocolError};
use crate::sys::Errno;

/// What a socket's connections are, as a whole: the best that one of them has reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConnectionState {
    /// The socket is neither bound nor connected; or over `inproc` only, of which nothing is told.
    Idle,
    /// The socket is bound, and no peer has come yet.
    Listening,
    /// No peer has been reached yet; attempts go on.
    Connecting,
    /// A connection was made, and its handshake goes on.
    Handshaking,
    /// Messages can flow.
    Ready {
        /// To and from so many peers.
        peers: usize,
    },
    /// There was a peer, and there is none now. Attempts go on, or the socket still listens.
    Disconnected {
        /// When the last one was lost.
        since: Instant,
    },
    /// The last handshake with a peer that the socket connects to has failed. Attempts go on.
    Refused(Refusal),
    /// There are no connections, and libzmq tries to make none any more: the peer has refused for good, or
    /// [`reconnect_stop`](crate::Builder::reconnect_stop) or
    /// [`reconnect_interval`](crate::Builder::reconnect_interval) say so.
    GaveUp {
        /// Why the last handshake failed, if it did.
        refused: Option<Refusal>,
    },
    /// Nothing more will be told: the socket was closed or monitored anew, or its context was shut down.
    Closed,
}

impl ConnectionState {
    /// With how many peers messages can flow.
    pub fn peers(self) -> usize {
        if let ConnectionState::Ready { peers } = self { peers } else { 0 }
    }

    /// Whether messages can flow.
    pub fn is_ready(self) -> bool {
        self.peers() > 0
    }
}

impl fmt::Display for ConnectionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectionState::Idle => f.write_str("idle"),
            ConnectionState::Listening => f.write_str("listening"),
            ConnectionState::Connecting => f.write_str("connecting"),
            ConnectionState::Handshaking => f.write_str("handshaking"),
            ConnectionState::Ready { peers: 1 } => f.write_str("ready, 1 peer"),
            ConnectionState::Ready { peers } => write!(f, "ready, {peers} peers"),
            ConnectionState::Disconnected { since } => match since.elapsed().as_secs() {
                0 => f.write_str("disconnected"),
                seconds => write!(f, "disconnected for {seconds} s"),
            },
            ConnectionState::Refused(refusal) => write!(f, "refused: {refusal}"),
            ConnectionState::GaveUp { refused: None } => f.write_str("gave up"),
            ConnectionState::GaveUp { refused: Some(refusal) } => write!(f, "gave up: {refusal}"),
            ConnectionState::Closed => f.write_str("closed"),
        }
    }
}

/// Why a handshake failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// The authenticator did not let the client in.
    Auth(AuthFailure),
    /// One side broke the protocol, or they do not agree on the security.
    Protocol(ProtocolError),
    /// The connection ended in the middle of the handshake. So does a server without an authenticator refuse.
    Broken {
        /// The error number.
        errno: i32,
    },
}

impl Refusal {
    /// What an event says, if it says that a handshake failed.
    pub(super) fn told_by(event: EventKind) -> Option<Refusal> {
        match event {
            EventKind::HandshakeFailedAuth(failure) => Some(Refusal::Auth(failure)),
            EventKind::HandshakeFailedProtocol(error) => Some(Refusal::Protocol(error)),
            EventKind::HandshakeFailedNoDetail { errno } => Some(Refusal::Broken { errno }),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Auth(failure) => failure.fmt(f),
            Refusal::Protocol(error) => error.fmt(f),
            Refusal::Broken { errno } => {
                write!(f, "the connection ended in the handshake ({})", Errno::from_number(*errno))
            }
        }
    }
}

/// A peer with which messages can flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    pub(super) addresses: Addresses,
    pub(super) since: Instant,
}

/// As the events of a connection tell them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Addresses {
    pub(super) local: Option<Box<str>>,
    pub(super) remote: Option<Box<str>>,
    /// Of a libzmq that tells one address only.
    pub(super) only: Option<Box<str>>,
}

impl Peer {
    /// The address of this side of the connection.
    pub fn local(&self) -> Option<&str> {
        self.addresses.local.as_deref()
    }

    /// The address of the peer; if this side has connected, the endpoint.
    pub fn remote(&self) -> Option<&str> {
        self.addresses.remote.as_deref()
    }

    /// The one address that a libzmq without the draft API tells; see
    /// [`MonitorEvent::address`](crate::monitor::MonitorEvent::address).
    pub fn address(&self) -> Option<&str> {
        self.addresses.only.as_deref()
    }

    /// Since when messages can flow.
    pub fn since(&self) -> Instant {
        self.since
    }
}
