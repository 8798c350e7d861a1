//! Pointers of libzmq's that come from elsewhere.

use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;

use super::context::RawContext;
use super::socket::{Classic, RawSocket};

/// A socket that other code opened, in this process and with the libzmq that this crate links; from now on owned.
///
/// [`AnySocket::from`](crate::AnySocket) and [`Socket::try_from`](crate::Socket) make it useful: what its pattern
/// is and what its options are is asked of libzmq. Dropping it closes the socket.
///
/// Source: zmq_socket(3).
pub struct ForeignSocket(RawSocket);

impl ForeignSocket {
    /// Takes over a socket; `None` if the pointer is null.
    ///
    /// # Safety
    /// - `socket` came from `zmq_socket` of the libzmq that is linked into this program with ferromq (not of another
    ///   copy, such as one inside a shared library), and has not been given to `zmq_close`.
    /// - From now on only the new owner uses it and closes it. No other thread is in a call with it, and it is in no
    ///   poll set or poller of other code.
    /// - If another thread used it, that happened before this call in the sense of the memory model (a mutex, a
    ///   channel or a join lies in between).
    ///
    /// Nothing is asked of its context: `zmq_ctx_term` waits until the last socket is closed, this one too.
    ///
    /// ```
    /// use ferromq::raw::ForeignSocket;
    /// use ferromq::{Context, Pull, Push, Socket};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("inproc://handed-over")?;
    /// let given = context.socket::<Push>().connect("inproc://handed-over")?.into_raw();
    ///
    /// // SAFETY: the pointer is that of an open socket which nobody else has.
    /// let foreign = unsafe { ForeignSocket::from_raw(given.socket) }.expect("it is not null");
    /// let push = Socket::<Push>::try_from(foreign)?;
    /// push.send("Hello")?;
    /// assert_eq!(pull.recv()?, "Hello");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub unsafe fn from_raw(socket: *mut c_void) -> Option<ForeignSocket> {
        let socket = NonNull::new(socket)?;
        // SAFETY: the caller has promised what `from_ptr` asks for.
        Some(ForeignSocket(unsafe { RawSocket::<Classic>::from_ptr(socket) }))
    }

    /// The pointer, which the caller now has to close with `zmq_close`.
    pub fn into_raw(self) -> *mut c_void {
        self.0.into_ptr().0
    }

    /// The pointer, for calls that the owner makes himself.
    pub fn as_raw(&self) -> *mut c_void {
        self.0.as_ptr()
    }

    pub(crate) fn handle(self) -> RawSocket {
        self.0
    }

    pub(crate) fn from_handle(handle: RawSocket) -> ForeignSocket {
        ForeignSocket(handle)
    }
}

impl fmt::Debug for ForeignSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ForeignSocket").field(&self.0.as_ptr()).finish()
    }
}

/// A context that other code made, in this process and with the libzmq that this crate links.
///
/// [`Context::from`](crate::Context) makes it useful. Source: zmq_ctx_new(3).
pub struct ForeignContext(RawContext);

impl ForeignContext {
    /// A context that stays its maker's: it is not terminated here. `None` if the pointer is null.
    ///
    /// # Safety
    /// - `context` came from `zmq_ctx_new` of the libzmq that is linked into this program with ferromq.
    /// - It is not given to `zmq_ctx_term` (or `zmq_ctx_destroy`, `zmq_term`) before the [`Context`](crate::Context)
    ///   that is made of it, all clones of that and all sockets opened in it are dropped. `zmq_ctx_shutdown` may be
    ///   called at any time.
    ///
    /// ```
    /// use ferromq::raw::ForeignContext;
    /// use ferromq::{Context, Pair};
    ///
    /// let lender = Context::new()?; // or code in C that calls zmq_ctx_new
    /// // SAFETY: the pointer is that of a context, which outlives `borrowed` and its sockets.
    /// let foreign = unsafe { ForeignContext::borrowed(lender.as_raw()) }.expect("it is not null");
    /// let borrowed = Context::from(foreign);
    ///
    /// let left = lender.socket::<Pair>().bind("inproc://both")?;
    /// let right = borrowed.socket::<Pair>().connect("inproc://both")?;
    /// left.send("one context")?;
    /// assert_eq!(right.recv()?, "one context");
    /// # drop((left, right, borrowed));
    /// # drop(lender);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub unsafe fn borrowed(context: *mut c_void) -> Option<ForeignContext> {
        let context = NonNull::new(context)?;
        // SAFETY: the caller has promised that it is a context, and not to terminate it too early; as it is not
        // owned, the handle does not.
        Some(ForeignContext(unsafe { RawContext::from_ptr(context, false) }))
    }

    /// A context that is terminated here, when the last handle and the last socket that is opened through it are
    /// dropped. `None` if the pointer is null.
    ///
    /// That waits until sockets of other code in this context are closed too, as `zmq_ctx_term` does.
    ///
    /// # Safety
    /// - `context` came from `zmq_ctx_new` of the libzmq that is linked into this program with ferromq.
    /// - Nobody else terminates it, and nobody else gives it to any function once the last handle is dropped.
    pub unsafe fn owned(context: *mut c_void) -> Option<ForeignContext> {
        let context = NonNull::new(context)?;
        // SAFETY: the caller has promised that it is a context which nobody else terminates.
        Some(ForeignContext(unsafe { RawContext::from_ptr(context, true) }))
    }

    /// The pointer, which the caller now has to give to `zmq_ctx_term`, unless it was borrowed.
    pub fn into_raw(self) -> *mut c_void {
        self.0.into_ptr()
    }

    pub(crate) fn handle(self) -> RawContext {
        self.0
    }

    pub(crate) fn from_handle(handle: RawContext) -> ForeignContext {
        ForeignContext(handle)
    }
}

impl fmt::Debug for ForeignContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ForeignContext").field(&self.0.as_ptr()).finish()
    }
}
