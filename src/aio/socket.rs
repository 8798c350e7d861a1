//! Sockets whose operations are futures.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::reactor::Reactor;
use super::shared::{Shared, Source};
use super::waiters::To;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::Message;
use crate::poll::Readiness;
use crate::socket::Socket;
use crate::socket::pattern::{Pattern, Receives, ReceivesFrom, Sends, SendsTo};
use crate::socket::state::Open;
use crate::sys::Classic;

impl<P: Pattern, S: 'static> Source for Socket<P, S>
where
    Socket<P, S>: Send,
{
    fn take_in(&self) -> Readiness {
        // The attempt that follows meets the same error.
        self.events().unwrap_or(Readiness::NONE)
    }
}

/// A socket whose operations are futures, on the runtime `R`.
pub struct AsyncSocket<P: Pattern<Sharing = Classic, Initial = Open>, R: Reactor> {
    shared: Arc<Shared<Socket<P>, R>>,
}

impl<P: Pattern<Sharing = Classic, Initial = Open>, R: Reactor> AsyncSocket<P, R> {
    /// The socket, on the runtime.
    ///
    /// # Errors
    /// With the socket: [`LimitReached`](ErrorKind::LimitReached) if there is no descriptor left,
    /// [`Terminated`](ErrorKind::Terminated), [`Other`](ErrorKind::Other) if the runtime cannot be reached from here.
    pub fn new(socket: Socket<P>) -> Result<Self, Failed<Socket<P>>> {
        let fd = match socket.core().raw.news() {
            Ok(fd) => fd,
            Err(errno) => return Err(Failed::new(Error::from_errno(Operation::Poll, errno), socket)),
        };
        match R::watch(fd) {
            Ok(reactor) => Ok(AsyncSocket { shared: Arc::new(Shared::new(socket, reactor)) }),
            Err(error) => {
                let error = Error::new(Operation::Poll, ErrorKind::Other).about_detail(error.to_string());
                Err(Failed::new(error, socket))
            }
        }
    }

    /// Does something with the socket that does not wait, such as setting an option or connecting.
    pub fn with<T>(&self, action: impl FnOnce(&Socket<P>) -> T) -> T {
        self.shared.with(action)
    }

    /// Receives a message.
    pub async fn recv(&self) -> Result<Message>
    where
        P: Receives,
    {
        self.receive(None, |socket| socket.try_recv()).await
    }

    /// Receives a message, waiting at most `timeout`.
    pub async fn recv_timeout(&self, timeout: Duration) -> Result<Message>
    where
        P: Receives,
    {
        self.receive(Some(timeout), |socket| socket.try_recv()).await
    }

    /// Receives a message and the peer that it is from.
    pub async fn recv_from(&self) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        self.receive(None, |socket| socket.try_recv_from()).await
    }

    /// Sends a message.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.transmit(None, To::Send, message.into(), |socket, message| socket.try_send(message)).await
    }

    /// Sends a message to a peer.
    pub async fn send_to(&self, peer: &P::Peer, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        let attempt = |socket: &Socket<P>, message| socket.try_send_to(peer, message);
        self.transmit(None, To::SendToPeer, message.into(), attempt).await
    }

    async fn receive<T>(
        &self,
        timeout: Option<Duration>,
        receive: impl Fn(&Socket<P>) -> Result<T>,
    ) -> Result<T> {
        let attempt = |socket: &Socket<P>| match receive(socket) {
            Err(error) if error.is_would_block() => Poll::Pending,
            outcome => Poll::Ready(outcome),
        };
        match within::<R, _>(timeout, self.shared.until(To::Receive, attempt)).await {
            Some(outcome) => outcome?,
            None => Err(Error::new(Operation::Receive, ErrorKind::TimedOut)),
        }
    }

    async fn transmit(
        &self,
        timeout: Option<Duration>,
        to: To,
        message: Message,
        send: impl Fn(&Socket<P>, Message) -> Result<(), Failed<Message>>,
    ) -> Result<(), Failed<Message>> {
        let mut unsent = Some(message);
        let attempt = |socket: &Socket<P>| {
            let message = unsent.take().expect("every failed attempt gives it back");
            match send(socket, message) {
                Err(failed) if failed.is_would_block() => {
                    unsent = Some(failed.into_kept());
                    Poll::Pending
                }
                outcome => Poll::Ready(outcome),
            }
        };
        let error = match within::<R, _>(timeout, self.shared.until(to, attempt)).await {
            Some(Ok(outcome)) => return outcome,
            Some(Err(error)) => error,
            None => Error::new(Operation::Send, ErrorKind::TimedOut),
        };
        Err(Failed::new(error, unsent.expect("it was not sent")))
    }
}

/// What the future gives, unless the time passes first.
async fn within<R: Reactor, F: Future>(timeout: Option<Duration>, future: F) -> Option<F::Output> {
    let Some(timeout) = timeout else { return Some(future.await) };
    let (mut future, mut sleep) = (pin!(future), pin!(R::sleep(timeout)));
    std::future::poll_fn(|context| {
        if let Poll::Ready(outcome) = future.as_mut().poll(context) {
            return Poll::Ready(Some(outcome));
        }
        sleep.as_mut().poll(context).map(|_| None)
    })
    .await
}

impl<P: Pattern<Sharing = Classic, Initial = Open>, R: Reactor> Clone for AsyncSocket<P, R> {
    fn clone(&self) -> Self {
        AsyncSocket { shared: Arc::clone(&self.shared) }
    }
}

impl<P: Pattern<Sharing = Classic, Initial = Open>, R: Reactor> fmt::Debug for AsyncSocket<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSocket").field("pattern", &P::NAME).finish_non_exhaustive()
    }
}
