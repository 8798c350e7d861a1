//! Async sockets: what they promise, each on tokio with one thread, on tokio with several, and on smol.

mod authenticator;
mod cancellation;
mod conversions;
mod dropping;
mod fairness;
mod idle;
mod interop;
mod news;
mod parties;
mod patterns;
mod req_rep;
mod runtime;
mod waiting;
mod wake_ups;
