//! Latencies: how many of each, and what that comes to.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::clock::Nanoseconds;

/// An hour, in nanoseconds; what takes longer counts as that.
const LONGEST: Nanoseconds = 3_600_000_000_000;
/// Values that differ in the third digit are told apart.
const DIGITS: u8 = 3;
/// The shares, in percent, whose latencies the report draws.
const DRAWN: [f64; 17] =
    [1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99, 100.0];

/// Latencies in nanoseconds, each kept to three digits.
#[derive(Clone)]
pub struct Latencies(Histogram<u64>);

/// How many there were of each value: what one end sends the other.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Counts(Vec<(Nanoseconds, u64)>);

/// What the latencies come to, in microseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// How many were measured.
    pub samples: u64,
    /// The least.
    pub min_us: f64,
    /// The arithmetic mean.
    pub mean_us: f64,
    /// The standard deviation.
    pub stdev_us: f64,
    /// Half of them were no longer than this; and so on.
    pub p50_us: f64,
    pub p90_us: f64,
    pub p99_us: f64,
    pub p999_us: f64,
    pub p9999_us: f64,
    /// The greatest.
    pub max_us: f64,
    /// Pairs: so many percent were no longer than so many microseconds.
    pub percentiles_us: Vec<(f64, f64)>,
}

impl Latencies {
    /// None so far.
    pub fn new() -> Self {
        Latencies(Histogram::new_with_bounds(1, LONGEST, DIGITS).expect("the bounds are in order"))
    }

    /// Adds one.
    pub fn record(&mut self, latency: Nanoseconds) {
        self.0.saturating_record(latency.max(1));
    }

    /// How many there are of each value.
    pub fn counts(&self) -> Counts {
        Counts(
            self.0.iter_recorded().map(|value| (value.value_iterated_to(), value.count_at_value())).collect(),
        )
    }

    /// Adds what another had counted.
    pub fn add(&mut self, counts: &Counts) {
        for &(value, count) in &counts.0 {
            self.0.saturating_record_n(value.max(1), count);
        }
    }

    /// So many percent are no longer than this, in microseconds.
    pub fn percentile_us(&self, percent: f64) -> f64 {
        microseconds(self.0.value_at_percentile(percent))
    }

    /// What they come to; `None` if there are none.
    pub fn summary(&self) -> Option<Summary> {
        if self.0.is_empty() {
            return None;
        }
        Some(Summary {
            samples: self.0.len(),
            min_us: microseconds(self.0.min()),
            mean_us: self.0.mean() / 1e3,
            stdev_us: self.0.stdev() / 1e3,
            p50_us: self.percentile_us(50.0),
            p90_us: self.percentile_us(90.0),
            p99_us: self.percentile_us(99.0),
            p999_us: self.percentile_us(99.9),
            p9999_us: self.percentile_us(99.99),
            max_us: microseconds(self.0.max()),
            percentiles_us: DRAWN.map(|percent| (percent, self.percentile_us(percent))).into(),
        })
    }
}

fn microseconds(latency: Nanoseconds) -> f64 {
    latency as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentiles_are_right_to_three_digits_also_at_the_other_end() {
        let mut here = Latencies::new();
        (1..=10_000).for_each(|microseconds| here.record(microseconds * 1000));
        let sent = serde_json::to_string(&here.counts()).unwrap();
        let mut there = Latencies::new();
        there.add(&serde_json::from_str(&sent).unwrap());
        for latencies in [here, there] {
            let summary = latencies.summary().unwrap();
            assert_eq!(summary.samples, 10_000);
            for (found, right) in [
                (summary.min_us, 1.0),
                (summary.mean_us, 5000.5),
                (summary.p50_us, 5000.0),
                (summary.p99_us, 9900.0),
                (summary.p999_us, 9990.0),
                (summary.max_us, 10_000.0),
            ] {
                assert!((found / right - 1.0).abs() < 2e-3, "{found} is not {right}");
            }
        }
        assert!(Latencies::new().summary().is_none());
    }
}
