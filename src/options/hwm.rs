//! High-water marks.

use std::fmt;

/// A high-water mark: how many messages a socket queues for or from one peer.
///
/// What happens at the mark depends on the pattern: PUSH, REQ, DEALER and PAIR wait, PUB drops, ROUTER drops
/// unless it is [`mandatory`](crate::Builder::mandatory). libzmq does not promise the exact number: over TCP
/// the kernel's buffers come on top, over `inproc` the marks of both ends are added.
///
/// ```
/// use ferromq::{Context, Hwm, Push};
///
/// let push = Context::new()?.socket::<Push>().send_hwm(10).open()?;
/// assert_eq!(push.send_hwm()?, Hwm::messages(10));
/// push.set_send_hwm(Hwm::UNLIMITED)?;
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hwm(Option<u32>);

impl Hwm {
    /// No limit but memory. Use with care: a slow peer then makes the program grow until it is killed.
    pub const UNLIMITED: Hwm = Hwm(None);

    /// At most so many messages, 1 to 2147483647. (0, which libzmq takes for no limit, is refused when it is
    /// set: say [`Hwm::UNLIMITED`].)
    pub const fn messages(limit: u32) -> Hwm {
        Hwm(Some(limit))
    }

    /// The limit, or `None` if there is none.
    pub const fn limit(self) -> Option<u32> {
        self.0
    }
}

impl From<u32> for Hwm {
    fn from(limit: u32) -> Hwm {
        Hwm::messages(limit)
    }
}

impl fmt::Display for Hwm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(limit) => write!(f, "{limit}"),
            None => f.write_str("unlimited"),
        }
    }
}

impl fmt::Debug for Hwm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hwm({self})")
    }
}
