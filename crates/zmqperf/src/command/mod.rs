//! What each command does.

pub mod against;
pub mod diff;
pub mod fanout;
pub mod latency;
pub mod ramp;
pub mod throughput;

use crate::arguments::{Ends, Subject, Switch};
use crate::content::HEADER;
use crate::failure::{Failure, Result};
use crate::far::Whereabouts;
use crate::kind::{Pattern, Transport};
use crate::report::{Rounds, Run};
use crate::run::{Course, Setup};

/// Each pattern over each transport with each size.
fn courses(patterns: &[Pattern], subject: &Subject) -> Result<Vec<Course>> {
    let curve = subject.curve == Switch::On;
    let mut courses = Vec::new();
    for &pattern in patterns {
        for &transport in &subject.transport {
            if curve && transport == Transport::Inproc {
                return Err(Failure::misuse(
                    "--curve: nothing is encrypted over inproc, which stays in one process",
                ));
            }
            courses.extend(subject.size.0.iter().map(|&size| Course { pattern, transport, size, curve }));
        }
    }
    Ok(courses)
}

/// Messages that tell when they were sent must have room for that.
fn check_timed(courses: &[Course]) -> Result<()> {
    match courses.iter().find(|course| course.size < HEADER && course.pattern != Pattern::ReqRep) {
        None => Ok(()),
        Some(course) => Err(Failure::misuse(format!(
            "--size {}: a message carries its number and its time, which take {HEADER} bytes",
            course.size
        ))),
    }
}

impl Ends {
    /// What this means over the transport.
    fn setup(&self, transport: Transport, hwm: Option<u32>) -> Result<Setup> {
        let within_process = transport == Transport::Inproc;
        let whereabouts = match (&self.peer, self.processes) {
            (Some(_), _) if within_process => {
                return Err(Failure::misuse("--peer: inproc does not leave the process"));
            }
            (_, Some(2)) if within_process => {
                return Err(Failure::misuse("--processes 2: inproc does not leave the process"));
            }
            (Some(peer), _) => Whereabouts::Peer(peer.clone()),
            (None, Some(1)) => Whereabouts::Thread,
            (None, _) if within_process => Whereabouts::Thread,
            (None, _) => Whereabouts::Process,
        };
        Ok(Setup { whereabouts, io_threads: self.io_threads, patience: self.timeout, hwm })
    }

    /// All setups at once, so that a wrong one is found before the first run.
    fn setups(&self, courses: &[Course], hwm: Option<u32>) -> Result<Vec<Setup>> {
        courses.iter().map(|course| self.setup(course.transport, hwm)).collect()
    }
}

/// Measures each case so many times, in turns, so that whatever else the machine does meets all of them; of each case the round
/// that was in the middle.
fn in_rounds<C>(rounds: u16, cases: &[C], mut measure: impl FnMut(&C) -> Result<Run>) -> Result<Vec<Run>> {
    let mut runs: Vec<Vec<Run>> = cases.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (case, runs) in cases.iter().zip(&mut runs) {
            runs.push(measure(case)?);
        }
    }
    Ok(runs.into_iter().filter_map(median).collect())
}

/// The run with the median rate; of an even number the slower one of the two in the middle.
fn median(mut runs: Vec<Run>) -> Option<Run> {
    runs.sort_by(|one, other| one.messages_per_second.total_cmp(&other.messages_per_second));
    let rounds = Rounds {
        count: runs.len(),
        lowest_messages_per_second: runs.first()?.messages_per_second,
        highest_messages_per_second: runs.last()?.messages_per_second,
    };
    let mut run = runs.swap_remove((runs.len() - 1) / 2);
    run.rounds = Some(rounds).filter(|rounds| rounds.count > 1);
    Some(run)
}

/// Where the ends are, in words.
fn ends(setup: &Setup) -> String {
    match &setup.whereabouts {
        Whereabouts::Thread => "one process".into(),
        Whereabouts::Process => "two processes".into(),
        Whereabouts::Peer(endpoint) => endpoint.to_string(),
    }
}

/// What the progress bar is of.
fn label(command: &str, course: &Course) -> String {
    let Course { pattern, transport, size, .. } = course;
    format!("{command} {pattern} {transport} {size} B")
}

/// So many events, the first at one end of the time and the last at the other, in a second.
fn per_second(events: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { events.saturating_sub(1) as f64 / seconds } else { 0.0 }
}

/// Millions of bytes in a second.
fn megabytes(messages_per_second: f64, size: usize) -> f64 {
    messages_per_second * size as f64 / 1e6
}
