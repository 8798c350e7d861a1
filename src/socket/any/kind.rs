//! Socket types at run time.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Operation};
use crate::socket::pattern::{Pattern, sealed::Sealed};
use crate::sys::SocketType;

/// A type of socket, where the program does not know it when it is compiled.
///
/// Every type of libzmq's is here, also where the program is compiled without the feature `draft`. It prints as
/// ZeroMQ's name, `REQ`, and is read from it, in upper or lower case.
///
/// ```
/// use ferromq::SocketKind;
///
/// let kind: SocketKind = "dealer".parse()?;
/// assert_eq!(kind, SocketKind::Dealer);
/// assert_eq!(kind.to_string(), "DEALER");
/// assert!(kind.sends() && kind.receives());
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_socket(3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum SocketKind {
    /// [`Pair`](crate::Pair)
    Pair,
    /// [`Pub`](crate::Pub)
    Pub,
    /// [`Sub`](crate::Sub)
    Sub,
    /// [`Req`](crate::Req)
    Req,
    /// [`Rep`](crate::Rep)
    Rep,
    /// [`Dealer`](crate::Dealer)
    Dealer,
    /// [`Router`](crate::Router)
    Router,
    /// [`Pull`](crate::Pull)
    Pull,
    /// [`Push`](crate::Push)
    Push,
    /// XPUB
    XPub,
    /// XSUB
    XSub,
    /// STREAM
    Stream,
    /// SERVER, a draft
    Server,
    /// CLIENT, a draft
    Client,
    /// RADIO, a draft
    Radio,
    /// DISH, a draft
    Dish,
    /// GATHER, a draft
    Gather,
    /// SCATTER, a draft
    Scatter,
    /// DGRAM, a draft
    Dgram,
    /// PEER, a draft
    Peer,
    /// CHANNEL, a draft
    Channel,
}

use SocketKind::{
    Channel, Client, Dealer, Dgram, Dish, Gather, Pair, Peer, Pub, Pull, Push, Radio, Rep, Req, Router,
    Scatter, Server, Stream, Sub, XPub, XSub,
};

impl SocketKind {
    /// All of them, in the order of libzmq's numbers.
    pub const ALL: &'static [SocketKind] = &[
        Pair, Pub, Sub, Req, Rep, Dealer, Router, Pull, Push, XPub, XSub, Stream, Server, Client, Radio,
        Dish, Gather, Scatter, Dgram, Peer, Channel,
    ];

    /// The kind of a pattern.
    ///
    /// ```
    /// use ferromq::{Rep, SocketKind};
    ///
    /// assert_eq!(SocketKind::of::<Rep>(), SocketKind::Rep);
    /// ```
    pub fn of<P: Pattern>() -> SocketKind {
        let number = <P as Sealed>::SOCKET_TYPE.number();
        SocketKind::of_number(number).expect("every pattern is one of libzmq's types")
    }

    /// ZeroMQ's name.
    pub const fn name(self) -> &'static str {
        match self {
            Pair => "PAIR",
            Pub => "PUB",
            Sub => "SUB",
            Req => "REQ",
            Rep => "REP",
            Dealer => "DEALER",
            Router => "ROUTER",
            Pull => "PULL",
            Push => "PUSH",
            XPub => "XPUB",
            XSub => "XSUB",
            Stream => "STREAM",
            Server => "SERVER",
            Client => "CLIENT",
            Radio => "RADIO",
            Dish => "DISH",
            Gather => "GATHER",
            Scatter => "SCATTER",
            Dgram => "DGRAM",
            Peer => "PEER",
            Channel => "CHANNEL",
        }
    }

    /// The value of libzmq's constant.
    pub const fn number(self) -> i32 {
        // The variants are in the order of libzmq's numbers; a test compares them.
        self as i32
    }

    pub(crate) fn of_number(number: i32) -> Option<SocketKind> {
        SocketKind::ALL.iter().copied().find(|kind| kind.number() == number)
    }

    /// Whether sockets of this kind send messages.
    pub const fn sends(self) -> bool {
        !matches!(self, Sub | Pull | Dish | Gather)
    }

    /// Whether sockets of this kind receive messages.
    pub const fn receives(self) -> bool {
        !matches!(self, Pub | Push | Radio | Scatter)
    }

    /// Whether the type is one of libzmq's draft API.
    pub const fn is_draft(self) -> bool {
        matches!(self, Server | Client | Radio | Dish | Gather | Scatter | Dgram | Peer | Channel)
    }

    /// How a socket of this kind is opened; `Err` where it is a draft and drafts are not compiled in.
    pub(super) fn socket_type(self) -> Result<AnyType, Error> {
        Ok(AnyType::Classic(match self {
            Pair => SocketType::PAIR,
            Pub => SocketType::PUB,
            Sub => SocketType::SUB,
            Req => SocketType::REQ,
            Rep => SocketType::REP,
            Dealer => SocketType::DEALER,
            Router => SocketType::ROUTER,
            Pull => SocketType::PULL,
            Push => SocketType::PUSH,
            XPub => SocketType::XPUB,
            XSub => SocketType::XSUB,
            Stream => SocketType::STREAM,
            #[cfg(feature = "draft")]
            Dgram => SocketType::DGRAM,
            #[cfg(feature = "draft")]
            Server => return Ok(AnyType::ThreadSafe(SocketType::SERVER)),
            #[cfg(feature = "draft")]
            Client => return Ok(AnyType::ThreadSafe(SocketType::CLIENT)),
            #[cfg(feature = "draft")]
            Radio => return Ok(AnyType::ThreadSafe(SocketType::RADIO)),
            #[cfg(feature = "draft")]
            Dish => return Ok(AnyType::ThreadSafe(SocketType::DISH)),
            #[cfg(feature = "draft")]
            Gather => return Ok(AnyType::ThreadSafe(SocketType::GATHER)),
            #[cfg(feature = "draft")]
            Scatter => return Ok(AnyType::ThreadSafe(SocketType::SCATTER)),
            #[cfg(feature = "draft")]
            Peer => return Ok(AnyType::ThreadSafe(SocketType::PEER)),
            #[cfg(feature = "draft")]
            Channel => return Ok(AnyType::ThreadSafe(SocketType::CHANNEL)),
            #[cfg(not(feature = "draft"))]
            Server | Client | Radio | Dish | Gather | Scatter | Dgram | Peer | Channel => {
                return Err(Error::new(Operation::OpenSocket, ErrorKind::Unsupported)
                    .about_detail(format!("{self} is a draft, and the feature `draft` is off")));
            }
        }))
    }
}

/// A socket type, and who may share its sockets.
pub(super) enum AnyType {
    Classic(SocketType),
    #[cfg(feature = "draft")]
    ThreadSafe(SocketType<crate::sys::ThreadSafe>),
}

impl fmt::Display for SocketKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reads ZeroMQ's name, in upper or lower case.
impl FromStr for SocketKind {
    type Err = Error;

    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if no type has this name.
    fn from_str(name: &str) -> Result<Self, Error> {
        let kind = SocketKind::ALL.iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
        kind.copied().ok_or_else(|| {
            Error::new(Operation::OpenSocket, ErrorKind::Unsupported)
                .about_detail(format!("ZeroMQ has no sockets of type `{name}`"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_and_names_are_those_of_the_header() {
        let bindings = include_str!("../../sys/bindings.rs");
        for kind in SocketKind::ALL {
            let line = format!("pub const ZMQ_{kind}: c_int = {};", kind.number());
            assert!(bindings.contains(&line), "{line}");
            assert_eq!(kind.name().parse::<SocketKind>().unwrap(), *kind);
        }
        assert_eq!(SocketKind::of_number(SocketKind::ALL.len() as i32), None);
    }

    #[test]
    fn a_name_that_is_none_is_an_error() {
        assert_eq!("PIPE".parse::<SocketKind>().unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
