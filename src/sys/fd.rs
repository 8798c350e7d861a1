//! What a reactor waits for.

use std::os::fd::{BorrowedFd, OwnedFd};

use super::errno::Errno;
use super::option::id;
use super::socket::{Classic, RawSocket};

impl RawSocket<Classic> {
    /// A descriptor that becomes readable when there may be news for the socket. It is a duplicate, and stays open
    /// when the socket is closed.
    pub(crate) fn news(&self) -> Result<OwnedFd, Errno> {
        let fd = self.get(id::FD)?;
        // SAFETY: the descriptor is that of the socket's mailbox, which is open as long as the socket (I1), and so for
        // this call.
        let mailbox = unsafe { BorrowedFd::borrow_raw(fd) };
        mailbox.try_clone_to_owned().map_err(|error| match error.raw_os_error() {
            Some(number) => Errno::from_number(number),
            None => Errno::EINVAL,
        })
    }
}

/// Has the current tokio runtime watch whether the descriptor becomes readable.
///
/// # Panics
/// Outside of a runtime with a reactor.
#[cfg(feature = "tokio")]
pub(crate) fn watch_by_tokio(fd: OwnedFd) -> std::io::Result<tokio::io::unix::AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` is open, is nobody else's to close, and stays the same descriptor until it is dropped, which
    // the `AsyncFd` does after it has ended the registration.
    let registered =
        unsafe { tokio::io::unix::AsyncFd::register_with_interest(fd, tokio::io::Interest::READABLE) };
    Ok(registered?)
}
