//! CLIENT: asks servers, from any number of threads.

use crate::socket::pattern::{Receives, Sends, pattern};
use crate::socket::state::Open;

/// CLIENT sends each message to one of its [SERVER](crate::Server) peers in turn, and receives from all of them
/// fairly.
///
/// It has no order of sending and receiving, its messages are of one frame, and any number of threads may use it
/// at once. When all queues are full, or there is no peer, `send` waits. Source: RFC 41. Draft.
///
/// ```
/// use ferromq::{Client, Context, Server};
///
/// let context = Context::new()?;
/// let server = context.socket::<Server>().bind("inproc://service")?;
/// let client = context.socket::<Client>().connect("inproc://service")?;
/// client.send("Hello")?;
/// let (peer, request) = server.recv_from()?;
/// server.send_to(&peer, format!("World, {request}!"))?;
/// assert_eq!(client.recv()?, "World, Hello!");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_CLIENT")]
pub enum Client {}

pattern!(Client is ThreadSafe CLIENT, initially Open);

impl Sends for Client {}
impl Receives for Client {}
