//! Contexts: the I/O threads and the limits that sockets share.

use std::fmt;
use std::sync::Arc;

mod builder;

pub use builder::ContextBuilder;

use crate::error::{Error, Operation, Result};
use crate::sys::{ContextOption, Gate, RawContext};

/// The I/O threads and the limits that a program's sockets share; most programs have one.
///
/// `clone` makes another handle to the same context. Its sockets hold it as well, so handles and sockets may
/// be dropped in any order. Whoever drops the last of them waits until what the closed sockets still had to
/// send is sent, or their [`linger`](crate::Builder::linger) periods are over.
///
/// ```
/// use ferromq::{Context, Pair};
///
/// let context = Context::new()?;
/// let left = context.socket::<Pair>().bind("inproc://both-ends")?;
/// let right = context.socket::<Pair>().connect("inproc://both-ends")?;
/// drop(context);
/// left.send("still works")?;
/// assert_eq!(right.recv()?, "still works");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "zmq_ctx_new")]
#[doc(alias = "zmq_ctx_term")]
pub struct Context {
    raw: Arc<RawContext>,
}

impl Context {
    /// A context with libzmq's defaults: one I/O thread, at most 1023 sockets.
    ///
    /// # Errors
    /// [`LimitReached`](crate::ErrorKind::LimitReached) if the process has too many open files.
    pub fn new() -> Result<Self> {
        Context::builder().build()
    }

    /// Sets options before the context is made; libzmq ignores most of them once there is a socket.
    pub fn builder() -> ContextBuilder {
        ContextBuilder::default()
    }

    /// Ends every wait in every socket of the context with [`Terminated`](crate::ErrorKind::Terminated), now
    /// and later, from any thread. No new socket can be opened. What was sent already still goes out, as
    /// after a drop.
    ///
    /// ```
    /// use ferromq::{Context, Pull};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("inproc://nobody-sends")?;
    /// let waiting = std::thread::spawn(move || pull.recv());
    /// context.shutdown();
    /// assert!(waiting.join().unwrap().unwrap_err().is_terminated());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_ctx_shutdown")]
    pub fn shutdown(&self) {
        self.raw.gate().shut();
    }

    /// A handle that can [`shutdown`](Context::shutdown) and does not keep the context alive: what a signal
    /// handler should own.
    ///
    /// A handler that owns a clone of the context lives as long as the program. The context is then never
    /// dropped, and what is still queued when `main` returns is lost.
    ///
    /// ```
    /// use ferromq::{Context, Pull};
    ///
    /// let context = Context::new()?;
    /// let shutdown = context.shutdown_handle();
    /// let handler = move || shutdown.shutdown(); // given to, say, the crate ctrlc
    ///
    /// let pull = context.socket::<Pull>().bind("inproc://nobody-sends")?;
    /// handler();
    /// assert!(pull.recv().unwrap_err().is_terminated());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        ShutdownHandle { gate: Arc::clone(self.raw.gate()) }
    }

    /// The largest number that [`ContextBuilder::max_sockets`] takes.
    #[doc(alias = "ZMQ_SOCKET_LIMIT")]
    pub fn socket_limit(&self) -> Result<u32> {
        self.get("socket_limit", ContextOption::SOCKET_LIMIT).map(i32::unsigned_abs)
    }

    /// Whether its sockets linger, unless they are told otherwise; false on a context with `blocky(false)`.
    pub(crate) fn lingers(&self) -> bool {
        self.raw.get(ContextOption::BLOCKY) != Ok(0)
    }

    pub(crate) fn raw(&self) -> &Arc<RawContext> {
        &self.raw
    }

    /// Another handle to a context that a socket has.
    pub(crate) fn from_raw(raw: &Arc<RawContext>) -> Context {
        Context { raw: Arc::clone(raw) }
    }

    fn get(&self, name: &'static str, option: ContextOption) -> Result<i32> {
        self.raw.get(option).map_err(|errno| {
            Error::from_errno(Operation::GetOption, errno).about_option(name, String::new(), None)
        })
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// Shuts a [`Context`] down without keeping it alive; see [`Context::shutdown_handle`].
#[derive(Clone)]
pub struct ShutdownHandle {
    gate: Arc<Gate>,
}

impl ShutdownHandle {
    /// As [`Context::shutdown`]; nothing, if the context is gone already.
    pub fn shutdown(&self) {
        self.gate.shut();
    }
}

impl fmt::Debug for ShutdownHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShutdownHandle").finish_non_exhaustive()
    }
}
