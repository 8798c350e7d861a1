//! The handle of a libzmq socket.

use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use super::bindings;
use super::context::RawContext;
use super::errno::Errno;
use super::message::RawMessage;
use super::option::{OptionId, Wire};

/// The type that a socket is opened with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SocketType(c_int);

impl SocketType {
    pub(crate) const PAIR: Self = Self(bindings::ZMQ_PAIR);
    pub(crate) const PUB: Self = Self(bindings::ZMQ_PUB);
    pub(crate) const SUB: Self = Self(bindings::ZMQ_SUB);
    pub(crate) const REQ: Self = Self(bindings::ZMQ_REQ);
    pub(crate) const REP: Self = Self(bindings::ZMQ_REP);
    pub(crate) const DEALER: Self = Self(bindings::ZMQ_DEALER);
    pub(crate) const ROUTER: Self = Self(bindings::ZMQ_ROUTER);
    pub(crate) const PULL: Self = Self(bindings::ZMQ_PULL);
    pub(crate) const PUSH: Self = Self(bindings::ZMQ_PUSH);
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

/// A pointer to a socket that libzmq lets one thread use at a time.
///
/// Its name is there to be read in the compiler's message when a program shares a socket by reference: a
/// classic ZeroMQ socket may move to another thread, but two threads may not use it at once.
struct ZmqSocketsMayMoveButNotBeSharedBetweenThreads(NonNull<c_void>);

/// Owns a libzmq socket of one of the classic types, which are not thread-safe.
pub(crate) struct RawSocket {
    /// I1: came from `zmq_socket` and has not been given to `zmq_close`.
    /// I2: is used by one thread at a time, because `RawSocket` is not `Sync`.
    ptr: ZmqSocketsMayMoveButNotBeSharedBetweenThreads,
    /// I3: the context outlives the socket: `drop` closes `ptr` before this field goes.
    _context: Arc<RawContext>,
}

// SAFETY: a classic socket may migrate to another thread with a full memory barrier in between
// (zmq_socket(3), "Thread safety"), which every way of sending a value to another thread in Rust implies.
unsafe impl Send for RawSocket {}

impl RawSocket {
    pub(crate) fn open(context: &Arc<RawContext>, socket_type: SocketType) -> Result<Self, Errno> {
        let ptr = context.open_socket(socket_type.0)?;
        Ok(RawSocket {
            ptr: ZmqSocketsMayMoveButNotBeSharedBetweenThreads(ptr),
            _context: Arc::clone(context),
        })
    }

    pub(crate) fn bind(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open and ours (I1, I2); the string is NUL-terminated and only read.
        Errno::check(unsafe { bindings::zmq_bind(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    pub(crate) fn connect(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: as in `bind`.
        Errno::check(unsafe { bindings::zmq_connect(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    pub(crate) fn unbind(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: as in `bind`.
        Errno::check(unsafe { bindings::zmq_unbind(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    pub(crate) fn disconnect(&self, endpoint: &CStr) -> Result<(), Errno> {
        // SAFETY: as in `bind`.
        Errno::check(unsafe { bindings::zmq_disconnect(self.as_ptr(), endpoint.as_ptr()) }).map(drop)
    }

    /// Sends one part. On success `message` is left empty; on failure it is as it was.
    #[inline(always)]
    pub(crate) fn send(&self, message: &mut RawMessage, flags: Flags) -> Result<(), Errno> {
        // SAFETY: the socket is open and ours (I1, I2), the message initialised (its I1). zmq_msg_send takes
        // the content only on success and then leaves an initialised empty message.
        let status = unsafe { bindings::zmq_msg_send(message.as_ptr(), self.as_ptr(), flags.0) };
        Errno::check(status).map(drop)
    }

    /// Receives one part into `message`, whose content is let go of.
    #[inline(always)]
    pub(crate) fn receive(&self, message: &mut RawMessage, flags: Flags) -> Result<(), Errno> {
        // SAFETY: the socket is open and ours (I1, I2), the message initialised (its I1) and borrowed by
        // nobody; it stays initialised whether the call succeeds or not.
        let status = unsafe { bindings::zmq_msg_recv(message.as_ptr(), self.as_ptr(), flags.0) };
        Errno::check(status).map(drop)
    }

    pub(crate) fn set<W: Wire + ?Sized>(&self, option: OptionId<W>, value: &W) -> Result<(), Errno> {
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
        let mut len = capacity;
        // SAFETY: the socket is open and ours (I1, I2); libzmq writes at most `capacity` bytes, which the
        // caller has.
        let status = unsafe { bindings::zmq_getsockopt(self.as_ptr(), option, value, &mut len) };
        Errno::check(status)?;
        Ok(len.min(capacity))
    }

    #[inline(always)]
    fn as_ptr(&self) -> *mut c_void {
        self.ptr.0.as_ptr()
    }
}

/// A C type of option values that can be read from a socket.
pub(crate) trait ReadWire: Wire {
    fn read(socket: &RawSocket, option: OptionId<Self>) -> Result<Self::Owned, Errno>;
}

macro_rules! read_scalars {
    ($($scalar:ty),*) => {
        $(impl ReadWire for $scalar {
            fn read(socket: &RawSocket, option: OptionId<$scalar>) -> Result<$scalar, Errno> {
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
    fn read(socket: &RawSocket, option: OptionId<[u8]>) -> Result<Vec<u8>, Errno> {
        read_growing(socket, option.number(), 256)
    }
}

impl ReadWire for str {
    fn read(socket: &RawSocket, option: OptionId<str>) -> Result<String, Errno> {
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
fn read_growing(socket: &RawSocket, option: c_int, capacity: usize) -> Result<Vec<u8>, Errno> {
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
impl Drop for RawSocket {
    fn drop(&mut self) {
        // SAFETY: the socket is open and ours (I1, I2) and never used again; its context is still alive (I3).
        unsafe { bindings::zmq_close(self.as_ptr()) };
    }
}
