//! Async sockets on [async-io](https://docs.rs/async-io): for smol, async-std and every other executor.
//!
//! async-io has a thread of its own that waits, so that any executor will do, even none but `block_on`:
//!
//! ```
//! use ferromq::{Context, Pull, Push};
//!
//! # fn main() -> ferromq::Result<()> {
//! futures_lite::future::block_on(async {
//!     let context = Context::new()?;
//!     let pull = context.socket::<Pull>().bind("inproc://tasks")?.into_async_io()?;
//!     let push = context.socket::<Push>().connect("inproc://tasks")?.into_async_io()?;
//!
//!     push.send("Task 0").await?;
//!     assert_eq!(pull.recv().await?, "Task 0");
//!     Ok(())
//! })
//! # }
//! ```
//!
//! What async sockets can do, and what they promise, is said at [`aio`](crate::aio).

use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};
use std::time::Duration;

use ::async_io::{Async, Timer};

use super::{AsyncMonitor, AsyncSocket, Converted, Reactor};
use crate::error::{Failed, Result};
use crate::monitor::Monitor as BlockingMonitor;
use crate::socket::Socket as BlockingSocket;
use crate::socket::pattern::Pattern;
use crate::socket::state::State;

/// A socket whose operations are futures, on any executor.
pub type Socket<P, S = <P as Pattern>::Initial> = AsyncSocket<P, AsyncIo, S>;

/// The half of a socket that sends, on any executor.
pub type SendHalf<P> = super::SendHalf<P, AsyncIo>;

/// The half of a socket that receives, on any executor.
pub type ReceiveHalf<P> = super::ReceiveHalf<P, AsyncIo>;

/// A stream of what becomes of a socket's connections, on any executor.
pub type Monitor = AsyncMonitor<AsyncIo>;

impl<P: Pattern, S: State> BlockingSocket<P, S> {
    /// The same socket, whose operations are futures for any executor.
    ///
    /// Nothing is lost: what is queued stays queued, and a request that is under way stays so.
    /// [`into_blocking`](AsyncSocket::into_blocking) leads back.
    ///
    /// # Errors
    /// With the socket: [`LimitReached`](crate::ErrorKind::LimitReached) if there is no file descriptor left,
    /// [`Terminated`](crate::ErrorKind::Terminated).
    pub fn into_async_io(self) -> Converted<P, AsyncIo, S> {
        AsyncSocket::new(self)
    }
}

impl BlockingMonitor {
    /// The same monitor as a stream, for any executor.
    ///
    /// # Errors
    /// As for [`Socket::into_async_io`](BlockingSocket::into_async_io), with the monitor.
    pub fn into_async_io(self) -> Result<Monitor, Failed<BlockingMonitor>> {
        AsyncMonitor::new(self)
    }
}

/// The reactor of smol.
#[derive(Debug)]
pub struct AsyncIo(Async<OwnedFd>);

impl Reactor for AsyncIo {
    type Sleep = Timer;

    fn watch(fd: OwnedFd) -> io::Result<Self> {
        Async::new_nonblocking(fd).map(AsyncIo)
    }

    fn poll_news(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_readable(context)
    }

    fn sleep(duration: Duration) -> Timer {
        Timer::after(duration)
    }
}
