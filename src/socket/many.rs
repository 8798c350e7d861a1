//! Many messages at a time, and what goes through a socket, pattern by pattern.

use std::collections::VecDeque;
use std::time::Duration;

use super::pattern::{Pattern, sealed::Addressing};
use super::state::Open;
use super::stream::StreamEvent;
use super::transfer::Wait;
#[cfg(feature = "draft")]
use super::{Channel, Client, Dgram, Dish, Gather, Peer, Radio, Scatter, Server};
use super::{Dealer, Pair, Pub, Pull, Push, Router, Socket, Stream, Sub, XPub, XSub};
use crate::error::{Failed, Result};
use crate::message::Message;
use crate::options::RoutingId;
#[cfg(feature = "draft")]
use crate::options::{Group, PeerId};

/// Patterns that receive at any time, and what one receive of theirs gives.
pub trait Delivers: Pattern<Initial = Open> {
    /// A [`Message`]; on ROUTER, SERVER, PEER, DGRAM and DISH with the name of the peer or group; on STREAM an event.
    type Delivery: Send;

    #[doc(hidden)]
    fn take(socket: &Socket<Self>, wait: Wait) -> Result<Self::Delivery>;
}

/// Patterns that send at any time, and what one send of theirs takes.
pub trait Accepts: Pattern<Initial = Open> {
    /// A [`Message`]; on ROUTER, STREAM, SERVER, PEER, DGRAM and RADIO with the name of the peer or group.
    type Parcel: Send;

    #[doc(hidden)]
    fn give(socket: &Socket<Self>, parcel: Self::Parcel, wait: Wait) -> Result<(), Failed<Self::Parcel>>;
}

/// Many messages at a time: one wait for all of them.
impl<P: Pattern<Initial = Open>> Socket<P, Open> {
    /// Receives as many messages as there are, at least one and at most `max`, and puts them at the end of `messages`; how many.
    /// It waits for the first only.
    ///
    /// Where `recv` gives more than a message, so does this: a message with the name of its peer, on STREAM an event.
    ///
    /// # Errors
    /// Those of receiving one. An error after the first message is told by the next call.
    ///
    /// ```
    /// use ferromq::{Context, Pull, Push};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("inproc://tasks")?;
    /// let push = context.socket::<Push>().connect("inproc://tasks")?;
    /// let mut tasks = ["Task 0", "Task 1", "Task 2"].map(ferromq::Message::from).into();
    /// assert_eq!(push.send_many(&mut tasks)?, 3);
    ///
    /// let mut received = Vec::new();
    /// assert_eq!(pull.recv_many(&mut received, 2)?, 2);
    /// assert_eq!(pull.recv_many(&mut received, 2)?, 1);
    /// assert_eq!(received, ["Task 0", "Task 1", "Task 2"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn recv_many(&self, messages: &mut Vec<P::Delivery>, max: usize) -> Result<usize>
    where
        P: Delivers,
    {
        take_many(self, messages, max, Wait::AsConfigured)
    }

    /// Receives many messages, waiting at most `timeout` for the first.
    ///
    /// # Errors
    /// As for [`recv_many`](Socket::recv_many).
    pub fn recv_many_timeout(
        &self,
        messages: &mut Vec<P::Delivery>,
        max: usize,
        timeout: Duration,
    ) -> Result<usize>
    where
        P: Delivers,
    {
        take_many(self, messages, max, Wait::AtMost(timeout))
    }

    /// Receives as many messages as there are, at most `max`.
    ///
    /// # Errors
    /// As for [`recv_many`](Socket::recv_many), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_recv_many(&self, messages: &mut Vec<P::Delivery>, max: usize) -> Result<usize>
    where
        P: Delivers,
    {
        take_many(self, messages, max, Wait::Never)
    }

    /// Sends as many messages of a queue as there is room for, the first first, at least one; how many. It waits for room for the
    /// first only.
    ///
    /// What was sent is no longer in the queue, and what was not sent still is, whether there was an error or no more room: the
    /// queue can be given again. Where `send` takes the name of a peer, each message has it.
    ///
    /// # Errors
    /// Those of sending one, of the message that is then the first of the queue, if none was sent before it.
    pub fn send_many(&self, messages: &mut VecDeque<P::Parcel>) -> Result<usize>
    where
        P: Accepts,
    {
        give_many(self, messages, usize::MAX, Wait::AsConfigured)
    }

    /// Sends many messages, waiting at most `timeout` for room for the first.
    ///
    /// # Errors
    /// As for [`send_many`](Socket::send_many).
    pub fn send_many_timeout(&self, messages: &mut VecDeque<P::Parcel>, timeout: Duration) -> Result<usize>
    where
        P: Accepts,
    {
        give_many(self, messages, usize::MAX, Wait::AtMost(timeout))
    }

    /// Sends as many messages of a queue as there is room for.
    ///
    /// # Errors
    /// As for [`send_many`](Socket::send_many), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of `TimedOut`.
    pub fn try_send_many(&self, messages: &mut VecDeque<P::Parcel>) -> Result<usize>
    where
        P: Accepts,
    {
        give_many(self, messages, usize::MAX, Wait::Never)
    }

    /// Sends all the messages of a queue, the first first, waiting for room as often as necessary.
    ///
    /// # Errors
    /// As for [`send_many`](Socket::send_many); what was not sent is still in the queue. The send timeout is for each time that it
    /// has to wait.
    pub fn send_all(&self, messages: &mut VecDeque<P::Parcel>) -> Result<()>
    where
        P: Accepts,
    {
        while !messages.is_empty() {
            self.send_many(messages)?;
        }
        Ok(())
    }
}

/// Receives at most `max`, waiting for the first.
pub(crate) fn take_many<P: Delivers>(
    socket: &Socket<P>,
    messages: &mut Vec<P::Delivery>,
    max: usize,
    wait: Wait,
) -> Result<usize> {
    if max == 0 {
        return Ok(0);
    }
    messages.push(P::take(socket, wait)?);
    let mut count = 1;
    while count < max
        && let Ok(message) = P::take(socket, Wait::Never)
    {
        messages.push(message);
        count += 1;
    }
    Ok(count)
}

/// Sends at most `max`, waiting for room for the first.
pub(crate) fn give_many<P: Accepts>(
    socket: &Socket<P>,
    messages: &mut VecDeque<P::Parcel>,
    max: usize,
    mut wait: Wait,
) -> Result<usize> {
    let mut count = 0;
    while count < max
        && let Some(message) = messages.pop_front()
    {
        if let Err(failed) = P::give(socket, message, wait) {
            let (error, message) = failed.into_parts();
            messages.push_front(message);
            return if count > 0 { Ok(count) } else { Err(error) };
        }
        count += 1;
        wait = Wait::Never;
    }
    Ok(count)
}

macro_rules! receive {
    ($($Pattern:ty),*) => {
        $(impl Delivers for $Pattern {
            type Delivery = Message;

            #[inline]
            fn take(socket: &Socket<Self>, wait: Wait) -> Result<Message> {
                socket.core.receive(wait)
            }
        })*
    };
}

macro_rules! receive_from {
    ($($Pattern:ty),*) => {
        $(impl Delivers for $Pattern {
            type Delivery = (<$Pattern as Pattern>::Peer, Message);

            fn take(socket: &Socket<Self>, wait: Wait) -> Result<Self::Delivery> {
                <$Pattern as Pattern>::Peer::receive(&socket.core, wait)
            }
        })*
    };
}

macro_rules! send {
    ($($Pattern:ty),*) => {
        $(impl Accepts for $Pattern {
            type Parcel = Message;

            #[inline]
            fn give(socket: &Socket<Self>, message: Message, wait: Wait) -> Result<(), Failed<Message>> {
                socket.core.send(message, wait)
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
                wait: Wait,
            ) -> Result<(), Failed<($Peer, Message)>> {
                match peer.send(&socket.core, message, wait) {
                    Ok(()) => Ok(()),
                    Err(failed) => Err(failed.map(|message| (peer, message))),
                }
            }
        })*
    };
}

receive!(Pull, Sub, XSub, XPub, Dealer, Pair);
receive_from!(Router);
send!(Push, Pub, XPub, XSub, Dealer, Pair);
send_to! {
    Router: RoutingId;
    Stream: RoutingId;
}

impl Delivers for Stream {
    type Delivery = StreamEvent;

    fn take(socket: &Socket<Self>, wait: Wait) -> Result<StreamEvent> {
        socket.core.receive_event(wait)
    }
}

#[cfg(feature = "draft")]
receive!(Client, Gather, Channel);
#[cfg(feature = "draft")]
receive_from!(Server, Peer, Dish, Dgram);
#[cfg(feature = "draft")]
send!(Client, Scatter, Channel);
#[cfg(feature = "draft")]
send_to! {
    Server: PeerId;
    Peer: PeerId;
    Radio: Group;
    Dgram: std::net::SocketAddrV4;
}
