//! Waiting for several sockets and file descriptors at once.

use std::ffi::{c_int, c_long, c_short};
use std::marker::PhantomData;
use std::ops::BitOr;
use std::ptr;

use super::bindings::{self, zmq_fd_t, zmq_pollitem_t};
use super::errno::Errno;
use super::socket::{Classic, RawSocket};

/// What a socket or file descriptor can be ready for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PollFlags(c_short);

impl PollFlags {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const IN: Self = Self(bindings::ZMQ_POLLIN as c_short);
    pub(crate) const OUT: Self = Self(bindings::ZMQ_POLLOUT as c_short);
    pub(crate) const ERR: Self = Self(bindings::ZMQ_POLLERR as c_short);
    pub(crate) const PRI: Self = Self(bindings::ZMQ_POLLPRI as c_short);

    /// What `ZMQ_EVENTS` reports.
    pub(crate) fn from_events(events: c_int) -> Self {
        Self(events as c_short)
    }

    pub(crate) fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
}

impl BitOr for PollFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A socket or a file descriptor in a call of [`poll`](crate::poll::poll): what to wait for, and what it
/// is ready for.
///
/// It borrows what it stands for until the last look at it; see [`poll`](crate::poll::poll) for how that
/// goes together with REQ and REP.
#[repr(transparent)]
pub struct PollItem<'a> {
    /// I1: `socket` is open and stays so for `'a`; or it is null, and `fd` is open for `'a`.
    /// I2: the pointer makes the item neither `Send` nor `Sync`, so that it is used by the thread that has
    /// borrowed the socket.
    item: zmq_pollitem_t,
    borrowed: PhantomData<&'a ()>,
}

/// Always among what is waited for. A file descriptor's hang-up and errors end a wait even unasked, and
/// would otherwise be counted and not shown; a socket never has this flag, but is waited for at all only if
/// it has one, and a context that is shut down must end every wait.
const ALWAYS: c_short = PollFlags::ERR.0;

impl<K> RawSocket<K> {
    pub(crate) fn poll_item(&self) -> PollItem<'_> {
        PollItem::of(zmq_pollitem_t { socket: self.as_ptr(), fd: 0, events: ALWAYS, revents: 0 })
    }
}

impl RawSocket<Classic> {
    /// Ready to be read when there may be news for the socket, whatever they are about. News is over when the events were
    /// asked for.
    pub(crate) fn news_item(&self) -> Result<PollItem<'_>, Errno> {
        let mut item = PollItem::of_raw_fd(self.poll_item().news_fd()?);
        item.want(PollFlags::IN);
        Ok(item)
    }
}

impl<'a> PollItem<'a> {
    #[cfg(unix)]
    pub(crate) fn of_fd(fd: std::os::fd::BorrowedFd<'a>) -> Self {
        use std::os::fd::AsRawFd;
        Self::of_raw_fd(fd.as_raw_fd())
    }

    #[cfg(windows)]
    pub(crate) fn of_fd(socket: std::os::windows::io::BorrowedSocket<'a>) -> Self {
        use std::os::windows::io::AsRawSocket;
        Self::of_raw_fd(socket.as_raw_socket() as zmq_fd_t)
    }

    fn of_raw_fd(fd: zmq_fd_t) -> Self {
        Self::of(zmq_pollitem_t { socket: ptr::null_mut(), fd, events: ALWAYS, revents: 0 })
    }

    fn of(item: zmq_pollitem_t) -> Self {
        PollItem { item, borrowed: PhantomData }
    }

    /// The flags to wait for. What the item was found ready for is forgotten.
    pub(crate) fn want(&mut self, flags: PollFlags) {
        self.item.events = flags.0 | ALWAYS;
        self.item.revents = 0;
    }

    /// What the last wait has found.
    #[inline]
    pub(crate) fn found(&self) -> PollFlags {
        PollFlags(self.item.revents)
    }

    /// Whether both stand for the same socket or file descriptor.
    pub(crate) fn same(&self, other: &PollItem<'_>) -> bool {
        self.item.socket == other.item.socket && (self.is_socket() || self.item.fd == other.item.fd)
    }

    pub(crate) fn is_socket(&self) -> bool {
        !self.item.socket.is_null()
    }

    /// The descriptor of the socket's mailbox, which is open as long as the socket.
    fn news_fd(&self) -> Result<zmq_fd_t, Errno> {
        let mut fd: zmq_fd_t = 0;
        let mut len = size_of::<zmq_fd_t>();
        // SAFETY: the socket is open (I1) and used by this thread (I2); `fd` has the C type of ZMQ_FD.
        let status = unsafe {
            bindings::zmq_getsockopt(self.item.socket, bindings::ZMQ_FD, (&raw mut fd).cast(), &mut len)
        };
        Errno::check(status).map(|_| fd)
    }

    /// Fails if the socket is not thread-safe and its context was shut down.
    fn check_alive(&self) -> Result<(), Errno> {
        match self.news_fd() {
            Err(Errno::ETERM) => Err(Errno::ETERM),
            // EINVAL: a thread-safe socket has no such descriptor.
            _ => Ok(()),
        }
    }
}

/// Waits until an item is ready, at most `timeout` ms (-1: for ever); how many are. There has to be an item,
/// because for none libzmq sleeps in its own way.
pub(crate) fn poll(items: &mut [PollItem<'_>], timeout: c_int) -> Result<usize, Errno> {
    assert!(!items.is_empty());
    let count = c_int::try_from(items.len()).map_err(|_| Errno::EINVAL)?;
    // When one of the sockets is thread-safe, libzmq takes another way, on which it aborts if another one
    // has heard that its context was shut down. No socket but a thread-safe one can hear of that between here
    // and there, because it would have to be used.
    items.iter().filter(|item| item.is_socket()).try_for_each(PollItem::check_alive)?;
    // SAFETY: a `PollItem` is a `zmq_pollitem_t` (repr(transparent)) and `items` is borrowed exclusively.
    // Every socket and descriptor in it is open (I1), the sockets used by this thread (I2), or locked by
    // libzmq because they are thread-safe. libzmq writes `revents` alone and keeps nothing.
    let status = unsafe { bindings::zmq_poll(items.as_mut_ptr().cast(), count, c_long::from(timeout)) };
    Errno::check(status).map(|ready| usize::try_from(ready).unwrap_or(0))
}
