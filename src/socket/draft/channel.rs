//! CHANNEL: a PAIR that threads may share.

use crate::socket::pattern::{Receives, Sends, pattern};
use crate::socket::state::Open;

/// CHANNEL talks with exactly one other CHANNEL, as [`Pair`](crate::Pair) does, in messages of one frame; and
/// any number of threads may use it at once.
///
/// While there is no peer, or its queue is full, `send` waits. Source: RFC 52. Draft.
///
/// ```
/// use ferromq::{Channel, Context};
///
/// let context = Context::new()?;
/// let left = context.socket::<Channel>().bind("inproc://both-ends")?;
/// let right = context.socket::<Channel>().connect("inproc://both-ends")?;
/// std::thread::scope(|threads| {
///     threads.spawn(|| right.send("from one thread"));
///     threads.spawn(|| right.send("from another"));
/// });
/// assert!(left.recv()?.as_str()?.starts_with("from"));
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_CHANNEL")]
pub enum Channel {}

pattern!(Channel is ThreadSafe CHANNEL, initially Open);

impl Sends for Channel {}
impl Receives for Channel {}
