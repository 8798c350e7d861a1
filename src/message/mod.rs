//! What ZeroMQ delivers whole: messages of one or more frames.

mod convert;
mod edit;
mod extract;
mod frame;
mod metadata;

use std::collections::{VecDeque, vec_deque};
use std::fmt;
use std::iter::FusedIterator;
use std::mem::{self, ManuallyDrop};
use std::ops::Index;

pub use frame::Frame;

use crate::error::{Error, ErrorKind, Failed, Operation, Result};

/// What ZeroMQ delivers atomically: one or more [`Frame`]s, all of them or none.
///
/// Anything that makes a frame makes a message of one frame; arrays, vectors and tuples of such make one of
/// several:
///
/// ```
/// use ferromq::Message;
///
/// let one = Message::from("Hello");
/// let two = Message::from(["weather", "Sunny today."]);
/// assert_eq!(one.len(), 1);
/// assert_eq!(two[1].as_str()?, "Sunny today.");
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// A message of one frame needs no allocation beyond libzmq's own. A message of no frames can be built up,
/// and sending it is an error ([`InvalidMessage`](ErrorKind::InvalidMessage)), because ZeroMQ has no such
/// thing.
#[derive(Clone)]
pub struct Message {
    /// The only frame, in the common case that there is one; else a frame of no bytes that does not count.
    only: Frame,
    /// All frames, where there may be any number of them. Dropped by `Message::drop`, so that the common
    /// case costs one test.
    many: ManuallyDrop<Option<Queue>>,
}

/// Boxed, because it is rare and a message is moved often.
#[allow(clippy::box_collection)]
type Queue = Box<VecDeque<Frame>>;

impl Drop for Message {
    #[inline(always)]
    fn drop(&mut self) {
        #[cold]
        fn drop_many(_: Option<Queue>) {}

        if self.many.is_some() {
            drop_many(self.many.take());
        }
    }
}

/// Room for the frames that a message of several mostly has.
const FEW: usize = 4;

impl Message {
    /// A message of no frames yet.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::new();
    /// assert!(message.is_empty());
    /// message.push_back("first");
    /// assert_eq!(message, "first");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn new() -> Self {
        Message::many_of(VecDeque::new())
    }

    /// Number of frames.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// assert_eq!(Message::from(["topic", "body"]).len(), 2);
    /// assert_eq!(Message::from("").len(), 1);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[inline]
    pub fn len(&self) -> usize {
        match &*self.many {
            None => 1,
            Some(frames) => frames.len(),
        }
    }

    /// Whether there is no frame. (A message that was received has at least one, which may be of no bytes.)
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// assert!(Message::new().is_empty());
    /// assert!(!Message::from("").is_empty());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The frame at `index`, counted from 0.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let message = Message::from(["topic", "body"]);
    /// assert_eq!(message.get(1).unwrap(), "body");
    /// assert_eq!(message.get(2), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[inline]
    pub fn get(&self, index: usize) -> Option<&Frame> {
        match &*self.many {
            None => (index == 0).then_some(&self.only),
            Some(frames) => frames.get(index),
        }
    }

    /// The frames in order.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let message = Message::from(["topic", "body"]);
    /// let lengths: Vec<usize> = message.iter().map(|frame| frame.len()).collect();
    /// assert_eq!(lengths, [5, 4]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn iter(&self) -> Iter<'_> {
        Iter(match &*self.many {
            None => IterInner::One(Some(&self.only)),
            Some(frames) => IterInner::Many(frames.iter()),
        })
    }

    /// The only frame.
    ///
    /// # Errors
    /// [`InvalidMessage`](ErrorKind::InvalidMessage) if there are several frames, or none; the message is
    /// kept.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let frame = Message::from("Hello").into_frame()?;
    /// assert_eq!(frame, "Hello");
    ///
    /// let failed = Message::from(["two", "frames"]).into_frame().unwrap_err();
    /// assert_eq!(failed.into_kept(), ["two", "frames"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn into_frame(mut self) -> Result<Frame, Failed<Message>> {
        match &mut *self.many {
            None => Ok(mem::take(&mut self.only)),
            Some(frames) => match (frames.len(), frames.pop_front()) {
                (1, Some(frame)) => Ok(frame),
                (len, first) => {
                    frames.extend(first);
                    frames.rotate_right(len.min(1));
                    Err(Failed::new(not_one_frame(len), self))
                }
            },
        }
    }

    /// The only frame as text.
    ///
    /// # Errors
    /// [`InvalidMessage`](ErrorKind::InvalidMessage) if there are several frames, or none;
    /// [`NotUtf8`](ErrorKind::NotUtf8) if the bytes are not UTF-8.
    ///
    /// ```
    /// use ferromq::{ErrorKind, Message};
    ///
    /// assert_eq!(Message::from("Hello").as_str()?, "Hello");
    /// assert_eq!(Message::from(b"\xff").as_str().unwrap_err().kind(), ErrorKind::NotUtf8);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn as_str(&self) -> Result<&str> {
        self.only()?.as_str()
    }

    /// Puts a frame before the others.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from("body");
    /// message.push_front("topic");
    /// assert_eq!(message, ["topic", "body"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn push_front(&mut self, frame: impl Into<Frame>) {
        self.many().push_front(frame.into());
    }

    /// Puts a frame after the others.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from("topic");
    /// message.push_back(vec![1, 2, 3]);
    /// assert_eq!(message.len(), 2);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn push_back(&mut self, frame: impl Into<Frame>) {
        self.many().push_back(frame.into());
    }

    /// Takes the first frame.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["topic", "body"]);
    /// assert_eq!(message.pop_front().unwrap(), "topic");
    /// assert_eq!(message, "body");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn pop_front(&mut self) -> Option<Frame> {
        self.many().pop_front()
    }

    /// Takes the last frame.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["topic", "body"]);
    /// assert_eq!(message.pop_back().unwrap(), "body");
    /// assert_eq!(message, "topic");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn pop_back(&mut self) -> Option<Frame> {
        self.many().pop_back()
    }

    /// The only frame, or an error.
    pub(crate) fn only(&self) -> Result<&Frame> {
        match (self.get(0), self.len()) {
            (Some(frame), 1) => Ok(frame),
            (_, len) => Err(not_one_frame(len)),
        }
    }

    /// The frames, as a queue that can be changed in any way.
    fn many(&mut self) -> &mut VecDeque<Frame> {
        let only = &mut self.only;
        self.many.get_or_insert_with(|| {
            // A frame is about to be added.
            let mut frames = VecDeque::with_capacity(FEW);
            frames.push_back(mem::take(only));
            Box::new(frames)
        })
    }

    #[inline(always)]
    pub(crate) fn one(frame: Frame) -> Self {
        Message { only: frame, many: ManuallyDrop::new(None) }
    }

    fn many_of(frames: VecDeque<Frame>) -> Self {
        Message { only: Frame::new(), many: ManuallyDrop::new(Some(Box::new(frames))) }
    }

    /// The only frame, if the message was made of one.
    #[inline(always)]
    pub(crate) fn only_mut(&mut self) -> Option<&mut Frame> {
        match *self.many {
            None => Some(&mut self.only),
            Some(_) => None,
        }
    }

    /// The only frame of a message that was made of one.
    #[inline(always)]
    pub(crate) fn first_mut(&mut self) -> &mut Frame {
        &mut self.only
    }

    /// All frames, side by side.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [Frame] {
        match &mut *self.many {
            None => std::slice::from_mut(&mut self.only),
            Some(frames) => frames.make_contiguous(),
        }
    }
}

#[cold]
fn not_one_frame(len: usize) -> Error {
    Error::new(Operation::ReadMessage, ErrorKind::InvalidMessage)
        .about_detail(format!("expected one frame, there are {len}"))
}

impl Default for Message {
    fn default() -> Self {
        Message::new()
    }
}

impl Index<usize> for Message {
    type Output = Frame;

    /// # Panics
    /// If there is no frame at `index`; [`Message::get`] does not panic.
    #[inline]
    fn index(&self, index: usize) -> &Frame {
        match self.get(index) {
            Some(frame) => frame,
            None => no_such_frame(index, self.len()),
        }
    }
}

#[cold]
fn no_such_frame(index: usize, len: usize) -> ! {
    panic!("no frame {index} in a message of {len}")
}

/// Frame by frame.
impl PartialEq for Message {
    fn eq(&self, other: &Message) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Message {}

macro_rules! equals_its_only_frame {
    ($($bytes:ty),*) => {
        $(
            /// Whether there is one frame, with these bytes.
            impl PartialEq<$bytes> for Message {
                fn eq(&self, other: &$bytes) -> bool {
                    let other: &[u8] = other.as_ref();
                    self.len() == 1 && self[0].as_bytes() == other
                }
            }
        )*
    };
}

equals_its_only_frame!(str, &str, String, [u8], &[u8], Vec<u8>);

/// Frame by frame.
impl<T: AsRef<[u8]>, const N: usize> PartialEq<[T; N]> for Message {
    fn eq(&self, other: &[T; N]) -> bool {
        self.iter().map(Frame::as_bytes).eq(other.iter().map(AsRef::as_ref))
    }
}

/// The frames as text, with a space between two; bytes that are not UTF-8 are shown as U+FFFD.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, frame) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            frame.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message")?;
        f.debug_list().entries(self).finish()
    }
}

/// Borrowing iterator over the frames of a [`Message`].
#[derive(Clone, Debug)]
pub struct Iter<'a>(IterInner<'a>);

#[derive(Clone, Debug)]
enum IterInner<'a> {
    One(Option<&'a Frame>),
    Many(vec_deque::Iter<'a, Frame>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Frame;

    fn next(&mut self) -> Option<&'a Frame> {
        match &mut self.0 {
            IterInner::One(frame) => frame.take(),
            IterInner::Many(frames) => frames.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            IterInner::One(frame) => frame.iter().size_hint(),
            IterInner::Many(frames) => frames.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            IterInner::One(frame) => frame.take(),
            IterInner::Many(frames) => frames.next_back(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}
impl FusedIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a Message {
    type Item = &'a Frame;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Owning iterator over the frames of a [`Message`].
#[derive(Debug)]
pub struct IntoIter(IntoIterInner);

#[derive(Debug)]
enum IntoIterInner {
    One(std::option::IntoIter<Frame>),
    Many(vec_deque::IntoIter<Frame>),
}

impl Iterator for IntoIter {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        match &mut self.0 {
            IntoIterInner::One(frame) => frame.next(),
            IntoIterInner::Many(frames) => frames.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            IntoIterInner::One(frame) => frame.size_hint(),
            IntoIterInner::Many(frames) => frames.size_hint(),
        }
    }
}

impl DoubleEndedIterator for IntoIter {
    fn next_back(&mut self) -> Option<Frame> {
        match &mut self.0 {
            IntoIterInner::One(frame) => frame.next_back(),
            IntoIterInner::Many(frames) => frames.next_back(),
        }
    }
}

impl ExactSizeIterator for IntoIter {}
impl FusedIterator for IntoIter {}

impl IntoIterator for Message {
    type Item = Frame;
    type IntoIter = IntoIter;

    fn into_iter(mut self) -> IntoIter {
        IntoIter(match self.many.take() {
            None => IntoIterInner::One(Some(mem::take(&mut self.only)).into_iter()),
            Some(frames) => IntoIterInner::Many(frames.into_iter()),
        })
    }
}

impl<T: Into<Frame>> FromIterator<T> for Message {
    fn from_iter<I: IntoIterator<Item = T>>(frames: I) -> Self {
        Message::many_of(frames.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Frame>> Extend<T> for Message {
    fn extend<I: IntoIterator<Item = T>>(&mut self, frames: I) {
        self.many().extend(frames.into_iter().map(Into::into));
    }
}
