//! A proxy on a thread of its own, and the handle that steers it.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::forward::{Forwarder, Side};
use super::{ProxyEnd, ProxyStatistics};
use crate::error::{Error, Failed, Operation, Result};
use crate::message::Message;
use crate::poll::bell::Bell;
use crate::socket::any::end::End;
use crate::socket::{AnySocket, Pair, Socket};
use crate::sys::Process;

/// A proxy that is to run on a thread of its own, where it can be paused, resumed, stopped and asked for statistics.
///
/// It owns its sockets. How it passes messages on is said at [`proxy`](crate::proxy()).
///
/// ```
/// use ferromq::{Context, Proxy, Pull, Push};
///
/// let context = Context::new()?;
/// let source = context.socket::<Push>().bind("inproc://source")?;
/// let sink = context.socket::<Pull>().bind("inproc://sink")?;
/// let frontend = context.socket::<Pull>().connect("inproc://source")?;
/// let backend = context.socket::<Push>().connect("inproc://sink")?;
///
/// let proxy = Proxy::new(frontend, backend).spawn()?;
/// source.send("Task 0")?;
/// assert_eq!(sink.recv()?, "Task 0");
///
/// proxy.pause();
/// source.send("Task 1")?; // waits in the queues
/// assert_eq!(proxy.statistics().backend.sent.messages, 1);
/// proxy.resume();
/// assert_eq!(sink.recv()?, "Task 1");
///
/// let stopped = proxy.stop();
/// assert_eq!(stopped.statistics.frontend.received.bytes, 12);
/// stopped.backend.send("by hand")?;
/// assert_eq!(sink.recv()?, "by hand");
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_proxy_steerable(3), whose own PAUSE and RESUME do not work in libzmq 4.3.5.
#[doc(alias = "zmq_proxy_steerable")]
pub struct Proxy<F, B, C = AnySocket> {
    frontend: F,
    backend: B,
    capture: Option<C>,
}

impl<F: ProxyEnd, B: ProxyEnd> Proxy<F, B> {
    /// A proxy between two sockets.
    pub fn new(frontend: F, backend: B) -> Self {
        Proxy { frontend, backend, capture: None }
    }
}

impl<F, B, C> Proxy<F, B, C>
where
    F: ProxyEnd + Send + 'static,
    B: ProxyEnd + Send + 'static,
    C: ProxyEnd + Send + 'static,
{
    /// Sends a copy of every message that was passed on to `capture`; see
    /// [`proxy_with_capture`](crate::proxy_with_capture).
    pub fn capture<D: ProxyEnd + Send + 'static>(self, capture: D) -> Proxy<F, B, D> {
        Proxy { frontend: self.frontend, backend: self.backend, capture: Some(capture) }
    }

    /// Starts the proxy, on a thread of its own.
    ///
    /// # Errors
    /// With the proxy, whose sockets can be [taken back](Proxy::into_sockets): [`Unsupported`](crate::ErrorKind::Unsupported)
    /// if there is no direction in which messages could pass, or the capture cannot send;
    /// [`LimitReached`](crate::ErrorKind::LimitReached), [`OutOfMemory`](crate::ErrorKind::OutOfMemory) if there can be no thread.
    pub fn spawn(self) -> Result<ProxyHandle<F, B, C>, Failed<Self>> {
        let prepared =
            Forwarder::new(&self.frontend, &self.backend, self.capture.as_ref().map(|capture| capture as _))
                .map(drop)
                .and_then(|()| Bell::new());
        let (bell, heard) = match prepared {
            Ok(bells) => bells,
            Err(error) => return Err(Failed::new(error, self)),
        };
        let control = Arc::new(Control {
            state: Mutex::default(),
            changed: Condvar::new(),
            bell,
            process: Process::current(),
        });
        let theirs = Arc::clone(&control);
        // The proxy is handed over once there is a thread, so that it is not lost if there is none.
        let (hand_over, handed_over) = std::sync::mpsc::sync_channel::<Self>(1);
        let spawned = thread::Builder::new().name("ferromq-proxy".into()).spawn(move || {
            let proxy = handed_over.recv().expect("whoever spawned this thread sends the proxy");
            proxy.run(&theirs, &heard)
        });
        match spawned {
            Ok(thread) => {
                hand_over.send(self).expect("the thread receives the proxy");
                Ok(ProxyHandle { thread: Some(thread), control })
            }
            Err(error) => Err(Failed::new(Error::no_thread(Operation::Proxy, &error), self)),
        }
    }

    /// The sockets: frontend, backend and capture.
    pub fn into_sockets(self) -> (F, B, Option<C>) {
        (self.frontend, self.backend, self.capture)
    }

    /// What the thread does.
    fn run(self, control: &Control, heard: &Socket<Pair>) -> StoppedProxy<F, B, C> {
        let (mut unsent_to_frontend, mut unsent_to_backend) = (None, None);
        let mut statistics = ProxyStatistics::default();
        let capture = self.capture.as_ref().map(|capture| capture as &dyn End);
        let outcome = Forwarder::new(&self.frontend, &self.backend, capture).and_then(|mut forwarder| {
            forwarder.also_wait_for(heard);
            let outcome = steered(&mut forwarder, control, heard);
            statistics = forwarder.statistics;
            for (side, message) in forwarder.into_held() {
                match side {
                    Side::Frontend => unsent_to_frontend = Some(message),
                    Side::Backend => unsent_to_backend = Some(message),
                }
            }
            outcome
        });
        control.end(statistics);
        StoppedProxy {
            frontend: self.frontend,
            backend: self.backend,
            capture: self.capture,
            unsent_to_frontend,
            unsent_to_backend,
            statistics,
            outcome,
        }
    }
}

/// Passes messages on as `control` says, until it says stop.
fn steered(forwarder: &mut Forwarder<'_>, control: &Control, heard: &Socket<Pair>) -> Result<()> {
    loop {
        match control.report(forwarder.statistics) {
            Wish::Run => {
                forwarder.forward()?;
                control.report(forwarder.statistics);
                forwarder.wait()?;
            }
            Wish::Pause => forwarder.wait_paused()?,
            Wish::Stop => return Ok(()),
        }
        while heard.try_recv().is_ok() {}
    }
}

/// Steers a [`Proxy`] that runs on a thread of its own. It can be shared between threads.
///
/// Dropping the handle stops the proxy and waits until it has stopped, as [`stop`](ProxyHandle::stop) does, and closes
/// the sockets.
pub struct ProxyHandle<F, B, C = AnySocket> {
    /// `None` only while the handle is taken apart.
    thread: Option<JoinHandle<StoppedProxy<F, B, C>>>,
    control: Arc<Control>,
}

impl<F, B, C> ProxyHandle<F, B, C> {
    /// Stops passing messages on until [`resume`](ProxyHandle::resume). When this returns, nothing more is received or
    /// sent; what arrives stays in the queues of the sockets, up to their high-water marks.
    pub fn pause(&self) {
        self.control.wish(Wish::Pause);
        self.control.wait_for_pause();
    }

    /// Goes on after a [`pause`](ProxyHandle::pause).
    pub fn resume(&self) {
        self.control.wish(Wish::Run);
    }

    /// Whether the proxy was paused.
    pub fn is_paused(&self) -> bool {
        self.control.look().is_some_and(|state| state.wish == Wish::Pause)
    }

    /// Whether the proxy has ended by itself, because of an error that [`stop`](ProxyHandle::stop) tells, such as that
    /// the context was shut down.
    pub fn is_finished(&self) -> bool {
        self.control.look().is_none_or(|state| state.ended)
    }

    /// What the proxy has done up to now, or up to a moment ago: it is noted after each burst of at most 1000 messages.
    pub fn statistics(&self) -> ProxyStatistics {
        self.control.look().map(|state| state.statistics).unwrap_or_default()
    }

    /// Stops the proxy, waits until it has stopped, and gives the sockets back.
    ///
    /// Messages that are in the queues of the sockets stay there; one of each direction may have been received and not
    /// sent, see [`StoppedProxy`].
    ///
    /// # Panics
    /// In the child of a fork, which has neither the thread nor its sockets.
    pub fn stop(mut self) -> StoppedProxy<F, B, C> {
        self.join().expect("only `stop` and `drop` take the thread")
    }

    fn join(&mut self) -> Option<StoppedProxy<F, B, C>> {
        assert!(self.control.process.is_current(), "the proxy belongs to the process that forked this one");
        let thread = self.thread.take()?;
        self.control.wish(Wish::Stop);
        Some(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl<F, B, C> Drop for ProxyHandle<F, B, C> {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            if !self.control.process.is_current() {
                return;
            }
            self.control.wish(Wish::Stop);
            // There is nobody to tell of a panic.
            let _ = thread.join();
        }
    }
}

impl<F, B, C> fmt::Debug for ProxyHandle<F, B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyHandle")
            .field("paused", &self.is_paused())
            .field("finished", &self.is_finished())
            .field("statistics", &self.statistics())
            .finish()
    }
}

/// What is left of a proxy: its sockets, and what it had received and not sent.
///
/// A message is unsent if the other end had no room for it when the proxy stopped.
#[derive(Debug)]
#[non_exhaustive]
pub struct StoppedProxy<F, B, C = AnySocket> {
    /// The frontend.
    pub frontend: F,
    /// The backend.
    pub backend: B,
    /// The capture, if there was one.
    pub capture: Option<C>,
    /// A message that the backend had received and the frontend had no room for.
    pub unsent_to_frontend: Option<Message>,
    /// A message that the frontend had received and the backend had no room for.
    pub unsent_to_backend: Option<Message>,
    /// What the proxy has done.
    pub statistics: ProxyStatistics,
    /// Why it ended: `Ok` if it was told to.
    pub outcome: Result<()>,
}

impl<F, B, C> fmt::Debug for Proxy<F, B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").finish_non_exhaustive()
    }
}

/// What the proxy should do.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Wish {
    #[default]
    Run,
    Pause,
    Stop,
}

#[derive(Default)]
struct State {
    wish: Wish,
    /// What the proxy does, as far as it has said.
    does: Wish,
    ended: bool,
    statistics: ProxyStatistics,
}

/// What the handle and the thread share.
struct Control {
    state: Mutex<State>,
    changed: Condvar,
    bell: Bell,
    /// The process that has the thread.
    process: Process,
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the proxy, unless this is the child of a fork, which has no such thread.
    fn look(&self) -> Option<MutexGuard<'_, State>> {
        self.process.is_current().then(|| self.lock())
    }

    fn wish(&self, wish: Wish) {
        if let Some(mut state) = self.look() {
            state.wish = wish;
            drop(state);
            self.changed.notify_all();
            self.bell.ring();
        }
    }

    /// Waits until the proxy has paused, or is not to any more.
    fn wait_for_pause(&self) {
        if let Some(state) = self.look() {
            let waits =
                |state: &mut State| state.wish == Wish::Pause && state.does != Wish::Pause && !state.ended;
            drop(self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Notes what was done, and says what to do.
    fn report(&self, statistics: ProxyStatistics) -> Wish {
        let mut state = self.lock();
        state.statistics = statistics;
        if state.does != state.wish {
            state.does = state.wish;
            self.changed.notify_all();
        }
        state.does
    }

    fn end(&self, statistics: ProxyStatistics) {
        let mut state = self.lock();
        state.statistics = statistics;
        state.ended = true;
        self.changed.notify_all();
    }
}
