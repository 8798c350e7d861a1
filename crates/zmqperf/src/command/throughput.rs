//! `zmqperf throughput`.

use std::time::Duration;

use super::{courses, ends, in_rounds, label, megabytes, per_second};
use crate::arguments::Throughput;
use crate::clock;
use crate::failure::{Failure, Result};
use crate::kind::Pattern;
use crate::progress::bar;
use crate::report::{Document, Run, Used};
use crate::run::{Course, Flow, RoundTrips, Setup, flow, round_trips};

/// At most so much is sent, unless the number of messages was given.
const BYTES: u64 = 1 << 30;
const MESSAGES: u64 = 1_000_000;
const REQUESTS: u64 = 20_000;

/// Measures each course.
pub fn run(arguments: &Throughput) -> Result<()> {
    arguments.outputs.check()?;
    if let Some(program) = arguments.against.against {
        return super::against::throughput(arguments, program);
    }
    let courses = courses(&arguments.pattern, &arguments.subject)?;
    let setups = arguments.ends.setups(&courses, arguments.hwm)?;
    let cases: Vec<_> = courses.iter().zip(&setups).collect();
    let runs = in_rounds(arguments.rounds, &cases, |(course, setup)| {
        let messages = arguments.messages.unwrap_or_else(|| usual(course));
        measure(setup, course, messages)
    })?;
    arguments.outputs.deliver(&Document::new("throughput", runs))
}

/// How many messages, if nobody says so.
pub fn usual(course: &Course) -> u64 {
    let most = if course.pattern == Pattern::ReqRep { REQUESTS } else { MESSAGES };
    most.min(BYTES / (course.size as u64).max(1)).max(1000)
}

fn measure(setup: &Setup, course: &Course, messages: u64) -> Result<Run> {
    let bar = bar(messages, &label("throughput", course));
    let run = if course.pattern == Pattern::ReqRep {
        in_turn(setup, course, messages, &bar)
    } else {
        one_way(setup, course, messages, &bar)
    };
    bar.finish_and_clear();
    run
}

/// Requests, each with its reply.
fn in_turn(setup: &Setup, course: &Course, count: u64, bar: &indicatif::ProgressBar) -> Result<Run> {
    let trips = RoundTrips { course: *course, count, warm_up: 0, rate: None, lasting: None };
    let made = round_trips(setup, &trips, bar)?;
    let seconds = clock::seconds(made.elapsed);
    let messages_per_second = made.count as f64 / seconds;
    Ok(Run {
        lost: None,
        reordered: None,
        latency: made.latencies.summary(),
        ..plain(setup, course, count, seconds, messages_per_second, Used::by(made.usage, count))
    })
}

fn one_way(setup: &Setup, course: &Course, messages: u64, bar: &indicatif::ProgressBar) -> Result<Run> {
    let flowing = Flow {
        course: *course,
        messages,
        rate: None,
        lasting: None,
        receivers: 1,
        no_drop: true,
        timed: false,
        work: Duration::ZERO,
    };
    let flowed = flow(setup, &flowing, bar)?;
    let [received] = &flowed.received[..] else {
        return Err(Failure::new("the other end told of another number of receivers than there are"));
    };
    let seconds = clock::seconds(received.last.saturating_sub(received.first));
    let messages_per_second = per_second(received.messages, seconds);
    Ok(Run {
        lost: Some(flowed.sent.messages.saturating_sub(received.messages)),
        reordered: Some(received.late),
        ..plain(setup, course, messages, seconds, messages_per_second, Used::by(flowed.usage, messages))
    })
}

/// A run of which no more is known.
pub fn plain(
    setup: &Setup,
    course: &Course,
    messages: u64,
    seconds: f64,
    messages_per_second: f64,
    used: Used,
) -> Run {
    let &Course { pattern, transport, size, curve } = course;
    Run {
        pattern,
        transport,
        size,
        curve,
        ends: ends(setup),
        messages,
        seconds,
        messages_per_second,
        megabytes_per_second: megabytes(messages_per_second, size),
        lost: None,
        reordered: None,
        rounds: None,
        rate: None,
        latency: None,
        clock_uncertainty_us: None,
        used,
        fanout: None,
        ramp: None,
    }
}
