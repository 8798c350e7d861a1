//! Contexts: the I/O threads and the limits that sockets share.

use std::ffi::c_void;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Operation, Result};
use crate::sys::{ContextOption, ForeignContext, Gate, RawContext};

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
    /// [`LimitReached`](ErrorKind::LimitReached) if the process has too many open files.
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

    /// Number of I/O threads.
    #[doc(alias = "ZMQ_IO_THREADS")]
    pub fn io_threads(&self) -> Result<u32> {
        self.get("io_threads", ContextOption::IO_THREADS)
    }

    /// How many sockets may be open at a time.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    pub fn max_sockets(&self) -> Result<u32> {
        self.get("max_sockets", ContextOption::MAX_SOCKETS)
    }

    /// The largest number that [`ContextBuilder::max_sockets`] takes.
    #[doc(alias = "ZMQ_SOCKET_LIMIT")]
    pub fn socket_limit(&self) -> Result<u32> {
        self.get("socket_limit", ContextOption::SOCKET_LIMIT)
    }

    /// The size in bytes above which a message is refused, for new sockets.
    #[doc(alias = "ZMQ_MAX_MSGSZ")]
    pub fn max_message_size(&self) -> Result<u32> {
        self.get("max_message_size", ContextOption::MAX_MSGSZ)
    }

    /// Whether new sockets use IPv6.
    #[doc(alias = "ZMQ_IPV6")]
    pub fn ipv6(&self) -> Result<bool> {
        Ok(self.get("ipv6", ContextOption::IPV6)? != 0)
    }

    /// The pointer of libzmq's, for code that calls libzmq itself; it is valid as long as this handle, a clone of it or
    /// a socket is there. See [`raw`](crate::raw).
    pub fn as_raw(&self) -> *mut c_void {
        self.raw.as_ptr()
    }

    /// Gives the context up, for code that calls libzmq itself and terminates it. See [`raw`](crate::raw).
    ///
    /// # Errors
    /// The context, if there are clones of this handle, or sockets.
    pub fn into_raw(self) -> Result<*mut c_void, Context> {
        match Arc::try_unwrap(self.raw) {
            Ok(raw) => Ok(ForeignContext::from_handle(raw).into_raw()),
            Err(raw) => Err(Context { raw }),
        }
    }

    pub(crate) fn from_shared(raw: Arc<RawContext>) -> Context {
        Context { raw }
    }

    pub(crate) fn raw(&self) -> &Arc<RawContext> {
        &self.raw
    }

    fn get(&self, name: &'static str, option: ContextOption) -> Result<u32> {
        match self.raw.get(option) {
            Ok(value) => Ok(value.unsigned_abs()),
            Err(errno) => {
                Err(Error::from_errno(Operation::GetOption, errno).about_option(name, String::new(), None))
            }
        }
    }
}

impl From<ForeignContext> for Context {
    fn from(foreign: ForeignContext) -> Context {
        Context { raw: Arc::new(foreign.handle()) }
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

/// Options of a [`Context`] that is yet to be made.
///
/// ```
/// use ferromq::Context;
///
/// let context = Context::builder().io_threads(2).max_sockets(100).build()?;
/// assert_eq!(context.io_threads()?, 2);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ContextBuilder {
    settings: Vec<(&'static str, ContextOption, u32)>,
}

impl ContextBuilder {
    /// Number of I/O threads; the rule of thumb is one for each gigabyte per second. With 0, only `inproc`
    /// works and other transports report [`NoIoThread`](ErrorKind::NoIoThread). Default: 1.
    #[doc(alias = "ZMQ_IO_THREADS")]
    pub fn io_threads(self, threads: u32) -> Self {
        self.set("io_threads", ContextOption::IO_THREADS, threads)
    }

    /// How many sockets may be open at a time; one more is a [`LimitReached`](ErrorKind::LimitReached) error.
    /// At least 1 and at most [`Context::socket_limit`]. Default: 1023.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    pub fn max_sockets(self, sockets: u32) -> Self {
        self.set("max_sockets", ContextOption::MAX_SOCKETS, sockets)
    }

    /// The size in bytes above which a message is refused, for all sockets of the context. Default:
    /// 2147483647.
    #[doc(alias = "ZMQ_MAX_MSGSZ")]
    pub fn max_message_size(self, bytes: u32) -> Self {
        self.set("max_message_size", ContextOption::MAX_MSGSZ, bytes)
    }

    /// Whether sockets use IPv6 unless they are told otherwise. Default: false.
    #[doc(alias = "ZMQ_IPV6")]
    pub fn ipv6(self, on: bool) -> Self {
        self.set("ipv6", ContextOption::IPV6, u32::from(on))
    }

    /// Makes the context.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) naming the option that libzmq did not take;
    /// [`LimitReached`](ErrorKind::LimitReached) if the process has too many open files.
    pub fn build(self) -> Result<Context> {
        let raw = RawContext::new().map_err(|errno| Error::from_errno(Operation::NewContext, errno))?;
        for (name, option, value) in self.settings {
            let refused = |error: Error, reason| error.about_option(name, value.to_string(), reason);
            let number = i32::try_from(value).map_err(|_| {
                refused(
                    Error::new(Operation::SetOption, ErrorKind::InvalidOption),
                    Some("it is above 2147483647"),
                )
            })?;
            raw.set(option, number)
                .map_err(|errno| refused(Error::from_errno(Operation::SetOption, errno), None))?;
        }
        Ok(Context { raw: Arc::new(raw) })
    }

    fn set(mut self, name: &'static str, option: ContextOption, value: u32) -> Self {
        self.settings.retain(|(_, set_before, _)| *set_before != option);
        self.settings.push((name, option, value));
        self
    }
}
