//! What the type parameters of a socket mean: its pattern, what the pattern can do, and the state it is in.

use super::any::Erase;
use super::state::Open;
use crate::sys::SocketType;

/// Seals the traits of this module: ZeroMQ's patterns are a closed set.
pub(crate) mod sealed {
    use super::{Erase, SocketType};

    pub trait Sealed {
        type Sharing: Erase;
        const SOCKET_TYPE: SocketType<Self::Sharing>;
    }
}

/// Makes a type a pattern: its name and socket type in ZeroMQ, and the state in which it is opened.
macro_rules! pattern {
    ($Pattern:ident is $NAME:ident, initially $Initial:ty) => {
        $crate::socket::pattern::pattern!($Pattern is Classic $NAME, initially $Initial);
    };
    ($Pattern:ident is $Sharing:ident $NAME:ident, initially $Initial:ty) => {
        impl $crate::socket::pattern::sealed::Sealed for $Pattern {
            type Sharing = $crate::sys::$Sharing;
            const SOCKET_TYPE: $crate::sys::SocketType<$crate::sys::$Sharing> = $crate::sys::SocketType::$NAME;
        }

        impl $crate::socket::pattern::Pattern for $Pattern {
            type Initial = $Initial;
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
    type Initial;

    /// ZeroMQ's name of the pattern, such as `REQ`.
    const NAME: &'static str;
}

/// Sends messages at any time, to whichever peers its pattern chooses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets cannot send like this",
    label = "ZeroMQ gives `{Self}` no such send",
    note = "PULL and SUB only receive; ROUTER sends to a peer that it names: `send_to(&peer, message)`"
)]
pub trait Sends: Pattern<Initial = Open> {}

/// Receives messages at any time, from whichever peers its pattern chooses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets cannot receive like this",
    label = "ZeroMQ gives `{Self}` no such receive",
    note = "PUSH and PUB only send; ROUTER learns from whom a message is: `recv_from()`"
)]
pub trait Receives: Pattern<Initial = Open> {}

/// Receives only what it has subscribed to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets cannot subscribe",
    label = "only SUB subscribes to topics",
    note = "a PUSH/PULL, REQ/REP, PAIR or DEALER/ROUTER peer is sent every message that is meant for it, without subscribing"
)]
pub trait Subscribes: Pattern {}

/// Names the peer that it sends to, and learns the peer that it received from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sockets do not address their peers",
    label = "only ROUTER sends to a peer by its routing id",
    note = "the other patterns choose the peer by themselves: `send(message)`"
)]
pub trait Routes: Pattern<Initial = Open> {}

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
