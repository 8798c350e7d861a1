//! PUSH: hands each message to one of its PULL peers.

use super::pattern::{Sends, pattern};
use super::state::Open;

/// PUSH sends each message to one of its [PULL](crate::Pull) peers, in turn.
///
/// A peer whose queue is full is passed over; when all are, or there is none, `send` waits. Nothing is
/// dropped while the socket is open. Source: RFC 30.
///
/// ```
/// use ferromq::{Context, Pull, Push};
///
/// let context = Context::new()?;
/// let push = context.socket::<Push>().bind("inproc://tasks")?;
/// let pull = context.socket::<Pull>().connect("inproc://tasks")?;
/// push.send("Task 0")?;
/// assert_eq!(pull.recv()?, "Task 0");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_PUSH")]
pub enum Push {}

pattern!(Push is PUSH, initially Open);

impl Sends for Push {}
