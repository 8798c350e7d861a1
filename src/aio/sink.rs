//! A socket as a sink for what it sends.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_sink::Sink;

use super::reactor::Reactor;
use super::socket::AsyncSocket;
use super::traffic::to_send;
use super::waiters::Place;
use crate::error::{Failed, Result};
use crate::socket::Socket;
use crate::socket::many::Accepts;
use crate::socket::pattern::Pattern;
use crate::socket::state::Open;
use crate::socket::transfer::Wait;

/// A socket as a sink; made by [`AsyncSocket::sink`] and its kin.
///
/// It takes messages, and on ROUTER and its kin pairs of a peer's name and a message. What it is given goes to libzmq at
/// once if there is room. Otherwise the sink keeps it, one message at most, and `poll_ready`, `poll_flush` and `poll_close`
/// wait until it is sent. Dropping the sink drops it; [`take_unsent`](Outgoing::take_unsent) and
/// [`into_parts`](Outgoing::into_parts) give it back. Errors give back the message. It waits without a timeout.
pub struct Outgoing<H, T> {
    socket: H,
    place: Place,
    unsent: Option<T>,
    /// Until when not to try again.
    pause: Option<Pause>,
}

type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

impl<P: Pattern<Initial = Open>, R: Reactor> AsyncSocket<P, R> {
    /// The socket as a sink.
    ///
    /// ```
    /// # #[cfg(feature = "tokio")] {
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> ferromq::Result<()> {
    /// use ferromq::{Context, Pull, Push};
    /// use futures_util::{SinkExt, StreamExt};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind("inproc://steps")?.into_tokio()?;
    /// let push = context.socket::<Push>().connect("inproc://steps")?.into_tokio()?;
    /// let mut sink = push.sink();
    /// sink.feed("one".into()).await?;
    /// sink.send("two".into()).await?;
    /// assert_eq!(pull.stream().next().await.unwrap()?, "one");
    /// assert_eq!(pull.recv().await?, "two");
    /// # Ok(()) }
    /// # main().unwrap(); }
    /// ```
    pub fn sink(&self) -> Outgoing<&Self, P::Parcel>
    where
        P: Accepts,
    {
        Outgoing::new(self)
    }

    /// A sink that owns the socket.
    pub fn into_sink(self) -> Outgoing<Arc<Self>, P::Parcel>
    where
        P: Accepts,
    {
        Outgoing::new(Arc::new(self))
    }
}

impl<H, T> Outgoing<H, T> {
    /// A sink for a socket that is shared some other way.
    pub fn new(socket: H) -> Self {
        Outgoing { socket, place: Place::default(), unsent: None, pause: None }
    }

    /// Takes back what the sink was given and has not sent yet.
    pub fn take_unsent(&mut self) -> Option<T> {
        self.unsent.take()
    }

    /// The socket.
    pub fn get_ref(&self) -> &H {
        &self.socket
    }

    /// The socket, and what was not sent yet.
    pub fn into_parts(self) -> (H, Option<T>) {
        (self.socket, self.unsent)
    }
}

impl<P, R, H> Outgoing<H, P::Parcel>
where
    P: Accepts,
    R: Reactor,
    H: Deref<Target = AsyncSocket<P, R>>,
{
    /// Sends what was not sent yet.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failed<P::Parcel>>> {
        let Outgoing { socket, place, unsent, pause } = self;
        let to = to_send::<P>();
        let mut attempt = |socket: &Socket<P>| give(socket, unsent);
        loop {
            if let Poll::Ready(sent) = socket.shared.poll(context, to, place, &mut attempt) {
                *pause = None;
                return Poll::Ready(sent.unwrap_or_else(|error| match unsent.take() {
                    Some(parcel) => Err(Failed::new(error, parcel)),
                    None => Ok(()),
                }));
            }
            let Some(every) = to.tries_again() else { return Poll::Pending };
            let pause = pause.get_or_insert_with(|| Box::pin(async move { drop(R::sleep(every).await) }));
            ready!(pause.as_mut().poll(context));
            *pause = Box::pin(async move { drop(R::sleep(every).await) });
        }
    }
}

/// Sends what there is, and takes it unless there is no room.
fn give<P: Accepts>(
    socket: &Socket<P>,
    unsent: &mut Option<P::Parcel>,
) -> Poll<Result<(), Failed<P::Parcel>>> {
    let Some(parcel) = unsent.take() else { return Poll::Ready(Ok(())) };
    match P::give(socket, parcel, Wait::Never) {
        Err(failed) if failed.is_would_block() => {
            *unsent = Some(failed.into_kept());
            Poll::Pending
        }
        outcome => Poll::Ready(outcome),
    }
}

impl<P, R, H> Sink<P::Parcel> for Outgoing<H, P::Parcel>
where
    P: Accepts<Parcel: Unpin>,
    R: Reactor,
    H: Deref<Target = AsyncSocket<P, R>> + Unpin,
{
    type Error = Failed<P::Parcel>;

    fn poll_ready(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.get_mut().poll_send(context)
    }

    fn start_send(self: Pin<&mut Self>, parcel: P::Parcel) -> Result<(), Self::Error> {
        let Outgoing { socket, unsent, .. } = self.get_mut();
        assert!(unsent.is_none(), "a sink is given one message each time that `poll_ready` was ready");
        *unsent = Some(parcel);
        match socket.with(|socket| give(socket, unsent)) {
            Poll::Ready(sent) => sent,
            Poll::Pending => Ok(()),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.get_mut().poll_send(context)
    }

    /// The socket stays open.
    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.get_mut().poll_send(context)
    }
}

impl<H: fmt::Debug, T> fmt::Debug for Outgoing<H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("socket", &self.socket).finish_non_exhaustive()
    }
}
