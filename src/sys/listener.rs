//! Listening sockets of the operating system, for libzmq to accept from.

use std::ffi::c_int;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Whether this is a stream socket that listens; libzmq aborts when it cannot accept from a descriptor.
pub(crate) fn is_listening(fd: BorrowedFd<'_>) -> bool {
    int_option(fd, libc::SO_ACCEPTCONN) == Some(1) && int_option(fd, libc::SO_TYPE) == Some(libc::SOCK_STREAM)
}

/// The value of an option of the socket; none, if it is no socket.
fn int_option(fd: BorrowedFd<'_>, name: c_int) -> Option<c_int> {
    let mut value: c_int = 0;
    let mut len = size_of::<c_int>() as libc::socklen_t;
    let start = (&raw mut value).cast();
    // SAFETY: the descriptor is open for as long as it is borrowed; `start` has the `len` writable bytes of an
    // int, which is the type of the options asked for.
    let status = unsafe { libc::getsockopt(fd.as_raw_fd(), libc::SOL_SOCKET, name, start, &mut len) };
    (status == 0).then_some(value)
}
