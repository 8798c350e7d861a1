//! The state machine: an operation is tried, and tried again when there is news.
//!
//! A socket's descriptor says that something has happened, and not what; and every call for the socket may take the
//! news away. So
//!
//! - whoever has to wait is entered in a list, has the reactor watch, and only then takes in what has happened, and tries
//!   once more if there is something to try: what happens after that makes the descriptor readable, and the reactor wakes
//!   all in the list;
//! - whoever has done something, or has looked in vain, tells those in the list for whom there is something to try.
//!
//! `model.rs` tries all orders of this.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::reactor::Reactor;
use super::waiters::{Place, To, Waiters};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::poll::Readiness;
use crate::socket::spin::Spin;

/// After so many operations in a row that did not have to wait, one lets other tasks have their turn. (The model numbers its
/// messages in a byte.)
pub(super) const BURST: u32 = if cfg!(test) { 128 } else { 512 };

/// What is asked of a socket by the state machine; a trait so that a model can stand in for it.
pub(super) trait Source: Send {
    /// Takes in what has happened, and says what the socket is ready for: everything, if it has failed, so that all who
    /// wait hear of that.
    fn take_in(&self) -> Readiness;

    /// How long a receive waits that is not told otherwise; `None` is for ever.
    fn receive_limit(&self) -> Option<Duration>;

    /// How long a send waits that is not told otherwise; `None` is for ever.
    fn send_limit(&self) -> Option<Duration>;

    /// How long to look for a message before a receive waits.
    fn spin(&self) -> Arc<Spin> {
        Arc::new(Spin::new())
    }
}

/// A socket that tasks share, and its reactor. The fields are dropped in this order: the reactor stops to watch before
/// the socket is closed.
pub(super) struct Shared<S, R> {
    reactor: R,
    waiters: Arc<Waiters>,
    /// Wakes all who wait.
    waker: Waker,
    spin: Arc<Spin>,
    socket: Mutex<Turns<S>>,
}

struct Turns<S> {
    socket: S,
    /// Operations since one had to wait.
    in_a_row: u32,
}

impl<S: Source, R: Reactor> Shared<S, R> {
    pub(super) fn new(socket: S, reactor: R) -> Self {
        let waiters = Arc::<Waiters>::default();
        let waker = Waker::from(Arc::clone(&waiters));
        let spin = socket.spin();
        Shared { reactor, waiters, waker, spin, socket: Mutex::new(Turns { socket, in_a_row: 0 }) }
    }

    /// Does something with the socket that does not wait.
    pub(super) fn with<T>(&self, action: impl FnOnce(&S) -> T) -> T {
        let using = Using { shared: self, turns: Some(self.lock()) };
        let turns = using.turns.as_ref().expect("`drop` alone takes it");
        action(&turns.socket)
    }

    /// Looks at what libzmq need not be asked for.
    pub(super) fn look<T>(&self, at: impl FnOnce(&S) -> T) -> T {
        at(&self.lock().socket)
    }

    /// The socket alone.
    pub(super) fn into_socket(self) -> S {
        self.socket.into_inner().unwrap_or_else(PoisonError::into_inner).socket
    }

    /// Tries once; `None` if other tasks have to have their turn first. Whoever then has to wait goes on with
    /// [`until`](Shared::until) at once: others may have to be told of what the attempt took in.
    #[inline]
    pub(super) fn at_once<T>(&self, attempt: impl FnOnce(&S) -> Poll<T>) -> Option<Poll<T>> {
        let mut turns = self.lock();
        if turns.in_a_row >= BURST {
            return None;
        }
        let outcome = attempt(&turns.socket);
        if outcome.is_ready() {
            turns.in_a_row += 1;
            self.tell(turns);
        }
        Some(outcome)
    }

    /// Tries again and again for a moment, if the socket was told to, and not if that takes longer than the operation may.
    pub(super) fn spin<T>(
        &self,
        timeout: Option<Duration>,
        mut attempt: impl FnMut(&S) -> Poll<T>,
    ) -> Option<T> {
        if !self.spin.is_on() {
            return None;
        }
        let at_most = timeout.or_else(|| self.look(S::receive_limit)).unwrap_or(Duration::MAX);
        self.spin.look(at_most, || match self.at_once(&mut attempt) {
            Some(Poll::Ready(outcome)) => Some(outcome),
            _ => None,
        })
    }

    /// Tries until it gives something.
    pub(super) fn until<T, A>(&self, to: To, attempt: A) -> Until<'_, S, R, A>
    where
        A: FnMut(&S) -> Poll<T>,
    {
        Until { shared: self, to, attempt, place: Place::default(), tried: false }
    }

    /// Counts operations that were done by one attempt, besides it. Who is then sent away may have taken in what is news
    /// for others.
    pub(super) fn count(&self, operations: usize) {
        let mut turns = self.lock();
        turns.in_a_row = turns.in_a_row.saturating_add(u32::try_from(operations).unwrap_or(u32::MAX));
        self.tell(turns);
    }

    /// One step of an operation. As long as it is pending, its place is kept.
    pub(super) fn poll<T>(
        &self,
        context: &mut Context<'_>,
        to: To,
        place: &mut Place,
        attempt: &mut impl FnMut(&S) -> Poll<T>,
    ) -> Poll<Result<T>> {
        let mut turns = self.lock();
        if turns.in_a_row >= BURST {
            turns.in_a_row = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Poll::Ready(outcome) = attempt(&turns.socket) {
            turns.in_a_row += 1;
            place.leave();
            self.tell(turns);
            return Poll::Ready(Ok(outcome));
        }
        self.poll_tried(turns, context, to, place, attempt)
    }

    /// The rest of the step, after an attempt that would have had to wait.
    fn poll_tried<T>(
        &self,
        mut turns: MutexGuard<'_, Turns<S>>,
        context: &mut Context<'_>,
        to: To,
        place: &mut Place,
        attempt: &mut impl FnMut(&S) -> Poll<T>,
    ) -> Poll<Result<T>> {
        turns.in_a_row = 0;
        // Before the reactor has the waker: it may be woken, and forgotten, at once.
        self.waiters.wait(place, to, context.waker());
        while let Poll::Ready(news) = self.reactor.poll_news(&mut Context::from_waker(&self.waker)) {
            if let Err(error) = news {
                place.leave();
                return Poll::Ready(Err(no_reactor(&error)));
            }
        }
        let mut readiness = turns.socket.take_in();
        if to.may_be_done(readiness) {
            if let Poll::Ready(outcome) = attempt(&turns.socket) {
                place.leave();
                self.tell(turns);
                return Poll::Ready(Ok(outcome));
            }
            // It was ready for another peer only; and the attempt may have taken more in.
            if !self.waiters.is_alone() {
                readiness = turns.socket.take_in();
            }
        }
        drop(turns);
        self.waiters.tell_others(readiness, to);
        Poll::Pending
    }

    /// Whatever was done may have taken the news of others away. They are woken when the socket is free.
    #[inline]
    fn tell(&self, turns: MutexGuard<'_, Turns<S>>) {
        if self.waiters.is_empty() {
            return;
        }
        let readiness = turns.socket.take_in();
        drop(turns);
        self.waiters.tell(readiness);
    }

    /// Who waits, and how many operations have not had to, if nobody uses the socket.
    #[cfg(test)]
    pub(super) fn who_waits(&self) -> (Vec<(To, Waker)>, Option<u32>) {
        (self.waiters.all(), self.socket.try_lock().ok().map(|turns| turns.in_a_row))
    }

    fn lock(&self) -> MutexGuard<'_, Turns<S>> {
        self.socket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the others at the end, also if that is a panic.
struct Using<'a, S: Source, R: Reactor> {
    shared: &'a Shared<S, R>,
    turns: Option<MutexGuard<'a, Turns<S>>>,
}

impl<S: Source, R: Reactor> Drop for Using<'_, S, R> {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            self.shared.tell(turns);
        }
    }
}

fn no_reactor(error: &std::io::Error) -> Error {
    Error::new(Operation::Poll, ErrorKind::Other).about_detail(format!("the runtime: {error}"))
}

/// A future that is ready when an attempt gives something. Dropping it leaves the socket as it was.
#[must_use = "futures do nothing unless they are awaited"]
pub(super) struct Until<'a, S: Source, R: Reactor, A> {
    shared: &'a Shared<S, R>,
    to: To,
    attempt: A,
    place: Place,
    /// Whether the first attempt was made.
    tried: bool,
}

impl<S: Source, R: Reactor, A> Unpin for Until<'_, S, R, A> {}

impl<S: Source, R: Reactor, A> Until<'_, S, R, A> {
    /// The first attempt was made.
    pub(super) fn tried(mut self, tried: bool) -> Self {
        self.tried = tried;
        self
    }
}

impl<T, S: Source, R: Reactor, A: FnMut(&S) -> Poll<T>> Future for Until<'_, S, R, A> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let Until { shared, to, attempt, place, tried } = &mut *self;
        if mem::take(tried) {
            return shared.poll_tried(shared.lock(), context, *to, place, attempt);
        }
        shared.poll(context, *to, place, attempt)
    }
}
