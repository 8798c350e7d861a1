//! What a proxy needs of a socket.

use std::ffi::c_void;

use super::{AnySocket, SocketKind, on_core};
use crate::error::{Error, Operation, Result};
use crate::message::Frame;
use crate::socket::Socket;
use crate::socket::pattern::Pattern;
use crate::socket::state::Open;
use crate::sys::{Errno, PollFlags, PollItem, id};

/// A socket of any pattern, between which messages are passed on as libzmq has them.
pub trait End {
    fn kind(&self) -> SocketKind;
    fn as_ptr(&self) -> *mut c_void;
    /// Receives the frames of a message if there is one, never waiting.
    fn receive(&self, frames: &mut Vec<Frame>) -> Result<()>;
    /// Sends the frames of a message if that is possible at once, and takes them; or sends nothing.
    fn send(&self, frames: &mut Vec<Frame>) -> Result<()>;
    /// Whether something can be sent, to whichever peer.
    fn has_room(&self) -> Result<bool>;
    fn poll_item(&self) -> PollItem<'_>;
}

fn told(events: Result<i32, Errno>) -> Result<bool> {
    match events {
        Ok(events) => Ok(PollFlags::from_events(events).has(PollFlags::OUT)),
        Err(errno) => Err(Error::from_errno(Operation::Poll, errno)),
    }
}

impl<P: Pattern<Initial = Open>> End for Socket<P, Open> {
    fn kind(&self) -> SocketKind {
        SocketKind::of::<P>()
    }

    fn as_ptr(&self) -> *mut c_void {
        self.core.raw.as_ptr()
    }

    fn receive(&self, frames: &mut Vec<Frame>) -> Result<()> {
        self.core.receive_frames_as_is(self.kind(), frames)
    }

    fn send(&self, frames: &mut Vec<Frame>) -> Result<()> {
        self.core.send_frames_as_is(self.kind(), frames)
    }

    fn has_room(&self) -> Result<bool> {
        told(self.core.get(id::EVENTS))
    }

    fn poll_item(&self) -> PollItem<'_> {
        self.core.raw.poll_item()
    }
}

impl End for AnySocket {
    fn kind(&self) -> SocketKind {
        AnySocket::kind(self)
    }

    fn as_ptr(&self) -> *mut c_void {
        self.as_raw()
    }

    fn receive(&self, frames: &mut Vec<Frame>) -> Result<()> {
        self.receive_frames_now(frames)
    }

    fn send(&self, frames: &mut Vec<Frame>) -> Result<()> {
        self.send_frames_now(frames)
    }

    fn has_room(&self) -> Result<bool> {
        told(on_core!(self, core => core.get(id::EVENTS)))
    }

    fn poll_item(&self) -> PollItem<'_> {
        on_core!(self, core => core.raw.poll_item())
    }
}
