//! PAIR: one peer, both directions.

use super::pattern::{Receives, Sends, pattern};
use super::state::Open;

/// PAIR talks with exactly one other PAIR, in both directions and no order.
///
/// It is made to join two threads over `inproc`. While there is no peer, or its queue is full, `send` waits.
/// A second peer is turned away. Source: RFC 31.
///
/// ```
/// use ferromq::{Context, Pair};
///
/// let context = Context::new()?;
/// let main = context.socket::<Pair>().bind("inproc://worker")?;
/// let worker = context.socket::<Pair>().connect("inproc://worker")?;
/// std::thread::spawn(move || worker.send("ready")).join().unwrap()?;
/// assert_eq!(main.recv()?, "ready");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_PAIR")]
pub enum Pair {}

pattern!(Pair is PAIR, initially Open);

impl Sends for Pair {}
impl Receives for Pair {}
