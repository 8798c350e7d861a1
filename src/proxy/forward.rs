//! The loop of a proxy.

use std::convert::Infallible;

use super::statistics::{EndStatistics, ProxyStatistics, size_of};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::message::{Frame, Message};
use crate::socket::SocketKind;
use crate::socket::any::end::End;
use crate::sys::{Errno, PollFlags, PollItem, poll};

/// How many messages go in one direction before the other has its turn; libzmq's own number.
const BURST: usize = 1000;

/// The longest pause, in ms, before a message is offered again to a socket that claims to have room and has none for
/// this message: a mandatory ROUTER whose peer has a full queue, or a PUB that does not drop.
const LONGEST_PAUSE: i32 = 16;

/// Passes messages on between two sockets.
pub(super) struct Forwarder<'s> {
    directions: Vec<Direction<'s>>,
    capture: Option<&'s dyn End>,
    pub(super) statistics: ProxyStatistics,
    /// What is waited for: the ends, and what else the owner waits for.
    items: Vec<PollItem<'s>>,
    ends: usize,
}

/// From one end to another.
struct Direction<'s> {
    from: Place<'s>,
    to: Place<'s>,
    waits: Waits,
    /// The frames of a message that is received, and not sent yet. While there are any, no other is received.
    held: Vec<Frame>,
    /// How long to wait, in ms, when the socket does not tell when it has room.
    pause: i32,
}

/// One of the two ends.
#[derive(Clone, Copy)]
struct Place<'s> {
    socket: &'s dyn End,
    side: Side,
    item: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Frontend,
    Backend,
}

/// What a direction waits for before it can go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    /// For nothing.
    Not,
    /// Until something can be received.
    ForMessage,
    /// Until something can be sent.
    ForRoom,
    /// For so many ms, as the socket does not tell when it has room for this message.
    AWhile(i32),
}

impl<'s> Forwarder<'s> {
    pub(super) fn new(
        frontend: &'s dyn End,
        backend: &'s dyn End,
        capture: Option<&'s dyn End>,
    ) -> Result<Forwarder<'s>> {
        let unsupported = |why| Error::new(Operation::Proxy, ErrorKind::Unsupported).about_detail(why);
        let same = frontend.as_ptr() == backend.as_ptr();
        let front = Place { socket: frontend, side: Side::Frontend, item: 0 };
        let back = Place { socket: backend, side: Side::Backend, item: usize::from(!same) };
        let mut pairs = vec![(front, back)];
        if !same {
            pairs.push((back, front));
        }
        pairs.retain(|(from, to)| from.socket.kind().receives() && to.socket.kind().sends());
        if pairs.is_empty() {
            let (front, back) = (frontend.kind(), backend.kind());
            return Err(unsupported(format!("no message can pass between {front} and {back}")));
        }
        if let Some(kind) = capture.map(End::kind).filter(|kind| !captures(*kind)) {
            return Err(unsupported(format!("a {kind} socket cannot capture")));
        }
        let mut items = vec![frontend.poll_item()];
        if !same {
            items.push(backend.poll_item());
        }
        let directions = pairs.into_iter().map(|(from, to)| Direction {
            from,
            to,
            waits: Waits::Not,
            held: Vec::new(),
            pause: 1,
        });
        Ok(Forwarder {
            directions: directions.collect(),
            capture,
            statistics: ProxyStatistics::default(),
            ends: items.len(),
            items,
        })
    }

    /// Waits for a message at this socket too.
    pub(super) fn also_wait_for(&mut self, socket: &'s dyn End) {
        self.items.push(socket.poll_item());
    }

    /// Passes messages on until that fails.
    pub(super) fn run(mut self) -> Result<Infallible> {
        loop {
            self.forward()?;
            self.wait()?;
        }
    }

    /// Lets each direction pass on what it can, up to a burst.
    pub(super) fn forward(&mut self) -> Result<()> {
        let Forwarder { directions, capture, statistics, .. } = self;
        for direction in directions.iter_mut().filter(|direction| direction.waits == Waits::Not) {
            direction.waits = direction.burst(*capture, statistics)?;
        }
        Ok(())
    }

    /// Waits until a direction can go on, or there is something at the other sockets.
    pub(super) fn wait(&mut self) -> Result<()> {
        for end in 0..self.items.len() {
            let flags = if end < self.ends { self.interest(end) } else { PollFlags::IN };
            self.items[end].want(flags);
        }
        let pause = self.directions.iter().map(|direction| match direction.waits {
            Waits::Not => 0,
            Waits::AWhile(pause) => pause,
            Waits::ForMessage | Waits::ForRoom => -1,
        });
        let pause = pause.filter(|pause| *pause >= 0).min().unwrap_or(-1);
        self.poll(pause)?;
        let items = &self.items;
        for direction in &mut self.directions {
            let ready = match direction.waits {
                Waits::Not | Waits::AWhile(_) => true,
                Waits::ForMessage => items[direction.from.item].found().has(PollFlags::IN),
                Waits::ForRoom => items[direction.to.item].found().has(PollFlags::OUT),
            };
            if ready {
                direction.waits = Waits::Not;
            }
        }
        Ok(())
    }

    /// Waits until there is something at the other sockets, or the context is shut down.
    pub(super) fn wait_paused(&mut self) -> Result<()> {
        for end in 0..self.items.len() {
            self.items[end].want(if end < self.ends { PollFlags::NONE } else { PollFlags::IN });
        }
        self.poll(-1)
    }

    /// What was received and is not sent yet, by the side that it is for.
    pub(super) fn into_held(self) -> impl Iterator<Item = (Side, Message)> {
        let held = self.directions.into_iter().filter(|direction| !direction.held.is_empty());
        held.map(|direction| (direction.to.side, direction.held.into_iter().collect()))
    }

    fn interest(&self, end: usize) -> PollFlags {
        let mut flags = PollFlags::NONE;
        for direction in &self.directions {
            if direction.waits == Waits::ForMessage && direction.from.item == end {
                flags = flags | PollFlags::IN;
            }
            if direction.waits == Waits::ForRoom && direction.to.item == end {
                flags = flags | PollFlags::OUT;
            }
        }
        flags
    }

    fn poll(&mut self, milliseconds: i32) -> Result<()> {
        match poll(&mut self.items, milliseconds) {
            // Whoever waits comes back here.
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(errno) => Err(Error::from_errno(Operation::Poll, errno)),
        }
    }
}

impl Direction<'_> {
    /// Passes on what there is, up to a burst; what to wait for then.
    fn burst(&mut self, capture: Option<&dyn End>, statistics: &mut ProxyStatistics) -> Result<Waits> {
        if self.held.is_empty() && !self.to.socket.has_room()? {
            return Ok(Waits::ForRoom);
        }
        for _ in 0..BURST {
            if self.held.is_empty() {
                match self.from.socket.receive(&mut self.held) {
                    Ok(()) => end(statistics, self.from.side).received.count(size_of(&self.held)),
                    Err(error) if is_not_now(error.kind()) => return Ok(Waits::ForMessage),
                    Err(error) => return Err(error),
                }
            }
            let size = size_of(&self.held);
            let copy = capture.map(|capture| (capture, self.held.clone()));
            match self.to.socket.send(&mut self.held) {
                Ok(()) => {
                    self.pause = 1;
                    end(statistics, self.to.side).sent.count(size);
                    if let Some((capture, copy)) = copy {
                        keep(capture, copy, statistics)?;
                    }
                }
                Err(error) => match error.kind() {
                    ErrorKind::HostUnreachable | ErrorKind::InvalidMessage => {
                        statistics.undeliverable += 1;
                        self.held.clear();
                    }
                    kind if is_not_now(kind) => return self.waits_for_room(),
                    _ => return Err(error),
                },
            }
        }
        Ok(Waits::Not)
    }

    /// What to wait for when the other end has no room for the message.
    fn waits_for_room(&mut self) -> Result<Waits> {
        if !self.to.socket.has_room()? {
            return Ok(Waits::ForRoom);
        }
        let pause = self.pause;
        self.pause = LONGEST_PAUSE.min(2 * pause);
        Ok(Waits::AWhile(pause))
    }
}

fn end(statistics: &mut ProxyStatistics, side: Side) -> &mut EndStatistics {
    match side {
        Side::Frontend => &mut statistics.frontend,
        Side::Backend => &mut statistics.backend,
    }
}

/// Gives the capture its copy, if it can take it at once.
fn keep(capture: &dyn End, mut copy: Vec<Frame>, statistics: &mut ProxyStatistics) -> Result<()> {
    match capture.send(&mut copy) {
        Ok(()) => Ok(()),
        Err(error) if error.is_terminated() => Err(error),
        Err(_) => {
            statistics.not_captured += 1;
            Ok(())
        }
    }
}

/// Nothing there, no room, or, with REQ and REP, not its turn.
fn is_not_now(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::WrongState)
}

/// Whether sockets of this kind send a message just so, to nobody in particular.
pub(crate) fn captures(kind: SocketKind) -> bool {
    use SocketKind::{Channel, Client, Dealer, Pair, Pub, Push, Scatter, XPub};
    matches!(kind, Pub | XPub | Push | Pair | Dealer | Client | Scatter | Channel)
}
