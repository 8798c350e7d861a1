//! Watching a socket's connections: whether messages can flow, to how many peers, and if not, why.
//!
//! libzmq connects in the background, and again when a connection is lost; a program need not know. Where it wants to (to wait
//! for its peers before it sends, to show that a server is away, to give up), [`Socket::watch`] gives it
//! [`Connections`]: what the events of a [`Monitor`](crate::Monitor) come to. `docs/connections.md` in the repository is
//! a guide to this, to heartbeats and to requests that survive their server.

mod changes;
mod ledger;
mod state;
mod topics;
mod watcher;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use changes::Changes;
pub use state::{ConnectionState, Peer, Refusal};

use crate::error::{Error, ErrorKind, Operation, Result};
use crate::monitor::start_without_limit;
use crate::socket::any::on_core;
use crate::socket::pattern::Pattern;
use crate::socket::{AnySocket, Core, Follower, Socket};
use crate::sys::Sharing;
use ledger::Ledger;
use watcher::Watcher;

/// What becomes of a socket's connections, kept up to date.
///
/// Made by [`Socket::watch`]. It does not borrow the socket, can be cloned and used by several threads and tasks. A thread
/// behind it reads the events as they come; it ends with the last clone.
///
/// ```
/// use std::time::Duration;
/// use ferromq::connections::ConnectionState;
/// use ferromq::{Context, Pull, Push};
///
/// let context = Context::new()?;
/// let push = context.socket::<Push>().open()?;
/// let connections = push.watch()?;
/// push.bind("tcp://127.0.0.1:*")?;
///
/// let pulls = [1, 2].map(|_| context.socket::<Pull>().connect(push.last_endpoint().unwrap()));
/// connections.wait_for_peers(2, Duration::from_secs(5))?; // both get their share of what is sent now
/// assert_eq!(connections.state(), ConnectionState::Ready { peers: 2 });
/// assert_eq!(connections.peers().len(), 2);
/// # drop(pulls);
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// What it knows is what libzmq tells:
/// - `inproc` connections are not told of. They are there when `connect` returns.
/// - A peer is ready when the handshake has succeeded. That says nothing of the program behind it, which may hang; and
///   without [heartbeats](crate::Builder::heartbeat) a peer whose machine or link is gone stays ready for hours.
/// - The subscriptions of a SUB arrive a moment after it is ready: see
///   [`wait_for_topics`](Socket::wait_for_topics).
/// - A peer that speaks ZMTP 2 or older (libzmq before 4.0) stays in the handshake.
/// - A PAIR counts every peer, and talks to one.
#[derive(Clone)]
pub struct Connections {
    watcher: Arc<Watcher>,
}

impl<P: Pattern, S> Socket<P, S> {
    /// Watches the socket's connections. To be called before `bind` and `connect`, so that none is missed:
    /// [`open`](crate::Builder::open) the socket, watch it, then connect it.
    ///
    /// It takes the socket's only [monitor](Socket::monitor): a monitor or a watch that is started later ends this one.
    /// It counts as two among the [`max_sockets`](crate::ContextBuilder::max_sockets) of the context.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) if the socket was bound or connected already;
    /// [`Unsupported`](ErrorKind::Unsupported) on [STREAM](crate::Stream), which tells of its connections itself, and on DGRAM;
    /// [`LimitReached`](ErrorKind::LimitReached), [`OutOfMemory`](ErrorKind::OutOfMemory) if there can be no further
    /// socket or thread; [`Terminated`](ErrorKind::Terminated).
    pub fn watch(&self) -> Result<Connections> {
        watch(self.core())
    }
}

impl AnySocket {
    /// As [`Socket::watch`].
    ///
    /// # Errors
    /// As for [`Socket::watch`].
    pub fn watch(&self) -> Result<Connections> {
        on_core!(self, core => watch(&**core))
    }
}

fn watch<K: Sharing>(core: &Core<K>) -> Result<Connections> {
    if core.last_endpoint().is_ok() {
        return Err(Error::new(Operation::Monitor, ErrorKind::WrongState)
            .about_detail("what became of its endpoints is not known: watch a socket before it has any"));
    }
    if core.is_raw() {
        return Err(Error::new(Operation::Monitor, ErrorKind::Unsupported)
            .about_detail("STREAM tells of its connections itself, by `recv_event`, and DGRAM has none"));
    }
    let monitor = start_without_limit(&core.raw)?;
    let watcher = Arc::new(Watcher::start(Ledger::default(), monitor)?);
    let follower: Arc<dyn Follower> = watcher.shared.clone();
    core.be_followed_by(Arc::downgrade(&follower));
    Ok(Connections { watcher })
}

impl Connections {
    /// What the connections are now.
    pub fn state(&self) -> ConnectionState {
        self.watcher.shared.look().map_or(ConnectionState::Closed, |book| book.state())
    }

    /// The peers with which messages can flow.
    pub fn peers(&self) -> Vec<Peer> {
        self.watcher.shared.look().map(|book| book.ledger.ready().cloned().collect()).unwrap_or_default()
    }

    /// Why the last handshake that failed did so, if none has succeeded since. On a socket that is bound this may be a
    /// stranger's.
    pub fn last_refusal(&self) -> Option<Refusal> {
        self.watcher.shared.look().ok()?.ledger.refused()
    }

    /// Waits until there are at least so many peers with which messages can flow, at most `timeout`.
    ///
    /// It cures the slow joiner: what a PUSH sends at once after `connect` or `bind` goes to the peer that is there first, and
    /// what a ROUTER or PUB sends goes nowhere. For PUB there is [`wait_for_topics`](Socket::wait_for_topics) in addition.
    ///
    /// # Errors
    /// [`TimedOut`](ErrorKind::TimedOut), with the state in its text; [`GaveUp`](ErrorKind::GaveUp) if libzmq tries no more
    /// (about a second after that); [`MonitorStopped`](ErrorKind::MonitorStopped), [`Terminated`](ErrorKind::Terminated),
    /// [`Forked`](ErrorKind::Forked).
    pub fn wait_for_peers(&self, peers: usize, timeout: Duration) -> Result<()> {
        self.wait_until(timeout, |state| state.peers() >= peers).map(drop)
    }

    /// Waits until the state is such, at most `timeout`; returns it. States that do not last may be missed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::connections::ConnectionState;
    /// use ferromq::{Context, ErrorKind, Push};
    ///
    /// let push = Context::new()?.socket::<Push>().open()?;
    /// let connections = push.watch()?;
    /// push.connect("tcp://127.0.0.1:1")?; // where nobody is
    /// let trying = |state| state == ConnectionState::Connecting;
    /// connections.wait_until(Duration::from_secs(5), trying)?;
    ///
    /// let error = connections.wait_for_peers(1, Duration::from_millis(10)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TimedOut);
    /// assert_eq!(error.to_string(), "monitor: timed out: connecting");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`wait_for_peers`](Connections::wait_for_peers), unless the state that is waited for is such an end.
    pub fn wait_until(
        &self,
        timeout: Duration,
        is_such: impl Fn(ConnectionState) -> bool,
    ) -> Result<ConnectionState> {
        // A wait that is too long for the clock is one without an end.
        let deadline = Instant::now().checked_add(timeout);
        let mut last = None;
        while let Some((state, ended)) = self.watcher.shared.next(last, deadline)? {
            if is_such(state) {
                return Ok(state);
            }
            hopeless(state, ended)?;
            last = Some(state);
        }
        let state = last.map(|state| state.to_string()).unwrap_or_default();
        Err(failed(ErrorKind::TimedOut).about_detail(state))
    }

    /// As [`wait_for_peers`](Connections::wait_for_peers), for tasks: on any runtime, which brings the timeout.
    ///
    /// # Errors
    /// As for [`wait_for_peers`](Connections::wait_for_peers), but for `TimedOut`.
    pub async fn until_peers(&self, peers: usize) -> Result<()> {
        let mut changes = self.changes();
        while let Some(state) = changes.changed().await {
            if state.peers() >= peers {
                return Ok(());
            }
            hopeless(state, self.watcher.shared.look()?.ledger.ended())?;
        }
        Err(failed(ErrorKind::MonitorStopped))
    }

    /// The state now, and each time that it is another.
    ///
    /// ```no_run
    /// # let push = ferromq::Context::new()?.socket::<ferromq::Push>().open()?;
    /// let connections = push.watch()?;
    /// push.connect("tcp://localhost:5558")?;
    /// std::thread::spawn(move || {
    ///     for state in connections.changes() {
    ///         println!("{state}"); // "connecting", "handshaking", "ready, 1 peer", ...
    ///     }
    /// });
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn changes(&self) -> Changes {
        Changes::new(Arc::clone(&self.watcher))
    }
}

/// The programs of the guide, which are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/connections.md")]
mod guide {}

/// Fails if no peer will come any more.
fn hopeless(state: ConnectionState, ended: Option<ErrorKind>) -> Result<()> {
    match state {
        ConnectionState::Closed => Err(failed(ended.unwrap_or(ErrorKind::MonitorStopped))),
        ConnectionState::GaveUp { refused: Some(refusal) } => {
            Err(failed(ErrorKind::GaveUp).about_detail(refusal.to_string()))
        }
        ConnectionState::GaveUp { refused: None } => Err(failed(ErrorKind::GaveUp)),
        _ => Ok(()),
    }
}

fn failed(kind: ErrorKind) -> Error {
    Error::new(Operation::Monitor, kind)
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("state", &self.state()).finish_non_exhaustive()
    }
}
