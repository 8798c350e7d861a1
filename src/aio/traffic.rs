//! What goes through a socket, pattern by pattern.

use super::waiters::To;
use crate::error::{Failed, Result};
use crate::message::Message;
use crate::options::RoutingId;
use crate::socket::pattern::Pattern;
use crate::socket::state::Open;
use crate::socket::{
    Dealer, Pair, Pub, Pull, Push, Router, Socket, SocketKind, Stream, StreamEvent, Sub, XPub, XSub,
};
#[cfg(feature = "draft")]
use crate::{
    options::{Group, PeerId},
    socket::{Channel, Client, Dgram, Dish, Gather, Peer, Radio, Scatter, Server},
};

/// Patterns that receive at any time, and what one receive of theirs gives: what a stream is a stream of.
pub trait Delivers: Pattern<Initial = Open> {
    /// A [`Message`]; on ROUTER, SERVER, PEER, DGRAM and DISH with the name of the peer or group; on STREAM an event.
    type Delivery: Send;

    #[doc(hidden)]
    fn take(socket: &Socket<Self>) -> Result<Self::Delivery>;
}

/// Patterns that send at any time, and what one send of theirs takes: what a sink takes.
pub trait Accepts: Pattern<Initial = Open> {
    /// A [`Message`]; on ROUTER, STREAM, SERVER, PEER, DGRAM and RADIO with the name of the peer or group.
    type Parcel: Send;

    #[doc(hidden)]
    fn give(socket: &Socket<Self>, parcel: Self::Parcel) -> Result<(), Failed<Self::Parcel>>;
}

/// What a task waits for to send on this pattern. Of a certain peer libzmq does not tell whether it has room; nor of the
/// subscribers of a PUB or XPUB that drops nothing: it claims to have room when it has none.
pub(super) fn to_send<P: Pattern>() -> To {
    match SocketKind::of::<P>() {
        SocketKind::Pub | SocketKind::XPub | SocketKind::Router | SocketKind::Stream => To::SendToPeer,
        #[cfg(feature = "draft")]
        SocketKind::Server | SocketKind::Peer | SocketKind::Radio | SocketKind::Dgram => To::SendToPeer,
        _ => To::Send,
    }
}

macro_rules! receive {
    ($($Pattern:ty: $Delivery:ty = $try_recv:ident;)*) => {
        $(impl Delivers for $Pattern {
            type Delivery = $Delivery;

            fn take(socket: &Socket<Self>) -> Result<$Delivery> {
                socket.$try_recv()
            }
        })*
    };
}

macro_rules! send {
    ($($Pattern:ty),*) => {
        $(impl Accepts for $Pattern {
            type Parcel = Message;

            fn give(socket: &Socket<Self>, message: Message) -> Result<(), Failed<Message>> {
                socket.try_send(message)
            }
        })*
    };
}

macro_rules! send_to {
    ($($Pattern:ty: $Peer:ty;)*) => {
        $(impl Accepts for $Pattern {
            type Parcel = ($Peer, Message);

            fn give(
                socket: &Socket<Self>,
                (peer, message): ($Peer, Message),
            ) -> Result<(), Failed<($Peer, Message)>> {
                match socket.try_send_to(&peer, message) {
                    Ok(()) => Ok(()),
                    Err(failed) => Err(failed.map(|message| (peer, message))),
                }
            }
        })*
    };
}

receive! {
    Pull: Message = try_recv;
    Sub: Message = try_recv;
    XSub: Message = try_recv;
    XPub: Message = try_recv;
    Dealer: Message = try_recv;
    Pair: Message = try_recv;
    Router: (RoutingId, Message) = try_recv_from;
    Stream: StreamEvent = try_recv_event;
}

send!(Push, Pub, XPub, XSub, Dealer, Pair);

send_to! {
    Router: RoutingId;
    Stream: RoutingId;
}

#[cfg(feature = "draft")]
receive! {
    Client: Message = try_recv;
    Gather: Message = try_recv;
    Channel: Message = try_recv;
    Server: (PeerId, Message) = try_recv_from;
    Peer: (PeerId, Message) = try_recv_from;
    Dish: (Group, Message) = try_recv_from;
    Dgram: (std::net::SocketAddrV4, Message) = try_recv_from;
}

#[cfg(feature = "draft")]
send!(Client, Scatter, Channel);

#[cfg(feature = "draft")]
send_to! {
    Server: PeerId;
    Peer: PeerId;
    Radio: Group;
    Dgram: std::net::SocketAddrV4;
}
