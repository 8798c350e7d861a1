//! ferromq beside libzmq and other ways to ZeroMQ, on one machine in one run: the programs in `bench-compare`, whose
//! packages are no members of the workspace, because they depend on the rivals.
//!
//! Every measurement is made by two processes (by one where the transport is inproc), with the default options of each
//! library. A round has each contender once, so that whatever else the machine does meets all of them. A first run that
//! does not count finds how many messages take a moment; from then on every contender is measured for the same time.

use std::time::{Duration, Instant};

use crate::invocation::Invocation;
use crate::{Result, prerequisites};

mod chart;
mod contenders;
mod goals;
mod groups;
mod growth;
mod libzmq;
mod measurement;
mod page;
mod peer;
mod programs;
mod results;
mod settings;
mod table;
mod trial;

use contenders::Contender;
use programs::{Program, Programs};
use results::{Column, Results, Row};
use settings::Settings;
use trial::Trial;

/// How long a run takes, in seconds, and the first that does not count; and starting the processes for it.
const RUN: f64 = 0.5;
const FIRST: f64 = 0.1;
const START: f64 = 0.08;
/// Whoever has failed so often in a measurement is not asked again.
const FAILURES: usize = 2;
/// So many at least, whatever they take.
const FEWEST: f64 = 20.0;

/// `[--rounds N] [--only PATTERNS] [--transports LIST] [--sizes A,B] [--runtime multi-thread|current-thread] [--scale X]
/// [--page] [--from FILE] [NAME...]`, or `--growth [--scale X] [--page]`
pub fn run(arguments: &[String]) -> Result<()> {
    const GROWTH: &str = "--growth";
    if arguments.iter().any(|argument| argument == GROWTH) {
        return growth::run(&arguments.iter().filter(|argument| *argument != GROWTH).collect::<Vec<_>>());
    }
    let settings = Settings::read(arguments)?;
    let results = match &settings.from {
        Some(file) => Results::read(file)?,
        None => measure(&settings)?,
    };
    println!("\n{}\n\n{}", table::everything(&results), goals::markdown(&results));
    if settings.page { page::write(&results) } else { Ok(()) }
}

/// Measures everything, and keeps it in a file after each round.
fn measure(settings: &Settings) -> Result<Results> {
    prerequisites::ensure(&prerequisites::to_build())?;
    let mut programs = Programs::default();
    let mut entered = Vec::new();
    let mut conditions = vec![machine()?, conditions(settings)];
    for &contender in &settings.contenders {
        match programs.of(contender) {
            Ok((program, about)) => {
                conditions.push(format!("`{}`: {about}", contender.name));
                entered.push((contender, program));
            }
            Err(error) => {
                println!("{} is left out: {error}", contender.name);
                conditions.push(format!("`{}` is left out: it could not be built", contender.name));
            }
        }
    }

    let file = libzmq::home()?.join("results.json");
    let mut columns = columns(settings, &entered);
    println!("\n{} runs in each of {} rounds: {}.", settings.runs(), settings.rounds, estimate(settings));
    let started = Instant::now();
    first_runs(settings, &mut columns);
    for round in 0..settings.rounds {
        for (column, cells) in &mut columns {
            println!("\nround {} of {}: {}", round + 1, settings.rounds, column.measurement.title());
            // Another one begins each time.
            for turn in 0..cells.len() {
                let index = (round + turn) % cells.len();
                let (cell, row) = (&mut cells[index], &mut column.rows[index]);
                if row.failures().is_some_and(|(failures, _)| failures >= FAILURES) {
                    continue;
                }
                let result = cell.trial(&column.measurement, settings, cell.count).run();
                if let Ok(round) = &result {
                    let count = messages(round.rate * RUN * settings.scale);
                    cell.count = count.clamp(cell.count / 3, cell.count.saturating_mul(3));
                }
                row.rounds.push(result);
                show(column, index);
            }
        }
        let results = Results {
            conditions: conditions.clone(),
            columns: columns.iter().map(|(column, _)| column.clone()).collect(),
        };
        results.write(&file)?;
    }
    println!("\nThat took {}; it is kept in {}.", minutes(started.elapsed()), file.display());
    Ok(Results { conditions, columns: columns.into_iter().map(|(column, _)| column).collect() })
}

/// A contender in a measurement.
struct Cell {
    name: &'static str,
    program: Program,
    /// How many messages take as long as a run should.
    count: u64,
}

impl Cell {
    fn trial<'a>(
        &'a self,
        measurement: &'a measurement::Measurement,
        settings: &Settings,
        count: u64,
    ) -> Trial<'a> {
        Trial { name: self.name, program: &self.program, measurement, runtime: settings.runtime, count }
    }
}

fn columns(settings: &Settings, entered: &[(&'static Contender, Program)]) -> Vec<(Column, Vec<Cell>)> {
    let column = |measurement: &measurement::Measurement| {
        let (rows, cells) = entered
            .iter()
            .filter(|(contender, _)| contender.is_for(measurement))
            .map(|(contender, program)| {
                let count = messages(measurement.modest_rate() * FIRST * settings.scale);
                let cell = Cell { name: contender.name, program: program.clone(), count };
                (Row { contender, rounds: Vec::new() }, cell)
            })
            .unzip();
        (Column { measurement: *measurement, rows }, cells)
    };
    settings.plan.iter().map(column).collect()
}

/// Finds how many messages each is to send. Who fails has failed once.
fn first_runs(settings: &Settings, columns: &mut [(Column, Vec<Cell>)]) {
    for (column, cells) in columns {
        println!("\nhow many take {:.2} s: {}", RUN * settings.scale, column.measurement.title());
        for (index, cell) in cells.iter_mut().enumerate() {
            let started = Instant::now();
            match cell.trial(&column.measurement, settings, cell.count).run() {
                Ok(round) => {
                    let rate = believable(round.rate, cell.count, started.elapsed());
                    cell.count = messages(rate * RUN * settings.scale);
                    println!("{:>20}  {}", cell.name, cell.count);
                }
                Err(error) => {
                    column.rows[index].rounds.push(Err(error));
                    show(column, index);
                }
            }
        }
    }
}

/// The rate of a run that was so short that its messages may have waited for the clock to start: not more than what the
/// whole of it allows, half of which is for starting the processes.
fn believable(rate: f64, count: u64, whole: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52")]
    let count = count as f64;
    rate.min(2.0 * count / whole.as_secs_f64())
}

fn show(column: &Column, index: usize) {
    let row = &column.rows[index];
    if let Some(last) = row.rounds.last() {
        println!("{:>20}  {}", row.contender.name, table::shown(column, last));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a small positive number")]
fn messages(count: f64) -> u64 {
    count.max(FEWEST).round() as u64
}

fn estimate(settings: &Settings) -> String {
    #[expect(clippy::cast_precision_loss, reason = "there are a few thousand")]
    let (runs, rounds) = (settings.runs() as f64, settings.rounds as f64);
    let first = FIRST * settings.scale + START;
    // A tenth more for the warm-up.
    let run = RUN * 1.1 * settings.scale + START;
    format!("about {}", minutes(Duration::from_secs_f64(runs * (first + rounds * run))))
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", (seconds + 30) / 60) }
}

/// What it was measured on, and compiled with.
fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| processor(&text));
    let (compiler, _) = Invocation::new("rustc", &["--version"]).standard_output()?;
    let compiler = compiler.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let (os, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    let model = model.map(|model| format!(" of {model}")).unwrap_or_default();
    Ok(format!("{cores} cores{model}, {os} on {architecture}; {compiler}"))
}

fn processor(cpuinfo: &str) -> Option<String> {
    let (_, model) = cpuinfo.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(model.trim().to_owned())
}

fn conditions(settings: &Settings) -> String {
    format!(
        "two processes over loopback (one where it is inproc), {} interleaved rounds of {:.2} s each, default options, \
         tokio's {} runtime",
        settings.rounds,
        RUN * settings.scale,
        settings.runtime
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_run_fits_into_less_than_half_an_hour() {
        let settings = Settings::read(&[]).expect("nothing need be said");
        let estimate = estimate(&settings);
        let minutes: u64 =
            estimate.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("it is a number");
        assert!((5..25).contains(&minutes), "{estimate}");
    }

    #[test]
    fn the_processor_is_named() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\nflags\t: fpu\n";
        assert_eq!(processor(text).as_deref(), Some("Some CPU @ 2.00GHz"));
        assert_eq!(processor("processor\t: 0\n"), None);
    }

    #[test]
    fn a_first_run_is_not_believed_to_be_faster_than_it_was() {
        let second = Duration::from_secs(1);
        assert_eq!((believable(150.0, 100, second), believable(1e9, 100, second)), (150.0, 200.0));
    }

    #[test]
    fn a_few_messages_are_sent_however_slow_they_are() {
        assert_eq!((messages(0.3), messages(1000.4)), (20, 1000));
    }
}
