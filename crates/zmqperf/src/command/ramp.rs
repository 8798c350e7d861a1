//! `zmqperf ramp`: where what arrives falls behind what is offered.

use std::time::Duration;

use indicatif::ProgressBar;

use super::fanout::uncertainty;
use super::throughput::plain;
use super::{check_timed, courses, label};
use crate::arguments::Ramp as Arguments;
use crate::clock::{self, Nanoseconds};
use crate::failure::{Failure, Result};
use crate::kind::Pattern;
use crate::latency::Latencies;
use crate::progress::bar;
use crate::report::{Document, Ramp, Run, Step, Used};
use crate::run::{Course, Flow, RoundTrips, Setup, flow, round_trips};
use crate::usage::Usage;

/// Round trips before a step, so that the first of the step does not pay for what only the first ever does.
const WARM_UP: u64 = 20;

/// Finds the knee of each course.
pub fn run(arguments: &Arguments) -> Result<()> {
    arguments.outputs.check()?;
    let courses = courses(&arguments.pattern, &arguments.subject)?;
    check_timed(&courses)?;
    if arguments.to < arguments.from {
        return Err(Failure::misuse("--to: the last rate is below the first, --from"));
    }
    if !arguments.work.is_zero() && arguments.pattern.contains(&Pattern::ReqRep) {
        return Err(Failure::misuse("--work: the other end of req-rep replies at once"));
    }
    let setups = arguments.ends.setups(&courses, arguments.hwm)?;
    let mut runs = Vec::new();
    for (course, setup) in courses.iter().zip(&setups) {
        runs.push(Climb { arguments, setup, course, steps: Vec::new(), uncertainty: 0 }.knee()?);
    }
    arguments.outputs.deliver(&Document::new("ramp", runs))
}

struct Climb<'a> {
    arguments: &'a Arguments,
    setup: &'a Setup,
    course: &'a Course,
    steps: Vec<(Step, Outcome)>,
    uncertainty: Nanoseconds,
}

/// What came of a step.
#[derive(Clone)]
struct Outcome {
    sent: u64,
    received: u64,
    late: u64,
    elapsed: Nanoseconds,
    latencies: Latencies,
    usage: Vec<Usage>,
}

impl Climb<'_> {
    /// Climbs until a step fails, and then halves the distance between the last good rate and the first bad one.
    fn knee(mut self) -> Result<Run> {
        let Arguments { from, to, factor, refine, .. } = *self.arguments;
        let (mut good, mut bad) = (None, None);
        let mut rate = from;
        while bad.is_none() && rate <= to * 1.000_001 {
            if self.sustains(rate)? {
                good = Some((rate, self.steps.len() - 1));
                rate *= factor;
            } else {
                bad = Some(rate);
            }
        }
        for _ in 0..refine {
            let (Some((sustained, _)), Some(too_much)) = (good, bad) else { break };
            let middle = (sustained * too_much).sqrt();
            if self.sustains(middle)? {
                good = Some((middle, self.steps.len() - 1));
            } else {
                bad = Some(middle);
            }
        }
        Ok(self.told(good.map(|(_, step)| step), bad.is_some()))
    }

    /// Whether the rate is sustained. One bad moment of the machine is no knee: a step that fails is tried once more.
    fn sustains(&mut self, rate: f64) -> Result<bool> {
        Ok(self.step(rate)? || self.step(rate)?)
    }

    fn step(&mut self, rate: f64) -> Result<bool> {
        let lasting = self.arguments.step;
        let messages = ((rate * lasting.as_secs_f64()).ceil() as u64).max(2);
        let bar = bar(messages, &format!("{}, {rate:.0}/s", label("ramp", self.course)));
        let outcome = self.measure(rate, messages, lasting, &bar);
        bar.finish_and_clear();
        let outcome = outcome?;
        // What arrives after its time, because it waited in queues, does not keep up.
        let elapsed = clock::seconds(outcome.elapsed).max(messages as f64 / rate);
        let delivered = outcome.received as f64 / elapsed;
        let p99_us = outcome.latencies.percentile_us(99.0);
        let limit_us = self.arguments.latency_limit.as_secs_f64() * 1e6;
        let failed = if delivered < self.arguments.keep_up * rate {
            Some(format!("{:.1}% delivered", delivered / rate * 100.0))
        } else if p99_us > limit_us {
            Some(format!("p99 is above {:?}", self.arguments.latency_limit))
        } else {
            None
        };
        let sustained = failed.is_none();
        let step = Step {
            offered: rate,
            delivered,
            sent: outcome.sent,
            received: outcome.received,
            p50_us: outcome.latencies.percentile_us(50.0),
            p99_us,
            max_us: outcome.latencies.percentile_us(100.0),
            cpu_seconds: outcome.usage.iter().map(Usage::cpu_seconds).sum(),
            failed,
        };
        self.steps.push((step, outcome));
        Ok(sustained)
    }

    fn measure(&mut self, rate: f64, messages: u64, lasting: Duration, bar: &ProgressBar) -> Result<Outcome> {
        let (course, rate, lasting) = (*self.course, Some(rate), Some(lasting));
        if course.pattern == Pattern::ReqRep {
            let trips = RoundTrips { course, count: messages, warm_up: WARM_UP, rate, lasting };
            let made = round_trips(self.setup, &trips, bar)?;
            return Ok(Outcome {
                sent: made.count,
                received: made.count,
                late: 0,
                elapsed: made.elapsed,
                latencies: made.latencies,
                usage: made.usage,
            });
        }
        let flowing = Flow {
            course,
            messages,
            rate,
            lasting,
            receivers: 1,
            no_drop: false,
            timed: true,
            work: self.arguments.work,
        };
        let flowed = flow(self.setup, &flowing, bar)?;
        self.uncertainty = self.uncertainty.max(flowed.clock_uncertainty);
        let mut latencies = Latencies::new();
        flowed.received.iter().for_each(|received| latencies.add(&received.latencies));
        let last = flowed.received.iter().map(|received| received.last).max().unwrap_or(0);
        Ok(Outcome {
            sent: flowed.sent.messages,
            received: flowed.received.iter().map(|received| received.messages).sum(),
            late: flowed.received.iter().map(|received| received.late).sum(),
            elapsed: last.max(flowed.sent.last).saturating_sub(flowed.sent.first),
            latencies,
            usage: flowed.usage,
        })
    }

    /// The run is what the highest rate that was sustained came to; or the first one.
    fn told(mut self, good: Option<usize>, knee_found: bool) -> Run {
        let (step, outcome) = self.steps[good.unwrap_or(0)].clone();
        let ramp = Ramp {
            knee_messages_per_second: good.map(|_| step.delivered),
            knee_found: knee_found && good.is_some(),
            steps: self.steps.drain(..).map(|(step, _)| step).collect(),
        };
        let seconds = clock::seconds(outcome.elapsed);
        let used = Used::by(outcome.usage, outcome.received);
        Run {
            lost: Some(outcome.sent.saturating_sub(outcome.received)),
            reordered: Some(outcome.late),
            rate: Some(step.offered),
            latency: outcome.latencies.summary(),
            clock_uncertainty_us: uncertainty(self.uncertainty),
            ramp: Some(ramp),
            ..plain(self.setup, self.course, outcome.sent, seconds, step.delivered, used)
        }
    }
}
