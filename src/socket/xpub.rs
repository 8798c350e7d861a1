//! XPUB: PUB that sees the subscriptions.

use std::time::Duration;

use super::Socket;
use super::pattern::{Receives, Sends, pattern};
use super::state::Open;
use super::table::options;
use super::transfer::Wait;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::message::Message;
use crate::options::setting::Encoded;
use crate::sys::{Errno, OptionId, id};

/// XPUB sends as [`Pub`](crate::Pub) does, and receives what its peers subscribe to and unsubscribe from.
///
/// By itself it reports only the first subscription to a topic and the last unsubscription, since those in
/// between change nothing; `verbose` and `verboser` report more. Its peers are [SUB](crate::Sub) and
/// [XSUB](crate::XSub); the latter can also send it messages. Source: RFC 29.
///
/// ```
/// use ferromq::{Context, Sub, XPub, XPubEvent};
///
/// let context = Context::new()?;
/// let publisher = context.socket::<XPub>().bind("inproc://weather")?;
/// let subscriber = context.socket::<Sub>().subscribe("weather").connect("inproc://weather")?;
///
/// // Nothing is lost when the publisher waits for its first subscriber.
/// assert_eq!(publisher.recv_event()?, XPubEvent::Subscribed(b"weather".to_vec()));
/// publisher.send("weather Sunny today.")?;
/// assert_eq!(subscriber.recv()?, "weather Sunny today.");
///
/// drop(subscriber);
/// assert_eq!(publisher.recv_event()?, XPubEvent::Unsubscribed(b"weather".to_vec()));
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// [`recv`](Socket::recv) gives the same events as the messages that they are in ZeroMQ, which is what a proxy
/// passes on.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_XPUB")]
pub enum XPub {}

pattern!(XPub is XPUB, initially Open);

impl Sends for XPub {}
impl Receives for XPub {}

/// What an [`XPub`] socket receives.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum XPubEvent {
    /// A peer subscribed to this topic.
    Subscribed(Vec<u8>),
    /// The last peer that was subscribed to this topic is so no longer.
    Unsubscribed(Vec<u8>),
    /// An [XSUB](crate::XSub) peer sent a message.
    Message(Message),
}

/// ZeroMQ marks a subscription by a first byte of 1, an unsubscription by 0.
impl From<Message> for XPubEvent {
    fn from(message: Message) -> Self {
        match (message.len(), message.get(0).map(|frame| frame.as_bytes())) {
            (1, Some([1, topic @ ..])) => XPubEvent::Subscribed(topic.to_vec()),
            (1, Some([0, topic @ ..])) => XPubEvent::Unsubscribed(topic.to_vec()),
            _ => XPubEvent::Message(message),
        }
    }
}

/// The subscriptions of the peers.
impl Socket<XPub, Open> {
    /// Receives a subscription, an unsubscription or a message.
    ///
    /// # Errors
    /// [`TimedOut`](ErrorKind::TimedOut) after the [`receive_timeout`](crate::Builder::receive_timeout),
    /// [`Terminated`](ErrorKind::Terminated).
    pub fn recv_event(&self) -> Result<XPubEvent> {
        self.core.receive(Wait::AsConfigured).map(XPubEvent::from)
    }

    /// Receives an event, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv_event`](Socket::recv_event).
    pub fn recv_event_timeout(&self, timeout: Duration) -> Result<XPubEvent> {
        self.core.receive(Wait::AtMost(timeout)).map(XPubEvent::from)
    }

    /// Receives an event if there is one.
    ///
    /// # Errors
    /// As for [`recv_event`](Socket::recv_event), with [`WouldBlock`](ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_recv_event(&self) -> Result<XPubEvent> {
        self.core.receive(Wait::Never).map(XPubEvent::from)
    }

    /// Subscribes the peer that the last received event came from to `topic`: with `manual`, what a peer asks
    /// for has no effect by itself, and the publisher decides what it gets.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) if the socket is not `manual`;
    /// [`HostUnreachable`](ErrorKind::HostUnreachable) if nothing was received yet or the peer has gone.
    pub fn subscribe_peer(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        self.decide(Operation::Subscribe, id::SUBSCRIBE, topic.as_ref())
    }

    /// Takes a subscription of the peer that the last received event came from back; see
    /// [`subscribe_peer`](Socket::subscribe_peer).
    ///
    /// # Errors
    /// As for [`subscribe_peer`](Socket::subscribe_peer).
    pub fn unsubscribe_peer(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        self.decide(Operation::Unsubscribe, id::UNSUBSCRIBE, topic.as_ref())
    }

    fn decide(&self, operation: Operation, option: OptionId<[u8]>, topic: &[u8]) -> Result<()> {
        self.core.set(&Encoded::Bytes(option, topic.to_vec())).map_err(|errno| {
            let error = Error::from_errno(operation, errno);
            match errno {
                Errno::EINVAL => error
                    .with_kind(ErrorKind::WrongState)
                    .about_detail("peers subscribe themselves unless the socket is `manual`"),
                _ => error,
            }
        })
    }
}

options! {
    /// Report every subscription, and not only the first to its topic.
    ///
    /// Default: false. It takes the place of [`verboser`](crate::Builder::verboser), and the other way round: the one
    /// that is set last counts.
    Verbose ("ZMQ_XPUB_VERBOSE") = XPUB_VERBOSE as Bool, default false, on [XPub],
        build verbose(bool), live set_verbose, hidden;

    /// Report every subscription and every unsubscription, and not only the first and the last of its topic.
    ///
    /// Default: false. See [`verbose`](crate::Builder::verbose).
    Verboser ("ZMQ_XPUB_VERBOSER") = XPUB_VERBOSER as Bool, default false, on [XPub],
        build verboser(bool), live set_verboser, hidden;

    /// Report what peers ask for and do not act on it: [`subscribe_peer`](crate::Socket::subscribe_peer) decides
    /// what a peer gets.
    ///
    /// Default: false.
    Manual ("ZMQ_XPUB_MANUAL") = XPUB_MANUAL as Bool, default false, on [XPub],
        build manual(bool), live set_manual, hidden;

    /// As [`manual`](crate::Builder::manual), and the message that is sent next after
    /// [`subscribe_peer`](crate::Socket::subscribe_peer) goes to that peer alone: how a cache gives a new subscriber
    /// the last value.
    ///
    /// Default: false. It sets `manual` as well, to the same.
    ManualLastValue ("ZMQ_XPUB_MANUAL_LAST_VALUE") = XPUB_MANUAL_LAST_VALUE as Bool, default false, on [XPub],
        build manual_last_value(bool), live set_manual_last_value, hidden;

    /// The body of a message that each new peer is sent, if it subscribed to a prefix of it.
    ///
    /// Default: empty, none. One frame.
    WelcomeMessage ("ZMQ_XPUB_WELCOME_MSG") = XPUB_WELCOME_MSG as Content, default Vec::new(), on [XPub],
        build welcome_message(impl Into<Vec<u8>>), live set_welcome_message,
        remembered welcome_message -> Vec<u8>;

    /// Take only the first frame of a message for a subscription or an unsubscription; the rest is passed on
    /// whatever its first byte is.
    ///
    /// Default: false, each frame of a message may be one.
    OnlyFirstSubscribe ("ZMQ_ONLY_FIRST_SUBSCRIBE") = ONLY_FIRST_SUBSCRIBE as Bool, default false,
        on [XPub, XSub],
        build only_first_subscribe(bool), live set_only_first_subscribe, remembered only_first_subscribe -> bool;
}
