//! What the type parameters of a socket mean: its pattern, what the pattern can do, and the state it is in.

use super::any::{Erase, SocketKind};
use super::state::{Open, State};
use crate::sys::{Sharing, SocketType};

/// Seals the traits of this module: ZeroMQ's patterns are a closed set.
pub(crate) mod sealed {
    use std::fmt;

    use super::{Erase, Sharing, SocketKind, SocketType};
    use crate::error::{Failed, Result};
    use crate::message::Message;
    use crate::socket::core::Core;
    use crate::socket::transfer::Wait;

    pub trait Sealed {
        type Sharing: Erase;
        const SOCKET_TYPE: SocketType<Self::Sharing>;
    }

    /// How a message travels together with the name of a peer.
    pub trait Addressing: Clone + fmt::Debug + Send + Sync + Sized + 'static {
        /// The kinds of sockets that name peers so.
        const KINDS: &'static [SocketKind];

        /// Sends the message to the peer, or nothing and gives it back.
        fn send<K: Sharing>(
            &self,
            core: &Core<K>,
            message: Message,
            wait: Wait,
        ) -> Result<(), Failed<Message>>;

        /// Receives a message and the name of its peer.
        fn receive<K: Sharing>(core: &Core<K>, wait: Wait) -> Result<(Self, Message)>;
    }
}

/// Makes a type a pattern: its name and socket type in ZeroMQ, the state in which it is opened, and, where they
/// are not the usual, who may share it and what names its peers.
macro_rules! pattern {
    ($Pattern:ident is $NAME:ident, initially $Initial:ty) => {
        $crate::socket::pattern::pattern!($Pattern is Classic $NAME, initially $Initial);
    };
    ($Pattern:ident is $Sharing:ident $NAME:ident, initially $Initial:ty) => {
        $crate::socket::pattern::pattern!($Pattern is $Sharing $NAME, initially $Initial, peers $crate::RoutingId);
    };
    ($Pattern:ident is $Sharing:ident $NAME:ident, initially $Initial:ty, peers $Peer:ty) => {
        impl $crate::socket::pattern::sealed::Sealed for $Pattern {
            type Sharing = $crate::sys::$Sharing;
            const SOCKET_TYPE: $crate::sys::SocketType<$crate::sys::$Sharing> = $crate::sys::SocketType::$NAME;
        }

        impl $crate::socket::pattern::Pattern for $Pattern {
            type Initial = $Initial;
            type Peer = $Peer;
            const NAME: &'static str = stringify!($NAME);
        }
    };
}

pub(crate) use pattern;

/// A messaging pattern, that is a type of ZeroMQ socket: [`Req`](crate::Req), [`Pub`](crate::Pub), ...
///
/// Source: zmq_socket(3).
pub trait Pattern: sealed::Sealed + Sized + 'static {
    /// The state of a newly opened socket.
    type Initial: State<AtRest = Self::Initial>;

    /// What names a peer, where a socket [sends to](SendsTo) or [receives from](ReceivesFrom) named peers;
    /// elsewhere without meaning.
    type Peer: Address;

    /// ZeroMQ's name of the pattern, such as `REQ`.
    const NAME: &'static str;
}

/// Sends messages at any time, to whichever peers its pattern chooses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets cannot send like this",
    label = "ZeroMQ gives `{Self}` no such send",
    note = "PULL, SUB, GATHER and DISH only receive",
    note = "ROUTER, STREAM, SERVER, PEER and DGRAM send to a peer that they name, RADIO to a group: `send_to(&peer, message)`"
)]
pub trait Sends: Pattern<Initial = Open> {}

/// Receives messages at any time, from whichever peers its pattern chooses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets cannot receive like this",
    label = "ZeroMQ gives `{Self}` no such receive",
    note = "PUSH, PUB, SCATTER and RADIO only send",
    note = "ROUTER, SERVER, PEER and DGRAM learn from whom a message is, DISH to which group: `recv_from()`; STREAM receives events: `recv_event()`"
)]
pub trait Receives: Pattern<Initial = Open> {}

/// Receives only what it has subscribed to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets cannot subscribe",
    label = "only SUB and XSUB subscribe to topics",
    note = "PUB and XPUB send to the peers that subscribe; DISH joins groups: `join(&group)`",
    note = "the other patterns are sent every message that is meant for them, without subscribing"
)]
pub trait Subscribes: Pattern {}

/// Sends each message to a peer that it names, or to a group.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets do not address their peers",
    label = "ZeroMQ gives `{Self}` no say in which peer a message goes to",
    note = "ROUTER, STREAM, SERVER, PEER and DGRAM name a peer, RADIO a group; the others that send choose the peer by themselves: `send(message)`"
)]
pub trait SendsTo: Pattern<Initial = Open> {}

/// Learns with each message the peer that sent it, or the group that it was sent to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets do not learn who sent a message",
    label = "ZeroMQ gives `{Self}` no name for the sender",
    note = "ROUTER, SERVER, PEER and DGRAM learn the peer, DISH the group; STREAM receives events: `recv_event()`; the others that receive do so without a name: `recv()`"
)]
pub trait ReceivesFrom: Pattern<Initial = Open> {}

/// Names a peer, or several, of a socket that sends to peers by name: [`RoutingId`](crate::RoutingId) on
/// ROUTER and STREAM; with the feature `draft` also `PeerId` on SERVER and PEER, `Group` on RADIO and DISH, and
/// [`SocketAddrV4`](std::net::SocketAddrV4) on DGRAM.
pub trait Address: sealed::Addressing {}

/// Has the option `O`, which has an effect on sockets of this pattern.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets have no option `{O}`",
    label = "ZeroMQ gives this option no meaning on `{Self}`",
    note = "a pattern has only the options that have an effect on it"
)]
pub trait HasOption<O>: Pattern {}

/// Has the option `O` on sockets that are open already. No pattern has one that libzmq reads only when it
/// binds or connects.
#[diagnostic::on_unimplemented(
    message = "the option `{O}` cannot change on a live `{Self}` socket",
    label = "libzmq reads this option only when a socket binds or connects",
    note = "set it on the builder, before `bind`, `connect` or `open`"
)]
pub trait HasLiveOption<O>: Pattern {}
