//! What sockets promise, tried on the real libzmq: one module for each subject.
#![forbid(unsafe_code)]

mod knocking;
mod link;
#[path = "../../fuzz/src/mutation.rs"]
mod mutation;
mod patience;
mod process;
mod relay;
mod shapes;
mod zap_handler;

#[cfg(all(unix, feature = "tokio", feature = "async-io"))]
mod aio;
mod any_socket;
mod authenticator;
mod batches;
mod certificates;
mod codec;
#[cfg(feature = "serde")]
mod config;
mod connections;
mod context_options;
mod dealer_router;
mod defects;
#[cfg(feature = "draft")]
mod draft;
mod dropping;
mod dying_peers;
mod eavesdropping;
mod endpoints;
mod errors;
mod formats;
mod gssapi;
#[cfg(target_os = "linux")]
mod hostile;
mod interop;
#[cfg(feature = "log")]
mod log;
mod many;
#[cfg(all(unix, feature = "draft", feature = "curve"))]
mod matrix;
mod messages;
mod metadata;
mod monitor;
#[cfg(target_os = "linux")]
mod namespaces;
mod option_effects;
mod options;
mod owners;
mod pair;
#[cfg(unix)]
mod peers;
mod poller;
mod proxy;
mod pub_sub;
mod push_pull;
mod receive_into;
mod refusals;
mod req_rep;
mod request_client;
mod security;
mod shutdown;
#[cfg(unix)]
mod signals;
mod spec;
mod spin;
mod threads;
mod timers;
#[cfg(feature = "trace")]
mod trace;
mod transports;
mod waiting;
