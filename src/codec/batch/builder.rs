use std::fmt;
use std::mem;
use std::time::Instant;

use super::{HEADER, LONG, MAGIC, MORE};
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::{Frame, Message};

/// Collects messages and makes one frame of many.
///
/// [`push`](BatchBuilder::push) returns a batch when there is one to be sent: when it has 1000 messages or 64 KiB, unless
/// other limits are set. Nothing else ends a batch, so a program that must not keep messages waiting
/// [takes](BatchBuilder::take) what there is once [`since`](BatchBuilder::since) is too long ago.
///
/// A message costs its bytes and two more for each frame, ten for frames of more than 255 bytes.
///
/// ```
/// use ferromq::codec::{Batch, BatchBuilder};
///
/// let mut builder = BatchBuilder::new().max_messages(3);
/// assert!(builder.push("one")?.is_none());
/// assert!(builder.push(["two", "frames"])?.is_none());
/// let full = builder.push("three")?.expect("it has three messages now");
/// assert_eq!(Batch::from_frame(full)?.len(), 3);
///
/// builder.push("four")?;
/// let rest = builder.take().expect("there is a message");
/// assert_eq!(rest, b"FQB\x01\x00\x00\x00\x01\x00\x04four");
/// assert!(builder.take().is_none());
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone)]
pub struct BatchBuilder {
    /// The batch as it will be sent, but for the number of messages; or no bytes, if there are none.
    bytes: Vec<u8>,
    messages: u32,
    since: Option<Instant>,
    max_bytes: usize,
    max_messages: u32,
    /// How long the last batch was: the next one will be about as long.
    last: usize,
}

impl BatchBuilder {
    /// Without messages yet, and with the limits 64 KiB and 1000 messages.
    pub fn new() -> BatchBuilder {
        BatchBuilder {
            bytes: Vec::new(),
            messages: 0,
            since: None,
            max_bytes: 64 << 10,
            max_messages: 1000,
            last: 0,
        }
    }

    /// Ends a batch before it would be longer. One message alone may be longer than that. 64 KiB by default.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> BatchBuilder {
        self.max_bytes = bytes;
        self
    }

    /// Ends a batch that has so many messages; 0 is the same as 1, at which every message is a batch. 1000 by default.
    #[must_use]
    pub fn max_messages(mut self, messages: u32) -> BatchBuilder {
        self.max_messages = messages;
        self
    }

    /// Adds a message, and returns the batch that is to be sent now, if there is one.
    ///
    /// That is the one with this message if it is full now, or the one without if the message would have been too
    /// much; then the message is the first of the next batch.
    ///
    /// # Errors
    /// With the message: [`InvalidMessage`](ErrorKind::InvalidMessage) if it has no frames.
    pub fn push(&mut self, message: impl Into<Message>) -> Result<Option<Frame>, Failed<Message>> {
        let message = message.into();
        match self.add(message.iter().map(Frame::as_bytes)) {
            Ok(full) => Ok(full),
            Err(error) => Err(Failed::new(error, message)),
        }
    }

    /// As [`push`](BatchBuilder::push), of frames that are borrowed: nothing is allocated for them.
    ///
    /// # Errors
    /// [`InvalidMessage`](ErrorKind::InvalidMessage) if there are no frames.
    ///
    /// ```
    /// use ferromq::codec::BatchBuilder;
    ///
    /// let mut builder = BatchBuilder::new();
    /// builder.push_frames(&["topic", "body"])?;
    /// assert_eq!(builder.len(), 1);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn push_frames<T: AsRef<[u8]>>(&mut self, frames: &[T]) -> Result<Option<Frame>> {
        self.add(frames.iter().map(T::as_ref))
    }

    /// The batch of what there is; `None` if there are no messages.
    pub fn take(&mut self) -> Option<Frame> {
        if self.messages == 0 {
            return None;
        }
        let mut bytes = mem::take(&mut self.bytes);
        bytes[MAGIC.len()..HEADER].copy_from_slice(&self.messages.to_be_bytes());
        self.last = bytes.len();
        self.messages = 0;
        self.since = None;
        Some(Frame::from(bytes))
    }

    /// Number of messages that wait.
    pub fn len(&self) -> usize {
        self.messages as usize
    }

    /// Whether no message waits.
    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }

    /// How long the batch would be, in bytes; 0 without messages.
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// When the first of the messages was added that wait.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::codec::BatchBuilder;
    ///
    /// let mut builder = BatchBuilder::new();
    /// assert!(builder.since().is_none());
    /// builder.push("one")?;
    /// let due = builder.since().unwrap() + Duration::from_millis(5); // when to take it at the latest
    /// # let _ = due;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn since(&self) -> Option<Instant> {
        self.since
    }

    fn add<'a>(&mut self, frames: impl ExactSizeIterator<Item = &'a [u8]> + Clone) -> Result<Option<Frame>> {
        let Some(last) = frames.len().checked_sub(1) else {
            return Err(Error::new(Operation::MakeFrame, ErrorKind::InvalidMessage)
                .about_detail("a message of no frames cannot be in a batch"));
        };
        let size: usize = frames.clone().map(encoded_len).sum();
        let fits = self.messages == 0 || self.bytes.len() + size <= self.max_bytes;
        let full = if fits { None } else { self.take() };
        if self.messages == 0 {
            self.bytes.reserve(self.last.max(HEADER + size));
            self.bytes.extend_from_slice(&MAGIC);
            self.bytes.extend_from_slice(&[0; HEADER - MAGIC.len()]);
            self.since = Some(Instant::now());
        }
        for (index, frame) in frames.enumerate() {
            self.write(frame, index < last);
        }
        self.messages += 1;
        let reached = self.messages >= self.max_messages || self.bytes.len() >= self.max_bytes;
        Ok(if full.is_none() && reached { self.take() } else { full })
    }

    fn write(&mut self, frame: &[u8], more: bool) {
        let more = if more { MORE } else { 0 };
        match u8::try_from(frame.len()) {
            Ok(len) => self.bytes.extend_from_slice(&[more, len]),
            Err(_) => {
                self.bytes.push(more | LONG);
                self.bytes.extend_from_slice(&(frame.len() as u64).to_be_bytes());
            }
        }
        self.bytes.extend_from_slice(frame);
    }
}

fn encoded_len(frame: &[u8]) -> usize {
    let head = if frame.len() > usize::from(u8::MAX) { 9 } else { 2 };
    head + frame.len()
}

impl Default for BatchBuilder {
    fn default() -> BatchBuilder {
        BatchBuilder::new()
    }
}

impl fmt::Debug for BatchBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchBuilder")
            .field("messages", &self.messages)
            .field("bytes", &self.bytes.len())
            .field("max_messages", &self.max_messages)
            .field("max_bytes", &self.max_bytes)
            .finish()
    }
}
