//! What is measured: a pattern, over a transport, with messages of a size.

/// One column of the tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    pub pattern: Pattern,
    pub transport: Transport,
    pub size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pattern {
    PushPull,
    /// With so many subscribers.
    PubSub(usize),
    ReqRep,
    DealerRouter,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Transport {
    Tcp,
    Ipc,
    Inproc,
    /// Over TCP.
    Curve,
}

pub const PATTERNS: [Pattern; 5] =
    [Pattern::PushPull, Pattern::PubSub(1), Pattern::PubSub(8), Pattern::ReqRep, Pattern::DealerRouter];
pub const TRANSPORTS: [Transport; 4] = [Transport::Tcp, Transport::Ipc, Transport::Inproc, Transport::Curve];

const THROUGHPUT: &[usize] = &[16, 256, 4096, 65536, 1_048_576];
/// Where each message costs, and where each byte does.
const BOTH: &[usize] = &[256, 65536];

/// The sizes that are measured unless others are asked for: what answers most in half an hour.
const fn usual_sizes(pattern: Pattern, transport: Transport) -> &'static [usize] {
    match (pattern, transport) {
        (Pattern::PushPull, Transport::Tcp) => THROUGHPUT,
        (Pattern::PushPull, Transport::Curve) => &[256, 4096, 65536],
        (Pattern::PushPull, _) | (Pattern::PubSub(_), Transport::Tcp) => BOTH,
        (Pattern::ReqRep, Transport::Tcp) => &[16, 4096],
        (Pattern::ReqRep, _) => &[16],
        (Pattern::DealerRouter, Transport::Tcp) => &[256, 4096],
        (Pattern::PubSub(_) | Pattern::DealerRouter, _) => &[],
    }
}

/// Everything, of these patterns and transports, in the order of the tables; `sizes` for each instead of the usual ones.
pub fn plan(patterns: &[Pattern], transports: &[Transport], sizes: Option<&[usize]>) -> Vec<Measurement> {
    let mut plan = Vec::new();
    for &pattern in patterns {
        for &transport in transports {
            let sizes = sizes.unwrap_or(usual_sizes(pattern, transport));
            plan.extend(sizes.iter().map(|&size| Measurement { pattern, transport, size }));
        }
    }
    plan
}

impl Pattern {
    pub fn name(self) -> &'static str {
        match self {
            Self::PushPull => "push-pull",
            Self::PubSub(1) => "pub-sub-1",
            Self::PubSub(_) => "pub-sub-8",
            Self::ReqRep => "req-rep",
            Self::DealerRouter => "dealer-router",
        }
    }

    pub fn title(self) -> String {
        match self {
            Self::PushPull => "PUSH/PULL".to_owned(),
            Self::PubSub(1) => "PUB, 1 SUB".to_owned(),
            Self::PubSub(subscribers) => format!("PUB, {subscribers} SUBs"),
            Self::ReqRep => "REQ/REP".to_owned(),
            Self::DealerRouter => "DEALER/ROUTER".to_owned(),
        }
    }

    /// The side that binds, and the one that connects.
    pub fn roles(self) -> [String; 2] {
        match self {
            Self::PushPull => ["pull".to_owned(), "push".to_owned()],
            Self::PubSub(subscribers) => [format!("pub-{subscribers}"), format!("sub-{subscribers}")],
            Self::ReqRep => ["rep".to_owned(), "req".to_owned()],
            Self::DealerRouter => ["router".to_owned(), "dealer".to_owned()],
        }
    }

    /// The side that has the clock: where the last message arrives.
    pub fn measuring(self) -> usize {
        usize::from(self != Self::PushPull)
    }

    /// Whether time is shown, and not how many in a second.
    pub fn is_latency(self) -> bool {
        self == Self::ReqRep
    }
}

impl Transport {
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Ipc => "ipc",
            Self::Inproc => "inproc",
            Self::Curve => "curve",
        }
    }
}

impl Measurement {
    /// Its own, in files.
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.pattern.name(), self.transport.name(), self.size)
    }

    pub fn from_key(key: &str) -> Option<Self> {
        let mut parts = key.split('/');
        let (pattern, transport, size) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            pattern: PATTERNS.into_iter().find(|known| known.name() == pattern)?,
            transport: TRANSPORTS.into_iter().find(|known| known.name() == transport)?,
            size: size.parse().ok()?,
        })
    }

    pub fn title(&self) -> String {
        format!("{}, {}, {}", self.pattern.title(), self.transport.name(), bytes(self.size))
    }

    pub fn unit(&self) -> &'static str {
        match self.pattern {
            Pattern::ReqRep => "microseconds one way",
            Pattern::DealerRouter => "round trips/s",
            Pattern::PubSub(_) => "messages/s to each subscriber",
            Pattern::PushPull => "messages/s",
        }
    }

    /// What is shown of so many messages or round trips in a second.
    pub fn value(&self, rate: f64) -> f64 {
        if self.pattern.is_latency() { 1e6 / rate / 2.0 } else { rate }
    }

    /// How many times as good the value `ours` is as `theirs`.
    pub fn ratio(&self, ours: f64, theirs: f64) -> f64 {
        if self.pattern.is_latency() { theirs / ours } else { ours / theirs }
    }

    /// Roughly how many messages or round trips a slow library has in a second.
    pub fn modest_rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
        let bytes = self.size as f64;
        let (each, each_byte) = match self.pattern {
            Pattern::PushPull => (1.5e-6, 0.5e-9),
            #[expect(clippy::cast_precision_loss, reason = "there are few")]
            Pattern::PubSub(subscribers) => (1.5e-6 * subscribers as f64, 0.5e-9 * subscribers as f64),
            Pattern::ReqRep => (150e-6, 1e-9),
            Pattern::DealerRouter => (5e-6, 2e-9),
        };
        let slower = if self.transport == Transport::Curve { 4.0 } else { 1.0 };
        1.0 / (each + each_byte * bytes) / slower
    }
}

/// `256 B`, `4 KiB`, `1 MiB`.
pub fn bytes(size: usize) -> String {
    match size {
        size if size >= 1 << 20 && size.is_multiple_of(1 << 20) => format!("{} MiB", size >> 20),
        size if size >= 1 << 10 && size.is_multiple_of(1 << 10) => format!("{} KiB", size >> 10),
        size => format!("{size} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        for measurement in plan(&PATTERNS, &TRANSPORTS, Some(&[16, 1 << 20])) {
            assert_eq!(Measurement::from_key(&measurement.key()), Some(measurement));
        }
        assert_eq!(Measurement::from_key("push-pull/udp/16"), None);
    }

    #[test]
    fn throughput_is_messages_and_latency_half_a_round_trip() {
        let value = |pattern| Measurement { pattern, transport: Transport::Tcp, size: 16 }.value(10_000.0);
        assert_eq!((value(Pattern::PushPull), value(Pattern::ReqRep)), (10_000.0, 50.0));
    }

    #[test]
    fn more_than_one_is_better() {
        let ratio = |pattern| Measurement { pattern, transport: Transport::Tcp, size: 16 }.ratio(20.0, 10.0);
        assert_eq!((ratio(Pattern::PushPull), ratio(Pattern::ReqRep)), (2.0, 0.5));
    }

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!([16, 1000, 4096, 1 << 20].map(bytes), ["16 B", "1000 B", "4 KiB", "1 MiB"]);
    }
}
