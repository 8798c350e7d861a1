//! Waiting for subscriptions, which arrive a moment after their connection.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Operation, Result};
use crate::poll::poll;
use crate::socket::{Pub, Socket};

impl Socket<Pub> {
    /// Waits until the peers have subscribed to at least so many different topics, at most `timeout`.
    ///
    /// It cures the slow joiner: what is published before a subscription has arrived does not reach the subscriber, even if
    /// the connection is there. Topics are counted, not subscribers: two that subscribe to the same topic are one. To
    /// wait for several such, publish with an [XPUB](crate::XPub) that is [`verbose`](crate::Builder::verbose) and receive as
    /// many subscriptions, or have each subscribe to a topic of its own as well.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{Context, Pub, Sub};
    ///
    /// let context = Context::new()?;
    /// let publisher = context.socket::<Pub>().bind("tcp://127.0.0.1:*")?;
    /// let subscriber = context.socket::<Sub>().subscribe("weather").connect(publisher.last_endpoint()?)?;
    /// publisher.wait_for_topics(1, Duration::from_secs(5))?;
    /// publisher.send("weather Sunny today.")?;
    /// assert_eq!(subscriber.recv()?, "weather Sunny today.");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`TimedOut`](ErrorKind::TimedOut); [`Terminated`](ErrorKind::Terminated); [`Unsupported`](ErrorKind::Unsupported) if
    /// the linked libzmq does not count topics (before 4.3.5).
    pub fn wait_for_topics(&self, topics: usize, timeout: Duration) -> Result<()> {
        // A wait that is too long for the clock is one without an end.
        let deadline = Instant::now().checked_add(timeout);
        loop {
            // This takes in what has arrived, and what arrives later is news.
            self.events()?;
            let subscribed = self.topics_count()?;
            if subscribed >= topics {
                return Ok(());
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Err(Error::new(Operation::Poll, ErrorKind::TimedOut)
                    .about_detail(format!("{subscribed} of {topics} topics are subscribed to")));
            }
            let news = self.core().raw.news_item();
            let news = news.map_err(|errno| Error::from_errno(Operation::Poll, errno))?;
            poll(&mut [news], left)?;
        }
    }
}
