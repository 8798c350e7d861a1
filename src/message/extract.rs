//! What a message or a frame becomes.

use super::{Frame, Message, not_one_frame};
use crate::error::{Error, ErrorKind, Failed, Operation, Result};

/// Taking a message apart.
impl Message {
    /// The frames, if there are `N` of them.
    ///
    /// # Errors
    /// With the message: [`InvalidMessage`](ErrorKind::InvalidMessage) if there are more or fewer.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let message = Message::from(["weather", "Sunny today."]);
    /// let [topic, text] = message.into_frames()?;
    /// assert_eq!((topic.as_str()?, text.as_str()?), ("weather", "Sunny today."));
    ///
    /// let failed = Message::from("weather").into_frames::<2>().unwrap_err();
    /// assert_eq!(failed.to_string(), "read message: invalid message: expected 2 frames, there are 1");
    /// assert_eq!(failed.into_kept(), "weather");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn into_frames<const N: usize>(self) -> Result<[Frame; N], Failed<Message>> {
        if self.len() != N {
            let error = Error::new(Operation::ReadMessage, ErrorKind::InvalidMessage)
                .about_detail(format!("expected {N} frames, there are {}", self.len()));
            return Err(Failed::new(error, self));
        }
        let mut frames = self.into_iter();
        Ok(std::array::from_fn(|_| frames.next().expect("there are N frames")))
    }

    /// Copies the bytes of the only frame to the start of `buffer`; their number.
    ///
    /// # Errors
    /// With the message: [`BufferTooShort`](ErrorKind::BufferTooShort) if the bytes do not fit, in which case
    /// none are copied, and [`InvalidMessage`](ErrorKind::InvalidMessage) if there are several frames, or
    /// none.
    ///
    /// ```
    /// use ferromq::{ErrorKind, Message};
    ///
    /// let mut buffer = [0; 8];
    /// let len = Message::from("Hello").copy_into(&mut buffer)?;
    /// assert_eq!(&buffer[..len], b"Hello");
    ///
    /// let failed = Message::from("Hello, World!").copy_into(&mut buffer).unwrap_err();
    /// assert_eq!(failed.kind(), ErrorKind::BufferTooShort);
    /// assert_eq!(failed.into_kept(), "Hello, World!");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn copy_into(self, buffer: &mut [u8]) -> Result<usize, Failed<Message>> {
        let failure = match (self.first(), self.len()) {
            (Some(frame), 1) => match buffer.get_mut(..frame.len()) {
                Some(target) => {
                    target.copy_from_slice(frame);
                    return Ok(frame.len());
                }
                None => too_short(frame.len(), buffer.len()),
            },
            (_, len) => not_one_frame(len),
        };
        Err(Failed::new(failure, self))
    }
}

#[cold]
fn too_short(frame: usize, buffer: usize) -> Error {
    Error::new(Operation::ReadMessage, ErrorKind::BufferTooShort)
        .about_detail(format!("the frame has {frame} bytes, the buffer {buffer}"))
}

impl From<Message> for Vec<Frame> {
    fn from(message: Message) -> Vec<Frame> {
        message.into_iter().collect()
    }
}

/// The bytes of each frame, copied.
impl From<Message> for Vec<Vec<u8>> {
    fn from(message: Message) -> Vec<Vec<u8>> {
        message.iter().map(Vec::from).collect()
    }
}

/// As [`Message::into_frame`].
impl TryFrom<Message> for Frame {
    type Error = Failed<Message>;

    fn try_from(message: Message) -> Result<Frame, Failed<Message>> {
        message.into_frame()
    }
}

/// As [`Message::into_frames`].
impl<const N: usize> TryFrom<Message> for [Frame; N] {
    type Error = Failed<Message>;

    fn try_from(message: Message) -> Result<[Frame; N], Failed<Message>> {
        message.into_frames()
    }
}

/// The bytes of each frame, copied, if there are `N` frames.
impl<const N: usize> TryFrom<Message> for [Vec<u8>; N] {
    type Error = Failed<Message>;

    fn try_from(message: Message) -> Result<[Vec<u8>; N], Failed<Message>> {
        Ok(message.into_frames()?.map(Vec::from))
    }
}

/// The text of each frame, copied, if there are `N` frames and all are UTF-8.
impl<const N: usize> TryFrom<Message> for [String; N] {
    type Error = Failed<Message>;

    fn try_from(message: Message) -> Result<[String; N], Failed<Message>> {
        if let Err(error) = message.iter().try_for_each(|frame| frame.as_str().map(drop)) {
            return Err(Failed::new(error, message));
        }
        let text = |frame: Frame| frame.as_str().expect("checked above").to_owned();
        Ok(message.into_frames()?.map(text))
    }
}

/// The bytes of the only frame, copied.
impl TryFrom<Message> for Vec<u8> {
    type Error = Failed<Message>;

    fn try_from(message: Message) -> Result<Vec<u8>, Failed<Message>> {
        message.into_frame().map(Vec::from)
    }
}

/// The text of the only frame, copied.
impl TryFrom<Message> for String {
    type Error = Failed<Message>;

    fn try_from(message: Message) -> Result<String, Failed<Message>> {
        match message.as_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Failed::new(error, message)),
        }
    }
}

/// The bytes, copied.
impl From<&Frame> for Vec<u8> {
    fn from(frame: &Frame) -> Vec<u8> {
        frame.to_vec()
    }
}

/// The bytes, copied: libzmq's memory cannot become a vector's.
impl From<Frame> for Vec<u8> {
    fn from(frame: Frame) -> Vec<u8> {
        frame.to_vec()
    }
}

/// The text, copied.
impl TryFrom<Frame> for String {
    type Error = Failed<Frame>;

    fn try_from(frame: Frame) -> Result<String, Failed<Frame>> {
        match frame.as_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Failed::new(error, frame)),
        }
    }
}

/// The bytes without a copy: they stay where they are, and the frame is kept until the last clone is gone.
/// Short content is copied, so that it does not keep what it was received with.
///
/// ```
/// use ferromq::Frame;
///
/// let frame = Frame::from(vec![b'x'; 5000]);
/// let start = frame.as_ptr();
/// let bytes = bytes::Bytes::from(frame);
/// assert_eq!(bytes.as_ptr(), start);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[cfg(feature = "bytes")]
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
impl From<Frame> for bytes::Bytes {
    fn from(frame: Frame) -> bytes::Bytes {
        /// A frame that was received over a network is a part of the buffer that libzmq read it into,
        /// usually 8 KiB, and keeps all of it.
        const KEPT_FROM: usize = 1024;

        if frame.len() < KEPT_FROM {
            return bytes::Bytes::copy_from_slice(&frame);
        }
        bytes::Bytes::from_owner(frame)
    }
}
