//! Sockets whose pattern is known at run time only.

mod as_is;
pub(crate) mod end;
mod kind;
pub(crate) mod option;
mod raw;

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

pub use kind::SocketKind;
pub use option::SocketOption;
pub use raw::RawParts;

use super::core::Core;
use super::pattern::{Address, Pattern};
use super::state::State;
use super::transfer::Wait;
use super::{Socket, parsed};
use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::{Frame, Message};
use crate::options::setting::Encoded;
use crate::sys::{Classic, Sharing, id};
use kind::AnyType;

/// A socket of any pattern, for code that knows the pattern only when it runs: brokers, proxies, bindings of other
/// languages.
///
/// It has the calls of all patterns. One that its pattern does not have is an
/// [`Unsupported`](ErrorKind::Unsupported) error, one that is out of turn a
/// [`WrongState`](ErrorKind::WrongState) error, and a message that was not sent is given back. Where the pattern is
/// known when the program is compiled, [`Socket`] is better: there these errors do not compile.
///
/// Made of any [`Socket`], or opened by its [`SocketKind`]; [`try_into_socket`](AnySocket::try_into_socket) leads
/// back.
///
/// ```
/// use ferromq::{AnySocket, Context, ErrorKind, Rep, SocketKind};
///
/// let context = Context::new()?;
/// let rep = AnySocket::from(context.socket::<Rep>().bind("inproc://service")?);
/// let req = AnySocket::open(&context, SocketKind::Req)?;
/// req.connect("inproc://service")?;
///
/// req.send("Hello")?;
/// let failed = req.send("Hello?").unwrap_err();
/// assert_eq!(failed.kind(), ErrorKind::WrongState);
/// assert_eq!(failed.into_kept(), "Hello?");
///
/// let request = rep.recv()?;
/// rep.send(format!("World, {request}!"))?;
/// assert_eq!(req.recv()?, "World, Hello!");
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// What a message looks like is what it looks like in libzmq: on ROUTER, STREAM and DGRAM its first frame names the
/// peer, both when it is sent and when it is received. (A STREAM message whose second frame is empty says that a
/// connection began or ended, and when it is sent ends it.) It may be sent to another thread and not be used by two at once,
/// whatever the pattern.
pub struct AnySocket {
    core: AnyCore,
    kind: SocketKind,
    turn: Cell<Turn>,
}

/// Where a REQ or a REP is between request and reply.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// As it was opened; other patterns always are.
    Initial,
    /// A request was sent, or received, and not its reply.
    Midway,
}

/// A core, whoever may share it.
pub enum AnyCore {
    Classic(Box<Core<Classic>>),
    #[cfg(feature = "draft")]
    ThreadSafe(Box<Core<crate::sys::ThreadSafe>>),
}

/// Evaluates an expression with the core of an `AnySocket`.
macro_rules! on_core {
    ($socket:expr, $core:ident => $what:expr) => {
        match $socket.core() {
            $crate::socket::any::AnyCore::Classic($core) => $what,
            #[cfg(feature = "draft")]
            $crate::socket::any::AnyCore::ThreadSafe($core) => $what,
        }
    };
}

pub(crate) use on_core;

/// Who may share a socket, and how that is forgotten and found again.
pub trait Erase: Sharing + Sized {
    fn erase(core: Box<Core<Self>>) -> AnyCore;
    fn recover(core: AnyCore) -> Result<Box<Core<Self>>, AnyCore>;
}

impl Erase for Classic {
    fn erase(core: Box<Core<Self>>) -> AnyCore {
        AnyCore::Classic(core)
    }

    fn recover(core: AnyCore) -> Result<Box<Core<Self>>, AnyCore> {
        match core {
            AnyCore::Classic(core) => Ok(core),
            #[cfg(feature = "draft")]
            AnyCore::ThreadSafe(_) => Err(core),
        }
    }
}

#[cfg(feature = "draft")]
impl Erase for crate::sys::ThreadSafe {
    fn erase(core: Box<Core<Self>>) -> AnyCore {
        AnyCore::ThreadSafe(core)
    }

    fn recover(core: AnyCore) -> Result<Box<Core<Self>>, AnyCore> {
        match core {
            AnyCore::ThreadSafe(core) => Ok(core),
            AnyCore::Classic(_) => Err(core),
        }
    }
}

/// Forgets the pattern and the state, which are from then on followed at run time.
impl<P: Pattern, S: State> From<Socket<P, S>> for AnySocket {
    fn from(socket: Socket<P, S>) -> AnySocket {
        AnySocket {
            core: Erase::erase(socket.core),
            kind: SocketKind::of::<P>(),
            turn: Cell::new(if S::INITIAL { Turn::Initial } else { Turn::Midway }),
        }
    }
}

impl<P: Pattern, S: State> Socket<P, S> {
    /// The same socket, its pattern known at run time only.
    ///
    /// ```
    /// use ferromq::{Context, Pub, Push};
    ///
    /// let context = Context::new()?;
    /// let outlets =
    ///     [context.socket::<Pub>().open()?.into_any(), context.socket::<Push>().bind("inproc://jobs")?.into_any()];
    /// assert_eq!(outlets.map(|socket| socket.kind().name()), ["PUB", "PUSH"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn into_any(self) -> AnySocket {
        self.into()
    }

    /// As [`into_any`](Socket::into_any), for a REQ or REP that may be between request and reply.
    #[cfg(all(unix, feature = "aio"))]
    pub(crate) fn into_any_in_turn(self, midway: bool) -> AnySocket {
        let any = self.into_any();
        any.turn.set(if midway { Turn::Midway } else { Turn::Initial });
        any
    }
}

impl AnySocket {
    /// Opens a socket without an endpoint: then come its options, then [`bind`](AnySocket::bind) and
    /// [`connect`](AnySocket::connect).
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if the kind is a draft and the feature `draft` is off,
    /// [`LimitReached`](ErrorKind::LimitReached), [`Terminated`](ErrorKind::Terminated).
    #[doc(alias = "zmq_socket")]
    pub fn open(context: &Context, kind: SocketKind) -> Result<AnySocket> {
        let core = match kind.socket_type()? {
            AnyType::Classic(socket_type) => {
                Erase::erase(Box::new(Core::open(context, socket_type, kind.name())?))
            }
            #[cfg(feature = "draft")]
            AnyType::ThreadSafe(socket_type) => {
                Erase::erase(Box::new(Core::open(context, socket_type, kind.name())?))
            }
        };
        Ok(AnySocket::in_turn(core, kind))
    }

    pub(super) fn in_turn(core: AnyCore, kind: SocketKind) -> AnySocket {
        AnySocket { core, kind, turn: Cell::new(Turn::Initial) }
    }

    pub(crate) fn core(&self) -> &AnyCore {
        &self.core
    }

    pub(super) fn into_core(self) -> AnyCore {
        self.core
    }

    /// The socket's type.
    #[doc(alias = "ZMQ_TYPE")]
    pub fn kind(&self) -> SocketKind {
        self.kind
    }

    /// The same socket with its pattern known to the compiler again, in the pattern's first state.
    ///
    /// # Errors
    /// With the socket: [`Unsupported`](ErrorKind::Unsupported) if it is of another pattern;
    /// [`WrongState`](ErrorKind::WrongState) if it is a REQ that awaits a reply, or a REP that owes one.
    ///
    /// ```
    /// use ferromq::{AnySocket, Context, ErrorKind, Pull, Push, SocketKind};
    ///
    /// let any = AnySocket::open(&Context::new()?, SocketKind::Push)?;
    /// let failed = any.try_into_socket::<Pull>().unwrap_err();
    /// assert_eq!(failed.kind(), ErrorKind::Unsupported);
    /// let push = failed.into_kept().try_into_socket::<Push>()?;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn try_into_socket<P: Pattern>(self) -> Result<Socket<P>, Failed<AnySocket>> {
        let fails = |kind, why: String| Error::new(Operation::ConvertSocket, kind).about_detail(why);
        if self.kind != SocketKind::of::<P>() {
            let why = format!("it is a {} socket and no {}", self.kind, P::NAME);
            return Err(Failed::new(fails(ErrorKind::Unsupported, why), self));
        }
        if self.turn.get() == Turn::Midway {
            let why = format!("this {} socket is between a request and its reply", self.kind);
            return Err(Failed::new(fails(ErrorKind::WrongState, why), self));
        }
        let (kind, turn) = (self.kind, self.turn);
        match <P::Sharing as Erase>::recover(self.core) {
            Ok(core) => Ok(Socket::from_boxed(core)),
            Err(core) => {
                let why = format!("this {kind} socket is shared otherwise");
                Err(Failed::new(fails(ErrorKind::Unsupported, why), AnySocket { core, kind, turn }))
            }
        }
    }

    /// Binds the socket to one more endpoint.
    ///
    /// # Errors
    /// As for [`Builder::bind`](crate::Builder::bind).
    #[doc(alias = "zmq_bind")]
    pub fn bind<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        let endpoint = parsed(Operation::Bind, endpoint)?;
        on_core!(self, core => core.bind(&endpoint))
    }

    /// Connects the socket to one more endpoint.
    ///
    /// # Errors
    /// As for [`Builder::connect`](crate::Builder::connect).
    #[doc(alias = "zmq_connect")]
    pub fn connect<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        let endpoint = parsed(Operation::Connect, endpoint)?;
        on_core!(self, core => core.connect(&endpoint))
    }

    /// As [`Socket::unbind`].
    ///
    /// # Errors
    /// [`EndpointNotFound`](ErrorKind::EndpointNotFound) if the socket is not bound there.
    #[doc(alias = "zmq_unbind")]
    pub fn unbind<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        let endpoint = parsed(Operation::Unbind, endpoint)?;
        on_core!(self, core => core.unbind(&endpoint))
    }

    /// As [`Socket::disconnect`].
    ///
    /// # Errors
    /// [`EndpointNotFound`](ErrorKind::EndpointNotFound) if the socket is not connected there.
    #[doc(alias = "zmq_disconnect")]
    pub fn disconnect<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        let endpoint = parsed(Operation::Disconnect, endpoint)?;
        on_core!(self, core => core.disconnect(&endpoint))
    }

    /// As [`Socket::last_endpoint`].
    ///
    /// # Errors
    /// [`EndpointNotFound`](ErrorKind::EndpointNotFound) if there was none yet.
    #[doc(alias = "ZMQ_LAST_ENDPOINT")]
    pub fn last_endpoint(&self) -> Result<Endpoint> {
        on_core!(self, core => core.last_endpoint())
    }

    /// Closes the socket, as dropping it does.
    #[doc(alias = "zmq_close")]
    pub fn close(self) {}

    /// Sends a message.
    ///
    /// On ROUTER, STREAM and DGRAM the first frame names the peer.
    ///
    /// # Errors
    /// With the unsent message: [`Unsupported`](ErrorKind::Unsupported) if sockets of this kind do not send,
    /// [`WrongState`](ErrorKind::WrongState) on a REQ that awaits a reply and a REP that owes none,
    /// [`InvalidMessage`](ErrorKind::InvalidMessage) if it has no frames, or no frame after the peer's name; and
    /// those of [`Socket::send`] and [`Socket::send_to`].
    ///
    /// ```
    /// use ferromq::{AnySocket, Context, Dealer, SocketKind};
    ///
    /// let context = Context::new()?;
    /// let router = AnySocket::open(&context, SocketKind::Router)?;
    /// router.bind("inproc://broker")?;
    /// let dealer = context.socket::<Dealer>().connect("inproc://broker")?;
    /// dealer.send("ready")?;
    ///
    /// let mut message = router.recv()?;
    /// assert_eq!(message.pop_back().expect("what the peer sent"), "ready");
    /// message.push_back("Task 0"); // after the peer's name
    /// router.send(message)?;
    /// assert_eq!(dealer.recv()?, "Task 0");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_send")]
    pub fn send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>> {
        self.send_within(message.into(), Wait::AsConfigured)
    }

    /// Sends a message, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`send`](AnySocket::send).
    pub fn send_timeout(
        &self,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>> {
        self.send_within(message.into(), Wait::AtMost(timeout))
    }

    /// Sends a message if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`send`](AnySocket::send), with [`WouldBlock`](ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>> {
        self.send_within(message.into(), Wait::Never)
    }

    /// Receives a message.
    ///
    /// On ROUTER, STREAM and DGRAM the first frame names the peer.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if sockets of this kind do not receive,
    /// [`WrongState`](ErrorKind::WrongState) on a REQ without a request under way and a REP that owes a reply,
    /// [`TimedOut`](ErrorKind::TimedOut), [`Terminated`](ErrorKind::Terminated).
    #[doc(alias = "zmq_msg_recv")]
    pub fn recv(&self) -> Result<Message> {
        self.receive_within(Wait::AsConfigured)
    }

    /// Receives a message, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv`](AnySocket::recv).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Message> {
        self.receive_within(Wait::AtMost(timeout))
    }

    /// Receives a message if there is one.
    ///
    /// # Errors
    /// As for [`recv`](AnySocket::recv), with [`WouldBlock`](ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_recv(&self) -> Result<Message> {
        self.receive_within(Wait::Never)
    }

    /// Sends a message to the peer of that name: on ROUTER and STREAM a [`RoutingId`](crate::RoutingId), on the draft
    /// patterns SERVER and PEER a `PeerId`, on RADIO a `Group`, on DGRAM an address.
    ///
    /// # Errors
    /// With the unsent message: [`Unsupported`](ErrorKind::Unsupported) if sockets of this kind do not name their
    /// peers so; and those of [`Socket::send_to`].
    ///
    /// ```
    /// use ferromq::{AnySocket, Context, Dealer, RoutingId, SocketKind};
    ///
    /// let context = Context::new()?;
    /// let router = AnySocket::open(&context, SocketKind::Router)?;
    /// router.bind("inproc://broker")?;
    /// let dealer = context.socket::<Dealer>().routing_id(RoutingId::new("a")?).connect("inproc://broker")?;
    /// dealer.send("ready")?;
    ///
    /// let (peer, message) = router.recv_from::<RoutingId>()?;
    /// assert_eq!((peer.as_bytes(), message.as_str()?), (&b"a"[..], "ready"));
    /// router.send_to(&peer, "Task 0")?;
    /// assert_eq!(dealer.recv()?, "Task 0");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn send_to<A: Address>(&self, peer: &A, message: impl Into<Message>) -> Result<(), Failed<Message>> {
        self.send_to_within(peer, message.into(), Wait::AsConfigured)
    }

    /// Sends a message to a peer, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`send_to`](AnySocket::send_to).
    pub fn send_to_timeout<A: Address>(
        &self,
        peer: &A,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>> {
        self.send_to_within(peer, message.into(), Wait::AtMost(timeout))
    }

    /// Sends a message to a peer if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`send_to`](AnySocket::send_to), with [`WouldBlock`](ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_send_to<A: Address>(
        &self,
        peer: &A,
        message: impl Into<Message>,
    ) -> Result<(), Failed<Message>> {
        self.send_to_within(peer, message.into(), Wait::Never)
    }

    /// Receives a message, and the name of the peer that sent it.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if sockets of this kind do not name their peers so;
    /// and those of [`recv`](AnySocket::recv).
    pub fn recv_from<A: Address>(&self) -> Result<(A, Message)> {
        self.receive_from_within(Wait::AsConfigured)
    }

    /// Receives a message and its sender, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv_from`](AnySocket::recv_from).
    pub fn recv_from_timeout<A: Address>(&self, timeout: Duration) -> Result<(A, Message)> {
        self.receive_from_within(Wait::AtMost(timeout))
    }

    /// Receives a message and its sender if there is one.
    ///
    /// # Errors
    /// As for [`recv_from`](AnySocket::recv_from), with [`WouldBlock`](ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_recv_from<A: Address>(&self) -> Result<(A, Message)> {
        self.receive_from_within(Wait::Never)
    }

    /// Subscribes to messages that begin with `topic`, as [`Socket::subscribe`] does.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if sockets of this kind do not subscribe.
    ///
    /// ```
    /// use ferromq::{AnySocket, Context, SocketKind};
    ///
    /// let socket = AnySocket::open(&Context::new()?, SocketKind::Sub)?;
    /// socket.subscribe("weather")?;
    /// socket.unsubscribe("weather")?;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_SUBSCRIBE")]
    pub fn subscribe(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        self.change_subscription(Operation::Subscribe, Encoded::Bytes(id::SUBSCRIBE, topic.as_ref().to_vec()))
    }

    /// Takes one subscription to `topic` back, as [`Socket::unsubscribe`] does.
    ///
    /// # Errors
    /// As for [`subscribe`](AnySocket::subscribe).
    #[doc(alias = "ZMQ_UNSUBSCRIBE")]
    pub fn unsubscribe(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        self.change_subscription(
            Operation::Unsubscribe,
            Encoded::Bytes(id::UNSUBSCRIBE, topic.as_ref().to_vec()),
        )
    }

    /// Joins a group, as `Socket::join` does.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if it is no DISH, [`WrongState`](ErrorKind::WrongState) if it is a
    /// member already.
    ///
    /// ```
    /// use ferromq::{AnySocket, Context, Group, SocketKind};
    ///
    /// let dish = AnySocket::open(&Context::new()?, SocketKind::Dish)?;
    /// let weather = Group::new("weather")?;
    /// dish.join(&weather)?;
    /// dish.leave(&weather)?;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[cfg(feature = "draft")]
    #[doc(alias = "zmq_join")]
    pub fn join(&self, group: &crate::options::Group) -> Result<()> {
        if self.kind != SocketKind::Dish {
            return Err(self.unsupported(Operation::Join, "join groups"));
        }
        on_core!(self, core => core.join(group))
    }

    /// Leaves a group, as `Socket::leave` does.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if it is no DISH, [`WrongState`](ErrorKind::WrongState) if it is not a
    /// member.
    #[cfg(feature = "draft")]
    #[doc(alias = "zmq_leave")]
    pub fn leave(&self, group: &crate::options::Group) -> Result<()> {
        if self.kind != SocketKind::Dish {
            return Err(self.unsupported(Operation::Leave, "join groups"));
        }
        on_core!(self, core => core.leave(group))
    }

    /// Lets a REQ send a request again before its reply came, as [`Builder::relaxed`](crate::Builder::relaxed) does.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if it is no REQ.
    ///
    /// ```
    /// use ferromq::{AnySocket, Context, Rep, SocketKind};
    ///
    /// let context = Context::new()?;
    /// let rep = context.socket::<Rep>().bind("inproc://forgetful")?;
    /// let req = AnySocket::open(&context, SocketKind::Req)?;
    /// req.relax()?;
    /// req.connect("inproc://forgetful")?;
    /// req.send("first try")?;
    /// req.send("second try")?;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_REQ_RELAXED")]
    #[doc(alias = "ZMQ_REQ_CORRELATE")]
    pub fn relax(&self) -> Result<()> {
        if self.kind != SocketKind::Req {
            return Err(self.unsupported(Operation::SetOption, "be relaxed"));
        }
        for option in [id::REQ_RELAXED, id::REQ_CORRELATE] {
            on_core!(self, core => core.set(&Encoded::Int(option, 1))).map_err(|errno| {
                Error::from_errno(Operation::SetOption, errno).about_option("relaxed", "true".into(), None)
            })?;
        }
        Ok(())
    }

    /// The pointer of libzmq's, for calls that this crate does not make. See [`raw`](crate::raw).
    pub fn as_raw(&self) -> *mut std::ffi::c_void {
        on_core!(self, core => core.raw.as_ptr())
    }

    fn send_within(&self, message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        if !self.kind.sends() {
            return Err(Failed::new(self.unsupported(Operation::Send, "send"), message));
        }
        on_core!(self, core => core.send_as_is(self.kind, message, wait))?;
        self.advance(SocketKind::Req, SocketKind::Rep);
        Ok(())
    }

    fn receive_within(&self, wait: Wait) -> Result<Message> {
        if !self.kind.receives() {
            return Err(self.unsupported(Operation::Receive, "receive"));
        }
        let message = on_core!(self, core => core.receive_as_is(self.kind, wait))?;
        self.advance(SocketKind::Rep, SocketKind::Req);
        Ok(message)
    }

    fn send_frames_now(&self, frames: &mut Vec<Frame>) -> Result<()> {
        if !self.kind.sends() {
            return Err(self.unsupported(Operation::Send, "send"));
        }
        on_core!(self, core => core.send_frames_as_is(self.kind, frames))?;
        self.advance(SocketKind::Req, SocketKind::Rep);
        Ok(())
    }

    fn receive_frames_now(&self, frames: &mut Vec<Frame>) -> Result<()> {
        if !self.kind.receives() {
            return Err(self.unsupported(Operation::Receive, "receive"));
        }
        on_core!(self, core => core.receive_frames_as_is(self.kind, frames))?;
        self.advance(SocketKind::Rep, SocketKind::Req);
        Ok(())
    }

    fn send_to_within<A: Address>(
        &self,
        peer: &A,
        message: Message,
        wait: Wait,
    ) -> Result<(), Failed<Message>> {
        if !self.kind.sends() || !A::KINDS.contains(&self.kind) {
            return Err(Failed::new(
                self.unsupported(Operation::Send, "send to peers that are named so"),
                message,
            ));
        }
        on_core!(self, core => peer.send(core, message, wait))
    }

    fn receive_from_within<A: Address>(&self, wait: Wait) -> Result<(A, Message)> {
        if !self.kind.receives() || !A::KINDS.contains(&self.kind) {
            return Err(self.unsupported(Operation::Receive, "receive from peers that are named so"));
        }
        on_core!(self, core => A::receive(core, wait))
    }

    fn change_subscription(&self, operation: Operation, setting: Encoded) -> Result<()> {
        if !matches!(self.kind, SocketKind::Sub | SocketKind::XSub) {
            return Err(self.unsupported(operation, "subscribe"));
        }
        on_core!(self, core => core.apply(&setting)).map_err(|errno| Error::from_errno(operation, errno))
    }

    /// Follows the turns of a REQ or REP after it sent or received.
    fn advance(&self, begins: SocketKind, ends: SocketKind) {
        if self.kind == begins {
            self.turn.set(Turn::Midway);
        } else if self.kind == ends {
            self.turn.set(Turn::Initial);
        }
    }

    #[cold]
    fn unsupported(&self, operation: Operation, what: &str) -> Error {
        Error::new(operation, ErrorKind::Unsupported)
            .about_detail(format!("{} sockets do not {what}", self.kind))
    }
}

impl fmt::Debug for AnySocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("AnySocket");
        shown.field("kind", &self.kind);
        if let Ok(endpoint) = self.last_endpoint() {
            shown.field("last_endpoint", &endpoint);
        }
        shown.finish_non_exhaustive()
    }
}
