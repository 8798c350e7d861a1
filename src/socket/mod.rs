//! Sockets: one type, whose parameters are a pattern and the state that it is in.

mod addressed;
pub(crate) mod any;
mod builder;
pub(crate) mod connect;
mod core;
#[cfg(unix)]
pub(crate) mod listener;
mod liveness;
pub(crate) mod many;
pub(crate) mod pattern;
mod pollable;
mod receive_into;
pub(crate) mod rows;
pub(crate) mod spin;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod transfer;

mod dealer;
#[cfg(feature = "draft")]
mod draft;
mod pair;
mod publish;
mod pull;
mod push;
mod rep;
mod req;
mod router;
mod stream;
mod sub;
mod xpub;
mod xsub;

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

pub use any::{AnySocket, RawParts, SocketKind, SocketOption};
pub use builder::Builder;
pub use connect::ConnectOptions;
pub use dealer::Dealer;
#[cfg(feature = "draft")]
pub use draft::{Channel, Client, Dgram, Dish, Gather, Peer, Radio, Scatter, Server};
pub use pair::Pair;
pub use pollable::Pollable;
pub(crate) use pollable::sealed;
pub use publish::Pub;
pub use pull::Pull;
pub use push::Push;
pub use rep::Rep;
pub use req::Req;
pub use router::Router;
pub use stream::{Stream, StreamEvent};
pub use sub::Sub;
pub use xpub::{XPub, XPubEvent};
pub use xsub::XSub;

pub(crate) use self::core::{Core, Follower};
use crate::endpoint::Endpoint;
use crate::error::{Error, Failed, Operation, Result};
use crate::message::Message;
use crate::options::codec::Codec;
use pattern::{Pattern, Receives, Sends};
use state::Open;
use table::Row;
use transfer::Wait;

/// An open socket of pattern `P`, in state `S`.
///
/// Made by [`bind`](Builder::bind), [`connect`](Builder::connect) or [`open`](Builder::open) of a
/// [`Builder`]. Which operations there are depends on the pattern, and for [`Req`] and [`Rep`] on the state,
/// which the compiler follows: an operation that takes the socket returns it in the next state. `Socket<P>`
/// names a socket in its first state.
///
/// A socket may be sent to another thread and not be used by two at once. Dropping it closes it, at once;
/// what it queued is still sent, for the [`linger`](Builder::linger) period.
///
/// A wait has three forms: `recv` waits as long as the receive timeout says (for ever, unless it was set),
/// `recv_timeout` at most so long, `try_recv` not at all; and the same for `send`. Signals do not end a wait.
/// [`Context::shutdown`](crate::Context::shutdown) ends all of them.
pub struct Socket<P: Pattern, S = <P as Pattern>::Initial> {
    core: Box<Core<P::Sharing>>,
    types: PhantomData<fn() -> (P, S)>,
}

/// Operations of every socket.
impl<P: Pattern, S> Socket<P, S> {
    /// Binds the socket to one more endpoint.
    ///
    /// # Errors
    /// As for [`Builder::bind`].
    ///
    /// ```
    /// use ferromq::{Context, Pull};
    ///
    /// let pull = Context::new()?.socket::<Pull>().bind("inproc://tasks")?;
    /// pull.bind("tcp://127.0.0.1:*")?;
    /// println!("send tasks to {}", pull.last_endpoint()?);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_bind")]
    pub fn bind<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.core.bind(&parsed(Operation::Bind, endpoint)?)
    }

    /// Connects the socket to one more endpoint.
    ///
    /// # Errors
    /// As for [`Builder::connect`].
    #[doc(alias = "zmq_connect")]
    pub fn connect<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.core.connect(&parsed(Operation::Connect, endpoint)?)
    }

    /// Stops accepting connections at an endpoint that the socket is bound to. One that was bound with a
    /// wildcard is named as [`last_endpoint`](Socket::last_endpoint) told.
    ///
    /// # Errors
    /// [`EndpointNotFound`](crate::ErrorKind::EndpointNotFound) if the socket is not bound there.
    #[doc(alias = "zmq_unbind")]
    pub fn unbind<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.core.unbind(&parsed(Operation::Unbind, endpoint)?)
    }

    /// Ends the connection to an endpoint. What is queued for it is sent for the linger period.
    ///
    /// libzmq finishes this when the socket is next used, or closed; until then the peer may see the connection.
    ///
    /// # Errors
    /// [`EndpointNotFound`](crate::ErrorKind::EndpointNotFound) if the socket is not connected there.
    #[doc(alias = "zmq_disconnect")]
    pub fn disconnect<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<()> {
        self.core.disconnect(&parsed(Operation::Disconnect, endpoint)?)
    }

    /// The endpoint that the socket was last bound or connected to, with wildcards replaced by what the
    /// operating system chose.
    ///
    /// # Errors
    /// [`EndpointNotFound`](crate::ErrorKind::EndpointNotFound) if there was none yet.
    #[doc(alias = "ZMQ_LAST_ENDPOINT")]
    pub fn last_endpoint(&self) -> Result<Endpoint> {
        self.core.last_endpoint()
    }

    /// Closes the socket, as dropping it does.
    #[doc(alias = "zmq_close")]
    pub fn close(self) {}

    pub(crate) fn set_option<R: Row>(&self, value: <R::Codec as Codec>::Value) -> Result<()> {
        let setting = table::setting::<R>(&value)?;
        self.core
            .configure(&setting)
            .map_err(|errno| table::refused(Operation::SetOption, R::NAME, setting.shown, errno))
    }

    pub(crate) fn get_option<R: Row>(&self) -> Result<<R::Codec as Codec>::Value> {
        match self.core.get(R::ID) {
            Ok(wire) => Ok(R::Codec::decode(wire)),
            Err(errno) => Err(table::refused(Operation::GetOption, R::NAME, String::new(), errno)),
        }
    }

    pub(crate) fn remembered_option<R: Row>(&self) -> <R::Codec as Codec>::Value {
        self.core.noted(R::ID).map_or_else(R::default, R::Codec::decode)
    }

    pub(crate) fn core(&self) -> &Core<P::Sharing> {
        &self.core
    }

    pub(crate) fn from_core(core: Core<P::Sharing>) -> Self {
        Self::from_boxed(Box::new(core))
    }

    fn from_boxed(core: Box<Core<P::Sharing>>) -> Self {
        Socket { core, types: PhantomData }
    }

    /// The same socket, in the state of its type that it is in when nothing is under way; which may be wrong.
    #[cfg(all(unix, feature = "aio"))]
    pub(crate) fn at_rest(self) -> Socket<P, S::AtRest>
    where
        S: state::State,
    {
        self.into_state()
    }

    /// The same socket, in another state.
    fn into_state<T>(self) -> Socket<P, T> {
        Socket { core: self.core, types: PhantomData }
    }
}

fn parsed<E: TryInto<Endpoint, Error: Into<Error>>>(operation: Operation, endpoint: E) -> Result<Endpoint> {
    endpoint.try_into().map_err(|error| error.into().with_operation(operation))
}

/// Sending and receiving, on the patterns that have no order.
impl<P: Pattern<Initial = Open>> Socket<P, Open> {
    /// Sends a message.
    ///
    /// The message is handed to libzmq, which sends it in the background; that it was delivered is only known
    /// from an answer. When nobody can take it, or all queues are full, PUSH, DEALER and PAIR wait and
    /// PUB drops it.
    ///
    /// # Errors
    /// With the unsent message: [`TimedOut`](crate::ErrorKind::TimedOut) after the
    /// [`send_timeout`](Builder::send_timeout), [`Terminated`](crate::ErrorKind::Terminated),
    /// [`InvalidMessage`](crate::ErrorKind::InvalidMessage) if it has no frames.
    #[doc(alias = "zmq_msg_send")]
    #[inline]
    pub fn send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.core.send(message.into(), Wait::AsConfigured)
    }

    /// Sends a message, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`send`](Socket::send).
    pub fn send_timeout(&self, message: impl Into<Message>, timeout: Duration) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.core.send(message.into(), Wait::AtMost(timeout))
    }

    /// Sends a message if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`send`](Socket::send), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    #[inline]
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Sends,
    {
        self.core.send(message.into(), Wait::Never)
    }

    /// Receives a message.
    ///
    /// # Errors
    /// [`TimedOut`](crate::ErrorKind::TimedOut) after the [`receive_timeout`](Builder::receive_timeout),
    /// [`Terminated`](crate::ErrorKind::Terminated).
    #[doc(alias = "zmq_msg_recv")]
    #[inline]
    pub fn recv(&self) -> Result<Message>
    where
        P: Receives,
    {
        self.core.receive(Wait::AsConfigured)
    }

    /// Receives a message, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv`](Socket::recv).
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Message>
    where
        P: Receives,
    {
        self.core.receive(Wait::AtMost(timeout))
    }

    /// Receives a message if there is one.
    ///
    /// # Errors
    /// As for [`recv`](Socket::recv), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    #[inline]
    pub fn try_recv(&self) -> Result<Message>
    where
        P: Receives,
    {
        self.core.receive(Wait::Never)
    }
}

impl<P: Pattern, S> fmt::Debug for Socket<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Socket");
        shown.field("pattern", &P::NAME);
        if let Ok(endpoint) = self.core.last_endpoint() {
            shown.field("last_endpoint", &endpoint);
        }
        shown.finish_non_exhaustive()
    }
}
