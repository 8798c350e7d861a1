//! Many messages in one frame.
//!
//! ```text
//! batch   = "FQB" %x01 count *message     ; count: number of messages, 4 bytes, the highest first
//! message = *more last                    ; its frames
//! more    = %x01 length1 bytes / %x03 length8 bytes
//! last    = %x00 length1 bytes / %x02 length8 bytes
//! ```
//!
//! The frames are written as ZMTP writes them (RFC 37): a byte of flags, the length in one byte, or in eight bytes with the
//! highest first, and the bytes.

mod builder;
mod read;

pub use builder::BatchBuilder;
pub use read::{Batch, BatchFrames, BatchIntoIter, BatchIter, BatchMessage};

/// What a batch begins with: its name and version.
const MAGIC: [u8; 4] = *b"FQB\x01";
/// The magic and the number of messages.
const HEADER: usize = 8;
/// A further frame of the same message follows.
const MORE: u8 = 1 << 0;
/// The length takes eight bytes.
const LONG: u8 = 1 << 1;
