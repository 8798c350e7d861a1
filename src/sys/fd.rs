//! What a reactor waits for.

use std::ffi::c_int;
use std::os::fd::{BorrowedFd, OwnedFd};

use super::bindings::ZMQ_FD;
use super::errno::Errno;
use super::option::OptionId;
use super::socket::{RawSocket, Sharing};

const FD: OptionId<c_int> = OptionId::new(ZMQ_FD);

impl<K: Sharing> RawSocket<K> {
    /// A descriptor that becomes readable when there may be news for the socket. It is a duplicate, and stays open
    /// when the socket is closed.
    ///
    /// News is over when the events were asked for; of a thread-safe socket, after
    /// [`forget_news`](RawSocket::forget_news).
    pub(crate) fn news(&self) -> Result<OwnedFd, Errno> {
        #[cfg(feature = "draft")]
        if K::THREAD_SAFE {
            return self.watch(|poller| poller.duplicate_fd());
        }
        let fd = self.get(FD)?;
        // SAFETY: the descriptor is that of the socket's mailbox, which is open as long as the socket (I1), and so for
        // this call.
        duplicate(unsafe { BorrowedFd::borrow_raw(fd) })
    }

    /// Has the descriptor of a thread-safe socket become readable again at the next news.
    pub(crate) fn forget_news(&self) {
        #[cfg(feature = "draft")]
        if K::THREAD_SAFE {
            // It has been watched before.
            let _ = self.watch(|poller| {
                poller.forget_news();
                Ok(())
            });
        }
    }
}

pub(super) fn duplicate(fd: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    fd.try_clone_to_owned().map_err(|error| match error.raw_os_error() {
        Some(number) => Errno::from_number(number),
        None => Errno::EINVAL,
    })
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
