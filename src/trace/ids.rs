//! `traceparent` and the IDs in it.

use std::fmt;
use std::str::FromStr;

use super::malformed;
use crate::error::{Error, Result};

/// An ID of so many bytes, which are not all 0, written as twice as many hexadecimal digits.
macro_rules! id {
    ($(#[$attribute:meta])* $name:ident, $len:literal, $what:literal) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// The ID with these bytes; `None` if all are 0, which the W3C forbids.
            pub fn from_bytes(bytes: [u8; $len]) -> Option<$name> {
                (bytes != [0; $len]).then_some($name(bytes))
            }

            /// Its bytes.
            pub fn to_bytes(self) -> [u8; $len] {
                self.0
            }

            fn read(digits: &[u8]) -> Result<$name> {
                let mut bytes = [0; $len];
                if digits.len() != 2 * $len {
                    return Err(malformed(concat!($what, " has another length")));
                }
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    *byte = hex(pair).ok_or_else(|| malformed(concat!($what, " is not in lowercase hexadecimal digits")))?;
                }
                $name::from_bytes(bytes).ok_or_else(|| malformed(concat!($what, " is 0")))
            }

            fn random() -> $name {
                let mut bytes = [0; $len];
                // All bytes 0 is as good as impossible, and still not an ID.
                while bytes == [0; $len] {
                    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
                }
                $name(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<$name> {
                $name::read(text.as_bytes())
            }
        }
    };
}

id! {
    /// Which trace something belongs to: 16 bytes, written as 32 hexadecimal digits.
    TraceId, 16, "the trace ID"
}

id! {
    /// Which part of a trace: 8 bytes, written as 16 hexadecimal digits.
    SpanId, 8, "the span ID"
}

/// The byte that two hexadecimal digits stand for; capital ones are not allowed.
fn hex(pair: &[u8]) -> Option<u8> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)
}

/// What the W3C's header `traceparent` says, in its version 00.
///
/// ```
/// use ferromq::trace::TraceParent;
///
/// let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let parent: TraceParent = text.parse()?;
/// assert_eq!(parent.span_id().to_string(), "b7ad6b7169203331");
/// assert!(parent.is_sampled());
/// assert_eq!(parent.to_string(), text);
///
/// let error = "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01".parse::<TraceParent>().unwrap_err();
/// assert_eq!(error.to_string(), "read message: not in this format: trace: the span ID is 0");
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// A version 00 is read strictly: 55 characters, lowercase digits, no ID of zeros. What a later version adds behind them is
/// ignored, as the W3C asks for, and so are all flags but `sampled`; it is written as version 00 again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TraceParent {
    trace_id: TraceId,
    span_id: SpanId,
    sampled: bool,
}

/// The only flag of version 00.
const SAMPLED: u8 = 1;
/// How long version 00 is, and the part of later versions that is the same.
const LENGTH: usize = 55;

impl TraceParent {
    /// One of these parts.
    pub fn new(trace_id: TraceId, span_id: SpanId, sampled: bool) -> TraceParent {
        TraceParent { trace_id, span_id, sampled }
    }

    /// A new trace, which is to be recorded.
    pub(super) fn random() -> TraceParent {
        TraceParent::new(TraceId::random(), SpanId::random(), true)
    }

    /// Another span of the trace.
    pub(super) fn child(self) -> TraceParent {
        TraceParent { span_id: SpanId::random(), ..self }
    }

    /// The ID of the trace.
    pub fn trace_id(self) -> TraceId {
        self.trace_id
    }

    /// The ID of the span that sent it, the `parent-id`.
    pub fn span_id(self) -> SpanId {
        self.span_id
    }

    /// Whether the sender records the trace.
    pub fn is_sampled(self) -> bool {
        self.sampled
    }

    pub(super) fn read(text: &[u8]) -> Result<TraceParent> {
        let version = text.get(..2).and_then(hex).ok_or_else(|| malformed("there is no version"))?;
        match (version, text.get(LENGTH)) {
            (0xff, _) => return Err(malformed("there is no version ff")),
            (0, Some(_)) => return Err(malformed("it is too long for version 00")),
            (_, None | Some(b'-')) => {}
            (_, Some(_)) => return Err(malformed("its flags have another length")),
        }
        let known = text.get(..LENGTH).ok_or_else(|| malformed("it is too short"))?;
        if [2, 35, 52].iter().any(|&place| known[place] != b'-') {
            return Err(malformed("its parts are not where they should be"));
        }
        let flags = hex(&known[53..])
            .ok_or_else(|| malformed("its flags are not in lowercase hexadecimal digits"))?;
        Ok(TraceParent {
            trace_id: TraceId::read(&known[3..35])?,
            span_id: SpanId::read(&known[36..52])?,
            sampled: flags & SAMPLED != 0,
        })
    }
}

/// As version 00.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = if self.sampled { SAMPLED } else { 0 };
        write!(f, "00-{}-{}-{flags:02x}", self.trace_id, self.span_id)
    }
}

/// # Errors
/// [`Format`](crate::ErrorKind::Format), with the reason.
impl FromStr for TraceParent {
    type Err = Error;

    fn from_str(text: &str) -> Result<TraceParent> {
        TraceParent::read(text.as_bytes())
    }
}
