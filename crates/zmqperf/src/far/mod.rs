//! The other end: what it does when it is asked (`serve`), and how it is started and asked ([`FarEnd`]).

mod ask;
mod job;
mod serve;
mod start;

pub use ask::unexpected;
pub use start::{FarEnd, Whereabouts, serve_parent, serve_peers};
