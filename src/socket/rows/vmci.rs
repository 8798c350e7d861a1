//! What the vmci transport is told. It needs a libzmq that was built with it.

use std::time::Duration;

use crate::socket::table::options;

options! {
    /// The size in bytes of a vmci connection's buffer.
    ///
    /// Default: 0, as the operating system has it.
    VmciBufferSize ("ZMQ_VMCI_BUFFER_SIZE") = VMCI_BUFFER_SIZE as Unsigned, default 0_u64, on connecting,
        build vmci_buffer_size(u64), builder_only set_vmci_buffer_size,
        remembered vmci_buffer_size -> u64;

    /// The least size in bytes of a vmci connection's buffer.
    ///
    /// Default: 0, as the operating system has it.
    VmciBufferMinSize ("ZMQ_VMCI_BUFFER_MIN_SIZE") = VMCI_BUFFER_MIN_SIZE as Unsigned, default 0_u64,
        on connecting,
        build vmci_buffer_min_size(u64), builder_only set_vmci_buffer_min_size,
        remembered vmci_buffer_min_size -> u64;

    /// The greatest size in bytes of a vmci connection's buffer.
    ///
    /// Default: 0, as the operating system has it.
    VmciBufferMaxSize ("ZMQ_VMCI_BUFFER_MAX_SIZE") = VMCI_BUFFER_MAX_SIZE as Unsigned, default 0_u64,
        on connecting,
        build vmci_buffer_max_size(u64), builder_only set_vmci_buffer_max_size,
        remembered vmci_buffer_max_size -> u64;

    /// How long an attempt to connect over vmci may take, in steps of a millisecond, rounded up.
    ///
    /// Default: `None`, as the operating system has it.
    VmciConnectTimeout ("ZMQ_VMCI_CONNECT_TIMEOUT") = VMCI_CONNECT_TIMEOUT as VmciTimeout, default None,
        on connecting,
        build vmci_connect_timeout(impl Into<Option<Duration>>), builder_only set_vmci_connect_timeout,
        remembered vmci_connect_timeout -> Option<Duration>;
}
