//! Proxies: what one socket receives, another sends.

mod forward;
mod handle;
mod statistics;

use std::convert::Infallible;

#[cfg(all(unix, feature = "aio"))]
pub(crate) use forward::captures;
pub use handle::{Proxy, ProxyHandle, StoppedProxy};
#[cfg(all(unix, feature = "aio"))]
pub(crate) use statistics::size_of;
pub use statistics::{EndStatistics, ProxyStatistics, Traffic};

use crate::error::Result;
use crate::socket::AnySocket;
use crate::socket::Socket;
use crate::socket::any::end::End;
use crate::socket::pattern::Pattern;
use crate::socket::state::Open;
use forward::Forwarder;

/// A socket that can be an end of a [`proxy`], or its capture: any whose operations have no order, and
/// [`AnySocket`].
///
/// [`Req`](crate::Req) and [`Rep`](crate::Rep) are ends as `AnySocket`s; a broker uses [`Dealer`](crate::Dealer) and
/// [`Router`](crate::Router) in their places, which can have many requests under way.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an end of a proxy",
    label = "a proxy joins sockets without an order of sending and receiving",
    note = "use ROUTER in the place of REP and DEALER in the place of REQ; or `into_any()`"
)]
pub trait ProxyEnd: End {}

impl<P: Pattern<Initial = Open>> ProxyEnd for Socket<P, Open> {}
impl ProxyEnd for AnySocket {}

/// Passes messages on between two sockets: what the frontend receives the backend sends, and the reverse, for ever.
///
/// Where one end cannot receive or the other cannot send there is one direction only, as from PULL to PUSH. Both may
/// be the same socket, which then sends what it receives itself.
///
/// - A message is passed on whole or not at all, also when the peer that takes it goes away in the middle.
/// - No more is received than can be sent: when the queues of one end are full, the other's fill up, and its peers
///   wait. One message in each direction may be under way.
/// - Both directions get their turn, after 1000 messages at most.
/// - A message that cannot be delivered, because a ROUTER with [`mandatory`](crate::Builder::mandatory) does not know
///   the peer or because it lacks an envelope, is dropped, as a ROUTER does without `mandatory`; the proxy goes on.
///   [`Proxy`] counts them.
///
/// It is not built on `zmq_proxy`, which ends when a signal arrives, and then loses the message that it holds.
///
/// # Errors
/// It returns only with an error: [`Terminated`](crate::ErrorKind::Terminated) when a context is shut down;
/// [`Unsupported`](crate::ErrorKind::Unsupported) at once, if there is no direction in which messages could pass.
///
/// ```
/// use ferromq::{Context, Dealer, Rep, Req, Router, proxy};
///
/// let context = Context::new()?;
/// let clients = context.socket::<Router>().bind("inproc://clients")?;
/// let workers = context.socket::<Dealer>().bind("inproc://workers")?;
/// let broker = std::thread::spawn(move || proxy(&clients, &workers));
///
/// let rep = context.socket::<Rep>().connect("inproc://workers")?;
/// let req = context.socket::<Req>().connect("inproc://clients")?;
/// let req = req.send("Hello")?;
/// let (request, rep) = rep.recv()?;
/// rep.send(format!("World, {request}!"))?;
/// assert_eq!(req.recv()?.0, "World, Hello!");
///
/// context.shutdown();
/// assert!(broker.join().unwrap().unwrap_err().is_terminated());
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_proxy(3).
#[doc(alias = "zmq_proxy")]
pub fn proxy(frontend: &impl ProxyEnd, backend: &impl ProxyEnd) -> Result<Infallible> {
    Forwarder::new(frontend, backend, None)?.run()
}

/// As [`proxy`], and sends a copy of every message that was passed on, of either direction, to `capture`.
///
/// The capture never holds up the proxy: a copy that it cannot take at once is dropped. Give a PUSH or PAIR a large
/// [`send_hwm`](crate::Builder::send_hwm) if that matters; a PUB drops what nobody subscribed to anyhow.
///
/// # Errors
/// As for [`proxy`]; [`Unsupported`](crate::ErrorKind::Unsupported) also if the capture cannot send without more ado,
/// as ROUTER, which needs the name of a peer.
///
/// ```
/// use ferromq::{Context, Pair, Pull, Push, proxy_with_capture};
///
/// let context = Context::new()?;
/// let source = context.socket::<Push>().bind("inproc://source")?;
/// let sink = context.socket::<Pull>().bind("inproc://sink")?;
/// let log = context.socket::<Pair>().bind("inproc://log")?;
///
/// let pull = context.socket::<Pull>().connect("inproc://source")?;
/// let push = context.socket::<Push>().connect("inproc://sink")?;
/// let capture = context.socket::<Pair>().connect("inproc://log")?;
/// let running = std::thread::spawn(move || proxy_with_capture(&pull, &push, &capture));
///
/// source.send("Task 0")?;
/// assert_eq!(sink.recv()?, "Task 0");
/// assert_eq!(log.recv()?, "Task 0");
/// # context.shutdown();
/// # running.join().unwrap().unwrap_err();
/// # Ok::<(), ferromq::Error>(())
/// ```
#[doc(alias = "zmq_proxy")]
pub fn proxy_with_capture(
    frontend: &impl ProxyEnd,
    backend: &impl ProxyEnd,
    capture: &impl ProxyEnd,
) -> Result<Infallible> {
    Forwarder::new(frontend, backend, Some(capture))?.run()
}
