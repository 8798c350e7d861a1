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

#[cfg(test)]
mod tests {
    use std::ffi::c_int;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::sys::bindings;
    use crate::{AnySocket, Context, ErrorKind, Hwm, Pull, Push, Rep, Req, Socket, SocketKind};

    fn adopted(socket: *mut c_void) -> ForeignSocket {
        // SAFETY: the tests below give pointers of open sockets that nobody else has.
        unsafe { ForeignSocket::from_raw(socket) }.expect("it is not null")
    }

    fn open_in_c(context: *mut c_void, socket_type: c_int) -> *mut c_void {
        // SAFETY: the tests below give contexts that are not terminated.
        unsafe { bindings::zmq_socket(context, socket_type) }
    }

    fn context_in_c() -> *mut c_void {
        // SAFETY: zmq_ctx_new has no precondition.
        unsafe { bindings::zmq_ctx_new() }
    }

    #[test]
    fn a_null_pointer_is_nothing() {
        let null = std::ptr::null_mut();
        // SAFETY: null is checked for.
        assert!(unsafe { ForeignSocket::from_raw(null) }.is_none());
        // SAFETY: as above.
        assert!(unsafe { ForeignContext::borrowed(null) }.is_none());
        // SAFETY: as above.
        assert!(unsafe { ForeignContext::owned(null) }.is_none());
    }

    #[test]
    fn a_socket_of_every_kind_goes_out_and_comes_back_as_what_it_was() {
        let context = Context::new().unwrap();
        for kind in SocketKind::ALL.iter().filter(|kind| cfg!(feature = "draft") || !kind.is_draft()) {
            let socket = AnySocket::open(&context, *kind).unwrap();
            let endpoint = format!("inproc://{kind}");
            if *kind != SocketKind::Stream && *kind != SocketKind::Dgram {
                socket.bind(endpoint.as_str()).unwrap();
            }
            let pointer = socket.as_raw();
            let parts = socket.into_raw();
            assert_eq!(parts.socket, pointer);
            assert_eq!(parts.context.as_ref().map(Context::as_raw), Some(context.as_raw()));
            let back = AnySocket::try_from(adopted(parts.socket)).unwrap();
            assert_eq!((back.kind(), back.as_raw()), (*kind, pointer));
            if let Ok(bound) = back.last_endpoint() {
                assert_eq!(bound.as_str(), endpoint);
            }
        }
    }

    #[test]
    fn options_are_read_back() {
        let context = Context::new().unwrap();
        let push = context
            .socket::<Push>()
            .send_timeout(Duration::from_millis(20))
            .send_hwm(7)
            .conflate(true)
            .open()
            .unwrap();
        let push = Socket::<Push>::try_from(adopted(push.into_raw().socket)).unwrap();
        assert_eq!(push.send_hwm().unwrap(), Hwm::messages(7));
        assert_eq!(push.configured_send_timeout().unwrap(), Some(Duration::from_millis(20)));
        assert_eq!(push.send("nobody is there").unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(push.try_send(["two", "frames"]).unwrap_err().kind(), ErrorKind::InvalidMessage);
    }

    #[test]
    fn another_pattern_is_refused_and_the_socket_is_kept() {
        let context = Context::new().unwrap();
        let push = context.socket::<Push>().open().unwrap();
        let failed = Socket::<Pull>::try_from(adopted(push.into_raw().socket)).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Unsupported);
        let push = Socket::<Push>::try_from(failed.into_kept()).unwrap();
        push.bind("inproc://still-open").unwrap();
    }

    #[test]
    fn a_req_that_is_not_in_the_state_it_is_taken_to_be_in_says_so() {
        let context = Context::new().unwrap();
        let rep = context.socket::<Rep>().bind("inproc://midway").unwrap();
        let req = context.socket::<Req>().connect("inproc://midway").unwrap().send("request").unwrap();
        let req = Socket::<Req>::try_from(adopted(req.into_raw().socket)).unwrap();
        let failed = req.send("another").unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::WrongState);
        let (req, unsent) = failed.into_kept();
        assert_eq!(unsent, "another");
        rep.recv().unwrap().1.send("reply").unwrap();
        assert_eq!(req.into_any().recv().unwrap(), "reply");
    }

    #[test]
    fn a_borrowed_context_is_left_to_its_maker() {
        let made = context_in_c();
        let pull = open_in_c(made, bindings::ZMQ_PULL);
        // SAFETY: it is terminated below, when `borrowed` and its sockets are gone.
        let borrowed = Context::from(unsafe { ForeignContext::borrowed(made) }.expect("it is not null"));
        assert_eq!(borrowed.as_raw(), made);

        let pull = Socket::<Pull>::try_from(adopted(pull)).unwrap();
        pull.bind("inproc://in-c").unwrap();
        let push = borrowed.socket::<Push>().connect("inproc://in-c").unwrap();
        push.send("one context").unwrap();
        assert_eq!(pull.recv().unwrap(), "one context");

        drop((push, borrowed.clone(), borrowed));
        // Still alive: a socket of its maker's can be opened, and works.
        let late = Socket::<Push>::try_from(adopted(open_in_c(made, bindings::ZMQ_PUSH))).unwrap();
        late.connect("inproc://in-c").unwrap();
        late.send("still").unwrap();
        assert_eq!(pull.recv().unwrap(), "still");
        drop((late, pull));
        // SAFETY: it is a context, and this is its last use.
        assert_eq!(unsafe { bindings::zmq_ctx_term(made) }, 0);
    }

    #[test]
    fn shutting_a_borrowed_context_down_ends_waits_and_nothing_more() {
        let made = context_in_c();
        // SAFETY: it is terminated below, when `borrowed` and its sockets are gone.
        let borrowed = Context::from(unsafe { ForeignContext::borrowed(made) }.expect("it is not null"));
        let pull = borrowed.socket::<Pull>().bind("inproc://x").unwrap();
        let handle = borrowed.shutdown_handle();
        handle.shutdown();
        assert!(pull.recv().unwrap_err().is_terminated());
        drop((pull, borrowed));
        // The handle knows that the context is not to be touched any more.
        // SAFETY: it is a context, and this is its last use.
        assert_eq!(unsafe { bindings::zmq_ctx_term(made) }, 0);
        handle.shutdown();
    }

    #[test]
    fn an_owned_context_is_terminated_after_the_last_socket_of_whoever() {
        let made = context_in_c();
        let foreign = adopted(open_in_c(made, bindings::ZMQ_PULL));
        // SAFETY: nobody else terminates it.
        let owned = Context::from(unsafe { ForeignContext::owned(made) }.expect("it is not null"));
        let (ended, end) = channel();
        let dropping = thread::spawn(move || {
            drop(owned);
            ended.send(()).unwrap();
        });
        assert!(end.recv_timeout(Duration::from_millis(50)).is_err(), "a socket is still open");
        drop(foreign);
        dropping.join().unwrap();
        end.recv().unwrap();
    }

    #[test]
    fn a_context_is_given_up_only_by_its_last_holder() {
        let context = Context::new().unwrap();
        let socket = context.socket::<Pull>().open().unwrap();
        let context = context.into_raw().unwrap_err();
        drop(socket);
        let clone = context.clone();
        let context = context.into_raw().unwrap_err();
        drop(clone);
        let shutdown = context.shutdown_handle();
        let pointer = context.into_raw().unwrap();
        // The handle lets go of what is no longer ours.
        shutdown.shutdown();
        let socket = adopted(open_in_c(pointer, bindings::ZMQ_PAIR));
        drop(socket);
        // SAFETY: it is a context that was given up, and this is its last use.
        assert_eq!(unsafe { bindings::zmq_ctx_term(pointer) }, 0);
    }

    #[cfg(feature = "draft")]
    #[test]
    fn a_thread_safe_socket_is_shared_again() {
        use crate::{Client, Server};

        let context = Context::new().unwrap();
        let server = context.socket::<Server>().bind("inproc://shared").unwrap();
        let client = context.socket::<Client>().connect("inproc://shared").unwrap();
        let client = Socket::<Client>::try_from(adopted(client.into_raw().socket)).unwrap();
        thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| client.send("x").unwrap());
            }
        });
        for _ in 0..4 {
            assert_eq!(server.recv_from().unwrap().1, "x");
        }
    }
}
