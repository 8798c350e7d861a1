//! MessagePack, with `serde`.

use rmp_serde::Deserializer;
use rmp_serde::decode::Error;
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Serialize};

use super::failed;
use crate::error::{Operation, Result};
use crate::message::{Frame, Message};

/// MessagePack, with the feature `msgpack`.
#[cfg_attr(docsrs, doc(cfg(feature = "msgpack")))]
impl Frame {
    /// A frame with `value` in MessagePack, a struct as a map with the names of its
    /// fields, as other languages expect.
    ///
    /// # Errors
    /// [`Format`](crate::ErrorKind::Format) if there is no MessagePack for the value.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// let frame = Frame::from_msgpack(&(1, true))?;
    /// assert_eq!(frame, [0x92, 0x01, 0xc3]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn from_msgpack<T: Serialize + ?Sized>(value: &T) -> Result<Frame> {
        match rmp_serde::to_vec_named(value) {
            Ok(bytes) => Ok(Frame::from(bytes)),
            Err(error) => Err(failed(Operation::MakeFrame, "MessagePack", error)),
        }
    }

    /// The value that the frame holds in MessagePack. It may borrow text and bytes from the frame.
    ///
    /// # Errors
    /// [`Format`](crate::ErrorKind::Format) if the bytes are not MessagePack, or not a `T`.
    ///
    /// ```
    /// use ferromq::Frame;
    ///
    /// let (number, flag): (u32, bool) = Frame::from([0x92, 0x01, 0xc3]).read_msgpack()?;
    /// assert_eq!((number, flag), (1, true));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn read_msgpack<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        read(self).map_err(|error| failed(Operation::ReadMessage, "MessagePack", error))
    }
}

/// MessagePack, with the feature `msgpack`.
#[cfg_attr(docsrs, doc(cfg(feature = "msgpack")))]
impl Message {
    /// A message of one frame, as [`Frame::from_msgpack`] makes it.
    ///
    /// # Errors
    /// As for [`Frame::from_msgpack`].
    ///
    /// ```
    /// use ferromq::{Context, Message, Pair};
    ///
    /// let context = Context::new()?;
    /// let left = context.socket::<Pair>().bind("inproc://orders")?;
    /// let right = context.socket::<Pair>().connect("inproc://orders")?;
    ///
    /// left.send(Message::from_msgpack(&("coffee", 2))?)?;
    /// let (what, how_many): (String, u32) = right.recv()?.read_msgpack()?;
    /// assert_eq!((what.as_str(), how_many), ("coffee", 2));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn from_msgpack<T: Serialize + ?Sized>(value: &T) -> Result<Message> {
        Frame::from_msgpack(value).map(Message::from)
    }

    /// The value that the only frame holds, as [`Frame::read_msgpack`] reads it.
    ///
    /// # Errors
    /// As for [`Frame::read_msgpack`]; [`InvalidMessage`](crate::ErrorKind::InvalidMessage) if there are several
    /// frames, or none.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let message = Message::from_msgpack(&("coffee", 2))?;
    /// let (what, how_many): (&str, u32) = message.read_msgpack()?;
    /// assert_eq!((what, how_many), ("coffee", 2));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn read_msgpack<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        self.only()?.read_msgpack()
    }
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    let mut format = Deserializer::from_read_ref(bytes);
    let value = T::deserialize(&mut format)?;
    // The crate does not say how far it has read; but where nothing is left, there is no marker of a value.
    match IgnoredAny::deserialize(&mut format) {
        Err(Error::InvalidMarkerRead(_)) => Ok(value),
        _ => Err(Error::custom("trailing bytes after the value")),
    }
}
