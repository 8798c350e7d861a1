//! tokio's reactor.

use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::tokio::io::unix::AsyncFd;
use ::tokio::runtime::Handle;
use ::tokio::time::Sleep;

use super::reactor::Reactor;
use crate::sys::watch_by_tokio;

/// tokio.
#[derive(Debug)]
pub struct Tokio(AsyncFd<OwnedFd>);

impl Reactor for Tokio {
    type Sleep = Sleep;

    fn watch(fd: OwnedFd) -> io::Result<Self> {
        Handle::try_current().map_err(io::Error::other)?;
        watch_by_tokio(fd).map(Tokio)
    }

    fn poll_news(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.poll_read_ready(context))?.clear_ready();
        Poll::Ready(Ok(()))
    }

    fn sleep(duration: Duration) -> Sleep {
        ::tokio::time::sleep(duration)
    }
}
