//! The options that several patterns share, by subject. A pattern's own options are in the pattern's file.

pub use super::dealer::row::ProbeRouter;
pub use super::publish::row::{InvertMatching, NoDrop};
pub use super::router::row::{Handover, Mandatory};

pub(crate) mod connection;
pub(crate) mod queue;
pub(crate) mod security;
pub(crate) mod tcp;
#[cfg(test)]
mod walk;
