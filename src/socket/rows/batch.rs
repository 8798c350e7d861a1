//! How much goes through one system call.

use crate::socket::table::options;

/// What a fresh socket reports.
const FIRST_BATCH: u32 = if cfg!(ferromq_system_libzmq) { 65_536 } else { 8192 };

options! {
    /// How many bytes to take from a connection at a time.
    ///
    /// Default: 8192 to begin with, twice as many after each time that all of it was used, up to 1 MiB, and half as many when most
    /// was not, many times in a row. (libzmq's own is 8192, always.) That serves many messages, large ones, and memory; a number that is
    /// set here stays. A multiple of 8 from 64 to 64 MiB. (libzmq's manual speaks of messages; it is bytes.)
    ///
    /// A frame that is kept keeps the batch that it came with: [`Frame::compact`](crate::Frame::compact). A system's libzmq does not
    /// change the size while it runs; ferromq gives it 65536.
    ReceiveBatchSize ("ZMQ_IN_BATCH_SIZE") = IN_BATCH_SIZE as BatchSize, default FIRST_BATCH, on connecting,
        build receive_batch_size(u32), builder_only set_receive_batch_size, read receive_batch_size -> u32;

    /// How many bytes to gather before they are given to a connection.
    ///
    /// Default: as for [`receive_batch_size`](crate::Builder::receive_batch_size). A multiple of 8 from 64 to 64 MiB.
    SendBatchSize ("ZMQ_OUT_BATCH_SIZE") = OUT_BATCH_SIZE as BatchSize, default FIRST_BATCH, on connecting,
        build send_batch_size(u32), builder_only set_send_batch_size, read send_batch_size -> u32;
}
