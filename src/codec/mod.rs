//! Values of the program's own types as frames, in the formats of serde.

#[cfg(feature = "json")]
mod json;
#[cfg(feature = "msgpack")]
mod msgpack;

use std::fmt::Display;

use crate::error::{Error, ErrorKind, Operation};

/// What a format says about a value that it cannot write, or bytes that it cannot read.
#[cold]
fn failed(operation: Operation, format: &str, reason: impl Display) -> Error {
    Error::new(operation, ErrorKind::Format).about_detail(format!("{format}: {reason}"))
}
