//! What a runtime has to offer.

use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};
use std::time::Duration;

/// The part of an async runtime that async sockets need: something that waits for a file descriptor, and timers.
///
/// [`Tokio`](crate::aio::tokio::Tokio) and [`AsyncIo`](crate::aio::async_io::AsyncIo) are two. For another runtime, implement it and
/// make sockets with [`AsyncSocket::new`](super::AsyncSocket::new). A wrong implementation can make futures wait for ever;
/// it can do nothing worse.
pub trait Reactor: Sized + Send + Sync + 'static {
    /// A timer.
    type Sleep: Future + Send;

    /// Begins to watch whether the descriptor becomes readable. Is called where the runtime can be reached. Dropping
    /// the reactor ends it and closes the descriptor.
    ///
    /// # Errors
    /// If there is no runtime, or it cannot watch the descriptor.
    fn watch(fd: OwnedFd) -> io::Result<Self>;

    /// `Ready` if the descriptor may have become readable since the last `Ready`, which it forgets then. `Pending`
    /// if not: when it does, this waker is woken. Only the waker of the last call needs to be.
    ///
    /// Edge- and level-triggered will both do: who waits has libzmq drain the descriptor after this was `Pending`.
    ///
    /// # Errors
    /// If the runtime is shutting down.
    fn poll_news(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// A timer that ends in so long.
    fn sleep(duration: Duration) -> Self::Sleep;
}
