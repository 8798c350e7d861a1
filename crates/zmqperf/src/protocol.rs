//! What the measuring end and the other end say to each other: one JSON object in each request of REQ, and one in each reply.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Nanoseconds;
use crate::kind::{Pattern, Transport};
use crate::latency::Counts;
use crate::usage::Usage;

/// Ends of different protocols do not talk to each other.
pub const VERSION: u32 = 1;

/// What the measuring end asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Which measurement asks, so that two do not disturb each other.
    pub session: String,
    /// What for.
    #[serde(flatten)]
    pub action: Action,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Who is there?
    Hello {
        /// The protocol of the measuring end.
        protocol: u32,
    },
    /// What does your clock say?
    Clock,
    /// Open the sockets for a run.
    Prepare(Job),
    /// How far is the run?
    Status,
    /// The run begins: what you use counts from now on.
    Start {
        /// By how much the other end's clock is ahead of the measuring end's, in nanoseconds.
        clock_ahead: i64,
    },
    /// The run is over: what came of it?
    Finish,
    /// The run is over, and nobody wants to know.
    Abandon,
}

/// The other end's part in a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub role: Role,
    pub pattern: Pattern,
    pub transport: Transport,
    /// The length of each message, in bytes.
    pub size: usize,
    /// Whether the sockets use CURVE.
    pub curve: bool,
    /// The high-water mark of the sockets that receive; libzmq's own, if there is none.
    pub hwm: Option<u32>,
    /// Threads of libzmq's.
    pub io_threads: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Sends back each message.
    Echo,
    /// Receives messages.
    Sink {
        /// How many sockets; each gets all messages.
        sockets: usize,
        /// How many messages each of them expects.
        messages: u64,
        /// Whether messages have the time at which they were to be sent.
        timed: bool,
        /// Whether the pattern may drop messages.
        lossy: bool,
        /// How long each socket's thread is busy with each message.
        work: Duration,
    },
}

/// What the other end answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    Hello {
        protocol: u32,
        pid: u32,
    },
    Clock {
        now: Nanoseconds,
    },
    /// The sockets are bound.
    Prepared {
        /// What the measuring end is to connect to.
        endpoints: Vec<String>,
        /// Where the replies come from, if that is another socket.
        back: Option<String>,
        /// The key of the sockets, in Z85.
        server_key: Option<String>,
    },
    Status {
        /// How many sockets have received a probe.
        probed: usize,
        /// How many messages came, over all sockets.
        received: u64,
        /// How long none has come.
        quiet: Duration,
        /// Why the run cannot go on.
        failed: Option<String>,
    },
    Started,
    Finished {
        /// For each socket what came.
        sinks: Vec<Received>,
        usage: Usage,
    },
    Abandoned,
    /// It cannot be done.
    Refused {
        reason: String,
    },
}

/// What a socket received.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Received {
    pub messages: u64,
    /// Messages that came after a later one, or twice.
    pub late: u64,
    /// When the first came, by the receiver's clock.
    pub first: Nanoseconds,
    /// When the last came.
    pub last: Nanoseconds,
    /// The time from when a message was to be sent until it was here; none, if that was not measured.
    pub latencies: Counts,
}
