//! Making frames what they were.

use std::fmt;

use super::magic::Compression;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::{Frame, Message};

/// Decompresses what a [`Compressor`](super::Compressor) made, or any other program that writes LZ4 or Zstandard
/// frames, and lets other frames through as they are.
///
/// A few bytes can be compressed for gigabytes, by somebody who wants the receiver to run out of memory. So there is a
/// [`limit`](Decompressor::limit), of 64 MiB unless another one is set. Besides that it needs some memory to work: at most
/// 12 MiB for LZ4 (three blocks of the greatest size, which the frame announces), at most 8 MiB or the limit for Zstandard.
///
/// Whether a frame is compressed its first four bytes say: `04 22 4d 18` for LZ4, `28 b5 2f fd` for Zstandard. One
/// that was not compressed and begins so is an error, or taken for what it is not; a `Compressor` sends none.
///
/// ```
/// # #[cfg(feature = "lz4")] {
/// use ferromq::ErrorKind;
/// use ferromq::codec::{Compressor, Decompressor};
///
/// let mut decompressor = Decompressor::new().limit(1000);
/// let frame = Compressor::lz4().compress(vec![0; 1000])?;
/// assert_eq!(decompressor.decompress(frame)?, vec![0; 1000]);
/// assert_eq!(decompressor.decompress("plain")?, "plain");
///
/// let bomb = Compressor::lz4().compress(vec![0; 1_000_000])?;
/// let failed = decompressor.decompress(bomb).unwrap_err();
/// assert_eq!(failed.kind(), ErrorKind::TooLarge);
/// # }
/// # Ok::<(), ferromq::Error>(())
/// ```
pub struct Decompressor {
    limit: usize,
    /// Made when the first frame needs it.
    #[cfg(feature = "zstd")]
    zstd: Option<super::zstd::Decoder>,
}

impl Decompressor {
    /// One whose limit is 64 MiB.
    pub fn new() -> Decompressor {
        Decompressor {
            limit: 64 << 20,
            #[cfg(feature = "zstd")]
            zstd: None,
        }
    }

    /// Decompresses to at most so many bytes a frame, or a message where it is given messages.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Decompressor {
        self.limit = bytes;
        self
    }

    /// The frame as it was before it was compressed; one that is not compressed as it is.
    ///
    /// # Errors
    /// With the frame: [`TooLarge`](ErrorKind::TooLarge) if it would be longer than the limit,
    /// [`Format`](ErrorKind::Format) if it is damaged, cut off, or has something behind its end,
    /// [`Unsupported`](ErrorKind::Unsupported) if this program was built without the feature for its format,
    /// [`OutOfMemory`](ErrorKind::OutOfMemory).
    pub fn decompress(&mut self, frame: impl Into<Frame>) -> Result<Frame, Failed<Frame>> {
        let frame = frame.into();
        match self.decompressed(&frame, self.limit) {
            Ok(None) => Ok(frame),
            Ok(Some(frame)) => Ok(frame),
            Err(error) => Err(Failed::new(error, frame)),
        }
    }

    /// The message with each frame as it was before it was compressed. The limit is for all of them together.
    ///
    /// # Errors
    /// With the message as it came: as for [`decompress`](Decompressor::decompress).
    ///
    /// ```
    /// # #[cfg(feature = "lz4")] {
    /// use ferromq::codec::{Compressor, Decompressor};
    ///
    /// let sunny = "Sunny today. ".repeat(50);
    /// let message = Compressor::lz4().compress_message(["weather", &sunny])?;
    /// assert_eq!(Decompressor::new().decompress_message(message)?, ["weather", &sunny]);
    /// # }
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn decompress_message(&mut self, message: impl Into<Message>) -> Result<Message, Failed<Message>> {
        let mut message = message.into();
        let mut left = self.limit;
        let mut decompressed = Vec::new();
        for (index, frame) in message.iter().enumerate() {
            match self.decompressed(frame, left) {
                Ok(None) => {}
                Ok(Some(frame)) => {
                    left -= frame.len();
                    decompressed.push((index, frame));
                }
                Err(error) => return Err(Failed::new(error, message)),
            }
        }
        for (index, frame) in decompressed {
            // The compressed one is not needed any more.
            let _ = message.replace(index, frame);
        }
        Ok(message)
    }

    fn decompressed(&mut self, frame: &Frame, limit: usize) -> Result<Option<Frame>> {
        let bytes = match Compression::of(frame) {
            None => return Ok(None),
            #[cfg(feature = "lz4")]
            Some(Compression::Lz4) => super::lz4::decompress(frame, limit)?,
            #[cfg(not(feature = "lz4"))]
            Some(Compression::Lz4) => return Err(without("lz4")),
            #[cfg(feature = "zstd")]
            Some(Compression::Zstd) => {
                let decoder = match &mut self.zstd {
                    Some(decoder) => decoder,
                    none => none.insert(super::zstd::Decoder::new()?),
                };
                decoder.decompress(frame, limit)?
            }
            #[cfg(not(feature = "zstd"))]
            Some(Compression::Zstd) => return Err(without("zstd")),
        };
        debug_assert!(bytes.len() <= limit);
        Ok(Some(Frame::from(bytes)))
    }
}

impl Default for Decompressor {
    fn default() -> Decompressor {
        Decompressor::new()
    }
}

impl fmt::Debug for Decompressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decompressor").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// The frame is of a format that this build cannot read.
#[cfg(not(all(feature = "lz4", feature = "zstd")))]
#[cold]
fn without(feature: &str) -> Error {
    Error::new(Operation::ReadMessage, ErrorKind::Unsupported)
        .about_detail(format!("the frame is compressed, and ferromq was built without the feature {feature}"))
}

/// The frame would become longer than it may.
#[cold]
pub(super) fn too_large(limit: usize) -> Error {
    Error::new(Operation::ReadMessage, ErrorKind::TooLarge)
        .about_detail(format!("the limit is {limit} bytes"))
}

/// Room for exactly so many bytes.
pub(super) fn room_for(bytes: usize) -> Result<Vec<u8>> {
    let mut room = Vec::new();
    match room.try_reserve_exact(bytes) {
        Ok(()) => Ok(room),
        Err(_) => {
            Err(Error::new(Operation::ReadMessage, ErrorKind::OutOfMemory)
                .about_detail(format!("{bytes} bytes")))
        }
    }
}
