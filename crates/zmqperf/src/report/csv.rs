//! Lines of CSV: one for each run, of a ramp one for each step.

use super::{Run, Step};

/// A heading, and the lines below it.
pub fn csv(command: &str, runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        let steps = run.ramp.as_ref().map(|ramp| &ramp.steps[..]);
        match steps {
            Some(steps) => {
                for step in steps {
                    let mut cells = course(command, run);
                    cells.extend(of_step(step));
                    line(&mut text, &cells);
                }
            }
            None => {
                let mut cells = course(command, run);
                cells.extend(of_run(run));
                line(&mut text, &cells);
            }
        }
    }
    text
}

fn line(text: &mut String, cells: &[(&'static str, String)]) {
    if text.is_empty() {
        let names: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
        *text += &names.join(",");
        text.push('\n');
    }
    let values: Vec<&str> = cells.iter().map(|(_, value)| value.as_str()).collect();
    *text += &values.join(",");
    text.push('\n');
}

fn course(command: &str, run: &Run) -> Vec<(&'static str, String)> {
    vec![
        ("command", command.into()),
        ("pattern", run.pattern.to_string()),
        ("transport", run.transport.to_string()),
        ("size", run.size.to_string()),
        ("curve", run.curve.to_string()),
        ("ends", run.ends.clone()),
    ]
}

fn of_run(run: &Run) -> Vec<(&'static str, String)> {
    let mut cells = Vec::new();
    if let Some(fanout) = &run.fanout {
        cells.push(("subscribers", fanout.subscribers.to_string()));
        cells.push(("published_per_second", number(fanout.published_per_second)));
        cells.push(("delivered", fanout.delivered.to_string()));
    }
    let optional = |value: Option<String>| value.unwrap_or_default();
    let latency = run.latency.as_ref();
    cells.extend([
        ("messages", run.messages.to_string()),
        ("seconds", number(run.seconds)),
        ("messages_per_second", number(run.messages_per_second)),
        ("megabytes_per_second", number(run.megabytes_per_second)),
        ("lost", optional(run.lost.map(|lost| lost.to_string()))),
        ("reordered", optional(run.reordered.map(|reordered| reordered.to_string()))),
        ("rounds", run.rounds.as_ref().map_or(1, |rounds| rounds.count).to_string()),
        ("rate", optional(run.rate.map(number))),
        ("min_us", optional(latency.map(|latency| number(latency.min_us)))),
        ("mean_us", optional(latency.map(|latency| number(latency.mean_us)))),
        ("p50_us", optional(latency.map(|latency| number(latency.p50_us)))),
        ("p90_us", optional(latency.map(|latency| number(latency.p90_us)))),
        ("p99_us", optional(latency.map(|latency| number(latency.p99_us)))),
        ("p999_us", optional(latency.map(|latency| number(latency.p999_us)))),
        ("max_us", optional(latency.map(|latency| number(latency.max_us)))),
        ("cpu_seconds", number(run.used.cpu_seconds)),
        ("cpu_us_per_message", number(run.used.cpu_us_per_message)),
        ("peak_rss_bytes", run.used.peak_rss_bytes.to_string()),
        ("context_switches", run.used.context_switches.to_string()),
    ]);
    cells
}

fn of_step(step: &Step) -> Vec<(&'static str, String)> {
    vec![
        ("offered", number(step.offered)),
        ("delivered", number(step.delivered)),
        ("sent", step.sent.to_string()),
        ("received", step.received.to_string()),
        ("p50_us", number(step.p50_us)),
        ("p99_us", number(step.p99_us)),
        ("max_us", number(step.max_us)),
        ("cpu_seconds", number(step.cpu_seconds)),
        ("sustained", step.failed.is_none().to_string()),
    ]
}

fn number(number: f64) -> String {
    format!("{number:.3}")
}
