//! The state machine, tried in every order in which things can happen.
//!
//! A test gives tasks to do something with one socket, and says what happens meanwhile: messages arrive, peers make
//! room, futures are dropped, the context is shut down. The real [`Shared`] and its futures run on a socket, a kernel, a
//! reactor and an executor that are models (`world.rs`), and every sequence of what can happen is tried (`explorer.rs`):
//! which task that was woken is polled next; what happens between polls and, in the middle of a poll, before and after
//! each call for the socket and the reactor, as if other threads did it.
//!
//! What holds in all of them:
//!
//! - When nothing moves any more, no task waits for what could be done. A timer is needed only by a task that waits to
//!   send to a certain peer while others wait as well.
//! - Messages are received in order, each once, and those that nobody has received are still in the queue. What a send
//!   says was sent was sent, once, and nothing else was.
//! - Tasks do not wake each other, or themselves, for ever.
//! - When the context is shut down, all are told.
//!
//! # What is modelled
//!
//! - libzmq's mailbox, which signals only to a socket that sleeps; its pipes, which post a command only to a reader who
//!   has seen them empty; sends that process commands or, since they have done so lately, do not; receives that process them
//!   although a message is there; the poller of thread-safe sockets, which takes one signal at a time.
//! - epoll, edge-triggered and as tokio uses it: what is queued is dropped if the descriptor is not readable any more when it is fetched;
//!   the flag, the taking of the waker and the waking are three steps; a task that has used up its budget is sent
//!   away without being registered. Or level-triggered and armed anew each time, as async-io uses it, with events that it may disregard.
//! - Tasks whose waker is another in each poll, the old ones being dead; futures that are dropped at any time, also by
//!   another thread while a task is polled; wake-ups for no reason.
//!
//! # What is not
//!
//! - Polls of two tasks at the same time: the lock of the socket keeps them apart. What is not under that lock, the
//!   waking of all by the reactor and the dropping of a future, is one step each: both take the lock of the list once.
//! - The memory order of atomics. There is one, `Waiters::count`, and it is written and read under locks that order it, or
//!   too late for anybody to mind.
//! - Commands posted between two steps of libzmq that process commands: as if they were posted before, or after.

use std::future::Future;
use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::reactor::Reactor;
use super::shared::Source;
use crate::error::{Error, Failed, Operation, Result};
use crate::poll::Readiness;
use crate::sys::Errno;

mod explorer;
mod run;
mod scenarios;
mod world;

use run::happen;
use world::{Left, Seen, world};

/// What a task does with the socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Do {
    Receive,
    Send,
    SendTo(usize),
    /// Waits until something can be received.
    Readable,
    /// Receives if there is something.
    TryReceive,
    /// Reads an option, say: libzmq takes in what has happened, and who asked does not care.
    Look,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Did {
    Received(u8),
    Sent(u8),
    Nothing,
    Failed,
}

#[derive(Clone, Copy)]
struct Scenario {
    tasks: &'static [&'static [Do]],
    /// How many messages are there at the beginning.
    arrived: u8,
    left: Left,
    /// async-io in place of tokio.
    level: bool,
    thread_safe: bool,
    /// A socket that claims that it can send, as ROUTER does.
    always_writable: bool,
    /// What is wrong with it, to see whether that is found.
    flaw: Option<Flaw>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flaw {
    /// The socket says that it is ready for nothing when it has failed.
    SaysNothingOfFailure,
    /// The reactor forgets the waker.
    ForgetsTheWaker,
    /// The socket throws a message away that nobody asked for.
    LosesAMessage,
}

/// The socket.
struct Socket;

impl Socket {
    fn receive(&self) -> Result<u8> {
        let received = world(|world| {
            let received = world.receive();
            world.see(received.map_or(Seen::Failed, Seen::Received));
            received
        });
        happen("received");
        match received {
            Ok(Some(number)) => Ok(number),
            Ok(None) => Err(Error::from_errno(Operation::Receive, Errno::EAGAIN)),
            Err(()) => Err(Error::from_errno(Operation::Receive, Errno::ETERM)),
        }
    }

    fn send(&self, peer: Option<usize>, number: u8) -> Result<u8, Failed<u8>> {
        let sent = world(|world| {
            let sent = world.send(peer, number);
            world.see(sent.map_or(Seen::Failed, Seen::Sent));
            sent
        });
        happen("sent");
        match sent {
            Ok(true) => Ok(number),
            Ok(false) => Err(Failed::new(Error::from_errno(Operation::Send, Errno::EAGAIN), number)),
            Err(()) => Err(Failed::new(Error::from_errno(Operation::Send, Errno::ETERM), number)),
        }
    }

    fn events(&self) -> Result<Readiness> {
        let events = world(|world| {
            let events = world.events();
            world.see(events.map_or(Seen::Failed, Seen::Readiness));
            events
        });
        happen("told");
        events.map_err(|()| Error::from_errno(Operation::Poll, Errno::ETERM))
    }
}

impl Source for Socket {
    fn take_in(&self) -> Readiness {
        happen("before it takes in");
        let flaw = world(|world| {
            world.forget_news();
            if world.scenario.flaw == Some(Flaw::LosesAMessage) {
                world.lose_a_message();
            }
            world.scenario.flaw
        });
        let silent = flaw == Some(Flaw::SaysNothingOfFailure);
        self.events().unwrap_or_else(|_| Readiness::of(!silent, !silent))
    }

    fn receive_limit(&self) -> Option<Duration> {
        None
    }

    fn send_limit(&self) -> Option<Duration> {
        None
    }
}

/// The reactor.
struct Watcher;

impl Reactor for Watcher {
    type Sleep = Sleep;

    fn watch(_: OwnedFd) -> io::Result<Self> {
        unreachable!("there is no descriptor")
    }

    fn poll_news(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        happen("before it asks for news");
        if world(|world| world.is_over_budget()) {
            context.waker().wake_by_ref();
            world(|world| world.see(Seen::SentAway));
            happen("sent away");
            return Poll::Pending;
        }
        let news = world(|world| {
            let news = world.has_news(context.waker());
            world.see(Seen::News(news));
            news
        });
        happen("asked for news");
        if news { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    fn sleep(_: Duration) -> Sleep {
        world(|world| {
            let task = world.current();
            world.state.tasks[task].timer = Some(false);
            world.timers[task] += 1;
            Sleep { task, number: world.timers[task] }
        })
    }
}

/// A timer. A task has one at most, or for a moment an old one besides the new.
struct Sleep {
    task: usize,
    number: usize,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match world(|world| world.state.tasks[self.task].timer) {
            Some(true) => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        world(|world| {
            if world.timers[self.task] == self.number {
                world.state.tasks[self.task].timer = None;
            }
        });
    }
}
