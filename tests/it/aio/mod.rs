//! Async sockets: what they promise, each on tokio with one thread, on tokio with several, and on smol.

mod cancellation;
mod fairness;
mod parties;
mod req_rep;
mod runtime;
mod wake_ups;
