//! Sending and receiving whole messages: frame by frame, all or nothing, and for as long as the caller wants
//! to wait.

use std::ffi::c_int;
use std::time::{Duration, Instant};
use std::{slice, thread};

use super::core::{Core, uninterrupted};
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::{Frame, Message};
use crate::sys::{Errno, Flags, OptionId, PollFlags, RawMessage, Sharing, SocketType, id, poll};

/// How long to wait until a message can be sent or received. Fits in two registers.
#[derive(Clone, Copy)]
pub enum Wait {
    /// As the socket's send or receive timeout says.
    AsConfigured,
    /// So long.
    AtMost(Duration),
    /// Not at all.
    Never,
}

impl Wait {
    /// What is left of the wait.
    fn after(self, elapsed: Duration) -> Wait {
        match self {
            Wait::AtMost(timeout) => Wait::AtMost(timeout.saturating_sub(elapsed)),
            Wait::AsConfigured | Wait::Never => self,
        }
    }

    #[cold]
    fn error(self, operation: Operation, errno: Errno) -> Error {
        let error = Error::from_errno(operation, errno);
        match (self, error.kind()) {
            (Wait::Never, _) => error,
            (_, ErrorKind::WouldBlock) => error.with_kind(ErrorKind::TimedOut),
            _ => error,
        }
    }
}

impl<K: Sharing> Core<K> {
    /// Sends the whole message, or nothing and gives it back.
    #[inline(always)]
    pub(crate) fn send(&self, mut message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        let Some(only) = message.only_mut() else {
            return self.send_all(None, message, wait);
        };
        match self.send_part(only.raw_mut(), Flags::NONE, wait) {
            Ok(()) => {
                // libzmq took the content and left an empty message, which needs no closing.
                std::mem::forget(message);
                Ok(())
            }
            Err(errno) => Err(Failed::new(wait.error(Operation::Send, errno), message)),
        }
    }

    /// Sends the whole message after a frame that names the peer, or nothing and gives it back.
    pub(crate) fn send_to(&self, peer: &[u8], message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        self.send_all(Some(peer), message, wait)
    }

    /// Ends the connection of a STREAM socket, for which libzmq takes a frame of no bytes.
    pub(crate) fn end_stream(&self, peer: &[u8]) -> Result<()> {
        self.send_sendable(Some(peer), &mut [Frame::new()], Wait::AsConfigured)
    }

    fn send_all(&self, peer: Option<&[u8]>, mut message: Message, wait: Wait) -> Result<(), Failed<Message>> {
        let parts = message.as_mut_slice();
        if let Some(reason) = self.unsendable(parts) {
            return Err(not_sendable(reason, message));
        }
        self.send_sendable(peer, parts, wait).map_err(|error| Failed::new(error, message))
    }

    /// Sends all parts or none.
    fn send_sendable(&self, peer: Option<&[u8]>, parts: &mut [Frame], wait: Wait) -> Result<()> {
        // Only a limited wait needs the clock.
        let began = matches!(wait, Wait::AtMost(_)).then(Instant::now);
        loop {
            let elapsed = began.map_or(Duration::ZERO, |began| began.elapsed());
            match self.send_parts(peer, parts, wait.after(elapsed)) {
                Ok(()) => return Ok(()),
                // A request that dies with its peer counts as sent, as it would have a moment later.
                Err(Unsent::LostPeer) if self.socket_type == SocketType::REQ => return Ok(()),
                Err(Unsent::LostPeer) if !matches!(wait, Wait::Never) => {}
                Err(Unsent::LostPeer) => return Err(wait.error(Operation::Send, Errno::EAGAIN)),
                Err(Unsent::Refused(errno)) => return Err(wait.error(Operation::Send, errno)),
            }
        }
    }

    /// Why libzmq would not send these frames, or would send something else.
    fn unsendable(&self, parts: &[Frame]) -> Option<&'static str> {
        match parts {
            [] => Some("a message has at least one frame"),
            [data] if data.is_empty() && self.socket_type == SocketType::STREAM => {
                Some("to libzmq a frame of no bytes means to end the connection; `disconnect_peer` does that")
            }
            [_] => None,
            _ if K::THREAD_SAFE || self.is_raw() => {
                Some("a socket of this pattern sends one frame at a time")
            }
            _ if self.conflates() => Some("a socket with `conflate` keeps only the last frame of a message"),
            _ => None,
        }
    }

    /// One attempt. Leading parts are sent as copies, which share their content, so that the message is still
    /// whole if a later part fails. Once the first part is in, the others have room: libzmq counts whole
    /// messages against the high-water mark.
    fn send_parts(&self, peer: Option<&[u8]>, parts: &mut [Frame], wait: Wait) -> Result<(), Unsent> {
        let Some((last, leading)) = parts.split_last_mut() else {
            return Ok(());
        };
        let mut begun = false;
        let mut send = |part: &mut RawMessage, flags| {
            let wait = if begun { Wait::Never } else { wait };
            match self.send_part(part, flags, wait) {
                Ok(()) => begun = true,
                Err(Errno::EAGAIN) if begun => return Err(self.abandon(flags)),
                Err(errno) => return Err(Unsent::Refused(errno)),
            }
            Ok(())
        };
        if let Some(peer) = peer {
            let mut envelope = RawMessage::copied_from(peer).map_err(Unsent::Refused)?;
            send(&mut envelope, Flags::SNDMORE)?;
        }
        for part in leading {
            let mut copy = part.raw().copy().map_err(Unsent::Refused)?;
            send(&mut copy, Flags::SNDMORE)?;
        }
        send(last.raw_mut(), Flags::NONE)
    }

    /// Cleans up after a peer went away in the middle of a message; `failed` are the flags of the part that
    /// found out.
    ///
    /// PUSH, DEALER and REQ are then in a mode in which libzmq drops parts up to and including the next last
    /// one, unless the failed one was the last; PAIR is as if nothing had been sent.
    #[cold]
    fn abandon(&self, failed: Flags) -> Unsent {
        if self.socket_type != SocketType::PAIR && failed == Flags::SNDMORE {
            let mut end = RawMessage::empty();
            if let Err(errno) = self.send_part(&mut end, Flags::NONE, Wait::Never) {
                return Unsent::Refused(errno);
            }
        }
        Unsent::LostPeer
    }

    #[inline(always)]
    fn send_part(&self, part: &mut RawMessage, flags: Flags, wait: Wait) -> Result<(), Errno> {
        let mode = if let Wait::AsConfigured = wait { self.send_mode() } else { Flags::DONTWAIT };
        match self.raw.send(part, flags.with(mode)) {
            Ok(()) => Ok(()),
            Err(errno) => self.send_part_again(errno, part, flags, wait),
        }
    }

    #[cold]
    fn send_part_again(
        &self,
        errno: Errno,
        part: &mut RawMessage,
        flags: Flags,
        wait: Wait,
    ) -> Result<(), Errno> {
        let attempt = |mode| self.raw.send(part, flags.with(mode));
        self.again(errno, wait, id::SNDTIMEO, self.send_timeout(), attempt)
    }

    /// Receives a whole message.
    #[inline(always)]
    pub(crate) fn receive(&self, wait: Wait) -> Result<Message> {
        let mut message = Message::one(Frame::from_raw(RawMessage::another(&self.empty)));
        let first = message.first_mut().raw_mut();
        if let Err(errno) = self.receive_part(first, wait) {
            return Err(wait.error(Operation::Receive, errno));
        }
        if first.more() {
            self.receive_rest(&mut message)?;
        }
        Ok(message)
    }

    /// Receives the frames of a message into an empty vector, never waiting. One that is used again needs no
    /// allocation.
    pub(crate) fn receive_frames(&self, frames: &mut Vec<Frame>) -> Result<()> {
        let mut wait = Wait::Never;
        loop {
            let mut part = Frame::from_raw(RawMessage::another(&self.empty));
            if let Err(errno) = self.receive_part(part.raw_mut(), wait) {
                frames.clear();
                return Err(wait.error(Operation::Receive, errno));
            }
            let more = part.raw().more();
            frames.push(part);
            if !more {
                return Ok(());
            }
            // The frames after the first are there already.
            wait = Wait::AsConfigured;
        }
    }

    /// Sends the frames of a message if that is possible at once, and takes them; or sends nothing.
    pub(crate) fn send_frames(&self, frames: &mut Vec<Frame>) -> Result<()> {
        if let Some(reason) = self.unsendable(frames) {
            return Err(Error::new(Operation::Send, ErrorKind::InvalidMessage).about_detail(reason));
        }
        self.send_sendable(None, frames, Wait::Never)?;
        frames.clear();
        Ok(())
    }

    /// Receives a message and the peer that sent it, which `named` reads from the frame that comes first.
    pub(crate) fn receive_from<N>(&self, wait: Wait, named: impl FnOnce(&[u8]) -> N) -> Result<(N, Message)> {
        let mut part = Frame::new();
        self.receive_part(part.raw_mut(), wait).map_err(|errno| wait.error(Operation::Receive, errno))?;
        let peer = named(part.as_bytes());
        if !part.raw().more() {
            return Ok((peer, Message::new()));
        }
        Ok((peer, self.receive(Wait::AsConfigured)?))
    }

    /// The frames that follow the first. They are there already: libzmq shows a message when it has all of
    /// it.
    #[cold]
    fn receive_rest(&self, message: &mut Message) -> Result<()> {
        loop {
            let mut part = Frame::new();
            uninterrupted(|| self.raw.receive(part.raw_mut(), Flags::NONE))
                .map_err(|errno| Error::from_errno(Operation::Receive, errno))?;
            let more = part.raw().more();
            message.push_back(part);
            if !more {
                return Ok(());
            }
        }
    }

    #[inline(always)]
    fn receive_part(&self, part: &mut RawMessage, wait: Wait) -> Result<(), Errno> {
        let mode = if let Wait::AsConfigured = wait { self.receive_mode() } else { Flags::DONTWAIT };
        match self.raw.receive(part, mode) {
            Ok(()) => Ok(()),
            Err(errno) => self.receive_part_again(errno, part, wait),
        }
    }

    #[cold]
    fn receive_part_again(&self, errno: Errno, part: &mut RawMessage, wait: Wait) -> Result<(), Errno> {
        if errno == Errno::EAGAIN
            && let Some(found) = self.spin.look(self.longest(wait), || self.received_now(part))
        {
            return found;
        }
        self.again(errno, wait, id::RCVTIMEO, self.receive_timeout(), |mode| self.raw.receive(part, mode))
    }

    fn received_now(&self, part: &mut RawMessage) -> Option<Result<(), Errno>> {
        match self.raw.receive(part, Flags::DONTWAIT) {
            Err(Errno::EAGAIN | Errno::EINTR) => None,
            done => Some(done),
        }
    }

    /// How long a receive may wait.
    fn longest(&self, wait: Wait) -> Duration {
        match wait {
            Wait::Never => Duration::ZERO,
            Wait::AtMost(timeout) => timeout,
            Wait::AsConfigured => {
                u64::try_from(self.receive_timeout()).map_or(Duration::MAX, Duration::from_millis)
            }
        }
    }

    /// Goes on after a first attempt failed with `errno`: a signal is ignored, and where there is time left
    /// to wait, libzmq is let wait, with its own timeout set to that.
    ///
    /// zmq_poll would not do: it reports a ROUTER as writable although the one peer in question is not.
    fn again(
        &self,
        errno: Errno,
        wait: Wait,
        timeout: OptionId<c_int>,
        configured: c_int,
        mut attempt: impl FnMut(Flags) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        // In the middle of a message a second attempt would succeed: libzmq drops the rest of what it has lost.
        let waits = errno == Errno::EAGAIN && !matches!(wait, Wait::Never);
        if !waits && errno != Errno::EINTR {
            return Err(errno);
        }
        let deadline = match wait {
            Wait::AsConfigured if configured < 0 => return uninterrupted(|| attempt(Flags::NONE)),
            Wait::AsConfigured => deadline_in(Duration::from_millis(u64::from(configured.unsigned_abs()))),
            Wait::AtMost(timeout) => deadline_in(timeout),
            Wait::Never => return uninterrupted(|| attempt(Flags::DONTWAIT)),
        };
        if K::THREAD_SAFE {
            return self.again_until(deadline, timeout, attempt);
        }
        let outcome = loop {
            let Some(milliseconds) = milliseconds_until(deadline) else {
                break uninterrupted(|| attempt(Flags::DONTWAIT));
            };
            let waited = self.raw.set(timeout, &milliseconds).and_then(|()| attempt(Flags::NONE));
            match waited {
                Err(Errno::EINTR | Errno::EAGAIN) => {}
                done => break done,
            }
        };
        // This fails only when the context is shut down, and then no timeout matters any more.
        let _ = self.raw.set(timeout, &configured);
        outcome
    }

    /// As the end of [`again`](Core::again), for a socket whose timeout option belongs to other threads as well:
    /// waits until libzmq says that the attempt is worth repeating.
    ///
    /// That it says so is no promise. Another thread may be faster, and SERVER and PEER are always said to be
    /// writable; so there is a pause before the next attempt, which grows.
    fn again_until(
        &self,
        deadline: Instant,
        timeout: OptionId<c_int>,
        mut attempt: impl FnMut(Flags) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        const LONGEST_PAUSE: Duration = Duration::from_millis(5);
        let mut item = self.raw.poll_item();
        item.want(if timeout.number() == id::SNDTIMEO.number() { PollFlags::OUT } else { PollFlags::IN });
        let mut pause = Duration::from_micros(20);
        loop {
            let Some(milliseconds) = milliseconds_until(deadline) else {
                return uninterrupted(|| attempt(Flags::DONTWAIT));
            };
            match poll(slice::from_mut(&mut item), milliseconds).and_then(|_| attempt(Flags::DONTWAIT)) {
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => {
                    thread::sleep(pause.min(deadline.saturating_duration_since(Instant::now())));
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                done => return done,
            }
        }
    }
}

/// The time until then, rounded up; `None` if it is over.
fn milliseconds_until(deadline: Instant) -> Option<c_int> {
    let left = deadline.saturating_duration_since(Instant::now());
    let milliseconds = left.as_nanos().div_ceil(1_000_000);
    (milliseconds > 0).then(|| c_int::try_from(milliseconds).unwrap_or(c_int::MAX))
}

/// A time that the clock cannot express is later than the program will live to see.
fn deadline_in(timeout: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    Instant::now() + timeout.min(FAR)
}

#[cold]
pub(super) fn not_sendable(reason: &str, message: Message) -> Failed<Message> {
    Failed::new(Error::new(Operation::Send, ErrorKind::InvalidMessage).about_detail(reason), message)
}

/// Why a message was not sent.
enum Unsent {
    /// libzmq refused its first part; or the context was shut down.
    Refused(Errno),
    /// The peer that had some parts of it went away; another may take it.
    LostPeer,
}
