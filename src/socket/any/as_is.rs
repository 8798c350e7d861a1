//! Messages as libzmq has them, where with some patterns the first frame names the peer.

#[cfg(feature = "draft")]
use std::net::SocketAddrV4;

use super::SocketKind;
use crate::error::{Failed, Result};
use crate::message::{Frame, Message};
#[cfg(feature = "draft")]
use crate::options::Group;
use crate::options::RoutingId;
use crate::socket::core::Core;
#[cfg(feature = "draft")]
use crate::socket::pattern::sealed::Addressing;
use crate::socket::transfer::{Wait, not_sendable};
use crate::sys::Sharing;

impl<K: Sharing> Core<K> {
    /// Sends the whole message, or nothing and gives it back.
    pub(crate) fn send_as_is(
        &self,
        kind: SocketKind,
        message: Message,
        wait: Wait,
    ) -> Result<(), Failed<Message>> {
        match kind {
            // libzmq drops a name without a message, and says nothing.
            SocketKind::Router if message.len() < 2 => {
                Err(not_sendable("on ROUTER a message begins with a frame that names the peer", message))
            }
            SocketKind::Stream => self.split(message, |peer, data| match data.get(0) {
                Some(end) if end.is_empty() => {
                    self.end_stream(peer).map_err(|error| Failed::new(error, data))
                }
                _ => self.send_to(peer, data, wait),
            }),
            #[cfg(feature = "draft")]
            SocketKind::Dgram => self.split(message, |peer, data| match address(peer) {
                Some(peer) => peer.send(self, data, wait),
                None => Err(not_sendable("on DGRAM the first frame is an IPv4 address with a port", data)),
            }),
            #[cfg(feature = "draft")]
            SocketKind::Radio => match message.get(0) {
                Some(frame) => Group::received(frame.raw().group()).send(self, message, wait),
                None => self.send(message, wait),
            },
            _ => self.send(message, wait),
        }
    }

    /// Sends what follows the name of the peer; if that fails, the name is put before it again.
    fn split(
        &self,
        mut message: Message,
        send: impl FnOnce(&[u8], Message) -> Result<(), Failed<Message>>,
    ) -> Result<(), Failed<Message>> {
        if message.len() != 2 {
            return Err(not_sendable(
                "here a message is a frame that names the peer and a frame of data",
                message,
            ));
        }
        let peer = message.pop_front().unwrap_or_default();
        send(&peer, message).map_err(|failed| {
            failed.map(|mut data| {
                data.push_front(peer);
                data
            })
        })
    }

    /// As [`send_as_is`](Core::send_as_is), never waiting: takes the frames if it sends them.
    pub(crate) fn send_frames_as_is(&self, kind: SocketKind, frames: &mut Vec<Frame>) -> Result<()> {
        match kind {
            SocketKind::Router if frames.len() > 1 => self.send_frames(frames),
            SocketKind::Router | SocketKind::Stream | SocketKind::Dgram | SocketKind::Radio => {
                let message: Message = frames.drain(..).collect();
                self.send_as_is(kind, message, Wait::Never).map_err(|failed| {
                    let (error, message) = failed.into_parts();
                    frames.extend(message);
                    error
                })
            }
            _ => self.send_frames(frames),
        }
    }

    /// As [`receive_as_is`](Core::receive_as_is), never waiting.
    pub(crate) fn receive_frames_as_is(&self, kind: SocketKind, frames: &mut Vec<Frame>) -> Result<()> {
        self.receive_frames(frames)?;
        if kind == SocketKind::Stream {
            self.note_connection(frames.first(), frames.get(1));
        }
        Ok(())
    }

    /// Receives a whole message.
    pub(crate) fn receive_as_is(&self, kind: SocketKind, wait: Wait) -> Result<Message> {
        let message = self.receive(wait)?;
        if kind == SocketKind::Stream {
            self.note_connection(message.get(0), message.get(1));
        }
        Ok(message)
    }

    /// Follows which connections there are.
    fn note_connection(&self, peer: Option<&Frame>, data: Option<&Frame>) {
        if let (Some(peer), Some(true)) = (peer, data.map(|data| data.is_empty())) {
            self.connections.event(RoutingId::received(peer), Frame::new());
        }
    }
}

/// The address in the first frame of a DGRAM message, which ends in a NUL when libzmq wrote it.
#[cfg(feature = "draft")]
fn address(frame: &[u8]) -> Option<SocketAddrV4> {
    std::str::from_utf8(frame).ok()?.trim_end_matches('\0').parse().ok()
}
