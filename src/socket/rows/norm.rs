//! What the norm transport is told. It needs a libzmq that was built with it.

use crate::options::NormMode;
use crate::socket::table::options;

options! {
    /// How fast a norm sender sends.
    ///
    /// Default: [`NormMode::Congestion`].
    NormSending ("ZMQ_NORM_MODE") = NORM_MODE as Mode, default NormMode::Congestion, on [Pub, XPub, Sub, XSub],
        build norm_mode(NormMode), builder_only set_norm_mode, read norm_mode -> NormMode;

    /// Ask the sender alone, and not the whole group, to send again what was lost.
    ///
    /// Default: false; with a unicast address it is done anyway.
    NormUnicastNack ("ZMQ_NORM_UNICAST_NACK") = NORM_UNICAST_NACK as Bool, default false, on [Pub, XPub, Sub, XSub],
        build norm_unicast_nack(bool), builder_only set_norm_unicast_nack, read norm_unicast_nack -> bool;

    /// The size of norm's buffers in units of 1024 bytes.
    ///
    /// Default: 2048. At least 1.
    NormBufferSize ("ZMQ_NORM_BUFFER_SIZE") = NORM_BUFFER_SIZE as CountFromOne, default 2048_u32,
        on [Pub, XPub, Sub, XSub],
        build norm_buffer_size(u32), builder_only set_norm_buffer_size, read norm_buffer_size -> u32;

    /// How many bytes of messages a packet of a norm sender carries at most.
    ///
    /// Default: 1400. At least 1. With the headers, up to 48 bytes, it should be no more than the MTU.
    NormSegmentSize ("ZMQ_NORM_SEGMENT_SIZE") = NORM_SEGMENT_SIZE as CountFromOne, default 1400_u32,
        on [Pub, XPub, Sub, XSub],
        build norm_segment_size(u32), builder_only set_norm_segment_size, read norm_segment_size -> u32;

    /// How many segments a block of norm's error correction has.
    ///
    /// Default: 16. 1 to 255.
    NormBlockSize ("ZMQ_NORM_BLOCK_SIZE") = NORM_BLOCK_SIZE as BlockSize, default 16_u8, on [Pub, XPub, Sub, XSub],
        build norm_block_size(u8), builder_only set_norm_block_size, read norm_block_size -> u8;

    /// How many parity segments are computed for each block.
    ///
    /// Default: 4. 0 to 254.
    NormParity ("ZMQ_NORM_NUM_PARITY") = NORM_NUM_PARITY as Parity, default 4_u8, on [Pub, XPub, Sub, XSub],
        build norm_parity(u8), builder_only set_norm_parity, read norm_parity -> u8;

    /// How many of the parity segments are sent without being asked for.
    ///
    /// Default: 0. 0 to 254, and no more than [`norm_parity`](crate::Builder::norm_parity).
    NormAutoParity ("ZMQ_NORM_NUM_AUTOPARITY") = NORM_NUM_AUTOPARITY as Parity, default 0_u8, on [Pub, XPub, Sub, XSub],
        build norm_auto_parity(u8), builder_only set_norm_auto_parity, read norm_auto_parity -> u8;

    /// Drop the oldest data in favour of new messages, instead of taking no more while data is repaired.
    ///
    /// Default: false.
    NormPush ("ZMQ_NORM_PUSH") = NORM_PUSH as Bool, default false, on [Pub, XPub, Sub, XSub],
        build norm_push(bool), builder_only set_norm_push, read norm_push -> bool;
}
