//! PEER: a SERVER that also connects.

use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::PeerId;
use crate::socket::pattern::{ReceivesFrom, SendsTo, pattern};
use crate::socket::state::Open;
use crate::socket::{Socket, parsed};
use crate::sys::Errno;

/// PEER talks with other PEERs, each of which it names by a [`PeerId`]: of those that connected to it, and of
/// those that it [connected to](Socket::connect_peer).
///
/// Messages are of one frame, and any number of threads may use it at once. A message for a peer that has gone is
/// a [`HostUnreachable`](ErrorKind::HostUnreachable) error; when a peer's queue is full, `send_to` waits. Draft.
///
/// ```
/// use ferromq::{Context, Peer};
///
/// let context = Context::new()?;
/// let alice = context.socket::<Peer>().bind("inproc://alice")?;
/// let bob = context.socket::<Peer>().open()?;
/// let to_alice = bob.connect_peer("inproc://alice")?;
///
/// bob.send_to(&to_alice, "Hello")?;
/// let (to_bob, message) = alice.recv_from()?;
/// assert_eq!(message, "Hello");
/// alice.send_to(&to_bob, "Hello yourself")?;
/// assert_eq!(bob.recv_from()?, (to_alice, "Hello yourself".into()));
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_PEER")]
pub enum Peer {}

pattern!(Peer is ThreadSafe PEER, initially Open, peers PeerId);

impl SendsTo for Peer {}
impl ReceivesFrom for Peer {}

impl Socket<Peer, Open> {
    /// Connects to another PEER, and tells the id by which to send to it.
    ///
    /// # Errors
    /// As for [`Builder::connect`](crate::Builder::connect); [`Unsupported`](ErrorKind::Unsupported) if the
    /// socket is [`immediate`](crate::Builder::immediate), because a peer then has no id before its connection is
    /// made.
    #[doc(alias = "zmq_connect_peer")]
    pub fn connect_peer<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<PeerId> {
        let endpoint = parsed(Operation::Connect, endpoint)?;
        self.core.check_endpoint(Operation::Connect, &endpoint)?;
        self.core.connect_peer(&endpoint).map(PeerId::new).map_err(|errno| {
            let error = Error::from_errno(Operation::Connect, errno);
            match errno {
                Errno::EFAULT => error
                    .with_kind(ErrorKind::Unsupported)
                    .about_endpoint(endpoint.as_str(), Some("a socket that is `immediate` cannot")),
                _ => error.about_endpoint(endpoint.as_str(), None),
            }
        })
    }
}
