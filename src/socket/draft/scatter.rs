//! SCATTER: a PUSH that threads may share.

use crate::socket::pattern::{Sends, pattern};
use crate::socket::state::Open;

/// SCATTER sends each message to one of its [GATHER](crate::Gather) peers in turn, as [`Push`](crate::Push) does,
/// in messages of one frame; and any number of threads may use it at once.
///
/// When all queues are full, or there is no peer, `send` waits. Source: RFC 49. Draft.
///
/// ```
/// use ferromq::{Context, Gather, Scatter};
///
/// let context = Context::new()?;
/// let gather = context.socket::<Gather>().bind("inproc://results")?;
/// let scatter = context.socket::<Scatter>().connect("inproc://results")?;
/// std::thread::scope(|threads| {
///     for worker in 0..4 {
///         let scatter = &scatter;
///         threads.spawn(move || scatter.send(format!("worker {worker} is done")));
///     }
/// });
/// for _ in 0..4 {
///     assert!(gather.recv()?.as_str()?.ends_with("is done"));
/// }
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_SCATTER")]
pub enum Scatter {}

pattern!(Scatter is ThreadSafe SCATTER, initially Open);

impl Sends for Scatter {}
