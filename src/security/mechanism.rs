//! Security mechanisms.

use std::ffi::c_int;
use std::fmt;

use crate::endpoint::Transport;
use crate::sys::mechanism;

/// A security mechanism of ZMTP, as a socket reports it.
///
/// ```
/// use ferromq::security::{Mechanism, PlainServer};
/// use ferromq::{Context, Pull};
///
/// let pull = Context::new()?.socket::<Pull>().security(PlainServer::new()).open()?;
/// assert_eq!(pull.mechanism()?, Mechanism::Plain);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Mechanism {
    /// No security.
    Null,
    /// Username and password.
    Plain,
    /// Keys and encryption.
    Curve,
    /// Kerberos.
    Gssapi,
    /// One that this crate does not know, by libzmq's number.
    Other(i32),
}

impl Mechanism {
    pub(crate) fn from_number(number: c_int) -> Self {
        match number {
            mechanism::NULL => Mechanism::Null,
            mechanism::PLAIN => Mechanism::Plain,
            mechanism::CURVE => Mechanism::Curve,
            mechanism::GSSAPI => Mechanism::Gssapi,
            other => Mechanism::Other(other),
        }
    }

    /// Why a socket that relies on this mechanism must not be joined to others over this transport: libzmq would leave
    /// the mechanism out without a word.
    pub(crate) fn unfit_for(self, transport: Transport) -> Option<&'static str> {
        match transport {
            Transport::Tcp | Transport::Ipc | Transport::Tipc | Transport::Vmci => None,
            // Both ends are in this process, and in this context.
            Transport::Inproc => None,
            // A peer that asks for the subprotocol ZWS2.0 is let in without a handshake.
            Transport::Ws | Transport::Wss if self == Mechanism::Null => {
                Some("libzmq does not ask the authenticator about WebSocket peers")
            }
            Transport::Ws | Transport::Wss if self == Mechanism::Gssapi => {
                Some("libzmq has no GSSAPI over WebSockets")
            }
            Transport::Ws | Transport::Wss => None,
            Transport::Udp | Transport::Pgm | Transport::Epgm | Transport::Norm => {
                Some("the transport has no handshake, and so no security")
            }
        }
    }
}

/// The name as ZMTP has it: `CURVE`.
impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mechanism::Null => f.pad("NULL"),
            Mechanism::Plain => f.pad("PLAIN"),
            Mechanism::Curve => f.pad("CURVE"),
            Mechanism::Gssapi => f.pad("GSSAPI"),
            Mechanism::Other(number) => write!(f, "mechanism {number}"),
        }
    }
}
