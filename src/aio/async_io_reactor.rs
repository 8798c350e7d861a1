//! The reactor of smol.

use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};
use std::time::Duration;

use ::async_io::{Async, Timer};

use super::reactor::Reactor;

/// smol, async-std, and every other executor.
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
