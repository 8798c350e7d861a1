//! What the operating system is told about TCP connections.

use std::time::Duration;

use crate::socket::table::options;

options! {
    /// Use IPv6; IPv4 peers are reached as well.
    ///
    /// Default: as the [context](crate::ContextBuilder::ipv6) has it, false.
    Ipv6 ("ZMQ_IPV6") = IPV6 as Bool, default false, on all,
        build ipv6(bool), builder_only set_ipv6, read ipv6 -> bool;

    /// Size of the kernel's send buffer in bytes.
    ///
    /// Default: `None`, as the operating system has it.
    SendBuffer ("ZMQ_SNDBUF") = SNDBUF as CountOrSystem, default None, on all,
        build send_buffer(impl Into<Option<u32>>), builder_only set_send_buffer,
        read send_buffer -> Option<u32>;

    /// Size of the kernel's receive buffer in bytes.
    ///
    /// Default: `None`, as the operating system has it.
    ReceiveBuffer ("ZMQ_RCVBUF") = RCVBUF as CountOrSystem, default None, on all,
        build receive_buffer(impl Into<Option<u32>>), builder_only set_receive_buffer,
        read receive_buffer -> Option<u32>;

    /// Whether TCP keep-alive probes are sent.
    ///
    /// Default: `None`, as the operating system has it. ZMTP
    /// [heartbeats](crate::Builder::heartbeat_interval) notice a dead peer sooner.
    TcpKeepalive ("ZMQ_TCP_KEEPALIVE") = TCP_KEEPALIVE as SwitchOrSystem, default None, on all,
        build tcp_keepalive(impl Into<Option<bool>>), builder_only set_tcp_keepalive,
        read tcp_keepalive -> Option<bool>;

    /// After how many unanswered keep-alive probes the connection counts as lost.
    ///
    /// Default: `None`, as the operating system has it.
    TcpKeepaliveCount ("ZMQ_TCP_KEEPALIVE_CNT") = TCP_KEEPALIVE_CNT as CountOrSystem, default None, on all,
        build tcp_keepalive_count(impl Into<Option<u32>>), builder_only set_tcp_keepalive_count,
        read tcp_keepalive_count -> Option<u32>;

    /// After how much silence the first keep-alive probe is sent, in whole seconds.
    ///
    /// Default: `None`, as the operating system has it.
    TcpKeepaliveIdle ("ZMQ_TCP_KEEPALIVE_IDLE") = TCP_KEEPALIVE_IDLE as SecondsOrSystem, default None, on all,
        build tcp_keepalive_idle(impl Into<Option<Duration>>), builder_only set_tcp_keepalive_idle,
        read tcp_keepalive_idle -> Option<Duration>;

    /// How long to wait between two keep-alive probes, in whole seconds.
    ///
    /// Default: `None`, as the operating system has it.
    TcpKeepaliveInterval ("ZMQ_TCP_KEEPALIVE_INTVL") = TCP_KEEPALIVE_INTVL as SecondsOrSystem, default None, on all,
        build tcp_keepalive_interval(impl Into<Option<Duration>>), builder_only set_tcp_keepalive_interval,
        read tcp_keepalive_interval -> Option<Duration>;

    /// How long sent data may go unacknowledged before the connection counts as lost (`TCP_USER_TIMEOUT` on
    /// Linux).
    ///
    /// Default: `None`, as the operating system has it.
    TcpMaxRetransmit ("ZMQ_TCP_MAXRT") = TCP_MAXRT as PeriodOrOff, default None, on all,
        build tcp_max_retransmit(impl Into<Option<Duration>>), builder_only set_tcp_max_retransmit,
        read tcp_max_retransmit -> Option<Duration>;

    /// The IP type-of-service byte.
    ///
    /// Default: 0.
    TypeOfService ("ZMQ_TOS") = TOS as Byte, default 0_u8, on all,
        build type_of_service(u8), builder_only set_type_of_service, read type_of_service -> u8;
}
