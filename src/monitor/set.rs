//! Sets of events.

use std::fmt;
use std::ops::BitOr;

use crate::sys::{MonitorEvents, event};

/// Which events a monitor is told; see [`Socket::monitor_with`](crate::Socket::monitor_with).
///
/// ```
/// use ferromq::monitor::EventSet;
///
/// let peers = EventSet::ACCEPTED | EventSet::DISCONNECTED;
/// assert_eq!(format!("{peers:?}"), "ACCEPTED | DISCONNECTED");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventSet(MonitorEvents);

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $NAME:ident),* $(,)?) => {
        impl EventSet {
            $(
                $(#[doc = $doc])+
                pub const $NAME: EventSet = EventSet(event::$NAME);
            )*

            const NAMES: &[(EventSet, &str)] = &[$((EventSet::$NAME, stringify!($NAME))),*];
        }
    };
}

events! {
    /// A connection was made.
    CONNECTED,
    /// An attempt to connect goes on in the background.
    CONNECT_DELAYED,
    /// An attempt to connect has failed, and there will be another.
    CONNECT_RETRIED,
    /// The socket was bound.
    LISTENING,
    /// The socket could not be bound.
    BIND_FAILED,
    /// A connection was accepted.
    ACCEPTED,
    /// A connection could not be accepted.
    ACCEPT_FAILED,
    /// A connection, or what accepted connections, was closed.
    CLOSED,
    /// It could not be closed.
    CLOSE_FAILED,
    /// A connection broke.
    DISCONNECTED,
    /// There are no more events; always told.
    MONITOR_STOPPED,
    /// A handshake failed, and libzmq does not say why.
    HANDSHAKE_FAILED_NO_DETAIL,
    /// A handshake succeeded: messages can flow.
    HANDSHAKE_SUCCEEDED,
    /// A handshake failed because one side broke the protocol.
    HANDSHAKE_FAILED_PROTOCOL,
    /// A handshake failed because the peer was not let in.
    HANDSHAKE_FAILED_AUTH,
    /// The numbers of queued messages; told when [asked for](crate::Socket::request_pipe_stats).
    PIPES_STATS,
}

impl EventSet {
    /// None but `MONITOR_STOPPED`.
    pub const NONE: EventSet = EventSet(0);

    /// Every event, those among them that this crate does not know.
    pub const ALL: EventSet = EventSet(event::ALL_V2);

    /// Whether this has all that `other` has.
    pub fn contains(self, other: EventSet) -> bool {
        other.0 & !self.0 == 0
    }

    pub(super) fn number(self) -> MonitorEvents {
        self.0
    }

    pub(super) fn with_stop(self) -> EventSet {
        self | EventSet::MONITOR_STOPPED
    }

    pub(super) fn without(self, events: MonitorEvents) -> EventSet {
        EventSet(self.0 & !events)
    }
}

impl BitOr for EventSet {
    type Output = EventSet;

    fn bitor(self, other: EventSet) -> EventSet {
        EventSet(self.0 | other.0)
    }
}

impl fmt::Debug for EventSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == EventSet::ALL {
            return f.write_str("ALL");
        }
        let mut separator = "";
        for (_, name) in EventSet::NAMES.iter().filter(|(event, _)| self.contains(*event)) {
            write!(f, "{separator}{name}")?;
            separator = " | ";
        }
        if separator.is_empty() { f.write_str("NONE") } else { Ok(()) }
    }
}
