//! How much goes through one system call.

use crate::socket::table::options;

options! {
    /// How many bytes to take from a connection at a time.
    ///
    /// Default: 8192. A multiple of 8 from 64 to 64 MiB; each connection allocates somewhat more than that. (libzmq's
    /// manual speaks of messages; it is bytes.) More is faster for messages of a few hundred bytes and more, over
    /// connections that are busy: try 262144, together with
    /// [`send_batch_size`](crate::Builder::send_batch_size).
    ReceiveBatchSize ("ZMQ_IN_BATCH_SIZE") = IN_BATCH_SIZE as BatchSize, default 8192_u32, on connecting,
        build receive_batch_size(u32), builder_only set_receive_batch_size, read receive_batch_size -> u32;

    /// How many bytes to gather before they are given to a connection.
    ///
    /// Default: 8192. A multiple of 8 from 64 to 64 MiB. See
    /// [`receive_batch_size`](crate::Builder::receive_batch_size).
    SendBatchSize ("ZMQ_OUT_BATCH_SIZE") = OUT_BATCH_SIZE as BatchSize, default 8192_u32, on connecting,
        build send_batch_size(u32), builder_only set_send_batch_size, read send_batch_size -> u32;
}
