//! What a runtime has to offer.

use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};
use std::time::Duration;

/// Waits for a descriptor, for one waker at a time.
pub trait Reactor: Sized + Send + Sync + 'static {
    /// A timer.
    type Sleep: Future + Send;

    /// Begins to watch the descriptor. Runs where the runtime can be reached.
    fn watch(fd: OwnedFd) -> io::Result<Self>;

    /// `Ready` if the descriptor may have become readable since the last `Ready`, which it forgets then. `Pending`
    /// if not: when it does, the waker is woken.
    fn poll_news(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// A timer that ends in so long.
    fn sleep(duration: Duration) -> Self::Sleep;
}
