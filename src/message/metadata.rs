//! What is known about the connection that a frame came over.

use std::ffi::{CStr, CString};

use super::Frame;

/// Properties of the connection.
///
/// A frame that was received over a connection with a ZMTP 3 handshake has them: over TCP, IPC and WebSocket,
/// and never over `inproc`. So has every frame of the same message, and every clone. Sending removes
/// them, also when it fails, so that a message that is sent on does not tell the next peer where it
/// came from.
///
/// Values are text by ZMTP's definition. One that is not UTF-8 all the same is there as
/// [`metadata_bytes`](Frame::metadata_bytes) only.
///
/// ```
/// use ferromq::{Context, Dealer, Router, RoutingId};
///
/// let context = Context::new()?;
/// let router = context.socket::<Router>().bind("tcp://127.0.0.1:*")?;
/// let dealer = context.socket::<Dealer>().routing_id(RoutingId::new("worker-1")?);
/// let dealer = dealer.connect(router.last_endpoint()?)?;
///
/// dealer.send("ready")?;
/// let (_, message) = router.recv_from()?;
/// assert_eq!(message[0].peer_address(), Some("127.0.0.1"));
/// assert_eq!(message[0].socket_type(), Some("DEALER"));
/// assert_eq!(message[0].peer_routing_id(), Some(b"worker-1".as_slice()));
/// assert_eq!(message[0].user_id(), None); // nobody authenticated it
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Sources: zmq_msg_gets(3), RFC 37.
impl Frame {
    /// The property `name`; `None` if there is no such property.
    ///
    /// Names that begin with `X-` are the applications': the peer sets them, and can claim anything. An
    /// authenticator's reply can add properties of any name.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("not received").metadata("X-Version"), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_gets")]
    pub fn metadata(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.metadata_bytes(name)?).ok()
    }

    /// The property `name` as bytes, for values that may not be UTF-8. It ends before the first zero byte of
    /// the value, because libzmq gives it as a C string.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("not received").metadata_bytes("X-Key"), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn metadata_bytes(&self, name: &str) -> Option<&[u8]> {
        // No property has a name with a zero byte in it that could be asked for.
        let name = CString::new(name).ok()?;
        self.property(&name)
    }

    /// The peer's address: its IP address, without the port; over IPC, on Linux, `:` and its user, group and
    /// process ids, as in `:1000:1000:4711`.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("not received").peer_address(), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_MSG_PROPERTY_PEER_ADDRESS")]
    pub fn peer_address(&self) -> Option<&str> {
        self.text(c"Peer-Address")
    }

    /// Whom the authenticator says that the peer is; `None` if there was no authentication.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("not received").user_id(), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_MSG_PROPERTY_USER_ID")]
    pub fn user_id(&self) -> Option<&str> {
        self.text(c"User-Id")
    }

    /// The pattern of the peer's socket in capitals, such as `DEALER`.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("not received").socket_type(), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_MSG_PROPERTY_SOCKET_TYPE")]
    pub fn socket_type(&self) -> Option<&str> {
        self.text(c"Socket-Type")
    }

    /// The routing id that the peer gave itself, up to the first zero byte; `None` if it has none.
    ///
    /// REQ, DEALER and ROUTER peers tell it. On a ROUTER, [`recv_from`](crate::Socket::recv_from) gives the
    /// id to reply to: it is exact, and there for every peer.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("not received").peer_routing_id(), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_MSG_PROPERTY_ROUTING_ID")]
    pub fn peer_routing_id(&self) -> Option<&[u8]> {
        // ZMTP's name for it. libzmq 4.3.5 documents "Routing-Id" and does not know it.
        self.property(c"Identity").filter(|id| !id.is_empty())
    }

    fn text(&self, name: &CStr) -> Option<&str> {
        std::str::from_utf8(self.property(name)?).ok()
    }

    fn property(&self, name: &CStr) -> Option<&[u8]> {
        self.raw().metadata(name).map(CStr::to_bytes)
    }
}
