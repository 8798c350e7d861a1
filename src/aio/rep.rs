//! REP: a request, then its reply, then the next request.

use std::fmt;
use std::time::Duration;

use super::reactor::Reactor;
use super::socket::AsyncSocket;
use super::waiters::To;
use crate::error::{Failed, Result};
use crate::message::Message;
use crate::socket::state::Receiving;
use crate::socket::transfer::Wait;
use crate::socket::{Rep, Socket};

/// Request and reply, in turn.
///
/// The socket is borrowed while a reply is owed: the compiler lets nothing but the reply be sent. A future that is dropped
/// leaves the socket usable, and [`replying`](AsyncSocket::replying) tells whether a reply is owed.
impl<R: Reactor> AsyncSocket<Rep, R> {
    /// Receives a request. Dropping the future loses nothing.
    ///
    /// # Errors
    /// Those of the blocking [`recv`](Socket::recv); [`WrongState`](crate::ErrorKind::WrongState) if the reply to an earlier
    /// request was not sent.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use ferromq::{Context, Rep, Req};
    ///
    /// let context = Context::new()?;
    /// let mut rep = context.socket::<Rep>().bind("inproc://service")?.into_tokio()?;
    /// tokio::spawn(async move {
    ///     loop {
    ///         let (request, replying) = rep.recv().await?;
    ///         replying.send(format!("World, {request}!")).await?;
    ///     }
    ///     # #[allow(unreachable_code)]
    ///     # Ok::<(), ferromq::Error>(())
    /// });
    /// let mut req = context.socket::<Req>().connect("inproc://service")?.into_tokio()?;
    /// assert_eq!(req.request("Hello").await?, "World, Hello!");
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub async fn recv(&mut self) -> Result<(Message, Replying<'_, R>)> {
        let request = self.shared.receive(None, try_receive).await?;
        Ok(self.requested(request))
    }

    /// Receives a request, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv`](AsyncSocket::recv).
    pub async fn recv_timeout(&mut self, timeout: Duration) -> Result<(Message, Replying<'_, R>)> {
        let request = self.shared.receive(Some(timeout), try_receive).await?;
        Ok(self.requested(request))
    }

    /// Receives a request if there is one.
    ///
    /// # Errors
    /// As for [`recv`](AsyncSocket::recv), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_recv(&mut self) -> Result<(Message, Replying<'_, R>)> {
        let request = self.with(try_receive)?;
        Ok(self.requested(request))
    }

    /// The request that has not been replied to, because what [`recv`](AsyncSocket::recv) gave was dropped; `None` if there
    /// is none.
    pub fn replying(&mut self) -> Option<Replying<'_, R>> {
        self.midway.then_some(Replying { socket: self })
    }

    fn requested(&mut self, request: Message) -> (Message, Replying<'_, R>) {
        self.midway = true;
        (request, Replying { socket: self })
    }
}

fn try_receive(socket: &Socket<Rep>) -> Result<Message> {
    socket.core().receive(Wait::Never)
}

fn try_send(socket: &Socket<Rep, Receiving>, reply: Message) -> Result<(), Failed<Message>> {
    socket.core().send(reply, Wait::Never)
}

/// A REP that owes a reply. Dropping it leaves it so; [`AsyncSocket::replying`] gives it again.
#[must_use = "a REP can receive no other request before the reply is sent"]
pub struct Replying<'a, R: Reactor> {
    socket: &'a mut AsyncSocket<Rep, R>,
}

impl<R: Reactor> Replying<'_, R> {
    /// Sends the reply to the peer that sent the request. A future that is dropped before it is ready has not sent it. Then,
    /// and after an error, the reply is still owed: [`AsyncSocket::replying`].
    ///
    /// # Errors
    /// With the unsent reply: those of the blocking [`send`](Socket::send).
    pub async fn send(self, reply: impl Into<Message>) -> Result<(), Failed<Message>> {
        let sent = self.socket.shared.send(None, To::Send, reply.into(), try_send).await;
        self.replied(sent)
    }

    /// Sends the reply, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`send`](Replying::send).
    pub async fn send_timeout(
        self,
        reply: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>> {
        let sent = self.socket.shared.send(Some(timeout), To::Send, reply.into(), try_send).await;
        self.replied(sent)
    }

    /// Sends the reply if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`send`](Replying::send), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_send(self, reply: impl Into<Message>) -> Result<(), Failed<Message>> {
        let reply = reply.into();
        let sent = self.socket.with(|socket| try_send(socket, reply));
        self.replied(sent)
    }

    fn replied(self, sent: Result<(), Failed<Message>>) -> Result<(), Failed<Message>> {
        if sent.is_ok() {
            self.socket.midway = false;
        }
        sent
    }
}

impl<R: Reactor> fmt::Debug for Replying<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replying").field("socket", &self.socket).finish()
    }
}
