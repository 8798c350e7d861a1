//! The socket that sends back what it receives.

use ferromq::{Message, Pair, Pub, Pull, Push, Rep, Router, Socket, Sub};

use crate::failure::{Failure, Result};
use crate::progress::Progress;

/// A socket, or two, that receive messages and send them back.
pub trait Echo: Send + Sized {
    /// Sends the next message back to where it came from.
    fn once(self) -> Result<Self>;
}

impl Echo for Socket<Rep> {
    #[inline]
    fn once(self) -> Result<Self> {
        let (request, replying) = self.recv()?;
        Ok(replying.send(request)?)
    }
}

impl Echo for Socket<Router> {
    #[inline]
    fn once(self) -> Result<Self> {
        let (peer, message) = self.recv_from()?;
        self.send_to(&peer, message)?;
        Ok(self)
    }
}

impl Echo for Socket<Pair> {
    #[inline]
    fn once(self) -> Result<Self> {
        let message: Message = self.recv()?;
        self.send(message)?;
        Ok(self)
    }
}

impl Echo for (Socket<Pull>, Socket<Push>) {
    #[inline]
    fn once(self) -> Result<Self> {
        self.1.send(self.0.recv()?)?;
        Ok(self)
    }
}

impl Echo for (Socket<Sub>, Socket<Pub>) {
    #[inline]
    fn once(self) -> Result<Self> {
        self.1.send(self.0.recv()?)?;
        Ok(self)
    }
}

/// Sends back `messages` messages, or until the context is shut down.
pub fn echo<E: Echo>(mut end: E, messages: u64, progress: &Progress) -> Result<E, Option<Failure>> {
    for done in 1..=messages {
        end = match end.once() {
            Ok(end) => end,
            Err(failure) if failure.is_terminated() => return Err(None),
            Err(failure) => return Err(Some(failure)),
        };
        progress.set_probed();
        progress.set(done);
    }
    Ok(end)
}
