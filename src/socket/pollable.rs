//! What a poller takes, besides file descriptors.

use super::Socket;
use super::pattern::Pattern;
use crate::sys::PollItem;

pub(crate) mod sealed {
    use super::PollItem;

    pub trait Pollable {
        fn item(&self) -> PollItem<'_>;
    }
}

/// Can be waited for by [`poll`](crate::poll::poll) and a [`Poller`](crate::Poller): sockets of every pattern, in
/// every state, and [monitors](crate::Monitor).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a ZeroMQ socket and cannot be polled as one",
    note = "file descriptors are polled with `Poller::add_fd` and `PollItem::fd`"
)]
pub trait Pollable: sealed::Pollable {}

impl<P: Pattern, S> sealed::Pollable for Socket<P, S> {
    fn item(&self) -> PollItem<'_> {
        self.core.raw.poll_item()
    }
}

impl<P: Pattern, S> Pollable for Socket<P, S> {}
