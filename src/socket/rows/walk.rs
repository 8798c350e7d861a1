//! Checks every row of the option table against libzmq.

use std::collections::HashMap;
use std::time::Duration;

use crate::Context;
use crate::endpoint::Endpoint;
use crate::options::codec::{self, Codec};
use crate::options::setting::{Encoded, RowWire, Setting};
use crate::options::{Hwm, Linger, ReconnectStop, RoutingId, Secret};
#[cfg(feature = "draft")]
use crate::options::{NormMode, Notify};
use crate::socket::core::Core;
use crate::socket::table::walk::{Facts, Samples, Visitor};
use crate::socket::table::{self, Row};
#[cfg(feature = "draft")]
use crate::socket::xsub;
use crate::socket::{dealer, publish, router, stream, xpub};
#[cfg(feature = "draft")]
use crate::sys::ThreadSafe;
use crate::sys::{Errno, OptionId, SocketType};

/// Shows every row there is.
fn visit(visitor: &mut impl Visitor) {
    super::connection::visit(visitor);
    super::multicast::visit(visitor);
    super::queue::visit(visitor);
    super::socks::visit(visitor);
    super::tcp::visit(visitor);
    super::vmci::visit(visitor);
    #[cfg(feature = "draft")]
    {
        super::batch::visit(visitor);
        super::norm::visit(visitor);
        super::peer::visit(visitor);
        super::wss::visit(visitor);
        xsub::visit(visitor);
    }
    dealer::visit(visitor);
    publish::visit(visitor);
    router::visit(visitor);
    stream::visit(visitor);
    xpub::visit(visitor);
}

/// An open socket of any pattern.
enum AnyCore {
    Classic(Core),
    #[cfg(feature = "draft")]
    ThreadSafe(Core<ThreadSafe>),
}

/// Calls a method of the socket, of whichever kind it is.
macro_rules! on_either {
    ($core:expr, $socket:ident => $call:expr) => {
        match $core {
            AnyCore::Classic($socket) => $call,
            #[cfg(feature = "draft")]
            AnyCore::ThreadSafe($socket) => $call,
        }
    };
}

impl AnyCore {
    fn open(context: &Context, pattern: &str) -> AnyCore {
        let classic =
            |socket_type| AnyCore::Classic(Core::open(context, socket_type, pattern).expect(pattern));
        #[cfg(feature = "draft")]
        let thread_safe =
            |socket_type| AnyCore::ThreadSafe(Core::open(context, socket_type, pattern).expect(pattern));
        match pattern {
            "REQ" => classic(SocketType::REQ),
            "REP" => classic(SocketType::REP),
            "PUB" => classic(SocketType::PUB),
            "SUB" => classic(SocketType::SUB),
            "XPUB" => classic(SocketType::XPUB),
            "XSUB" => classic(SocketType::XSUB),
            "PUSH" => classic(SocketType::PUSH),
            "PULL" => classic(SocketType::PULL),
            "PAIR" => classic(SocketType::PAIR),
            "DEALER" => classic(SocketType::DEALER),
            "ROUTER" => classic(SocketType::ROUTER),
            "STREAM" => classic(SocketType::STREAM),
            #[cfg(feature = "draft")]
            "DGRAM" => classic(SocketType::DGRAM),
            #[cfg(feature = "draft")]
            "CLIENT" => thread_safe(SocketType::CLIENT),
            #[cfg(feature = "draft")]
            "SERVER" => thread_safe(SocketType::SERVER),
            #[cfg(feature = "draft")]
            "RADIO" => thread_safe(SocketType::RADIO),
            #[cfg(feature = "draft")]
            "DISH" => thread_safe(SocketType::DISH),
            #[cfg(feature = "draft")]
            "SCATTER" => thread_safe(SocketType::SCATTER),
            #[cfg(feature = "draft")]
            "GATHER" => thread_safe(SocketType::GATHER),
            #[cfg(feature = "draft")]
            "PEER" => thread_safe(SocketType::PEER),
            #[cfg(feature = "draft")]
            "CHANNEL" => thread_safe(SocketType::CHANNEL),
            _ => panic!("{pattern} is missing here"),
        }
    }

    /// Binds the socket to an endpoint of its own.
    fn bind(&self, pattern: &str, option: &str) {
        let endpoint = match pattern {
            "STREAM" => "tcp://127.0.0.1:*".to_owned(),
            "DGRAM" => "udp://127.0.0.1:*".to_owned(),
            _ => format!("inproc://{option}-{pattern}"),
        };
        let endpoint: Endpoint = endpoint.parse().unwrap();
        on_either!(self, socket => socket.bind(&endpoint)).unwrap();
    }

    fn get<W: RowWire + ?Sized>(&self, id: OptionId<W>) -> Result<W::Owned, Errno> {
        on_either!(self, socket => socket.get(id))
    }

    fn noted<W: RowWire + ?Sized>(&self, id: OptionId<W>) -> Option<W::Owned> {
        on_either!(self, socket => socket.noted(id))
    }

    fn set(&self, setting: &Encoded) -> Result<(), Errno> {
        on_either!(self, socket => socket.set(setting))
    }

    fn configure(&self, setting: &Setting) -> Result<(), Errno> {
        on_either!(self, socket => socket.configure(setting))
    }
}

fn encoded<R: Row>(value: &<R::Codec as Codec>::Value) -> Option<Encoded> {
    let wire = R::Codec::encode(value).ok()?;
    Some(<R::Codec as Codec>::Wire::encoded(R::ID, wire))
}

/// Checks that the row's getter says `value`, from wherever it takes it.
fn assert_is<R: Row>(core: &AnyCore, value: &<R::Codec as Codec>::Value, reported: bool, when: &str) {
    let read = core.get(R::ID);
    if reported {
        let read = R::Codec::decode(read.expect(R::NAME));
        assert_eq!(read, *value, "{} {when}", R::NAME);
        return;
    }
    assert!(
        matches!(read, Err(Errno::EINVAL)),
        "{} says that libzmq does not report it, but it does",
        R::NAME
    );
    if R::REMEMBERED {
        let noted = core.noted(R::ID).map_or_else(R::default, R::Codec::decode);
        assert_eq!(noted, *value, "{} {when}", R::NAME);
    }
}

/// Whether the option is one that libzmq has only when it was built with a transport that needs a further system
/// library, and this one was not.
fn is_left_out(core: &AnyCore, c_name: &str, setting: &Encoded) -> bool {
    let optional = ["ZMQ_NORM_", "ZMQ_VMCI_", "ZMQ_WSS_"].iter().any(|prefix| c_name.starts_with(prefix));
    optional && core.set(setting) == Err(Errno::EINVAL)
}

/// What the patterns that only subscribe do not share with the others, and the table says in words only.
fn is_exception(c_name: &str, pattern: &str) -> bool {
    c_name == "ZMQ_LINGER" && ["SUB", "XSUB", "DISH"].contains(&pattern)
}

#[test]
fn a_fresh_socket_has_the_default_of_each_row() {
    struct Defaults;

    impl Visitor for Defaults {
        fn row<R: Row>(&mut self, facts: Facts)
        where
            R::Codec: Samples,
        {
            // One for each row: closed sockets count until libzmq has reaped them.
            let context = Context::new().unwrap();
            for pattern in facts.patterns.iter().filter(|pattern| !is_exception(facts.c_name, pattern)) {
                let core = AnyCore::open(&context, pattern);
                let sample = encoded::<R>(&R::Codec::samples()[0]).expect("samples can be encoded");
                if is_left_out(&core, facts.c_name, &sample) {
                    continue;
                }
                let core = AnyCore::open(&context, pattern);
                assert_is::<R>(&core, &R::default(), facts.reported, &format!("on a fresh {pattern}"));
            }
        }
    }

    let context = Context::new().unwrap();
    let sub = AnyCore::open(&context, "SUB");
    let linger = sub.get(crate::sys::id::LINGER).unwrap();
    assert_eq!(codec::LingerPeriod::decode(linger), Linger::NONE);
    visit(&mut Defaults);
}

#[test]
fn each_row_reads_back_what_was_set_before_and_where_it_is_live_after_binding() {
    struct RoundTrips;

    impl Visitor for RoundTrips {
        fn row<R: Row>(&mut self, facts: Facts)
        where
            R::Codec: Samples,
        {
            let context = Context::new().unwrap();
            for pattern in facts.patterns {
                let (fresh, bound) = (AnyCore::open(&context, pattern), AnyCore::open(&context, pattern));
                bound.bind(pattern, R::NAME);
                for sample in R::Codec::samples() {
                    let setting = table::setting::<R>(&sample).expect("samples can be encoded");
                    if is_left_out(&fresh, facts.c_name, &setting.value) {
                        continue;
                    }
                    let set = |core: &AnyCore, when: &str| {
                        let outcome = core.configure(&setting);
                        assert_eq!(outcome, Ok(()), "{} = {sample:?} on {when} {pattern}", R::NAME);
                        assert_is::<R>(
                            core,
                            &sample,
                            facts.reported,
                            &format!("after it was set on {when} {pattern}"),
                        );
                    };
                    set(&fresh, "a fresh");
                    if facts.live {
                        set(&bound, "a bound");
                    }
                }
            }
        }
    }

    visit(&mut RoundTrips);
}

/// The socket options that `zmq.h` declares: name and number, in its order.
fn declared() -> Vec<(String, i32)> {
    let bindings = include_str!("../../sys/bindings.rs");
    let constants: Vec<(String, i32)> = bindings
        .lines()
        .filter_map(|line| {
            let (name, number) =
                line.strip_prefix("pub const ")?.strip_suffix(';')?.split_once(": c_int = ")?;
            Some((name.to_owned(), number.parse().ok()?))
        })
        .collect();
    let at = |name: &str| constants.iter().position(|(other, _)| other == name).expect(name);
    [
        ("ZMQ_AFFINITY", "ZMQ_BINDTODEVICE"),
        ("ZMQ_IDENTITY", "ZMQ_ROUTER_BEHAVIOR"),
        ("ZMQ_ZAP_ENFORCE_DOMAIN", "ZMQ_NORM_PUSH"),
    ]
    .into_iter()
    .flat_map(|(first, last)| constants[at(first)..=at(last)].to_vec())
    .collect()
}

#[cfg(feature = "serde")]
#[test]
fn each_row_can_be_in_a_configuration_file() {
    #[derive(Default)]
    struct Names(Vec<&'static str>);

    impl Visitor for Names {
        fn row<R: Row>(&mut self, _: Facts)
        where
            R::Codec: Samples,
        {
            self.0.push(R::NAME);
        }
    }

    let mut names = Names::default();
    visit(&mut names);
    names.0.sort_unstable();
    let mut entries: Vec<_> = super::entries().map(|entry| entry.name).collect();
    entries.sort_unstable();
    assert_eq!(names.0, entries);
}

#[test]
fn each_option_of_libzmq_has_one_row_or_a_reason_why_not() {
    #[derive(Default)]
    struct Rows(HashMap<&'static str, i32>);

    impl Visitor for Rows {
        fn row<R: Row>(&mut self, facts: Facts)
        where
            R::Codec: Samples,
        {
            let twice = self.0.insert(facts.c_name, R::ID.number());
            assert_eq!(twice, None, "{} has two rows", facts.c_name);
        }
    }

    let mut rows = Rows::default();
    visit(&mut rows);
    let mut reasons: HashMap<&str, &str> = HashMap::new();
    for (name, reason) in NOT_ROWS.iter().chain(DRAFT_ROWS) {
        assert_eq!(reasons.insert(name, reason), None, "{name} is listed twice");
    }

    for name in super::security::OPTIONS {
        assert_eq!(reasons.insert(name, "part of the one security value"), None, "{name} is listed twice");
    }

    let declared = declared();
    assert_eq!(declared.len(), 76 + 11 + 32, "the sections of zmq.h are not what they were");
    for (name, number) in &declared {
        match (rows.0.remove(&**name), reasons.remove(&**name)) {
            (Some(row), None) => assert_eq!(row, *number, "{name}"),
            (None, Some(_)) => {}
            (None, None) => panic!("{name} should be a row, or in NOT_ROWS with the reason"),
            (Some(_), Some(_)) => panic!("{name} is a row and in NOT_ROWS"),
        }
    }
    assert!(rows.0.is_empty(), "not options of libzmq, or twice: {:?}", rows.0);
    assert!(reasons.is_empty(), "not options of libzmq: {reasons:?}");
}

/// The options that are not rows, with the reason.
const NOT_ROWS: &[(&str, &str)] = &[
    ("ZMQ_BLOCKY", "an option of the context"),
    ("ZMQ_CONNECT_ROUTING_ID", "for one connection: `connect_with` sets it"),
    ("ZMQ_CONNECT_RID", "another name of ZMQ_CONNECT_ROUTING_ID"),
    ("ZMQ_USE_FD", "for one bind: `bind_listener` sets it"),
    ("ZMQ_METADATA", "`metadata` may be called several times"),
    ("ZMQ_SUBSCRIBE", "`subscribe` may be called several times"),
    ("ZMQ_UNSUBSCRIBE", "an operation, not a value"),
    ("ZMQ_REQ_RELAXED", "`relaxed` sets it, and changes the socket's type"),
    ("ZMQ_REQ_CORRELATE", "`relaxed` sets it"),
    ("ZMQ_LAST_ENDPOINT", "cannot be set: `last_endpoint` reads it"),
    ("ZMQ_TOPICS_COUNT", "cannot be set: `topics_count` reads it"),
    ("ZMQ_EVENTS", "cannot be set: the poller reads it"),
    ("ZMQ_FD", "cannot be set: async sockets read it"),
    ("ZMQ_RCVMORE", "cannot be set: messages are received whole"),
    ("ZMQ_TYPE", "cannot be set, and is the type parameter"),
    ("ZMQ_THREAD_SAFE", "cannot be set, and follows from the pattern"),
    ("ZMQ_ROUTER_RAW", "deprecated: STREAM does it"),
    ("ZMQ_TCP_ACCEPT_FILTER", "deprecated: a ZAP handler does it, and tells whom it turned away"),
    ("ZMQ_IPC_FILTER_PID", "deprecated: the permissions of the path do it"),
    ("ZMQ_IPC_FILTER_UID", "deprecated: the permissions of the path do it"),
    ("ZMQ_IPC_FILTER_GID", "deprecated: the permissions of the path do it"),
    ("ZMQ_IPV4ONLY", "deprecated: the reverse of ZMQ_IPV6"),
    ("ZMQ_IDENTITY", "another name of ZMQ_ROUTING_ID"),
    ("ZMQ_DELAY_ATTACH_ON_CONNECT", "another name of ZMQ_IMMEDIATE"),
    ("ZMQ_FAIL_UNROUTABLE", "another name of ZMQ_ROUTER_MANDATORY"),
    ("ZMQ_ROUTER_BEHAVIOR", "another name of ZMQ_ROUTER_MANDATORY"),
    ("ZMQ_NOBLOCK", "a flag of zmq_send, declared among these"),
];

/// The options that a stable build of libzmq does not have.
#[cfg(feature = "draft")]
const DRAFT_ROWS: &[(&str, &str)] = &[];

#[cfg(not(feature = "draft"))]
const DRAFT_ROWS: &[(&str, &str)] = {
    const WHY: &str = "behind the feature `draft`";
    &[
        ("ZMQ_ROUTER_NOTIFY", WHY),
        ("ZMQ_IN_BATCH_SIZE", WHY),
        ("ZMQ_OUT_BATCH_SIZE", WHY),
        ("ZMQ_WSS_KEY_PEM", WHY),
        ("ZMQ_WSS_CERT_PEM", WHY),
        ("ZMQ_WSS_TRUST_PEM", WHY),
        ("ZMQ_WSS_HOSTNAME", WHY),
        ("ZMQ_WSS_TRUST_SYSTEM", WHY),
        ("ZMQ_HELLO_MSG", WHY),
        ("ZMQ_DISCONNECT_MSG", WHY),
        ("ZMQ_PRIORITY", WHY),
        ("ZMQ_BUSY_POLL", WHY),
        ("ZMQ_HICCUP_MSG", WHY),
        ("ZMQ_XSUB_VERBOSE_UNSUBSCRIBE", WHY),
        ("ZMQ_NORM_MODE", WHY),
        ("ZMQ_NORM_UNICAST_NACK", WHY),
        ("ZMQ_NORM_BUFFER_SIZE", WHY),
        ("ZMQ_NORM_SEGMENT_SIZE", WHY),
        ("ZMQ_NORM_BLOCK_SIZE", WHY),
        ("ZMQ_NORM_NUM_PARITY", WHY),
        ("ZMQ_NORM_NUM_AUTOPARITY", WHY),
        ("ZMQ_NORM_PUSH", WHY),
    ]
};

macro_rules! samples {
    ($($codec:ident: $samples:expr;)*) => {
        $(
            impl Samples for codec::$codec {
                fn samples() -> Vec<Self::Value> {
                    $samples.into()
                }
            }
        )*
    };
}

const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

samples! {
    Bool: [true, false];
    Count: [0, 1, 5000, i32::MAX as u32];
    Byte: [0, 1, 0x2e, u8::MAX];
    CountOrSystem: [Some(0), Some(100_000), Some(i32::MAX as u32), None];
    SwitchOrSystem: [Some(false), Some(true), None];
    KeepaliveSeconds: [Some(Duration::from_secs(1)), Some(Duration::from_secs(32_767)), None];
    Mark: [Hwm::messages(1), Hwm::messages(i32::MAX as u32), Hwm::UNLIMITED];
    LingerPeriod: [Linger::NONE, Duration::from_millis(1).into(), LONGEST.into(), Linger::FOREVER];
    Timeout: [Some(Duration::ZERO), Some(Duration::from_millis(1)), Some(LONGEST), None];
    PeriodOrOff: [Some(Duration::from_millis(1)), Some(LONGEST), None];
    ReconnectPeriod: [Some(Duration::from_millis(1)), Some(LONGEST), None];
    TenthsOrOff: [Some(Duration::from_millis(100)), Some(Duration::from_millis(6_553_500)), None];
    PeriodOrUnset: [Some(Duration::ZERO), Some(Duration::from_millis(1)), Some(LONGEST)];
    SizeLimit: [Some(0), Some(1), Some(i64::MAX as u64), None];
    Unsigned: [0, 1, u64::MAX];
    KeepaliveCount: [Some(1), Some(127), None];
    CountFromOne: [1, 2000, i32::MAX as u32];
    DataRate: [1, 2_147_483];
    Period: [Duration::ZERO, Duration::from_millis(1), LONGEST];
    StopReasons: [
        ReconnectStop::CONNECTION_REFUSED | ReconnectStop::AFTER_DISCONNECT,
        ReconnectStop::HANDSHAKE_FAILED,
        ReconnectStop::NONE,
    ];
    HostAndPort: ["127.0.0.1:1080".to_owned(), "[::1]:1".to_owned(), String::new()];
    ShortText: ["x".to_owned(), "x".repeat(255), "abcd".to_owned(), String::new()];
    ShortSecret: [Secret::from("x"), "x".repeat(255).into(), Secret::default()];
    Interface: ["lo".to_owned(), "x".repeat(15), String::new()];
    Content: [b"hello".to_vec(), b"four".to_vec(), Vec::new()];
    VmciTimeout: [Some(Duration::ZERO), Some(LONGEST), None];
    Id: [Some(RoutingId::new("x").unwrap()), Some(RoutingId::new([0xff; 255]).unwrap())];
}

#[cfg(feature = "draft")]
samples! {
    BatchSize: [64, 262_144, 1 << 26];
    Events: [Notify::CONNECT, Notify::DISCONNECT, Notify::CONNECT | Notify::DISCONNECT, Notify::NONE];
    KernelPriority: [1, 6, 0];
    BusyPollPeriod: [None];
    Mode: NormMode::ALL.map(|(mode, _)| mode);
    BlockSize: [1, 255];
    Parity: [0, 254];
    LongText: ["x".repeat(5000), String::new()];
    LongSecret: [Secret::from("x".repeat(5000)), Secret::default()];
}
