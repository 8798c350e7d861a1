//! Receiving into a buffer of the caller's.

use std::time::Duration;

use super::Socket;
use super::pattern::{Pattern, Receives};
use super::state::Open;
use super::transfer::Wait;
use crate::error::{Failed, Operation};
use crate::message::Message;

/// What is received: the number of bytes, or, where there was a message that could not be put there, it.
type Received = Result<usize, Failed<Option<Message>>>;

/// Receiving messages of one frame into a buffer of one's own. On patterns where `recv` returns more than the
/// message, [`Message::copy_into`] does the same.
impl<P: Pattern<Initial = Open>> Socket<P, Open> {
    /// Receives a message of one frame into `buffer`; the number of bytes.
    ///
    /// Nothing is cut off and nothing is lost: a message that does not fit is in the error.
    ///
    /// # Errors
    /// As for [`recv`](Socket::recv), with nothing; with the message,
    /// [`BufferTooShort`](crate::ErrorKind::BufferTooShort) if it is longer than `buffer`, and
    /// [`InvalidMessage`](crate::ErrorKind::InvalidMessage) if it has several frames. `buffer` is then as it
    /// was.
    ///
    /// ```
    /// use ferromq::{Context, Pair};
    ///
    /// let context = Context::new()?;
    /// let left = context.socket::<Pair>().bind("inproc://measurements")?;
    /// let right = context.socket::<Pair>().connect("inproc://measurements")?;
    /// let mut buffer = [0; 16];
    ///
    /// left.send("21.5")?;
    /// let len = right.recv_into(&mut buffer)?;
    /// assert_eq!(&buffer[..len], b"21.5");
    ///
    /// left.send("21.500000000000000")?;
    /// let failed = right.recv_into(&mut buffer).unwrap_err();
    /// assert_eq!(failed.into_kept().expect("a message came"), "21.500000000000000");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_recv")]
    pub fn recv_into(&self, buffer: &mut [u8]) -> Received
    where
        P: Receives,
    {
        self.receive_into(buffer, Wait::AsConfigured)
    }

    /// Receives a message of one frame into `buffer`, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv_into`](Socket::recv_into).
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{Context, Pull};
    ///
    /// let pull = Context::new()?.socket::<Pull>().bind("inproc://nobody-sends")?;
    /// let failed = pull.recv_into_timeout(&mut [0; 16], Duration::from_millis(10)).unwrap_err();
    /// assert!(failed.is_timeout());
    /// assert!(failed.into_kept().is_none());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn recv_into_timeout(&self, buffer: &mut [u8], timeout: Duration) -> Received
    where
        P: Receives,
    {
        self.receive_into(buffer, Wait::AtMost(timeout))
    }

    /// Receives a message of one frame into `buffer` if there is one.
    ///
    /// # Errors
    /// As for [`recv_into`](Socket::recv_into), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    ///
    /// ```
    /// use ferromq::{Context, Pull};
    ///
    /// let pull = Context::new()?.socket::<Pull>().bind("inproc://nobody-sends")?;
    /// assert!(pull.try_recv_into(&mut [0; 16]).unwrap_err().is_would_block());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn try_recv_into(&self, buffer: &mut [u8]) -> Received
    where
        P: Receives,
    {
        self.receive_into(buffer, Wait::Never)
    }

    fn receive_into(&self, buffer: &mut [u8], wait: Wait) -> Received {
        let message = self.core.receive(wait).map_err(|error| Failed::new(error, None))?;
        message.copy_into(buffer).map_err(|failed| {
            let (error, message) = failed.into_parts();
            Failed::new(error.with_operation(Operation::Receive), Some(message))
        })
    }
}
