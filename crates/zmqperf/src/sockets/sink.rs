//! The socket at the end of a flow: it counts what comes, and looks at the numbers.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use ferromq::{Message, Pair, Pull, Router, Socket, Sub};

use crate::clock::{self, Nanoseconds};
use crate::content::{self, Numbers};
use crate::failure::{Failure, Result};
use crate::latency::Latencies;
use crate::progress::Progress;
use crate::protocol::Received;

/// A socket that receives from the sender of a flow.
pub trait Sink: Send {
    /// Waits for the next message.
    fn next(&self) -> ferromq::Result<Message>;
}

macro_rules! receiving {
    ($($Pattern:ty),*) => {
        $(impl Sink for Socket<$Pattern> {
            #[inline]
            fn next(&self) -> ferromq::Result<Message> {
                self.recv()
            }
        })*
    };
}

receiving!(Pull, Sub, Pair);

impl Sink for Socket<Router> {
    #[inline]
    fn next(&self) -> ferromq::Result<Message> {
        self.recv_from().map(|(_, message)| message)
    }
}

/// What a sink expects, and what it tells meanwhile.
#[derive(Debug, Default)]
pub struct Expected {
    /// The length of each message.
    pub size: usize,
    /// How many messages come, if none is lost.
    pub messages: u64,
    /// Whether messages have the time at which they were to be sent.
    pub timed: bool,
    /// Whether messages may be lost, so that any may be the last.
    pub lossy: bool,
    /// How long the thread is busy with each message.
    pub work: Duration,
    /// By how much this end's clock is ahead of the sender's.
    pub clock_ahead: AtomicI64,
    /// Whether nobody wants to know what comes further.
    pub is_over: AtomicBool,
    /// When the latest message came, as far as that is noted.
    pub latest: AtomicU64,
}

/// Receives until all messages are there, or the context is shut down.
pub fn receive(sink: &impl Sink, expected: &Expected, progress: &Progress) -> Result<Received> {
    let mut received = Received::default();
    let mut numbers = Numbers::default();
    let mut latencies = expected.timed.then(Latencies::new);
    // Otherwise the clock is read for the first message and the last one.
    let read_clock = expected.timed || expected.lossy;
    while received.messages < expected.messages {
        let message = match sink.next() {
            Ok(message) => message,
            Err(error) if error.is_terminated() => break,
            Err(error) => return Err(error.into()),
        };
        let content = message.get(0).map_or(&[] as &[u8], |frame| frame.as_bytes());
        if content.len() != expected.size && content::is_probe(content, expected.size)? {
            progress.set_probed();
            continue;
        }
        if expected.is_over.load(Ordering::Relaxed) {
            break;
        }
        numbers.enter(content);
        received.messages += 1;
        if read_clock || received.messages == 1 || received.messages == expected.messages {
            let now = clock::now();
            if received.messages == 1 {
                received.first = now;
            }
            received.last = now;
            expected.latest.store(now, Ordering::Relaxed);
            if let Some(latencies) = &mut latencies {
                latencies.record(since(content::time(content), now, &expected.clock_ahead));
            }
        }
        progress.set(received.messages);
        if !expected.work.is_zero() {
            let done = clock::now() + clock::nanoseconds(expected.work);
            clock::wait_until(done, || expected.is_over.load(Ordering::Relaxed));
        }
    }
    received.late = numbers.late;
    received.latencies = latencies.map(|latencies| latencies.counts()).unwrap_or_default();
    Ok(received)
}

/// The time since a moment of the sender's clock; 0, if by both clocks it is yet to come.
fn since(sent: Nanoseconds, now: Nanoseconds, ahead: &AtomicI64) -> Nanoseconds {
    now.saturating_sub(sent.saturating_add_signed(ahead.load(Ordering::Relaxed)))
}

/// A failure, if the numbers of the sockets do not fit the pattern.
pub fn check_sockets(sockets: usize) -> Result<()> {
    if (1..=1000).contains(&sockets) {
        Ok(())
    } else {
        Err(Failure::new(format!("{sockets} receivers: there can be 1 to 1000")))
    }
}
