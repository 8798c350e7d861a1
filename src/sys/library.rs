//! What the linked libzmq says of itself.

use std::ffi::{CStr, c_int};
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::fd::{FromRawFd, OwnedFd};

use super::bindings;

/// Version of the libzmq that is linked, as (major, minor, patch).
pub(crate) fn version() -> (i32, i32, i32) {
    let (mut major, mut minor, mut patch): (c_int, c_int, c_int) = (0, 0, 0);
    // SAFETY: zmq_version writes one int through each of the three pointers, which are valid for that.
    unsafe { bindings::zmq_version(&mut major, &mut minor, &mut patch) };
    (major, minor, patch)
}

/// Whether the linked libzmq was built with something, by libzmq's name of it.
pub(crate) fn has(capability: &CStr) -> bool {
    // SAFETY: the string is NUL-terminated and only read.
    unsafe { bindings::zmq_has(capability.as_ptr()) == 1 }
}

/// Whether the kernel makes TIPC sockets. Asking for one loads the module, where that is allowed.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn kernel_has_tipc() -> bool {
    // SAFETY: socket takes three numbers and has no precondition.
    let socket = unsafe { libc::socket(libc::AF_TIPC, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) };
    if socket == -1 {
        return false;
    }
    // SAFETY: the descriptor was just made here, is nobody else's, and is closed once.
    drop(unsafe { OwnedFd::from_raw_fd(socket) });
    true
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn kernel_has_tipc() -> bool {
    false
}
