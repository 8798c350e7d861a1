//! What multicast transports are told: pgm, epgm, norm, and udp with a group's address.

use std::time::Duration;

use crate::socket::table::options;

options! {
    /// The most that a multicast sender sends, and a receiver expects, in kbit/s; for pgm and norm.
    ///
    /// Default: 100. At least 1, at most 2147483.
    Rate ("ZMQ_RATE") = RATE as DataRate, default 100_u32, on [Pub, XPub, Sub, XSub],
        build rate(u32), builder_only set_rate, read rate -> u32;

    /// How long a receiver may be away without losing messages for good, in steps of a millisecond, rounded up;
    /// for pgm.
    ///
    /// Default: 10 s. What was sent within this time at the full [`rate`](crate::Builder::rate) is kept in
    /// memory.
    RecoveryInterval ("ZMQ_RECOVERY_IVL") = RECOVERY_IVL as Period, default Duration::from_secs(10),
        on [Pub, XPub, Sub, XSub],
        build recovery_interval(Duration), builder_only set_recovery_interval,
        read recovery_interval -> Duration;

    /// How many routers a multicast packet may pass: its time to live.
    ///
    /// Default: 1, packets do not leave the local network. At least 1.
    MulticastHops ("ZMQ_MULTICAST_HOPS") = MULTICAST_HOPS as CountFromOne, default 1_u32,
        on [Pub, XPub, Sub, XSub; Radio],
        build multicast_hops(u32), builder_only set_multicast_hops, read multicast_hops -> u32;

    /// The size in bytes of the largest packet; for pgm.
    ///
    /// Default: 1500. At least 1. It should be no more than the smallest MTU on the way.
    MulticastMaxTpdu ("ZMQ_MULTICAST_MAXTPDU") = MULTICAST_MAXTPDU as CountFromOne, default 1500_u32,
        on [Pub, XPub, Sub, XSub],
        build multicast_max_tpdu(u32), builder_only set_multicast_max_tpdu, read multicast_max_tpdu -> u32;

    /// Let the receivers on this machine have the packets as well; for udp.
    ///
    /// Default: true.
    MulticastLoop ("ZMQ_MULTICAST_LOOP") = MULTICAST_LOOP as Bool, default true, on [; Radio],
        build multicast_loop(bool), builder_only set_multicast_loop, read multicast_loop -> bool;
}
