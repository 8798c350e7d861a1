//! Who is measured.

use super::measurement::{Measurement, Pattern, Transport};

/// A library, and one of its ways to send and receive.
#[derive(Debug)]
pub struct Contender {
    pub name: &'static str,
    pub family: Family,
    pub made: Made,
    /// What it is, in the list of versions.
    pub about: &'static str,
    transports: &'static [Transport],
    /// Whether it is only for many messages, and so not for requests.
    only_many: bool,
    /// The one pattern that it is for, if it is for one.
    only: Option<Pattern>,
}

/// What colour it has, and with whom it is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    Ours,
    C,
    Binding,
    Pure,
}

/// How its program comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Made {
    /// A package in `bench-compare`, with the crate that is measured unless it is ferromq.
    Cargo { package: &'static str, rival: Option<&'static str> },
    /// `bench-compare/c`, with libzmq as its authors have released it.
    C,
    /// The programs of libzmq's own `perf` directory, with the same libzmq.
    Perf,
    /// `bench-compare/c`, with the libzmq of the system.
    SystemC,
    /// `bench-compare/python`.
    Python,
}

/// The package that depends on this workspace.
pub const OURS: &str = "ferromq";
/// What others are compared with.
pub const BASE: &str = "c";

const EVERYWHERE: &[Transport] = &[Transport::Tcp, Transport::Ipc, Transport::Inproc, Transport::Curve];
/// Without CURVE, or with one that is not libsodium's.
const PLAIN: &[Transport] = &[Transport::Tcp, Transport::Ipc, Transport::Inproc];
const SOCKETS: &[Transport] = &[Transport::Tcp, Transport::Ipc];
const TCP: &[Transport] = &[Transport::Tcp];

const fn ours(name: &'static str, about: &'static str) -> Contender {
    let made = Made::Cargo { package: OURS, rival: None };
    Contender {
        name,
        family: Family::Ours,
        made,
        about,
        transports: EVERYWHERE,
        only_many: false,
        only: None,
    }
}

const fn c(name: &'static str, made: Made, about: &'static str) -> Contender {
    Contender { name, family: Family::C, made, about, transports: EVERYWHERE, only_many: false, only: None }
}

const fn rival(
    name: &'static str,
    family: Family,
    package: &'static str,
    rival: &'static str,
    about: &'static str,
) -> Contender {
    let made = Made::Cargo { package, rival: Some(rival) };
    Contender { name, family, made, about, transports: PLAIN, only_many: false, only: None }
}

/// In the order of the tables.
pub const CONTENDERS: &[Contender] = &[
    ours("ferromq", "blocking sockets"),
    Contender {
        only: Some(Pattern::PushPull),
        ..ours("ferromq-many", "the same with `send_all` and `recv_many`")
    },
    Contender {
        only: Some(Pattern::ReqRep),
        ..ours("ferromq-spin", "blocking sockets with `spin`, for 50 µs at most")
    },
    ours("ferromq-tokio", "async sockets on tokio"),
    Contender { only_many: true, ..ours("ferromq-tokio-many", "the same with `send_all` and `recv_many`") },
    c("c", Made::C, "libzmq with its default options, through its C interface"),
    c("c-tuned", Made::C, "the same with batches of 256 KiB, draft options of libzmq"),
    c(
        "c-perf",
        Made::Perf,
        "libzmq's own programs, `local_thr` and the others: they fill and check no message",
    ),
    c("debian", Made::SystemC, "the system's libzmq, through its C interface"),
    rival("rust-zmq", Family::Binding, "bindings", "zmq", "the crate `zmq`, blocking"),
    rival("tmq", Family::Binding, "bindings", "tmq", "async, on top of rust-zmq"),
    Contender {
        only_many: true,
        ..rival(
            "tmq-buffered",
            Family::Binding,
            "bindings",
            "tmq",
            "the same with `feed` and a buffered receiver",
        )
    },
    Contender {
        name: "pyzmq",
        family: Family::Binding,
        made: Made::Python,
        about: "Python, blocking",
        transports: EVERYWHERE,
        only_many: false,
        only: None,
    },
    rival("omq-tokio", Family::Pure, "pure", "omq-tokio", "async"),
    Contender {
        only_many: true,
        ..rival(
            "omq-tokio-many",
            Family::Pure,
            "pure",
            "omq-tokio",
            "the same with its calls for many messages",
        )
    },
    Contender { transports: SOCKETS, ..rival("zeromq", Family::Pure, "pure", "zeromq", "async") },
    rival("rzmq", Family::Pure, "pure", "rzmq", "async"),
    Contender {
        transports: TCP,
        ..rival("rzmq-io-uring", Family::Pure, "pure", "rzmq", "the same on io_uring")
    },
];

/// Whom the goals are about.
pub const BLOCKING: &[&str] = &["ferromq", "ferromq-many"];
pub const ASYNC: &[&str] = &["ferromq-tokio", "ferromq-tokio-many"];
pub const RIVALS: &[&str] =
    &["rust-zmq", "tmq", "tmq-buffered", "omq-tokio", "omq-tokio-many", "zeromq", "rzmq", "rzmq-io-uring"];
pub const ASYNC_RIVALS: &[&str] =
    &["tmq", "tmq-buffered", "omq-tokio", "omq-tokio-many", "zeromq", "rzmq", "rzmq-io-uring"];

impl Contender {
    pub fn named(name: &str) -> Option<&'static Self> {
        CONTENDERS.iter().find(|contender| contender.name == name)
    }

    pub fn is_for(&self, measurement: &Measurement) -> bool {
        let Measurement { pattern, transport, .. } = *measurement;
        let knows_pattern = match pattern {
            Pattern::PushPull => true,
            Pattern::PubSub(_) => self.made != Made::Perf,
            // Its program for latency knows no CURVE.
            Pattern::ReqRep => !self.only_many && (self.made != Made::Perf || transport != Transport::Curve),
            Pattern::DealerRouter => !self.only_many && self.made != Made::Perf,
        };
        let wants_it = self.only.is_none_or(|only| only == pattern);
        knows_pattern && wants_it && self.transports.contains(&transport)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_compared_with_is_measured() {
        for name in [&[BASE], BLOCKING, ASYNC, RIVALS, ASYNC_RIVALS].concat() {
            assert!(Contender::named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn nobody_is_asked_for_what_it_lacks() {
        let is_for = |name: &str, pattern, transport| {
            Contender::named(name).expect("it is one").is_for(&Measurement { pattern, transport, size: 16 })
        };
        assert!(!is_for("zeromq", Pattern::PushPull, Transport::Inproc));
        assert!(!is_for("c-perf", Pattern::ReqRep, Transport::Curve));
        assert!(!is_for("ferromq-tokio-many", Pattern::ReqRep, Transport::Tcp));
        assert!(is_for("c-perf", Pattern::PushPull, Transport::Curve));
    }
}
