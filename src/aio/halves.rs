//! The two halves of a socket, for two tasks.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::reactor::Reactor;
use super::sink::Outgoing;
use super::socket::AsyncSocket;
use super::stream::Incoming;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::Message;
use crate::socket::many::{Accepts, Delivers};
use crate::socket::pattern::{Pattern, Receives, ReceivesFrom, Sends, SendsTo};
use crate::socket::state::Open;

/// The half of a socket that sends; made by [`AsyncSocket::split`]. The socket is closed when both are dropped.
pub struct SendHalf<P: Pattern<Initial = Open>, R: Reactor>(Arc<AsyncSocket<P, R>>);

/// The half of a socket that receives; made by [`AsyncSocket::split`]. The socket is closed when both are dropped.
pub struct ReceiveHalf<P: Pattern<Initial = Open>, R: Reactor>(Arc<AsyncSocket<P, R>>);

/// Both halves of a socket, unless they are of two.
pub type Halves<P, R> = (SendHalf<P, R>, ReceiveHalf<P, R>);

impl<P: Accepts + Delivers, R: Reactor> AsyncSocket<P, R> {
    /// Splits the socket into two halves, which two tasks can use at the same time.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use ferromq::{Context, Dealer, Pair};
    ///
    /// let context = Context::new()?;
    /// let echo = context.socket::<Pair>().bind("inproc://echo")?.into_tokio()?;
    /// # tokio::spawn(async move {
    /// #     while let Ok(message) = echo.recv().await { echo.send(message).await?; }
    /// #     Ok::<(), ferromq::Error>(())
    /// # });
    /// let (sender, receiver) = context.socket::<Pair>().connect("inproc://echo")?.into_tokio()?.split();
    /// tokio::spawn(async move {
    ///     for number in 0..10 {
    ///         sender.send(number.to_string()).await?;
    ///     }
    ///     Ok::<(), ferromq::Error>(())
    /// });
    /// for number in 0..10 {
    ///     assert_eq!(receiver.recv().await?, number.to_string());
    /// }
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub fn split(self) -> Halves<P, R> {
        let socket = Arc::new(self);
        (SendHalf(Arc::clone(&socket)), ReceiveHalf(socket))
    }
}

impl<P: Pattern<Initial = Open>, R: Reactor> SendHalf<P, R> {
    /// The whole socket again.
    ///
    /// # Errors
    /// With both: [`WrongState`](ErrorKind::WrongState) if they are halves of two sockets.
    pub fn reunite(self, other: ReceiveHalf<P, R>) -> Result<AsyncSocket<P, R>, Failed<Halves<P, R>>> {
        if !Arc::ptr_eq(&self.0, &other.0) {
            let error = Error::new(Operation::ConvertSocket, ErrorKind::WrongState)
                .about_detail("these are halves of two sockets");
            return Err(Failed::new(error, (self, other)));
        }
        drop(other);
        Ok(Arc::into_inner(self.0).expect("there are two halves, and streams and sinks take theirs"))
    }

    /// The socket, for what both halves can do.
    pub fn socket(&self) -> &AsyncSocket<P, R> {
        &self.0
    }

    /// As [`AsyncSocket::send`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::send`].
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.0.send(message).await
    }

    /// As [`AsyncSocket::send_timeout`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::send_timeout`].
    pub async fn send_timeout(
        &self,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.0.send_timeout(message, timeout).await
    }

    /// As [`AsyncSocket::try_send`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::try_send`].
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.0.try_send(message)
    }

    /// As [`AsyncSocket::send_to`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::send_to`].
    pub async fn send_to(&self, peer: &P::Peer, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        self.0.send_to(peer, message).await
    }

    /// As [`AsyncSocket::send_to_timeout`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::send_to_timeout`].
    pub async fn send_to_timeout(
        &self,
        peer: &P::Peer,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        self.0.send_to_timeout(peer, message, timeout).await
    }

    /// As [`AsyncSocket::try_send_to`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::try_send_to`].
    pub fn try_send_to(&self, peer: &P::Peer, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        self.0.try_send_to(peer, message)
    }

    /// As [`AsyncSocket::send_all`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::send_all`].
    pub async fn send_all(&self, messages: &mut VecDeque<P::Parcel>) -> Result<()>
    where
        P: Accepts,
    {
        self.0.send_all(messages).await
    }

    /// As [`AsyncSocket::writable`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::writable`].
    pub async fn writable(&self) -> Result<()> {
        self.0.writable().await
    }

    /// This half as a sink.
    pub fn sink(&self) -> Outgoing<&AsyncSocket<P, R>, P::Parcel>
    where
        P: Accepts,
    {
        self.0.sink()
    }

    /// This half as a sink that owns it.
    pub fn into_sink(self) -> Outgoing<Arc<AsyncSocket<P, R>>, P::Parcel>
    where
        P: Accepts,
    {
        Outgoing::new(self.0)
    }
}

impl<P: Pattern<Initial = Open>, R: Reactor> ReceiveHalf<P, R> {
    /// The socket, for what both halves can do.
    pub fn socket(&self) -> &AsyncSocket<P, R> {
        &self.0
    }

    /// As [`AsyncSocket::recv`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::recv`].
    pub async fn recv(&self) -> Result<Message>
    where
        P: Receives,
    {
        self.0.recv().await
    }

    /// As [`AsyncSocket::recv_timeout`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::recv_timeout`].
    pub async fn recv_timeout(&self, timeout: Duration) -> Result<Message>
    where
        P: Receives,
    {
        self.0.recv_timeout(timeout).await
    }

    /// As [`AsyncSocket::try_recv`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::try_recv`].
    pub fn try_recv(&self) -> Result<Message>
    where
        P: Receives,
    {
        self.0.try_recv()
    }

    /// As [`AsyncSocket::recv_from`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::recv_from`].
    pub async fn recv_from(&self) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        self.0.recv_from().await
    }

    /// As [`AsyncSocket::recv_from_timeout`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::recv_from_timeout`].
    pub async fn recv_from_timeout(&self, timeout: Duration) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        self.0.recv_from_timeout(timeout).await
    }

    /// As [`AsyncSocket::try_recv_from`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::try_recv_from`].
    pub fn try_recv_from(&self) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        self.0.try_recv_from()
    }

    /// As [`AsyncSocket::recv_many`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::recv_many`].
    pub async fn recv_many(&self, messages: &mut Vec<P::Delivery>, max: usize) -> Result<usize>
    where
        P: Delivers,
    {
        self.0.recv_many(messages, max).await
    }

    /// As [`AsyncSocket::readable`].
    ///
    /// # Errors
    /// As for [`AsyncSocket::readable`].
    pub async fn readable(&self) -> Result<()> {
        self.0.readable().await
    }

    /// What this half receives, as a stream.
    pub fn stream(&self) -> Incoming<&AsyncSocket<P, R>>
    where
        P: Delivers,
    {
        self.0.stream()
    }

    /// What this half receives, as a stream that owns it.
    pub fn into_stream(self) -> Incoming<Arc<AsyncSocket<P, R>>>
    where
        P: Delivers,
    {
        Incoming::new(self.0)
    }
}

impl<P: Pattern<Initial = Open>, R: Reactor> fmt::Debug for SendHalf<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SendHalf").field(&self.0).finish()
    }
}

impl<P: Pattern<Initial = Open>, R: Reactor> fmt::Debug for ReceiveHalf<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReceiveHalf").field(&self.0).finish()
    }
}
