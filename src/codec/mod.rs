//! What is in a frame: values of serde's, compressed bytes, many messages at once.
//!
//! | what | how | feature |
//! |---|---|---|
//! | values in JSON | [`Message::from_json`](crate::Message), `read_json` | `json` |
//! | values in MessagePack | [`Message::from_msgpack`](crate::Message), `read_msgpack` | `msgpack` |
//! | compression by LZ4 | `Compressor::lz4`, `Decompressor` | `lz4` |
//! | compression by Zstandard | `Compressor::zstd`, `Decompressor` | `zstd` |
//! | many messages in one frame | [`BatchBuilder`], [`Batch`] | |
//!
//! They go together: a batch is a frame, and a frame can be compressed.
//!
//! ```
//! # #[cfg(feature = "lz4")] {
//! use ferromq::codec::{Batch, BatchBuilder, Compressor, Decompressor};
//! use ferromq::{Context, Pull, Push};
//!
//! let context = Context::new()?;
//! let pull = context.socket::<Pull>().bind("inproc://orders")?;
//! let push = context.socket::<Push>().connect("inproc://orders")?;
//!
//! let (mut batch, mut lz4) = (BatchBuilder::new(), Compressor::lz4());
//! for number in 0..500 {
//!     if let Some(full) = batch.push(["order", &format!("{number} coffee")])? {
//!         push.send(lz4.compress(full)?)?;
//!     }
//! }
//! if let Some(rest) = batch.take() {
//!     push.send(lz4.compress(rest)?)?;
//! }
//!
//! let frame = Decompressor::new().decompress(pull.recv()?.into_frame()?)?;
//! let batch = Batch::from_frame(frame)?;
//! assert_eq!(batch.len(), 500);
//! assert_eq!(batch.into_iter().next().unwrap(), ["order", "0 coffee"]);
//! # }
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! `docs/codecs.md` in the repository has the formats byte for byte, and how Python reads and writes them.

mod batch;
#[cfg(any(feature = "lz4", feature = "zstd"))]
mod compressor;
#[cfg(any(feature = "lz4", feature = "zstd"))]
mod decompressor;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "lz4")]
mod lz4;
#[cfg(any(feature = "lz4", feature = "zstd"))]
mod magic;
#[cfg(feature = "msgpack")]
mod msgpack;
#[cfg(feature = "zstd")]
mod zstd;

pub use batch::{Batch, BatchBuilder, BatchFrames, BatchIntoIter, BatchIter, BatchMessage};
#[cfg(any(feature = "lz4", feature = "zstd"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "lz4", feature = "zstd"))))]
pub use compressor::Compressor;
#[cfg(any(feature = "lz4", feature = "zstd"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "lz4", feature = "zstd"))))]
pub use decompressor::Decompressor;

use std::fmt::Display;

use crate::error::{Error, ErrorKind, Operation};

/// What a format says about a value that it cannot write, or bytes that it cannot read.
#[cold]
fn failed(operation: Operation, format: &str, reason: impl Display) -> Error {
    Error::new(operation, ErrorKind::Format).about_detail(format!("{format}: {reason}"))
}

/// The program of the page about the formats is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/codecs.md")]
mod guide {}
