//! Looking for a message for a moment before waiting for it.
//!
//! A thread that waits is woken by the operating system, which takes 5 to 50 microseconds; in a conversation of short messages
//! that is most of the time. One that looks again and again instead takes a message as soon as it is there. What it costs is
//! processor time, so a socket looks only for as long as looking has lately paid.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use super::Socket;
use super::builder::Builder;
use super::pattern::{HasOption, Pattern};
use super::rows::queue::row::ReceiveTimeout;

/// How long a socket looks for a message. All times are in nanoseconds.
pub(crate) struct Spin {
    /// At most; 0 is not at all.
    limit: AtomicU32,
    /// At the moment.
    budget: AtomicU32,
    /// Waits without a look, since the last that looked.
    waits: AtomicU32,
}

/// A shorter look finds hardly anything.
const SHORTEST: u32 = 2_000;
/// Of the waits without a look one is tried with, to find out whether it pays again.
const TRIED: u32 = 64;

impl Spin {
    pub(crate) fn new() -> Self {
        Spin { limit: AtomicU32::new(0), budget: AtomicU32::new(0), waits: AtomicU32::new(0) }
    }

    pub(super) fn set(&self, limit: Duration) {
        let limit = u32::try_from(limit.as_nanos()).unwrap_or(u32::MAX);
        self.limit.store(limit, Relaxed);
        self.budget.store(limit, Relaxed);
    }

    pub(super) fn limit(&self) -> Duration {
        Duration::from_nanos(u64::from(self.limit.load(Relaxed)))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.limit.load(Relaxed) > 0 && has_other_processors()
    }

    /// Repeats the attempt, for a while and no longer than `at_most`, until it gives something; `None` if it does not, or if
    /// looking does not pay.
    pub(crate) fn look<T>(&self, at_most: Duration, mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
        if !self.is_on() {
            return None;
        }
        let budget = self.budget()?;
        let until = Duration::from_nanos(u64::from(budget)).min(at_most);
        let began = Instant::now();
        while began.elapsed() < until {
            if let Some(found) = attempt() {
                self.budget.store(budget.saturating_mul(2).min(self.limit.load(Relaxed)), Relaxed);
                return Some(found);
            }
            // Whoever else could use the processor, the peer perhaps, goes first; if that takes long, the look is over.
            thread::yield_now();
        }
        self.budget.store(budget / 2, Relaxed);
        None
    }

    /// How long to look now.
    fn budget(&self) -> Option<u32> {
        let budget = self.budget.load(Relaxed);
        if budget >= SHORTEST {
            return Some(budget);
        }
        let waits = self.waits.fetch_add(1, Relaxed);
        (waits % TRIED == TRIED - 1).then(|| self.limit.load(Relaxed) / 2)
    }
}

/// On a single processor nobody could send while this thread looks.
fn has_other_processors() -> bool {
    static OTHERS: OnceLock<bool> = OnceLock::new();
    *OTHERS.get_or_init(|| {
        thread::available_parallelism().is_ok_and(|processors| processors > NonZero::<usize>::MIN)
    })
}

impl<P: Pattern + HasOption<ReceiveTimeout>, S> Builder<P, S> {
    /// Before a receive waits, it looks for a message again and again for at most so long.
    ///
    /// That saves the 5 to 50 µs that it takes to wake a thread, for processor time. The socket adapts: where looking does not pay, because
    /// messages are rare or the processors are busy, it looks for a shorter time and in the end hardly ever; on a machine with one
    /// processor never. Async sockets do so as well, and hold up the other tasks of their thread meanwhile.
    ///
    /// Default: zero, which is not at all. 20 to 100 µs are reasonable (at most 4 s count). It is an option of ferromq's, not of libzmq.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{Context, Pair};
    ///
    /// let pair = Context::new()?.socket::<Pair>().spin(Duration::from_micros(50)).bind("inproc://quotes")?;
    /// assert_eq!(pair.spin(), Duration::from_micros(50));
    /// pair.set_spin(Duration::ZERO);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn spin(mut self, at_most: Duration) -> Self {
        self.spin = at_most;
        self
    }
}

impl<P: Pattern + HasOption<ReceiveTimeout>, S> Socket<P, S> {
    /// For how long, at most, a receive looks for a message before it waits: see [`Builder::spin`].
    pub fn spin(&self) -> Duration {
        self.core().spin.limit()
    }

    /// Changes for how long, at most, a receive looks for a message before it waits: see [`Builder::spin`].
    pub fn set_spin(&self, at_most: Duration) {
        self.core().set_spin(at_most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spin(limit: Duration) -> Spin {
        let spin = Spin::new();
        spin.set(limit);
        spin
    }

    #[test]
    fn what_comes_while_it_looks_is_found() {
        let spin = spin(Duration::from_secs(1));
        let mut attempts = 0;
        let found = spin.look(Duration::MAX, || {
            attempts += 1;
            (attempts == 3).then_some("it")
        });
        assert_eq!((found, attempts), if has_other_processors() { (Some("it"), 3) } else { (None, 0) });
    }

    #[test]
    fn it_looks_less_and_less_where_nothing_comes_and_still_tries() {
        if !has_other_processors() {
            return;
        }
        let spin = spin(Duration::from_micros(100));
        let mut looks = 0;
        for _ in 0..1000 {
            let mut looked = false;
            spin.look(Duration::MAX, || {
                looked = true;
                None::<()>
            });
            looks += u32::from(looked);
        }
        assert!((1000 / TRIED..200).contains(&looks), "it looked {looks} times");
        for _ in 0..1000 {
            spin.look(Duration::MAX, || Some(()));
        }
        assert_eq!(spin.budget(), Some(100_000), "it has not learnt that it pays again");
    }

    #[test]
    fn it_is_off_at_first_and_without_time() {
        assert_eq!(Spin::new().look(Duration::MAX, || Some(())), None);
        assert_eq!(spin(Duration::from_secs(1)).look(Duration::ZERO, || Some(())), None);
    }
}
