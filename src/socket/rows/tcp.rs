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
    SendBuffer ("ZMQ_SNDBUF") = SNDBUF as CountOrSystem, default None, on connecting,
        build send_buffer(impl Into<Option<u32>>), builder_only set_send_buffer,
        read send_buffer -> Option<u32>;

    /// Size of the kernel's receive buffer in bytes.
    ///
    /// Default: `None`, as the operating system has it.
    ReceiveBuffer ("ZMQ_RCVBUF") = RCVBUF as CountOrSystem, default None, on connecting,
        build receive_buffer(impl Into<Option<u32>>), builder_only set_receive_buffer,
        read receive_buffer -> Option<u32>;

    /// Whether TCP keep-alive probes are sent.
    ///
    /// Default: `None`, as the operating system has it. ZMTP
    /// [heartbeats](crate::Builder::heartbeat_interval) notice a dead peer sooner.
    TcpKeepalive ("ZMQ_TCP_KEEPALIVE") = TCP_KEEPALIVE as SwitchOrSystem, default None, on connecting,
        build tcp_keepalive(impl Into<Option<bool>>), builder_only set_tcp_keepalive,
        read tcp_keepalive -> Option<bool>;

    /// After how many unanswered keep-alive probes the connection counts as lost.
    ///
    /// Default: `None`, as the operating system has it. 1 to 127.
    TcpKeepaliveCount ("ZMQ_TCP_KEEPALIVE_CNT") = TCP_KEEPALIVE_CNT as KeepaliveCount, default None, on connecting,
        build tcp_keepalive_count(impl Into<Option<u32>>), builder_only set_tcp_keepalive_count,
        read tcp_keepalive_count -> Option<u32>;

    /// After how much silence the first keep-alive probe is sent, in whole seconds.
    ///
    /// Default: `None`, as the operating system has it. 1 to 32767 s.
    TcpKeepaliveIdle ("ZMQ_TCP_KEEPALIVE_IDLE") = TCP_KEEPALIVE_IDLE as KeepaliveSeconds, default None, on connecting,
        build tcp_keepalive_idle(impl Into<Option<Duration>>), builder_only set_tcp_keepalive_idle,
        read tcp_keepalive_idle -> Option<Duration>;

    /// How long to wait between two keep-alive probes, in whole seconds.
    ///
    /// Default: `None`, as the operating system has it. 1 to 32767 s.
    TcpKeepaliveInterval ("ZMQ_TCP_KEEPALIVE_INTVL") = TCP_KEEPALIVE_INTVL as KeepaliveSeconds, default None, on connecting,
        build tcp_keepalive_interval(impl Into<Option<Duration>>), builder_only set_tcp_keepalive_interval,
        read tcp_keepalive_interval -> Option<Duration>;

    /// How long sent data may go unacknowledged before the connection counts as lost (`TCP_USER_TIMEOUT` on
    /// Linux).
    ///
    /// Default: `None`, as the operating system has it.
    TcpMaxRetransmit ("ZMQ_TCP_MAXRT") = TCP_MAXRT as PeriodOrOff, default None, on connecting,
        build tcp_max_retransmit(impl Into<Option<Duration>>), builder_only set_tcp_max_retransmit,
        read tcp_max_retransmit -> Option<Duration>;

    /// The IP type-of-service byte.
    ///
    /// Default: 0.
    TypeOfService ("ZMQ_TOS") = TOS as Byte, default 0_u8, on connecting,
        build type_of_service(u8), builder_only set_type_of_service, read type_of_service -> u8;

    /// The network interface that connections go through, by its name.
    ///
    /// Default: empty, any. At most 15 bytes. Linux only; it may need the capability `CAP_NET_RAW`. Binding
    /// reports when it cannot be had; a connection is tried again.
    BindToDevice ("ZMQ_BINDTODEVICE") = BINDTODEVICE as Interface, default String::new(), on all,
        build bind_to_device(impl Into<String>), builder_only set_bind_to_device,
        read bind_to_device -> String;

    /// Use the fast path for connections within one machine, on Windows; without effect elsewhere.
    ///
    /// Default: false. Both ends must use it.
    LoopbackFastpath ("ZMQ_LOOPBACK_FASTPATH") = LOOPBACK_FASTPATH as Bool, default false, on connecting,
        build loopback_fastpath(bool), builder_only set_loopback_fastpath, read loopback_fastpath -> bool;

    /// The priority of what is sent (`SO_PRIORITY`), on Linux.
    ///
    /// Default: 0. 0 to 6, and more for a process with the capability `CAP_NET_ADMIN`.
    #[cfg(feature = "draft")]
    Priority ("ZMQ_PRIORITY") = PRIORITY as KernelPriority, default 0_u32, on connecting,
        build priority(u32), builder_only set_priority, read priority -> u32;

    /// How long the kernel may poll the network device for incoming data (`SO_BUSY_POLL`), in whole microseconds,
    /// on Linux: less latency for more work.
    ///
    /// Default: `None`, as the operating system has it. A process without the capability `CAP_NET_ADMIN` is
    /// refused more than `net.core.busy_read`, which is usually 0.
    #[cfg(feature = "draft")]
    BusyPoll ("ZMQ_BUSY_POLL") = BUSY_POLL as BusyPollPeriod, default None, on connecting,
        build busy_poll(impl Into<Option<Duration>>), builder_only set_busy_poll,
        remembered busy_poll -> Option<Duration>;
}
