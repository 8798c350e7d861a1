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
    fn setup(&self, transport: Transport) -> Result<Setup> {
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
        Ok(Setup { whereabouts, io_threads: self.io_threads, patience: self.timeout, hwm: self.hwm })
    }

    /// All setups at once, so that a wrong one is found before the first run.
    fn setups(&self, courses: &[Course]) -> Result<Vec<Setup>> {
        courses.iter().map(|course| self.setup(course.transport)).collect()
    }
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
