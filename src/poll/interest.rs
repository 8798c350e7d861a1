//! What to wait for, and what was found.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use crate::error::{Error, Operation, Result};
use crate::socket::Socket;
use crate::socket::pattern::Pattern;
use crate::sys::{PollFlags, id};

/// What to wait for on a socket or file descriptor.
///
/// ```
/// use ferromq::poll::Interest;
///
/// let both = Interest::READABLE | Interest::WRITABLE;
/// assert_eq!(format!("{both:?}"), "READABLE | WRITABLE");
/// ```
///
/// Source: zmq_poll(3).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interest(pub(super) PollFlags);

impl Interest {
    /// Nothing, for a while. Errors of a file descriptor and the end of a socket's context are told all the
    /// same.
    pub const NONE: Interest = Interest(PollFlags::NONE);

    /// That a message, or bytes, can be received without waiting. Never so for patterns that only send.
    #[doc(alias = "ZMQ_POLLIN")]
    pub const READABLE: Interest = Interest(PollFlags::IN);

    /// That a message, or bytes, can be sent without waiting. Never so for patterns that only receive.
    ///
    /// Most sockets are writable most of the time, so that waiting for it does not wait: ask for it only
    /// while there is something to send. A ROUTER is always writable, whether a peer has room or not.
    #[doc(alias = "ZMQ_POLLOUT")]
    pub const WRITABLE: Interest = Interest(PollFlags::OUT);

    /// That there is urgent data (POLLPRI), on a file descriptor; no meaning for a ZeroMQ socket.
    #[doc(alias = "ZMQ_POLLPRI")]
    pub const PRIORITY: Interest = Interest(PollFlags::PRI);

    /// Whether this has all that `other` has.
    pub fn contains(self, other: Interest) -> bool {
        self | other == self
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }
}

impl BitOrAssign for Interest {
    fn bitor_assign(&mut self, other: Interest) {
        *self = *self | other;
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        names(self.0, f)
    }
}

/// What a socket or file descriptor is ready for.
///
/// ```
/// use ferromq::{Context, Pair};
///
/// let context = Context::new()?;
/// let left = context.socket::<Pair>().bind("inproc://a")?;
/// assert!(left.events()?.is_none(), "there is no peer");
/// let right = context.socket::<Pair>().connect("inproc://a")?;
/// assert!(left.events()?.is_writable());
/// right.send("hello")?;
/// assert!(left.events()?.is_readable());
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Readiness(pub(super) PollFlags);

impl Readiness {
    pub(crate) const NONE: Readiness = Readiness(PollFlags::NONE);

    #[cfg(all(unix, feature = "aio"))]
    pub(crate) fn of(readable: bool, writable: bool) -> Readiness {
        let flag = |is: bool, flag| if is { flag } else { PollFlags::NONE };
        Readiness(flag(readable, PollFlags::IN) | flag(writable, PollFlags::OUT))
    }

    /// Whether a message, or bytes, can be received without waiting; on a file descriptor also when it is at
    /// its end.
    pub fn is_readable(self) -> bool {
        self.0.has(PollFlags::IN)
    }

    /// Whether a message, or bytes, can be sent without waiting.
    pub fn is_writable(self) -> bool {
        self.0.has(PollFlags::OUT)
    }

    /// Whether a file descriptor has urgent data (POLLPRI).
    pub fn is_priority(self) -> bool {
        self.0.has(PollFlags::PRI)
    }

    /// Whether a file descriptor has an error, or its other end has hung up (POLLERR, POLLHUP, POLLNVAL).
    /// That is told unasked; a program that goes on polling such a descriptor does not wait any more.
    pub fn is_error(self) -> bool {
        self.0.has(PollFlags::ERR)
    }

    /// Whether it is ready for nothing that was asked for.
    pub fn is_none(self) -> bool {
        self == Readiness::NONE
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        names(self.0, f)
    }
}

fn names(flags: PollFlags, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let all = [
        (PollFlags::IN, "READABLE"),
        (PollFlags::OUT, "WRITABLE"),
        (PollFlags::PRI, "PRIORITY"),
        (PollFlags::ERR, "ERROR"),
    ];
    let mut separator = "";
    for (_, name) in all.into_iter().filter(|(flag, _)| flags.has(*flag)) {
        write!(f, "{separator}{name}")?;
        separator = " | ";
    }
    if separator.is_empty() { f.write_str("NONE") } else { Ok(()) }
}

impl<P: Pattern, S> Socket<P, S> {
    /// What the socket is ready for, now.
    ///
    /// # Errors
    /// [`Terminated`](crate::ErrorKind::Terminated).
    ///
    /// Source: zmq_getsockopt(3), `ZMQ_EVENTS`.
    #[doc(alias = "ZMQ_EVENTS")]
    pub fn events(&self) -> Result<Readiness> {
        let events =
            self.core().get(id::EVENTS).map_err(|errno| Error::from_errno(Operation::Poll, errno))?;
        Ok(Readiness(PollFlags::from_events(events)))
    }
}
