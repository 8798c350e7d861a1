//! Options that belong together: noticing that a peer is gone, and coming back to it.

use std::time::Duration;

use super::Builder;
use super::pattern::{HasOption, Pattern};
use super::rows::connection::row::{
    HeartbeatInterval, HeartbeatTimeout, HeartbeatTtl, ReconnectInterval, ReconnectIntervalMax,
};
use crate::error::{Error, ErrorKind, Operation};

/// The longest that can be told to a peer.
const LONGEST_TTL: Duration = Duration::from_millis(6_553_500);

impl<P: Pattern, S> Builder<P, S> {
    /// Notices within three intervals that a peer is gone, and has the peer notice as fast that this side is: ZMTP heartbeats.
    ///
    /// Sets [`heartbeat_interval`](Builder::heartbeat_interval) to `interval`, and
    /// [`heartbeat_timeout`](Builder::heartbeat_timeout) to twice that, so that one lost moment does not end a connection.
    /// [`heartbeat_ttl`](Builder::heartbeat_ttl), which counts for a peer without heartbeats of its own, is three intervals,
    /// rounded up to a tenth of a second. Each can be set afterwards to something else.
    ///
    /// A connection that has ended so is `Disconnected` to a [monitor](crate::Monitor) and to
    /// [`Connections`](crate::connections::Connections), and the side that connects tries again. A peer whose program hangs
    /// while its libzmq goes on still answers: only its replies tell.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{Context, Req};
    ///
    /// let req = Context::new()?.socket::<Req>().heartbeat(Duration::from_secs(5)).open()?;
    /// assert_eq!(req.heartbeat_interval()?, Some(Duration::from_secs(5)));
    /// assert_eq!(req.heartbeat_timeout()?, Some(Duration::from_secs(10)));
    /// assert_eq!(req.heartbeat_ttl()?, Some(Duration::from_secs(15)));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// Source: RFC 37 (ZMTP 3.1).
    #[doc(alias = "ZMQ_HEARTBEAT_IVL")]
    pub fn heartbeat(self, interval: Duration) -> Self
    where
        P: HasOption<HeartbeatInterval> + HasOption<HeartbeatTimeout> + HasOption<HeartbeatTtl>,
    {
        self.heartbeat_interval(interval)
            .heartbeat_timeout(interval.saturating_mul(2))
            .heartbeat_ttl(in_tenths(interval.saturating_mul(3)).min(LONGEST_TTL))
    }

    /// Comes back to a lost peer after `first`, and after each failure in twice the time, up to `longest`.
    ///
    /// Sets [`reconnect_interval`](Builder::reconnect_interval) and
    /// [`reconnect_interval_max`](Builder::reconnect_interval_max). When the peer was there again, it begins anew. libzmq adds
    /// no random time to these intervals. What is not tried again at all,
    /// [`reconnect_stop`](Builder::reconnect_stop) says.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption), when the socket is opened, if `longest` is shorter than `first`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{Context, Dealer};
    ///
    /// let dealer = Context::new()?
    ///     .socket::<Dealer>()
    ///     .reconnect_backoff(Duration::from_millis(100), Duration::from_secs(10))
    ///     .connect("tcp://localhost:5555")?;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_RECONNECT_IVL_MAX")]
    pub fn reconnect_backoff(self, first: Duration, longest: Duration) -> Self
    where
        P: HasOption<ReconnectInterval> + HasOption<ReconnectIntervalMax>,
    {
        if longest < first {
            return self.with_refused(
                Error::new(Operation::SetOption, ErrorKind::InvalidOption).about_option(
                    "reconnect_backoff",
                    format!("{first:?}, {longest:?}"),
                    Some("the longest interval is shorter than the first"),
                ),
            );
        }
        self.reconnect_interval(first).reconnect_interval_max(longest)
    }
}

/// Rounded up, as libzmq takes it.
fn in_tenths(period: Duration) -> Duration {
    const TENTH: u128 = 100_000_000;
    let tenths = period.as_nanos().div_ceil(TENTH);
    Duration::from_millis(u64::try_from(tenths).unwrap_or(u64::MAX).saturating_mul(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_live_is_never_shorter_than_asked() {
        let milliseconds = |n| in_tenths(Duration::from_millis(n)).as_millis();
        assert_eq!([0, 1, 100, 101, 1500].map(milliseconds), [0, 100, 100, 200, 1500]);
        assert!(in_tenths(Duration::MAX) >= LONGEST_TTL);
    }
}
