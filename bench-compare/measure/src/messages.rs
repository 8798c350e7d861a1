//! What is sent, and what must arrive.

use std::sync::Arc;
use std::time::Instant;

use crate::program::Program;
use crate::side::Run;

/// The bytes of a message's number.
const NUMBER: usize = size_of::<u64>();

/// Messages with their number at the beginning and at the end: no two have the same bytes.
pub struct Messages {
    pub(crate) next: u64,
    pub(crate) end: u64,
    bytes: Vec<u8>,
}

impl Messages {
    pub(crate) fn new(size: usize, end: u64) -> Self {
        Self { next: 0, end, bytes: vec![b'x'; size] }
    }

    /// The next message; `None` after the last.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend its own buffer")]
    #[inline]
    pub fn next(&mut self) -> Option<&[u8]> {
        if self.next == self.end {
            return None;
        }
        self.next += 1;
        Some(self.numbered(self.next - 1))
    }

    pub(crate) fn numbered(&mut self, number: u64) -> &[u8] {
        let number = number.to_le_bytes();
        let end = self.bytes.len() - NUMBER;
        self.bytes[end..].copy_from_slice(&number);
        self.bytes[..NUMBER].copy_from_slice(&number);
        &self.bytes
    }
}

/// The number at the beginning of a message.
pub(crate) fn number(message: &[u8]) -> Option<u64> {
    message.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// What is to arrive, and when the clock started.
pub struct Arrivals {
    expected: Messages,
    warm_up: u64,
    since: Instant,
    program: Arc<Program>,
}

impl Arrivals {
    pub(crate) fn new(run: &Run) -> Self {
        Self {
            expected: run.messages(),
            warm_up: run.warm_up,
            since: Instant::now(),
            program: run.program.clone(),
        }
    }

    /// How many are still to arrive.
    pub fn awaited(&self) -> usize {
        usize::try_from(self.expected.end - self.expected.next).expect("they are counted in memory")
    }

    /// Takes the next message, which must be the one that was sent next.
    ///
    /// # Panics
    /// If it is another.
    #[inline]
    pub fn arrived(&mut self, message: &[u8]) {
        let number = self.expected.next;
        let expected = self.expected.next().expect("no more messages arrive than were sent");
        assert!(
            message == expected,
            "instead of message {number} there came {:?}",
            &message[..message.len().min(NUMBER)]
        );
        if number + 1 == self.warm_up {
            self.since = Instant::now();
        }
    }

    /// Stops the clock, after the last message.
    ///
    /// # Panics
    /// If some are still to arrive.
    pub fn report(&self) {
        let elapsed = self.since.elapsed();
        assert_eq!(self.awaited(), 0, "it was not the last message");
        self.program.stopped(elapsed, self.expected.end - self.warm_up);
    }
}

#[cfg(test)]
mod tests {
    use crate::fan_out::tests::run;

    #[test]
    fn what_was_sent_may_arrive() {
        let (mut messages, mut arrivals) = (run().messages(), run().arrivals());
        while let Some(message) = messages.next() {
            arrivals.arrived(message);
        }
        assert_eq!(arrivals.awaited(), 0);
    }

    #[test]
    #[should_panic(expected = "instead of message 0")]
    fn a_lost_message_is_noticed() {
        let mut messages = run().messages();
        messages.next();
        run().arrivals().arrived(messages.next().expect("there are three"));
    }

    #[test]
    #[should_panic(expected = "instead of message 0")]
    fn a_message_with_other_content_is_noticed() {
        run().arrivals().arrived(&[0; 15]);
    }
}
