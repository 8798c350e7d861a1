//! The handle of a libzmq socket.

use std::ffi::{CStr, c_int, c_void};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use super::bindings;
use super::context::RawContext;
use super::errno::Errno;
use super::fork::Process;
use super::message::RawMessage;
use super::option::{OptionId, Wire};
#[cfg(all(unix, feature = "draft", feature = "aio"))]
use super::watcher::Watcher;

/// How many threads may use a socket at a time.
pub trait Sharing: 'static {
    const THREAD_SAFE: bool;
}

/// One: the socket may move between threads.
pub enum Classic {}

/// Any number; libzmq locks the socket.
pub enum ThreadSafe {}

impl Sharing for Classic {
    const THREAD_SAFE: bool = false;
}

impl Sharing for ThreadSafe {
    const THREAD_SAFE: bool = true;
}

/// The type that a socket is opened with.
pub struct SocketType<K = Classic>(c_int, PhantomData<fn() -> K>);

impl<K> Clone for SocketType<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for SocketType<K> {}

impl<K> SocketType<K> {
    /// The value of the C constant.
    pub(crate) const fn number(self) -> c_int {
        self.0
    }
}

impl<K, L> PartialEq<SocketType<L>> for SocketType<K> {
    fn eq(&self, other: &SocketType<L>) -> bool {
        self.0 == other.0
    }
}

macro_rules! socket_types {
    ($kind:ty: $($name:ident = $constant:ident,)*) => {
        impl SocketType<$kind> {
            $(pub(crate) const $name: Self = Self(bindings::$constant, PhantomData);)*
        }
    };
}

socket_types! {
    Classic:
    PAIR = ZMQ_PAIR,
    PUB = ZMQ_PUB,
    SUB = ZMQ_SUB,
    REQ = ZMQ_REQ,
    REP = ZMQ_REP,
    DEALER = ZMQ_DEALER,
    ROUTER = ZMQ_ROUTER,
    PULL = ZMQ_PULL,
    PUSH = ZMQ_PUSH,
    XPUB = ZMQ_XPUB,
    XSUB = ZMQ_XSUB,
    STREAM = ZMQ_STREAM,
}

#[cfg(feature = "draft")]
socket_types! {
    Classic:
    DGRAM = ZMQ_DGRAM,
}

// Exactly those whose `socket_base_t` is made with `thread_safe_`.
#[cfg(feature = "draft")]
socket_types! {
    ThreadSafe:
    SERVER = ZMQ_SERVER,
    CLIENT = ZMQ_CLIENT,
    RADIO = ZMQ_RADIO,
    DISH = ZMQ_DISH,
    GATHER = ZMQ_GATHER,
    SCATTER = ZMQ_SCATTER,
    PEER = ZMQ_PEER,
    CHANNEL = ZMQ_CHANNEL,
}

impl<K> SocketType<K> {
    /// Whether libzmq can ask a socket of this type whom to let in (ZAP). It ends the process when it finds another
    /// where it looks for one.
    pub(crate) fn answers_zap(self) -> bool {
        matches!(self.0, bindings::ZMQ_REP | bindings::ZMQ_ROUTER | bindings::ZMQ_SERVER)
    }
}

/// How to send or receive one part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags(c_int);

impl Flags {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const DONTWAIT: Self = Self(bindings::ZMQ_DONTWAIT);
    pub(crate) const SNDMORE: Self = Self(bindings::ZMQ_SNDMORE);

    pub(crate) fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// Flags that are read often and changed rarely.
pub(crate) struct AtomicFlags(AtomicI32);

impl AtomicFlags {
    pub(crate) fn new(flags: Flags) -> Self {
        AtomicFlags(AtomicI32::new(flags.0))
    }

    #[inline(always)]
    pub(crate) fn get(&self) -> Flags {
        Flags(self.0.load(Relaxed))
    }

    pub(crate) fn set(&self, flags: Flags) {
        self.0.store(flags.0, Relaxed);
    }
}

/// Without the features `draft` and `aio` there is nothing to watch.
#[cfg(not(all(unix, feature = "draft", feature = "aio")))]
#[derive(Default)]
pub(super) struct Watcher();

#[cfg(not(all(unix, feature = "draft", feature = "aio")))]
impl<K> RawSocket<K> {
    fn end_watcher(&mut self) {}
}

/// A pointer to a socket that libzmq lets one thread use at a time, unless `K` is [`ThreadSafe`].
///
/// Its name is there to be read in the compiler's message when a program shares a socket by reference: a
/// classic ZeroMQ socket may move to another thread, but two threads may not use it at once.
struct ZmqSocketsMayMoveButNotBeSharedBetweenThreads<K>(NonNull<c_void>, PhantomData<fn() -> K>);

/// Owns a libzmq socket.
pub(crate) struct RawSocket<K = Classic> {
    /// I1: came from `zmq_socket`, for a type of kind `K`, and has not been given to `zmq_close`.
    /// I2: is used by one thread at a time, because it is not `Sync`; or libzmq locks it, because `K` is
    /// `ThreadSafe`.
    ptr: ZmqSocketsMayMoveButNotBeSharedBetweenThreads<K>,
    /// I3: the context outlives the socket: `drop` closes `ptr` before this field goes. A foreign socket has none,
    /// and needs none for that: `zmq_ctx_term` waits until the context's last socket is closed.
    context: Option<Arc<RawContext>>,
    /// The process whose libzmq has the socket.
    pub(super) process: Process,
    /// Has the pointer as well; ends before it is closed or given away.
    pub(super) watcher: Watcher,
}

// SAFETY: a classic socket may migrate to another thread with a full memory barrier in between
// (zmq_socket(3), "Thread safety"), which every way of sending a value to another thread in Rust implies. A
// thread-safe one belongs to no thread.
unsafe impl<K> Send for ZmqSocketsMayMoveButNotBeSharedBetweenThreads<K> {}
// SAFETY: the draft types CLIENT, SERVER, RADIO, DISH, SCATTER, GATHER, PEER and CHANNEL are thread-safe
// (zmq_socket(3)): libzmq takes the socket's lock in every function that is given one, but for zmq_close, which
// is called by `drop` alone.
unsafe impl Sync for ZmqSocketsMayMoveButNotBeSharedBetweenThreads<ThreadSafe> {}

impl<K> RawSocket<K> {
    pub(crate) fn open(context: &Arc<RawContext>, socket_type: SocketType<K>) -> Result<Self, Errno> {
        let ptr = context.open_socket(socket_type.0)?;
        Ok(RawSocket {
            ptr: ZmqSocketsMayMoveButNotBeSharedBetweenThreads(ptr, PhantomData),
            context: Some(Arc::clone(context)),
            process: Process::current(),
            watcher: Watcher::default(),
        })
    }

    /// A handle for a socket that there is.
    ///
    /// # Safety
    /// `ptr` came from `zmq_socket`, has not been given to `zmq_close`, and is from now on only the handle's to
    /// use and to close.
    pub(super) unsafe fn from_ptr(ptr: NonNull<c_void>) -> Self {
        // Any socket may be used by one thread at a time, a thread-safe one as well.
        RawSocket {
            ptr: ZmqSocketsMayMoveButNotBeSharedBetweenThreads(ptr, PhantomData),
            context: None,
            process: Process::current(),
            watcher: Watcher::default(),
        }
    }

    /// The pointer, which is no longer ours to close, and the context, unless the socket is a foreign one.
    pub(crate) fn into_ptr(self) -> (*mut c_void, Option<Arc<RawContext>>) {
        let mut this = ManuallyDrop::new(self);
        this.end_watcher();
        (this.as_ptr(), this.context.take())
    }

    /// The same socket as one of kind `L`, if it is of that kind.
    #[cfg(feature = "draft")]
    pub(crate) fn into_kind<L: Sharing>(self) -> Result<RawSocket<L>, Self> {
        let thread_safe = self.get(super::option::id::THREAD_SAFE);
        if thread_safe != Ok(c_int::from(L::THREAD_SAFE)) {
            return Err(self);
        }
        // What libzmq says is how it made the socket, so I2 holds for `L`.
        Ok(self.retyped())
    }

    /// The same socket for one thread at a time, which any socket may be used by.
    pub(crate) fn into_classic(self) -> RawSocket<Classic> {
        self.retyped()
    }

    fn retyped<L>(self) -> RawSocket<L> {
        let mut this = ManuallyDrop::new(self);
        RawSocket {
            ptr: ZmqSocketsMayMoveButNotBeSharedBetweenThreads(this.ptr.0, PhantomData),
            context: this.context.take(),
            process: this.process,
            watcher: std::mem::take(&mut this.watcher),
        }
    }

    pub(crate) fn bind(&self, endpoint: &CStr) -> Result<(), Errno> {
        self.in_its_process()?;
        // SAFETY: the socket is open and ours (I1, I2); the string is NUL-terminated and only read.
        Errno::check(unsafe { bindings::zmq_bind(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    pub(crate) fn connect(&self, endpoint: &CStr) -> Result<(), Errno> {
        self.in_its_process()?;
        // SAFETY: as in `bind`.
        Errno::check(unsafe { bindings::zmq_connect(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    pub(crate) fn unbind(&self, endpoint: &CStr) -> Result<(), Errno> {
        self.in_its_process()?;
        // SAFETY: as in `bind`.
        Errno::check(unsafe { bindings::zmq_unbind(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    pub(crate) fn disconnect(&self, endpoint: &CStr) -> Result<(), Errno> {
        self.in_its_process()?;
        // SAFETY: as in `bind`.
        Errno::check(unsafe { bindings::zmq_disconnect(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    /// Sends one part. On success `message` is left empty; on failure it is as it was.
    #[inline(always)]
    pub(crate) fn send(&self, message: &mut RawMessage, flags: Flags) -> Result<(), Errno> {
        self.in_its_process()?;
        // SAFETY: the socket is open and ours (I1, I2), the message initialised (its I1). zmq_msg_send takes
        // the content only on success and then leaves an initialised empty message.
        let status = unsafe { bindings::zmq_msg_send(message.as_ptr(), self.as_ptr(), flags.0) };
        Errno::check(status).map(drop)
    }

    /// Receives one part into `message`, whose content is let go of.
    #[inline(always)]
    pub(crate) fn receive(&self, message: &mut RawMessage, flags: Flags) -> Result<(), Errno> {
        self.in_its_process()?;
        // SAFETY: the socket is open and ours (I1, I2), the message initialised (its I1) and borrowed by
        // nobody; it stays initialised whether the call succeeds or not.
        let status = unsafe { bindings::zmq_msg_recv(message.as_ptr(), self.as_ptr(), flags.0) };
        Errno::check(status).map(drop)
    }

    pub(crate) fn set<W: Wire + ?Sized>(&self, option: OptionId<W>, value: &W) -> Result<(), Errno> {
        self.in_its_process()?;
        let (start, len) = value.bytes();
        // SAFETY: the socket is open and ours (I1, I2); `start` has `len` readable bytes, of the type that
        // this option has in C (OptionId), and libzmq copies them.
        let status = unsafe { bindings::zmq_setsockopt(self.as_ptr(), option.number(), start, len) };
        Errno::check(status).map(drop)
    }

    pub(crate) fn get<W: ReadWire + ?Sized>(&self, option: OptionId<W>) -> Result<W::Owned, Errno> {
        W::read(self, option)
    }

    /// Lets libzmq write the option's value to `value`; the number of bytes written.
    ///
    /// # Safety
    /// `value` must have `capacity` writable bytes, aligned for the C type of the option.
    unsafe fn read_into(&self, option: c_int, value: *mut c_void, capacity: usize) -> Result<usize, Errno> {
        self.in_its_process()?;
        let mut len = capacity;
        // SAFETY: the socket is open and ours (I1, I2); libzmq writes at most `capacity` bytes, which the
        // caller has.
        let status = unsafe { bindings::zmq_getsockopt(self.as_ptr(), option, value, &mut len) };
        Errno::check(status)?;
        Ok(len.min(capacity))
    }

    /// The context, which a foreign socket does not tell.
    pub(crate) fn context(&self) -> Option<&Arc<RawContext>> {
        self.context.as_ref()
    }

    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.ptr.0.as_ptr()
    }

    /// Fails in a child of the process that has the socket. The compiled libzmq says so itself, with this number.
    #[inline(always)]
    #[allow(clippy::unnecessary_wraps)]
    fn in_its_process(&self) -> Result<(), Errno> {
        #[cfg(ferromq_system_libzmq)]
        if !self.process.is_current() {
            return Err(Errno::ENOTSOCK);
        }
        Ok(())
    }
}

/// A C type of option values that can be read from a socket.
pub(crate) trait ReadWire: Wire {
    fn read<K>(socket: &RawSocket<K>, option: OptionId<Self>) -> Result<Self::Owned, Errno>;
}

macro_rules! read_scalars {
    ($($scalar:ty),*) => {
        $(impl ReadWire for $scalar {
            fn read<K>(socket: &RawSocket<K>, option: OptionId<$scalar>) -> Result<$scalar, Errno> {
                let mut value: $scalar = 0;
                let start = (&raw mut value).cast::<c_void>();
                // SAFETY: `value` is of the type that this option has in C (OptionId).
                unsafe { socket.read_into(option.number(), start, size_of::<$scalar>()) }?;
                Ok(value)
            }
        })*
    };
}

read_scalars!(c_int, i64, u64);

impl ReadWire for [u8] {
    fn read<K>(socket: &RawSocket<K>, option: OptionId<[u8]>) -> Result<Vec<u8>, Errno> {
        read_growing(socket, option.number(), 256)
    }
}

impl ReadWire for str {
    fn read<K>(socket: &RawSocket<K>, option: OptionId<str>) -> Result<String, Errno> {
        let mut bytes = read_growing(socket, option.number(), 256)?;
        // libzmq counts the terminating NUL of a string.
        if bytes.last() == Some(&0) {
            bytes.pop();
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Reads a value of unknown length: libzmq says EINVAL when the buffer is too short, and not how long it
/// should be.
fn read_growing<K>(socket: &RawSocket<K>, option: c_int, capacity: usize) -> Result<Vec<u8>, Errno> {
    const LONGEST: usize = 1 << 20;
    let mut value = vec![0_u8; capacity];
    // SAFETY: `value` has `capacity` bytes, and bytes need no alignment.
    let read = unsafe { socket.read_into(option, value.as_mut_ptr().cast(), capacity) };
    match read {
        Ok(len) => {
            value.truncate(len);
            Ok(value)
        }
        Err(Errno::EINVAL) if capacity < LONGEST => read_growing(socket, option, capacity * 4),
        Err(errno) => Err(errno),
    }
}

/// Returns at once; libzmq goes on sending what was queued, for the linger period at most.
impl<K> Drop for RawSocket<K> {
    fn drop(&mut self) {
        self.end_watcher();
        if !self.process.is_current() {
            return;
        }
        // SAFETY: the socket is open and ours (I1, I2) and never used again; its context is still alive (I3).
        unsafe { bindings::zmq_close(self.as_ptr()) };
    }
}
