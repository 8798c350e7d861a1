//! Queues and waits: how much is kept, and for how long.

use std::time::Duration;

use crate::options::{Hwm, Linger};
use crate::socket::table::options;

options! {
    /// How many messages to queue for each peer before the pattern's rule for full queues applies.
    ///
    /// Default: 1000. On a live socket it also changes the queues that there are,
    /// but not those of later peers over an `inproc` name that is bound already. What SUB queues for its peers
    /// are subscriptions: one that has more than this loses some of them when it connects.
    SendHwm ("ZMQ_SNDHWM") = SNDHWM as Mark, default Hwm::messages(1000), on queueing_out,
        build send_hwm(impl Into<Hwm>), live set_send_hwm, read send_hwm -> Hwm;

    /// How many messages to queue from each peer before libzmq stops reading from it.
    ///
    /// Default: 1000. On a live socket it also changes the queues that there are. What PUB queues from its peers
    /// are subscriptions.
    ReceiveHwm ("ZMQ_RCVHWM") = RCVHWM as Mark, default Hwm::messages(1000), on queueing_in,
        build receive_hwm(impl Into<Hwm>), live set_receive_hwm, read receive_hwm -> Hwm;

    /// How long `send` waits before it gives up with [`TimedOut`](crate::ErrorKind::TimedOut), in steps of a
    /// millisecond, rounded up.
    ///
    /// Default: `None`, for ever.
    SendTimeout ("ZMQ_SNDTIMEO") = SNDTIMEO as Timeout, default None, on sending,
        build send_timeout(impl Into<Option<Duration>>), live set_send_timeout,
        read configured_send_timeout -> Option<Duration>;

    /// How long `recv` waits before it gives up with [`TimedOut`](crate::ErrorKind::TimedOut), in steps of a
    /// millisecond, rounded up.
    ///
    /// Default: `None`, for ever.
    ReceiveTimeout ("ZMQ_RCVTIMEO") = RCVTIMEO as Timeout, default None, on receiving,
        build receive_timeout(impl Into<Option<Duration>>), live set_receive_timeout,
        read configured_receive_timeout -> Option<Duration>;

    /// How long the closed socket goes on sending what it had queued; see [`Linger`].
    ///
    /// Default: [`Linger::DEFAULT`], 30 seconds (libzmq's own is for ever); on SUB not at all, as in libzmq.
    LingerFor ("ZMQ_LINGER") = LINGER as LingerPeriod, default Linger::DEFAULT, on all,
        build linger(impl Into<Linger>), live set_linger, read linger -> Linger;

    /// The size in bytes above which an incoming message is refused, by closing the connection that it comes
    /// from.
    ///
    /// Default: `None`, no limit. Not applied to `inproc`. On a pattern that only sends it is a limit for what a
    /// peer sends nevertheless, subscriptions among it.
    MaxMessageSize ("ZMQ_MAXMSGSIZE") = MAXMSGSIZE as SizeLimit, default None, on zmtp,
        build max_message_size(impl Into<Option<u64>>), builder_only set_max_message_size,
        read max_message_size -> Option<u64>;

    /// Keep only the newest message in each queue.
    ///
    /// Default: false. The high-water marks do not apply then. libzmq keeps the last *frame*, so that a
    /// message of several frames cannot be sent ([`InvalidMessage`](crate::ErrorKind::InvalidMessage)), and
    /// should not be sent by the peer.
    Conflate ("ZMQ_CONFLATE") = CONFLATE as Bool, default false, on [Pub, Sub, Push, Pull, Dealer],
        build conflate(bool), builder_only set_conflate, read conflate -> bool;
}
