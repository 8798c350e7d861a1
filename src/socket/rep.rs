//! REP: a request, then its reply, then the next request.

use std::time::Duration;

use super::Socket;
use super::pattern::pattern;
use super::state::{Receiving, Replying};
use super::transfer::Wait;
use crate::error::Failed;
use crate::message::Message;

/// REP receives a request from one of its [REQ](crate::Req) or [DEALER](crate::Dealer) peers, and then sends
/// the reply to it, in strict turn.
///
/// The compiler keeps the order: `recv` takes the socket and returns one that can only send the reply, `send`
/// takes that one and returns one that can only receive. A failed operation gives the socket back in the
/// state that it still has. A reply to a peer that has gone is dropped.
///
/// ```
/// use ferromq::{Context, Rep, Req};
///
/// let context = Context::new()?;
/// let mut rep = context.socket::<Rep>().bind("inproc://service")?;
/// std::thread::spawn(move || -> ferromq::Result<()> {
///     loop {
///         let (request, replying) = rep.recv()?;
///         rep = replying.send(format!("World, {request}!"))?;
///     }
/// });
/// let req = context.socket::<Req>().connect("inproc://service")?;
/// let (reply, _req) = req.send("Hello")?.recv()?;
/// assert_eq!(reply, "World, Hello!");
/// # context.shutdown();
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: RFC 28.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_REP")]
pub enum Rep {}

pattern!(Rep is REP, initially Receiving);

/// States of REP in which it may receive a request.
#[diagnostic::on_unimplemented(
    message = "REP must send the reply to its request before it can receive another",
    label = "this REP socket owes a reply: call `send`"
)]
pub trait MayReceive {}

/// States of REP in which it may send a reply.
#[diagnostic::on_unimplemented(
    message = "REP must receive a request before it can send a reply",
    label = "this REP socket has no request to reply to: call `recv`"
)]
pub trait MaySend {}

/// A state of REP.
pub trait RepState {}

impl RepState for Receiving {}
impl RepState for Replying {}
impl MayReceive for Receiving {}
impl MaySend for Replying {}

/// What a REP receive returns: the request and the socket that owes the reply, or the socket as it was.
type Requested<S> = Result<(Message, Socket<Rep, Replying>), Failed<Socket<Rep, S>>>;

/// What a REP send returns: the socket that may receive again, or the socket as it was and the unsent reply.
type Replied<S> = Result<Socket<Rep, Receiving>, Failed<(Socket<Rep, S>, Message)>>;

/// Request and reply, in turn.
impl<S: RepState> Socket<Rep, S> {
    /// Receives a request.
    ///
    /// # Errors
    /// With the socket: [`TimedOut`](crate::ErrorKind::TimedOut) after the
    /// [`receive_timeout`](crate::Builder::receive_timeout), [`Terminated`](crate::ErrorKind::Terminated).
    #[doc(alias = "zmq_msg_recv")]
    pub fn recv(self) -> Requested<S>
    where
        S: MayReceive,
    {
        self.request(Wait::AsConfigured)
    }

    /// Receives a request, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv`](Socket::recv).
    pub fn recv_timeout(self, timeout: Duration) -> Requested<S>
    where
        S: MayReceive,
    {
        self.request(Wait::AtMost(timeout))
    }

    /// Receives a request if there is one.
    ///
    /// # Errors
    /// As for [`recv`](Socket::recv), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_recv(self) -> Requested<S>
    where
        S: MayReceive,
    {
        self.request(Wait::Never)
    }

    /// Sends the reply to the peer that sent the request.
    ///
    /// # Errors
    /// With the socket and the unsent reply: [`Terminated`](crate::ErrorKind::Terminated),
    /// [`InvalidMessage`](crate::ErrorKind::InvalidMessage) if it has no frames.
    #[doc(alias = "zmq_msg_send")]
    pub fn send(self, reply: impl Into<Message>) -> Replied<S>
    where
        S: MaySend,
    {
        self.reply(reply.into(), Wait::AsConfigured)
    }

    /// Sends the reply, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`send`](Socket::send).
    pub fn send_timeout(self, reply: impl Into<Message>, timeout: Duration) -> Replied<S>
    where
        S: MaySend,
    {
        self.reply(reply.into(), Wait::AtMost(timeout))
    }

    /// Sends the reply if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`send`](Socket::send), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_send(self, reply: impl Into<Message>) -> Replied<S>
    where
        S: MaySend,
    {
        self.reply(reply.into(), Wait::Never)
    }

    fn request(self, wait: Wait) -> Requested<S> {
        match self.core.receive(wait) {
            Ok(request) => Ok((request, self.into_state())),
            Err(error) => Err(Failed::new(error, self)),
        }
    }

    fn reply(self, reply: Message, wait: Wait) -> Replied<S> {
        match self.core.send(reply, wait) {
            Ok(()) => Ok(self.into_state()),
            Err(failed) => Err(failed.map(|reply| (self, reply))),
        }
    }
}
