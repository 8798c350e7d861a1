//! How many topics are subscribed to.

use crate::error::{Operation, Result};
use crate::socket::Socket;
use crate::socket::pattern::{HasOption, Pattern};
use crate::socket::table::{self, patterns};
use crate::sys::id;

/// The types of these rows.
pub mod row {
    /// What [`topics_count`](crate::Socket::topics_count) reads.
    #[derive(Debug)]
    pub enum TopicsCount {}
}

patterns!([Pub, XPub, Sub, XSub] => patterns_with_option(row::TopicsCount));

impl<P: Pattern, S> Socket<P, S> {
    /// To how many topics the peers of a PUB or XPUB have subscribed, or this SUB or XSUB has.
    ///
    /// On SUB and XSUB a topic that was subscribed to twice counts twice, unless libzmq was built without its draft
    /// API.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the linked libzmq does not know (before 4.3.5),
    /// [`Terminated`](crate::ErrorKind::Terminated).
    ///
    /// Source: zmq_getsockopt(3), `ZMQ_TOPICS_COUNT`.
    ///
    /// ```
    /// use ferromq::{Context, Sub};
    ///
    /// let sub = Context::new()?.socket::<Sub>().subscribe("weather").subscribe("sport").open()?;
    /// assert_eq!(sub.topics_count()?, 2);
    /// sub.unsubscribe("sport")?;
    /// assert_eq!(sub.topics_count()?, 1);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_TOPICS_COUNT")]
    pub fn topics_count(&self) -> Result<usize>
    where
        P: HasOption<row::TopicsCount>,
    {
        match self.core.get(id::TOPICS_COUNT) {
            Ok(count) => Ok(count.unsigned_abs() as usize),
            Err(errno) => Err(table::refused(Operation::GetOption, "topics_count", String::new(), errno)),
        }
    }
}
