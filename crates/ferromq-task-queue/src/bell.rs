//! What wakes a thread that waits for its sockets.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ferromq::{Context, Pair, Socket};

/// Ends a [`Broker::run`](crate::Broker::run) or [`Worker::run`](crate::Worker::run), from any thread.
#[derive(Clone)]
pub struct StopHandle(Arc<Inner>);

struct Inner {
    stopped: AtomicBool,
    rings: Mutex<Socket<Pair>>,
}

impl StopHandle {
    /// Asks it to end, and returns at once. A worker finishes its task first.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        self.ring();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    pub(crate) fn ring(&self) {
        // If there is no room for a message, the bell is ringing already.
        let _ = self.0.rings.lock().unwrap_or_else(PoisonError::into_inner).try_send("");
    }
}

impl fmt::Debug for StopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopHandle").field("stopped", &self.is_stopped()).finish()
    }
}

/// A pair of sockets in a context of their own, so that it works whatever becomes of the others'.
pub(crate) struct Bell {
    pub socket: Socket<Pair>,
    pub handle: StopHandle,
}

impl Bell {
    pub fn new() -> ferromq::Result<Self> {
        let context = Context::builder().io_threads(0).build()?;
        let socket = context.socket::<Pair>().bind("inproc://bell")?;
        let rings = Mutex::new(context.socket::<Pair>().connect("inproc://bell")?);
        let handle = StopHandle(Arc::new(Inner { stopped: AtomicBool::new(false), rings }));
        Ok(Bell { socket, handle })
    }

    /// Falls silent until it is rung again.
    pub fn hush(&self) {
        while self.socket.try_recv().is_ok() {}
    }
}
