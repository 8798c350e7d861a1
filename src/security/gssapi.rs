//! GSSAPI: Kerberos on both sides. What it takes is at [`GssapiServer`].

use std::fmt;

use super::ZapDomain;
use super::domain::{invalid, unfit};
use crate::error::Result;

/// A name in Kerberos: 1 to 255 bytes without NUL, and how it is written.
///
/// ```
/// use ferromq::security::Principal;
///
/// let service = Principal::host_based("zmq@server.example")?; // zmq/server.example@REALM
/// let user = Principal::kerberos("alice@EXAMPLE")?;
/// assert!(Principal::user("").is_err());
/// # Ok::<(), ferromq::Error>(())
/// ```
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
    /// `service@host`, or `service` alone for the host that this is. Unless `krb5.conf` says
    /// `dns_canonicalize_hostname = false`, Kerberos asks DNS for the name that the host calls itself.
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

/// The client of the mechanism GSSAPI: it gets a Kerberos ticket for the server's principal, and with it proves who it is.
/// The server has to prove who it is as well.
///
/// The ticket comes from the credential cache, where `kinit` has put one, or by a key of the client key table
/// (`KRB5_CLIENT_KTNAME`). libzmq gets it when a connection is made, in the I/O thread, whose other connections
/// wait for the KDC meanwhile. Without one the monitor says
/// [`HandshakeFailedNoDetail`](crate::monitor::EventKind::HandshakeFailedNoDetail) with `EACCES`, and the client tries
/// again after its [`reconnect_interval`](crate::Builder::reconnect_interval). A client that the authenticator does not
/// let in sees its connection break, is not told why, and tries again too.
///
/// Needs a libzmq that was built with GSSAPI, which [`GssapiServer`] explains; with another, opening the socket is an
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

    /// Whose ticket to use. Default: that of the credential cache's default principal, or of the client key table's first.
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL")]
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL_NAMETYPE")]
    #[must_use]
    pub fn principal(mut self, own: Principal) -> Self {
        self.own = Some(own);
        self
    }

    /// Authenticates, and then talks unencrypted: whoever is on the way can read what is said, and change it. The server
    /// has to be set the same way; else no handshake succeeds.
    #[doc(alias = "ZMQ_GSSAPI_PLAINTEXT")]
    #[must_use]
    pub fn plaintext(mut self) -> Self {
        self.plaintext = true;
        self
    }
}

/// The server of the mechanism GSSAPI: Kerberos proves who each client is, and an authenticator judges its principal.
///
/// Without an authenticator in the context nobody gets in; [`allow_any`](GssapiServer::allow_any) does without one. The
/// authenticator is shown the principal with its realm, `alice@EXAMPLE`, as the credential.
///
/// ```
/// use ferromq::security::{GssapiServer, Principal};
/// use ferromq::{Context, Pull};
///
/// let security = GssapiServer::new().principal(Principal::host_based("zmq@localhost")?);
/// match Context::new()?.socket::<Pull>().security(security).bind("tcp://127.0.0.1:*") {
///     Ok(pull) => println!("clients with a ticket may try {}", pull.last_endpoint()?),
///     Err(failed) => eprintln!("{failed}"), // not supported: the linked libzmq was built without GSSAPI
/// }
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// # What it takes
///
/// - A libzmq with GSSAPI: `FERROMQ_WITH=gssapi` when the program is built, and MIT Kerberos 1.10 or newer with its
///   headers (Debian: `libkrb5-dev`). With another libzmq, opening the socket is an
///   [`Unsupported`](crate::ErrorKind::Unsupported) error, whose remedy is
///   [`Capability::remedy`](crate::Capability::remedy). A system's libzmq (`FERROMQ_SYSTEM_LIBZMQ`) does not do what the
///   authenticator says, and so takes a server that allows any only.
/// - On both machines, a `krb5.conf` that names the realm and its KDC, and clocks that differ by less than five minutes.
/// - For the server, a principal and its key in a key table: `kadmin -q "addprinc -randkey zmq/server.example"`, then
///   `kadmin -q "ktadd -k zmq.keytab zmq/server.example"`. The variable `KRB5_KTNAME` names the file. A server without
///   its key lets nobody in, and its monitor says `EACCES` for each client.
/// - For the client, a ticket: see [`GssapiClient`].
///
/// Kerberos reads its variables (`KRB5_CONFIG`, `KRB5_KTNAME`, `KRB5CCNAME`) in the process, so that they have to be
/// set before it starts. Over WebSockets libzmq has no GSSAPI.
///
/// Source: zmq_gssapi(7), RFC 38.
#[derive(Clone, PartialEq, Eq, Debug)]
#[doc(alias = "ZMQ_GSSAPI_SERVER")]
pub struct GssapiServer {
    pub(super) own: Option<Principal>,
    pub(super) plaintext: bool,
    /// In which domain the authenticator is asked; `None`: it is not asked, whoever has a ticket may connect.
    pub(super) domain: Option<ZapDomain>,
}

impl GssapiServer {
    /// A server in the default domain.
    pub fn new() -> Self {
        GssapiServer { own: None, plaintext: false, domain: Some(ZapDomain::default()) }
    }

    /// Whose key to use, and so which service clients have to ask for. Default: any in the key table.
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL")]
    #[doc(alias = "ZMQ_GSSAPI_PRINCIPAL_NAMETYPE")]
    #[must_use]
    pub fn principal(mut self, own: Principal) -> Self {
        self.own = Some(own);
        self
    }

    /// Authenticates, and then talks unencrypted: whoever is on the way can read what is said, and change it. The client
    /// has to be set the same way; else no handshake succeeds.
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
        self.domain = Some(domain);
        self
    }

    /// Lets in everybody whom Kerberos knows. An authenticator in the context is not asked.
    #[doc(alias = "ZMQ_ZAP_ENFORCE_DOMAIN")]
    #[must_use]
    pub fn allow_any(mut self) -> Self {
        self.domain = None;
        self
    }
}

impl Default for GssapiServer {
    fn default() -> Self {
        GssapiServer::new()
    }
}
