//! What is in the messages: a number, and the time at which they were to be sent.

use ferromq::Frame;

use crate::clock::Nanoseconds;
use crate::failure::{Failure, Result};

/// How long a message is that has both the number and the time.
pub const HEADER: usize = 16;
const NUMBER: usize = 8;
/// What a probe begins with. It is told from a message by its length.
const PROBE: &[u8] = b"zmqperf probe";

/// A message of `size` bytes: its number, as much of it as there is room for, lowest byte first; then, if there is room for it,
/// the moment `at` by the sender's clock; then zeros.
pub fn message(size: usize, number: u64, at: Nanoseconds) -> Result<Frame> {
    Ok(Frame::with_len(size, |bytes| {
        let written = size.min(NUMBER);
        bytes[..written].copy_from_slice(&number.to_le_bytes()[..written]);
        if let Some(time) = bytes.get_mut(NUMBER..HEADER) {
            time.copy_from_slice(&at.to_le_bytes());
        }
    })?)
}

/// A message that only shows whether messages get through: no message of `size` bytes is one.
pub fn probe(size: usize) -> Frame {
    let mut content = PROBE.to_vec();
    if content.len() == size {
        content.push(b'.');
    }
    Frame::from(content)
}

/// Whether it is a [`probe`] and not a message of `size` bytes; or an error, if it is neither.
pub fn is_probe(content: &[u8], size: usize) -> Result<bool> {
    if content.len() == size {
        Ok(false)
    } else if content.starts_with(PROBE) {
        Ok(true)
    } else {
        Err(Failure::new(format!("a message of {} bytes came, where {size} were to be sent", content.len())))
    }
}

/// When the message was to be sent, by the sender's clock; 0 in a message without a time.
pub fn time(content: &[u8]) -> Nanoseconds {
    content.get(NUMBER..HEADER).map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
}

/// Whether it has the number, or as much of the number as there is room for.
pub fn has_number(content: &[u8], number: u64) -> bool {
    (read(content) ^ number) & mask(content.len()) == 0
}

fn read(content: &[u8]) -> u64 {
    let mut bytes = [0; NUMBER];
    let there = content.len().min(NUMBER);
    bytes[..there].copy_from_slice(&content[..there]);
    u64::from_le_bytes(bytes)
}

/// The bits of a number that a message of so many bytes has.
fn mask(size: usize) -> u64 {
    match size {
        0 => 0,
        1..NUMBER => (1 << (size * 8)) - 1,
        _ => u64::MAX,
    }
}

/// Follows the numbers of the messages that one sender sends to one receiver.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The number that comes next, if none is lost.
    next: u64,
    /// How many came after a later one, or twice.
    pub late: u64,
}

impl Numbers {
    /// Enters the number of a message. In short messages it begins again at 0, and a gap of half of all numbers or more is
    /// taken for a step back.
    pub fn enter(&mut self, content: &[u8]) {
        let mask = mask(content.len());
        let ahead = read(content).wrapping_sub(self.next) & mask;
        if ahead == 0 {
            self.next = self.next.wrapping_add(1);
        } else if ahead <= mask / 2 {
            self.next = self.next.wrapping_add(ahead + 1);
        } else {
            self.late += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(size: usize, numbers: impl IntoIterator<Item = u64>) -> u64 {
        let mut followed = Numbers::default();
        for number in numbers {
            followed.enter(&message(size, number, 0).unwrap());
        }
        followed.late
    }

    #[test]
    fn steps_back_and_repetitions_are_noticed_in_messages_of_every_length_and_gaps_are_none() {
        for size in [1, 2, 7, 8, 15, 16, 100] {
            assert_eq!(late(size, 0..1000), 0, "{size}");
            assert_eq!(late(size, [0, 1, 4, 5]), 0, "{size}");
            assert_eq!(late(size, [0, 2, 1, 3]), 1, "{size}");
            assert_eq!(late(size, [0, 0, 1]), 1, "{size}");
        }
        assert_eq!(late(0, [0, 5, 1]), 0);
    }

    #[test]
    fn a_message_has_its_number_and_its_time() {
        let frame = message(20, 7, 9).unwrap();
        assert_eq!(
            (frame.len(), time(&frame), has_number(&frame, 7), has_number(&frame, 8)),
            (20, 9, true, false)
        );
        assert_eq!(time(&message(15, 7, 9).unwrap()), 0);
        assert!(has_number(&message(1, 0x101, 0).unwrap(), 1));
        assert!(has_number(&message(0, 5, 0).unwrap(), 6));
    }

    #[test]
    fn a_probe_is_never_taken_for_a_message() {
        for size in [0, 1, 13, 14, 16] {
            assert!(is_probe(&probe(size), size).unwrap());
            assert!(!is_probe(&message(size, 3, 0).unwrap(), size).unwrap());
        }
        assert!(is_probe(b"something else", 16).is_err());
    }
}
