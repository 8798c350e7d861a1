//! What the measured programs have in common: how they are called, what they send, what they check, and where the clock
//! starts and stops. What differs between them is only how a library is told to send and receive.
//!
//! ```text
//! PROGRAM LIBRARY ROLE ENDPOINT SIZE COUNT multi-thread|current-thread
//! ```
//!
//! A role is `push`, `pull`, `req`, `rep`, `dealer`, `router`, `pub-N` or `sub-N`, where N is how many subscribers there
//! are, all of them in one process; or two of these with a `+` between them, both in one process. An endpoint that begins
//! with `curve+` is encrypted.
//!
//! PULL, REP, ROUTER and PUB bind, and print `ready` then. Whoever receives what is counted prints `seconds S of D`, when D
//! messages or replies have arrived in S seconds after a warm-up of a tenth of `COUNT`. Everybody stays until the standard
//! input ends, so that nothing is lost.
//!
//! A PUB cannot know who has subscribed. It greets until the standard input says `go`, which it does when the subscribers
//! have printed `joined`, because each of them has heard a greeting.

mod fan_out;
mod messages;
mod program;
mod side;

pub use fan_out::{Publication, Subscription};
pub use messages::{Arrivals, Messages};
pub use program::{Sides, stay};
pub use side::{Role, Run};

/// How many requests a DEALER has sent that are not answered yet.
pub const WINDOW: usize = 64;

/// The keys of the one server and of the one client where a connection is encrypted: made for this, and no secret.
pub mod keys {
    /// The public key of the side that binds.
    pub const SERVER_PUBLIC: &str = "&K7#U[HL5HG<oeM!32vPHSFIX*:R=C=pDdEkN#M(";
    /// Its secret key.
    pub const SERVER_SECRET: &str = "/v2TXpTwMLrSY(:a@i8bUT#ycI<JT*jh3!bf#m#O";
    /// The public key of the side that connects.
    pub const CLIENT_PUBLIC: &str = "E[>NKbx{}a.YrR$4gFOyJU@s&Fu-.!29%oW:0s!2";
    /// Its secret key.
    pub const CLIENT_SECRET: &str = "2N0!A>pJ>vqnYsOfN[x#2yqzA[^jjiVdCNT:WTSA";
}
