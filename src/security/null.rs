//! NULL: no authentication but by address, and no encryption.

use super::ZapDomain;

/// The mechanism NULL: whoever can connect may talk, unless an authenticator says no to its address.
///
/// ```
/// use ferromq::security::{Null, ZapDomain};
/// use ferromq::{Context, Pull};
///
/// // Nobody can connect to this one until an authenticator in the context lets them in.
/// let pull = Context::new()?
///     .socket::<Pull>()
///     .security(Null::in_domain(ZapDomain::new("lab")?))
///     .bind("tcp://127.0.0.1:*")?;
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// libzmq lets WebSocket peers (`ws`) in without asking; with a domain, binding or connecting there is an
/// [`IncompatibleTransport`](crate::ErrorKind::IncompatibleTransport) error.
///
/// Source: zmq_null(7), RFC 23.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[doc(alias = "ZMQ_NULL")]
pub struct Null {
    pub(super) domain: Option<ZapDomain>,
}

impl Null {
    /// No questions asked: what a socket has that is told nothing.
    pub fn new() -> Self {
        Null::default()
    }

    /// An authenticator judges each peer's address, on either side of the connection, whether this socket binds or
    /// connects; without one, no connection comes about: libzmq leaves it hanging for the
    /// [`handshake_timeout`](crate::Builder::handshake_timeout).
    #[doc(alias = "ZMQ_ZAP_DOMAIN")]
    #[doc(alias = "ZMQ_ZAP_ENFORCE_DOMAIN")]
    pub fn in_domain(domain: ZapDomain) -> Self {
        Null { domain: Some(domain) }
    }
}
