//! REQ: a request, then its reply, then the next request.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::{Duration, Instant};

use super::reactor::Reactor;
use super::socket::AsyncSocket;
use super::waiters::To;
use crate::error::{Failed, Result};
use crate::message::Message;
use crate::socket::state::{Ready, Relaxed, State};
use crate::socket::transfer::Wait;
use crate::socket::{Req, Socket};

/// Request and reply, in turn.
///
/// The socket is borrowed while a request is under way: the compiler lets nothing but the reply be received. A future that
/// is dropped leaves the socket usable; what became of the request, [`awaiting`](AsyncSocket::awaiting) tells.
impl<R: Reactor, S: State<AtRest = S>> AsyncSocket<Req, R, S> {
    /// Sends a request. A future that is dropped before it is ready has not sent it.
    ///
    /// # Errors
    /// With the unsent request: those of the blocking [`send`](Socket::send);
    /// [`WrongState`](crate::ErrorKind::WrongState) if an earlier request was sent whose reply was not received, unless the
    /// socket is [`relaxed`](crate::Builder::relaxed).
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use ferromq::{Context, Rep, Req};
    ///
    /// let context = Context::new()?;
    /// let mut rep = context.socket::<Rep>().bind("inproc://service")?.into_tokio()?;
    /// let mut req = context.socket::<Req>().connect("inproc://service")?.into_tokio()?;
    ///
    /// let awaiting = req.send("Hello").await?;
    /// let (request, replying) = rep.recv().await?;
    /// replying.send(format!("World, {request}!")).await?;
    /// assert_eq!(awaiting.recv().await?, "World, Hello!");
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub async fn send(&mut self, request: impl Into<Message>) -> Result<Awaiting<'_, R, S>, Failed<Message>> {
        self.send_within(request.into(), None).await
    }

    /// Sends a request, waiting at most `timeout` for a peer that can take it.
    ///
    /// # Errors
    /// As for [`send`](AsyncSocket::send).
    pub async fn send_timeout(
        &mut self,
        request: impl Into<Message>,
        timeout: Duration,
    ) -> Result<Awaiting<'_, R, S>, Failed<Message>> {
        self.send_within(request.into(), Some(timeout)).await
    }

    /// Sends a request if a peer can take it at once.
    ///
    /// # Errors
    /// As for [`send`](AsyncSocket::send), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_send(&mut self, request: impl Into<Message>) -> Result<Awaiting<'_, R, S>, Failed<Message>> {
        let request = request.into();
        self.with(|socket| try_send(socket, request))?;
        self.midway = true;
        Ok(Awaiting { socket: self })
    }

    /// The request whose reply was not received yet, because the future that waited for it was dropped or ran out of
    /// time; `None` if there is none.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use std::time::Duration;
    /// use ferromq::{Context, Rep, Req};
    ///
    /// let context = Context::new()?;
    /// let mut rep = context.socket::<Rep>().bind("inproc://slow")?.into_tokio()?;
    /// let mut req = context.socket::<Req>().connect("inproc://slow")?.into_tokio()?;
    ///
    /// let impatient = tokio::time::timeout(Duration::from_millis(10), req.request("Hello").into_future());
    /// # use std::future::IntoFuture;
    /// assert!(impatient.await.is_err(), "the future was dropped, the request is under way");
    ///
    /// rep.recv().await?.1.send("World").await?;
    /// let awaiting = req.awaiting().expect("the reply was not received");
    /// assert_eq!(awaiting.recv().await?, "World");
    /// assert!(req.awaiting().is_none());
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub fn awaiting(&mut self) -> Option<Awaiting<'_, R, S>> {
        self.midway.then_some(Awaiting { socket: self })
    }

    /// A request and its reply: `req.request("Hello").timeout(second).retries(3).await?`.
    ///
    /// # Errors
    /// With the request: those of [`send`](AsyncSocket::send) and of [`Awaiting::recv`]. After a timeout the request may be
    /// under way, see [`awaiting`](AsyncSocket::awaiting).
    pub fn request(&mut self, request: impl Into<Message>) -> Request<'_, R, S> {
        Request { socket: self, request: request.into(), timeout: None, retries: 0 }
    }

    async fn send_within(
        &mut self,
        request: Message,
        timeout: Option<Duration>,
    ) -> Result<Awaiting<'_, R, S>, Failed<Message>> {
        self.shared.send(timeout, To::Send, request, try_send).await?;
        self.midway = true;
        Ok(Awaiting { socket: self })
    }
}

fn try_send<S>(socket: &Socket<Req, S>, request: Message) -> Result<(), Failed<Message>> {
    socket.core().send(request, Wait::Never)
}

fn try_receive<S>(socket: &Socket<Req, S>) -> Result<Message> {
    socket.core().receive(Wait::Never)
}

/// A REQ whose request is under way. Dropping it leaves it so; [`AsyncSocket::awaiting`] gives it again.
#[must_use = "a strict REQ can send no other request before the reply is received"]
pub struct Awaiting<'a, R: Reactor, S: State = Ready> {
    socket: &'a mut AsyncSocket<Req, R, S>,
}

impl<R: Reactor, S: State<AtRest = S>> Awaiting<'_, R, S> {
    /// Receives the reply. After an error, and when the future is dropped, nothing is lost: [`AsyncSocket::awaiting`].
    ///
    /// # Errors
    /// Those of the blocking [`recv`](Socket::recv).
    pub async fn recv(self) -> Result<Message> {
        self.receive_within(None).await
    }

    /// Receives the reply, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv`](Awaiting::recv).
    pub async fn recv_timeout(self, timeout: Duration) -> Result<Message> {
        self.receive_within(Some(timeout)).await
    }

    /// Receives the reply if it is there.
    ///
    /// # Errors
    /// As for [`recv`](Awaiting::recv), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_recv(self) -> Result<Message> {
        let reply = self.socket.with(try_receive);
        self.received(reply)
    }

    async fn receive_within(self, timeout: Option<Duration>) -> Result<Message> {
        let reply = self.socket.shared.receive(timeout, try_receive).await;
        self.received(reply)
    }

    fn received(self, reply: Result<Message>) -> Result<Message> {
        if reply.is_ok() {
            self.socket.midway = false;
        }
        reply
    }
}

impl<R: Reactor, S: State> fmt::Debug for Awaiting<'_, R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Awaiting").field("socket", &self.socket).finish()
    }
}

/// A request and its reply, to be awaited; made by [`AsyncSocket::request`].
#[must_use = "a request is sent when it is awaited"]
pub struct Request<'a, R: Reactor, S: State = Ready> {
    socket: &'a mut AsyncSocket<Req, R, S>,
    request: Message,
    timeout: Option<Duration>,
    retries: u32,
}

impl<R: Reactor, S: State> Request<'_, R, S> {
    /// Waits at most so long, for a peer and its reply together; for each try anew. By default the socket's own timeouts
    /// count.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<R: Reactor> Request<'_, R, Relaxed<Ready>> {
    /// Sends the request again, at most so often, when no reply comes in time. For sockets that are
    /// [`relaxed`](crate::Builder::relaxed). A late reply to an earlier try is discarded; the server may be asked several times.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use std::time::Duration;
    /// use ferromq::{Context, Rep, Req};
    ///
    /// let context = Context::new()?;
    /// let mut rep = context.socket::<Rep>().bind("inproc://forgetful")?.into_tokio()?;
    /// let mut req = context.socket::<Req>().relaxed().connect("inproc://forgetful")?.into_tokio()?;
    /// # tokio::spawn(async move {
    /// #     let _ = rep.recv().await?.1.send("too late for the first").await;
    /// #     tokio::time::sleep(Duration::from_secs(60)).await;
    /// #     Ok::<(), ferromq::Error>(())
    /// # });
    ///
    /// let reply = req.request("Hello").timeout(Duration::from_secs(1)).retries(3).await?;
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
}

impl<R: Reactor, S: State<AtRest = S>> Request<'_, R, S> {
    async fn reply(self) -> Result<Message, Failed<Message>> {
        let Request { socket, request, timeout, mut retries } = self;
        loop {
            match once(socket, request.clone(), timeout).await {
                Ok(reply) => return Ok(reply),
                Err(error) if error.is_timeout() && retries > 0 => retries -= 1,
                Err(error) => return Err(Failed::new(error, request)),
            }
        }
    }
}

async fn once<R: Reactor, S: State<AtRest = S>>(
    socket: &mut AsyncSocket<Req, R, S>,
    request: Message,
    timeout: Option<Duration>,
) -> Result<Message> {
    let began = Instant::now();
    let awaiting = socket.send_within(request, timeout).await?;
    let left = timeout.map(|timeout| timeout.saturating_sub(began.elapsed()));
    awaiting.receive_within(left).await
}

impl<'a, R: Reactor, S: State<AtRest = S>> IntoFuture for Request<'a, R, S> {
    type Output = Result<Message, Failed<Message>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.reply())
    }
}

impl<R: Reactor, S: State> fmt::Debug for Request<'_, R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Request");
        shown.field("socket", &self.socket).field("timeout", &self.timeout).field("retries", &self.retries);
        shown.finish_non_exhaustive()
    }
}
