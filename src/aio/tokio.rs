//! Async sockets on [tokio](https://docs.rs/tokio).
//!
//! ```
//! use ferromq::{Context, Pull, Push};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> ferromq::Result<()> {
//! let context = Context::new()?;
//! let pull = context.socket::<Pull>().bind("inproc://tasks")?.into_tokio()?;
//! let push = context.socket::<Push>().connect("inproc://tasks")?.into_tokio()?;
//!
//! push.send("Task 0").await?;
//! assert_eq!(pull.recv().await?, "Task 0");
//! # Ok(())
//! # }
//! ```
//!
//! What async sockets can do, and what they promise, is said at [`aio`](crate::aio). They need a runtime whose I/O and
//! time are switched on (`enable_all`, or `#[tokio::main]`); as everything of tokio's that waits, they panic in one
//! where they are not.

use std::future::{Future, poll_fn};
use std::io;
use std::os::fd::OwnedFd;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::tokio::io::unix::AsyncFd;
use ::tokio::runtime::Handle;
use ::tokio::task::unconstrained;
use ::tokio::time::Sleep;

use super::{AsyncMonitor, AsyncSocket, Converted, Reactor};
use crate::error::{Failed, Result};
use crate::monitor::Monitor as BlockingMonitor;
use crate::socket::Socket as BlockingSocket;
use crate::socket::pattern::Pattern;
use crate::socket::state::State;
use crate::sys::watch_by_tokio;

/// A socket whose operations are futures, on tokio.
pub type Socket<P, S = <P as Pattern>::Initial> = AsyncSocket<P, Tokio, S>;

/// The half of a socket that sends, on tokio.
pub type SendHalf<P> = super::SendHalf<P, Tokio>;

/// The half of a socket that receives, on tokio.
pub type ReceiveHalf<P> = super::ReceiveHalf<P, Tokio>;

/// A stream of what becomes of a socket's connections, on tokio.
pub type Monitor = AsyncMonitor<Tokio>;

impl<P: Pattern, S: State> BlockingSocket<P, S> {
    /// The same socket, whose operations are futures on the tokio runtime that this is called in.
    ///
    /// Nothing is lost: what is queued stays queued, and a request that is under way stays so.
    /// [`into_blocking`](AsyncSocket::into_blocking) leads back.
    ///
    /// # Errors
    /// With the socket: [`NoRuntime`](crate::ErrorKind::NoRuntime) outside of a runtime,
    /// [`LimitReached`](crate::ErrorKind::LimitReached) if there is no file descriptor left,
    /// [`Terminated`](crate::ErrorKind::Terminated).
    pub fn into_tokio(self) -> Converted<P, Tokio, S> {
        AsyncSocket::new(self)
    }
}

impl BlockingMonitor {
    /// The same monitor as a stream, on the tokio runtime that this is called in.
    ///
    /// # Errors
    /// As for [`Socket::into_tokio`](BlockingSocket::into_tokio), with the monitor.
    pub fn into_tokio(self) -> Result<Monitor, Failed<BlockingMonitor>> {
        AsyncMonitor::new(self)
    }
}

/// tokio's reactor.
#[derive(Debug)]
pub struct Tokio(AsyncFd<OwnedFd>);

impl Reactor for Tokio {
    type Sleep = Sleep;

    fn watch(fd: OwnedFd) -> io::Result<Self> {
        Handle::try_current().map_err(io::Error::other)?;
        watch_by_tokio(fd).map(Tokio)
    }

    fn poll_news(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let news = poll_fn(|context| {
            ready!(self.0.poll_read_ready(context))?.clear_ready();
            Poll::Ready(Ok(()))
        });
        // Of a task that has done much in a row, tokio would say that it has no news, and not watch for any.
        pin!(unconstrained(news)).poll(context)
    }

    fn sleep(duration: Duration) -> Sleep {
        ::tokio::time::sleep(duration)
    }
}
