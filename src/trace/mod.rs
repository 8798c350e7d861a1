//! Trace IDs in messages: which trace a message belongs to, and when it was where.
//!
//! A [`Trace`] is what the W3C's `traceparent` says (the ID of the trace, and that of the span that sent the message) and
//! the time of each hop. It travels as a frame of its own, the last one: topics, routing ids and envelopes, which are in
//! front, stay where they are, and so do the frames of the message. [`Traced`] puts it in and takes it out:
//!
//! ```
//! use ferromq::trace::{Trace, Traced};
//! use ferromq::{Context, Rep, Req};
//!
//! let context = Context::new()?;
//! let rep = context.socket::<Rep>().bind("inproc://traced")?;
//! let req = context.socket::<Req>().connect("inproc://traced")?;
//!
//! let mut trace = Trace::start();
//! trace.stamp("client");
//! let req = req.send(Traced::new("Hello", trace.clone()))?;
//!
//! let (request, rep) = rep.recv()?;
//! let Traced { message, trace: received } = Traced::from_message(request)?;
//! assert_eq!(message, "Hello");
//! let mut reply = received.expect("the client sends one").child(); // a span of this program, in the same trace
//! reply.stamp("server");
//! rep.send(Traced::new("World", reply))?;
//!
//! let (reply, _req) = req.recv()?;
//! let returned = Traced::from_message(reply)?.trace.expect("the server sends one");
//! assert_eq!(returned.trace_id(), trace.trace_id());
//! for delay in returned.delays() {
//!     println!("{} to {}: {} ns", delay.from.name(), delay.to.name(), delay.nanoseconds); // client to server: 8431 ns
//! }
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! A message without such a frame comes out as it is, with no trace: peers that know nothing of traces need not change. What they get
//! from those who do is a message with one frame more.
//!
//! - **Recognition.** The last frame of a message of two or more is a trace if it begins with the bytes 0, `FQT`, 1. A program whose
//!   own last frames may begin so has to put a trace behind each of them; the last one is taken out, and only that.
//! - **Clocks.** Hops are times of day of the machines that wrote them, in nanoseconds since 1970. A delay between two machines
//!   is as exact as their clocks agree: with NTP usually to some milliseconds, with PTP to microseconds. It is negative if they do not.
//! - **Trust.** Anybody who can send a message can write any trace into it.
//! - CLIENT, SERVER, RADIO, DISH, SCATTER, GATHER, PEER, CHANNEL and DGRAM have messages of one frame: no trace fits in.
//!
//! With the feature `tracing`, a span of that crate can carry the IDs (`Trace::span`, `Trace::record_on`); with the feature
//! `opentelemetry`, a trace is made of a `SpanContext` and becomes one.
//!
//! `docs/observability.md` in the repository has the format of the frame, and how Python reads and writes it.
//!
//! Source: W3C Trace Context, <https://www.w3.org/TR/trace-context/>.

mod frame;
mod hop;
mod ids;
#[cfg(feature = "opentelemetry")]
mod opentelemetry;
#[cfg(feature = "tracing")]
mod span;
mod traced;

pub use hop::{Delay, Hop};
pub use ids::{SpanId, TraceId, TraceParent};
pub use traced::Traced;

use std::fmt::Display;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Operation};

/// The trace that a message belongs to, and the hops that it has passed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    parent: TraceParent,
    state: Option<Box<str>>,
    hops: Vec<Hop>,
}

impl Trace {
    /// More hops than this are not written down.
    pub const MAX_HOPS: usize = 64;

    /// A new trace, with new random IDs, that is to be recorded (its flag is `sampled`).
    ///
    /// # Panics
    /// If the operating system has no random numbers.
    pub fn start() -> Trace {
        Trace::of(TraceParent::random())
    }

    /// The trace of a `traceparent` that came another way, in an HTTP header for example.
    ///
    /// ```
    /// use ferromq::trace::Trace;
    ///
    /// let trace = Trace::of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse()?);
    /// assert_eq!(trace.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn of(parent: TraceParent) -> Trace {
        Trace { parent, state: None, hops: Vec::new() }
    }

    /// The same trace, its hops included, with a new random ID for the span of this program.
    ///
    /// What a program sends because of a message that it has received belongs to such a child.
    ///
    /// # Panics
    /// If the operating system has no random numbers.
    #[must_use]
    pub fn child(&self) -> Trace {
        Trace { parent: self.parent.child(), ..self.clone() }
    }

    /// What goes into a `traceparent`.
    pub fn parent(&self) -> TraceParent {
        self.parent
    }

    /// The ID that all messages of the trace have.
    pub fn trace_id(&self) -> TraceId {
        self.parent.trace_id()
    }

    /// The ID of the span that sent the message.
    pub fn span_id(&self) -> SpanId {
        self.parent.span_id()
    }

    /// Whether the sender records the trace.
    pub fn is_sampled(&self) -> bool {
        self.parent.is_sampled()
    }

    /// What else the tracing systems on the way want to be passed on: the W3C's `tracestate`, not looked into.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The trace with this `tracestate`. One that is longer than 512 bytes or has other characters than printable ASCII
    /// is left out, as the W3C asks for.
    ///
    /// ```
    /// use ferromq::trace::Trace;
    ///
    /// let trace = Trace::start().with_state("congo=t61rcWkgMzE");
    /// assert_eq!(trace.state(), Some("congo=t61rcWkgMzE"));
    /// assert_eq!(trace.with_state("two\nlines").state(), None);
    /// ```
    #[must_use]
    pub fn with_state(mut self, state: &str) -> Trace {
        self.state = frame::is_state(state).then(|| state.into());
        self
    }

    /// Writes down that the message is here now. See [`stamp_at`](Trace::stamp_at).
    pub fn stamp(&mut self, name: &str) -> bool {
        self.stamp_at(name, SystemTime::now())
    }

    /// Writes down a hop: a program, or a place in it, that the message has passed.
    ///
    /// Of its name at most 64 bytes are kept; control characters in it become `_`. When there are
    /// [`MAX_HOPS`](Trace::MAX_HOPS) already it does nothing and returns `false`.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use ferromq::trace::Trace;
    ///
    /// let mut trace = Trace::start();
    /// trace.stamp_at("source", UNIX_EPOCH + Duration::from_nanos(1_000));
    /// trace.stamp_at("gateway", UNIX_EPOCH + Duration::from_nanos(3_500));
    /// let delay = trace.delays().next().unwrap();
    /// assert_eq!((delay.from.name(), delay.to.name(), delay.nanoseconds), ("source", "gateway", 2_500));
    /// ```
    pub fn stamp_at(&mut self, name: &str, time: SystemTime) -> bool {
        let room = self.hops.len() < Trace::MAX_HOPS;
        if room {
            self.hops.push(Hop::new(name, time));
        }
        room
    }

    /// The hops in the order in which they were written down.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// The time from each hop to the next.
    pub fn delays(&self) -> impl Iterator<Item = Delay<'_>> {
        self.hops.windows(2).map(|pair| Delay::between(&pair[0], &pair[1]))
    }
}

/// What is not a trace, or an ID, and why.
#[cold]
fn malformed(reason: impl Display) -> Error {
    Error::new(Operation::ReadMessage, ErrorKind::Format).about_detail(format!("trace: {reason}"))
}

/// The programs of the page about it are run as tests.
#[cfg(all(doctest, feature = "log", feature = "tracing"))]
#[doc = include_str!("../../docs/observability.md")]
mod guide {}
