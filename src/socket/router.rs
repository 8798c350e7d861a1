//! ROUTER: many peers, each with a name.

use super::pattern::{ReceivesFrom, SendsTo, pattern};
use super::state::Open;
use super::table::options;
#[cfg(feature = "draft")]
use crate::options::Notify;

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

impl SendsTo for Router {}
impl ReceivesFrom for Router {}

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
