//! One part of a message.

use std::fmt;
use std::ops::Deref;

use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::sys::{Errno, RawMessage};

/// One part of a [`Message`](crate::Message): a string of bytes, possibly empty.
///
/// A frame is immutable, because libzmq may share its bytes with other receivers of the same message in this
/// process; bytes are written while a frame is made, with [`Frame::with_len`]. It dereferences to `[u8]`.
///
/// `clone` copies at most 33 bytes and shares longer content. A frame can be sent to another thread, and not be
/// used by two at once, since libzmq marks content as shared without a lock.
///
/// ```
/// use ferromq::Frame;
///
/// let frame = Frame::from("Hello");
/// assert_eq!(frame.len(), 5);
/// assert_eq!(frame.as_str()?, "Hello");
/// assert_eq!(&frame[1..3], b"el");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[doc(alias = "zmq_msg_t")]
pub struct Frame {
    raw: RawMessage,
}

impl Frame {
    /// A frame of no bytes; never allocates.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert!(Frame::new().is_empty());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_init")]
    #[inline(always)]
    pub fn new() -> Self {
        Frame { raw: RawMessage::empty() }
    }

    /// A frame of `len` bytes, which `fill` is given to write; they are zero before.
    ///
    /// # Errors
    /// [`OutOfMemory`](ErrorKind::OutOfMemory) if there is no memory for `len` bytes; `fill` is not called
    /// then.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// let frame = Frame::with_len(4, |bytes| bytes.copy_from_slice(&7_u32.to_be_bytes()))?;
    /// assert_eq!(frame, [0, 0, 0, 7]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_init_size")]
    pub fn with_len(len: usize, fill: impl FnOnce(&mut [u8])) -> Result<Self> {
        RawMessage::filled_by(len, fill).map(Frame::from_raw).map_err(|errno| no_memory(errno, len))
    }

    /// A frame with a copy of `bytes`, as `Frame::from(bytes)`, but with an error where that panics.
    ///
    /// # Errors
    /// [`OutOfMemory`](ErrorKind::OutOfMemory) if there is no memory for the copy.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// let frame = Frame::copied_from(b"Hello")?;
    /// assert_eq!(frame, "Hello");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn copied_from(bytes: &[u8]) -> Result<Self> {
        RawMessage::copied_from(bytes).map(Frame::from_raw).map_err(|errno| no_memory(errno, bytes.len()))
    }

    /// A frame of the bytes of `owner`, whatever their number, without a copy.
    ///
    /// `owner` is kept until nobody needs the bytes any more: neither this frame, nor a clone of it, nor
    /// libzmq, which sends in the background, nor a receiver in this process. Plain memory, such as a `Vec<u8>`,
    /// is then freed at once. Any other owner is dropped by a thread of this crate's own and never inside
    /// libzmq, so that its `Drop` may do anything, even use or close sockets. A `Drop` that waits keeps
    /// other owners waiting, and what is still to be dropped when the program ends is not dropped.
    ///
    /// Below a kilobyte or so a copy is faster. `Frame::from` decides by the size, for the usual owners.
    ///
    /// # Errors
    /// With the owner: [`OutOfMemory`](ErrorKind::OutOfMemory);
    /// [`LimitReached`](ErrorKind::LimitReached) if the thread that drops owners cannot be started.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// struct Picture {
    ///     pixels: Vec<u8>,
    /// }
    ///
    /// impl AsRef<[u8]> for Picture {
    ///     fn as_ref(&self) -> &[u8] {
    ///         &self.pixels
    ///     }
    /// }
    ///
    /// let picture = Picture { pixels: vec![0; 640 * 480] };
    /// let start = picture.pixels.as_ptr();
    /// let frame = Frame::from_owner(picture)?;
    /// assert_eq!(frame.as_ptr(), start);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_init_data")]
    pub fn from_owner<T: AsRef<[u8]> + Send + 'static>(owner: T) -> Result<Self, Failed<T>> {
        RawMessage::owned_by(owner).map(Frame::from_raw).map_err(|(errno, owner)| {
            let mut error = Error::from_errno(Operation::MakeFrame, errno);
            if errno == Errno::EAGAIN {
                error = error
                    .with_kind(ErrorKind::LimitReached)
                    .about_detail("the thread that drops owners could not be started");
            }
            Failed::new(error, owner)
        })
    }

    /// The bytes.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("Hello").as_bytes(), b"Hello");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_data")]
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        self.raw.as_slice()
    }

    /// The bytes as text.
    ///
    /// # Errors
    /// [`NotUtf8`](ErrorKind::NotUtf8), saying where the first invalid byte is.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("Hello").as_str()?, "Hello");
    ///
    /// let error = Frame::from(b"Hell\xff").as_str().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "read message: not UTF-8 text: invalid utf-8 sequence of 1 bytes from index 4"
    /// );
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn as_str(&self) -> Result<&str> {
        std::str::from_utf8(self.as_bytes()).map_err(|invalid| {
            Error::new(Operation::ReadMessage, ErrorKind::NotUtf8).about_detail(invalid.to_string())
        })
    }

    /// Number of bytes.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert_eq!(Frame::from("Hello").len(), 5);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_size")]
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// Whether the frame has no bytes.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// assert!(Frame::from("").is_empty());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether other frames, or messages inside libzmq, may have the same bytes in the same place.
    ///
    /// Once a frame has been cloned this stays true, even when the clone is gone. A frame that was received
    /// over `inproc` may share its bytes with the sender and with other receivers.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// let frame = Frame::from(vec![0; 5000]);
    /// assert!(!frame.is_shared());
    /// let clone = frame.clone();
    /// assert!(frame.is_shared());
    /// assert_eq!(frame.as_ptr(), clone.as_ptr());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_SHARED")]
    pub fn is_shared(&self) -> bool {
        self.raw.is_shared()
    }

    /// Lets the frame keep no more memory than its bytes need.
    ///
    /// A received frame of more than 32 bytes keeps the whole of what was read from its connection at once: up to 8 KiB where
    /// messages are few, up to the `receive_batch_size` of the socket where they are many. That saves a copy,
    /// and does not matter while messages come and go. A program that keeps few of many for long, in a cache for example,
    /// calls this for those.
    ///
    /// The bytes are copied, unless the frame has them in itself. [Metadata](Frame::metadata) does not go along: read it before.
    ///
    /// # Errors
    /// [`OutOfMemory`](ErrorKind::OutOfMemory); the frame is then as it was.
    ///
    /// ```
    /// use ferromq::{Context, Pull, Push};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*")?;
    /// let push = context.socket::<Push>().connect(pull.last_endpoint()?)?;
    /// push.send([0; 100])?;
    /// let mut kept = pull.recv()?.into_frame()?;
    /// kept.compact()?;
    /// assert_eq!(kept, [0; 100]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn compact(&mut self) -> Result<()> {
        // Shorter ones libzmq has copied into the frame itself.
        const KEPT_ELSEWHERE: usize = 33;
        if self.len() >= KEPT_ELSEWHERE {
            *self = Frame::copied_from(self.as_bytes())?;
        }
        Ok(())
    }

    #[inline(always)]
    pub(crate) fn from_raw(raw: RawMessage) -> Self {
        Frame { raw }
    }

    #[inline(always)]
    pub(crate) fn raw(&self) -> &RawMessage {
        &self.raw
    }

    #[inline(always)]
    pub(crate) fn raw_mut(&mut self) -> &mut RawMessage {
        &mut self.raw
    }

    /// Another handle to the same content.
    pub(crate) fn try_clone(&self) -> Result<Self> {
        self.raw.copy().map(Frame::from_raw).map_err(|errno| no_memory(errno, self.len()))
    }
}

#[cold]
fn no_memory(errno: Errno, len: usize) -> Error {
    Error::from_errno(Operation::MakeFrame, errno).about_detail(format!("{len} bytes"))
}

impl Default for Frame {
    fn default() -> Self {
        Frame::new()
    }
}

/// Another handle to the same bytes: at most 33 bytes are copied, more are shared and counted, without an
/// allocation in either case. The [metadata](Frame::metadata) is shared as well.
///
/// # Panics
/// If libzmq cannot copy the frame, which it does only for a frame that is already broken.
impl Clone for Frame {
    #[doc(alias = "zmq_msg_copy")]
    fn clone(&self) -> Self {
        self.try_clone().expect("an initialised frame can be copied")
    }
}

impl Deref for Frame {
    type Target = [u8];

    #[inline(always)]
    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Frame {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl<T: AsRef<[u8]> + ?Sized> PartialEq<T> for Frame {
    fn eq(&self, other: &T) -> bool {
        self.as_bytes() == other.as_ref()
    }
}

impl Eq for Frame {}

impl std::hash::Hash for Frame {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

/// As text; bytes that are not UTF-8 are shown as U+FFFD. For the exact text, or an error, use
/// [`Frame::as_str`].
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self.as_bytes()).fmt(f)
    }
}

/// Text in quotes with escapes, as a byte string is written in Rust; at most 64 bytes of it.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 64;
        let bytes = self.as_bytes();
        let shown = &bytes[..bytes.len().min(SHOWN)];
        write!(f, "b\"{}\"", shown.escape_ascii())?;
        match bytes.len() - shown.len() {
            0 => Ok(()),
            hidden => write!(f, "... {hidden} more bytes"),
        }
    }
}
