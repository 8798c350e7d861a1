//! The handle of a libzmq message part.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_void};
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::ptr;
use std::slice;

use super::bindings::{self, zmq_msg_t};
use super::errno::Errno;
use super::owner;

/// Owns one `zmq_msg_t`.
///
/// It may be moved in memory: libzmq itself keeps messages by value in its queues and copies them bytewise,
/// and holds no pointer to a `zmq_msg_t` between two calls.
///
/// It is not `Sync`: `zmq_msg_copy` marks its *source* as shared, without a lock.
#[repr(transparent)]
pub(crate) struct RawMessage {
    /// I1: initialised by one of the `zmq_msg_init*` functions and not closed since.
    /// I2: the content is written only before the message is first sent or copied, while Rust holds it
    /// alone; libzmq may share it with other receivers afterwards.
    msg: UnsafeCell<zmq_msg_t>,
}

/// A message of no bytes that stays so: no reference to the message inside is ever given away.
pub(crate) struct Empty(RawMessage);

// SAFETY: the message is only ever read, bytewise: nothing lends a reference to it, and no C function is
// given it.
unsafe impl Sync for Empty {}

impl Empty {
    pub(crate) fn new() -> Self {
        Empty(RawMessage::empty())
    }
}

// SAFETY: nothing in a message belongs to a thread. Content that several messages share is immutable (I2) and
// libzmq counts the references to it atomically; an owner that `owned_by` leaked is `Send`.
unsafe impl Send for RawMessage {}

impl RawMessage {
    /// A message of no bytes.
    #[inline(always)]
    pub(crate) fn empty() -> Self {
        let mut message = MaybeUninit::<RawMessage>::uninit();
        // SAFETY: zmq_msg_init writes a whole zmq_msg_t, which is what a `RawMessage` is, and cannot fail.
        unsafe { bindings::zmq_msg_init(message.as_mut_ptr().cast()) };
        // SAFETY: initialised by the call above, which establishes I1.
        unsafe { message.assume_init() }
    }

    /// A copy of `bytes`.
    #[inline(always)]
    pub(crate) fn copied_from(bytes: &[u8]) -> Result<Self, Errno> {
        Self::written_by(bytes.len(), |target| {
            // SAFETY: `target` has `bytes.len()` writable bytes that nobody else sees yet, and being libzmq's
            // own, they do not overlap with `bytes`.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) }
        })
    }

    /// A message of `len` bytes that `fill` writes; they are zero before.
    pub(crate) fn filled_by(len: usize, fill: impl FnOnce(&mut [u8])) -> Result<Self, Errno> {
        let message = Self::written_by(len, |target| {
            // SAFETY: `target` has `len` writable bytes that nobody else sees yet.
            unsafe { ptr::write_bytes(target, 0, len) }
        })?;
        // SAFETY: the `len` bytes are initialised, live as long as `message`, and are reached by nothing else
        // until the slice is gone (I2).
        fill(unsafe { slice::from_raw_parts_mut(message.data(), len) });
        Ok(message)
    }

    /// A message of `len` bytes that `write` must initialise, given where they start. It must not unwind.
    #[inline(always)]
    fn written_by(len: usize, write: impl FnOnce(*mut u8)) -> Result<Self, Errno> {
        // All is done in one place and the message moved once: a move of 64 bytes would show in
        // cargo xtask tax.
        let mut message = MaybeUninit::<RawMessage>::uninit();
        let msg = message.as_mut_ptr().cast::<zmq_msg_t>();
        // SAFETY: zmq_msg_init_size writes a whole zmq_msg_t, which is what a `RawMessage` is, unless it
        // fails.
        let status = unsafe { bindings::zmq_msg_init_size(msg, len) };
        Errno::check(status)?;
        // SAFETY: the message was initialised by the successful call above.
        write(unsafe { bindings::zmq_msg_data(msg) }.cast());
        // SAFETY: as above, which establishes I1.
        Ok(unsafe { message.assume_init() })
    }

    /// A message whose content is `owner`'s bytes, without a copy.
    ///
    /// Fails with `EAGAIN` if the thread that has to drop `owner` in the end cannot be started.
    pub(crate) fn owned_by<T: AsRef<[u8]> + Send + 'static>(owner: T) -> Result<Self, (Errno, T)> {
        if owner::prepare_for::<T>().is_err() {
            return Err((Errno::EAGAIN, owner));
        }
        let owner = Leaked(Box::into_raw(Box::new(owner)));
        // SAFETY: `owner` came from `Box::into_raw` and is not freed before `let_go_of`; should `as_ref`
        // panic, `Leaked` frees it after the borrow is over.
        let bytes = unsafe { &*owner.0 }.as_ref();
        let (data, len) = (bytes.as_ptr().cast_mut().cast::<c_void>(), bytes.len());
        let mut message = MaybeUninit::<RawMessage>::uninit();
        // SAFETY: `bytes` borrows from the owner, whose type promises that they stay where they are and
        // unchanged for as long as the borrow may last, whatever becomes of other values that it shares
        // them with. It may last until libzmq has let go of them and calls `let_go_of::<T>`, once: until
        // then the owner is neither moved nor touched. Other threads may read them, because `&[u8]` is
        // `Send`. libzmq only reads: no `RawMessage` hands out its content for writing after it is made
        // (I2).
        let status = unsafe {
            bindings::zmq_msg_init_data(
                message.as_mut_ptr().cast(),
                data,
                len,
                Some(let_go_of::<T>),
                owner.0.cast::<c_void>(),
            )
        };
        if let Err(errno) = Errno::check(status) {
            return Err((errno, owner.reclaim()));
        }
        mem::forget(owner);
        // SAFETY: initialised by the successful call above, which establishes I1.
        Ok(unsafe { message.assume_init() })
    }

    /// One more message of no bytes, without a call: `empty` has none.
    #[inline(always)]
    pub(crate) fn another(empty: &Empty) -> Self {
        // SAFETY: the bytes of an initialised message without content are such a message again: it owns
        // nothing, for which reason zmq_msg_send(3) says that the empty message it leaves behind need
        // not be closed.
        unsafe { ptr::read(&empty.0) }
    }

    /// Another handle to the same content: short content is copied, longer content is shared.
    pub(crate) fn copy(&self) -> Result<Self, Errno> {
        let copy = Self::empty();
        // SAFETY: both messages are initialised (I1). zmq_msg_copy may mark the source as shared, which the
        // `UnsafeCell` permits; no other thread can be in here, because `RawMessage` is not `Sync`.
        let status = unsafe { bindings::zmq_msg_copy(copy.as_ptr(), self.as_ptr()) };
        Errno::check(status)?;
        Ok(copy)
    }

    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u8] {
        let data = self.data();
        // SAFETY: `data` has `len` initialised bytes that live as long as the message (I1) and that nobody
        // writes while it is borrowed (I2).
        unsafe { slice::from_raw_parts(data, self.len()) }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        // SAFETY: the message is initialised (I1).
        unsafe { bindings::zmq_msg_size(self.as_ptr()) }
    }

    /// Whether other messages may have the same content in the same place.
    pub(crate) fn is_shared(&self) -> bool {
        // SAFETY: the message is initialised (I1).
        unsafe { bindings::zmq_msg_get(self.as_ptr(), bindings::ZMQ_SHARED) != 0 }
    }

    /// A property of the connection that this part came over.
    pub(crate) fn metadata(&self, name: &CStr) -> Option<&CStr> {
        // SAFETY: the message is initialised (I1), and the name is NUL-terminated and only read.
        let value = unsafe { bindings::zmq_msg_gets(self.as_ptr(), name.as_ptr()) };
        // SAFETY: zmq_msg_gets(3) returns null or a NUL-terminated string. It is part of an immutable record
        // that the message holds a reference to; it lets go of that when it is sent, received into or
        // closed, for all of which the message must not be borrowed.
        (!value.is_null()).then(|| unsafe { CStr::from_ptr(value) })
    }

    /// Whether this part was received with more parts of the same message to follow.
    #[inline(always)]
    pub(crate) fn more(&self) -> bool {
        // SAFETY: the message is initialised (I1).
        unsafe { bindings::zmq_msg_get(self.as_ptr(), bindings::ZMQ_MORE) != 0 }
    }

    #[inline(always)]
    pub(super) fn as_ptr(&self) -> *mut zmq_msg_t {
        self.msg.get()
    }

    /// Start of the content; never null for an initialised message.
    #[inline(always)]
    fn data(&self) -> *mut u8 {
        // SAFETY: the message is initialised (I1).
        unsafe { bindings::zmq_msg_data(self.as_ptr()) }.cast()
    }
}

impl Drop for RawMessage {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the message is initialised (I1) and never used again.
        unsafe { bindings::zmq_msg_close(self.as_ptr()) };
    }
}

/// An owner on the heap, reached by pointer only: a `Box` that is moved would claim to be the only way to it.
struct Leaked<T>(*mut T);

impl<T> Leaked<T> {
    fn reclaim(self) -> T {
        let owner = ManuallyDrop::new(self).0;
        // SAFETY: `owner` came from `Box::into_raw`, and this is its only way back, because `self` is
        // forgotten. libzmq will not call `let_go_of`, because the message was not made.
        *unsafe { Box::from_raw(owner) }
    }
}

impl<T> Drop for Leaked<T> {
    fn drop(&mut self) {
        // SAFETY: as in `reclaim`; after the message was made, `self` is forgotten.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

/// What libzmq calls when it has let go of an owner's bytes.
extern "C" fn let_go_of<T: Send + 'static>(_data: *mut c_void, owner: *mut c_void) {
    // SAFETY: `owner` is the box that `owned_by` leaked, and libzmq calls this once.
    owner::let_go(unsafe { Box::from_raw(owner.cast::<T>()) });
}
