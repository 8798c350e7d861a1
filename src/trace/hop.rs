//! Where a message was, and when.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A place that a message has passed, and when that was by the clock there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    name: Box<str>,
    /// Since 1970, by the clock of the machine that wrote it.
    nanoseconds: u64,
}

/// Of a name, so many bytes are kept.
pub(super) const LONGEST_NAME: usize = 64;

impl Hop {
    pub(super) fn new(name: &str, time: SystemTime) -> Hop {
        let name = beginning(name, LONGEST_NAME).chars();
        let name: String = name.map(|letter| if letter.is_control() { '_' } else { letter }).collect();
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Hop { name: name.into(), nanoseconds: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX) }
    }

    /// A hop as it was received: its name is known to be one.
    pub(super) fn received(name: &str, nanoseconds: u64) -> Hop {
        Hop { name: name.into(), nanoseconds }
    }

    /// The name of the program, or of the place in it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When, in nanoseconds since 1970-01-01 00:00 UTC.
    pub fn nanoseconds(&self) -> u64 {
        self.nanoseconds
    }

    /// When.
    pub fn time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(self.nanoseconds)
    }
}

/// The time from a hop to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delay<'a> {
    /// The earlier one.
    pub from: &'a Hop,
    /// The one after it.
    pub to: &'a Hop,
    /// The time between them; negative if the clocks of two machines do not agree.
    pub nanoseconds: i64,
}

impl<'a> Delay<'a> {
    pub(super) fn between(from: &'a Hop, to: &'a Hop) -> Delay<'a> {
        let nanoseconds = i128::from(to.nanoseconds) - i128::from(from.nanoseconds);
        let nanoseconds =
            i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX });
        Delay { from, to, nanoseconds }
    }

    /// The time between them; `None` if it is negative.
    pub fn duration(&self) -> Option<Duration> {
        u64::try_from(self.nanoseconds).ok().map(Duration::from_nanos)
    }
}

/// The beginning of a text, of at most so many bytes.
fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&place| text.is_char_boundary(place));
    &text[..end.unwrap_or(0)]
}
