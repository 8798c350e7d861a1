//! What a proxy needs of a socket.

use std::ffi::c_void;

use super::{AnySocket, SocketKind, on_core};
use crate::error::{Error, Failed, Operation, Result};
use crate::message::Message;
use crate::socket::Socket;
use crate::socket::pattern::Pattern;
use crate::socket::state::Open;
use crate::socket::transfer::Wait;
use crate::sys::{Errno, PollFlags, PollItem, id};

/// A socket of any pattern, between which messages are passed on as libzmq has them.
pub trait End {
    fn kind(&self) -> SocketKind;
    fn as_ptr(&self) -> *mut c_void;
    /// Receives if there is something, never waiting.
    fn receive(&self) -> Result<Message>;
    /// Sends if that is possible at once.
    fn send(&self, message: Message) -> Result<(), Failed<Message>>;
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

    fn receive(&self) -> Result<Message> {
        self.core.receive_as_is(self.kind(), Wait::Never)
    }

    fn send(&self, message: Message) -> Result<(), Failed<Message>> {
        self.core.send_as_is(self.kind(), message, Wait::Never)
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

    fn receive(&self) -> Result<Message> {
        self.receive_within(Wait::Never)
    }

    fn send(&self, message: Message) -> Result<(), Failed<Message>> {
        self.send_within(message, Wait::Never)
    }

    fn has_room(&self) -> Result<bool> {
        told(on_core!(self, core => core.get(id::EVENTS)))
    }

    fn poll_item(&self) -> PollItem<'_> {
        on_core!(self, core => core.raw.poll_item())
    }
}
