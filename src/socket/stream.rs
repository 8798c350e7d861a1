//! STREAM: plain TCP connections.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Socket;
use super::core::Core;
use super::pattern::{SendsTo, pattern};
use super::state::Open;
use super::table::options;
use super::transfer::Wait;
use crate::endpoint::Endpoint;
use crate::error::{Error, Operation, Result};
use crate::message::Frame;
use crate::options::RoutingId;
use crate::sys::{Sharing, id};

/// STREAM talks with peers that do not speak ZeroMQ, over plain TCP.
///
/// Each connection has a [`RoutingId`]. What is sent is written to the connection byte for byte; what arrives is
/// received in pieces whose borders mean nothing, as with any TCP socket. It works over `tcp` only. Source:
/// zmq_socket(3).
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use ferromq::{Context, Stream, StreamEvent};
///
/// let server = Context::new()?.socket::<Stream>().bind("tcp://127.0.0.1:*")?;
/// let port = server.last_endpoint()?.port().unwrap();
/// let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
///
/// let StreamEvent::Connected(peer) = server.recv_event()? else { panic!() };
/// client.write_all(b"Hello").unwrap();
/// assert_eq!(server.recv_event()?, StreamEvent::Data(peer.clone(), "Hello".into()));
///
/// server.send_to(&peer, "World")?;
/// let mut reply = [0; 5];
/// client.read_exact(&mut reply).unwrap();
/// assert_eq!(&reply, b"World");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_STREAM")]
pub enum Stream {}

pattern!(Stream is STREAM, initially Open);

impl SendsTo for Stream {}

/// What a [`Stream`] socket receives.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum StreamEvent {
    /// A connection was made, by the peer or to it.
    Connected(RoutingId),
    /// Bytes came over the connection.
    Data(RoutingId, Frame),
    /// The connection ended.
    Disconnected(RoutingId),
}

/// The connections of a STREAM socket: libzmq reports the beginning and the end of one alike, by a frame of no
/// bytes.
#[derive(Default)]
pub(super) struct Connections(Mutex<HashSet<RoutingId>>);

impl Connections {
    pub(super) fn event(&self, peer: RoutingId, data: Frame) -> StreamEvent {
        if !data.is_empty() {
            return StreamEvent::Data(peer, data);
        }
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.remove(&peer) {
            StreamEvent::Disconnected(peer)
        } else {
            open.insert(peer.clone());
            StreamEvent::Connected(peer)
        }
    }
}

impl<K: Sharing> Core<K> {
    pub(super) fn receive_event(&self, wait: Wait) -> Result<StreamEvent> {
        let (peer, mut data) = self.receive_from(wait, RoutingId::received)?;
        Ok(self.connections.event(peer, data.pop_front().unwrap_or_default()))
    }
}

/// Connections, and what comes over them.
impl Socket<Stream, Open> {
    /// Receives bytes, or the news that a connection was made or ended.
    ///
    /// # Errors
    /// [`TimedOut`](crate::ErrorKind::TimedOut) after the [`receive_timeout`](crate::Builder::receive_timeout),
    /// [`Terminated`](crate::ErrorKind::Terminated).
    pub fn recv_event(&self) -> Result<StreamEvent> {
        self.core.receive_event(Wait::AsConfigured)
    }

    /// Receives an event, waiting at most `timeout`.
    ///
    /// # Errors
    /// As for [`recv_event`](Socket::recv_event).
    pub fn recv_event_timeout(&self, timeout: Duration) -> Result<StreamEvent> {
        self.core.receive_event(Wait::AtMost(timeout))
    }

    /// Receives an event if there is one.
    ///
    /// # Errors
    /// As for [`recv_event`](Socket::recv_event), with [`WouldBlock`](crate::ErrorKind::WouldBlock) instead of
    /// `TimedOut`.
    pub fn try_recv_event(&self) -> Result<StreamEvent> {
        self.core.receive_event(Wait::Never)
    }

    /// Connects to a TCP server, and tells the routing id of the connection.
    ///
    /// # Errors
    /// As for [`Builder::connect`](crate::Builder::connect).
    ///
    /// ```
    /// use std::net::TcpListener;
    /// use ferromq::{Context, Stream, StreamEvent};
    ///
    /// let server = TcpListener::bind("127.0.0.1:0").unwrap();
    /// let endpoint = format!("tcp://{}", server.local_addr().unwrap());
    ///
    /// let stream = Context::new()?.socket::<Stream>().open()?;
    /// let peer = stream.connect_peer(endpoint)?;
    /// assert_eq!(stream.recv_event()?, StreamEvent::Connected(peer.clone()));
    /// stream.send_to(&peer, "GET / HTTP/1.0\r\n\r\n")?;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn connect_peer<E: TryInto<Endpoint, Error: Into<Error>>>(&self, endpoint: E) -> Result<RoutingId> {
        self.connect(endpoint)?;
        // zmq_connect made the connection's id; only bind and connect make others.
        match self.core.get(id::ROUTING_ID) {
            Ok(bytes) => Ok(RoutingId::received(&bytes)),
            Err(errno) => Err(Error::from_errno(Operation::Connect, errno)),
        }
    }

    /// Ends the connection with `peer`. What was sent before is still written, for at most the linger period.
    ///
    /// libzmq closes the connection in the background, and needs this thread's help: it is done when the socket is next
    /// used, or closed. No event tells of it.
    ///
    /// # Errors
    /// [`HostUnreachable`](crate::ErrorKind::HostUnreachable) if there is no such connection,
    /// [`Terminated`](crate::ErrorKind::Terminated).
    pub fn disconnect_peer(&self, peer: &RoutingId) -> Result<()> {
        self.core.end_stream(peer.as_bytes()).map_err(|error| error.with_operation(Operation::Disconnect))
    }
}

options! {
    /// Tell when a connection is made and when it ends ([`Connected`](StreamEvent::Connected),
    /// [`Disconnected`](StreamEvent::Disconnected)).
    ///
    /// Default: true.
    StreamNotify ("ZMQ_STREAM_NOTIFY") = STREAM_NOTIFY as Bool, default true, on [Stream],
        build stream_notify(bool), builder_only set_stream_notify, remembered stream_notify -> bool;
}
