//! Messages that `interop/node/peer.mjs` can make as well.

use ferromq::{Group, Message};

use crate::node::Result;

/// How many clients talk to one server.
pub const CLIENTS: usize = 3;
/// How many messages are on their way before the speaker waits for the first answer.
pub const WINDOW: usize = 32;
/// What is sent until the other side says that it arrives.
pub const PROBE: &str = "probe";
/// How far the numbers of the messages of one client are from those of the next.
pub const CLIENT_STEP: usize = 10_000;

/// Which messages are exchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shapes {
    /// Of one frame.
    One,
    /// Of several frames, too.
    Several,
    /// Of one frame, and short enough for UDP.
    Datagrams,
}

impl Shapes {
    pub fn name(self) -> &'static str {
        match self {
            Shapes::One => "one",
            Shapes::Several => "several",
            Shapes::Datagrams => "datagrams",
        }
    }

    /// The lengths of the frames of each message.
    pub fn messages(self) -> Vec<Vec<usize>> {
        let large = if self == Shapes::Datagrams { 7900 } else { 1 << 20 };
        let mut messages = vec![vec![5], vec![0], vec![large], vec![256]];
        if self == Shapes::Several {
            messages.extend([vec![5, 0, 7], (0..100).collect()]);
        }
        let many = if self == Shapes::Datagrams { 100 } else { 2000 };
        messages.extend((0..many).map(|n| vec![37 * n % 300]));
        messages
    }
}

/// The group to which a message goes: short names and long ones, since libzmq stores them differently. No name is longer
/// than 127 bytes, because the libzmq in Node aborts when it receives such a one over udp.
pub fn group(number: usize) -> Group {
    let name = ["a".to_owned(), "b".repeat(15), "c".repeat(127)][number % 3].clone();
    Group::new(name).expect("the names are short enough")
}

/// Byte i of frame k of message n is 7i + k + n, modulo 256.
pub fn message(number: usize, lengths: &[usize]) -> Message {
    lengths.iter().enumerate().map(|(k, &length)| frame(number, k, length)).collect()
}

fn frame(number: usize, k: usize, length: usize) -> Vec<u8> {
    (0..length).map(|i| (7 * i + k + number) as u8).collect()
}

/// Whether the message is the one of this number, to the last byte.
pub fn check(received: &Message, number: usize, lengths: &[usize]) -> Result<()> {
    if received.len() != lengths.len() {
        return Err(format!("message {number} has {} frames instead of {}", received.len(), lengths.len()));
    }
    for (k, (frame, expected)) in received.iter().zip(message(number, lengths).iter()).enumerate() {
        same(frame.as_bytes(), expected.as_bytes())
            .map_err(|how| format!("message {number}, frame {k} {how}"))?;
    }
    Ok(())
}

pub fn same(received: &[u8], expected: &[u8]) -> Result<()> {
    if received.len() != expected.len() {
        return Err(format!("has {} bytes instead of {}", received.len(), expected.len()));
    }
    match received.iter().zip(expected).position(|(received, expected)| received != expected) {
        None => Ok(()),
        Some(i) => Err(format!("differs at byte {i}: {} instead of {}", received[i], expected[i])),
    }
}
