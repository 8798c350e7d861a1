//! The state as it changes.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::state::ConnectionState;
use super::watcher::{Place, Watcher};

/// The state of a socket's connections, now and each time that it is another; made by
/// [`Connections::changes`](super::Connections::changes).
///
/// Whoever is behind misses states in between, and never the last. The last is
/// [`Closed`](ConnectionState::Closed). As an iterator it waits; with the feature `aio` it is a `Stream` too, on any
/// runtime.
#[must_use]
pub struct Changes {
    watcher: Arc<Watcher>,
    place: Place,
    last: Option<ConnectionState>,
}

impl Changes {
    pub(super) fn new(watcher: Arc<Watcher>) -> Self {
        Changes { watcher, place: Place::new(), last: None }
    }

    /// The next state, for tasks: on any runtime, and without one. `None` after the last. Dropping the future loses nothing.
    pub async fn changed(&mut self) -> Option<ConnectionState> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<ConnectionState>> {
        if self.has_ended() {
            return Poll::Ready(None);
        }
        let Ok(mut book) = self.watcher.shared.look() else { return Poll::Ready(None) };
        let now = book.state();
        if self.last == Some(now) {
            book.wake_at_change(self.place, context.waker());
            return Poll::Pending;
        }
        self.last = Some(now);
        Poll::Ready(self.last)
    }

    fn has_ended(&self) -> bool {
        self.last == Some(ConnectionState::Closed)
    }
}

impl Iterator for Changes {
    type Item = ConnectionState;

    fn next(&mut self) -> Option<ConnectionState> {
        if self.has_ended() {
            return None;
        }
        let (state, _) = self.watcher.shared.next(self.last, None).ok()??;
        self.last = Some(state);
        self.last
    }
}

#[cfg(all(unix, feature = "aio"))]
impl futures_core::Stream for Changes {
    type Item = ConnectionState;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<ConnectionState>> {
        self.poll(context)
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        if let Ok(mut book) = self.watcher.shared.look() {
            book.forget(self.place);
        }
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("last", &self.last).finish_non_exhaustive()
    }
}
