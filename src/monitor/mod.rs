//! Monitoring a socket: what becomes of its connections.
//!
//! [`Socket::monitor`] gives a [`Monitor`], from which [`MonitorEvent`]s come.

mod event;
mod protocol;
mod set;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::message::Message;
use crate::options::{Hwm, Linger};
use crate::socket::any::on_core;
use crate::socket::pattern::Pattern;
use crate::socket::{AnySocket, Pair, Pollable, Socket, sealed};
use crate::sys::{Errno, EventVersion, PollItem, RawSocket, Sharing};

pub use event::{EventKind, MonitorEvent};
pub use protocol::{AuthFailure, ProtocolError};
pub use set::EventSet;

/// How many events wait for a reader at each of the two ends of the queue.
const QUEUE: Hwm = Hwm::messages(1000);

/// Tells what becomes of a socket's connections.
///
/// Made by [`Socket::monitor`]. It does not borrow the socket and may be moved to another thread. The last
/// event is [`MonitorStopped`](EventKind::MonitorStopped): the socket was monitored anew, or closed. A closed
/// socket is told of until the last of its connections has ended, so also while it lingers.
/// Only `tcp`, `ipc`, `ws` and the like have events, `inproc` has none.
///
/// Monitoring never holds up the socket: 2000 events are kept for a reader who is behind, later ones are
/// dropped, but for the last. When the monitor is dropped, all are. Each monitor counts as two among the
/// [`max_sockets`](crate::ContextBuilder::max_sockets) of the context.
///
/// As an iterator it waits for each event and ends after the last, or when the context is shut down. It is
/// [pollable](crate::poll::Pollable).
///
/// ```
/// use ferromq::monitor::EventKind;
/// use ferromq::{Context, Pull, Push};
///
/// let context = Context::new()?;
/// let pull = context.socket::<Pull>().open()?;
/// let monitor = pull.monitor()?; // before `bind`, to miss nothing
/// pull.bind("tcp://127.0.0.1:*")?;
/// assert_eq!(monitor.recv()?.kind(), EventKind::Listening);
///
/// let push = context.socket::<Push>().connect(pull.last_endpoint()?)?;
/// for event in &monitor {
///     println!("{event}"); // "accepted: tcp://127.0.0.1:41999 from tcp://127.0.0.1:53022", ...
///     if event.kind() == EventKind::HandshakeSucceeded {
///         break;
///     }
/// }
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_socket_monitor(3), zmq_socket_monitor_versioned(3).
///
/// # With a system libzmq
/// Its events have one address, unless it has the draft API, and the queue has no limit. There a monitor that
/// is dropped before its socket goes on in a thread of its own, because that libzmq stops all
/// traffic while an event cannot be delivered.
pub struct Monitor {
    /// `None` only while it is dropped.
    socket: Option<Socket<Pair>>,
    stopped: Cell<bool>,
}

impl<P: Pattern, S> Socket<P, S> {
    /// Starts to monitor the socket: every event of its connections from now on.
    ///
    /// A socket has one monitor. A new one stops the one before, whose last event is
    /// [`MonitorStopped`](EventKind::MonitorStopped).
    ///
    /// # Errors
    /// [`LimitReached`](ErrorKind::LimitReached) if the context has no two sockets left, or the process no
    /// open files; [`Terminated`](ErrorKind::Terminated).
    #[doc(alias = "zmq_socket_monitor")]
    #[doc(alias = "zmq_socket_monitor_versioned")]
    pub fn monitor(&self) -> Result<Monitor> {
        start(&self.core().raw, EventSet::ALL, QUEUE)
    }

    /// As [`monitor`](Socket::monitor), for some of the events; and for `MonitorStopped`, which always comes.
    ///
    /// ```
    /// use ferromq::monitor::{EventKind, EventSet};
    /// use ferromq::{Context, Pull};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*")?;
    /// let disconnects = pull.monitor_with(EventSet::DISCONNECTED)?;
    /// drop(pull);
    /// assert_eq!(disconnects.recv()?.kind(), EventKind::MonitorStopped);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`monitor`](Socket::monitor); [`Unsupported`](ErrorKind::Unsupported) for
    /// [`PIPES_STATS`](EventSet::PIPES_STATS) if the linked libzmq lacks the draft API.
    pub fn monitor_with(&self, events: EventSet) -> Result<Monitor> {
        check(events)?;
        start(&self.core().raw, events, QUEUE)
    }

    /// Stops the socket's monitor, if it has one; its last event is
    /// [`MonitorStopped`](EventKind::MonitorStopped).
    ///
    /// # Errors
    /// [`Terminated`](ErrorKind::Terminated).
    pub fn stop_monitor(&self) -> Result<()> {
        stop(&self.core().raw)
    }

    /// Asks how many messages are queued: for each connection the monitor is told
    /// [`PipesStats`](EventKind::PipesStats). libzmq tells it in one of the next operations on the socket, for
    /// example [`events`](Socket::events).
    ///
    /// ```
    /// use ferromq::monitor::{EventKind, EventSet};
    /// use ferromq::{Context, Pair};
    ///
    /// let context = Context::new()?;
    /// let left = context.socket::<Pair>().bind("inproc://statistics")?;
    /// let right = context.socket::<Pair>().connect("inproc://statistics")?;
    /// let statistics = left.monitor_with(EventSet::PIPES_STATS)?;
    /// left.send("one")?;
    /// left.request_pipe_stats()?;
    /// right.events()?; // the peer answers when it is used; over tcp, an I/O thread does
    /// left.events()?; // and the answer is heard when this socket is used
    /// let EventKind::PipesStats { outbound, inbound } = statistics.recv()?.kind() else { panic!() };
    /// assert_eq!((outbound, inbound), (1, 0));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) if the socket has no monitor for
    /// [`PIPES_STATS`](EventSet::PIPES_STATS); [`WouldBlock`](ErrorKind::WouldBlock) if it has no connection
    /// yet; [`Unsupported`](ErrorKind::Unsupported) if the linked libzmq lacks the draft API.
    ///
    /// Source: zmq_socket_monitor_versioned(3).
    #[doc(alias = "zmq_socket_monitor_pipes_stats")]
    pub fn request_pipe_stats(&self) -> Result<()> {
        request_pipe_stats(&self.core().raw)
    }
}

/// Sockets whose pattern is known at run time only.
impl AnySocket {
    /// As [`Socket::monitor`].
    ///
    /// # Errors
    /// As for [`Socket::monitor`].
    #[doc(alias = "zmq_socket_monitor")]
    pub fn monitor(&self) -> Result<Monitor> {
        on_core!(self, core => start(&core.raw, EventSet::ALL, QUEUE))
    }

    /// As [`Socket::monitor_with`].
    ///
    /// # Errors
    /// As for [`Socket::monitor_with`].
    pub fn monitor_with(&self, events: EventSet) -> Result<Monitor> {
        check(events)?;
        on_core!(self, core => start(&core.raw, events, QUEUE))
    }

    /// As [`Socket::stop_monitor`].
    ///
    /// # Errors
    /// As for [`Socket::stop_monitor`].
    pub fn stop_monitor(&self) -> Result<()> {
        on_core!(self, core => stop(&core.raw))
    }

    /// As [`Socket::request_pipe_stats`].
    ///
    /// # Errors
    /// As for [`Socket::request_pipe_stats`].
    #[doc(alias = "zmq_socket_monitor_pipes_stats")]
    pub fn request_pipe_stats(&self) -> Result<()> {
        on_core!(self, core => request_pipe_stats(&core.raw))
    }
}

/// A monitor whose events are never dropped, for a reader who is never behind for long.
pub(crate) fn start_without_limit<K: Sharing>(raw: &RawSocket<K>) -> Result<Monitor> {
    start(raw, EventSet::ALL, Hwm::UNLIMITED)
}

/// Fails if these are events that the linked libzmq does not have.
fn check(events: EventSet) -> Result<()> {
    if events.without(EventVersion::best().events()) == EventSet::NONE {
        return Ok(());
    }
    Err(Error::new(Operation::Monitor, ErrorKind::Unsupported)
        .about_detail("the linked libzmq does not have all of these events"))
}

fn start<K: Sharing>(raw: &RawSocket<K>, events: EventSet, queue: Hwm) -> Result<Monitor> {
    let failed = |errno| Error::from_errno(Operation::Monitor, errno);
    let version = EventVersion::best();
    // A system libzmq would stop all traffic where the one that is compiled drops events.
    let queue = if cfg!(ferromq_system_libzmq) { Hwm::UNLIMITED } else { queue };
    let Some(context) = raw.context() else {
        return Err(Error::new(Operation::Monitor, ErrorKind::Unsupported)
            .about_detail("of a foreign socket the context is not known"));
    };
    let socket = Context::from_shared(Arc::clone(context))
        .socket::<Pair>()
        .receive_hwm(queue)
        .linger(Linger::NONE)
        .open()
        .map_err(|failed| Error::from(failed).with_operation(Operation::Monitor))?;
    let endpoint = loop {
        let endpoint = unused_endpoint()?;
        match raw.start_monitor(&endpoint.to_c(), events.with_stop().number() & version.events()) {
            Ok(()) => break endpoint,
            // Somebody else has thought of this name.
            Err(Errno::EADDRINUSE) => {}
            Err(errno) => return Err(failed(errno)),
        }
    };
    if let Err(error) = socket.connect(&endpoint) {
        let _ = raw.stop_monitor();
        return Err(error.with_operation(Operation::Monitor));
    }
    Ok(Monitor { socket: Some(socket), stopped: Cell::new(false) })
}

fn stop<K>(raw: &RawSocket<K>) -> Result<()> {
    raw.stop_monitor().map_err(|errno| Error::from_errno(Operation::Monitor, errno))
}

fn request_pipe_stats<K: Sharing>(raw: &RawSocket<K>) -> Result<()> {
    raw.request_pipe_stats().map_err(|errno| {
        let error = Error::from_errno(Operation::Monitor, errno);
        match error.kind() {
            ErrorKind::WrongState => error.about_detail("the socket has no monitor for PIPES_STATS"),
            ErrorKind::WouldBlock => error.about_detail("the socket has no connection yet"),
            _ => error,
        }
    })
}

fn unused_endpoint() -> Result<Endpoint> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    Endpoint::inproc(&format!("ferromq.monitor.{}", NEXT.fetch_add(1, Relaxed)))
}

impl Monitor {
    /// Waits for the next event.
    ///
    /// # Errors
    /// [`MonitorStopped`](ErrorKind::MonitorStopped) after the last event;
    /// [`Terminated`](ErrorKind::Terminated).
    pub fn recv(&self) -> Result<MonitorEvent> {
        self.next(|socket| socket.recv())
    }

    /// Waits for the next event, at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv`](Monitor::recv), and [`TimedOut`](ErrorKind::TimedOut).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<MonitorEvent> {
        self.next(|socket| socket.recv_timeout(timeout))
    }

    /// The next event, if it is there.
    ///
    /// # Errors
    /// As for [`recv`](Monitor::recv), and [`WouldBlock`](ErrorKind::WouldBlock).
    pub fn try_recv(&self) -> Result<MonitorEvent> {
        self.next(|socket| socket.try_recv())
    }

    /// Waits for each event; ends after the last, or when the context is shut down.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self)
    }

    fn next(&self, receive: impl FnOnce(&Socket<Pair>) -> Result<Message>) -> Result<MonitorEvent> {
        if self.stopped.get() {
            return Err(Error::new(Operation::Receive, ErrorKind::MonitorStopped));
        }
        let event = MonitorEvent::read(&receive(self.socket())?);
        self.stopped.set(event.kind() == EventKind::MonitorStopped);
        Ok(event)
    }

    pub(crate) fn socket(&self) -> &Socket<Pair> {
        self.socket.as_ref().expect("the socket is taken by `drop` alone")
    }
}

/// What becomes of the events depends on libzmq; see [`Monitor`].
impl Drop for Monitor {
    fn drop(&mut self) {
        if cfg!(ferromq_system_libzmq) && !self.stopped.get() {
            let rest = Monitor { socket: self.socket.take(), stopped: Cell::new(true) };
            let drain = move || while rest.socket().recv().is_ok_and(|event| !is_last(&event)) {};
            // If there is no thread to be had, the socket is closed here.
            let _ = std::thread::Builder::new().name("ferromq monitor".to_owned()).spawn(drain);
        }
    }
}

fn is_last(event: &Message) -> bool {
    MonitorEvent::read(event).kind() == EventKind::MonitorStopped
}

impl sealed::Pollable for Monitor {
    fn item(&self) -> PollItem<'_> {
        self.socket().item()
    }
}

impl Pollable for Monitor {}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("stopped", &self.stopped.get()).finish_non_exhaustive()
    }
}

/// The events of a monitor that is borrowed; see [`Monitor::iter`].
#[derive(Debug)]
pub struct Iter<'a>(&'a Monitor);

impl Iterator for Iter<'_> {
    type Item = MonitorEvent;

    fn next(&mut self) -> Option<MonitorEvent> {
        self.0.recv().ok()
    }
}

impl<'a> IntoIterator for &'a Monitor {
    type Item = MonitorEvent;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// The events of a monitor, as [`Monitor::iter`] gives them.
#[derive(Debug)]
pub struct IntoIter(Monitor);

impl Iterator for IntoIter {
    type Item = MonitorEvent;

    fn next(&mut self) -> Option<MonitorEvent> {
        self.0.recv().ok()
    }
}

impl IntoIterator for Monitor {
    type Item = MonitorEvent;
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(self)
    }
}
