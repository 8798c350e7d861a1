//! SERVER: answers clients, from any number of threads.

use crate::options::PeerId;
use crate::socket::pattern::{ReceivesFrom, SendsTo, pattern};
use crate::socket::state::Open;

/// SERVER receives from all of its [CLIENT](crate::Client) peers fairly, learns from whom by a
/// [`PeerId`], and sends to the peer that it names, at any time and as often as it likes.
///
/// Messages are of one frame, and any number of threads may use it at once. A message for a peer that has gone is
/// a [`HostUnreachable`](crate::ErrorKind::HostUnreachable) error; when a peer's queue is full, `send_to` waits.
/// Source: RFC 41. Draft. See [`Client`](crate::Client) for an example.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_SERVER")]
pub enum Server {}

pattern!(Server is ThreadSafe SERVER, initially Open, peers PeerId);

impl SendsTo for Server {}
impl ReceivesFrom for Server {}
