//! The wait itself: with the time that is left after a signal, and never shorter than asked.

use std::ffi::c_int;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::codec::whole_milliseconds;
use crate::sys::{self, Errno, PollItem};

/// Waits until an item is ready, at most `timeout`; how many are.
pub(super) fn wait(items: &mut [PollItem<'_>], timeout: Option<Duration>) -> Result<usize> {
    if items.is_empty() {
        let Some(timeout) = timeout else {
            return Err(Error::new(Operation::Poll, ErrorKind::NothingToWaitFor)
                .about_detail("a wait without a timeout would never end"));
        };
        thread::sleep(timeout);
        return Ok(0);
    }
    // A wait that is too long for the clock is one without an end.
    let deadline = timeout.map(|timeout| Instant::now().checked_add(timeout));
    loop {
        let left = match deadline {
            Some(Some(deadline)) => Some(deadline.saturating_duration_since(Instant::now())),
            Some(None) | None => None,
        };
        match sys::poll(items, milliseconds(left)) {
            // libzmq's clock counts in whole milliseconds and may be up to one ahead.
            Ok(0) if left != Some(Duration::ZERO) => {}
            Err(Errno::EINTR) => {}
            outcome => return outcome.map_err(|errno| Error::from_errno(Operation::Poll, errno)),
        }
    }
}

/// As `zmq_poll` takes it; a longer wait is made of several.
fn milliseconds(left: Option<Duration>) -> c_int {
    left.map_or(-1, |left| whole_milliseconds(left).unwrap_or(c_int::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_and_a_long_one_made_of_several() {
        assert_eq!(milliseconds(None), -1);
        assert_eq!(milliseconds(Some(Duration::ZERO)), 0);
        assert_eq!(milliseconds(Some(Duration::from_nanos(1))), 1);
        assert_eq!(milliseconds(Some(Duration::from_micros(1001))), 2);
        assert_eq!(milliseconds(Some(Duration::MAX)), c_int::MAX);
    }
}
