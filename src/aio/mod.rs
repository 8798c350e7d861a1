//! Async sockets: sockets whose operations are futures.
//!
//! A [`Socket`](crate::Socket) becomes one by [`into_tokio`](crate::Socket::into_tokio) or
//! [`into_async_io`](crate::Socket::into_async_io), and a socket again by [`into_blocking`](AsyncSocket::into_blocking);
//! nothing is lost on the way. It has the same types, order and errors as the blocking one, and the same calls with
//! `.await` behind them. With a reactor of your own, [`AsyncSocket::new`] makes one; see [`Reactor`].
//!
//! All calls but those of REQ and REP take `&self`, so that several tasks may use a socket at the same time, through an
//! `Arc` or through [halves](AsyncSocket::split): it is `Send` and `Sync`, and so are its futures `Send`.
//!
//! # Cancellation
//!
//! Every future may be dropped at any time; `select!` and timeouts lose nothing.
//!
//! - A receive takes a message from the queue in the very step in which it hands it over. Until then, the message is in the
//!   queue, and the next receive gets it.
//! - A send hands the message to libzmq in the very step in which it is ready. One that was dropped before has not sent
//!   it, and drops it. To keep it, wait with [`writable`](AsyncSocket::writable), then
//!   [`try_send`](AsyncSocket::try_send); or give a queue to [`send_all`](AsyncSocket::send_all), which leaves in it what was
//!   not sent.
//! - REQ and REP are borrowed, and not taken: what became of a request is remembered in the socket. See
//!   [`AsyncSocket::awaiting`] and [`AsyncSocket::replying`].
//!
//! # Timeouts
//!
//! `recv` and `send` keep to the [`receive_timeout`](crate::Builder::receive_timeout) and the
//! [`send_timeout`](crate::Builder::send_timeout) of the socket, which are none by default. The `_timeout` forms have their
//! own.
//!
//! # Fairness
//!
//! A socket under load lets the executor's other tasks have their turn after 512 operations that did not have to wait.
//!
//! # Closing
//!
//! Dropping a socket does not wait, as always; what was sent still goes out, for the
//! [`linger`](crate::Builder::linger) period. If it was the last that held its context, a thread of its own waits for that. A
//! program that ends meanwhile loses what is not sent yet: keep a handle to the [`Context`](crate::Context) outside of
//! the tasks, and drop it at the end of `main`, or in `spawn_blocking`.
//!
//! # How it works
//!
//! Each socket has a file descriptor (`ZMQ_FD`) that the runtime watches. It tells that something has happened, not
//! what, and tells it once; and every call for the socket takes the news away, also the news for another task. So an
//! operation is tried first. If it would have to wait, the task is entered in a list, the runtime is asked to watch, libzmq is
//! told to take in what has happened, and the operation is tried once more. Whoever has used the socket wakes the others
//! in the list for whom there is something to do. A lock keeps the tasks apart; nobody waits while holding it.
//!
//! # When to prefer threads
//!
//! A thread that does nothing but receive from one socket is simpler, and a fifth to a third faster at small messages. Async pays for many
//! sockets, for timeouts, and where the rest of the program is async.
//!
//! Not on Windows, where libzmq's descriptor is one that tokio cannot watch; use threads there.
//!
//! `docs/async.md` in the repository is a guide, from the first socket to a reactor of one's own.

#[cfg(feature = "async-io")]
#[cfg_attr(docsrs, doc(cfg(feature = "async-io")))]
pub mod async_io;
mod close;
mod events;
mod halves;
#[cfg(test)]
mod model;
mod monitor;
mod proxy;
mod reactor;
mod rep;
mod req;
mod shared;
mod sink;
mod socket;
mod stream;
#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
pub mod tokio;
mod traffic;
mod transfer;
mod wait;
mod waiters;

pub use crate::socket::many::{Accepts, Delivers};
pub use halves::{Halves, ReceiveHalf, SendHalf};
pub use monitor::AsyncMonitor;
pub use proxy::AsyncProxy;
pub use reactor::Reactor;
pub use rep::Replying;
pub use req::{Awaiting, Request};
pub use sink::Outgoing;
pub use socket::{AsyncSocket, Converted};
pub use stream::Incoming;

/// The programs of the guide are tests.
#[cfg(all(doctest, feature = "tokio", feature = "async-io", feature = "curve"))]
#[doc = include_str!("../../docs/async.md")]
mod guide {}
