//! Who may connect: an authenticator for the sockets of a context.
//!
//! A server's socket with [security](crate::security) has each peer judged by whoever answers ZAP, the ZeroMQ
//! Authentication Protocol, in its context. [`Authenticator`] does that, on a thread of its own, by [`Rules`]:
//!
//! | mechanism | who gets in |
//! |---|---|
//! | any | peers by where they come from: [`Rules::allow`], [`Rules::deny`] |
//! | NULL | all of those: [`Rules::null`] |
//! | PLAIN | [`Passwords`], a [`PasswordFile`], or whom a callback lets in |
//! | CURVE | [`AuthorizedKeys`], the certificates of a [directory](Rules::curve_store), everybody, or whom a callback lets in |
//! | GSSAPI | principals, everybody, or whom a callback lets in |
//!
//! ```
//! use ferromq::security::{CurveClient, CurveServer};
//! use ferromq::zap::{Authenticator, AuthorizedKeys, Rules};
//! use ferromq::{Context, KeyPair, Pull, Push};
//!
//! # if cfg!(not(feature = "curve")) { return Ok(()) }
//! let (server, client) = (KeyPair::generate()?, KeyPair::generate()?);
//! let server_key = server.public();
//! let keys = AuthorizedKeys::new();
//! keys.insert_as(client.public(), "alice");
//!
//! let context = Context::new()?;
//! let _authenticator = Authenticator::start(&context, Rules::new().curve(keys))?;
//! let pull = context.socket::<Pull>().security(CurveServer::new(server)).bind("tcp://127.0.0.1:*")?;
//! let push = context
//!     .socket::<Push>()
//!     .security(CurveClient::new(client, server_key))
//!     .connect(pull.last_endpoint()?)?;
//! push.send("Hello")?;
//! assert_eq!(pull.recv()?[0].user_id(), Some("alice"));
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! A peer that is refused with the status 400 or 500 is told so, and its socket gives the endpoint up: libzmq does not
//! try again, and the program has to [connect](crate::Socket::connect) anew once something has changed. After a 300,
//! and when there is no authenticator, it tries again. The [monitors](crate::Monitor) of both sockets tell the status,
//! and nobody tells the reason, which is in the authenticator's log only.
//!
//! With the feature `tracing` each decision is an event of that crate's: `debug` for a peer that is let in, `info` for one
//! that is not, `warn` for a decision that failed.
//!
//! Source: RFC 27.

mod authenticator;
mod authorized_keys;
mod decision;
mod judge;
mod log;
mod origin;
mod password_file;
mod passwords;
mod request;
mod rules;
mod serve;
mod workers;

pub use authenticator::{Authenticator, AuthenticatorBuilder};
pub use authorized_keys::AuthorizedKeys;
pub use decision::{Decision, Status};
pub use origin::{Origin, PeerAddress};
pub use password_file::PasswordFile;
pub use passwords::Passwords;
pub use request::{Credentials, Login, Request};
pub use rules::Rules;

/// The programs of the walk-through are tests.
#[cfg(all(doctest, feature = "curve"))]
#[doc = include_str!("../../docs/security.md")]
mod walk_through {}
