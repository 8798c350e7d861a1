//! The async socket: how it is made, and what sockets of every pattern can do.

use std::fmt;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use super::close::LeavesAtOnce;
use super::reactor::Reactor;
use super::shared::{Shared, Source};
use super::waiters::To;
use crate::connections::Connections;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::monitor::Monitor;
use crate::poll::Readiness;
use crate::socket::pattern::{Pattern, Subscribes};
use crate::socket::spin::Spin;
use crate::socket::state::State;
use crate::socket::{AnySocket, Socket};

/// A socket of pattern `P` whose operations are futures, on the reactor `R`.
///
/// Its name on a runtime is [`tokio::Socket<P>`](crate::aio::tokio::Socket) or
/// [`async_io::Socket<P>`](crate::aio::async_io::Socket). What it promises is said at the [module](super).
///
/// What does not wait, such as options, is done by [`with`](AsyncSocket::with).
pub struct AsyncSocket<P: Pattern, R: Reactor, S: State = <P as Pattern>::Initial> {
    pub(super) shared: Shared<Socket<P, S>, R>,
    /// Of REQ and REP: whether it is between a request and its reply.
    pub(super) midway: bool,
    /// Goes after the socket.
    _context: LeavesAtOnce,
}

impl<P: Pattern, S: State> Source for Socket<P, S> {
    fn take_in(&self) -> Readiness {
        self.core().raw.forget_news();
        // Whoever tries something next meets the same error.
        self.events().unwrap_or_else(|_| Readiness::of(true, true))
    }

    fn receive_limit(&self) -> Option<Duration> {
        self.core().receive_limit()
    }

    fn send_limit(&self) -> Option<Duration> {
        self.core().send_limit()
    }

    fn spin(&self) -> Arc<Spin> {
        Arc::clone(&self.core().spin)
    }
}

/// A blocking socket as an async one, or as it was.
pub type Converted<P, R, S> = Result<AsyncSocket<P, R, <S as State>::AtRest>, Failed<Socket<P, S>>>;

/// Operations of every async socket.
impl<P: Pattern, R: Reactor, S: State<AtRest = S>> AsyncSocket<P, R, S> {
    /// The same socket, on the reactor `R`. [`into_tokio`](Socket::into_tokio) and
    /// [`into_async_io`](Socket::into_async_io) are this, with theirs.
    ///
    /// # Errors
    /// With the socket: [`NoRuntime`](ErrorKind::NoRuntime) if the runtime cannot be reached from here,
    /// [`LimitReached`](ErrorKind::LimitReached) if there is no file descriptor left,
    /// [`Terminated`](ErrorKind::Terminated).
    pub fn new<T: State<AtRest = S>>(socket: Socket<P, T>) -> Result<Self, Failed<Socket<P, T>>> {
        let watched = match socket.core().raw.news() {
            Ok(fd) => R::watch(fd).map_err(|error| no_runtime(&error)),
            Err(errno) => Err(Error::from_errno(Operation::ConvertSocket, errno)),
        };
        match watched {
            Ok(reactor) => Ok(AsyncSocket {
                _context: LeavesAtOnce::of(socket.core().raw.context()),
                shared: Shared::new(socket.at_rest(), reactor),
                midway: !T::INITIAL,
            }),
            Err(error) => Err(Failed::new(error, socket)),
        }
    }

    /// The same socket, whose operations wait. Nothing that is queued is lost.
    ///
    /// # Errors
    /// With the socket: [`WrongState`](ErrorKind::WrongState) if it is a REQ that awaits a reply, or a REP that owes one.
    /// [`into_any`](AsyncSocket::into_any) takes those as well.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use ferromq::{Context, Pull, Push};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("inproc://tasks")?.into_tokio()?;
    /// let push = context.socket::<Push>().connect("inproc://tasks")?;
    /// push.send("Task 0")?;
    /// push.send("Task 1")?;
    ///
    /// assert_eq!(pull.recv().await?, "Task 0");
    /// assert_eq!(pull.into_blocking()?.recv()?, "Task 1");
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub fn into_blocking(self) -> Result<Socket<P, S>, Failed<Self>> {
        if self.midway {
            let why = format!("this {} socket is between a request and its reply", P::NAME);
            let error = Error::new(Operation::ConvertSocket, ErrorKind::WrongState).about_detail(why);
            return Err(Failed::new(error, self));
        }
        Ok(self.shared.into_socket())
    }

    /// The same socket, whose operations wait, and its pattern and state known at run time only.
    pub fn into_any(self) -> AnySocket {
        self.shared.into_socket().into_any_in_turn(self.midway)
    }

    /// Does something with the socket that does not wait: reads or sets options, connects, subscribes.
    ///
    /// A call that waits would hold up the executor, and all tasks that use this socket. The action has the socket to itself:
    /// if it uses this async socket, it waits for itself.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use std::time::Duration;
    /// use ferromq::{Context, Pull};
    ///
    /// let pull = Context::new()?.socket::<Pull>().bind("tcp://127.0.0.1:*")?.into_tokio()?;
    /// pull.with(|socket| socket.set_receive_timeout(Duration::from_millis(10)))?;
    /// assert!(pull.recv().await.unwrap_err().is_timeout());
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub fn with<T>(&self, action: impl FnOnce(&Socket<P, S>) -> T) -> T {
        self.shared.with(action)
    }

    /// As [`Socket::bind`].
    ///
    /// # Errors
    /// As for [`Socket::bind`].
    pub fn bind<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.with(|socket| socket.bind(endpoint))
    }

    /// As [`Socket::connect`].
    ///
    /// # Errors
    /// As for [`Socket::connect`].
    pub fn connect<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.with(|socket| socket.connect(endpoint))
    }

    /// As [`Socket::unbind`].
    ///
    /// # Errors
    /// As for [`Socket::unbind`].
    pub fn unbind<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.with(|socket| socket.unbind(endpoint))
    }

    /// As [`Socket::disconnect`].
    ///
    /// # Errors
    /// As for [`Socket::disconnect`].
    pub fn disconnect<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.with(|socket| socket.disconnect(endpoint))
    }

    /// As [`Socket::last_endpoint`].
    ///
    /// # Errors
    /// As for [`Socket::last_endpoint`].
    pub fn last_endpoint(&self) -> Result<Endpoint> {
        self.with(Socket::last_endpoint)
    }

    /// Starts to monitor the socket; [`into_tokio`](Monitor::into_tokio) or
    /// [`into_async_io`](Monitor::into_async_io) makes the monitor a stream.
    ///
    /// # Errors
    /// As for [`Socket::monitor`].
    pub fn monitor(&self) -> Result<Monitor> {
        self.with(Socket::monitor)
    }

    /// Watches the socket's connections, as [`Socket::watch`] does: [`Connections`] has futures and a stream of its own.
    ///
    /// # Errors
    /// As for [`Socket::watch`].
    pub fn watch(&self) -> Result<Connections> {
        self.with(Socket::watch)
    }

    /// As [`Socket::subscribe`].
    ///
    /// # Errors
    /// As for [`Socket::subscribe`].
    pub fn subscribe(&self, topic: impl AsRef<[u8]>) -> Result<()>
    where
        P: Subscribes,
    {
        self.with(|socket| socket.subscribe(topic))
    }

    /// As [`Socket::unsubscribe`].
    ///
    /// # Errors
    /// As for [`Socket::unsubscribe`].
    pub fn unsubscribe(&self, topic: impl AsRef<[u8]>) -> Result<()>
    where
        P: Subscribes,
    {
        self.with(|socket| socket.unsubscribe(topic))
    }

    /// Waits until something can be received, without a timeout. Another task may be faster to receive it.
    ///
    /// # Errors
    /// [`Terminated`](ErrorKind::Terminated).
    pub async fn readable(&self) -> Result<()> {
        self.ready(To::Receive, Readiness::is_readable).await
    }

    /// Waits until something can be sent, to whichever peer, without a timeout. Another task may be faster to use the room.
    ///
    /// # Errors
    /// [`Terminated`](ErrorKind::Terminated).
    pub async fn writable(&self) -> Result<()> {
        self.ready(To::Send, Readiness::is_writable).await
    }

    async fn ready(&self, to: To, is_ready: fn(Readiness) -> bool) -> Result<()> {
        let attempt = |socket: &Socket<P, S>| match socket.events() {
            Ok(readiness) if !is_ready(readiness) => Poll::Pending,
            outcome => Poll::Ready(outcome),
        };
        self.shared.until(to, attempt).await??;
        Ok(())
    }
}

pub(super) fn no_runtime(error: &std::io::Error) -> Error {
    // What the operating system says has a number, what a runtime says has none.
    match error.raw_os_error() {
        Some(_) => Error::new(Operation::ConvertSocket, ErrorKind::LimitReached),
        None => Error::new(Operation::ConvertSocket, ErrorKind::NoRuntime),
    }
    .about_detail(error.to_string())
}

impl<P: Pattern, R: Reactor, S: State> fmt::Debug for AsyncSocket<P, R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("AsyncSocket");
        shown.field("pattern", &P::NAME);
        if let Ok(endpoint) = self.shared.with(Socket::last_endpoint) {
            shown.field("last_endpoint", &endpoint);
        }
        shown.finish_non_exhaustive()
    }
}
