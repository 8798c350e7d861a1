//! What the operating system permits this process, found out before libzmq relies on it.

use std::ffi::c_int;

/// An option of the operating system's sockets that libzmq sets on each connection: it aborts when it may not
/// set `SO_PRIORITY`, and goes on without a word when it may not set `SO_BUSY_POLL`.
#[derive(Clone, Copy)]
pub(crate) struct KernelOption(#[cfg(target_os = "linux")] c_int);

#[cfg(target_os = "linux")]
impl KernelOption {
    pub(crate) const PRIORITY: Self = Self(libc::SO_PRIORITY);
    pub(crate) const BUSY_POLL: Self = Self(libc::SO_BUSY_POLL);

    /// Whether the operating system lets this process set the option to `value`; tried on a socket of its own.
    pub(crate) fn is_permitted(self, value: c_int) -> bool {
        use std::os::fd::AsRawFd;

        let Ok(socket) = std::os::unix::net::UnixDatagram::unbound() else {
            return false;
        };
        let start = (&raw const value).cast();
        let len = size_of::<c_int>() as libc::socklen_t;
        // SAFETY: the descriptor is open for as long as `socket` is, and `start` has the `len` readable bytes of
        // an int, which is the type of both options.
        let status = unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, self.0, start, len) };
        status == 0
    }
}

#[cfg(not(target_os = "linux"))]
impl KernelOption {
    pub(crate) const PRIORITY: Self = Self();
    pub(crate) const BUSY_POLL: Self = Self();

    /// These options are Linux's.
    pub(crate) fn is_permitted(self, _value: c_int) -> bool {
        false
    }
}
