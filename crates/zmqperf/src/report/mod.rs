//! What is told of the results: a table, JSON, CSV, a page.

mod csv;
mod html;
mod plot;
mod table;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::arguments::Outputs;
use crate::failure::{Failure, Result};
use crate::kind::{Pattern, Transport};
use crate::latency::Summary;
use crate::usage::Usage;

pub use table::{Align, lay_out};

/// All that a command found out.
#[derive(Debug, Serialize)]
pub struct Document {
    tool: &'static str,
    version: &'static str,
    /// The version of libzmq.
    libzmq: String,
    /// Processors of this machine.
    cpus: usize,
    command: &'static str,
    #[serde(flatten)]
    content: Content,
}

/// One run's object is not wrapped.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Content {
    One(Box<Run>),
    Many { runs: Vec<Run> },
}

/// One run.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    pub pattern: Pattern,
    pub transport: Transport,
    pub size: usize,
    pub curve: bool,
    /// Where the ends are: `one process`, `two processes`, an endpoint, or a program of libzmq's.
    pub ends: String,
    /// Messages that were sent; of round trips, requests.
    pub messages: u64,
    pub seconds: f64,
    pub messages_per_second: f64,
    /// A megabyte is a million bytes.
    pub megabytes_per_second: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<u64>,
    /// Messages that came after a later one, or twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reordered: Option<u64>,
    /// The other rounds, of which this is the median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounds: Option<Rounds>,
    /// How many began in a second, if that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    #[serde(flatten)]
    pub latency: Option<Summary>,
    /// By how much latencies between two clocks can be wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_uncertainty_us: Option<f64>,
    #[serde(flatten)]
    pub used: Used,
    #[serde(flatten)]
    pub fanout: Option<Fanout>,
    #[serde(flatten)]
    pub ramp: Option<Ramp>,
}

/// How far the rounds lie apart.
#[derive(Clone, Debug, Serialize)]
pub struct Rounds {
    pub count: usize,
    /// The lowest rate of a round.
    pub lowest_messages_per_second: f64,
    /// The highest.
    pub highest_messages_per_second: f64,
}

/// What the processes used together.
#[derive(Clone, Debug, Serialize)]
pub struct Used {
    pub cpu_seconds: f64,
    pub cpu_us_per_message: f64,
    pub peak_rss_bytes: u64,
    pub context_switches: u64,
    pub processes: Vec<Usage>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Fanout {
    pub subscribers: usize,
    pub no_drop: bool,
    /// How fast the publisher was.
    pub published_per_second: f64,
    /// Messages that arrived, over all subscribers.
    pub delivered: u64,
    pub each: Vec<Subscriber>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Subscriber {
    pub received: u64,
    pub lost: u64,
    pub messages_per_second: f64,
    pub p50_us: f64,
    pub p99_us: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Ramp {
    /// What was delivered at the highest rate that was sustained; none if the first one was not.
    pub knee_messages_per_second: Option<f64>,
    /// Whether a higher rate failed, so that it is the knee.
    pub knee_found: bool,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Messages per second that were to be sent.
    pub offered: f64,
    /// Messages per second that arrived.
    pub delivered: f64,
    pub sent: u64,
    pub received: u64,
    pub p50_us: f64,
    pub p99_us: f64,
    pub max_us: f64,
    pub cpu_seconds: f64,
    /// Why the rate is not sustained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

impl Used {
    /// Adds up.
    pub fn by(processes: Vec<Usage>, messages: u64) -> Self {
        let cpu_seconds = processes.iter().map(Usage::cpu_seconds).sum();
        Used {
            cpu_seconds,
            cpu_us_per_message: if messages == 0 { 0.0 } else { cpu_seconds * 1e6 / messages as f64 },
            peak_rss_bytes: processes.iter().map(|process| process.peak_rss_bytes).sum(),
            context_switches: processes
                .iter()
                .map(|process| process.voluntary_context_switches + process.involuntary_context_switches)
                .sum(),
            processes,
        }
    }
}

impl Document {
    /// What the command found out.
    pub fn new(command: &'static str, mut runs: Vec<Run>) -> Self {
        let content = match runs.pop() {
            Some(run) if runs.is_empty() => Content::One(Box::new(run)),
            last => {
                runs.extend(last);
                Content::Many { runs }
            }
        };
        let (major, minor, patch) = ferromq::version();
        Document {
            tool: "zmqperf",
            version: env!("CARGO_PKG_VERSION"),
            libzmq: format!("{major}.{minor}.{patch}"),
            cpus: std::thread::available_parallelism().map_or(1, usize::from),
            command,
            content,
        }
    }

    fn runs(&self) -> &[Run] {
        match &self.content {
            Content::One(run) => std::slice::from_ref(run),
            Content::Many { runs } => runs,
        }
    }
}

impl Outputs {
    /// Whether results could be written there, as far as that can be known before there are any.
    pub fn check(&self) -> Result<()> {
        if self.json.as_deref().is_some_and(is_stdout) && self.csv.as_deref().is_some_and(is_stdout) {
            return Err(Failure::misuse("--json - and --csv - would both write to stdout"));
        }
        for path in [&self.json, &self.csv, &self.html].into_iter().flatten() {
            let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
            if directory.is_some_and(|directory| !directory.is_dir()) {
                return Err(Failure::misuse(format!("there is no directory for {}", path.display())));
            }
        }
        Ok(())
    }

    /// Writes what was asked for, and the table, unless stdout has something else.
    pub fn deliver(&self, document: &Document) -> Result<()> {
        let mut has_stdout = false;
        for (path, text) in [
            (&self.json, serde_json::to_string(document)? + "\n"),
            (&self.csv, csv::csv(document.command, document.runs())),
            (&self.html, html::page(document)),
        ] {
            if let Some(path) = path {
                write(path, &text)?;
                has_stdout |= is_stdout(path);
            }
        }
        if !has_stdout {
            print(&table::table(document.command, document.runs()))?;
        }
        Ok(())
    }
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Writes to the file, or to stdout.
pub fn write(path: &Path, text: &str) -> Result<()> {
    if is_stdout(path) {
        return print(text);
    }
    fs::write(path, text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// Writes to the place, and the text to stdout unless that has something else already.
pub fn write_or_print(json: Option<&PathBuf>, object: &impl Serialize, text: &str) -> Result<()> {
    if let Some(path) = json {
        write(path, &(serde_json::to_string(object)? + "\n"))?;
    }
    if json.is_some_and(|path| is_stdout(path)) { Ok(()) } else { print(text) }
}

fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("stdout: {error}")))
        }
        _ => Ok(()),
    }
}
