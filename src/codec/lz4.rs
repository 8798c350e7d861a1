//! The LZ4 frame format.
//!
//! Source: <https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md>.

use std::io::{self, BufRead, Read, Write};
use std::mem;

use lz4_flex::frame::{FrameDecoder, FrameEncoder, FrameInfo};

use super::decompressor::{room_for, too_large};
use super::failed;
use crate::error::{Operation, Result};

/// No byte of a block stands for more bytes than this.
const MOST_FROM_A_BYTE: usize = 255;

/// Writes `bytes` as a frame that tells their number, so that a receiver knows what memory it takes.
pub(super) fn compress(bytes: &[u8], target: &mut Vec<u8>) -> Result<()> {
    let describes = FrameInfo::new().content_size(Some(bytes.len() as u64));
    let mut encoder = FrameEncoder::with_frame_info(describes, mem::take(target));
    encoder.write_all(bytes).map_err(|error| failed(Operation::MakeFrame, "LZ4", error))?;
    *target = encoder.finish().map_err(|error| failed(Operation::MakeFrame, "LZ4", error))?;
    Ok(())
}

/// What the one frame in `bytes` holds, of at most `limit` bytes.
pub(super) fn decompress(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
    let told = content_size(bytes);
    if told.is_some_and(|told| told > limit as u64) {
        return Err(too_large(limit));
    }
    let most = bytes.len().saturating_mul(MOST_FROM_A_BYTE).min(limit);
    let most = told.map_or(most, |told| most.min(usize::try_from(told).unwrap_or(most)));
    let mut content = room_for(most)?;
    let mut frame = FrameDecoder::new(Uncut(bytes));
    loop {
        let block = frame.fill_buf().map_err(|error| failed(Operation::ReadMessage, "LZ4", error))?;
        if block.is_empty() {
            break;
        }
        if block.len() > most - content.len() {
            return Err(match told {
                Some(_) => failed(Operation::ReadMessage, "LZ4", "it is longer than it says"),
                None => too_large(limit),
            });
        }
        content.extend_from_slice(block);
        let length = block.len();
        frame.consume(length);
    }
    if !frame.get_ref().0.is_empty() {
        return Err(failed(Operation::ReadMessage, "LZ4", "there is something behind its end"));
    }
    if told.is_some_and(|told| told != content.len() as u64) {
        return Err(failed(Operation::ReadMessage, "LZ4", "it is shorter than it says"));
    }
    content.shrink_to_fit();
    Ok(content)
}

/// The number of bytes that the frame's header announces.
fn content_size(frame: &[u8]) -> Option<u64> {
    const HAS_CONTENT_SIZE: u8 = 1 << 3;
    let flags = *frame.get(4)?;
    let size = frame.get(6..)?.first_chunk()?;
    (flags & HAS_CONTENT_SIZE != 0).then(|| u64::from_le_bytes(*size))
}

/// Bytes that end with an error: the decoder takes an end between two blocks for the end of the frame.
struct Uncut<'a>(&'a [u8]);

impl Read for Uncut<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is cut off"));
        }
        self.0.read(buffer)
    }
}
