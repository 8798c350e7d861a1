//! What only one connection is told.

use super::core::Core;
use super::pattern::{HasOption, Pattern};
use super::table::patterns;
use super::{Builder, Socket, parsed};
use crate::endpoint::{Endpoint, Transport};
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::options::RoutingId;
use crate::options::codec::{Codec, Id};
use crate::options::setting::Encoded;
use crate::sys::{Sharing, id};

/// The option's name in this crate.
const NAME: &str = "routing_id";

/// The types of these rows.
pub mod row {
    /// What [`ConnectOptions::routing_id`](crate::ConnectOptions::routing_id) sets.
    #[derive(Debug)]
    pub enum ConnectRoutingId {}
}

patterns!([Router, Stream] => patterns_with_option(row::ConnectRoutingId));

/// What [`connect_with`](Socket::connect_with) tells the one connection that it makes.
///
/// ```
/// use ferromq::{ConnectOptions, Context, Dealer, Router, RoutingId};
///
/// let context = Context::new()?;
/// let dealer = context.socket::<Dealer>().bind("inproc://worker")?;
/// let worker = RoutingId::new("worker")?;
/// let options = ConnectOptions::new().routing_id(worker.clone());
/// let router = context.socket::<Router>().connect_with("inproc://worker", &options)?;
/// router.send_to(&worker, "Task 0")?; // the first word is the ROUTER's
/// assert_eq!(dealer.recv()?, "Task 0");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    routing_id: Option<RoutingId>,
}

impl ConnectOptions {
    /// Nothing but an ordinary connection.
    pub fn new() -> Self {
        ConnectOptions::default()
    }

    /// The name of the peer, whatever it calls itself, so that it can be sent to before it has sent anything.
    ///
    /// Source: zmq_setsockopt(3), `ZMQ_CONNECT_ROUTING_ID`.
    #[doc(alias = "ZMQ_CONNECT_ROUTING_ID")]
    pub fn routing_id(mut self, id: RoutingId) -> Self {
        self.routing_id = Some(id);
        self
    }
}

impl<P: Pattern, S> Builder<P, S> {
    /// Opens the socket and connects it to `endpoint` as [`connect`](Builder::connect) does, with options for
    /// this connection.
    ///
    /// # Errors
    /// With the builder: as for [`Socket::connect_with`], and those of [`open`](Builder::open).
    pub fn connect_with<E>(self, endpoint: E, options: &ConnectOptions) -> Result<Socket<P, S>, Failed<Self>>
    where
        E: TryInto<Endpoint, Error: Into<Error>>,
        P: HasOption<row::ConnectRoutingId>,
    {
        self.open_with(Operation::Connect, endpoint, |core, endpoint| core.connect_with(endpoint, options))
    }
}

impl<P: Pattern, S> Socket<P, S> {
    /// Connects the socket to one more endpoint, with options for this connection.
    ///
    /// # Errors
    /// As for [`Builder::connect`], and [`InvalidOption`](ErrorKind::InvalidOption) if the routing id is one of
    /// libzmq's own, another peer has it, or the socket is [`immediate`](Builder::immediate). With a libzmq that
    /// was not compiled by this crate a routing id is [`Unsupported`](ErrorKind::Unsupported): it aborts the
    /// process when a peer has the id already.
    pub fn connect_with<E>(&self, endpoint: E, options: &ConnectOptions) -> Result<()>
    where
        E: TryInto<Endpoint, Error: Into<Error>>,
        P: HasOption<row::ConnectRoutingId>,
    {
        self.core.connect_with(&parsed(Operation::Connect, endpoint)?, options)
    }
}

impl<K: Sharing> Core<K> {
    fn connect_with(&self, endpoint: &Endpoint, options: &ConnectOptions) -> Result<()> {
        let Some(peer) = &options.routing_id else {
            return self.connect(endpoint);
        };
        let refused = |kind, reason| {
            Err(Error::new(Operation::Connect, kind).about_option(NAME, peer.to_string(), Some(reason)))
        };
        if cfg!(ferromq_system_libzmq) {
            return refused(ErrorKind::Unsupported, "this libzmq aborts the process if a peer has the id");
        }
        let wire = match Id::encode(&Some(peer.clone())) {
            Ok(wire) => wire,
            Err(reason) => return refused(ErrorKind::InvalidOption, reason),
        };
        // The id is for the first queue that is made; with `immediate` there is none yet, and a later
        // connection would get it.
        let immediate =
            self.get(id::IMMEDIATE).map_err(|errno| Error::from_errno(Operation::Connect, errno))?;
        if immediate != 0 && endpoint.transport() != Transport::Inproc {
            return refused(ErrorKind::InvalidOption, "not together with `immediate`");
        }
        // Before libzmq has the id: the next connection would get one that is left behind.
        self.check_endpoint(Operation::Connect, endpoint)?;
        self.set(&Encoded::Bytes(id::CONNECT_ROUTING_ID, wire))
            .map_err(|errno| Error::from_errno(Operation::Connect, errno))?;
        match self.connect(endpoint) {
            // The transports report this when binding only.
            Err(error) if error.kind() == ErrorKind::AddressInUse => {
                refused(ErrorKind::InvalidOption, "another peer has it")
            }
            connected => connected,
        }
    }
}
