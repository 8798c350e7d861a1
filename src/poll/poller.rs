//! A poller keeps what it waits for.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::iter::FusedIterator;
use std::slice;
use std::time::Duration;

use super::wait::wait;
use super::{Interest, PollItem, Pollable, Readiness};
use crate::error::{Error, ErrorKind, Operation, Result};

#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::os::windows::io::AsSocket;

/// Waits for many sockets and file descriptors, each known by a token of type `T`.
///
/// It borrows what it waits for, so nothing that it has can be closed; and it never leaves the thread. What a
/// wait finds is told in the order in which it was added. If each turn of the loop takes one message
/// from each that is ready, none starves.
///
/// REQ and REP change their type with every send and receive, which a borrow forbids; [`poll`](super::poll())
/// waits for them.
///
/// ```
/// use ferromq::poll::Interest;
/// use ferromq::{Context, Poller, Pull, Push, Sub};
///
/// #[derive(Clone, Copy, PartialEq)]
/// enum From {
///     Tasks,
///     Weather,
/// }
///
/// let context = Context::new()?;
/// let pull = context.socket::<Pull>().bind("inproc://tasks")?;
/// let sub = context.socket::<Sub>().subscribe("10001 ").connect("tcp://localhost:5556")?;
/// # let push = context.socket::<Push>().connect("inproc://tasks")?;
/// # push.send("dig")?;
///
/// let mut poller = Poller::new();
/// poller.add(&pull, From::Tasks, Interest::READABLE)?;
/// poller.add(&sub, From::Weather, Interest::READABLE)?;
/// loop {
///     for (from, _readiness) in poller.wait()? {
///         match from {
///             From::Tasks => println!("doing {}", pull.recv()?),
///             From::Weather => println!("it is {}", sub.recv()?),
///         }
///     }
/// #   break;
/// }
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_poll(3), whose cost is told with [`poll`](super::poll()).
#[doc(alias = "zmq_poller_new")]
pub struct Poller<'a, T> {
    /// Borrowed in this module only, and never while a caller's code runs.
    items: RefCell<Vec<PollItem<'a>>>,
    /// What there is to say of each item.
    entries: Vec<Entry<T>>,
}

struct Entry<T> {
    token: T,
    interest: Cell<Interest>,
    /// What the last wait has found.
    readiness: Cell<Readiness>,
}

impl<'a, T: Copy + PartialEq> Poller<'a, T> {
    /// A poller with nothing to wait for.
    pub fn new() -> Self {
        Poller { items: RefCell::default(), entries: Vec::new() }
    }

    /// Waits for a socket or a monitor, too.
    ///
    /// # Errors
    /// [`AlreadyRegistered`](ErrorKind::AlreadyRegistered) if the poller has the socket, or something else with
    /// this token.
    #[doc(alias = "zmq_poller_add")]
    pub fn add(&mut self, socket: &'a (impl Pollable + ?Sized), token: T, interest: Interest) -> Result<()> {
        self.insert(socket.item(), token, interest)
    }

    /// Waits for a file descriptor, too; on Windows, for a socket of the operating system.
    ///
    /// ```
    /// # #[cfg(unix)] {
    /// use std::io::Write;
    /// use std::os::unix::net::UnixStream;
    /// use ferromq::Poller;
    /// use ferromq::poll::Interest;
    ///
    /// let (mut left, right) = UnixStream::pair()?;
    /// let mut poller = Poller::new();
    /// poller.add_fd(&right, "right", Interest::READABLE)?;
    /// left.write_all(b"x")?;
    /// let (token, readiness) = poller.wait()?.next().unwrap();
    /// assert!(token == "right" && readiness.is_readable());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`add`](Poller::add).
    #[cfg(unix)]
    #[doc(alias = "zmq_poller_add_fd")]
    pub fn add_fd(&mut self, fd: &'a (impl AsFd + ?Sized), token: T, interest: Interest) -> Result<()> {
        self.insert(PollItem::of_fd(fd.as_fd()), token, interest)
    }

    /// Waits for a file descriptor, too; on Windows, for a socket of the operating system.
    ///
    /// # Errors
    /// As for [`add`](Poller::add).
    #[cfg(windows)]
    #[doc(alias = "zmq_poller_add_fd")]
    pub fn add_fd(&mut self, fd: &'a (impl AsSocket + ?Sized), token: T, interest: Interest) -> Result<()> {
        self.insert(PollItem::of_fd(fd.as_socket()), token, interest)
    }

    fn insert(&mut self, item: PollItem<'a>, token: T, interest: Interest) -> Result<()> {
        let refused =
            |detail| Err(Error::new(Operation::Poll, ErrorKind::AlreadyRegistered).about_detail(detail));
        let items = self.items.get_mut();
        if items.iter().any(|other| other.same(&item)) {
            return refused("the poller has this socket");
        }
        if self.entries.iter().any(|other| other.token == token) {
            return refused("the poller has something else with this token");
        }
        items.push(item);
        let readiness = Cell::new(Readiness::NONE);
        self.entries.push(Entry { token, interest: Cell::new(interest), readiness });
        Ok(())
    }

    /// Waits for something else from the next wait on. It may be called while the events of a wait are looked
    /// through.
    ///
    /// ```
    /// use ferromq::poll::Interest;
    /// use ferromq::{Context, Dealer, Poller};
    ///
    /// let dealer = Context::new()?.socket::<Dealer>().connect("inproc://service")?;
    /// let mut poller = Poller::new();
    /// poller.add(&dealer, 0, Interest::READABLE | Interest::WRITABLE)?;
    /// let mut to_send = vec!["last", "first"];
    /// while !to_send.is_empty() {
    ///     for (token, readiness) in poller.wait()? {
    ///         if readiness.is_writable() {
    ///             dealer.send(to_send.pop().unwrap())?;
    ///         }
    ///         if to_send.is_empty() {
    ///             poller.set_interest(token, Interest::READABLE)?;
    ///         }
    ///     }
    /// }
    /// assert_eq!(poller.try_wait()?.count(), 0);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`NotRegistered`](ErrorKind::NotRegistered).
    #[doc(alias = "zmq_poller_modify")]
    pub fn set_interest(&self, token: T, interest: Interest) -> Result<()> {
        let position = self.position(token).ok_or_else(not_registered)?;
        self.entries[position].interest.set(interest);
        Ok(())
    }

    /// What is waited for under this token.
    pub fn interest(&self, token: T) -> Option<Interest> {
        Some(self.entries[self.position(token)?].interest.get())
    }

    /// Waits no longer for what has this token.
    ///
    /// # Errors
    /// [`NotRegistered`](ErrorKind::NotRegistered).
    #[doc(alias = "zmq_poller_remove")]
    pub fn remove(&mut self, token: T) -> Result<()> {
        let position = self.position(token).ok_or_else(not_registered)?;
        self.items.get_mut().remove(position);
        self.entries.remove(position);
        Ok(())
    }

    /// How many sockets and file descriptors the poller has.
    #[doc(alias = "zmq_poller_size")]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing to wait for.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Waits until something is ready.
    ///
    /// # Errors
    /// [`Terminated`](ErrorKind::Terminated) if the context of a socket was shut down;
    /// [`NothingToWaitFor`](ErrorKind::NothingToWaitFor) if the poller is empty;
    /// [`LimitReached`](ErrorKind::LimitReached) for more items than the process may have open files, or
    /// if waiting for a thread-safe socket needs a file descriptor and there is none left.
    #[doc(alias = "zmq_poller_wait_all")]
    pub fn wait(&self) -> Result<Events<'_, T>> {
        self.wait_timeout(None)
    }

    /// Waits until something is ready, at most `timeout`; when that has passed, there are no events. `None`
    /// waits as [`wait`](Poller::wait).
    ///
    /// # Errors
    /// As for [`wait`](Poller::wait). An empty poller is none if there is a timeout: it sleeps.
    pub fn wait_timeout(&self, timeout: impl Into<Option<Duration>>) -> Result<Events<'_, T>> {
        let items = &mut *self.items.borrow_mut();
        for (item, entry) in items.iter_mut().zip(&self.entries) {
            item.want(entry.interest.get().0);
        }
        wait(items, timeout.into())?;
        for (item, entry) in items.iter().zip(&self.entries) {
            entry.readiness.set(item.readiness());
        }
        Ok(Events { entries: self.entries.iter() })
    }

    /// What is ready now.
    ///
    /// # Errors
    /// As for [`wait`](Poller::wait), and an empty poller is none.
    pub fn try_wait(&self) -> Result<Events<'_, T>> {
        self.wait_timeout(Duration::ZERO)
    }

    fn position(&self, token: T) -> Option<usize> {
        self.entries.iter().position(|entry| entry.token == token)
    }
}

fn not_registered() -> Error {
    Error::new(Operation::Poll, ErrorKind::NotRegistered)
        .about_detail("the poller has nothing with this token")
}

impl<T: Copy + PartialEq> Default for Poller<'_, T> {
    fn default() -> Self {
        Poller::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for Poller<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.iter().map(|entry| (&entry.token, entry.interest.get()));
        f.debug_map().entries(entries).finish()
    }
}

/// What a wait of a [`Poller`] has found: the token of each that is ready, and what it is ready for.
///
/// It is a view of the poller; making it allocates nothing. Another wait before the last event was looked at
/// brings the rest up to date.
pub struct Events<'p, T> {
    entries: slice::Iter<'p, Entry<T>>,
}

impl<T: Copy> Iterator for Events<'_, T> {
    type Item = (T, Readiness);

    fn next(&mut self) -> Option<(T, Readiness)> {
        let entry = self.entries.find(|entry| !entry.readiness.get().is_none())?;
        Some((entry.token, entry.readiness.get()))
    }
}

impl<T: Copy> FusedIterator for Events<'_, T> {}

impl<T> Clone for Events<'_, T> {
    fn clone(&self) -> Self {
        Events { entries: self.entries.clone() }
    }
}

impl<T: Copy + fmt::Debug> fmt::Debug for Events<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}
