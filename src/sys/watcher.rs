//! What tells a reactor of news for a thread-safe socket, which has no descriptor of its own: a poller, which has one.

use std::ffi::{c_short, c_void};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::ptr::{self, NonNull};
use std::sync::{Mutex, PoisonError};

use super::bindings::{self, zmq_fd_t, zmq_poller_event_t};
use super::draft;
use super::errno::Errno;
use super::fd::duplicate;
use super::socket::RawSocket;

/// The poller of a socket that has been watched. A socket drops it before it is closed or given away.
pub(super) type Watcher = Mutex<Option<SocketPoller>>;

/// A libzmq poller for one socket.
pub(super) struct SocketPoller {
    /// I1: came from `zmq_poller_new`, has not been given to `zmq_poller_destroy`, and its one socket is open: that
    /// whose `Watcher` this is in.
    /// I2: is used by one thread at a time, because it is in a mutex.
    ptr: NonNull<c_void>,
}

// SAFETY: zmq_poller(3) asks for one thread at a time (I2), not for a certain one.
unsafe impl Send for SocketPoller {}

impl<K> RawSocket<K> {
    /// Does something with the poller, which is made when it is first needed.
    pub(super) fn watch<T>(
        &self,
        action: impl FnOnce(&mut SocketPoller) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        let poller = match &mut *watcher {
            Some(poller) => poller,
            none => none.insert(SocketPoller::new(self)?),
        };
        action(poller)
    }

    /// Comes before the socket is closed or given away.
    pub(super) fn end_watcher(&mut self) {
        let watcher = std::mem::take(&mut self.watcher);
        if !self.process.is_current() {
            // What it is made of is the parent's.
            std::mem::forget(watcher);
        }
    }
}

impl SocketPoller {
    fn new<K>(socket: &RawSocket<K>) -> Result<SocketPoller, Errno> {
        let new = draft::zmq_poller_new().ok_or(Errno::ENOTSUP)?;
        let add = draft::zmq_poller_add().ok_or(Errno::ENOTSUP)?;
        // SAFETY: zmq_poller_new has no precondition.
        let ptr = NonNull::new(unsafe { new() }).ok_or_else(Errno::last)?;
        let poller = SocketPoller { ptr };
        let events = (bindings::ZMQ_POLLIN | bindings::ZMQ_POLLOUT) as c_short;
        // SAFETY: the poller is new and ours (I1, I2), the socket open (its I1). libzmq keeps the socket's pointer until
        // the poller is destroyed, and the socket is still open then (I1).
        let status = unsafe { add(poller.ptr.as_ptr(), socket.as_ptr(), ptr::null_mut(), events) };
        Errno::check(status)?;
        Ok(poller)
    }

    pub(super) fn duplicate_fd(&self) -> Result<OwnedFd, Errno> {
        let tell_fd = draft::zmq_poller_fd().ok_or(Errno::ENOTSUP)?;
        let mut fd: zmq_fd_t = 0;
        // SAFETY: the poller is alive (I1) and ours for now (I2); `fd` has the C type.
        Errno::check(unsafe { tell_fd(self.ptr.as_ptr(), &mut fd) })?;
        // SAFETY: the descriptor is the poller's, which keeps it open while it is alive (I1), so for this call.
        duplicate(unsafe { BorrowedFd::borrow_raw(fd) })
    }

    pub(super) fn forget_news(&mut self) {
        let Some(wait) = draft::zmq_poller_wait_all() else { return };
        let mut event =
            zmq_poller_event_t { socket: ptr::null_mut(), fd: 0, user_data: ptr::null_mut(), events: 0 };
        // SAFETY: the poller is alive (I1) and ours for now (I2), its socket open (I1); there is room for the one event
        // that we allow. What libzmq finds is asked for again by whoever wants to know.
        unsafe { wait(self.ptr.as_ptr(), &mut event, 1, 0) };
    }
}

impl Drop for SocketPoller {
    fn drop(&mut self) {
        let Some(destroy) = draft::zmq_poller_destroy() else { return };
        let mut ptr = self.ptr.as_ptr();
        // SAFETY: the poller is alive (I1), ours (I2) and never used again; its socket is still open (I1).
        unsafe { destroy(&mut ptr) };
    }
}
