//! What a task waits for to send, pattern by pattern.

use super::waiters::To;
use crate::socket::SocketKind;
use crate::socket::pattern::Pattern;

/// What a task waits for to send on this pattern. Of a certain peer libzmq does not tell whether it has room; nor of the
/// subscribers of a PUB or XPUB that drops nothing: it claims to have room when it has none.
pub(super) fn to_send<P: Pattern>() -> To {
    match SocketKind::of::<P>() {
        SocketKind::Pub | SocketKind::XPub | SocketKind::Router | SocketKind::Stream => To::SendToPeer,
        #[cfg(feature = "draft")]
        SocketKind::Server | SocketKind::Peer | SocketKind::Radio | SocketKind::Dgram => To::SendToPeer,
        _ => To::Send,
    }
}
