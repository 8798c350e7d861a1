//! DGRAM: plain UDP.

use std::net::SocketAddrV4;

use crate::socket::pattern::{ReceivesFrom, SendsTo, pattern};
use crate::socket::state::Open;

/// DGRAM sends and receives plain UDP datagrams, each with the address of the peer.
///
/// It binds to one `udp` endpoint, which it sends from as well. A datagram has at most 8192 bytes, and may be lost,
/// as UDP has it. Which port `*` became libzmq does not tell. Unlike the other draft patterns it belongs to one thread at a time. libzmq 4.3.5 knows IPv4
/// addresses only here. Source: zmq_udp(7). Draft.
///
/// ```
/// use std::net::UdpSocket;
/// use ferromq::{Context, Dgram};
///
/// let dgram = Context::new()?.socket::<Dgram>().bind("udp://127.0.0.1:*")?;
/// let other = UdpSocket::bind("127.0.0.1:0").unwrap();
/// let peer = other.local_addr().unwrap().to_string().parse().unwrap();
///
/// dgram.send_to(&peer, "Hello")?;
/// let mut buffer = [0; 16];
/// let (_, dgrams_address) = other.recv_from(&mut buffer).unwrap();
/// assert!(buffer.starts_with(b"Hello"));
///
/// other.send_to(b"World", dgrams_address).unwrap();
/// assert_eq!(dgram.recv_from()?, (peer, "World".into()));
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_DGRAM")]
pub enum Dgram {}

pattern!(Dgram is Classic DGRAM, initially Open, peers SocketAddrV4);

impl SendsTo for Dgram {}
impl ReceivesFrom for Dgram {}
