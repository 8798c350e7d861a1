//! Timers, on a clock that the tests turn.

use std::time::{Duration, Instant};

use ferromq::ErrorKind;
use ferromq::poll::Timers;

use crate::patience::kind_of;

/// A clock that starts at zero and shows milliseconds.
struct Clock(Instant);

impl Clock {
    fn new() -> Clock {
        Clock(Instant::now())
    }

    fn at(&self, ms: u64) -> Instant {
        self.0 + Duration::from_millis(ms)
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn all_due<T: Clone>(timers: &mut Timers<T>, now: Instant) -> Vec<T> {
    std::iter::from_fn(|| timers.due(now)).collect()
}

#[test]
fn a_periodic_timer_is_due_in_each_interval() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    timers.every(clock.at(0), ms(10), 'a');
    for turn in 1..5 {
        assert_eq!(all_due(&mut timers, clock.at(10 * turn - 1)), []);
        assert_eq!(all_due(&mut timers, clock.at(10 * turn)), ['a']);
    }
}

#[test]
fn a_timer_that_is_late_is_due_once_and_then_counts_anew() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    timers.every(clock.at(0), ms(10), 'a');
    assert_eq!(all_due(&mut timers, clock.at(47)), ['a']);
    assert_eq!(timers.timeout(clock.at(47)), Some(ms(10)));
    assert_eq!(all_due(&mut timers, clock.at(56)), []);
    assert_eq!(all_due(&mut timers, clock.at(57)), ['a']);
}

#[test]
fn a_one_shot_timer_is_due_once_and_gone() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    let once = timers.after(clock.at(0), ms(10), String::from("once"));
    assert_eq!(all_due(&mut timers, clock.at(9)), [""; 0]);
    assert_eq!(all_due(&mut timers, clock.at(10)), ["once"]);
    assert_eq!(all_due(&mut timers, clock.at(1000)), [""; 0]);
    assert!(timers.is_empty());
    assert_eq!(timers.cancel(once), None);
    assert_eq!(kind_of(timers.reset(once, clock.at(0))), ErrorKind::NotRegistered);
    assert_eq!(kind_of(timers.set_interval(once, clock.at(0), ms(1))), ErrorKind::NotRegistered);
}

#[test]
fn timers_come_in_the_order_of_their_times() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    timers.after(clock.at(0), ms(30), 'c');
    timers.every(clock.at(0), ms(10), 'a');
    timers.after(clock.at(0), ms(20), 'b');
    timers.after(clock.at(10), ms(10), 'B');
    assert_eq!(all_due(&mut timers, clock.at(40)), ['a', 'b', 'B', 'c']);
}

#[test]
fn the_timeout_is_the_time_until_the_first() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    assert_eq!(timers.timeout(clock.at(0)), None);
    timers.every(clock.at(0), ms(30), 'a');
    let first = timers.every(clock.at(5), ms(10), 'b');
    assert_eq!(timers.timeout(clock.at(5)), Some(ms(10)));
    assert_eq!(timers.timeout(clock.at(14)), Some(ms(1)));
    assert_eq!(timers.timeout(clock.at(99)), Some(Duration::ZERO));
    assert_eq!(timers.cancel(first), Some('b'));
    assert_eq!(timers.timeout(clock.at(5)), Some(ms(25)));
}

#[test]
fn a_timer_that_is_reset_starts_again() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    let timer = timers.every(clock.at(0), ms(10), 'a');
    timers.reset(timer, clock.at(8)).unwrap();
    assert_eq!(all_due(&mut timers, clock.at(17)), []);
    assert_eq!(all_due(&mut timers, clock.at(18)), ['a']);
    timers.set_interval(timer, clock.at(18), ms(3)).unwrap();
    assert_eq!(all_due(&mut timers, clock.at(21)), ['a']);
    assert_eq!(all_due(&mut timers, clock.at(24)), ['a']);
    let once = timers.after(clock.at(24), ms(10), 'b');
    timers.reset(once, clock.at(30)).unwrap();
    timers.cancel(timer);
    assert_eq!(all_due(&mut timers, clock.at(39)), []);
    assert_eq!(all_due(&mut timers, clock.at(40)), ['b']);
}

#[test]
fn a_timer_can_be_cancelled_by_what_is_due_before_it() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    timers.every(clock.at(0), ms(10), 'a');
    let second = timers.every(clock.at(0), ms(20), 'b');
    let mut seen = Vec::new();
    while let Some(token) = timers.due(clock.at(50)) {
        seen.push(token);
        timers.cancel(second);
    }
    assert_eq!(seen, ['a']);
}

#[test]
fn an_interval_of_zero_does_not_keep_the_loop_busy() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    timers.every(clock.at(0), Duration::ZERO, 'a');
    assert_eq!(all_due(&mut timers, clock.at(0)), ['a']);
    assert_eq!(all_due(&mut timers, clock.at(0)), []);
    assert_eq!(all_due(&mut timers, clock.at(1)), ['a']);
}

#[test]
fn a_timer_beyond_the_end_of_time_is_never_due() {
    let clock = Clock::new();
    let mut timers = Timers::new();
    let never = timers.every(clock.at(0), Duration::MAX, 'a');
    assert_eq!(timers.timeout(clock.at(0)), None);
    assert_eq!(all_due(&mut timers, clock.at(1_000_000)), []);
    timers.set_interval(never, clock.at(0), ms(1)).unwrap();
    assert_eq!(all_due(&mut timers, clock.at(1)), ['a']);
    timers.set_interval(never, clock.at(1), Duration::MAX).unwrap();
    assert_eq!(timers.cancel(never), Some('a'));
}

#[test]
fn the_names_of_two_sets_of_timers_are_not_mixed_up() {
    let clock = Clock::new();
    let (mut left, mut right) = (Timers::new(), Timers::new());
    let in_left = left.every(clock.at(0), ms(1), 'l');
    right.every(clock.at(0), ms(1), 'r');
    assert_eq!(right.cancel(in_left), None);
    assert_eq!((left.len(), right.len()), (1, 1));
}
