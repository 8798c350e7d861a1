//! How the values of options are written in C: the -1 and 0 that mean something else, the units, the ranges.

use std::ffi::c_int;
use std::time::Duration;

use super::setting::RowWire;
use super::{Hwm, Linger, ReconnectStop, RoutingId, SchedulingPolicy, Secret};
#[cfg(feature = "draft")]
use super::{NormMode, Notify};
use crate::endpoint::Endpoint;
#[cfg(feature = "draft")]
use crate::sys::KernelOption;
use crate::sys::Wire;

/// Turns an option's value into what C takes, and back.
pub(crate) trait Codec {
    /// The type in Rust.
    type Value: std::fmt::Debug + Clone + PartialEq;
    /// The type in C.
    type Wire: RowWire + ?Sized;

    /// The C value, or why there is none.
    fn encode(value: &Self::Value) -> Result<<Self::Wire as Wire>::Owned, &'static str>;

    /// The value that libzmq reported.
    fn decode(wire: <Self::Wire as Wire>::Owned) -> Self::Value;
}

const TOO_LARGE: &str = "it is above 2147483647";
const TOO_LONG: &str = "it is longer than 2147483647 ms (24 days)";

fn int(value: u32) -> Result<c_int, &'static str> {
    c_int::try_from(value).map_err(|_| TOO_LARGE)
}

fn from_one(value: u32) -> Result<c_int, &'static str> {
    if value == 0 { Err("it should be at least 1") } else { int(value) }
}

/// A text of at most so many bytes, as C takes it.
fn text(value: &str, longest: usize, too_long: &'static str) -> Result<String, &'static str> {
    match value {
        _ if value.contains('\0') => Err("it has a NUL byte"),
        _ if value.len() > longest => Err(too_long),
        _ => Ok(value.into()),
    }
}

/// Milliseconds, the next whole one: a wait is never shorter than it was asked to be.
pub(crate) fn whole_milliseconds(duration: Duration) -> Result<c_int, &'static str> {
    let rounded_up = duration.as_nanos().div_ceil(1_000_000);
    c_int::try_from(rounded_up).map_err(|_| TOO_LONG)
}

fn milliseconds(wire: c_int) -> Duration {
    Duration::from_millis(u64::from(wire.unsigned_abs()))
}

macro_rules! codecs {
    ($($(#[$doc:meta])* $name:ident: $value:ty => $wire:ty {
        encode($encoded:pat) $encode:expr,
        decode($decoded:pat) $decode:expr,
    })*) => {
        $(
            $(#[$doc])*
            pub(crate) enum $name {}

            impl Codec for $name {
                type Value = $value;
                type Wire = $wire;

                fn encode($encoded: &$value) -> Result<<$wire as Wire>::Owned, &'static str> {
                    $encode
                }

                fn decode($decoded: <$wire as Wire>::Owned) -> $value {
                    $decode
                }
            }
        )*
    };
}

codecs! {
    /// 0 or 1.
    Bool: bool => c_int {
        encode(value) Ok(c_int::from(*value)),
        decode(wire) wire != 0,
    }
    /// 0 up to the largest int.
    Count: u32 => c_int {
        encode(value) int(*value),
        decode(wire) wire.unsigned_abs(),
    }
    /// The IP type-of-service byte.
    Byte: u8 => c_int {
        encode(value) Ok(c_int::from(*value)),
        decode(wire) wire as u8,
    }
    /// -1 is the operating system's default.
    CountOrSystem: Option<u32> => c_int {
        encode(value) value.map_or(Ok(-1), int),
        decode(wire) u32::try_from(wire).ok(),
    }
    /// -1 is the operating system's default.
    SwitchOrSystem: Option<bool> => c_int {
        encode(value) Ok(value.map_or(-1, c_int::from)),
        decode(wire) (wire >= 0).then_some(wire != 0),
    }
    /// Whole seconds; -1 is the operating system's default. Linux takes no more than this, and libzmq would then
    /// close each new connection, for ever.
    KeepaliveSeconds: Option<Duration> => c_int {
        encode(value) match value {
            None => Ok(-1),
            Some(Duration::ZERO) => Err("it should be at least 1 s"),
            Some(period) if period.subsec_nanos() != 0 => Err("it counts in whole seconds"),
            Some(period) if period.as_secs() > 32_767 => Err("it is longer than 32767 s"),
            Some(period) => Ok(period.as_secs() as c_int),
        },
        decode(wire) u64::try_from(wire).ok().map(Duration::from_secs),
    }
    /// -1 is the operating system's default; the limit is Linux's, as above.
    KeepaliveCount: Option<u32> => c_int {
        encode(value) match value {
            None => Ok(-1),
            Some(0) => Err("it should be at least 1"),
            Some(128..) => Err("it is above 127"),
            Some(count) => int(*count),
        },
        decode(wire) u32::try_from(wire).ok(),
    }
    /// 0 is no limit.
    Mark: Hwm => c_int {
        encode(hwm) match hwm.limit() {
            None => Ok(0),
            Some(0) => Err("for no limit say Hwm::UNLIMITED"),
            Some(limit) => int(limit),
        },
        decode(wire) if wire == 0 { Hwm::UNLIMITED } else { Hwm::messages(wire.unsigned_abs()) },
    }
    /// -1 is for ever.
    LingerPeriod: Linger => c_int {
        encode(linger) linger.period().map_or(Ok(-1), whole_milliseconds),
        decode(wire) if wire < 0 { Linger::FOREVER } else { milliseconds(wire).into() },
    }
    /// -1 is no timeout.
    Timeout: Option<Duration> => c_int {
        encode(timeout) timeout.map_or(Ok(-1), whole_milliseconds),
        decode(wire) (wire >= 0).then(|| milliseconds(wire)),
    }
    /// 0 is off.
    PeriodOrOff: Option<Duration> => c_int {
        encode(period) match period {
            None => Ok(0),
            Some(Duration::ZERO) => Err("to switch it off say None"),
            Some(period) => whole_milliseconds(*period),
        },
        decode(wire) (wire > 0).then(|| milliseconds(wire)),
    }
    /// -1 is off; 0 would be off as well, which is surprising enough to be refused.
    ReconnectPeriod: Option<Duration> => c_int {
        encode(period) match period {
            None => Ok(-1),
            Some(Duration::ZERO) => Err("libzmq takes 0 for never; say None for that"),
            Some(period) => whole_milliseconds(*period),
        },
        decode(wire) (wire > 0).then(|| milliseconds(wire)),
    }
    /// Milliseconds that libzmq keeps as tenths of a second; 0 is off.
    TenthsOrOff: Option<Duration> => c_int {
        encode(period) match period {
            None => Ok(0),
            Some(Duration::ZERO) => Err("to switch it off say None"),
            Some(period) if period.as_nanos() % 100_000_000 != 0 => Err("it counts in tenths of a second"),
            Some(period) if period.as_millis() > 6_553_500 => Err("it is longer than 6553.5 s"),
            Some(period) => whole_milliseconds(*period),
        },
        decode(wire) (wire > 0).then(|| milliseconds(wire)),
    }
    /// -1 follows another option, and cannot be set again once another value was.
    PeriodOrUnset: Option<Duration> => c_int {
        encode(period) match period {
            None => Err("libzmq cannot take a value back; leave the option out"),
            Some(period) => whole_milliseconds(*period),
        },
        decode(wire) (wire >= 0).then(|| milliseconds(wire)),
    }
    /// -1 is no limit.
    SizeLimit: Option<u64> => i64 {
        encode(limit) match limit {
            None => Ok(-1),
            Some(limit) => i64::try_from(*limit).map_err(|_| "it is above 2^63 - 1"),
        },
        decode(wire) u64::try_from(wire).ok(),
    }
    /// A bitmap or a size.
    Unsigned: u64 => u64 {
        encode(bits) Ok(*bits),
        decode(wire) wire,
    }
    /// 1 to 255 bytes; none is reported where libzmq is to choose.
    Id: Option<RoutingId> => [u8] {
        encode(id) match id {
            None => Err("libzmq cannot take a routing id back; leave the option out"),
            Some(id) => RoutingId::new(id)
                .map(|id| id.as_bytes().to_vec())
                .map_err(|_| "a socket's own id has 1 to 255 bytes and does not begin with a zero byte"),
        },
        decode(wire) (!wire.is_empty()).then(|| RoutingId::received(&wire)),
    }
    /// 1 up to the largest int.
    CountFromOne: u32 => c_int {
        encode(value) from_one(*value),
        decode(wire) wire.unsigned_abs(),
    }
    /// I/O threads, which an affinity has a bit for each of.
    Threads: u32 => c_int {
        encode(value) if *value > 64 { Err("it is above 64, the bits of an affinity") } else { int(*value) },
        decode(wire) wire.unsigned_abs(),
    }
    /// Sockets of a context; libzmq does not check this, and aborts when it cannot allocate their table.
    Sockets: u32 => c_int {
        encode(value) if *value > 65_535 { Err("it is above 65535") } else { from_one(*value) },
        decode(wire) wire.unsigned_abs(),
    }
    /// A policy's number in Linux; -1 is as it is.
    Policy: Option<SchedulingPolicy> => c_int {
        encode(value) {
            let numbers = SchedulingPolicy::NUMBERS;
            Ok(numbers.iter().find(|(policy, _)| Some(*policy) == *value).map_or(-1, |(_, number)| *number))
        },
        decode(wire) {
            let numbers = SchedulingPolicy::NUMBERS;
            numbers.iter().find(|(_, number)| *number == wire).map(|(policy, _)| *policy)
        },
    }
    /// kbit/s; libzmq counts in bit/s with an int.
    DataRate: u32 => c_int {
        encode(value) match value {
            2_147_484.. => Err("it is above 2147483 kbit/s"),
            rate => from_one(*rate),
        },
        decode(wire) wire.unsigned_abs(),
    }
    /// Milliseconds, without a value that is off.
    Period: Duration => c_int {
        encode(period) whole_milliseconds(*period),
        decode(wire) milliseconds(wire),
    }
    /// A bit for each reason.
    StopReasons: ReconnectStop => c_int {
        encode(reasons) Ok(c_int::from(reasons.bits())),
        decode(wire) ReconnectStop::from_bits(wire as u8),
    }
    /// `host:port`; empty is none.
    HostAndPort: String => str {
        encode(value) match text(value, usize::MAX, "")? {
            none if none.is_empty() => Ok(none),
            address => match format!("tcp://{address}").parse::<Endpoint>() {
                Ok(endpoint) if endpoint.port().is_some() => Ok(address),
                _ => Err("it should read host:port"),
            },
        },
        decode(wire) wire,
    }
    /// Up to 255 bytes; empty is none.
    ShortText: String => str {
        encode(value) text(value, 255, "it is longer than 255 bytes"),
        decode(wire) wire,
    }
    /// Up to 255 bytes; empty is none.
    ShortSecret: Secret => str {
        encode(value) text(value.expose(), 255, "it is longer than 255 bytes"),
        decode(wire) wire.into(),
    }
    /// A network interface's name; Linux cuts longer ones off, which names another interface. Empty is none.
    Interface: String => str {
        encode(value) text(value, 15, "an interface's name has at most 15 bytes"),
        decode(wire) wire,
    }
    /// The body of a message; empty is none.
    Content: Vec<u8> => [u8] {
        encode(content) Ok(content.clone()),
        decode(wire) wire,
    }
    /// -1 is the operating system's default.
    VmciTimeout: Option<Duration> => c_int {
        encode(timeout) timeout.map_or(Ok(-1), whole_milliseconds),
        decode(wire) (wire >= 0).then(|| milliseconds(wire)),
    }
}

#[cfg(feature = "draft")]
codecs! {
    /// Bytes. libzmq allocates more than this for each connection, and aborts when it cannot. With 8 and less its
    /// decoder writes outside of its memory, and it puts counters behind so many bytes that have to be aligned.
    BatchSize: u32 => c_int {
        encode(value) match value {
            ..64 => Err("it should be at least 64"),
            67_108_865.. => Err("it is above 64 MiB"),
            bytes if bytes % 8 != 0 => Err("it should be a multiple of 8"),
            bytes => int(*bytes),
        },
        decode(wire) wire.unsigned_abs(),
    }
    /// A bit for each event.
    Events: Notify => c_int {
        encode(events) Ok(c_int::from(events.bits())),
        decode(wire) Notify::from_bits(wire as u8),
    }
    /// 0 up to 6, and more where the operating system permits it; libzmq aborts where it does not.
    KernelPriority: u32 => c_int {
        encode(value) match int(*value)? {
            priority @ ..=6 => Ok(priority),
            priority if KernelOption::PRIORITY.is_permitted(priority) => Ok(priority),
            _ => Err("the operating system permits no more than 6 without CAP_NET_ADMIN"),
        },
        decode(wire) wire.unsigned_abs(),
    }
    /// Whole microseconds; 0 is off. libzmq does not say when the operating system refuses it.
    BusyPollPeriod: Option<Duration> => c_int {
        encode(period) match period {
            None => Ok(0),
            Some(Duration::ZERO) => Err("to switch it off say None"),
            Some(period) if period.as_nanos() % 1000 != 0 => Err("it counts in whole microseconds"),
            Some(period) => match c_int::try_from(period.as_micros()) {
                Ok(micros) if KernelOption::BUSY_POLL.is_permitted(micros) => Ok(micros),
                Ok(_) => Err("the operating system does not permit it; CAP_NET_ADMIN does"),
                Err(_) => Err("it is longer than 2147483647 us"),
            },
        },
        decode(wire) (wire > 0).then(|| Duration::from_micros(u64::from(wire.unsigned_abs()))),
    }
    /// A mode's number.
    Mode: NormMode => c_int {
        encode(mode) Ok(*mode as c_int),
        decode(wire) NormMode::ALL.get(wire as usize).map_or(NormMode::Congestion, |(mode, _)| *mode),
    }
    /// 1 to 255.
    BlockSize: u8 => c_int {
        encode(value) from_one(u32::from(*value)),
        decode(wire) wire as u8,
    }
    /// 0 to 254.
    Parity: u8 => c_int {
        encode(value) if *value == 255 { Err("it is above 254") } else { Ok(c_int::from(*value)) },
        decode(wire) wire as u8,
    }
    /// A text of any length; empty is none. As bytes, because libzmq wants no null pointer here.
    LongText: String => [u8] {
        encode(value) text(value, usize::MAX, "").map(String::into_bytes),
        decode(wire) String::from_utf8_lossy(&wire).into_owned(),
    }
    /// As above.
    LongSecret: Secret => [u8] {
        encode(value) text(value.expose(), usize::MAX, "").map(String::into_bytes),
        decode(wire) String::from_utf8_lossy(&wire).into_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_whole_milliseconds() {
        assert_eq!(Timeout::encode(&Some(Duration::from_nanos(1))), Ok(1));
        assert_eq!(Timeout::encode(&Some(Duration::from_micros(1001))), Ok(2));
        assert_eq!(Timeout::encode(&Some(Duration::ZERO)), Ok(0));
        assert_eq!(Timeout::encode(&Some(Duration::from_millis(i32::MAX as u64))), Ok(i32::MAX));
        assert!(Timeout::encode(&Some(Duration::from_millis(i32::MAX as u64 + 1))).is_err());
        assert!(Timeout::encode(&Some(Duration::MAX)).is_err());
    }

    #[test]
    fn values_that_libzmq_takes_for_something_else_are_refused() {
        assert!(Mark::encode(&Hwm::messages(0)).is_err());
        assert!(ReconnectPeriod::encode(&Some(Duration::ZERO)).is_err());
        assert!(PeriodOrOff::encode(&Some(Duration::ZERO)).is_err());
        assert!(TenthsOrOff::encode(&Some(Duration::from_millis(50))).is_err());
        assert!(TenthsOrOff::encode(&Some(Duration::from_millis(150))).is_err());
        assert!(TenthsOrOff::encode(&Some(Duration::from_secs(7000))).is_err());
        assert!(KeepaliveSeconds::encode(&Some(Duration::from_millis(1500))).is_err());
        assert!(PeriodOrUnset::encode(&None).is_err());
        assert!(Id::encode(&Some(RoutingId::received(&[0, 1, 2, 3, 4]))).is_err());
        assert!(Count::encode(&u32::MAX).is_err());
    }
}
