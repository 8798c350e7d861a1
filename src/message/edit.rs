//! Looking at and changing the frames of a message.

use std::collections::VecDeque;

use super::{Frame, Message};

/// Frames in the middle.
impl Message {
    /// The first frame.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// assert_eq!(Message::from(["topic", "body"]).first().unwrap(), "topic");
    /// assert_eq!(Message::new().first(), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn first(&self) -> Option<&Frame> {
        self.get(0)
    }

    /// The last frame.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// assert_eq!(Message::from(["topic", "body"]).last().unwrap(), "body");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn last(&self) -> Option<&Frame> {
        self.get(self.len().checked_sub(1)?)
    }

    /// Number of bytes in all frames together.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// assert_eq!(Message::from(["topic", "body"]).byte_len(), 9);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn byte_len(&self) -> usize {
        self.iter().map(Frame::len).sum()
    }

    /// Puts a frame before the one at `index`, or after all if `index` is the number of frames.
    ///
    /// # Panics
    /// If `index` is greater than the number of frames.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["topic", "body"]);
    /// message.insert(1, "sequence 7");
    /// assert_eq!(message, ["topic", "sequence 7", "body"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[track_caller]
    pub fn insert(&mut self, index: usize, frame: impl Into<Frame>) {
        assert!(index <= self.len(), "no place {index} in a message of {} frames", self.len());
        self.many().insert(index, frame.into());
    }

    /// Takes the frame at `index`.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["topic", "sequence 7", "body"]);
    /// assert_eq!(message.remove(1).unwrap(), "sequence 7");
    /// assert_eq!(message, ["topic", "body"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn remove(&mut self, index: usize) -> Option<Frame> {
        self.many().remove(index)
    }

    /// Puts another frame in the place of the one at `index`, which it returns.
    ///
    /// # Errors
    /// With the new frame, if there is no frame at `index`.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["topic", "body"]);
    /// assert_eq!(message.replace(1, "news").unwrap(), "body");
    /// assert_eq!(message, ["topic", "news"]);
    /// assert_eq!(message.replace(2, "nowhere").unwrap_err(), "nowhere");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn replace(&mut self, index: usize, frame: impl Into<Frame>) -> Result<Frame, Frame> {
        let frame = frame.into();
        match self.as_mut_slice().get_mut(index) {
            Some(place) => Ok(std::mem::replace(place, frame)),
            None => Err(frame),
        }
    }

    /// Lets each frame keep no more memory than its bytes need: see [`Frame::compact`].
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::ErrorKind::OutOfMemory); the frames before the one that it was for are compact then.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["topic", "body"]);
    /// message.compact()?;
    /// assert_eq!(message, ["topic", "body"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn compact(&mut self) -> crate::Result<()> {
        self.as_mut_slice().iter_mut().try_for_each(Frame::compact)
    }

    /// Drops all frames but the first `len`.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["a", "b", "c"]);
    /// message.truncate(1);
    /// assert_eq!(message, "a");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn truncate(&mut self, len: usize) {
        self.many().truncate(len);
    }

    /// Drops all frames.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["a", "b"]);
    /// message.clear();
    /// assert!(message.is_empty());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn clear(&mut self) {
        self.many().clear();
    }

    /// Moves the frames of `other` behind those of this message.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from("a");
    /// message.append(Message::from(["b", "c"]));
    /// assert_eq!(message, ["a", "b", "c"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn append(&mut self, other: impl Into<Message>) {
        self.extend(other.into());
    }

    /// Takes the frames from `index` on; all that are left before it stay.
    ///
    /// # Panics
    /// If `index` is greater than the number of frames.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let mut message = Message::from(["a", "b", "c"]);
    /// assert_eq!(message.split_off(1), ["b", "c"]);
    /// assert_eq!(message, "a");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[track_caller]
    pub fn split_off(&mut self, index: usize) -> Message {
        assert!(index <= self.len(), "no place {index} in a message of {} frames", self.len());
        Message::many_of(self.many().split_off(index))
    }

    /// Takes the frames up to the first one of no bytes, which is removed; `None`, and nothing is changed, if
    /// there is none.
    ///
    /// So do ROUTER sockets get requests from REQ sockets: the envelope, which says where the reply goes, an
    /// empty frame, and the request. [`with_envelope`](Message::with_envelope) puts it back.
    ///
    /// ```
    /// use ferromq::{Context, Req, Router};
    ///
    /// let context = Context::new()?;
    /// let router = context.socket::<Router>().bind("inproc://service")?;
    /// let req = context.socket::<Req>().connect("inproc://service")?;
    /// let req = req.send("Hello")?;
    ///
    /// let (peer, mut request) = router.recv_from()?;
    /// let envelope = request.take_envelope().expect("a request from a REQ has one");
    /// assert!(envelope.is_empty()); // `peer` is all there is: the request passed no other ROUTER
    /// assert_eq!(request, "Hello");
    /// router.send_to(&peer, request.with_envelope(envelope))?;
    /// assert_eq!(req.recv()?.0, "Hello");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// Source: RFC 28.
    pub fn take_envelope(&mut self) -> Option<Message> {
        let delimiter = self.iter().position(Frame::is_empty)?;
        let frames = self.many();
        let rest = frames.split_off(delimiter + 1);
        let mut envelope = std::mem::replace(frames, rest);
        envelope.truncate(delimiter);
        Some(Message::many_of(envelope))
    }

    /// The message with the frames of `envelope` and an empty frame before its own.
    ///
    /// ```
    /// use ferromq::Message;
    ///
    /// let message = Message::from("World").with_envelope("peer");
    /// assert_eq!(message, ["peer", "", "World"]);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// Source: RFC 28.
    #[must_use]
    pub fn with_envelope(mut self, envelope: impl Into<Message>) -> Message {
        let mut frames: VecDeque<Frame> = envelope.into().into_iter().collect();
        frames.push_back(Frame::new());
        frames.append(self.many());
        Message::many_of(frames)
    }
}
