//! Who may connect, and whether others can read along: NULL, PLAIN, CURVE and GSSAPI.
//!
//! | mechanism | the server knows the client by | the client knows the server by | encrypted |
//! |---|---|---|---|
//! | [`Null`] | its address, if an authenticator is asked | | no |
//! | [`PlainClient`], [`PlainServer`] | a username and a password | | no: both travel as they are |
//! | [`CurveClient`], [`CurveServer`] | its public key | its public key | yes |
//! | [`GssapiClient`], [`GssapiServer`] | its Kerberos principal | its Kerberos principal | yes |
//!
//! A socket has one of them, given to [`Builder::security`](crate::Builder::security). Which of two peers is
//! "the server" has nothing to do with who binds.
//!
//! ```
//! use ferromq::security::{CurveClient, CurveServer};
//! use ferromq::{Context, KeyPair, Pull, Push};
//!
//! # if cfg!(not(feature = "curve")) { return Ok(()) }
//! let (server, client) = (KeyPair::generate()?, KeyPair::generate()?);
//! let server_key = server.public(); // the client has to know it from somewhere
//!
//! let context = Context::new()?;
//! let pull = context
//!     .socket::<Pull>()
//!     .security(CurveServer::new(server).allow_any())
//!     .bind("tcp://127.0.0.1:*")?;
//! let push = context
//!     .socket::<Push>()
//!     .security(CurveClient::new(client, server_key))
//!     .connect(pull.last_endpoint()?)?;
//! push.send("nobody can read this on the way")?;
//! assert_eq!(pull.recv()?, "nobody can read this on the way");
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! # Who decides
//!
//! libzmq asks an authenticator in the same context: whoever is bound to `inproc://zeromq.zap.01` and answers in
//! ZAP (RFC 27). Left alone, libzmq lets everybody in when nobody is bound there. Here nobody gets in then: a
//! server that is to serve everybody says [`allow_any`](CurveServer::allow_any), or, over GSSAPI, everybody whom
//! Kerberos knows ([`allow_any`](GssapiServer::allow_any)).
//!
//! # Keys in files
//!
//! A [`Certificate`] is a key or a pair of keys in files that czmq and pyzmq load, too; the command `ferromq-keygen`
//! makes them. A [`CertificateStore`] is a directory of those who may connect.
//!
//! # What has no security
//!
//! `inproc` joins threads of one program, and no mechanism applies to it. Transports without a handshake (`udp`,
//! `pgm`, `epgm`, `norm`) cannot be secured at all: a socket with a mechanism refuses to bind or connect there.
//!
//! Sources: zmq_null(7), zmq_plain(7), zmq_curve(7), zmq_gssapi(7); RFC 23 to 27 and 38.

mod certificate;
mod certificate_store;
mod curve;
mod domain;
pub(crate) mod file_version;
mod gssapi;
mod key_pair;
mod mechanism;
mod null;
mod plain;
mod public_key;
mod secret_key;
mod settings;
mod text;
mod zpl;

use std::fmt;

pub use certificate::Certificate;
pub use certificate_store::CertificateStore;
pub use curve::{CurveClient, CurveServer};
pub use domain::ZapDomain;
pub use gssapi::{GssapiClient, GssapiServer, Principal};
pub use key_pair::KeyPair;
pub use mechanism::Mechanism;
pub use null::Null;
pub use plain::{PlainClient, PlainServer};
pub use public_key::PublicKey;
pub use secret_key::SecretKey;
pub(crate) use settings::SecuritySetting;

/// How a socket authenticates and encrypts; see [the module](self).
///
/// Made from one of the types that it holds, which is what [`Builder::security`](crate::Builder::security) takes
/// as well. Default: [`Null`] without an authenticator, as for a socket that is told nothing.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Security {
    /// Neither authentication nor encryption, but that an authenticator may judge addresses.
    Null(Null),
    /// Shows a username and a password.
    PlainClient(PlainClient),
    /// Wants a username and a password.
    PlainServer(PlainServer),
    /// Encrypts, and proves its key.
    CurveClient(CurveClient),
    /// Encrypts, and proves its key.
    CurveServer(CurveServer),
    /// Has a Kerberos ticket.
    GssapiClient(GssapiClient),
    /// Wants a Kerberos ticket.
    GssapiServer(GssapiServer),
}

impl Default for Security {
    fn default() -> Self {
        Security::Null(Null::default())
    }
}

macro_rules! each_kind {
    ($($kind:ident),*) => {
        /// As the type that it holds; secrets are left out.
        impl fmt::Debug for Security {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Security::$kind(kind) => kind.fmt(f),)*
                }
            }
        }

        $(impl From<$kind> for Security {
            fn from(kind: $kind) -> Security {
                Security::$kind(kind)
            }
        })*
    };
}

each_kind!(Null, PlainClient, PlainServer, CurveClient, CurveServer, GssapiClient, GssapiServer);
