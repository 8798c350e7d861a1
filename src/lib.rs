//! Safe, typed ZeroMQ sockets over the real libzmq.
//!
//! ferromq compiles [libzmq](https://zeromq.org) 4.3.5 into your program, with CURVE, and puts the rules of ZeroMQ into
//! Rust's types. What goes over the wire is what libzmq sends; a program that breaks the order of REQ and
//! REP, sends on a SUB or sets an option that has no effect does not compile, or gets a typed error that says
//! what happened and hands back what it was given.
//!
//! ```
//! use ferromq::{Context, Rep, Req};
//!
//! let context = Context::new()?;
//! let rep = context.socket::<Rep>().bind("tcp://127.0.0.1:*")?;
//! let req = context.socket::<Req>().connect(rep.last_endpoint()?)?;
//!
//! let req = req.send("Hello")?; // now `req` can only receive
//! let (request, rep) = rep.recv()?; // and `rep` can only send
//! rep.send(format!("World, {request}!"))?;
//! let (reply, _req) = req.recv()?;
//! assert_eq!(reply, "World, Hello!");
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! [`Context::socket`] gives a [`Builder`], which collects options; `bind`, `connect` or `open` makes it a
//! [`Socket`]. A [`Message`] is one or more [`Frame`]s; text, bytes, vectors and arrays turn into one by
//! themselves. Every wait has three forms: `recv`, `recv_timeout`, `try_recv`, and the same for `send`.
//!
//! # Patterns
//!
//! | pattern | sends | receives | when nobody can take a message |
//! |---|---|---|---|
//! | [`Req`] | a request, then | its reply | waits |
//! | [`Rep`] | the reply to | a request | drops a reply to a peer that has gone |
//! | [`Dealer`] | to its peers in turn | from all, fairly | waits |
//! | [`Router`] | to the peer that it names | from all, with the sender's name | drops, or an error with [`mandatory`](Builder::mandatory) |
//! | [`Pub`] | to all who subscribed | | drops, or waits with [`no_drop`](Builder::no_drop) |
//! | [`Sub`] | | what it subscribed to | |
//! | [`Push`] | to its peers in turn | | waits |
//! | [`Pull`] | | from all, fairly | |
//! | [`XPub`] | to all who subscribed | subscriptions; messages of XSUB peers | as PUB |
//! | [`XSub`] | to all its peers | what it subscribed to | drops |
//! | [`Stream`] | plain TCP, to the connection that it names | plain TCP, with the connection's name | an error, or waits |
//! | [`Pair`] | to its one peer | from its one peer | waits |
//!
//! The draft patterns, CLIENT, SERVER, RADIO, DISH, SCATTER, GATHER, PEER, CHANNEL and DGRAM, are there with the
//! feature `draft`.
//!
//! # Errors
//!
//! [`Error`] says what kind of failure it is ([`ErrorKind`]), which operation failed, and on which endpoint
//! or option. An operation that had taken something, a socket or a message, fails with [`Failed`], which
//! gives it back:
//!
//! ```
//! use std::time::Duration;
//! use ferromq::{Context, Req};
//!
//! let context = Context::new()?;
//! let req = context.socket::<Req>().linger(Duration::ZERO).connect("tcp://127.0.0.1:9")?;
//! let req = req.send("Is anybody there?")?;
//! match req.recv_timeout(Duration::from_millis(20)) {
//!     Ok((reply, _req)) => println!("{reply}"),
//!     Err(failed) if failed.is_timeout() => drop(failed.into_kept()), // the socket, which still awaits the reply
//!     Err(failed) => return Err(failed.into()),
//! }
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! # Threads
//!
//! A [`Context`] can be used from any thread. A [`Socket`] can be sent to another thread and not be shared,
//! because libzmq's sockets are not thread-safe; give each thread its own, they are cheap. (The draft patterns but
//! DGRAM are thread-safe, and their sockets can be shared.)
//! [`Context::shutdown`] ends every wait.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `curve` | yes | compiles libsodium, and libzmq with CURVE |
//! | `bytes` | yes | `bytes::Bytes` becomes a frame without a copy, and a frame `Bytes` |
//! | `draft` | no | the draft patterns and options, which libzmq may still change |
//! | `json` | no | values of serde's in JSON: `Message::from_json`, `read_json` |
//! | `msgpack` | no | values of serde's in MessagePack: `Message::from_msgpack`, `read_msgpack` |
//! | `lz4` | no | frames compressed by LZ4: [`codec`] |
//! | `zstd` | no | frames compressed by Zstandard: [`codec`]; compiles its C library |
//! | `serde` | no | `SocketConfig`: options and endpoints from TOML, JSON, YAML and others; [`PublicKey`] in them |
//! | `trace` | no | trace IDs in messages, and the time of each hop: the module `trace` |
//! | `opentelemetry` | no | those from and to OpenTelemetry's `SpanContext` |
//! | `log` | no | a layer that publishes log records as pyzmq's `PUBHandler` does, and what receives those: the module `log` |
//! | `tracing` | no | events of the crate `tracing`: one for each decision of an authenticator |
//! | `tokio` | no | async sockets on tokio |
//! | `async-io` | no | async sockets on smol, async-std and every other executor |
//! | `aio` | no | what those two have in common; by itself, async sockets on a reactor of your own |
//!
//! How libzmq is compiled, and how to link the system's instead: `docs/building.md` in the repository.
//!
//! # Async
//!
//! With the feature `tokio` or `async-io`, `into_tokio` or `into_async_io` makes of a socket of any pattern one whose operations
//! are futures:
//!
//! ```
//! # #[cfg(all(unix, feature = "tokio"))] {
//! use ferromq::{Context, Pull, Push};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> ferromq::Result<()> {
//! let context = Context::new()?;
//! let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*")?.into_tokio()?;
//! let push = context.socket::<Push>().connect(pull.last_endpoint()?)?.into_tokio()?;
//!
//! push.send("Task 0").await?;
//! assert_eq!(pull.recv().await?, "Task 0");
//! # Ok(()) }
//! # main().unwrap(); }
//! ```
//!
//! Dropping a future loses nothing, neither a message nor the socket. The module `aio` says what async sockets can do;
//! `docs/async.md` in the repository is a guide. Windows has none yet.
//!
//! # Security
//!
//! A socket that is told nothing talks with everybody, unencrypted. [`Builder::security`] gives it CURVE, PLAIN or
//! GSSAPI; the module [`security`] tells them apart. Who may connect to a server, an authenticator decides: the module
//! [`zap`]. Without one nobody gets in, unless the server says otherwise.
//!
//! Keys are in files, as [certificates](security::Certificate) that czmq and pyzmq load, too; the command
//! `ferromq-keygen` makes them. `docs/security.md` in the repository goes from no security to rights for each client.
//!
//! # More than sockets
//!
//! [`Poller`] and [`poll`] wait for many sockets at once; [`Monitor`] tells what becomes of a socket's connections;
//! [`proxy()`] and [`Proxy`] join sockets; [`AnySocket`] is for code that learns the pattern at run time, [`raw`] for
//! code that calls libzmq itself. `docs/coverage.md` lists each name of `zmq.h` and where it is here.
//!
//! # Speed
//!
//! Nothing needs to be set. A connection that is busy moves up to 1 MiB with each system call, and a quiet one keeps little memory.
//! Beyond that, [`recv_many`](Socket::recv_many) and [`send_many`](Socket::send_many) take many messages with one wait,
//! [`Builder::spin`] trades processor time for latency, and [`Frame::compact`] is for the few frames that are kept for long.
//! `docs/performance.md` in the repository has figures, beside other libraries'.
//!
//! # Connections that come and go
//!
//! [`Socket::watch`] tells whether messages can flow, to how many peers, and if not, why; a program can wait for its peers
//! before it sends. [`heartbeat`](Builder::heartbeat) notices a dead peer, [`RequestClient`] asks again when a server does not
//! reply. `docs/connections.md` in the repository is a guide.
//!
//! # What it does not do yet
//!
//! Async sockets on Windows.
//!
//! A default differs from libzmq's: [`linger`](Builder::linger) is 30 seconds where libzmq waits for ever.
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(all(unix, feature = "aio"))]
#[cfg_attr(docsrs, doc(cfg(feature = "aio")))]
pub mod aio;
mod capability;
pub mod codec;
#[cfg(feature = "serde")]
mod config;
pub mod connections;
mod context;
mod endpoint;
mod error;
#[cfg(feature = "log")]
#[cfg_attr(docsrs, doc(cfg(feature = "log")))]
pub mod log;
mod message;
pub mod monitor;
mod options;
pub mod poll;
mod proxy;
mod request_client;
pub mod security;
mod socket;
mod sys;
#[cfg(feature = "trace")]
#[cfg_attr(docsrs, doc(cfg(feature = "trace")))]
pub mod trace;
mod version;
pub mod z85;
pub mod zap;

pub use capability::{Capability, has};
#[cfg(feature = "serde")]
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
pub use config::SocketConfig;
pub use context::{Context, ContextBuilder, ShutdownHandle};
pub use endpoint::{Endpoint, Transport, VmciContext};
pub use error::{Error, ErrorKind, Failed, Operation, Result};
pub use message::{Frame, IntoIter, Iter, Message};
pub use monitor::Monitor;
#[cfg(feature = "draft")]
#[cfg_attr(docsrs, doc(cfg(feature = "draft")))]
pub use options::{Group, NormMode, Notify, PeerId};
pub use options::{Hwm, Linger, ReconnectStop, RoutingId, SchedulingPolicy, Secret};
pub use poll::Poller;
pub use proxy::{
    EndStatistics, Proxy, ProxyEnd, ProxyHandle, ProxyStatistics, StoppedProxy, Traffic, proxy,
    proxy_with_capture,
};
pub use request_client::RequestClient;
pub use security::{KeyPair, PublicKey, SecretKey, Security};
pub use socket::{
    AnySocket, Builder, ConnectOptions, Dealer, Pair, Pub, Pull, Push, Rep, Req, Router, Socket, SocketKind,
    Stream, StreamEvent, Sub, XPub, XPubEvent, XSub,
};
#[cfg(feature = "draft")]
#[cfg_attr(docsrs, doc(cfg(feature = "draft")))]
pub use socket::{Channel, Client, Dgram, Dish, Gather, Peer, Radio, Scatter, Server};
pub use version::version;

/// The programs of the guides for those who port are tests.
#[cfg(all(
    doctest,
    unix,
    feature = "curve",
    feature = "draft",
    feature = "json",
    feature = "log",
    feature = "tokio",
    feature = "tracing"
))]
mod porting {
    #[doc = include_str!("../docs/from-python.md")]
    mod from_python {}

    #[doc = include_str!("../docs/from-zmq-crate.md")]
    mod from_zmq_crate {}
}

/// What the type parameters of a socket can be bound by, in code that is generic over patterns.
///
/// ```
/// use ferromq::pattern::Sends;
/// use ferromq::state::Open;
/// use ferromq::{Message, Socket};
///
/// fn send_each<P: Sends>(socket: &Socket<P, Open>, lines: &[&str]) -> ferromq::Result<()> {
///     for line in lines {
///         socket.send(*line)?;
///     }
///     Ok(())
/// }
/// ```
pub mod pattern {
    pub use crate::socket::many::{Accepts, Delivers};
    pub use crate::socket::pattern::{
        Address, HasOption, Pattern, Receives, ReceivesFrom, Sends, SendsTo, Subscribes,
    };
}

/// The states that a socket can be in; needed only where a socket's type is written out.
pub mod state {
    pub use crate::socket::state::{Awaiting, Open, Ready, Receiving, Relaxed, Replying, State};
}

/// Sockets and contexts as libzmq's pointers: given to other code in this process, and taken from it.
///
/// [`Socket::as_raw`] and [`Context::as_raw`] show the pointer, `into_raw` gives the whole up;
/// [`ForeignSocket`](raw::ForeignSocket) and [`ForeignContext`](raw::ForeignContext) take what other code made, and
/// become a [`Socket`] or [`AnySocket`], and a [`Context`]. Showing a pointer is safe; what is done with it has to keep
/// libzmq's rules: one thread at a time uses a classic socket, and nobody closes it or changes its timeouts behind the
/// owner's back.
///
/// # Fork
///
/// A process that forks leaves its child copies of its contexts and sockets, and none of the threads that serve them.
/// The child cannot use them: every operation is a [`Forked`](crate::ErrorKind::Forked) error and has no effect, sends
/// nothing, and takes nothing from the parent; dropping them does nothing. The child may make a context of its own.
///
/// File descriptors are another matter. The child has the parent's until it ends or executes another program, which
/// closes them, so that a peer does not notice before that that the parent closed a connection, and a port stays taken.
/// Fork early, or execute at once, as `std::process::Command` does.
///
/// The libzmq that this crate compiles recognises its own objects (`vendor/fixes/0033`), so that code in C which was
/// given a pointer is protected too. With a system libzmq, ferromq checks before it calls. A process that is made without
/// `fork(3)`, by the system call `clone`, is not recognised.
pub mod raw {
    pub use crate::socket::RawParts;
    pub use crate::sys::{ForeignContext, ForeignSocket};
}

/// The options as types, for bounds like `P: HasOption<option::SendHwm>`; to set and read options there are
/// methods.
pub mod option {
    pub use crate::socket::SocketOption;
    pub use crate::socket::connect::row::ConnectRoutingId;
    #[cfg(unix)]
    pub use crate::socket::listener::row::Listener;
    #[cfg(feature = "draft")]
    pub use crate::socket::rows::batch::row::*;
    pub use crate::socket::rows::connection::row::*;
    pub use crate::socket::rows::metadata::row::Metadata;
    pub use crate::socket::rows::multicast::row::*;
    #[cfg(feature = "draft")]
    pub use crate::socket::rows::norm::row::*;
    #[cfg(feature = "draft")]
    pub use crate::socket::rows::peer::row::*;
    pub use crate::socket::rows::queue::row::*;
    pub use crate::socket::rows::security::row::*;
    pub use crate::socket::rows::socks::row::*;
    pub use crate::socket::rows::tcp::row::*;
    pub use crate::socket::rows::topics::row::*;
    pub use crate::socket::rows::vmci::row::*;
    #[cfg(feature = "draft")]
    pub use crate::socket::rows::wss::row::*;
    pub use crate::socket::rows::{
        Handover, InvertMatching, Mandatory, Manual, ManualLastValue, NoDrop, OnlyFirstSubscribe,
        ProbeRouter, StreamNotify, Verbose, Verboser, WelcomeMessage,
    };
    #[cfg(feature = "draft")]
    pub use crate::socket::rows::{NotifyOf, VerboseUnsubscribe};
}
