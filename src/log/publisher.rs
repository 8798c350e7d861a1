//! From `tracing` to a PUB socket.

use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{DefaultFields, Format, Full, Writer};

use super::queue::Queue;
use super::record::LogLevel;
use super::writer::{LogWriter, Topics};
use crate::error::{Error, Operation, Result};
use crate::message::{Frame, Message};
use crate::socket::state::Open;
use crate::socket::{Pub, Socket};

/// Publishes what a program logs, as pyzmq's `PUBHandler` does; see [the module](crate::log).
///
/// [`layer`](LogPublisher::layer) is what receives the records. The publisher itself is to be kept as long as the program
/// logs: when it is dropped, what is still in the queue is published, and what is logged later is counted as dropped.
///
/// Whether a subscriber gets what was published last depends on the socket's [linger](crate::Builder::linger) period, as for every
/// socket, and on the context being dropped before the program ends.
pub struct LogPublisher {
    writer: LogWriter,
    /// Disconnected when the thread ends.
    ended: Mutex<Receiver<()>>,
}

/// How long a publisher that is dropped waits for its thread, which waits for nobody, unless its socket was given
/// [`no_drop`](crate::Builder::no_drop).
const PATIENCE: Duration = Duration::from_secs(1);

/// Collects how to publish; [`LogPublisher::builder`] makes one.
#[derive(Clone, Debug)]
pub struct LogPublisherBuilder {
    root_topic: String,
    targets: bool,
    capacity: usize,
}

impl LogPublisherBuilder {
    /// What all topics begin with, followed by a dot. None by default.
    #[must_use]
    pub fn root_topic(mut self, topic: &str) -> LogPublisherBuilder {
        topic.clone_into(&mut self.root_topic);
        self
    }

    /// Puts the target of a record, which usually is the module that it comes from, behind the level in the topic, with dots for
    /// `::`, as a `PUBHandler` does with subtopics; and no longer into the text. False by default.
    #[must_use]
    pub fn target_as_subtopic(mut self, yes: bool) -> LogPublisherBuilder {
        self.targets = yes;
        self
    }

    /// How many records can wait to be published, at least one. 4096 by default.
    #[must_use]
    pub fn capacity(mut self, records: usize) -> LogPublisherBuilder {
        self.capacity = records;
        self
    }

    /// Starts the thread that publishes on this socket.
    ///
    /// # Errors
    /// [`LimitReached`](crate::ErrorKind::LimitReached) or [`OutOfMemory`](crate::ErrorKind::OutOfMemory) if there can be no thread.
    pub fn start(self, socket: Socket<Pub, Open>) -> Result<LogPublisher> {
        let (queue, jobs) = Queue::new(self.capacity);
        let queue = Arc::new(queue);
        let topics = Arc::new(Topics::new(&self.root_topic, self.targets));
        let (ending, ended) = channel::<()>();
        let writer = LogWriter { queue: Arc::clone(&queue), topics: Arc::clone(&topics) };
        thread::Builder::new()
            .name("ferromq-log".into())
            .spawn(move || {
                jobs.work(&queue, &socket, |dropped| dropped_records(&topics, dropped));
                drop(socket);
                drop(ending);
            })
            .map_err(|error| Error::no_thread(Operation::PublishLogs, &error))?;
        Ok(LogPublisher { writer, ended: Mutex::new(ended) })
    }
}

/// The record that says how many are missing.
fn dropped_records(topics: &Topics, dropped: u64) -> Message {
    let text = match dropped {
        1 => "1 log record was dropped, as the queue was full\n".to_owned(),
        _ => format!("{dropped} log records were dropped, as the queue was full\n"),
    };
    Message::from((Frame::from(topics.topic(LogLevel::Warning, "ferromq::log")), Frame::from(text)))
}

impl LogPublisher {
    /// How to publish, without a root topic and with room for 4096 records.
    pub fn builder() -> LogPublisherBuilder {
        LogPublisherBuilder { root_topic: String::new(), targets: false, capacity: 4096 }
    }

    /// A layer that publishes what it is given. It can be combined with others and filtered, as every layer.
    ///
    /// The text of a record is its spans, its target, its message and its fields, without time, level and colours. It can be changed by
    /// the methods of `tracing_subscriber::fmt::Layer`, which this is.
    pub fn layer<S>(&self) -> tracing_subscriber::fmt::Layer<S, LogFields, Format<Full, ()>, LogWriter>
    where
        S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    {
        tracing_subscriber::fmt::layer()
            .fmt_fields(LogFields(DefaultFields::new()))
            .without_time()
            .with_level(false)
            .with_target(!self.writer.topics.has_targets())
            .with_ansi(false)
            .with_writer(self.writer())
    }

    /// What the layer writes to; for layers of `tracing_subscriber::fmt` that look quite different:
    /// `fmt::layer().json().with_writer(publisher.writer())`.
    pub fn writer(&self) -> LogWriter {
        self.writer.clone()
    }

    /// How many records were dropped until now, because the queue was full or the thread has ended.
    pub fn dropped(&self) -> u64 {
        self.writer.queue.dropped()
    }

    /// Waits until all that was logged before is published; whether that was so within the timeout.
    pub fn flush(&self, timeout: Duration) -> bool {
        self.writer.queue.flush(timeout)
    }
}

impl Drop for LogPublisher {
    fn drop(&mut self) {
        self.writer.queue.stop();
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        match ended.recv_timeout(PATIENCE) {
            Err(RecvTimeoutError::Disconnected) | Ok(()) => {}
            // It waits in the socket. It ends when that lets it, or with the context.
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

impl fmt::Debug for LogPublisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogPublisher").field("dropped", &self.dropped()).finish_non_exhaustive()
    }
}

/// Formats fields as `tracing_subscriber` does by default.
///
/// It is a type of its own because layers that format the fields of spans by the same type share the text: with that of a layer for a
/// terminal, its colours would be published, too.
#[derive(Debug)]
pub struct LogFields(DefaultFields);

impl<'writer> FormatFields<'writer> for LogFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        self.0.format_fields(writer, fields)
    }
}
