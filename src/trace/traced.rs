//! A message with its trace.

use super::Trace;
use crate::error::{Failed, Result};
use crate::message::Message;

/// A message, and the trace that travels with it.
///
/// It can be sent as it is, since it is made into a message whose last frame is the trace; and it is made of a
/// received message, which need not have one.
///
/// ```
/// use ferromq::trace::{Trace, Traced};
/// use ferromq::{Context, Pull, Push};
///
/// let context = Context::new()?;
/// let pull = context.socket::<Pull>().bind("inproc://tasks")?;
/// let push = context.socket::<Push>().connect("inproc://tasks")?;
///
/// push.send(Traced::new(["task", "1"], Trace::start()))?;
/// push.send(["task", "2"])?; // from a program that knows nothing of traces
///
/// let Traced { message, trace } = Traced::from_message(pull.recv()?)?;
/// assert_eq!(message, ["task", "1"]);
/// assert!(trace.is_some());
///
/// let Traced { message, trace } = Traced::from_message(pull.recv()?)?;
/// assert_eq!(message, ["task", "2"]);
/// assert!(trace.is_none());
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Traced {
    /// The message as it is without the trace.
    pub message: Message,
    /// Its trace, if it has one.
    pub trace: Option<Trace>,
}

impl Traced {
    /// The message with a trace, or without one.
    pub fn new(message: impl Into<Message>, trace: impl Into<Option<Trace>>) -> Traced {
        Traced { message: message.into(), trace: trace.into() }
    }

    /// Takes the trace out of a message that has one.
    ///
    /// # Errors
    /// With the message as it came: [`Format`](crate::ErrorKind::Format) if its last frame begins as a trace and is none.
    pub fn from_message(message: impl Into<Message>) -> Result<Traced, Failed<Message>> {
        let mut message = message.into();
        match Trace::take_from(&mut message) {
            Ok(trace) => Ok(Traced { message, trace }),
            Err(error) => Err(Failed::new(error, message)),
        }
    }
}

/// The message, with the trace behind it.
impl From<Traced> for Message {
    fn from(traced: Traced) -> Message {
        let mut message = traced.message;
        if let Some(trace) = traced.trace {
            trace.put_into(&mut message);
        }
        message
    }
}

impl Trace {
    /// Puts the trace behind the frames of a message.
    pub fn put_into(&self, message: &mut Message) {
        message.push_back(self.to_frame());
    }

    /// Takes the trace out of a message; `None`, and nothing is changed, if it has none.
    ///
    /// The only frame of a message is never taken for a trace: there would be no message left.
    ///
    /// # Errors
    /// [`Format`](crate::ErrorKind::Format) if the last frame begins as a trace and is none; the message is not changed.
    pub fn take_from(message: &mut Message) -> Result<Option<Trace>> {
        let Some(last) = message.last().filter(|_| message.len() > 1) else { return Ok(None) };
        let trace = Trace::from_frame(last)?;
        if trace.is_some() {
            message.pop_back();
        }
        Ok(trace)
    }
}
