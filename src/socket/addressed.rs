//! Sending to a peer that is named, and learning the peer that a message is from.

use std::time::Duration;

use super::Socket;
use super::core::Core;
use super::pattern::{Address, Pattern, ReceivesFrom, SendsTo, sealed::Addressing};
use super::state::Open;
use super::transfer::Wait;
use crate::error::{Failed, Result};
use crate::message::Message;
use crate::options::RoutingId;
use crate::sys::Sharing;

/// Sending to and receiving from named peers.
impl<P: Pattern<Initial = Open>> Socket<P, Open> {
    /// Sends a message to `peer`: on ROUTER and STREAM a [`RoutingId`], on the draft patterns SERVER and PEER a
    /// `PeerId`, on RADIO a `Group`, on DGRAM an address.
    ///
    /// # Errors
    /// With the unsent message: [`HostUnreachable`](crate::ErrorKind::HostUnreachable) if there is no such
    /// peer and [`TimedOut`](crate::ErrorKind::TimedOut) if its queue stays full for the
    /// [`send_timeout`](crate::Builder::send_timeout), on ROUTER both only with
    /// [`mandatory`](crate::Builder::mandatory); [`Terminated`](crate::ErrorKind::Terminated),
    /// [`InvalidMessage`](crate::ErrorKind::InvalidMessage).
    pub fn send_to(&self, peer: &P::Peer, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        peer.send(&self.core, message.into(), Wait::AsConfigured)
    }

    /// Sends a message to `peer`, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`send_to`](Socket::send_to).
    pub fn send_to_timeout(
        &self,
        peer: &P::Peer,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        peer.send(&self.core, message.into(), Wait::AtMost(timeout))
    }

    /// Sends a message to `peer` if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`send_to`](Socket::send_to), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_send_to(&self, peer: &P::Peer, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: SendsTo,
    {
        peer.send(&self.core, message.into(), Wait::Never)
    }

    /// Receives a message, and the peer that sent it (on DISH the group that it was sent to).
    ///
    /// # Errors
    /// [`TimedOut`](crate::ErrorKind::TimedOut) after the
    /// [`receive_timeout`](crate::Builder::receive_timeout),
    /// [`Terminated`](crate::ErrorKind::Terminated).
    pub fn recv_from(&self) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        P::Peer::receive(&self.core, Wait::AsConfigured)
    }

    /// Receives a message and its sender, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv_from`](Socket::recv_from).
    pub fn recv_from_timeout(&self, timeout: Duration) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        P::Peer::receive(&self.core, Wait::AtMost(timeout))
    }

    /// Receives a message and its sender if there is one.
    ///
    /// # Errors
    /// As for [`recv_from`](Socket::recv_from), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_recv_from(&self) -> Result<(P::Peer, Message)>
    where
        P: ReceivesFrom,
    {
        P::Peer::receive(&self.core, Wait::Never)
    }
}

/// Travels as a frame before the message.
impl Addressing for RoutingId {
    fn send<K: Sharing>(&self, core: &Core<K>, message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        core.send_to(self.as_bytes(), message, wait)
    }

    fn receive<K: Sharing>(core: &Core<K>, wait: Wait) -> Result<(Self, Message)> {
        core.receive_from(wait, RoutingId::received)
    }
}

impl Address for RoutingId {}
