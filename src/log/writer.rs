//! What `tracing_subscriber::fmt` writes to.

use std::io;
use std::sync::Arc;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use super::queue::{Queue, publishes_here};
use super::record::LogLevel;
use crate::message::{Frame, Message};

/// Makes a message of each record that `tracing_subscriber::fmt` has formatted, and puts it into the queue.
///
/// [`LogPublisher::writer`](super::LogPublisher::writer) gives it, for layers that format records in another way.
#[derive(Clone)]
pub struct LogWriter {
    pub(super) queue: Arc<Queue>,
    pub(super) topics: Arc<Topics>,
}

/// How topics begin.
pub(super) struct Topics {
    /// The root topic with a dot, or no text.
    root: String,
    /// Whether the target follows the level.
    targets: bool,
}

impl Topics {
    pub(super) fn new(root: &str, targets: bool) -> Topics {
        Topics { root: if root.is_empty() { String::new() } else { format!("{root}.") }, targets }
    }

    pub(super) fn has_targets(&self) -> bool {
        self.targets
    }

    pub(super) fn topic(&self, level: LogLevel, target: &str) -> String {
        match self.targets && !target.is_empty() {
            true => format!("{}{}.{}", self.root, level.name(), target.replace("::", ".")),
            false => format!("{}{}", self.root, level.name()),
        }
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = RecordWriter<'a>;

    fn make_writer(&'a self) -> RecordWriter<'a> {
        RecordWriter { writer: self, topic: self.topics.topic(LogLevel::Info, "") }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> RecordWriter<'a> {
        RecordWriter { writer: self, topic: self.topics.topic(level(metadata.level()), metadata.target()) }
    }
}

fn level(level: &Level) -> LogLevel {
    match *level {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warning,
        Level::INFO => LogLevel::Info,
        Level::DEBUG => LogLevel::Debug,
        Level::TRACE => LogLevel::Trace,
    }
}

/// What one record is written to, by one call of `write`.
pub struct RecordWriter<'a> {
    writer: &'a LogWriter,
    topic: String,
}

impl io::Write for RecordWriter<'_> {
    /// Never fails and never waits.
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if !publishes_here() {
            self.writer.queue.push(Message::from((Frame::from(&self.topic), Frame::from(text))));
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::thread;

    use super::*;
    use crate::Context;

    #[test]
    fn what_the_publishing_thread_logs_is_left_out() {
        let (queue, jobs) = Queue::new(4);
        let queue = Arc::new(queue);
        let writer = LogWriter { queue: Arc::clone(&queue), topics: Arc::new(Topics::new("", false)) };
        // The queue takes nothing more, so that everything that gets there counts as dropped.
        queue.stop();
        writer.make_writer().write_all(b"elsewhere").unwrap();
        assert_eq!(queue.dropped(), 1);

        let socket =
            Context::new().unwrap().socket::<crate::Pub>().bind("inproc://publishing-thread").unwrap();
        let publishing = thread::spawn(move || {
            jobs.work(&queue, &socket, |_| Message::from("dropped"));
            writer.make_writer().write_all(b"there").unwrap();
            queue.dropped()
        });
        assert_eq!(publishing.join().unwrap(), 1);
    }
}
