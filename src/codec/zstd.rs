//! The Zstandard frame format.
//!
//! Source: RFC 8878.

use zstd::zstd_safe::{
    CCtx, CParameter, DCtx, DParameter, InBuffer, OutBuffer, ResetDirective, compress_bound, get_error_name,
    get_frame_content_size, max_c_level, min_c_level,
};

use super::decompressor::{room_for, too_large};
use super::failed;
use crate::error::{Error, ErrorKind, Operation, Result};

/// A block holds no more than this, and takes four bytes at least if it holds anything.
const BLOCK: usize = 128 << 10;
const SHORTEST_BLOCK: usize = 4;

/// RFC 8878 asks decoders to have at least this window (8 MiB): frames that do not tell their length announce one that
/// goes by the level and not by the content.
const WINDOW_LOG: u32 = 23;

pub(super) struct Encoder(CCtx<'static>);

impl Encoder {
    pub(super) fn new(level: i32) -> Result<Encoder> {
        if level < min_c_level() || level > max_c_level() {
            let reason = format!("there are {} to {}", min_c_level(), max_c_level());
            return Err(Error::new(Operation::SetOption, ErrorKind::InvalidOption).about_option(
                "level",
                level.to_string(),
                Some(&reason),
            ));
        }
        let mut context = CCtx::try_create().ok_or_else(|| no_memory(Operation::MakeFrame))?;
        context.set_parameter(CParameter::CompressionLevel(level)).map_err(refused(Operation::MakeFrame))?;
        Ok(Encoder(context))
    }

    /// Writes `bytes` as a frame, which tells their number.
    pub(super) fn compress(&mut self, bytes: &[u8], target: &mut Vec<u8>) -> Result<()> {
        let most = compress_bound(bytes.len());
        target.try_reserve(most).map_err(|_| no_memory(Operation::MakeFrame))?;
        self.0.compress2(target, bytes).map_err(refused(Operation::MakeFrame))?;
        Ok(())
    }
}

pub(super) struct Decoder(DCtx<'static>);

impl Decoder {
    pub(super) fn new() -> Result<Decoder> {
        DCtx::try_create().map(Decoder).ok_or_else(|| no_memory(Operation::ReadMessage))
    }

    /// What the one frame in `bytes` holds, of at most `limit` bytes.
    pub(super) fn decompress(&mut self, bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
        let told = get_frame_content_size(bytes)
            .map_err(|_| failed(Operation::ReadMessage, "Zstandard", "its header is damaged"))?;
        if told.is_some_and(|told| told > limit as u64) {
            return Err(too_large(limit));
        }
        let most = (bytes.len() / SHORTEST_BLOCK).saturating_add(1).saturating_mul(BLOCK);
        let most = match told.and_then(|told| usize::try_from(told).ok()) {
            Some(told) => most.min(told),
            // One more, by which a content that is too long is told from one that just fits.
            None => most.min(limit.saturating_add(1)),
        };
        let mut content = room_for(most)?;
        self.start(limit)?;

        let mut frame = InBuffer::around(bytes);
        loop {
            let before = (frame.pos(), content.len());
            let mut target = OutBuffer::around_pos(&mut content, before.1);
            let left = self.0.decompress_stream(&mut target, &mut frame);
            if left.map_err(refused(Operation::ReadMessage))? == 0 {
                break;
            }
            if content.len() > limit {
                return Err(too_large(limit));
            }
            if (frame.pos(), content.len()) == before {
                return Err(failed(Operation::ReadMessage, "Zstandard", "it is cut off"));
            }
        }
        if content.len() > limit {
            return Err(too_large(limit));
        }
        if frame.pos() < bytes.len() {
            return Err(failed(Operation::ReadMessage, "Zstandard", "there is something behind its end"));
        }
        content.shrink_to_fit();
        Ok(content)
    }

    /// Forgets a frame that was given up, and sets what memory the next one may ask for.
    fn start(&mut self, limit: usize) -> Result<()> {
        let most = if cfg!(target_pointer_width = "64") { 31 } else { 30 };
        let window = limit.checked_next_power_of_two().map_or(most, |limit| limit.trailing_zeros());
        self.0.reset(ResetDirective::SessionOnly).map_err(refused(Operation::ReadMessage))?;
        self.0
            .set_parameter(DParameter::WindowLogMax(window.clamp(WINDOW_LOG, most)))
            .map_err(refused(Operation::ReadMessage))?;
        Ok(())
    }
}

/// What the library says.
fn refused(operation: Operation) -> impl Fn(usize) -> Error {
    move |code| failed(operation, "Zstandard", get_error_name(code))
}

#[cold]
fn no_memory(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::OutOfMemory)
}
