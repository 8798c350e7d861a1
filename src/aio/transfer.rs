//! Sending and receiving, on the patterns that have no order.

use std::collections::VecDeque;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::reactor::Reactor;
use super::shared::BURST;
use super::socket::AsyncSocket;
use super::traffic::to_send;
use super::wait::within;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::Message;
use crate::socket::Socket;
use crate::socket::many::{Accepts, Delivers, give_many, take_many};
use crate::socket::pattern::{Pattern, Receives, ReceivesFrom, Sends, SendsTo};
use crate::socket::state::Open;
use crate::socket::transfer::Wait;

/// Receiving.
impl<P: Pattern<Initial = Open>, R: Reactor> AsyncSocket<P, R> {
    /// Receives a message. Dropping the future loses nothing.
    ///
    /// # Errors
    /// As for [`Socket::recv`].
    pub async fn recv(&self) -> Result<Message>
    where
        P: Receives,
    {
        self.shared.receive(None, Socket::<P>::try_recv).await
    }

    /// Receives a message, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`Socket::recv_timeout`].
    pub async fn recv_timeout(&self, timeout: Duration) -> Result<Message>
    where
        P: Receives,
    {
        self.shared.receive(Some(timeout), Socket::<P>::try_recv).await
    }

    /// Receives a message if there is one.
    ///
    /// # Errors
    /// As for [`Socket::try_recv`].
    pub fn try_recv(&self) -> Result<Message>
    where
        P: Receives,
    {
        self.with(Socket::<P>::try_recv)
    }

    /// Receives a message, and the peer that sent it. Dropping the future loses nothing.
    ///
    /// # Errors
    /// As for [`Socket::recv_from`].
    pub async fn recv_from(&self) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        self.shared.receive(None, Socket::<P>::try_recv_from).await
    }

    /// Receives a message and its sender, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`Socket::recv_from_timeout`].
    pub async fn recv_from_timeout(&self, timeout: Duration) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        self.shared.receive(Some(timeout), Socket::<P>::try_recv_from).await
    }

    /// Receives a message and its sender if there is one.
    ///
    /// # Errors
    /// As for [`Socket::try_recv_from`].
    pub fn try_recv_from(&self) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        self.with(Socket::<P>::try_recv_from)
    }

    /// Receives as many messages as there are, at least one and at most `max`, and puts them at the end of `messages`; how
    /// many. One lock and one wake-up for all of them. Dropping the future loses nothing.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use ferromq::{Context, Pull, Push};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("inproc://tasks")?.into_tokio()?;
    /// let push = context.socket::<Push>().connect("inproc://tasks")?.into_tokio()?;
    /// let mut tasks = ["Task 0", "Task 1", "Task 2"].map(ferromq::Message::from).into();
    /// push.send_all(&mut tasks).await?;
    ///
    /// let mut received = Vec::new();
    /// assert_eq!(pull.recv_many(&mut received, 2).await?, 2);
    /// assert_eq!(pull.recv_many(&mut received, 2).await?, 1);
    /// assert_eq!(received, ["Task 0", "Task 1", "Task 2"]);
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    ///
    /// # Errors
    /// As for [`recv`](AsyncSocket::recv). An error after the first message is told by the next call.
    pub async fn recv_many(&self, messages: &mut Vec<P::Delivery>, max: usize) -> Result<usize>
    where
        P: Delivers,
    {
        if max == 0 {
            return Ok(0);
        }
        let take = |socket: &Socket<P>| take_many(socket, messages, max, Wait::Never);
        let count = self.shared.receive(None, take).await?;
        self.shared.count(count - 1);
        Ok(count)
    }
}

/// Sending.
impl<P: Pattern<Initial = Open>, R: Reactor> AsyncSocket<P, R> {
    /// Sends a message. A future that is dropped before it is ready has not sent it.
    ///
    /// # Errors
    /// As for [`Socket::send`], with the unsent message.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.shared.send(None, to_send::<P>(), message.into(), Socket::<P>::try_send).await
    }

    /// Sends a message, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`Socket::send_timeout`], with the unsent message.
    pub async fn send_timeout(
        &self,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.shared.send(Some(timeout), to_send::<P>(), message.into(), Socket::<P>::try_send).await
    }

    /// Sends a message if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`Socket::try_send`], with the unsent message.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        let message = message.into();
        self.with(|socket| socket.try_send(message))
    }

    /// Sends a message to a peer. A future that is dropped before it is ready has not sent it.
    ///
    /// # Errors
    /// As for [`Socket::send_to`], with the unsent message.
    pub async fn send_to(&self, peer: &P::Peer, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        let send = |socket: &Socket<P>, message| socket.try_send_to(peer, message);
        self.shared.send(None, to_send::<P>(), message.into(), send).await
    }

    /// Sends a message to a peer, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`Socket::send_to_timeout`], with the unsent message.
    pub async fn send_to_timeout(
        &self,
        peer: &P::Peer,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        let send = |socket: &Socket<P>, message| socket.try_send_to(peer, message);
        self.shared.send(Some(timeout), to_send::<P>(), message.into(), send).await
    }

    /// Sends a message to a peer if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`Socket::try_send_to`], with the unsent message.
    pub fn try_send_to(&self, peer: &P::Peer, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        let message = message.into();
        self.with(|socket| socket.try_send_to(peer, message))
    }

    /// Sends all the messages of a queue, the first first; where peers are named, with their names. One that was sent is no longer in the
    /// queue, so that nothing is lost when the future is dropped, or fails.
    ///
    /// # Errors
    /// As for [`send`](AsyncSocket::send), of the message that is then the first of the queue. The send timeout is for each
    /// time that it has to wait.
    pub async fn send_all(&self, messages: &mut VecDeque<P::Parcel>) -> Result<()>
    where
        P: Accepts,
    {
        while !messages.is_empty() {
            self.send_many(messages).await?;
        }
        Ok(())
    }

    /// Sends as many messages of a queue as there is room for, the first first, at least one and at most 512; how many. It waits for
    /// room for the first only. One that was sent is no longer in the queue, so that nothing is lost when the future is dropped, or fails.
    ///
    /// # Errors
    /// As for [`send`](AsyncSocket::send), of the message that is then the first of the queue, if none was sent before it.
    pub async fn send_many(&self, messages: &mut VecDeque<P::Parcel>) -> Result<usize>
    where
        P: Accepts,
    {
        if messages.is_empty() {
            return Ok(0);
        }
        let to = to_send::<P>();
        let attempt = |socket: &Socket<P>| match give_many(socket, messages, BURST as usize, Wait::Never) {
            Err(error) if error.is_would_block() => Poll::Pending,
            outcome => Poll::Ready(outcome),
        };
        let limit = || self.shared.look(|socket| socket.core().send_limit());
        let sent = within::<R, _>(pin!(self.shared.until(to, attempt)), limit, to.tries_again()).await;
        let count = sent.unwrap_or_else(|| Err(Error::new(Operation::Send, ErrorKind::TimedOut)))??;
        self.shared.count(count - 1);
        Ok(count)
    }
}
