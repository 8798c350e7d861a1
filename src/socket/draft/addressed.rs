//! How the draft patterns name the peer of a message.

use std::ffi::CStr;
use std::net::SocketAddrV4;

use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::{Frame, Message};
use crate::options::{Group, PeerId};
use crate::socket::core::Core;
use crate::socket::pattern::{Address, sealed::Addressing};
use crate::socket::transfer::{Wait, not_sendable};
use crate::sys::{Errno, RawMessage, Sharing};

/// The longest datagram that libzmq has room for.
const DATAGRAM: usize = 8192;

/// Travels as a field of the message.
impl Addressing for PeerId {
    fn send<K: Sharing>(&self, core: &Core<K>, message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        send_marked(core, message, wait, |frame| frame.set_routing_id(self.get()))
    }

    fn receive<K: Sharing>(core: &Core<K>, wait: Wait) -> Result<(Self, Message)> {
        let message = core.receive(wait)?;
        let peer = message.get(0).and_then(|frame| frame.raw().routing_id());
        let peer = peer.ok_or_else(|| unnamed("libzmq did not say from whom the message is"))?;
        Ok((PeerId::new(peer), message))
    }
}

impl Address for PeerId {}

/// Travels as a field of the message; over `udp` as the first bytes of the datagram.
impl Addressing for Group {
    fn send<K: Sharing>(&self, core: &Core<K>, message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        let len = 1 + self.as_bytes().len() + message.get(0).map_or(0, Frame::len);
        if len > DATAGRAM && core.sends_datagrams() {
            return Err(not_sendable("group and message are too long for a datagram of 8192 bytes", message));
        }
        send_marked(core, message, wait, |frame| frame.set_group(self.as_c()))
    }

    fn receive<K: Sharing>(core: &Core<K>, wait: Wait) -> Result<(Self, Message)> {
        let message = core.receive(wait)?;
        let group = message.get(0).map_or(c"", |frame| frame.raw().group());
        Ok((Group::received(group), message))
    }
}

impl Address for Group {}

/// Travels as a frame of text before the message.
impl Addressing for SocketAddrV4 {
    fn send<K: Sharing>(&self, core: &Core<K>, message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        if message.get(0).is_some_and(|frame| frame.len() > DATAGRAM) {
            return Err(not_sendable("a datagram has at most 8192 bytes", message));
        }
        if self.port() == 0 {
            return Err(not_sendable("nobody has port 0", message));
        }
        core.send_to(self.to_string().as_bytes(), message, wait)
    }

    fn receive<K: Sharing>(core: &Core<K>, wait: Wait) -> Result<(Self, Message)> {
        // The text ends in a NUL.
        let address = |text: &[u8]| CStr::from_bytes_until_nul(text).ok()?.to_str().ok()?.parse().ok();
        let (peer, message) = core.receive_from(wait, address)?;
        Ok((
            peer.ok_or_else(|| unnamed("libzmq did not say from which IPv4 address the datagram is"))?,
            message,
        ))
    }
}

impl Address for SocketAddrV4 {}

/// Sends a message of one frame after a name was put on the frame.
fn send_marked<K: Sharing>(
    core: &Core<K>,
    mut message: Message,
    wait: Wait,
    mark: impl FnOnce(&mut RawMessage) -> Result<(), Errno>,
) -> Result<(), Failed<Message>> {
    // Messages of no frames, or of several, are refused below.
    if let [frame] = message.as_mut_slice()
        && let Err(errno) = mark(frame.raw_mut())
    {
        return Err(Failed::new(Error::from_errno(Operation::Send, errno), message));
    }
    core.send(message, wait)
}

#[cold]
fn unnamed(reason: &str) -> Error {
    Error::new(Operation::Receive, ErrorKind::Other).about_detail(reason)
}
