//! A proxy as a future.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::ptr;
use std::task::Poll;

use super::reactor::Reactor;
use super::socket::AsyncSocket;
use super::wait::within;
use super::waiters::To;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::message::{Frame, Message};
use crate::proxy::{EndStatistics, ProxyStatistics, Traffic, captures, size_of};
use crate::socket::any::end::End;
use crate::socket::pattern::Pattern;
use crate::socket::state::Open;
use crate::socket::{Socket, SocketKind};

/// Passes messages on between two async sockets, as [`proxy`](crate::proxy()) does between two that wait; its rules
/// are said there.
///
/// The future of [`run`](AsyncProxy::run) may be dropped at any time: a message that is under way stays in the proxy, and
/// the next `run` goes on with it.
///
/// ```
/// # #[cfg(feature = "tokio")] {
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> ferromq::Result<()> {
/// use ferromq::aio::AsyncProxy;
/// use ferromq::{Context, Dealer, Rep, Req, Router};
///
/// let context = Context::new()?;
/// let clients = context.socket::<Router>().bind("inproc://clients")?.into_tokio()?;
/// let workers = context.socket::<Dealer>().bind("inproc://workers")?.into_tokio()?;
/// let mut broker = AsyncProxy::new(&clients, &workers)?;
///
/// let mut rep = context.socket::<Rep>().connect("inproc://workers")?.into_tokio()?;
/// let mut req = context.socket::<Req>().connect("inproc://clients")?.into_tokio()?;
/// let conversation = async {
///     let awaiting = req.send("Hello").await?;
///     rep.recv().await?.1.send("World").await?;
///     Ok::<_, ferromq::Error>(awaiting.recv().await?)
/// };
/// tokio::select! {
///     failed = broker.run() => panic!("{failed:?}"),
///     reply = conversation => assert_eq!(reply?, "World"),
/// }
/// assert_eq!(broker.statistics().backend.sent.messages, 1);
/// # Ok::<(), ferromq::Error>(()) }
/// # main().unwrap(); }
/// ```
pub struct AsyncProxy<'a, F: Pattern<Initial = Open>, B: Pattern<Initial = Open>, R: Reactor> {
    frontend: &'a AsyncSocket<F, R>,
    backend: &'a AsyncSocket<B, R>,
    capture: Option<Box<SendCopy<'a>>>,
    forth: Direction,
    back: Direction,
}

/// Sends a copy of a message, if that is possible at once.
type SendCopy<'a> = dyn Fn(&mut Vec<Frame>) -> Result<()> + Send + Sync + 'a;

/// From one end to the other.
#[derive(Default)]
struct Direction {
    exists: bool,
    /// The frames of a message that was received, and not sent yet.
    held: Vec<Frame>,
    received: Traffic,
    sent: Traffic,
    undeliverable: u64,
    not_captured: u64,
}

impl<'a, F: Pattern<Initial = Open>, B: Pattern<Initial = Open>, R: Reactor> AsyncProxy<'a, F, B, R> {
    /// A proxy between two sockets, which may be the same.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if there is no direction in which messages could pass.
    pub fn new(frontend: &'a AsyncSocket<F, R>, backend: &'a AsyncSocket<B, R>) -> Result<Self> {
        let (front, back) = (SocketKind::of::<F>(), SocketKind::of::<B>());
        let same = ptr::addr_eq(frontend, backend);
        let direction = |exists| Direction { exists, ..Direction::default() };
        let proxy = AsyncProxy {
            frontend,
            backend,
            capture: None,
            forth: direction(front.receives() && back.sends()),
            back: direction(!same && back.receives() && front.sends()),
        };
        if proxy.forth.exists || proxy.back.exists {
            return Ok(proxy);
        }
        let why = format!("no message can pass between {front} and {back}");
        Err(Error::new(Operation::Proxy, ErrorKind::Unsupported).about_detail(why))
    }

    /// Sends a copy of every message that was passed on to `capture`, if it can take it at once.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if sockets of its pattern do not send just so.
    pub fn capture<C: Pattern<Initial = Open>>(mut self, capture: &'a AsyncSocket<C, R>) -> Result<Self> {
        let kind = SocketKind::of::<C>();
        if !captures(kind) {
            let why = format!("a {kind} socket cannot capture");
            return Err(Error::new(Operation::Proxy, ErrorKind::Unsupported).about_detail(why));
        }
        self.capture = Some(Box::new(|frames| capture.with(|socket| End::send(socket, frames))));
        Ok(self)
    }

    /// Passes messages on until that fails, or the future is dropped.
    ///
    /// # Errors
    /// [`Terminated`](ErrorKind::Terminated) when a context is shut down.
    pub async fn run(&mut self) -> Result<Infallible> {
        let AsyncProxy { frontend, backend, capture, forth, back } = self;
        let capture = capture.as_deref();
        let mut forth = pin!(forth.run(frontend, backend, capture));
        let mut back = pin!(back.run(backend, frontend, capture));
        poll_fn(|context| match forth.as_mut().poll(context) {
            Poll::Pending => back.as_mut().poll(context),
            failed => failed,
        })
        .await
    }

    /// What it has done so far.
    pub fn statistics(&self) -> ProxyStatistics {
        let AsyncProxy { forth, back, .. } = self;
        ProxyStatistics {
            frontend: EndStatistics { received: forth.received, sent: back.sent },
            backend: EndStatistics { received: back.received, sent: forth.sent },
            undeliverable: forth.undeliverable + back.undeliverable,
            not_captured: forth.not_captured + back.not_captured,
        }
    }

    /// What was received and not sent yet: for the frontend, and for the backend.
    pub fn into_held(self) -> (Option<Message>, Option<Message>) {
        let message = |held: Vec<Frame>| (!held.is_empty()).then(|| held.into_iter().collect());
        (message(self.back.held), message(self.forth.held))
    }
}

impl Direction {
    async fn run<A: Pattern<Initial = Open>, B: Pattern<Initial = Open>, R: Reactor>(
        &mut self,
        from: &AsyncSocket<A, R>,
        to: &AsyncSocket<B, R>,
        capture: Option<&SendCopy<'_>>,
    ) -> Result<Infallible> {
        if !self.exists {
            return std::future::pending().await;
        }
        loop {
            if self.held.is_empty() {
                to.writable().await?;
                let held = &mut self.held;
                let receive = |socket: &Socket<A>| not_now_is_pending(End::receive(socket, held));
                from.shared.until(To::Receive, receive).await??;
                self.received.count(size_of(&self.held));
            }
            self.send(to, capture).await?;
        }
    }

    async fn send<B: Pattern<Initial = Open>, R: Reactor>(
        &mut self,
        to: &AsyncSocket<B, R>,
        capture: Option<&SendCopy<'_>>,
    ) -> Result<()> {
        let size = size_of(&self.held);
        let copy = capture.map(|capture| (capture, self.held.clone()));
        let held = &mut self.held;
        let send = |socket: &Socket<B>| not_now_is_pending(End::send(socket, held));
        // A socket that claims to have room may have none for this message, and does not tell when it has.
        let waiting = to.shared.until(To::SendToPeer, send);
        let sent = within::<R, _>(pin!(waiting), || None, To::SendToPeer.tries_again()).await;
        match sent.expect("there is no limit")? {
            Ok(()) => {
                self.sent.count(size);
                if let Some((capture, mut copy)) = copy
                    && let Err(error) = capture(&mut copy)
                {
                    if error.is_terminated() {
                        return Err(error);
                    }
                    self.not_captured += 1;
                }
                Ok(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::HostUnreachable | ErrorKind::InvalidMessage) => {
                self.held.clear();
                self.undeliverable += 1;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

fn not_now_is_pending(outcome: Result<()>) -> Poll<Result<()>> {
    match outcome {
        Err(error) if error.is_would_block() => Poll::Pending,
        outcome => Poll::Ready(outcome),
    }
}

impl<F: Pattern<Initial = Open>, B: Pattern<Initial = Open>, R: Reactor> fmt::Debug
    for AsyncProxy<'_, F, B, R>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("AsyncProxy");
        shown.field("frontend", &self.frontend).field("backend", &self.backend);
        shown.field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}
