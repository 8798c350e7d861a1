//! From a SUB socket to records.

use std::time::Duration;

use super::LogRecord;
use crate::error::Result;
use crate::socket::state::Open;
use crate::socket::{Socket, Sub};

/// Receives what [`LogPublisher`](super::LogPublisher)s and Python's `PUBHandler`s publish.
///
/// ```
/// use ferromq::log::{LogLevel, LogReceiver};
/// use ferromq::{Context, Pub, Sub};
///
/// let context = Context::new()?;
/// let publisher = context.socket::<Pub>().bind("inproc://log")?; // or a PUBHandler
/// let socket = context.socket::<Sub>().subscribe("trader.").connect("inproc://log")?;
/// let receiver = LogReceiver::new(socket);
///
/// publisher.send(["trader.INFO.orders", "order 7"])?;
/// let record = receiver.recv()?;
/// assert_eq!((record.level(), record.text()), (Some(LogLevel::Info), "order 7"));
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// What was subscribed to decides which records come: `""` for all, `trader.` for those of a program, `trader.ERROR` for one level.
#[derive(Debug)]
pub struct LogReceiver {
    socket: Socket<Sub, Open>,
}

impl LogReceiver {
    /// Receives from a socket, which has been connected or bound, and has subscribed to something.
    pub fn new(socket: Socket<Sub, Open>) -> LogReceiver {
        LogReceiver { socket }
    }

    /// Waits for the next record.
    ///
    /// # Errors
    /// As for [`Socket::recv`]; [`InvalidMessage`](crate::ErrorKind::InvalidMessage) if what was received is no record, after
    /// which the next one can be received.
    pub fn recv(&self) -> Result<LogRecord> {
        Ok(self.socket.recv()?.try_into()?)
    }

    /// Waits at most so long for the next record.
    ///
    /// # Errors
    /// As for [`recv`](LogReceiver::recv); [`TimedOut`](crate::ErrorKind::TimedOut).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<LogRecord> {
        Ok(self.socket.recv_timeout(timeout)?.try_into()?)
    }

    /// The next record, if there is one.
    ///
    /// # Errors
    /// As for [`recv`](LogReceiver::recv); [`WouldBlock`](crate::ErrorKind::WouldBlock).
    pub fn try_recv(&self) -> Result<LogRecord> {
        Ok(self.socket.try_recv()?.try_into()?)
    }

    /// The socket, to poll it, or to change what it subscribes to.
    pub fn socket(&self) -> &Socket<Sub, Open> {
        &self.socket
    }

    /// The socket back.
    pub fn into_socket(self) -> Socket<Sub, Open> {
        self.socket
    }
}
