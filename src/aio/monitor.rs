//! A monitor as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::stream::{FusedStream, Stream};

use super::close::LeavesAtOnce;
use super::reactor::Reactor;
use super::shared::{Shared, Source};
use super::socket::no_runtime;
use super::waiters::{Place, To};
use crate::error::{Error, Failed, Operation, Result};
use crate::monitor::{Monitor, MonitorEvent};
use crate::poll::Readiness;

/// Tells what becomes of a socket's connections, as a stream of [`MonitorEvent`]s that ends after the last, or when the
/// context is shut down. Made of a [`Monitor`], which says more.
///
/// ```
/// # #[cfg(feature = "tokio")] {
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> ferromq::Result<()> {
/// use ferromq::monitor::EventKind;
/// use ferromq::{Context, Pull, Push};
/// use futures_lite::StreamExt;
///
/// let context = Context::new()?;
/// let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*")?.into_tokio()?;
/// let mut events = pull.monitor()?.into_tokio()?;
///
/// let push = context.socket::<Push>().connect(pull.last_endpoint()?)?;
/// while let Some(event) = events.next().await {
///     if event.kind() == EventKind::HandshakeSucceeded {
///         break;
///     }
/// }
/// # Ok(()) }
/// # main().unwrap(); }
/// ```
pub struct AsyncMonitor<R: Reactor> {
    shared: Shared<Monitor, R>,
    place: Place,
    ended: bool,
    /// Goes after the monitor.
    _context: LeavesAtOnce,
}

impl Source for Monitor {
    fn take_in(&self) -> Readiness {
        self.socket().events().unwrap_or_else(|_| Readiness::of(true, true))
    }

    fn receive_limit(&self) -> Option<Duration> {
        None
    }

    fn send_limit(&self) -> Option<Duration> {
        None
    }
}

impl<R: Reactor> AsyncMonitor<R> {
    /// The same monitor, on the reactor `R`. [`Monitor::into_tokio`] and [`Monitor::into_async_io`] are this, with theirs.
    ///
    /// # Errors
    /// As for [`AsyncSocket::new`](super::AsyncSocket::new), with the monitor.
    pub fn new(monitor: Monitor) -> Result<Self, Failed<Monitor>> {
        let watched = match monitor.socket().core().raw.news() {
            Ok(fd) => R::watch(fd).map_err(|error| no_runtime(&error)),
            Err(errno) => Err(Error::from_errno(Operation::Monitor, errno)),
        };
        match watched {
            Ok(reactor) => Ok(AsyncMonitor {
                _context: LeavesAtOnce::of(monitor.socket().core().raw.context()),
                shared: Shared::new(monitor, reactor),
                place: Place::default(),
                ended: false,
            }),
            Err(error) => Err(Failed::new(error, monitor)),
        }
    }

    /// The next event. Dropping the future loses nothing.
    ///
    /// # Errors
    /// As for [`Monitor::recv`].
    pub async fn recv(&self) -> Result<MonitorEvent> {
        self.shared.receive(None, Monitor::try_recv).await
    }

    /// The next event, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`Monitor::recv_timeout`].
    pub async fn recv_timeout(&self, timeout: Duration) -> Result<MonitorEvent> {
        self.shared.receive(Some(timeout), Monitor::try_recv).await
    }

    /// The next event, if it is there.
    ///
    /// # Errors
    /// As for [`Monitor::try_recv`].
    pub fn try_recv(&self) -> Result<MonitorEvent> {
        self.shared.with(Monitor::try_recv)
    }

    /// The same monitor, which waits.
    pub fn into_blocking(self) -> Monitor {
        self.shared.into_socket()
    }
}

impl<R: Reactor + Unpin> Stream for AsyncMonitor<R> {
    type Item = MonitorEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<MonitorEvent>> {
        let AsyncMonitor { shared, place, ended, .. } = &mut *self;
        if *ended {
            return Poll::Ready(None);
        }
        let event =
            ready!(shared.poll(context, To::Receive, place, &mut |monitor| match monitor.try_recv() {
                Err(error) if error.is_would_block() => Poll::Pending,
                outcome => Poll::Ready(outcome),
            }));
        let event = event.and_then(|event| event).ok();
        *ended = event.is_none();
        Poll::Ready(event)
    }
}

impl<R: Reactor + Unpin> FusedStream for AsyncMonitor<R> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<R: Reactor> fmt::Debug for AsyncMonitor<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncMonitor").field("ended", &self.ended).finish_non_exhaustive()
    }
}
