//! What socket options are made of: their values as types, and how each type is written in C.
//!
//! The options themselves are rows in `socket/rows/` and, where they belong to one pattern, in that pattern's
//! file.

pub(crate) mod codec;
#[cfg(feature = "draft")]
mod group;
mod hwm;
mod linger;
#[cfg(feature = "draft")]
mod peer_id;
#[cfg(feature = "serde")]
pub(crate) mod plain;
mod routing_id;
mod scheduling;
mod secret;
mod sets;
pub(crate) mod setting;

#[cfg(feature = "draft")]
pub use group::Group;
pub use hwm::Hwm;
pub use linger::Linger;
#[cfg(feature = "draft")]
pub use peer_id::PeerId;
pub use routing_id::RoutingId;
pub use scheduling::SchedulingPolicy;
pub use secret::Secret;
pub use sets::ReconnectStop;
#[cfg(feature = "draft")]
pub use sets::{NormMode, Notify};
