//! Who waits for a socket.

use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::time::Duration;

use crate::poll::Readiness;

/// What a task waits to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum To {
    Receive,
    Send,
    /// To send to a certain peer, or to all of some. Whether those have room libzmq does not tell, so whoever waits for it
    /// also tries again after a while.
    SendToPeer,
}

impl To {
    /// How often to try, besides being told: what libzmq told may have been heard by another who waits for another peer.
    pub(super) fn tries_again(self) -> Option<Duration> {
        const PAUSE: Duration = Duration::from_millis(5);
        (self == To::SendToPeer).then_some(PAUSE)
    }

    /// Whether there is something to try when the socket is ready for this.
    pub(super) fn may_be_done(self, readiness: Readiness) -> bool {
        match self {
            To::Receive => readiness.is_readable(),
            To::Send => readiness.is_writable(),
            To::SendToPeer => true,
        }
    }
}

/// The tasks that wait for one socket, and for what.
#[derive(Default)]
pub(super) struct Waiters {
    list: Mutex<List>,
    /// As many as are in the list, to be looked at without the lock by whoever has the socket's.
    count: AtomicUsize,
}

#[derive(Default)]
struct List {
    waiting: Vec<Waiter>,
    next: u64,
}

struct Waiter {
    key: u64,
    to: To,
    waker: Waker,
}

/// A place among the waiters, once it is taken. Dropping it leaves.
#[derive(Default)]
pub(super) struct Place(Option<Ticket>);

struct Ticket {
    key: u64,
    waiters: Arc<Waiters>,
}

impl Place {
    /// Waits no longer.
    pub(super) fn leave(&mut self) {
        self.0 = None;
    }

    fn key(&self) -> Option<u64> {
        self.0.as_ref().map(|ticket| ticket.key)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut list = self.waiters.lock();
        let place = list.waiting.iter().position(|waiter| waiter.key == self.key);
        let left = place.map(|place| list.waiting.swap_remove(place));
        self.waiters.count.store(list.waiting.len(), Ordering::Relaxed);
        drop(list);
        // A waker may be the last that keeps a task, and the task may wait here as well.
        drop(left);
    }
}

impl Waiters {
    /// Waits with this waker from now on, in the same place if there is one.
    pub(super) fn wait(self: &Arc<Self>, place: &mut Place, to: To, waker: &Waker) {
        let mut list = self.lock();
        if let Some(waiter) = list.waiting.iter_mut().find(|waiter| Some(waiter.key) == place.key()) {
            if !waiter.waker.will_wake(waker) {
                let old = mem::replace(&mut waiter.waker, waker.clone());
                drop(list);
                drop(old);
            }
            return;
        }
        let key = list.next;
        list.next += 1;
        list.waiting.push(Waiter { key, to, waker: waker.clone() });
        self.count.store(list.waiting.len(), Ordering::Relaxed);
        drop(list);
        place.0 = Some(Ticket { key, waiters: Arc::clone(self) });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0
    }

    /// Whether there is one only.
    pub(super) fn is_alone(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 1
    }

    /// Wakes those who may now do what they wait for, after somebody else has done something.
    pub(super) fn tell(&self, readiness: Readiness) {
        self.wake_those(|waiter| waiter.to.may_be_done(readiness));
    }

    /// Wakes those who may now do what they wait for, after one who still waits to do this has looked. Who waits to send
    /// does not tell others who do: each would find that the room is for another, and they would wake each other for ever.
    pub(super) fn tell_others(&self, readiness: Readiness, to: To) {
        self.wake_those(|waiter| (waiter.to != to || to == To::Receive) && waiter.to.may_be_done(readiness));
    }

    /// They stay in their places until they leave them.
    fn wake_those(&self, which: impl Fn(&Waiter) -> bool) {
        let list = self.lock();
        let wakers: Vec<Waker> =
            list.waiting.iter().filter(|waiter| which(waiter)).map(|waiter| waiter.waker.clone()).collect();
        drop(list);
        wakers.into_iter().for_each(Waker::wake);
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> Vec<(To, Waker)> {
        self.lock().waiting.iter().map(|waiter| (waiter.to, waiter.waker.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reactor wakes all: it does not know what for.
impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_those(|_| true);
    }
}
