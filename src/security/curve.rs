//! CURVE: keys on both sides, and everything encrypted.

use super::{KeyPair, PublicKey, SecretKey, ZapDomain};

/// The client of the mechanism CURVE: it talks to nobody but the server whose public key it knows.
///
/// ```
/// use ferromq::security::CurveClient;
/// use ferromq::{Context, KeyPair, PublicKey, Push};
///
/// # if cfg!(not(feature = "curve")) { return Ok(()) }
/// let server_key: PublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
/// let push = Context::new()?
///     .socket::<Push>()
///     .security(CurveClient::new(KeyPair::generate()?, server_key))
///     .connect("tcp://localhost:5555")?;
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// A client with another server's key is not told so: libzmq tries again and again.
///
/// Source: zmq_curve(7), RFC 25 and 26.
#[derive(Clone, PartialEq, Eq, Debug)]
#[doc(alias = "ZMQ_CURVE")]
pub struct CurveClient {
    pub(super) keys: KeyPair,
    pub(super) server: PublicKey,
}

impl CurveClient {
    /// A client with these keys of its own, for the server of this public key.
    #[doc(alias = "ZMQ_CURVE_PUBLICKEY")]
    #[doc(alias = "ZMQ_CURVE_SECRETKEY")]
    #[doc(alias = "ZMQ_CURVE_SERVERKEY")]
    pub fn new(keys: KeyPair, server: PublicKey) -> Self {
        CurveClient { keys, server }
    }

    /// The client's own public key, by which the server knows it.
    pub fn public_key(&self) -> PublicKey {
        self.keys.public()
    }

    /// The server's public key.
    pub fn server_key(&self) -> PublicKey {
        self.server
    }
}

/// The server of the mechanism CURVE: it proves its key, and an authenticator judges the key of each client.
///
/// Without an authenticator in the context nobody gets in; [`allow_any`](CurveServer::allow_any) does without one.
///
/// ```
/// use ferromq::security::{CurveServer, ZapDomain};
/// use ferromq::{Context, KeyPair, Pull};
///
/// # if cfg!(not(feature = "curve")) { return Ok(()) }
/// let keys = KeyPair::generate()?;
/// println!("clients need {}", keys.public());
/// let pull = Context::new()?
///     .socket::<Pull>()
///     .security(CurveServer::new(keys).domain(ZapDomain::new("lab")?))
///     .bind("tcp://127.0.0.1:*")?;
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_curve(7), RFC 25 and 26.
#[derive(Clone, PartialEq, Eq, Debug)]
#[doc(alias = "ZMQ_CURVE_SERVER")]
pub struct CurveServer {
    pub(super) secret: SecretKey,
    /// In which domain the authenticator is asked; `None`: it is not asked, any client may connect.
    pub(super) domain: Option<ZapDomain>,
}

impl CurveServer {
    /// A server with this key, or pair of keys, in the default domain.
    #[doc(alias = "ZMQ_CURVE_SECRETKEY")]
    pub fn new(secret: impl Into<SecretKey>) -> Self {
        CurveServer { secret: secret.into(), domain: Some(ZapDomain::default()) }
    }

    /// In which domain the authenticator is asked. Default: `global`.
    #[doc(alias = "ZMQ_ZAP_DOMAIN")]
    #[must_use]
    pub fn domain(mut self, domain: ZapDomain) -> Self {
        self.domain = Some(domain);
        self
    }

    /// Lets in every client that knows this server's public key, whatever key it has itself: what is said is
    /// encrypted, and who says it is unknown. An authenticator in the context is not asked.
    #[doc(alias = "ZMQ_ZAP_ENFORCE_DOMAIN")]
    #[must_use]
    pub fn allow_any(mut self) -> Self {
        self.domain = None;
        self
    }
}
