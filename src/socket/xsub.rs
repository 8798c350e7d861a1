//! XSUB: SUB that can send to its publishers.

use super::pattern::{Receives, Sends, Subscribes, pattern};
use super::state::Open;
#[cfg(feature = "draft")]
use super::table::options;

/// XSUB receives as [`Sub`](crate::Sub) does, and can send messages to its [XPUB](crate::XPub) peers.
///
/// It is the half of a forwarder that faces the publishers. In ZeroMQ an XSUB subscribes by *sending* a message
/// whose first byte is 1 (0 unsubscribes), and so [`send`](crate::Socket::send) passes on what an XPUB received;
/// [`subscribe`](crate::Socket::subscribe) does it for the topics of this socket itself. Source: RFC 29.
///
/// ```
/// use ferromq::{Context, XPub, XPubEvent, XSub};
///
/// let context = Context::new()?;
/// let publisher = context.socket::<XPub>().bind("inproc://weather")?;
/// let subscriber = context.socket::<XSub>().subscribe("weather").connect("inproc://weather")?;
/// assert_eq!(publisher.recv_event()?, XPubEvent::Subscribed(b"weather".to_vec()));
///
/// subscriber.send("How is it?")?;
/// assert_eq!(publisher.recv_event()?, XPubEvent::Message("How is it?".into()));
/// publisher.send("weather Sunny today.")?;
/// assert_eq!(subscriber.recv()?, "weather Sunny today.");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_XSUB")]
pub enum XSub {}

pattern!(XSub is XSUB, initially Open);

impl Sends for XSub {}
impl Receives for XSub {}
impl Subscribes for XSub {}

#[cfg(feature = "draft")]
options! {
    /// Pass on every unsubscription, and not only the last of its topic.
    ///
    /// Default: false.
    VerboseUnsubscribe ("ZMQ_XSUB_VERBOSE_UNSUBSCRIBE") = XSUB_VERBOSE_UNSUBSCRIBE as Bool, default false,
        on [XSub],
        build verbose_unsubscribe(bool), live set_verbose_unsubscribe, remembered verbose_unsubscribe -> bool;
}
