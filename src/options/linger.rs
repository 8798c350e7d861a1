//! Linger periods.

use std::fmt;
use std::time::Duration;

/// How long a closed socket goes on trying to send what it had queued.
///
/// Closing returns at once; it is dropping the last handle of the [`Context`](crate::Context) that waits for
/// this long at most.
///
/// ```
/// use std::time::Duration;
/// use ferromq::{Context, Linger, Push};
///
/// let context = Context::new()?;
/// let push = context.socket::<Push>().linger(Duration::from_millis(100)).connect("tcp://127.0.0.1:9")?;
/// push.send("nobody is there to take this")?;
/// drop(push);
/// drop(context); // waits 100 ms and then gives the message up
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Linger(Option<Duration>);

impl Linger {
    /// What a socket that sends starts with: 30 seconds.
    ///
    /// It is the one default in which ferromq departs from libzmq, where it is for ever: a program whose peer
    /// is gone would then never end, in the `Drop` of a value that nobody sees.
    pub const DEFAULT: Linger = Linger(Some(Duration::from_secs(30)));

    /// Until everything is sent, however long that takes: libzmq's own default.
    pub const FOREVER: Linger = Linger(None);

    /// Not at all: what is still queued is dropped.
    pub const NONE: Linger = Linger(Some(Duration::ZERO));

    /// At most so long, in steps of a millisecond.
    pub const fn for_at_most(period: Duration) -> Linger {
        Linger(Some(period))
    }

    /// The period, or `None` for [`Linger::FOREVER`].
    pub const fn period(self) -> Option<Duration> {
        self.0
    }
}

impl From<Duration> for Linger {
    fn from(period: Duration) -> Linger {
        Linger::for_at_most(period)
    }
}

impl fmt::Debug for Linger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(period) => write!(f, "Linger({period:?})"),
            None => f.write_str("Linger(forever)"),
        }
    }
}
