//! Compressed frames and batches.

mod batch;
#[cfg(all(feature = "lz4", feature = "zstd"))]
mod compression;
#[cfg(all(feature = "lz4", feature = "zstd"))]
mod python;
