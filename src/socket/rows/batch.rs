//! How much goes through one system call.

use crate::socket::table::options;

options! {
    /// How many bytes to take from a connection at a time.
    ///
    /// Default: 65536 (libzmq's own is 8192). A multiple of 8 from 64 to 64 MiB. (libzmq's manual speaks of messages; it is
    /// bytes.) More is faster over connections that are busy. A connection takes as much address space, and as much memory as was once
    /// filled. A frame that is kept may keep the batch that it came with.
    ReceiveBatchSize ("ZMQ_IN_BATCH_SIZE") = IN_BATCH_SIZE as BatchSize, default 65_536_u32, on connecting,
        build receive_batch_size(u32), builder_only set_receive_batch_size, read receive_batch_size -> u32;

    /// How many bytes to gather before they are given to a connection.
    ///
    /// Default: 65536 (libzmq's own is 8192). A multiple of 8 from 64 to 64 MiB. See
    /// [`receive_batch_size`](crate::Builder::receive_batch_size).
    SendBatchSize ("ZMQ_OUT_BATCH_SIZE") = OUT_BATCH_SIZE as BatchSize, default 65_536_u32, on connecting,
        build send_batch_size(u32), builder_only set_send_batch_size, read send_batch_size -> u32;
}
