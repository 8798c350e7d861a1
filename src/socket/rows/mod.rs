//! The options that several patterns share, by subject. A pattern's own options are in the pattern's file.

pub use super::dealer::row::ProbeRouter;
pub use super::publish::row::{InvertMatching, NoDrop};
#[cfg(feature = "draft")]
pub use super::router::row::NotifyOf;
pub use super::router::row::{Handover, Mandatory};
pub use super::stream::row::StreamNotify;
pub use super::xpub::row::{Manual, ManualLastValue, OnlyFirstSubscribe, Verbose, Verboser, WelcomeMessage};
#[cfg(feature = "draft")]
pub use super::xsub::row::VerboseUnsubscribe;

#[cfg(feature = "draft")]
pub(crate) mod batch;
pub(crate) mod connection;
pub(crate) mod metadata;
pub(crate) mod multicast;
#[cfg(feature = "draft")]
pub(crate) mod norm;
#[cfg(feature = "draft")]
pub(crate) mod peer;
pub(crate) mod queue;
pub(crate) mod security;
pub(crate) mod socks;
pub(crate) mod tcp;
pub(crate) mod topics;
pub(crate) mod vmci;
#[cfg(test)]
mod walk;
#[cfg(feature = "draft")]
pub(crate) mod wss;

/// Every row, for configuration files.
#[cfg(feature = "serde")]
pub(crate) fn entries() -> impl Iterator<Item = &'static super::table::Entry> {
    [
        connection::ENTRIES,
        multicast::ENTRIES,
        queue::ENTRIES,
        socks::ENTRIES,
        tcp::ENTRIES,
        vmci::ENTRIES,
        super::dealer::ENTRIES,
        super::publish::ENTRIES,
        super::router::ENTRIES,
        super::stream::ENTRIES,
        super::xpub::ENTRIES,
        #[cfg(feature = "draft")]
        batch::ENTRIES,
        #[cfg(feature = "draft")]
        norm::ENTRIES,
        #[cfg(feature = "draft")]
        peer::ENTRIES,
        #[cfg(feature = "draft")]
        wss::ENTRIES,
        #[cfg(feature = "draft")]
        super::xsub::ENTRIES,
    ]
    .into_iter()
    .flatten()
}
