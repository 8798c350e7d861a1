//! Logs over ZeroMQ: records of the crate `tracing` on a PUB socket, as pyzmq's `PUBHandler` publishes those of Python's `logging`,
//! and what receives them from programs in either language.
//!
//! `python -m zmq.log tcp://localhost:5565` shows what this program logs:
//!
//! ```
//! use ferromq::log::LogPublisher;
//! use ferromq::{Context, Pub};
//! use tracing_subscriber::prelude::*;
//!
//! let context = Context::new()?;
//! let socket = context.socket::<Pub>().bind("tcp://127.0.0.1:*")?;
//! let publisher = LogPublisher::builder().root_topic("trader").start(socket)?;
//! let subscriber = tracing_subscriber::registry().with(publisher.layer());
//! tracing::subscriber::with_default(subscriber, || {
//!     tracing::warn!(symbol = "SAP", "no price");
//! }); // in a program: subscriber.init(), once
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! A record is a message of two frames, the topic and the text. The topic is the root topic, if there is one, the level as
//! Python calls it, and possibly the target, with dots between: `trader.WARNING`, `trader.WARNING.pricing.options`. So a
//! subscriber chooses a program, or its levels, by a prefix.
//!
//! Logging never waits for the network, or for subscribers: a record is put into a queue, which a thread of its own empties. When the
//! queue is full the record is dropped and counted ([`LogPublisher::dropped`]), and when there is room again a record of the level
//! `WARNING` says how many were. What PUB drops because a subscriber is slow, or not there, nobody counts.
//!
//! What this thread itself causes to be logged is left out, or each record would cause further ones.

mod publisher;
mod queue;
mod receiver;
mod record;
mod writer;

pub use publisher::{LogFields, LogPublisher, LogPublisherBuilder};
pub use receiver::LogReceiver;
pub use record::{LogLevel, LogRecord};
pub use writer::{LogWriter, RecordWriter};
