//! PUB and SUB: how they find each other, and what may be lost between them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::messages::{Messages, number};
use crate::program::Program;
use crate::side::Run;

/// The number of a message that says that the publisher is there.
const GREETING: u64 = u64::MAX;
/// The number of a message that says that there are no more.
const FAREWELL: u64 = u64::MAX - 1;

/// What a PUB sends besides the messages.
///
/// It sends [`greeting`](Self::greeting) until it [`may_begin`](Self::may_begin), then all messages, and then
/// [`farewell`](Self::farewell) until it is ended, with [`PAUSE`](Self::PAUSE) after each of the first and of the last.
pub struct Publication {
    messages: Messages,
    program: Arc<Program>,
}

impl Publication {
    /// How long to wait after a greeting or a farewell.
    pub const PAUSE: Duration = Duration::from_millis(1);

    pub(crate) fn new(run: &Run) -> Self {
        Self { messages: run.messages(), program: run.program.clone() }
    }

    /// Whether all have subscribed.
    pub fn may_begin(&self) -> bool {
        self.program.may_begin()
    }

    /// Of the same size as the messages.
    pub fn greeting(&mut self) -> &[u8] {
        self.messages.numbered(GREETING)
    }

    /// Of the same size as the messages.
    pub fn farewell(&mut self) -> &[u8] {
        self.messages.numbered(FAREWELL)
    }
}

/// What arrives at a SUB, and when the clock started.
pub struct Subscription {
    expected: Messages,
    next: u64,
    warm_up: u64,
    has_joined: bool,
    /// Since the warm-up, and how many messages since then.
    since: Option<Instant>,
    arrived: u64,
    program: Arc<Program>,
}

impl Subscription {
    pub(crate) fn new(run: &Run) -> Self {
        Self {
            expected: run.messages(),
            next: 0,
            warm_up: run.warm_up,
            has_joined: false,
            since: None,
            arrived: 0,
            program: run.program.clone(),
        }
    }

    /// Takes a message; the order must be right, but some may be missing. `false` after the last: the clock has stopped.
    ///
    /// # Panics
    /// If it is not one of the messages that were still to come.
    #[inline]
    pub fn arrived(&mut self, message: &[u8]) -> bool {
        let number = number(message).expect("a message has a number");
        assert!(message == self.expected.numbered(number), "message {number} has other content");
        if number < FAREWELL {
            let Self { next, expected, .. } = self;
            assert!(
                number >= *next && number < expected.end,
                "instead of message {next} there came {number}"
            );
            self.next = number + 1;
            match self.since {
                Some(_) => self.arrived += 1,
                None if self.next >= self.warm_up => self.since = Some(Instant::now()),
                None => {}
            }
            if self.next < self.expected.end {
                return true;
            }
        } else if number == GREETING {
            if !self.has_joined {
                self.has_joined = true;
                self.program.joined();
            }
            return true;
        }
        self.program.stopped(self.since.map_or(Duration::ZERO, |since| since.elapsed()), self.arrived);
        false
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::side::Role;

    pub(crate) fn run() -> Run {
        Run {
            library: String::new(),
            role: Role::Pull,
            endpoint: String::new(),
            curve: false,
            size: 16,
            warm_up: 1,
            count: 2,
            on_one_thread: true,
            program: Arc::default(),
        }
    }

    #[test]
    fn what_is_missing_is_not_counted() {
        let mut subscription = run().subscription();
        let mut messages = run().messages();
        assert!(subscription.arrived(run().publication().greeting()));
        assert!(subscription.arrived(messages.next().expect("there are three")));
        messages.next();
        assert!(!subscription.arrived(messages.next().expect("there are three")));
        assert_eq!(subscription.arrived, 1);
    }

    #[test]
    fn nothing_is_waited_for_after_the_farewell() {
        assert!(!run().subscription().arrived(run().publication().farewell()));
    }

    #[test]
    #[should_panic(expected = "instead of message 1 there came 0")]
    fn what_comes_twice_is_noticed() {
        let (mut subscription, mut messages) = (run().subscription(), run().messages());
        let first = messages.next().expect("there are three");
        subscription.arrived(first);
        subscription.arrived(first);
    }
}
