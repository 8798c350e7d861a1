//! JSON, with `serde`.

use serde::{Deserialize, Serialize};

use super::failed;
use crate::error::{Operation, Result};
use crate::message::{Frame, Message};

/// JSON, with the feature `json`.
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
impl Frame {
    /// A frame with `value` in JSON, as text without spaces: what pyzmq's `send_json` sends.
    ///
    /// # Errors
    /// [`Format`](crate::ErrorKind::Format) if there is no JSON for the value: a map whose keys are
    /// not text, for example.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// let frame = Frame::from_json(&["coffee", "tea"])?;
    /// assert_eq!(frame, r#"["coffee","tea"]"#);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn from_json<T: Serialize + ?Sized>(value: &T) -> Result<Frame> {
        match serde_json::to_vec(value) {
            Ok(bytes) => Ok(Frame::from(bytes)),
            Err(error) => Err(failed(Operation::MakeFrame, "JSON", error)),
        }
    }

    /// The value that the frame holds in JSON. It may borrow text and bytes from the frame.
    ///
    /// # Errors
    /// [`Format`](crate::ErrorKind::Format) if the bytes are not JSON, or not a `T`, with what
    /// is wrong, and where.
    ///
    /// ```
    /// use ferromq::{ErrorKind, Frame};
    ///
    /// let frame = Frame::from(r#"["coffee", "tea"]"#);
    /// let drinks: Vec<&str> = frame.read_json()?;
    /// assert_eq!(drinks, ["coffee", "tea"]);
    ///
    /// let error = Frame::from("[1, 2").read_json::<Vec<u8>>().unwrap_err();
    /// println!("{error}"); // read message: not in this format: JSON: EOF while parsing a list at line 1 column 5
    /// assert_eq!(error.kind(), ErrorKind::Format);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn read_json<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        serde_json::from_slice(self).map_err(|error| failed(Operation::ReadMessage, "JSON", error))
    }
}

/// JSON, with the feature `json`.
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
impl Message {
    /// A message of one frame, as [`Frame::from_json`] makes it.
    ///
    /// # Errors
    /// As for [`Frame::from_json`].
    ///
    /// ```
    /// use ferromq::{Context, Message, Pair};
    ///
    /// let context = Context::new()?;
    /// let left = context.socket::<Pair>().bind("inproc://orders")?;
    /// let right = context.socket::<Pair>().connect("inproc://orders")?;
    ///
    /// left.send(Message::from_json(&("coffee", 2))?)?;
    /// let (what, how_many): (String, u32) = right.recv()?.read_json()?;
    /// assert_eq!((what.as_str(), how_many), ("coffee", 2));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn from_json<T: Serialize + ?Sized>(value: &T) -> Result<Message> {
        Frame::from_json(value).map(Message::from)
    }

    /// The value that the only frame holds, as [`Frame::read_json`] reads it.
    ///
    /// # Errors
    /// As for [`Frame::read_json`]; [`InvalidMessage`](crate::ErrorKind::InvalidMessage) if there are several
    /// frames, or none.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let message = Message::from(r#"["coffee", 2]"#);
    /// let (what, how_many): (&str, u32) = message.read_json()?;
    /// assert_eq!((what, how_many), ("coffee", 2));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn read_json<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        self.only()?.read_json()
    }
}
