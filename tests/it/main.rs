//! What sockets promise, tried on the real libzmq: one module for each subject.
#![forbid(unsafe_code)]

mod link;
mod patience;
mod process;
mod shapes;

mod any_socket;
mod dealer_router;
#[cfg(feature = "draft")]
mod draft;
mod dropping;
mod dying_peers;
mod endpoints;
mod errors;
mod interop;
mod messages;
mod options;
mod pair;
#[cfg(unix)]
mod peers;
mod proxy;
mod pub_sub;
mod push_pull;
mod req_rep;
mod shutdown;
#[cfg(unix)]
mod signals;
mod threads;
mod waiting;
