//! PUB: sends to whoever has subscribed.

use super::pattern::{Sends, pattern};
use super::state::Open;
use super::table::options;

/// PUB sends each message to every [SUB](crate::Sub) peer that subscribed to a prefix of its first frame.
///
/// It never waits: a subscriber whose queue is full, or that is not connected yet, misses the message
/// (unless [`no_drop`](crate::Builder::no_drop) is set). A subscription takes a moment to arrive, so the
/// first messages after a connection are lost. Source: RFC 29.
///
/// ```
/// use ferromq::{Context, Pub, Sub};
///
/// let context = Context::new()?;
/// let publisher = context.socket::<Pub>().bind("inproc://weather")?;
/// let subscriber = context.socket::<Sub>().subscribe("weather").connect("inproc://weather")?;
/// publisher.send("sport 1:0")?;
/// publisher.send("weather Sunny today.")?;
/// assert_eq!(subscriber.recv()?, "weather Sunny today.");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_PUB")]
pub enum Pub {}

pattern!(Pub is PUB, initially Open);

impl Sends for Pub {}

options! {
    /// Wait (or report [`WouldBlock`](crate::ErrorKind::WouldBlock)) instead of dropping a message when a
    /// subscriber's queue is full.
    ///
    /// Default: false. One slow subscriber then holds up all.
    NoDrop ("ZMQ_XPUB_NODROP") = XPUB_NODROP as Bool, default false, on [Pub, XPub; Radio],
        build no_drop(bool), live set_no_drop, remembered no_drop -> bool;

    /// Send to the peers that did *not* subscribe to a prefix of the message. Set it on both ends.
    ///
    /// Default: false.
    InvertMatching ("ZMQ_INVERT_MATCHING") = INVERT_MATCHING as Bool, default false,
        on [Pub, XPub, Sub],
        build invert_matching(bool), live set_invert_matching, read invert_matching -> bool;
}
