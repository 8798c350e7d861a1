//! One sender, and one receiver or more, to which messages flow.

use std::thread;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::{Course, Setup, usage_of};
use crate::clock::{self, Nanoseconds};
use crate::content;
use crate::failure::{Failure, Result};
use crate::far::{FarEnd, unexpected};
use crate::kind::Pattern;
use crate::progress::{Progress, Watch};
use crate::protocol::{Action, Job, Received, Reply, Role};
use crate::sockets::Protection;
use crate::sockets::connect::{Schedule, Sender, Sent};
use crate::usage::{self, Usage};

/// How long no message must have come, until it is believed that none is under way.
const QUIET: Duration = Duration::from_millis(300);
/// How long a flow that lasts so long and no longer may take to arrive, at least.
const GRACE: Duration = Duration::from_secs(1);
/// How often the other end is asked how far it is.
const ASK: Duration = Duration::from_millis(10);
/// The same, while messages are sent.
const ASK_MEANWHILE: Duration = Duration::from_millis(250);

/// What flows.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    pub course: Course,
    pub messages: u64,
    /// Messages per second; none: as fast as they are taken.
    pub rate: Option<f64>,
    /// After so long no more are sent.
    pub lasting: Option<Duration>,
    pub receivers: usize,
    /// Whether PUB waits for subscribers whose queues are full.
    pub no_drop: bool,
    /// Whether latencies are measured.
    pub timed: bool,
    /// How long a receiver is busy with each message.
    pub work: Duration,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Flowed {
    pub sent: Sent,
    /// For each receiver; its times are by the clock of this end.
    pub received: Vec<Received>,
    pub usage: Vec<Usage>,
    /// By how much times between the two ends can be wrong.
    pub clock_uncertainty: Nanoseconds,
}

/// Measures a flow.
pub fn flow(setup: &Setup, flow: &Flow, bar: &ProgressBar) -> Result<Flowed> {
    usage::forget_peak();
    let Course { pattern, transport, size, curve } = flow.course;
    let mut far = FarEnd::start(&setup.whereabouts, setup.io_threads, setup.patience)?;
    let lossy = pattern == Pattern::PubSub && !flow.no_drop;
    let Flow { messages, receivers: sockets, timed, work, .. } = *flow;
    let role = Role::Sink { sockets, messages, timed, lossy, work };
    let Setup { hwm, io_threads, .. } = *setup;
    let bound = far.prepare(Job { role, pattern, transport, size, curve, hwm, io_threads })?;
    let protection = Protection::of_client(bound.server_key.as_deref())?;
    let mut sender =
        Sender::connect(&far.context, pattern, &protection, &bound.endpoints, hwm, flow.no_drop)?;
    get_through(&mut far, &sender, flow, setup.patience)?;

    far.begin()?;
    let before = usage::so_far();
    let Flow { rate, lasting, .. } = *flow;
    let schedule = Schedule { size, messages, rate, timed, lasting };
    let progress = Progress::default();
    let context = far.context.clone();
    let watch = Watch {
        context: &context,
        progress: &progress,
        patience: setup.patience,
        bar,
        missing: "the other end took no message",
    };
    let mut asked = Instant::now();
    let check = || {
        far.check()?;
        if asked.elapsed() > ASK_MEANWHILE {
            asked = Instant::now();
            progress.set_there(status(&mut far)?.received);
        }
        Ok(())
    };
    let sent = watch.run(|| sender.send(&schedule, &progress), check)?;
    arrive(&mut far, &sent, flow, setup.patience)?;
    let here = usage::so_far().since(&before);

    let reply = far.ask(Action::Finish)?;
    let Reply::Finished { mut sinks, usage: there } = reply else { return Err(unexpected(&reply)) };
    for sink in &mut sinks {
        sink.first = sink.first.saturating_add_signed(-far.clocks.ahead);
        sink.last = sink.last.saturating_add_signed(-far.clocks.ahead);
    }
    Ok(Flowed {
        sent,
        received: sinks,
        usage: usage_of(here, there, far.shares_process),
        clock_uncertainty: far.clocks.uncertainty,
    })
}

/// How far the other end is.
struct Status {
    /// How many receivers have a probe.
    probed: usize,
    /// How many messages came.
    received: u64,
    /// How long none has come.
    quiet: Duration,
}

fn status(far: &mut FarEnd) -> Result<Status> {
    match far.ask(Action::Status)? {
        Reply::Status { failed: Some(failed), .. } => Err(Failure::new(failed).during("the other end")),
        Reply::Status { probed, received, quiet, failed: None } => Ok(Status { probed, received, quiet }),
        reply => Err(unexpected(&reply)),
    }
}

/// Sends probes until each receiver has one: then all are connected, and have subscribed.
fn get_through(far: &mut FarEnd, sender: &Sender, flow: &Flow, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    let lossy = flow.course.pattern == Pattern::PubSub;
    let mut sent = false;
    loop {
        if lossy || !sent {
            sent = sender.probe(content::probe(flow.course.size), ASK)?;
        }
        let probed = status(far)?.probed;
        if probed == flow.receivers {
            return Ok(());
        }
        if Instant::now() > deadline {
            let receivers = flow.receivers;
            return Err(Failure::new(format!(
                "no message got through within {patience:?}: {probed} of {receivers} receivers have one"
            )));
        }
        thread::sleep(ASK);
    }
}

/// Waits until all messages are there; of a pattern that drops messages, until no more come; of a flow that lasts so long and no
/// longer, at most as long again.
fn arrive(far: &mut FarEnd, sent: &Sent, flow: &Flow, patience: Duration) -> Result<()> {
    let total = sent.messages * flow.receivers as u64;
    let lossy = flow.course.pattern == Pattern::PubSub && !flow.no_drop;
    let ended = |time| clock::now().saturating_sub(sent.last) > clock::nanoseconds(time);
    let mut last = (0, Instant::now());
    loop {
        let Status { received, quiet, .. } = status(far)?;
        let all_that_come = lossy && quiet > QUIET && ended(QUIET);
        let in_time = flow.lasting.is_none_or(|lasting| !ended(lasting.max(GRACE)));
        if received >= total || all_that_come || !in_time {
            return Ok(());
        }
        if received != last.0 {
            last = (received, Instant::now());
        } else if last.1.elapsed() > patience {
            return Err(Failure::new(format!(
                "{received} of {total} messages have arrived, and no further one for {patience:?}"
            )));
        }
        thread::sleep(ASK);
    }
}
