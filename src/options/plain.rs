//! Values as configuration files have them, and how they become the values of options.

use std::fmt;
use std::time::Duration;

use super::{Hwm, Linger, ReconnectStop, RoutingId, Secret};
#[cfg(feature = "draft")]
use super::{NormMode, Notify};

/// A value in a configuration file.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Plain {
    /// The format's own word for it, or the text "none".
    Nothing,
    Bool(bool),
    Number(i128),
    Text(String),
    List(Vec<String>),
}

impl Plain {
    fn text(&self) -> Option<&str> {
        match self {
            Plain::Text(text) => Some(text),
            _ => None,
        }
    }

    fn is_none(&self) -> bool {
        *self == Plain::Nothing || self.text() == Some("none")
    }
}

/// What kind of value it is; not the value, which may be a secret.
impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Plain::Nothing => "nothing",
            Plain::Bool(_) => "true or false",
            Plain::Number(_) => "a number",
            Plain::Text(_) => "a text",
            Plain::List(_) => "a list",
        })
    }
}

/// A value of an option that can be read from a configuration file.
pub(crate) trait FromPlain: Sized {
    /// What is written for it, for messages.
    const EXPECTED: &'static str;

    fn from_plain(plain: &Plain) -> Option<Self>;
}

macro_rules! from_plain {
    ($($Value:ty: $expected:literal, $plain:ident => $read:expr;)*) => {
        $(impl FromPlain for $Value {
            const EXPECTED: &'static str = $expected;

            fn from_plain($plain: &Plain) -> Option<Self> {
                $read
            }
        })*
    };
}

from_plain! {
    bool: "true or false", plain => match plain {
        Plain::Bool(value) => Some(*value),
        _ => None,
    };
    u8: "a number from 0 to 255", plain => number(plain);
    u32: "a number that is not negative", plain => number(plain);
    u64: "a number that is not negative", plain => number(plain);
    Duration: "a duration such as \"2s\" or \"100ms\"", plain => duration(plain);
    Option<bool>: "true, false or \"none\"", plain => or_none(plain, bool::from_plain);
    Option<u32>: "a number that is not negative, or \"none\"", plain => or_none(plain, number);
    Option<u64>: "a number that is not negative, or \"none\"", plain => or_none(plain, number);
    Option<Duration>: "a duration such as \"2s\" or \"100ms\", or \"none\"", plain => or_none(plain, duration);
    Option<RoutingId>: "a text of 1 to 255 bytes", plain => RoutingId::new(plain.text()?).ok().map(Some);
    Hwm: "a number of messages, or \"unlimited\"", plain => match plain.text() {
        Some("unlimited") => Some(Hwm::UNLIMITED),
        _ => number(plain).map(Hwm::messages),
    };
    Linger: "a duration such as \"2s\" or \"100ms\", \"none\" or \"forever\"", plain => match plain.text() {
        Some("forever") => Some(Linger::FOREVER),
        _ => or_none(plain, duration).map(|period| period.map_or(Linger::NONE, Linger::for_at_most)),
    };
    String: "a text", plain => plain.text().map(str::to_owned);
    Vec<u8>: "a text", plain => plain.text().map(|text| text.as_bytes().to_vec());
    Secret: "a text", plain => plain.text().map(Secret::from);
    ReconnectStop: "a list of \"connection_refused\", \"handshake_failed\" and \"after_disconnect\"", plain =>
        members(plain, ReconnectStop::MEMBERS)?.try_fold(ReconnectStop::NONE, |set, one| Some(set | one?));
}

#[cfg(feature = "draft")]
from_plain! {
    Notify: "a list of \"connect\" and \"disconnect\"", plain =>
        members(plain, Notify::MEMBERS)?.try_fold(Notify::NONE, |set, one| Some(set | one?));
    NormMode: "\"fixed\", \"congestion\", \"loss_tolerant\", \"explicit\" or \"explicit_only\"", plain =>
        NormMode::ALL.iter().find(|(_, name)| Some(*name) == plain.text()).map(|(mode, _)| *mode);
}

fn number<N: TryFrom<i128>>(plain: &Plain) -> Option<N> {
    match plain {
        Plain::Number(number) => N::try_from(*number).ok(),
        _ => None,
    }
}

/// With its unit: the format has no other way to tell seconds from milliseconds.
fn duration(plain: &Plain) -> Option<Duration> {
    humantime::parse_duration(plain.text()?).ok()
}

fn or_none<T>(plain: &Plain, read: impl FnOnce(&Plain) -> Option<T>) -> Option<Option<T>> {
    if plain.is_none() { Some(None) } else { read(plain).map(Some) }
}

/// The members that a list names; an unknown one is `None`.
fn members<'a, S: Copy>(
    plain: &'a Plain,
    all: &'static [(S, &'static str)],
) -> Option<impl Iterator<Item = Option<S>> + use<'a, S>> {
    let names: &[String] = match plain {
        Plain::List(names) => names,
        Plain::Text(name) if name != "none" => std::slice::from_ref(name),
        _ if plain.is_none() => &[],
        _ => return None,
    };
    Some(names.iter().map(|name| all.iter().find(|(_, known)| known == name).map(|(member, _)| *member)))
}
