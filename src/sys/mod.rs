//! The C library behind safe handles.
//!
//! This is the only module of the crate, and of the workspace, in which `unsafe` may stand. Each handle
//! numbers the invariants of its fields (`I1`, `I2`, ...); a SAFETY comment names those that it rests on and
//! the rule of libzmq that they satisfy. A function is safe when the invariants alone discharge the C
//! contract.
#![allow(unsafe_code)]

// libzmq calls libsodium; naming the crate is what links it.
#[cfg(feature = "curve")]
use libsodium_sys as _;

#[allow(dead_code, non_camel_case_types, missing_docs, clippy::all)]
mod bindings;
mod context;
pub(crate) mod curve;
mod draft;
mod errno;
mod exclusive;
#[cfg(all(unix, feature = "aio"))]
mod fd;
mod fork;
#[cfg(feature = "draft")]
mod kernel;
mod library;
#[cfg(unix)]
mod listener;
mod message;
mod monitor;
mod option;
mod owner;
mod poll;
mod raw;
mod scheduling;
mod socket;
#[cfg(all(unix, feature = "draft", feature = "aio"))]
mod watcher;

pub(crate) use context::{ContextOption, Gate, RawContext};
pub(crate) use errno::Errno;
pub(crate) use exclusive::Exclusive;
#[cfg(all(unix, feature = "tokio"))]
pub(crate) use fd::watch_by_tokio;
pub(crate) use fork::{Process, is_forked};
#[cfg(feature = "draft")]
pub(crate) use kernel::KernelOption;
pub(crate) use library::{has, kernel_has_tipc, version};
#[cfg(unix)]
pub(crate) use listener::is_listening;
pub(crate) use message::{Empty, RawMessage};
pub(crate) use monitor::{EventVersion, MonitorEvents, event, protocol_error};
pub(crate) use option::{OptionId, Wire, gssapi_name, id, mechanism};
pub use poll::PollItem;
pub(crate) use poll::{PollFlags, poll};
pub use raw::{ForeignContext, ForeignSocket};
pub(crate) use scheduling::{Refused, Scheduling, try_on_a_thread};
#[cfg(feature = "draft")]
pub(crate) use socket::ThreadSafe;
pub(crate) use socket::{AtomicFlags, Classic, Flags, RawSocket, ReadWire, Sharing, SocketType};
