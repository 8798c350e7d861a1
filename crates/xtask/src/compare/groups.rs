//! Which measurements are shown together: one section of the page, one chart.

use super::measurement::{Measurement, Pattern, Transport, bytes};
use super::results::{Column, Results};

pub struct Group<'a> {
    /// The section's name, and the chart's.
    pub key: &'static str,
    pub title: &'static str,
    /// There is one at least.
    pub columns: Vec<&'a Column>,
}

/// The sections of the page.
pub const KEYS: [(&str, &str); 6] = [
    ("push-pull", "PUSH/PULL over tcp"),
    ("push-pull-local", "PUSH/PULL over ipc and inproc"),
    ("pub-sub", "PUB/SUB, 1 and 8 subscribers"),
    ("req-rep", "REQ/REP latency"),
    ("dealer-router", "DEALER/ROUTER, 64 requests under way"),
    ("curve", "Encrypted with CURVE, over tcp"),
];

impl<'a> Group<'a> {
    /// Those that have something to show.
    pub fn all_of(results: &'a Results) -> Vec<Self> {
        let group = |(key, title)| {
            let columns = results.columns.iter().filter(|column| key_of(&column.measurement) == key);
            Self { key, title, columns: columns.collect() }
        };
        KEYS.into_iter().map(group).filter(|group| !group.columns.is_empty()).collect()
    }

    /// What the numbers are; where patterns are mixed, with CURVE, they all count something in a second.
    pub fn unit(&self) -> &'static str {
        self.columns[0].measurement.unit()
    }

    /// Whether less is better.
    pub fn is_latency(&self) -> bool {
        self.columns[0].measurement.pattern.is_latency()
    }

    /// What is different between the columns, and the size.
    pub fn heading(columns: &[&Column], column: &Column) -> String {
        let Measurement { pattern, transport, size } = column.measurement;
        let differ = |of: &dyn Fn(&Measurement) -> String| {
            columns.iter().any(|other| of(&other.measurement) != of(&column.measurement))
        };
        let mut words = Vec::new();
        if differ(&|other| other.pattern.title()) {
            words.push(pattern.title());
        }
        if differ(&|other| other.transport.name().to_owned()) {
            words.push(transport.name().to_owned());
        }
        words.push(bytes(size));
        words.join(", ")
    }
}

fn key_of(measurement: &Measurement) -> &'static str {
    match (measurement.pattern, measurement.transport) {
        (Pattern::ReqRep, _) => "req-rep",
        (_, Transport::Curve) => "curve",
        (Pattern::PushPull, Transport::Tcp) => "push-pull",
        (Pattern::PushPull, _) => "push-pull-local",
        (Pattern::PubSub(_), _) => "pub-sub",
        (Pattern::DealerRouter, _) => "dealer-router",
    }
}

#[cfg(test)]
mod tests {
    use super::super::measurement::{PATTERNS, TRANSPORTS, plan};
    use super::*;

    #[test]
    fn every_measurement_is_in_one_group() {
        let columns = plan(&PATTERNS, &TRANSPORTS, Some(&[16]))
            .into_iter()
            .map(|measurement| Column { measurement, rows: Vec::new() });
        let results = Results { conditions: Vec::new(), columns: columns.collect() };
        let shown: usize = Group::all_of(&results).iter().map(|group| group.columns.len()).sum();
        assert_eq!(shown, results.columns.len());
    }

    #[test]
    fn latency_is_not_beside_throughput() {
        let columns = plan(&PATTERNS, &TRANSPORTS, Some(&[16])).into_iter();
        let columns = columns.map(|measurement| Column { measurement, rows: Vec::new() });
        let results = Results { conditions: Vec::new(), columns: columns.collect() };
        for group in Group::all_of(&results) {
            let is_latency = |column: &&Column| column.measurement.pattern.is_latency() == group.is_latency();
            assert!(group.columns.iter().all(is_latency), "{}", group.key);
        }
    }

    #[test]
    fn a_heading_says_what_is_not_the_same_everywhere() {
        let column = |transport, size| Column {
            measurement: Measurement { pattern: Pattern::ReqRep, transport, size },
            rows: Vec::new(),
        };
        let (tcp, ipc) = (column(Transport::Tcp, 16), column(Transport::Ipc, 4096));
        assert_eq!(Group::heading(&[&tcp], &tcp), "16 B");
        assert_eq!(Group::heading(&[&tcp, &ipc], &ipc), "ipc, 4 KiB");
    }
}
