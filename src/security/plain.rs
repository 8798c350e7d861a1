//! PLAIN: a username and a password, as they are.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::ZapDomain;
use super::domain::{invalid, unfit};
use crate::error::Result;

/// The client of the mechanism PLAIN: it shows a username and a password, to whoever answers.
///
/// Both travel unencrypted, and the client learns nothing about the server. The password is wiped from memory when
/// this is dropped, as are the copies that a socket has when it is closed (but not in a system's libzmq); it is not printed by `Debug`, and is compared in a time that depends on its length only.
///
/// ```
/// use ferromq::security::PlainClient;
/// use ferromq::{Context, Push};
///
/// let push = Context::new()?
///     .socket::<Push>()
///     .security(PlainClient::new("admin", "correct horse")?)
///     .connect("tcp://localhost:5555")?;
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_plain(7), RFC 24.
#[derive(Clone)]
#[doc(alias = "ZMQ_PLAIN")]
pub struct PlainClient {
    pub(super) username: Vec<u8>,
    pub(super) password: Zeroizing<Vec<u8>>,
}

impl PlainClient {
    /// The client of this name: two times 1 to 255 bytes, text or not.
    ///
    /// # Errors
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if either is empty or longer. The mechanism knows empty
    /// ones; libzmq does not.
    #[doc(alias = "ZMQ_PLAIN_USERNAME")]
    #[doc(alias = "ZMQ_PLAIN_PASSWORD")]
    pub fn new(username: impl Into<Vec<u8>>, password: impl Into<Vec<u8>>) -> Result<Self> {
        let (username, password) = (username.into(), Zeroizing::new(password.into()));
        if let Some(reason) = unfit(&username) {
            return Err(invalid("plain_username", username.escape_ascii().to_string(), reason));
        }
        if let Some(reason) = unfit(&password) {
            return Err(invalid("plain_password", String::new(), reason));
        }
        Ok(PlainClient { username, password })
    }

    /// The username.
    pub fn username(&self) -> &[u8] {
        &self.username
    }
}

impl PartialEq for PlainClient {
    fn eq(&self, other: &PlainClient) -> bool {
        let same_password: bool = self.password.ct_eq(&other.password).into();
        same_password && self.username == other.username
    }
}

impl Eq for PlainClient {}

impl fmt::Debug for PlainClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainClient({}, ..)", self.username.escape_ascii())
    }
}

/// The server of the mechanism PLAIN: an authenticator judges the username and the password of each client.
///
/// Without an authenticator in the context nobody gets in.
///
/// ```
/// use ferromq::security::PlainServer;
/// use ferromq::{Context, Pull};
///
/// let pull = Context::new()?.socket::<Pull>().security(PlainServer::new()).bind("tcp://127.0.0.1:*")?;
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_plain(7), RFC 24.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[doc(alias = "ZMQ_PLAIN_SERVER")]
pub struct PlainServer {
    pub(super) domain: ZapDomain,
}

impl PlainServer {
    /// A server in the default domain.
    pub fn new() -> Self {
        PlainServer::default()
    }

    /// In which domain the authenticator is asked. Default: `global`.
    #[doc(alias = "ZMQ_ZAP_DOMAIN")]
    #[must_use]
    pub fn domain(mut self, domain: ZapDomain) -> Self {
        self.domain = domain;
        self
    }
}
