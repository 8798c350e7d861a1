//! GSSAPI: Kerberos on both sides.

use std::fmt;

use super::ZapDomain;
use super::domain::{invalid, unfit};
use crate::error::Result;

/// A name in Kerberos: 1 to 255 bytes without NUL, and how it is written.
///
/// Source: zmq_gssapi(7).
#[derive(Clone, PartialEq, Eq, Hash)]
#[doc(alias = "ZMQ_GSSAPI_PRINCIPAL")]
pub struct Principal {
    pub(super) name: String,
    pub(super) form: Form,
}

/// How the name of a principal is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Form {
    HostBased,
    User,
    Kerberos,
}

impl Principal {
    /// `service@host`, or `service` alone for the host that this is.
    ///
    /// # Errors
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if the name is empty, too long or has a NUL.
    #[doc(alias = "ZMQ_GSSAPI_NT_HOSTBASED")]
    pub fn host_based(name: impl Into<String>) -> Result<Self> {
        Principal::new(name.into(), Form::HostBased)
    }

    /// The name of a user of this machine.
    ///
    /// # Errors
    /// As for [`host_based`](Principal::host_based).
    #[doc(alias = "ZMQ_GSSAPI_NT_USER_NAME")]
    pub fn user(name: impl Into<String>) -> Result<Self> {
        Principal::new(name.into(), Form::User)
    }

    /// `name@REALM`, as Kerberos writes it.
    ///
    /// # Errors
    /// As for [`host_based`](Principal::host_based).
    #[doc(alias = "ZMQ_GSSAPI_NT_KRB5_PRINCIPAL")]
    pub fn kerberos(name: impl Into<String>) -> Result<Self> {
        Principal::new(name.into(), Form::Kerberos)
    }

    fn new(name: String, form: Form) -> Result<Self> {
        match unfit(name.as_bytes()).or_else(|| name.contains('\0').then_some("it has a NUL byte")) {
            Some(reason) => Err(invalid("gssapi_principal", name, reason)),
            None => Ok(Principal { name, form }),
        }
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Principal({:?}, {:?})", self.name, self.form)
    }
}

/// The client of the mechanism GSSAPI: it has a Kerberos ticket for the server's principal.
///
/// Needs a libzmq that was built with GSSAPI; with another, opening the socket is an
/// [`Unsupported`](crate::ErrorKind::Unsupported) error.
///
/// ```
/// use ferromq::security::{GssapiClient, Principal};
/// use ferromq::{Context, Push};
///
/// let security = GssapiClient::new(Principal::host_based("zmq@server.example")?);
/// match Context::new()?.socket::<Push>().security(security).connect("tcp://server.example:5555") {
///     Ok(push) => push.send("to be trusted")?,
///     Err(failed) => eprintln!("{failed}"), // not supported: the linked libzmq was built without GSSAPI
/// }
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_gssapi(7), RFC 38.
#[derive(Clone, PartialEq, Eq, Debug)]
#[doc(alias = "ZMQ_GSSAPI")]
pub struct GssapiClient {
    pub(super) service: Principal,
    pub(super) own: Option<Principal>,
    pub(super) plaintext: bool,
}

impl GssapiClient {
    /// A client of the server of this principal.
    #[doc(alias = "ZMQ_GSSAPI_SERVICE_PRINCIPAL")]
    #[doc(alias = "ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE")]
    pub fn new(service: Principal) -> Self {
        GssapiClient { service, own: None, plaintext: false }
    }

    /// Whose ticket to use. Default: that of the credential cache's default principal.
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL")]
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL_NAMETYPE")]
    #[must_use]
    pub fn principal(mut self, own: Principal) -> Self {
        self.own = Some(own);
        self
    }

    /// Authenticates, and then talks unencrypted. The server has to be set the same way.
    #[doc(alias = "ZMQ_GSSAPI_PLAINTEXT")]
    #[must_use]
    pub fn plaintext(mut self) -> Self {
        self.plaintext = true;
        self
    }
}

/// The server of the mechanism GSSAPI: it lets in whom Kerberos knows.
///
/// If there is an authenticator in the context it is asked in addition; if there is none, everybody with a ticket
/// gets in. libzmq cannot be told to insist on one here.
///
/// Needs a libzmq that was built with GSSAPI; with another, opening the socket is an
/// [`Unsupported`](crate::ErrorKind::Unsupported) error.
///
/// Source: zmq_gssapi(7), RFC 38.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[doc(alias = "ZMQ_GSSAPI_SERVER")]
pub struct GssapiServer {
    pub(super) own: Option<Principal>,
    pub(super) plaintext: bool,
    pub(super) domain: ZapDomain,
}

impl GssapiServer {
    /// A server in the default domain.
    pub fn new() -> Self {
        GssapiServer::default()
    }

    /// Whose key to use. Default: that of the key table's first principal.
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL")]
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL_NAMETYPE")]
    #[must_use]
    pub fn principal(mut self, own: Principal) -> Self {
        self.own = Some(own);
        self
    }

    /// Authenticates, and then talks unencrypted. The client has to be set the same way.
    #[doc(alias = "ZMQ_GSSAPI_PLAINTEXT")]
    #[must_use]
    pub fn plaintext(mut self) -> Self {
        self.plaintext = true;
        self
    }

    /// In which domain the authenticator is asked. Default: `global`.
    #[doc(alias = "ZMQ_ZAP_DOMAIN")]
    #[must_use]
    pub fn domain(mut self, domain: ZapDomain) -> Self {
        self.domain = domain;
        self
    }
}
