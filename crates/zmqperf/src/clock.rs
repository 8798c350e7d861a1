//! A clock that the processes of one machine share, and waiting for a moment of it.

use std::hint;
use std::thread;
use std::time::Duration;

/// A moment, or a time between two, in nanoseconds.
pub type Nanoseconds = u64;

/// Below this a thread does not sleep: the kernel would wake it too late.
const SLEEPABLE: Nanoseconds = 200_000;
/// How much too late a thread may be woken.
const LATE: Nanoseconds = 100_000;

/// Now: the system's monotonic clock, which is the same for all processes of the machine.
#[cfg(unix)]
pub fn now() -> Nanoseconds {
    use nix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("every unix has a monotonic clock");
    // The clock counts from the start of the machine, and so is positive.
    time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64
}

/// Now, by the time of day: there is no monotonic clock here that processes share.
#[cfg(not(unix))]
pub fn now() -> Nanoseconds {
    use std::time::{SystemTime, UNIX_EPOCH};
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// Waits until the moment, and then returns true; or returns false as soon as `stopped` says so.
///
/// It sleeps where that is exact enough, and otherwise looks at the clock again and again, letting others have the processor.
pub fn wait_until(moment: Nanoseconds, stopped: impl Fn() -> bool) -> bool {
    loop {
        let left = moment.saturating_sub(now());
        if left == 0 {
            return true;
        }
        if stopped() {
            return false;
        }
        if left > SLEEPABLE {
            thread::sleep(Duration::from_nanos((left - LATE).min(50_000_000)));
        } else {
            hint::spin_loop();
            thread::yield_now();
        }
    }
}

/// Nanoseconds as seconds.
pub fn seconds(nanoseconds: Nanoseconds) -> f64 {
    nanoseconds as f64 / 1e9
}

/// The duration in whole nanoseconds, at most 584 years.
pub fn nanoseconds(duration: Duration) -> Nanoseconds {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_no_earlier_than_it_should_and_at_once_when_it_is_stopped() {
        let moment = now() + 2_000_000;
        assert!(wait_until(moment, || false));
        assert!(now() >= moment);
        assert!(!wait_until(now() + 3_600_000_000_000, || true));
    }
}
