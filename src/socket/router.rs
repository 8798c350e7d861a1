//! ROUTER: many peers, each with a name.

use std::time::Duration;

use super::Socket;
use super::pattern::{Pattern, Routes, pattern};
use super::state::Open;
use super::table::options;
use super::transfer::Wait;
use crate::error::{Failed, Result};
use crate::message::Message;
#[cfg(feature = "draft")]
use crate::options::Notify;
use crate::options::RoutingId;

/// ROUTER receives from all of its peers fairly, learns from whom, and sends to the peer that it names.
///
/// A message for a peer that it does not know, or whose queue is full, is dropped without a word, unless
/// [`mandatory`](crate::Builder::mandatory) is set. A [REQ](crate::Req) peer puts an empty frame before the
/// request and expects one before the reply. Source: RFC 28.
///
/// ```
/// use ferromq::{Context, Dealer, Router};
///
/// let context = Context::new()?;
/// let router = context.socket::<Router>().mandatory(true).bind("inproc://broker")?;
/// let dealer = context.socket::<Dealer>().connect("inproc://broker")?;
/// dealer.send("ready")?;
/// let (worker, message) = router.recv_from()?;
/// assert_eq!(message, "ready");
/// router.send_to(&worker, "Task 0")?;
/// assert_eq!(dealer.recv()?, "Task 0");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_ROUTER")]
#[doc(alias = "ZMQ_XREP")]
pub enum Router {}

pattern!(Router is ROUTER, initially Open);

impl Routes for Router {}

/// Sending to and receiving from named peers.
impl<P: Pattern<Initial = Open>> Socket<P, Open> {
    /// Sends a message to `peer`.
    ///
    /// # Errors
    /// With the unsent message: [`HostUnreachable`](crate::ErrorKind::HostUnreachable) if there is no such
    /// peer and [`TimedOut`](crate::ErrorKind::TimedOut) if its queue stays full for the
    /// [`send_timeout`](crate::Builder::send_timeout), both only with
    /// [`mandatory`](crate::Builder::mandatory); [`Terminated`](crate::ErrorKind::Terminated),
    /// [`InvalidMessage`](crate::ErrorKind::InvalidMessage).
    pub fn send_to(&self, peer: &RoutingId, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Routes,
    {
        self.core.send_to(peer, message.into(), Wait::AsConfigured)
    }

    /// Sends a message to `peer`, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`send_to`](Socket::send_to).
    pub fn send_to_timeout(
        &self,
        peer: &RoutingId,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<(), Failed<Message>>
    where
        P: Routes,
    {
        self.core.send_to(peer, message.into(), Wait::AtMost(timeout))
    }

    /// Sends a message to `peer` if that is possible without waiting.
    ///
    /// # Errors
    /// As for [`send_to`](Socket::send_to), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_send_to(&self, peer: &RoutingId, message: impl Into<Message>) -> Result<(), Failed<Message>>
    where
        P: Routes,
    {
        self.core.send_to(peer, message.into(), Wait::Never)
    }

    /// Receives a message, and the routing id of the peer that sent it.
    ///
    /// # Errors
    /// [`TimedOut`](crate::ErrorKind::TimedOut) after the
    /// [`receive_timeout`](crate::Builder::receive_timeout),
    /// [`Terminated`](crate::ErrorKind::Terminated).
    pub fn recv_from(&self) -> Result<(RoutingId, Message)>
    where
        P: Routes,
    {
        self.core.receive_from(Wait::AsConfigured)
    }

    /// Receives a message and its sender, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv_from`](Socket::recv_from).
    pub fn recv_from_timeout(&self, timeout: Duration) -> Result<(RoutingId, Message)>
    where
        P: Routes,
    {
        self.core.receive_from(Wait::AtMost(timeout))
    }

    /// Receives a message and its sender if there is one.
    ///
    /// # Errors
    /// As for [`recv_from`](Socket::recv_from), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_recv_from(&self) -> Result<(RoutingId, Message)>
    where
        P: Routes,
    {
        self.core.receive_from(Wait::Never)
    }
}

options! {
    /// Report a message that cannot be delivered to its peer, instead of dropping it: an unknown peer is
    /// [`HostUnreachable`](crate::ErrorKind::HostUnreachable), and for a full queue `send_to` waits.
    ///
    /// Default: false.
    Mandatory ("ZMQ_ROUTER_MANDATORY") = ROUTER_MANDATORY as Bool, default false, on [Router],
        build mandatory(bool), live set_mandatory, remembered mandatory -> bool;

    /// Let a new peer take over the routing id of an old one, instead of ignoring the new peer.
    ///
    /// Default: false. Useful when a peer reconnects before its old connection is noticed to be dead.
    Handover ("ZMQ_ROUTER_HANDOVER") = ROUTER_HANDOVER as Bool, default false, on [Router],
        build handover(bool), live set_handover, remembered handover -> bool;

    /// Be told when a peer connects or goes: `recv_from` then gives a message of one empty frame from it. Over tcp
    /// and ipc, not over inproc.
    ///
    /// Default: [`Notify::NONE`].
    #[cfg(feature = "draft")]
    NotifyOf ("ZMQ_ROUTER_NOTIFY") = ROUTER_NOTIFY as Events, default Notify::NONE, on [Router],
        build notify(Notify), builder_only set_notify, read notify -> Notify;
}
