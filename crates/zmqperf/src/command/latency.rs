//! `zmqperf latency`.

use super::throughput::plain;
use super::{courses, in_rounds, label};
use crate::arguments::Latency;
use crate::clock;
use crate::failure::Result;
use crate::progress::bar;
use crate::report::{Document, Run, Used};
use crate::run::{RoundTrips, round_trips};

/// Measures each course.
pub fn run(arguments: &Latency) -> Result<()> {
    arguments.outputs.check()?;
    if let Some(program) = arguments.against.against {
        return super::against::latency(arguments, program);
    }
    let courses = courses(&arguments.pattern, &arguments.subject)?;
    let setups = arguments.ends.setups(&courses, None)?;
    let cases: Vec<_> = courses.iter().zip(&setups).collect();
    let runs = in_rounds(arguments.rounds, &cases, |&(course, setup)| {
        let &Latency { round_trips: count, warm_up, rate, .. } = arguments;
        let bar = bar(count, &label("latency", course));
        let made =
            round_trips(setup, &RoundTrips { course: *course, count, warm_up, rate, lasting: None }, &bar);
        bar.finish_and_clear();
        let made = made?;
        let seconds = clock::seconds(made.elapsed);
        let per_second = made.count as f64 / seconds;
        Ok(Run {
            rate,
            latency: made.latencies.summary(),
            ..plain(setup, course, count, seconds, per_second, Used::by(made.usage, count))
        })
    })?;
    arguments.outputs.deliver(&Document::new("latency", runs))
}
