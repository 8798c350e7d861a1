//! Checks every row of the option table against libzmq.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::Context;
use crate::endpoint::Endpoint;
use crate::options::codec::{self, Codec};
use crate::options::setting::{Encoded, RowWire};
use crate::options::{Hwm, Linger, RoutingId};
use crate::socket::core::Core;
use crate::socket::table::Row;
use crate::socket::table::walk::{Facts, Samples, Visitor};
use crate::socket::{dealer, publish, router};
use crate::sys::{Errno, SocketType};

/// Shows every row there is.
fn visit(visitor: &mut impl Visitor) {
    super::queue::visit(visitor);
    super::connection::visit(visitor);
    super::tcp::visit(visitor);
    dealer::visit(visitor);
    publish::visit(visitor);
    router::visit(visitor);
}

const PATTERNS: [(&str, SocketType); 9] = [
    ("REQ", SocketType::REQ),
    ("REP", SocketType::REP),
    ("PUB", SocketType::PUB),
    ("SUB", SocketType::SUB),
    ("PUSH", SocketType::PUSH),
    ("PULL", SocketType::PULL),
    ("PAIR", SocketType::PAIR),
    ("DEALER", SocketType::DEALER),
    ("ROUTER", SocketType::ROUTER),
];

fn open(context: &Context, pattern: &str) -> Core {
    let (_, socket_type) = PATTERNS.iter().find(|(name, _)| *name == pattern).expect(pattern);
    Core::open(context, *socket_type, pattern).expect(pattern)
}

fn encoded<R: Row>(value: &<R::Codec as Codec>::Value) -> Option<Encoded> {
    let wire = R::Codec::encode(value).ok()?;
    Some(<R::Codec as Codec>::Wire::encoded(R::ID, wire))
}

/// Checks that the row's getter says `value`, from wherever it takes it.
fn assert_is<R: Row>(core: &Core, value: &<R::Codec as Codec>::Value, reported: bool, when: &str) {
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
    match encoded::<R>(value) {
        Some(Encoded::Int(id, number)) => assert_eq!(core.remembered(id), number, "{} {when}", R::NAME),
        _ => panic!("{} cannot be remembered", R::NAME),
    }
}

/// What SUB does not share with the other patterns, and the table says in words only.
fn is_exception(c_name: &str, pattern: &str) -> bool {
    (c_name, pattern) == ("ZMQ_LINGER", "SUB")
}

#[test]
fn a_fresh_socket_has_the_default_of_each_row() {
    struct Defaults(Context);

    impl Visitor for Defaults {
        fn row<R: Row>(&mut self, facts: Facts<<R::Codec as Codec>::Value>)
        where
            R::Codec: Samples,
        {
            for pattern in facts.patterns.iter().filter(|pattern| !is_exception(facts.c_name, pattern)) {
                let core = open(&self.0, pattern);
                assert_is::<R>(&core, &facts.default, facts.reported, &format!("on a fresh {pattern}"));
            }
        }
    }

    let context = Context::new().unwrap();
    let sub = open(&context, "SUB");
    let linger = sub.get(crate::sys::id::LINGER).unwrap();
    assert_eq!(codec::LingerPeriod::decode(linger), Linger::NONE);
    visit(&mut Defaults(context));
}

#[test]
fn each_row_reads_back_what_was_set_before_and_where_it_is_live_after_binding() {
    struct RoundTrips(Context);

    impl Visitor for RoundTrips {
        fn row<R: Row>(&mut self, facts: Facts<<R::Codec as Codec>::Value>)
        where
            R::Codec: Samples,
        {
            for pattern in facts.patterns {
                let (fresh, bound) = (open(&self.0, pattern), open(&self.0, pattern));
                let endpoint = format!("inproc://{}-{pattern}", R::NAME).parse::<Endpoint>().unwrap();
                bound.bind(&endpoint).unwrap();
                for sample in R::Codec::samples() {
                    let setting = encoded::<R>(&sample).expect("samples can be encoded");
                    let set = |core: &Core, when: &str| {
                        let outcome = core.set(&setting);
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

    visit(&mut RoundTrips(Context::new().unwrap()));
}

#[test]
fn each_option_has_one_row_and_its_c_name_is_that_of_its_number() {
    #[derive(Default)]
    struct Numbers(HashMap<i32, &'static str>);

    impl Visitor for Numbers {
        fn row<R: Row>(&mut self, facts: Facts<<R::Codec as Codec>::Value>)
        where
            R::Codec: Samples,
        {
            let number = R::ID.number();
            if let Some(other) = self.0.insert(number, facts.c_name) {
                panic!("{other} and {} are both option {number}", facts.c_name);
            }
            let bindings = include_str!("../../sys/bindings.rs");
            let constant = bindings.lines().find(|line| line.contains(&format!(" {}:", facts.c_name)));
            let constant = constant.unwrap_or_else(|| panic!("the bindings have no {}", facts.c_name));
            assert!(
                constant.ends_with(&format!(" = {number};")),
                "{} is not {number}: {constant}",
                facts.c_name
            );
        }
    }

    let mut numbers = Numbers::default();
    visit(&mut numbers);

    let shown: HashSet<_> = numbers.0.into_values().collect();
    let ids = include_str!("../../sys/option.rs").lines().filter_map(|line| line.split_once(" = ZMQ_"));
    for (_, c_name) in ids {
        let c_name = format!("ZMQ_{}", c_name.trim_end_matches([',', ';']));
        let listed = NOT_ROWS.iter().any(|(name, _reason)| *name == c_name);
        assert!(
            shown.contains(&*c_name) != listed,
            "{c_name} should be a row that is shown here, or in NOT_ROWS"
        );
    }
}

/// The options that this crate uses and that are not rows, with the reason.
const NOT_ROWS: [(&str, &str); 8] = [
    ("ZMQ_REQ_RELAXED", "`relaxed` sets it, and changes the socket's type"),
    ("ZMQ_REQ_CORRELATE", "`relaxed` sets it"),
    ("ZMQ_SUBSCRIBE", "`subscribe` may be called several times"),
    ("ZMQ_UNSUBSCRIBE", "an operation, not a value"),
    ("ZMQ_LAST_ENDPOINT", "cannot be set"),
    ("ZMQ_EVENTS", "cannot be set; it is what a poll looks at"),
    ("ZMQ_TYPE", "cannot be set; `AnySocket::kind` tells it"),
    ("ZMQ_THREAD_SAFE", "cannot be set; the socket's type tells it"),
];

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
    SecondsOrSystem: [Some(Duration::from_secs(1)), Some(Duration::from_secs(i32::MAX as u64)), None];
    Mark: [Hwm::messages(1), Hwm::messages(i32::MAX as u32), Hwm::UNLIMITED];
    LingerPeriod: [Linger::NONE, Duration::from_millis(1).into(), LONGEST.into(), Linger::FOREVER];
    Timeout: [Some(Duration::ZERO), Some(Duration::from_millis(1)), Some(LONGEST), None];
    PeriodOrOff: [Some(Duration::from_millis(1)), Some(LONGEST), None];
    ReconnectPeriod: [Some(Duration::from_millis(1)), Some(LONGEST), None];
    TenthsOrOff: [Some(Duration::from_millis(100)), Some(Duration::from_millis(6_553_500)), None];
    PeriodOrUnset: [Some(Duration::ZERO), Some(Duration::from_millis(1)), Some(LONGEST)];
    SizeLimit: [Some(0), Some(1), Some(i64::MAX as u64), None];
    Bitmap: [0, 1, u64::MAX];
    Id: [Some(RoutingId::new("x").unwrap()), Some(RoutingId::new([0xff; 255]).unwrap())];
}
