//! A record as it was published.

use std::fmt;
use std::ops::Range;

use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::Message;

/// How important a record is, in Python's words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LogLevel {
    /// `TRACE`, which Python does not have: the level of the same name in Rust.
    Trace,
    /// `DEBUG`.
    Debug,
    /// `INFO`.
    Info,
    /// `WARNING`; also `WARN`, as it is called in Rust.
    Warning,
    /// `ERROR`.
    Error,
    /// `CRITICAL`, which Rust does not have; also `FATAL`.
    Critical,
}

impl LogLevel {
    /// As it is called in a topic.
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Trace => "TRACE",
            LogLevel::Debug => "DEBUG",
            LogLevel::Info => "INFO",
            LogLevel::Warning => "WARNING",
            LogLevel::Error => "ERROR",
            LogLevel::Critical => "CRITICAL",
        }
    }

    fn named(name: &str) -> Option<LogLevel> {
        match name {
            "TRACE" => Some(LogLevel::Trace),
            "DEBUG" => Some(LogLevel::Debug),
            "INFO" => Some(LogLevel::Info),
            "WARNING" | "WARN" => Some(LogLevel::Warning),
            "ERROR" => Some(LogLevel::Error),
            "CRITICAL" | "FATAL" => Some(LogLevel::Critical),
            _ => None,
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A record that a [`LogPublisher`](super::LogPublisher) or a `PUBHandler` in Python published.
///
/// ```
/// use ferromq::Message;
/// use ferromq::log::{LogLevel, LogRecord};
///
/// let record = LogRecord::try_from(Message::from(["trader.WARNING.pricing.options", "no price\n"]))?;
/// assert_eq!(record.root(), "trader");
/// assert_eq!(record.level(), Some(LogLevel::Warning));
/// assert_eq!(record.subtopic(), "pricing.options");
/// assert_eq!(record.text(), "no price");
/// assert_eq!(record.to_string(), "trader.WARNING.pricing.options | no price");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogRecord {
    topic: String,
    /// Which level, and where in the topic.
    level: Option<(LogLevel, Range<usize>)>,
    text: String,
}

impl LogRecord {
    fn new(topic: String, text: String) -> LogRecord {
        let mut start = 0;
        let level = topic.split('.').find_map(|part| {
            let place = start..start + part.len();
            start = place.end + 1;
            LogLevel::named(part).map(|level| (level, place))
        });
        LogRecord { level, topic, text }
    }

    /// The whole topic, such as `trader.WARNING.pricing.options`.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The first part of the topic that is the name of a level; `None` if there is none, as with levels that a program in Python
    /// has added.
    pub fn level(&self) -> Option<LogLevel> {
        self.level.as_ref().map(|(level, _)| *level)
    }

    /// What is before the level in the topic; empty without a root topic.
    pub fn root(&self) -> &str {
        let end = self.level.as_ref().map_or(0, |(_, place)| place.start);
        self.topic[..end].strip_suffix('.').unwrap_or_default()
    }

    /// What is behind the level in the topic; empty without a subtopic.
    pub fn subtopic(&self) -> &str {
        let start = self.level.as_ref().map_or(self.topic.len(), |(_, place)| place.end);
        self.topic[start..].strip_prefix('.').unwrap_or_default()
    }

    /// The text, without the line break at its end.
    pub fn text(&self) -> &str {
        let text = self.text.strip_suffix('\n').unwrap_or(&self.text);
        text.strip_suffix('\r').unwrap_or(text)
    }
}

/// As `python -m zmq.log` prints it.
impl fmt::Display for LogRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.topic, self.text())
    }
}

/// Bytes that are not UTF-8 become U+FFFD: a record is for people to read.
///
/// # Errors
/// With the message: [`InvalidMessage`](ErrorKind::InvalidMessage) if it has not two frames.
impl TryFrom<Message> for LogRecord {
    type Error = Failed<Message>;

    fn try_from(message: Message) -> Result<LogRecord, Failed<Message>> {
        if message.len() != 2 {
            let error = Error::new(Operation::ReadMessage, ErrorKind::InvalidMessage)
                .about_detail(format!("a log record has 2 frames, there are {}", message.len()));
            return Err(Failed::new(error, message));
        }
        Ok(LogRecord::new(message[0].to_string(), message[1].to_string()))
    }
}
