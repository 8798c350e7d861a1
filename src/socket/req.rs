//! REQ: a request, then its reply, then the next request.

use std::time::Duration;

use super::pattern::pattern;
use super::state::{Awaiting, Ready, Relaxed};
use super::transfer::Wait;
use super::{Builder, Socket};
use crate::error::Failed;
use crate::message::Message;
use crate::options::setting::{Encoded, Setting};
use crate::sys::id;

/// REQ sends a request to one of its [REP](crate::Rep) or [ROUTER](crate::Router) peers, and then receives
/// the reply, in strict turn.
///
/// The compiler keeps the order: `send` takes the socket and returns one that can only receive, `recv` takes
/// that one and returns one that can only send. A failed operation gives the socket back in the state that it
/// still has.
///
/// ```
/// use ferromq::{Context, Rep, Req};
///
/// let context = Context::new()?;
/// let rep = context.socket::<Rep>().bind("inproc://service")?;
/// let req = context.socket::<Req>().connect("inproc://service")?;
///
/// let req = req.send("Hello")?;
/// let (request, replying) = rep.recv()?;
/// replying.send(format!("World, {request}!"))?;
/// let (reply, _req) = req.recv()?;
/// assert_eq!(reply, "World, Hello!");
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// A peer that is lost takes the request along, and a strict REQ then waits for a reply that never comes. Use
/// a [receive timeout](Builder::receive_timeout), and [`relaxed`](Builder::relaxed) to send again. Source:
/// RFC 28.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_REQ")]
pub enum Req {}

pattern!(Req is REQ, initially Ready);

/// A state of REQ, and the states that follow it. (Here and not on the traits below, because the compiler
/// gives their messages only if the rest of the method's signature makes sense without them.)
pub trait ReqState {
    /// The state after a request is sent.
    type Sent;
    /// The state after a reply is received.
    type Received;
}

impl ReqState for Ready {
    type Sent = Awaiting;
    type Received = Ready;
}

impl ReqState for Awaiting {
    type Sent = Awaiting;
    type Received = Ready;
}

impl<S: ReqState> ReqState for Relaxed<S> {
    type Sent = Relaxed<S::Sent>;
    type Received = Relaxed<S::Received>;
}

/// States of REQ in which it may send a request.
#[diagnostic::on_unimplemented(
    message = "REQ must receive the reply to its request before it can send another",
    label = "this REQ socket awaits a reply: call `recv`",
    note = "to send again without waiting for the reply, open the socket with `.relaxed()`"
)]
pub trait MaySend {}

impl MaySend for Ready {}
impl<S> MaySend for Relaxed<S> {}

/// States of REQ in which it may receive a reply.
#[diagnostic::on_unimplemented(
    message = "REQ must send a request before it can receive a reply",
    label = "this REQ socket has no request under way: call `send`"
)]
pub trait MayReceive {}

impl MayReceive for Awaiting {}
impl MayReceive for Relaxed<Awaiting> {}

/// What a REQ send returns: the socket that awaits the reply, or the socket as it was and the unsent message.
type Requested<S> = Result<Socket<Req, <S as ReqState>::Sent>, Failed<(Socket<Req, S>, Message)>>;

/// What a REQ receive returns: the reply and the socket that may send again, or the socket that still awaits.
type Replied<S> = Result<(Message, Socket<Req, <S as ReqState>::Received>), Failed<Socket<Req, S>>>;

/// Request and reply, in turn.
impl<S: ReqState> Socket<Req, S> {
    /// Sends a request.
    ///
    /// # Errors
    /// With the socket and the unsent request: [`TimedOut`](crate::ErrorKind::TimedOut) if no peer could take
    /// it within the [`send_timeout`](Builder::send_timeout),
    /// [`Terminated`](crate::ErrorKind::Terminated), [`InvalidMessage`](crate::ErrorKind::InvalidMessage)
    /// if it has no frames.
    #[doc(alias = "zmq_msg_send")]
    pub fn send(self, request: impl Into<Message>) -> Requested<S>
    where
        S: MaySend,
    {
        self.request(request.into(), Wait::AsConfigured)
    }

    /// Sends a request, waiting at most `timeout` for a peer that can take it.
    ///
    /// # Errors
    /// As for [`send`](Socket::send).
    pub fn send_timeout(self, request: impl Into<Message>, timeout: Duration) -> Requested<S>
    where
        S: MaySend,
    {
        self.request(request.into(), Wait::AtMost(timeout))
    }

    /// Sends a request if a peer can take it at once.
    ///
    /// # Errors
    /// As for [`send`](Socket::send), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_send(self, request: impl Into<Message>) -> Requested<S>
    where
        S: MaySend,
    {
        self.request(request.into(), Wait::Never)
    }

    /// Receives the reply.
    ///
    /// # Errors
    /// With the socket, which still awaits the reply: [`TimedOut`](crate::ErrorKind::TimedOut) after the
    /// [`receive_timeout`](Builder::receive_timeout), [`Terminated`](crate::ErrorKind::Terminated).
    #[doc(alias = "zmq_msg_recv")]
    pub fn recv(self) -> Replied<S>
    where
        S: MayReceive,
    {
        self.reply(Wait::AsConfigured)
    }

    /// Receives the reply, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv`](Socket::recv).
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{Context, Req};
    ///
    /// // Nobody answers at first, so the request is sent again.
    /// let req = Context::new()?.socket::<Req>().relaxed().bind("inproc://nobody")?;
    /// let failed = req.send_timeout("Hello", Duration::from_millis(10)).unwrap_err();
    /// assert!(failed.is_timeout());
    /// let (req, request) = failed.into_kept();
    /// assert_eq!(request, "Hello");
    /// # drop(req);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn recv_timeout(self, timeout: Duration) -> Replied<S>
    where
        S: MayReceive,
    {
        self.reply(Wait::AtMost(timeout))
    }

    /// Receives the reply if it is there.
    ///
    /// # Errors
    /// As for [`recv`](Socket::recv), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_recv(self) -> Replied<S>
    where
        S: MayReceive,
    {
        self.reply(Wait::Never)
    }

    fn request(self, request: Message, wait: Wait) -> Requested<S> {
        match self.core.send(request, wait) {
            Ok(()) => Ok(self.into_state()),
            Err(failed) => Err(failed.map(|request| (self, request))),
        }
    }

    fn reply(self, wait: Wait) -> Replied<S> {
        match self.core.receive(wait) {
            Ok(reply) => Ok((reply, self.into_state())),
            Err(error) => Err(Failed::new(error, self)),
        }
    }
}

impl Builder<Req, Ready> {
    /// Lets a request be sent again before its reply came; a late reply to an earlier request is discarded.
    ///
    /// The socket then has states of its own, [`Relaxed<Ready>`](Relaxed) and [`Relaxed<Awaiting>`](Relaxed);
    /// in the latter both `send` and `recv` are possible.
    ///
    /// Each request is numbered, so that replies can be told apart; a REP or ROUTER peer returns the number
    /// as part of the envelope. Source: zmq_setsockopt(3), `ZMQ_REQ_RELAXED` and `ZMQ_REQ_CORRELATE`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{Context, Rep, Req};
    ///
    /// let context = Context::new()?;
    /// let rep = context.socket::<Rep>().bind("inproc://forgetful")?;
    /// let req = context.socket::<Req>().relaxed().connect("inproc://forgetful")?;
    ///
    /// let req = req.send("first try")?;
    /// let req = req.recv_timeout(Duration::from_millis(10)).unwrap_err().into_kept();
    /// let req = req.send("second try")?;
    ///
    /// let (_, replying) = rep.recv()?;
    /// let (_, replying) = replying.send("late reply to the first")?.recv()?;
    /// replying.send("reply to the second")?;
    /// let (reply, _req) = req.recv()?;
    /// assert_eq!(reply, "reply to the second");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_REQ_RELAXED")]
    #[doc(alias = "ZMQ_REQ_CORRELATE")]
    pub fn relaxed(self) -> Builder<Req, Relaxed<Ready>> {
        let switched_on = |value| Setting { name: "relaxed", shown: "true".into(), value, remembered: false };
        self.with_setting(switched_on(Encoded::Int(id::REQ_RELAXED, 1)))
            .with_setting(switched_on(Encoded::Int(id::REQ_CORRELATE, 1)))
            .in_state()
    }
}
