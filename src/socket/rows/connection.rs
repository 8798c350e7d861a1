//! Connections: how they are made, watched and made again.

use std::time::Duration;

use crate::options::{ReconnectStop, RoutingId};
use crate::socket::table::options;

options! {
    /// The name by which a ROUTER peer knows this socket.
    ///
    /// Default: `None`, the ROUTER makes one up. Two peers of one ROUTER need different ones: it ignores the
    /// second, unless it has [`handover`](crate::Builder::handover).
    OwnRoutingId ("ZMQ_ROUTING_ID") = ROUTING_ID as Id, default None, on [Req, Rep, Dealer, Router],
        build routing_id(impl Into<Option<RoutingId>>), builder_only set_routing_id,
        read routing_id -> Option<RoutingId>;

    /// Queue messages only for peers with a finished connection, so that none is queued for a peer that is
    /// not there.
    ///
    /// Default: false: `connect` makes a queue at once.
    Immediate ("ZMQ_IMMEDIATE") = IMMEDIATE as Bool, default false, on sending,
        build immediate(bool), builder_only set_immediate, read immediate -> bool;

    /// How long to wait before a lost connection is tried again, in steps of a millisecond, rounded up.
    ///
    /// Default: 100 ms. `None`: never again. While
    /// [`reconnect_interval_max`](crate::Builder::reconnect_interval_max) is `None`, up to as much again is added
    /// at random, so that many clients do not come back at once.
    ReconnectInterval ("ZMQ_RECONNECT_IVL") = RECONNECT_IVL as ReconnectPeriod,
        default Some(Duration::from_millis(100)), on connecting,
        build reconnect_interval(impl Into<Option<Duration>>), builder_only set_reconnect_interval,
        read reconnect_interval -> Option<Duration>;

    /// Up to which length the interval between two attempts doubles.
    ///
    /// Default: `None`, the interval stays as it is. One that is shorter than the
    /// [`reconnect_interval`](crate::Builder::reconnect_interval) takes its place.
    ReconnectIntervalMax ("ZMQ_RECONNECT_IVL_MAX") = RECONNECT_IVL_MAX as PeriodOrOff, default None, on connecting,
        build reconnect_interval_max(impl Into<Option<Duration>>), builder_only set_reconnect_interval_max,
        read reconnect_interval_max -> Option<Duration>;

    /// After what a lost or refused connection is not tried again.
    ///
    /// Default: [`ReconnectStop::NONE`].
    ReconnectStopReasons ("ZMQ_RECONNECT_STOP") = RECONNECT_STOP as StopReasons, default ReconnectStop::NONE,
        on connecting,
        build reconnect_stop(ReconnectStop), builder_only set_reconnect_stop,
        read reconnect_stop -> ReconnectStop;

    /// How long one attempt to connect may take.
    ///
    /// Default: `None`, as the operating system has it.
    ConnectTimeout ("ZMQ_CONNECT_TIMEOUT") = CONNECT_TIMEOUT as PeriodOrOff, default None, on connecting,
        build connect_timeout(impl Into<Option<Duration>>), builder_only set_connect_timeout,
        read connect_timeout -> Option<Duration>;

    /// How long the handshake of a new connection may take.
    ///
    /// Default: 30 s. `None`: for ever.
    HandshakeTimeout ("ZMQ_HANDSHAKE_IVL") = HANDSHAKE_IVL as PeriodOrOff,
        default Some(Duration::from_secs(30)), on zmtp,
        build handshake_timeout(impl Into<Option<Duration>>), builder_only set_handshake_timeout,
        read handshake_timeout -> Option<Duration>;

    /// How many incoming connections may wait to be accepted.
    ///
    /// Default: 100.
    Backlog ("ZMQ_BACKLOG") = BACKLOG as Count, default 100_u32, on connecting,
        build backlog(u32), builder_only set_backlog, read backlog -> u32;

    /// How often to send a ZMTP heartbeat (PING) over each connection, in steps of a millisecond, rounded up.
    ///
    /// Default: `None`, not at all.
    HeartbeatInterval ("ZMQ_HEARTBEAT_IVL") = HEARTBEAT_IVL as PeriodOrOff, default None, on zmtp,
        build heartbeat_interval(impl Into<Option<Duration>>), builder_only set_heartbeat_interval,
        read heartbeat_interval -> Option<Duration>;

    /// How long to wait for the answer (PONG) to a heartbeat before the connection counts as lost, in steps of a
    /// millisecond, rounded up.
    ///
    /// Default: `None`, as long as [`heartbeat_interval`](crate::Builder::heartbeat_interval); once it is set
    /// it cannot be `None` again.
    HeartbeatTimeout ("ZMQ_HEARTBEAT_TIMEOUT") = HEARTBEAT_TIMEOUT as PeriodOrUnset, default None, on zmtp,
        build heartbeat_timeout(impl Into<Option<Duration>>), builder_only set_heartbeat_timeout,
        read heartbeat_timeout -> Option<Duration>;

    /// How long the *peer* is told to wait for traffic before the connection counts as lost for it; in tenths
    /// of a second, up to 6553.5 s.
    ///
    /// Default: `None`, the peer is not told. libzmq would round other values down; they are refused.
    HeartbeatTtl ("ZMQ_HEARTBEAT_TTL") = HEARTBEAT_TTL as TenthsOrOff, default None, on zmtp,
        build heartbeat_ttl(impl Into<Option<Duration>>), builder_only set_heartbeat_ttl,
        read heartbeat_ttl -> Option<Duration>;

    /// Which I/O threads may handle the connections: bit `n` is thread `n`.
    ///
    /// Default: 0, all of them.
    Affinity ("ZMQ_AFFINITY") = AFFINITY as Unsigned, default 0_u64, on all,
        build affinity(u64), builder_only set_affinity, read affinity -> u64;
}
