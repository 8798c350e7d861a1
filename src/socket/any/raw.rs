//! Sockets that leave this crate as pointers, and come to it as pointers.

use std::ffi::c_void;
use std::fmt;

use super::{AnyCore, AnySocket, Erase, SocketKind};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::socket::core::Core;
use crate::socket::pattern::Pattern;
use crate::socket::state::State;
use crate::socket::{Socket, any::kind::AnyType};
use crate::sys::{ForeignSocket, RawSocket, SocketType, id};

/// What a socket is when it leaves this crate.
pub struct RawParts {
    /// The open socket, to be closed with `zmq_close`.
    pub socket: *mut c_void,
    /// Its context, or `None` if the socket came from [`ForeignSocket`]. Dropping the last handle of a context waits
    /// until the socket is closed: keep it until then.
    pub context: Option<Context>,
}

impl fmt::Debug for RawParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawParts").field("socket", &self.socket).finish_non_exhaustive()
    }
}

impl<P: Pattern, S> Socket<P, S> {
    /// Gives the socket up, for code that calls libzmq itself. See [`raw`](crate::raw).
    pub fn into_raw(self) -> RawParts {
        parts_of(Erase::erase(self.core))
    }

    /// The pointer of libzmq's, for calls that this crate does not make. See [`raw`](crate::raw).
    pub fn as_raw(&self) -> *mut c_void {
        self.core.raw.as_ptr()
    }
}

impl AnySocket {
    /// Gives the socket up, for code that calls libzmq itself. See [`raw`](crate::raw).
    pub fn into_raw(self) -> RawParts {
        parts_of(self.into_core())
    }
}

fn parts_of(core: AnyCore) -> RawParts {
    let (socket, context) = match core {
        AnyCore::Classic(core) => core.raw.into_ptr(),
        #[cfg(feature = "draft")]
        AnyCore::ThreadSafe(core) => core.raw.into_ptr(),
    };
    RawParts { socket, context: context.map(Context::from_shared) }
}

/// Asks libzmq what pattern the socket has, and for its timeouts.
///
/// A REQ or REP is taken to be in its first state, since libzmq does not tell; if it is not, its operations say so
/// with [`WrongState`](ErrorKind::WrongState). Options that libzmq does not report (`mandatory`, `handover`,
/// `probe_router`, `no_drop` and the like) are taken to have their defaults where they are read back. No message
/// should be half sent or half received.
///
/// Fails with [`Unsupported`](ErrorKind::Unsupported) for a draft type where the feature `draft` is off, and gives the
/// socket back.
impl TryFrom<ForeignSocket> for AnySocket {
    type Error = Failed<ForeignSocket>;

    fn try_from(foreign: ForeignSocket) -> Result<AnySocket, Failed<ForeignSocket>> {
        let raw = foreign.handle();
        let kept = |raw, error| Failed::new(error, ForeignSocket::from_handle(raw));
        let kind = match kind_of(&raw) {
            Ok(kind) => kind,
            Err(error) => return Err(kept(raw, error)),
        };
        match kind.socket_type() {
            Ok(AnyType::Classic(socket_type)) => adopt(raw, socket_type, kind),
            #[cfg(feature = "draft")]
            Ok(AnyType::ThreadSafe(socket_type)) => match raw.into_kind() {
                Ok(raw) => adopt(raw, socket_type, kind),
                Err(raw) => {
                    let error = Error::new(Operation::ConvertSocket, ErrorKind::Unsupported);
                    Err(kept(raw, error.about_detail("this libzmq shares its sockets otherwise")))
                }
            },
            Err(error) => Err(kept(raw, error.with_operation(Operation::ConvertSocket))),
        }
    }
}

/// As for [`AnySocket`]. Fails also with [`Unsupported`](ErrorKind::Unsupported) if the socket is of another pattern,
/// and gives it back.
impl<P: Pattern> TryFrom<ForeignSocket> for Socket<P, <P as Pattern>::Initial>
where
    P::Initial: State,
{
    type Error = Failed<ForeignSocket>;

    fn try_from(foreign: ForeignSocket) -> Result<Self, Failed<ForeignSocket>> {
        let any = AnySocket::try_from(foreign)?;
        any.try_into_socket::<P>().map_err(|failed| failed.map(into_foreign))
    }
}

fn adopt<K: Erase>(
    raw: RawSocket<K>,
    socket_type: SocketType<K>,
    kind: SocketKind,
) -> Result<AnySocket, Failed<ForeignSocket>> {
    match Core::adopt(raw, socket_type) {
        Ok(core) => Ok(AnySocket::in_turn(Erase::erase(Box::new(core)), kind)),
        Err((errno, raw)) => {
            let error = Error::from_errno(Operation::ConvertSocket, errno);
            Err(Failed::new(error, ForeignSocket::from_handle(raw.into_classic())))
        }
    }
}

fn into_foreign(any: AnySocket) -> ForeignSocket {
    ForeignSocket::from_handle(match any.into_core() {
        AnyCore::Classic(core) => core.raw,
        #[cfg(feature = "draft")]
        AnyCore::ThreadSafe(core) => core.raw.into_classic(),
    })
}

fn kind_of(raw: &RawSocket) -> Result<SocketKind> {
    let number = raw.get(id::TYPE).map_err(|errno| Error::from_errno(Operation::ConvertSocket, errno))?;
    SocketKind::of_number(number).ok_or_else(|| {
        Error::new(Operation::ConvertSocket, ErrorKind::Unsupported)
            .about_detail(format!("libzmq's socket type {number} is not known"))
    })
}
