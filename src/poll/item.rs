//! One wait, for what it is given.

use std::fmt;
use std::time::Duration;

use super::wait::wait;
use super::{Interest, Pollable, Readiness};
use crate::error::Result;
use crate::sys::PollItem;

#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::os::windows::io::AsSocket;

/// Waits until one of the items is ready, at most `timeout`; returns how many are. `None` waits without an
/// end, [`Duration::ZERO`] does not wait.
///
/// Each item then says what it is ready for; after a timeout, nothing. An item may stand for the same socket
/// as another. Signals do not end the wait, and it is never shorter than `timeout`.
///
/// The items borrow their sockets only until they are last looked at. So sockets that every operation turns
/// into another type, as REQ and REP, can be polled: make the items anew for each wait, which costs
/// nothing.
///
/// ```
/// use ferromq::poll::{PollItem, poll};
/// use ferromq::{Context, Pull, Rep};
///
/// # let context = Context::new()?;
/// let mut rep = context.socket::<Rep>().bind("inproc://questions")?;
/// let pull = context.socket::<Pull>().bind("inproc://tasks")?;
/// # let req = context.socket::<ferromq::Req>().connect("inproc://questions")?.send("how many?")?;
/// # let push = context.socket::<ferromq::Push>().connect("inproc://tasks")?;
/// # push.send("one")?;
/// let mut done = 0;
/// # let mut answered = false;
/// loop {
///     let mut items = [PollItem::readable(&rep), PollItem::readable(&pull)];
///     poll(&mut items, None)?;
///     let [question, task] = items.map(|item| item.readiness());
///     if question.is_readable() {
///         let (_question, replying) = rep.recv()?;
///         rep = replying.send(format!("{done} so far"))?;
/// #       answered = true;
///     }
///     if task.is_readable() {
///         println!("doing {}", pull.recv()?);
///         done += 1;
///     }
/// #   if answered && done == 1 { break; }
/// }
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// # Errors
/// [`Terminated`](crate::ErrorKind::Terminated) if the context of a socket was shut down;
/// [`NothingToWaitFor`](crate::ErrorKind::NothingToWaitFor) without items and without a timeout;
/// [`LimitReached`](crate::ErrorKind::LimitReached) for more items than the process may have open files, or if
/// waiting for a thread-safe socket needs a file descriptor and there is none left.
///
/// # Cost
/// About 1 µs for each socket, ready or not, because libzmq has to ask the operating system whether there are
/// news for it. With a thread-safe socket among them 6 µs more, for what libzmq makes anew each time.
///
/// Source: zmq_poll(3).
#[doc(alias = "zmq_poll")]
pub fn poll(items: &mut [PollItem<'_>], timeout: impl Into<Option<Duration>>) -> Result<usize> {
    wait(items, timeout.into())
}

impl<'a> PollItem<'a> {
    /// Waits for `interest` on a socket.
    pub fn new(socket: &'a (impl Pollable + ?Sized), interest: Interest) -> PollItem<'a> {
        let mut item = socket.item();
        item.want(interest.0);
        item
    }

    /// Waits until a message can be received.
    pub fn readable(socket: &'a (impl Pollable + ?Sized)) -> PollItem<'a> {
        PollItem::new(socket, Interest::READABLE)
    }

    /// Waits until a message can be sent.
    pub fn writable(socket: &'a (impl Pollable + ?Sized)) -> PollItem<'a> {
        PollItem::new(socket, Interest::WRITABLE)
    }

    /// Waits for `interest` on a file descriptor; on Windows, on a socket of the operating system.
    ///
    /// ```
    /// # #[cfg(unix)] {
    /// use std::io::Write;
    /// use std::os::unix::net::UnixStream;
    /// use ferromq::poll::{Interest, PollItem, poll};
    ///
    /// let (mut left, right) = UnixStream::pair()?;
    /// let mut items = [PollItem::fd(&right, Interest::READABLE)];
    /// assert_eq!(poll(&mut items, std::time::Duration::ZERO)?, 0);
    /// left.write_all(b"x")?;
    /// poll(&mut items, None)?;
    /// assert!(items[0].readiness().is_readable());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(unix)]
    pub fn fd(fd: &'a (impl AsFd + ?Sized), interest: Interest) -> PollItem<'a> {
        let mut item = PollItem::of_fd(fd.as_fd());
        item.want(interest.0);
        item
    }

    /// Waits for `interest` on a file descriptor; on Windows, on a socket of the operating system.
    #[cfg(windows)]
    pub fn fd(fd: &'a (impl AsSocket + ?Sized), interest: Interest) -> PollItem<'a> {
        let mut item = PollItem::of_fd(fd.as_socket());
        item.want(interest.0);
        item
    }

    /// What the last [`poll()`] found it ready for; nothing before the first.
    pub fn readiness(&self) -> Readiness {
        Readiness(self.found())
    }

    /// Waits for something else from now on.
    pub fn set_interest(&mut self, interest: Interest) {
        self.want(interest.0);
    }
}

impl fmt::Debug for PollItem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PollItem");
        shown.field("readiness", &self.readiness());
        shown.finish_non_exhaustive()
    }
}
