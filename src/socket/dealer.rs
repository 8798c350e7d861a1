//! DEALER: REQ without the order.

use super::pattern::{Receives, Sends, pattern};
use super::state::Open;
use super::table::options;

/// DEALER sends each message to one of its peers in turn, and receives from all of them fairly.
///
/// It talks with [ROUTER](crate::Router), [REP](crate::Rep) or another DEALER. A REP peer expects an empty
/// frame before the request and puts one before the reply. When all queues are full, or there is no peer,
/// `send` waits. Source: RFC 28.
///
/// ```
/// use ferromq::{Context, Dealer, Rep};
///
/// let context = Context::new()?;
/// let rep = context.socket::<Rep>().bind("inproc://service")?;
/// let dealer = context.socket::<Dealer>().connect("inproc://service")?;
/// dealer.send(["", "Hello"])?;
/// let (request, replying) = rep.recv()?;
/// replying.send(format!("World, {request}!"))?;
/// assert_eq!(dealer.recv()?, ["", "World, Hello!"]);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_DEALER")]
#[doc(alias = "ZMQ_XREQ")]
pub enum Dealer {}

pattern!(Dealer is DEALER, initially Open);

impl Sends for Dealer {}
impl Receives for Dealer {}

options! {
    /// Send an empty message to each new peer, so that a ROUTER learns of this socket at once.
    ///
    /// Default: false.
    ProbeRouter ("ZMQ_PROBE_ROUTER") = PROBE_ROUTER as Bool, default false, on [Req, Dealer, Router],
        build probe_router(bool), live set_probe_router, remembered probe_router -> bool;
}
