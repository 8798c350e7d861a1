//! A message there and back, again and again.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::{Course, Setup, usage_of};
use crate::clock::{self, Nanoseconds};
use crate::content;
use crate::failure::{Failure, Result};
use crate::far::{FarEnd, unexpected};
use crate::latency::Latencies;
use crate::progress::{Progress, Watch};
use crate::protocol::{Action, Job, Reply, Role};
use crate::sockets::Protection;
use crate::sockets::connect::{due, requester};
use crate::sockets::request::Requester;
use crate::usage::{self, Usage};

/// How long the first reply may take before it is looked again whether there is somebody to send it.
const LOOK: Duration = Duration::from_millis(50);

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct RoundTrips {
    pub course: Course,
    pub count: u64,
    /// How many are made before, and not counted.
    pub warm_up: u64,
    /// How many are to begin in a second; none: each when the one before it is over.
    pub rate: Option<f64>,
    /// After so long no more are begun.
    pub lasting: Option<Duration>,
}

/// What came of it.
#[derive(Clone)]
pub struct Tripped {
    pub count: u64,
    /// One way: half of each round trip.
    pub latencies: Latencies,
    pub elapsed: Nanoseconds,
    pub usage: Vec<Usage>,
}

/// Measures round trips.
pub fn round_trips(setup: &Setup, trips: &RoundTrips, bar: &ProgressBar) -> Result<Tripped> {
    usage::forget_peak();
    let Course { pattern, transport, size, curve } = trips.course;
    let mut far = FarEnd::start(&setup.whereabouts, setup.io_threads, setup.patience)?;
    let Setup { hwm, io_threads, patience, .. } = *setup;
    let bound = far.prepare(Job { role: Role::Echo, pattern, transport, size, curve, hwm, io_threads })?;
    let to = bound.endpoints.first().ok_or_else(|| Failure::new("the other end did not say where it is"))?;
    let protection = Protection::of_client(bound.server_key.as_deref())?;
    let mut end = requester(&far.context, pattern, &protection, to, bound.back.as_deref())?;
    get_through(&mut far, end.as_mut(), size, patience)?;

    let mut measured = |far: &mut FarEnd, trips: &RoundTrips, bar: &ProgressBar| {
        let progress = Progress::default();
        let context = far.context.clone();
        let watch = Watch { context: &context, progress: &progress, patience, bar, missing: "no reply came" };
        watch.run(|| make(end.as_mut(), trips, &progress), || far.check())
    };
    let warm_up = RoundTrips { count: trips.warm_up, rate: None, lasting: None, ..*trips };
    measured(&mut far, &warm_up, &ProgressBar::hidden())?;
    far.begin()?;
    let before = usage::so_far();
    let made = measured(&mut far, trips, bar)?;
    let here = usage::so_far().since(&before);
    let reply = far.ask(Action::Finish)?;
    let Reply::Finished { usage: there, .. } = reply else { return Err(unexpected(&reply)) };
    Ok(Tripped {
        count: made.count,
        latencies: made.latencies,
        elapsed: made.elapsed,
        usage: usage_of(here, there, far.shares_process),
    })
}

/// Probes until one comes back: then both ends are connected, and have subscribed.
fn get_through(far: &mut FarEnd, end: &mut dyn Requester, size: usize, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    while !end.probe(content::probe(size), LOOK)? {
        far.check()?;
        if Instant::now() > deadline {
            return Err(Failure::new(format!("no message came back within {patience:?}")));
        }
    }
    Ok(())
}

struct Made {
    count: u64,
    elapsed: Nanoseconds,
    latencies: Latencies,
}

/// Makes the round trips.
fn make(end: &mut dyn Requester, trips: &RoundTrips, progress: &Progress) -> Result<Made> {
    let size = trips.course.size;
    let mut latencies = Latencies::new();
    let began = clock::now();
    let stop_at = trips.lasting.map(|lasting| began + clock::nanoseconds(lasting));
    let mut count = 0;
    let mut now = began;
    while count < trips.count && stop_at.is_none_or(|stop_at| now < stop_at) {
        // With a rate, also the time counts for which this one had to wait for the one before it.
        let from = match trips.rate {
            None => now,
            Some(rate) => {
                let due = began + due(count, rate);
                if !clock::wait_until(due, || progress.is_stopped()) {
                    return Err(Failure::new("stopped"));
                }
                due
            }
        };
        let mut reply = end.round_trip(content::message(size, count, from)?)?;
        let reply = loop {
            let content = reply.get(0).map_or(&[] as &[u8], |frame| frame.as_bytes());
            if content.len() == size || !content::is_probe(content, size)? {
                break reply;
            }
            reply = end.further()?;
        };
        now = clock::now();
        let content = reply.get(0).map_or(&[] as &[u8], |frame| frame.as_bytes());
        if !content::has_number(content, count) {
            return Err(Failure::new(format!("message {count} was to come back, and another one did")));
        }
        latencies.record((now - from) / 2);
        count += 1;
        progress.set(count);
    }
    Ok(Made { count, elapsed: clock::now() - began, latencies })
}
