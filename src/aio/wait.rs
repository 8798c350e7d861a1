//! Waiting for an operation, for as long as its caller wants to.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use super::reactor::Reactor;
use super::shared::{Shared, Source};
use super::waiters::To;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};

impl<S: Source, R: Reactor> Shared<S, R> {
    /// Receives: repeats `receive` until it gives something else than that there is nothing, for as long as `timeout` or else
    /// the socket says.
    #[inline]
    pub(super) async fn receive<T>(
        &self,
        timeout: Option<Duration>,
        mut receive: impl FnMut(&S) -> Result<T>,
    ) -> Result<T> {
        let mut attempt = |socket: &S| match receive(socket) {
            Err(error) if error.is_would_block() => Poll::Pending,
            outcome => Poll::Ready(outcome),
        };
        // Most of the time there is something, and no need for what comes below.
        let tried = match self.at_once(&mut attempt) {
            Some(Poll::Ready(outcome)) => return outcome,
            would_block => would_block.is_some(),
        };
        if tried && let Some(outcome) = self.spin(timeout, &mut attempt) {
            return outcome;
        }
        let limit = || timeout.or_else(|| self.look(S::receive_limit));
        match within::<R, _>(pin!(self.until(To::Receive, attempt).tried(tried)), limit, None).await {
            Some(outcome) => outcome?,
            None => Err(Error::new(Operation::Receive, ErrorKind::TimedOut)),
        }
    }

    /// Sends: repeats `send` until it gives something else than that there is no room, for as long as `timeout` or else the
    /// socket says.
    #[inline]
    pub(super) async fn send<T, U>(
        &self,
        timeout: Option<Duration>,
        to: To,
        parcel: T,
        send: impl Fn(&S, T) -> Result<U, Failed<T>>,
    ) -> Result<U, Failed<T>> {
        // Most of the time there is room, and no need for what comes below.
        let mut unsent = Some(parcel);
        let mut attempt = |socket: &S| give(socket, &mut unsent, &send);
        let tried = match self.at_once(&mut attempt) {
            Some(Poll::Ready(outcome)) => return outcome,
            would_block => would_block.is_some(),
        };
        let limit = || timeout.or_else(|| self.look(S::send_limit));
        let until = self.until(to, attempt).tried(tried);
        let sent = within::<R, _>(pin!(until), limit, to.tries_again()).await;
        let error = match sent {
            Some(Ok(outcome)) => return outcome,
            Some(Err(error)) => error,
            None => Error::new(Operation::Send, ErrorKind::TimedOut),
        };
        Err(Failed::new(error, unsent.expect("it was not sent")))
    }
}

/// Sends what there is, unless there is no room: then it is still there.
#[inline]
fn give<S, T, U>(
    socket: &S,
    unsent: &mut Option<T>,
    send: &impl Fn(&S, T) -> Result<U, Failed<T>>,
) -> Poll<Result<U, Failed<T>>> {
    let parcel = unsent.take().expect("every failed attempt gives it back");
    match send(socket, parcel) {
        Err(failed) if failed.is_would_block() => {
            *unsent = Some(failed.into_kept());
            Poll::Pending
        }
        outcome => Poll::Ready(outcome),
    }
}

/// What the future gives, unless the time is over first. It is polled when it is woken, at the end, and in between as
/// often as `every` says. The clock is not looked at before the future has to wait.
pub(super) async fn within<R: Reactor, F: Future>(
    mut future: Pin<&mut F>,
    limit: impl FnOnce() -> Option<Duration>,
    every: Option<Duration>,
) -> Option<F::Output> {
    let mut limit = Some(limit);
    let mut deadline = None;
    let mut sleep = pin!(None::<R::Sleep>);
    poll_fn(|context| {
        if let Poll::Ready(outcome) = future.as_mut().poll(context) {
            return Poll::Ready(Some(outcome));
        }
        loop {
            if let Some(limit) = limit.take() {
                deadline = limit().and_then(|limit| Instant::now().checked_add(limit));
            } else {
                let Some(sleep) = sleep.as_mut().as_pin_mut() else { return Poll::Pending };
                ready!(sleep.poll(context));
                if let Poll::Ready(outcome) = future.as_mut().poll(context) {
                    return Poll::Ready(Some(outcome));
                }
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let next = left.map_or(every, |left| Some(every.map_or(left, |every| every.min(left))));
            if left == Some(Duration::ZERO) {
                // It may have had to wait for other tasks only.
                return match future.as_mut().poll(context) {
                    Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                    Poll::Pending => Poll::Ready(None),
                };
            }
            sleep.set(next.map(R::sleep));
        }
    })
    .await
}
