//! Async sockets.

#[cfg(feature = "async-io")]
pub(crate) mod async_io_reactor;
pub(crate) mod reactor;
mod shared;
pub(crate) mod socket;
#[cfg(feature = "tokio")]
pub(crate) mod tokio_reactor;
mod waiters;
