//! The frame of a trace.
//!
//! ```text
//! trace      = magic "traceparent " traceparent LF [ "tracestate " tracestate LF ] *hop
//! magic      = %x00 "FQT" %x01
//! hop        = "hop " nanoseconds " " name LF     ; since 1970, in decimal digits
//! ```

use std::fmt::Write;

use super::hop::LONGEST_NAME;
use super::{Hop, Trace, TraceParent, malformed};
use crate::error::Result;
use crate::message::Frame;

/// No text begins with a 0, and few formats do. The last byte is the version.
const MAGIC: &[u8] = b"\0FQT\x01";

/// What the W3C asks to be passed on at least.
const LONGEST_STATE: usize = 512;

/// Whether this can be a `tracestate`, as far as it is looked into.
pub(super) fn is_state(text: &str) -> bool {
    let printable = |byte| matches!(byte, b' '..=b'~');
    !text.is_empty() && text.len() <= LONGEST_STATE && text.bytes().all(printable)
}

impl Trace {
    /// The frame in which it travels.
    pub fn to_frame(&self) -> Frame {
        let mut text = String::with_capacity(128);
        let mut line = |key: &str, value: &dyn std::fmt::Display| {
            writeln!(text, "{key} {value}").expect("a string has room");
        };
        line("traceparent", &self.parent);
        if let Some(state) = &self.state {
            line("tracestate", state);
        }
        for hop in &self.hops {
            line("hop", &format_args!("{} {}", hop.nanoseconds(), hop.name()));
        }
        Frame::from([MAGIC, text.as_bytes()].concat())
    }

    /// The trace in a frame; `None` if the frame is something else.
    ///
    /// # Errors
    /// [`Format`](crate::ErrorKind::Format) if the frame begins as a trace and is none.
    ///
    /// ```
    /// use ferromq::trace::Trace;
    ///
    /// let trace = Trace::start();
    /// assert_eq!(Trace::from_frame(&trace.to_frame())?, Some(trace));
    /// assert_eq!(Trace::from_frame(b"Hello")?, None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn from_frame(frame: &[u8]) -> Result<Option<Trace>> {
        frame.strip_prefix(MAGIC).map(read).transpose()
    }
}

fn read(text: &[u8]) -> Result<Trace> {
    let text = str::from_utf8(text).map_err(|_| malformed("it is not UTF-8"))?;
    let text = text.strip_suffix('\n').ok_or_else(|| malformed("its last line is cut off"))?;
    let mut lines = text.split('\n');
    let parent = lines.next().and_then(|line| line.strip_prefix("traceparent "));
    let parent = parent.ok_or_else(|| malformed("there is no traceparent"))?;
    let mut trace = Trace::of(TraceParent::read(parent.as_bytes())?);
    for (number, line) in lines.enumerate() {
        match line.split_once(' ') {
            // A state that cannot be one is left out, and the rest counts.
            Some(("tracestate", state)) if number == 0 => trace = trace.with_state(state),
            Some(("hop", hop)) => trace.hops.push(read_hop(hop)?),
            _ => return Err(malformed("there is a line that it cannot have")),
        }
        if trace.hops.len() > Trace::MAX_HOPS {
            return Err(malformed(format_args!("there are more than {} hops", Trace::MAX_HOPS)));
        }
    }
    Ok(trace)
}

fn read_hop(hop: &str) -> Result<Hop> {
    let Some((digits, name)) = hop.split_once(' ') else {
        return Err(malformed("a hop has no name"));
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let time = digits.parse().ok().filter(|_| is_number);
    let time = time.ok_or_else(|| malformed("the time of a hop is not a number of nanoseconds"))?;
    if name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(malformed("the name of a hop is too long or has control characters"));
    }
    Ok(Hop::received(name, time))
}
