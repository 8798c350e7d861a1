use std::fmt;
use std::iter::FusedIterator;

use super::{HEADER, LONG, MAGIC, MORE};
use crate::codec::failed;
use crate::error::{Error, Failed, Operation, Result};
use crate::message::{Frame, Message};

/// The messages that a [`BatchBuilder`](super::BatchBuilder), or a program in another language, put into one frame.
///
/// The whole frame is checked when the batch is made, which needs no memory; so its messages can be gone through without
/// errors. They are borrowed from the frame ([`iter`](Batch::iter)), or copied out of it (`into_iter`).
///
/// ```
/// use ferromq::codec::{Batch, BatchBuilder};
///
/// let mut builder = BatchBuilder::new();
/// builder.push("one")?;
/// builder.push(["two", "frames"])?;
/// let batch = Batch::from_frame(builder.take().unwrap())?;
///
/// assert_eq!(batch.len(), 2);
/// for message in &batch {
///     for frame in message.frames() {
///         println!("{}", frame.escape_ascii());
///     }
/// }
/// let messages: Vec<ferromq::Message> = batch.into_iter().collect();
/// assert_eq!(messages[1], ["two", "frames"]);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone)]
pub struct Batch {
    /// I1: after the header it has `messages` messages, each of which ends with a last frame, and nothing else.
    frame: Frame,
    messages: u32,
}

impl Batch {
    /// The messages in this frame.
    ///
    /// # Errors
    /// With the frame: [`Format`](crate::ErrorKind::Format) if it is not a batch, or is damaged, with the place.
    ///
    /// ```
    /// use ferromq::ErrorKind;
    /// use ferromq::codec::Batch;
    ///
    /// let failed = Batch::from_frame(b"FQB\x01\x00\x00\x00\x01\x00\xffshort").unwrap_err();
    /// assert_eq!(failed.kind(), ErrorKind::Format);
    /// assert_eq!(failed.to_string(), "read message: not in this format: batch: the frame at byte 8 is cut off");
    /// ```
    pub fn from_frame(frame: impl Into<Frame>) -> Result<Batch, Failed<Frame>> {
        let frame = frame.into();
        match check(&frame) {
            Ok(messages) => Ok(Batch { frame, messages }),
            Err(error) => Err(Failed::new(error, frame)),
        }
    }

    /// Number of messages.
    pub fn len(&self) -> usize {
        self.messages as usize
    }

    /// Whether it has none; no `BatchBuilder` makes such a batch.
    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }

    /// The messages in order, borrowed.
    pub fn iter(&self) -> BatchIter<'_> {
        BatchIter { rest: &self.frame[HEADER..], left: self.len() }
    }

    /// The frame that it was made of.
    pub fn into_frame(self) -> Frame {
        self.frame
    }
}

/// Checks I1; the number of messages.
fn check(bytes: &[u8]) -> Result<u32> {
    let count = match bytes.split_first_chunk::<HEADER>() {
        Some(([magic @ .., a, b, c, d], _)) if *magic == MAGIC => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => return Err(malformed("it does not begin as one")),
    };
    let mut rest = &bytes[HEADER..];
    let (mut messages, mut more) = (0_u64, false);
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        if rest[0] & !(MORE | LONG) != 0 {
            return Err(malformed(&format!("the frame at byte {at} has unknown flags")));
        }
        let Some((frame, behind)) = split_frame(rest) else {
            return Err(malformed(&format!("the frame at byte {at} is cut off")));
        };
        more = frame.more;
        messages += u64::from(!more);
        rest = behind;
    }
    if more {
        return Err(malformed("its last message is cut off"));
    }
    if messages != u64::from(count) {
        return Err(malformed(&format!("it has {messages} messages and says {count}")));
    }
    Ok(count)
}

#[cold]
fn malformed(reason: &str) -> Error {
    failed(Operation::ReadMessage, "batch", reason)
}

struct Part<'a> {
    bytes: &'a [u8],
    more: bool,
}

/// The first frame, and what is behind it.
#[inline]
fn split_frame(bytes: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let (&flags, rest) = bytes.split_first()?;
    let (len, rest) = if flags & LONG == 0 {
        let (&len, rest) = rest.split_first()?;
        (usize::from(len), rest)
    } else {
        let (len, rest) = rest.split_first_chunk()?;
        (usize::try_from(u64::from_be_bytes(*len)).ok()?, rest)
    };
    let (bytes, rest) = rest.split_at_checked(len)?;
    Some((Part { bytes, more: flags & MORE != 0 }, rest))
}

/// The first message, encoded, and what is behind it.
fn split_message(bytes: &[u8]) -> (BatchMessage<'_>, &[u8]) {
    let (mut rest, mut frames) = (bytes, 0);
    loop {
        let (frame, behind) = split_frame(rest).expect("the batch was checked (I1)");
        frames += 1;
        rest = behind;
        if !frame.more {
            return (BatchMessage { encoded: &bytes[..bytes.len() - rest.len()], frames }, rest);
        }
    }
}

/// A message in a [`Batch`], of one or more frames.
#[derive(Clone, Copy)]
pub struct BatchMessage<'a> {
    /// Its frames, as the batch has them.
    encoded: &'a [u8],
    frames: usize,
}

impl<'a> BatchMessage<'a> {
    /// Number of frames; at least one.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.frames
    }

    /// The frames' bytes in order.
    pub fn frames(&self) -> BatchFrames<'a> {
        BatchFrames { rest: self.encoded, left: self.frames }
    }

    /// The first frame's bytes: all there is, in a message of one frame.
    pub fn first(&self) -> &'a [u8] {
        split_frame(self.encoded).expect("the batch was checked (I1)").0.bytes
    }

    /// The same as a message of its own; copies the bytes.
    pub fn to_message(&self) -> Message {
        if self.frames == 1 {
            return Message::from(self.first());
        }
        self.frames().map(Frame::from).collect()
    }
}

impl fmt::Debug for BatchMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_message(), f)
    }
}

/// A copy.
impl From<BatchMessage<'_>> for Message {
    fn from(message: BatchMessage<'_>) -> Message {
        message.to_message()
    }
}

/// The frames of a [`BatchMessage`]; see [`BatchMessage::frames`].
#[derive(Clone)]
pub struct BatchFrames<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Iterator for BatchFrames<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (frame, rest) = split_frame(self.rest)?;
        self.rest = rest;
        self.left -= 1;
        Some(frame.bytes)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for BatchFrames<'_> {}
impl FusedIterator for BatchFrames<'_> {}

/// The messages of a [`Batch`], borrowed; see [`Batch::iter`].
#[derive(Clone)]
pub struct BatchIter<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Iterator for BatchIter<'a> {
    type Item = BatchMessage<'a>;

    fn next(&mut self) -> Option<BatchMessage<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (message, rest) = split_message(self.rest);
        self.rest = rest;
        Some(message)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for BatchIter<'_> {}
impl FusedIterator for BatchIter<'_> {}

impl<'a> IntoIterator for &'a Batch {
    type Item = BatchMessage<'a>;
    type IntoIter = BatchIter<'a>;

    fn into_iter(self) -> BatchIter<'a> {
        self.iter()
    }
}

/// The messages of a [`Batch`], copied out of it one by one.
pub struct BatchIntoIter {
    batch: Batch,
    at: usize,
    left: usize,
}

impl Iterator for BatchIntoIter {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        self.left = self.left.checked_sub(1)?;
        let (message, rest) = split_message(&self.batch.frame[self.at..]);
        self.at = self.batch.frame.len() - rest.len();
        Some(message.to_message())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for BatchIntoIter {}
impl FusedIterator for BatchIntoIter {}

impl IntoIterator for Batch {
    type Item = Message;
    type IntoIter = BatchIntoIter;

    fn into_iter(self) -> BatchIntoIter {
        BatchIntoIter { left: self.len(), at: HEADER, batch: self }
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// As [`Batch::from_frame`].
impl TryFrom<Frame> for Batch {
    type Error = Failed<Frame>;

    fn try_from(frame: Frame) -> Result<Batch, Failed<Frame>> {
        Batch::from_frame(frame)
    }
}
