//! Making frames shorter.

use std::fmt;

use super::magic::Compression;
use crate::error::{Failed, Result};
use crate::message::{Frame, Message};

/// Compresses the frames that it pays for.
///
/// What it returns is a standard LZ4 or Zstandard frame if that is shorter, and else the frame as it was, without a copy.
/// A receiver tells them apart by the first four bytes, which the formats prescribe. So that this cannot go wrong,
/// a frame that happens to begin with such bytes is compressed in any case, however short it is.
///
/// It keeps its buffers from one frame to the next: make one and use it often. Frames of fewer than 256 bytes are left
/// as they are, unless [`threshold`](Compressor::threshold) says otherwise.
///
/// ```
/// # #[cfg(feature = "lz4")] {
/// use ferromq::codec::{Compressor, Decompressor};
///
/// let mut lz4 = Compressor::lz4();
/// let frame = lz4.compress("coffee ".repeat(1000))?;
/// assert!(frame.len() < 100);
/// assert_eq!(lz4.compress("tea")?, "tea"); // too short to be worth it
///
/// let text = Decompressor::new().decompress(frame)?;
/// assert_eq!(text, "coffee ".repeat(1000));
/// # }
/// # Ok::<(), ferromq::Error>(())
/// ```
pub struct Compressor {
    format: Format,
    threshold: usize,
    /// What the last frame became; kept for its memory.
    scratch: Vec<u8>,
}

enum Format {
    #[cfg(feature = "lz4")]
    Lz4,
    #[cfg(feature = "zstd")]
    Zstd(super::zstd::Encoder),
}

/// From here on, memory is not kept for the next frame.
const KEPT: usize = 1 << 20;

impl Compressor {
    /// Compresses by LZ4: the fastest, and what Python's `lz4.frame` reads.
    #[cfg(feature = "lz4")]
    #[cfg_attr(docsrs, doc(cfg(feature = "lz4")))]
    pub fn lz4() -> Compressor {
        Compressor::of(Format::Lz4)
    }

    /// Compresses by Zstandard at a level: 1 is fast, 3 what its authors take by default, 19 slow; there are faster ones
    /// below 0, and 20 to 22 need much memory. Python's `zstandard` reads it.
    ///
    /// # Errors
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if there is no such level;
    /// [`OutOfMemory`](crate::ErrorKind::OutOfMemory).
    ///
    /// ```
    /// use ferromq::ErrorKind;
    /// use ferromq::codec::Compressor;
    ///
    /// let frame = Compressor::zstd(3)?.compress("coffee ".repeat(1000))?;
    /// assert!(frame.len() < 100);
    /// assert_eq!(Compressor::zstd(23).unwrap_err().kind(), ErrorKind::InvalidOption);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[cfg(feature = "zstd")]
    #[cfg_attr(docsrs, doc(cfg(feature = "zstd")))]
    pub fn zstd(level: i32) -> Result<Compressor> {
        Ok(Compressor::of(Format::Zstd(super::zstd::Encoder::new(level)?)))
    }

    fn of(format: Format) -> Compressor {
        Compressor { format, threshold: 256, scratch: Vec::new() }
    }

    /// Leaves frames of fewer bytes as they are. 256 by default.
    ///
    /// Of less than some 30 bytes nothing gets shorter.
    #[must_use]
    pub fn threshold(mut self, bytes: usize) -> Compressor {
        self.threshold = bytes;
        self
    }

    /// The frame compressed, or as it was.
    ///
    /// # Errors
    /// With the frame: [`OutOfMemory`](crate::ErrorKind::OutOfMemory).
    pub fn compress(&mut self, frame: impl Into<Frame>) -> Result<Frame, Failed<Frame>> {
        let frame = frame.into();
        match self.compressed(&frame) {
            Ok(None) => Ok(frame),
            Ok(Some(compressed)) => Ok(compressed),
            Err(error) => Err(Failed::new(error, frame)),
        }
    }

    /// The message with each frame compressed, or as it was.
    ///
    /// Topics and the routing ids of an envelope are shorter than any sensible threshold, and so stay as they are. Where
    /// they are not, or where only one frame is to be compressed, take that one out:
    /// [`Message::replace`](Message::replace) puts it back.
    ///
    /// # Errors
    /// With the message: as for [`compress`](Compressor::compress).
    ///
    /// ```
    /// # #[cfg(feature = "lz4")] {
    /// use ferromq::codec::Compressor;
    ///
    /// let message = Compressor::lz4().compress_message(["weather", &"Sunny today. ".repeat(50)])?;
    /// assert_eq!(message[0], "weather");
    /// assert!(message[1].len() < 100);
    /// # }
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn compress_message(&mut self, message: impl Into<Message>) -> Result<Message, Failed<Message>> {
        let mut message = message.into();
        let mut compressed = Vec::new();
        for (index, frame) in message.iter().enumerate() {
            match self.compressed(frame) {
                Ok(frame) => compressed.extend(frame.map(|frame| (index, frame))),
                Err(error) => return Err(Failed::new(error, message)),
            }
        }
        for (index, frame) in compressed {
            // The frame that was there is not needed any more.
            let _ = message.replace(index, frame);
        }
        Ok(message)
    }

    /// The frame to send instead, if there is a better one.
    fn compressed(&mut self, frame: &Frame) -> Result<Option<Frame>> {
        let looks_compressed = Compression::of(frame).is_some();
        if frame.len() < self.threshold && !looks_compressed {
            return Ok(None);
        }
        self.scratch.clear();
        match &mut self.format {
            #[cfg(feature = "lz4")]
            Format::Lz4 => super::lz4::compress(frame, &mut self.scratch)?,
            #[cfg(feature = "zstd")]
            Format::Zstd(encoder) => encoder.compress(frame, &mut self.scratch)?,
        }
        let shorter = looks_compressed || self.scratch.len() < frame.len();
        let compressed = shorter.then(|| Frame::copied_from(&self.scratch)).transpose();
        if self.scratch.capacity() > KEPT {
            self.scratch = Vec::new();
        }
        compressed
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = match self.format {
            #[cfg(feature = "lz4")]
            Format::Lz4 => "lz4",
            #[cfg(feature = "zstd")]
            Format::Zstd(_) => "zstd",
        };
        f.debug_struct("Compressor").field("format", &format).field("threshold", &self.threshold).finish()
    }
}
