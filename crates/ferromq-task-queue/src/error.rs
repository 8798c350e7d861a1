//! What can go wrong.

use std::fmt;

use ferromq::Failed;

/// What an operation of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a worker or client cannot go on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The broker does not understand what it was sent, for this reason: it speaks another version of the protocol, or this
    /// is the endpoint for the other kind of peer.
    Refused(String),
    /// What is at the endpoint sends what is not of the protocol, for this reason.
    Malformed(&'static str),
    /// A socket failed. If its context was shut down, [`is_terminated`](ferromq::Error::is_terminated).
    Socket(ferromq::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(reason) => write!(f, "refused by the broker: {reason}"),
            Error::Malformed(reason) => write!(f, "not a message of a broker: {reason}"),
            Error::Socket(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<ferromq::Error> for Error {
    fn from(error: ferromq::Error) -> Self {
        Error::Socket(error)
    }
}

impl<K> From<Failed<K>> for Error {
    fn from(failed: Failed<K>) -> Self {
        Error::Socket(failed.into())
    }
}
