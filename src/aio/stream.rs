//! A socket as a stream of what it receives.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::stream::{FusedStream, Stream};

use super::reactor::Reactor;
use super::socket::AsyncSocket;
use super::waiters::{Place, To};
use crate::error::Result;
use crate::socket::many::Delivers;
use crate::socket::pattern::Pattern;
use crate::socket::state::Open;
use crate::socket::transfer::Wait;

/// What a socket receives, as a stream; made by [`AsyncSocket::stream`] and its kin.
///
/// It waits without a timeout. When the context is shut down its last item is the error
/// [`Terminated`](crate::ErrorKind::Terminated). Nothing that was received is in the stream itself: dropping it loses nothing.
pub struct Incoming<H> {
    socket: H,
    place: Place,
    ended: bool,
}

impl<P: Pattern<Initial = Open>, R: Reactor> AsyncSocket<P, R> {
    /// What is received, as a stream.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use ferromq::{Context, Pull, Push};
    /// use futures_lite::StreamExt;
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("inproc://numbers")?.into_tokio()?;
    /// let push = context.socket::<Push>().connect("inproc://numbers")?;
    /// for number in ["1", "2", "3"] {
    ///     push.send(number)?;
    /// }
    /// let mut numbers = pull.stream().take(3);
    /// let mut sum = 0;
    /// while let Some(number) = numbers.next().await {
    ///     sum += number?.as_str()?.parse::<u32>().unwrap();
    /// }
    /// assert_eq!(sum, 6);
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub fn stream(&self) -> Incoming<&Self>
    where
        P: Delivers,
    {
        Incoming::new(self)
    }

    /// What is received, as a stream that owns the socket.
    pub fn into_stream(self) -> Incoming<Arc<Self>>
    where
        P: Delivers,
    {
        Incoming::new(Arc::new(self))
    }
}

impl<H> Incoming<H> {
    /// What a socket receives that is shared some other way.
    pub fn new(socket: H) -> Self {
        Incoming { socket, place: Place::default(), ended: false }
    }

    /// The socket.
    pub fn get_ref(&self) -> &H {
        &self.socket
    }

    /// The socket.
    pub fn into_inner(self) -> H {
        self.socket
    }
}

impl<P, R, H> Stream for Incoming<H>
where
    P: Delivers,
    R: Reactor,
    H: Deref<Target = AsyncSocket<P, R>> + Unpin,
{
    type Item = Result<P::Delivery>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Incoming { socket, place, ended } = &mut *self;
        if *ended {
            return Poll::Ready(None);
        }
        let shared = &socket.shared;
        let item = ready!(shared.poll(context, To::Receive, place, &mut |socket| match P::take(
            socket,
            Wait::Never
        ) {
            Err(error) if error.is_would_block() => Poll::Pending,
            outcome => Poll::Ready(outcome),
        }));
        let item = item.and_then(|item| item);
        *ended = item.as_ref().is_err_and(|error| error.is_terminated());
        Poll::Ready(Some(item))
    }
}

impl<P, R, H> FusedStream for Incoming<H>
where
    P: Delivers,
    R: Reactor,
    H: Deref<Target = AsyncSocket<P, R>> + Unpin,
{
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<H: fmt::Debug> fmt::Debug for Incoming<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("socket", &self.socket).finish_non_exhaustive()
    }
}
