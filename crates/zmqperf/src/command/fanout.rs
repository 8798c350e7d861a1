//! `zmqperf fanout`.

use super::throughput::plain;
use super::{check_timed, courses, in_rounds, label, megabytes, per_second};
use crate::arguments::Fanout as Arguments;
use crate::clock;
use crate::failure::Result;
use crate::kind::Pattern;
use crate::latency::Latencies;
use crate::progress::bar;
use crate::protocol::Received;
use crate::report::{Document, Fanout, Run, Subscriber, Used};
use crate::run::{Course, Flow, Setup, flow};

/// Measures each course with each number of subscribers.
pub fn run(arguments: &Arguments) -> Result<()> {
    arguments.outputs.check()?;
    let courses = courses(&[Pattern::PubSub], &arguments.subject)?;
    check_timed(&courses)?;
    let setups = arguments.ends.setups(&courses, arguments.hwm)?;
    let mut cases = Vec::new();
    for (course, setup) in courses.iter().zip(&setups) {
        cases.extend(
            arguments.subscribers.iter().map(|&subscribers| (course, setup, usize::from(subscribers))),
        );
    }
    let runs = in_rounds(arguments.rounds, &cases, |&(course, setup, subscribers)| {
        measure(arguments, setup, course, subscribers)
    })?;
    arguments.outputs.deliver(&Document::new("fanout", runs))
}

fn measure(arguments: &Arguments, setup: &Setup, course: &Course, subscribers: usize) -> Result<Run> {
    let &Arguments { messages, rate, no_drop, work, .. } = arguments;
    let bar = bar(messages, &format!("{}, {subscribers} subscribers", label("fanout", course)));
    let flowing = Flow {
        course: *course,
        messages,
        rate,
        lasting: None,
        receivers: subscribers,
        no_drop,
        timed: true,
        work,
    };
    let flowed = flow(setup, &flowing, &bar);
    bar.finish_and_clear();
    let flowed = flowed?;

    let sent = flowed.sent;
    let mut all = Latencies::new();
    flowed.received.iter().for_each(|received| all.add(&received.latencies));
    let delivered: u64 = flowed.received.iter().map(|received| received.messages).sum();
    let last = flowed.received.iter().map(|received| received.last).max().unwrap_or(sent.last);
    let seconds = clock::seconds(last.saturating_sub(sent.first).max(1));
    let delivered_per_second = delivered as f64 / seconds;
    let fanout = Fanout {
        subscribers,
        no_drop,
        published_per_second: per_second(sent.messages, clock::seconds(sent.last.saturating_sub(sent.first))),
        delivered,
        each: flowed.received.iter().map(|received| subscriber(received, sent.messages)).collect(),
    };
    Ok(Run {
        megabytes_per_second: megabytes(delivered_per_second, course.size),
        lost: Some((sent.messages * subscribers as u64).saturating_sub(delivered)),
        reordered: Some(flowed.received.iter().map(|received| received.late).sum()),
        rate,
        latency: all.summary(),
        clock_uncertainty_us: uncertainty(flowed.clock_uncertainty),
        fanout: Some(fanout),
        ..plain(
            setup,
            course,
            sent.messages,
            seconds,
            delivered_per_second,
            Used::by(flowed.usage, delivered),
        )
    })
}

fn subscriber(received: &Received, sent: u64) -> Subscriber {
    let mut latencies = Latencies::new();
    latencies.add(&received.latencies);
    Subscriber {
        received: received.messages,
        lost: sent.saturating_sub(received.messages),
        messages_per_second: per_second(
            received.messages,
            clock::seconds(received.last.saturating_sub(received.first)),
        ),
        p50_us: latencies.percentile_us(50.0),
        p99_us: latencies.percentile_us(99.0),
    }
}

/// In microseconds; none, if there was one clock.
pub fn uncertainty(nanoseconds: clock::Nanoseconds) -> Option<f64> {
    (nanoseconds > 0).then_some(nanoseconds as f64 / 1e3)
}
