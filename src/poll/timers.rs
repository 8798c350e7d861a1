//! Work that is due at certain times.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Operation, Result};

/// Times at which there is something to do, each known by a token of type `T`; they tell a
/// [`Poller`](crate::Poller) how long it may wait.
///
/// The clock is the caller's: every method that needs the time is given it. So one turn of a loop has
/// one time, and a test needs no patience.
///
/// A timer that is late is due once, however many of its intervals have passed; the next one counts from when
/// it was found due. So a busy program skips work rather than falling behind, and the times drift. Timers
/// that are due together come in the order of their times.
///
/// ```
/// use std::time::{Duration, Instant};
/// use ferromq::poll::{Interest, Timers};
/// use ferromq::{Context, Poller, Pull};
///
/// #[derive(Clone, Copy)]
/// enum Work {
///     Heartbeat,
///     GiveUp,
/// }
///
/// let pull = Context::new()?.socket::<Pull>().bind("inproc://tasks")?;
/// let mut poller = Poller::new();
/// poller.add(&pull, 0, Interest::READABLE)?;
///
/// let mut timers = Timers::new();
/// timers.every(Instant::now(), Duration::from_millis(10), Work::Heartbeat);
/// timers.after(Instant::now(), Duration::from_millis(50), Work::GiveUp);
/// 'working: loop {
///     for (_, _) in poller.wait_timeout(timers.timeout(Instant::now()))? {
///         println!("doing {}", pull.recv()?);
///     }
///     let now = Instant::now();
///     while let Some(work) = timers.due(now) {
///         match work {
///             Work::Heartbeat => println!("still there"),
///             Work::GiveUp => break 'working,
///         }
///     }
/// }
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_timers(3), whose rules these are; nothing of libzmq is used.
#[doc(alias = "zmq_timers_new")]
pub struct Timers<T> {
    timers: BTreeMap<TimerId, Timer<T>>,
    /// When each timer is due, but for those that are beyond the end of time.
    schedule: BTreeSet<(Instant, TimerId)>,
}

struct Timer<T> {
    token: T,
    interval: Duration,
    repeats: bool,
    due: Option<Instant>,
}

/// Names a timer; no two timers of a process have the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TimerId(u64);

impl<T: Clone> Timers<T> {
    /// No timers.
    pub fn new() -> Self {
        Timers { timers: BTreeMap::new(), schedule: BTreeSet::new() }
    }

    /// A timer that is due every `interval`, for the first time one `interval` after `now`.
    ///
    /// An interval of zero is due whenever it is asked about with a later time.
    #[doc(alias = "zmq_timers_add")]
    pub fn every(&mut self, now: Instant, interval: Duration, token: T) -> TimerId {
        self.insert(now, interval, token, true)
    }

    /// A timer that is due once, `delay` after `now`, and is gone then.
    pub fn after(&mut self, now: Instant, delay: Duration, token: T) -> TimerId {
        self.insert(now, delay, token, false)
    }

    fn insert(&mut self, now: Instant, interval: Duration, token: T, repeats: bool) -> TimerId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = TimerId(NEXT.fetch_add(1, Relaxed));
        self.timers.insert(id, Timer { token, interval, repeats, due: None });
        self.schedule(id, now, interval);
        id
    }

    /// The token of the next timer that is due at `now`; call it until there is none. A timer is not due twice
    /// at the same time.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use ferromq::poll::Timers;
    ///
    /// let start = Instant::now();
    /// let after = |ms| start + Duration::from_millis(ms);
    /// let mut timers = Timers::new();
    /// timers.every(start, Duration::from_millis(10), "tick");
    /// assert_eq!(timers.due(after(9)), None);
    /// assert_eq!(timers.due(after(35)), Some("tick"));
    /// assert_eq!(timers.due(after(35)), None);
    /// assert_eq!(timers.timeout(after(35)), Some(Duration::from_millis(10)));
    /// ```
    #[doc(alias = "zmq_timers_execute")]
    pub fn due(&mut self, now: Instant) -> Option<T> {
        let &(due, id) = self.schedule.first()?;
        if due > now {
            return None;
        }
        let timer = &self.timers[&id];
        if timer.repeats {
            let (token, interval) = (timer.token.clone(), timer.interval.max(Duration::from_nanos(1)));
            self.schedule(id, now, interval);
            Some(token)
        } else {
            self.cancel(id)
        }
    }

    /// How long it is from `now` until the next timer is due; `None` if there is none.
    #[doc(alias = "zmq_timers_timeout")]
    pub fn timeout(&self, now: Instant) -> Option<Duration> {
        self.schedule.first().map(|(due, _)| due.saturating_duration_since(now))
    }

    /// Takes a timer away; its token, or `None` if it is gone already.
    #[doc(alias = "zmq_timers_cancel")]
    pub fn cancel(&mut self, id: TimerId) -> Option<T> {
        let timer = self.timers.remove(&id)?;
        if let Some(due) = timer.due {
            self.schedule.remove(&(due, id));
        }
        Some(timer.token)
    }

    /// Starts a timer's interval, or delay, again at `now`.
    ///
    /// # Errors
    /// [`NotRegistered`](ErrorKind::NotRegistered) if it was cancelled, or was due and is not periodic.
    #[doc(alias = "zmq_timers_reset")]
    pub fn reset(&mut self, id: TimerId, now: Instant) -> Result<()> {
        let interval = self.timer(id)?.interval;
        self.schedule(id, now, interval);
        Ok(())
    }

    /// Gives a timer another interval, or delay, which starts at `now`.
    ///
    /// # Errors
    /// As for [`reset`](Timers::reset).
    #[doc(alias = "zmq_timers_set_interval")]
    pub fn set_interval(&mut self, id: TimerId, now: Instant, interval: Duration) -> Result<()> {
        self.timer(id)?.interval = interval;
        self.reset(id, now)
    }

    /// How many timers there are.
    pub fn len(&self) -> usize {
        self.timers.len()
    }

    /// Whether there is no timer.
    pub fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }

    fn timer(&mut self, id: TimerId) -> Result<&mut Timer<T>> {
        self.timers.get_mut(&id).ok_or_else(|| {
            Error::new(Operation::ChangeTimer, ErrorKind::NotRegistered)
                .about_detail("there is no such timer")
        })
    }

    fn schedule(&mut self, id: TimerId, now: Instant, interval: Duration) {
        let timer = self.timers.get_mut(&id).expect("only timers that are there are scheduled");
        if let Some(due) = timer.due.take() {
            self.schedule.remove(&(due, id));
        }
        timer.due = now.checked_add(interval);
        self.schedule.extend(timer.due.map(|due| (due, id)));
    }
}

impl<T: Clone> Default for Timers<T> {
    fn default() -> Self {
        Timers::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for Timers<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.timers.iter().map(|(id, timer)| (id, &timer.token))).finish()
    }
}
