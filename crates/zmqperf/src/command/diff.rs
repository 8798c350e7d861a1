//! `zmqperf diff`: whether the second of two results is worse than the first.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::arguments::Diff;
use crate::failure::{Failure, Result};
use crate::report::{Align, lay_out, write_or_print};

/// A number that is judged.
struct Metric {
    name: &'static str,
    /// Whether more of it is better.
    more_is_better: bool,
    /// A difference of less than this is none, whatever the share: such is what a run differs by from itself.
    least: f64,
}

const fn more(name: &'static str) -> Metric {
    Metric { name, more_is_better: true, least: 0.0 }
}

const fn less(name: &'static str, least: f64) -> Metric {
    Metric { name, more_is_better: false, least }
}

/// Judged unless others are named.
const JUDGED: &[Metric] = &[
    more("messages_per_second"),
    more("knee_messages_per_second"),
    less("p50_us", 1.0),
    less("p99_us", 1.0),
    less("lost", 0.0),
    less("cpu_us_per_message", 0.01),
    less("peak_rss_bytes", 1_048_576.0),
];

/// Judged when they are named.
const NAMED: &[Metric] = &[
    more("megabytes_per_second"),
    more("published_per_second"),
    more("delivered"),
    less("mean_us", 1.0),
    less("p90_us", 1.0),
    less("p999_us", 1.0),
    less("p9999_us", 1.0),
    less("max_us", 1.0),
    less("reordered", 0.0),
    less("cpu_seconds", 0.01),
    less("context_switches", 0.0),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Better,
    Same,
    Worse,
}

#[derive(Serialize)]
struct Line {
    run: String,
    metric: &'static str,
    before: f64,
    after: f64,
    /// By how much it differs, in percent; none from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    change_percent: Option<f64>,
    verdict: Verdict,
}

#[derive(Serialize)]
struct Verdicts {
    tool: &'static str,
    command: &'static str,
    threshold_percent: f64,
    worse: bool,
    /// Runs that only the first result has, and those that only the second has.
    only_before: Vec<String>,
    only_after: Vec<String>,
    comparisons: Vec<Line>,
}

/// Compares; whether nothing got worse.
pub fn run(arguments: &Diff) -> Result<bool> {
    let metrics = judged(&arguments.metric)?;
    let [before, after] = [read(&arguments.before)?, read(&arguments.after)?];
    let mut comparisons = Vec::new();
    for (name, before) in &before {
        let Some((_, after)) = after.iter().find(|(other, _)| other == name) else { continue };
        for metric in &metrics {
            if let (Some(before), Some(after)) = (number(before, metric.name), number(after, metric.name)) {
                comparisons.push(compare(name, metric, before, after, arguments.threshold));
            }
        }
    }
    if comparisons.is_empty() {
        return Err(Failure::new(format!(
            "{} and {} have no number in common: they are of different runs",
            arguments.before.display(),
            arguments.after.display()
        )));
    }
    let verdicts = Verdicts {
        tool: "zmqperf",
        command: "diff",
        threshold_percent: arguments.threshold * 100.0,
        worse: comparisons.iter().any(|line| line.verdict == Verdict::Worse),
        only_before: only(&before, &after),
        only_after: only(&after, &before),
        comparisons,
    };
    write_or_print(arguments.json.as_ref(), &verdicts, &table(&verdicts))?;
    Ok(!verdicts.worse)
}

fn judged(names: &[String]) -> Result<Vec<&'static Metric>> {
    if names.is_empty() {
        return Ok(JUDGED.iter().collect());
    }
    let all = || JUDGED.iter().chain(NAMED);
    let find = |name: &String| {
        all().find(|metric| metric.name == name).ok_or_else(|| {
            let known: Vec<&str> = all().map(|metric| metric.name).collect();
            Failure::misuse(format!(
                "--metric {name}: there is no such number; there are {}",
                known.join(", ")
            ))
        })
    };
    names.iter().map(find).collect()
}

/// The runs of a result, by what was measured.
fn read(path: &Path) -> Result<Vec<(String, Value)>> {
    let failed = |reason: String| Failure::new(format!("{}: {reason}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    if document["tool"] != "zmqperf" || document["command"] == "diff" {
        return Err(failed("it is no result of zmqperf".into()));
    }
    let command = document["command"].as_str().unwrap_or_default().to_owned();
    let runs = match document.get("runs").and_then(Value::as_array) {
        Some(runs) => runs.clone(),
        None => vec![document],
    };
    let named: Vec<_> = runs.into_iter().map(|run| (name(&command, &run), run)).collect();
    let distinct: BTreeSet<_> = named.iter().map(|(name, _)| name).collect();
    if distinct.len() < named.len() {
        return Err(failed("it has two runs of the same".into()));
    }
    Ok(named)
}

fn name(command: &str, run: &Value) -> String {
    let mut name = format!(
        "{command} {} {} {} B",
        run["pattern"].as_str().unwrap_or("?"),
        run["transport"].as_str().unwrap_or("?"),
        run["size"]
    );
    if run["curve"] == true {
        name += " CURVE";
    }
    if let Some(subscribers) = run.get("subscribers") {
        name += &format!(", {subscribers} subscribers");
    }
    name
}

fn number(run: &Value, metric: &str) -> Option<f64> {
    run.get(metric)?.as_f64()
}

fn compare(run: &str, metric: &Metric, before: f64, after: f64, threshold: f64) -> Line {
    let change = if before == 0.0 { None } else { Some((after - before) / before) };
    let differs =
        (after - before).abs() > metric.least && change.is_none_or(|change| change.abs() > threshold);
    let verdict = match (differs, (after > before) == metric.more_is_better) {
        (false, _) => Verdict::Same,
        (true, true) => Verdict::Better,
        (true, false) => Verdict::Worse,
    };
    let change_percent = change.map(|change| change * 100.0);
    Line { run: run.to_owned(), metric: metric.name, before, after, change_percent, verdict }
}

fn only(these: &[(String, Value)], those: &[(String, Value)]) -> Vec<String> {
    let missing = |name: &String| !those.iter().any(|(other, _)| other == name);
    these.iter().map(|(name, _)| name).filter(|name| missing(name)).cloned().collect()
}

fn table(verdicts: &Verdicts) -> String {
    let heading = ["run", "number", "before", "after", "change", ""].map(str::to_owned).to_vec();
    let mut lines = vec![heading];
    for line in &verdicts.comparisons {
        lines.push(vec![
            line.run.clone(),
            line.metric.to_owned(),
            format!("{:.2}", line.before),
            format!("{:.2}", line.after),
            line.change_percent.map_or_else(String::new, |change| format!("{change:+.1}%")),
            match line.verdict {
                Verdict::Better => "better",
                Verdict::Same => "",
                Verdict::Worse => "WORSE",
            }
            .to_owned(),
        ]);
    }
    let [left, right] = [Align::Left, Align::Right];
    let mut text = lay_out(&lines, &[left, left, right, right, right, left]);
    for (names, which) in [(&verdicts.only_before, "first"), (&verdicts.only_after, "second")] {
        for name in names {
            text += &format!("only the {which} has {name}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_worse_when_it_moves_the_wrong_way_by_more_than_the_threshold() {
        let verdict = |name: &str, before, after| {
            let metric = JUDGED.iter().find(|metric| metric.name == name).unwrap();
            compare("run", metric, before, after, 0.1).verdict
        };
        assert_eq!(verdict("messages_per_second", 100.0, 89.0), Verdict::Worse);
        assert_eq!(verdict("messages_per_second", 100.0, 91.0), Verdict::Same);
        assert_eq!(verdict("messages_per_second", 100.0, 111.0), Verdict::Better);
        assert_eq!(verdict("p99_us", 100.0, 111.0), Verdict::Worse);
        assert_eq!(verdict("p99_us", 100.0, 89.0), Verdict::Better);
        assert_eq!(verdict("p99_us", 2.0, 2.9), Verdict::Same);
        assert_eq!(verdict("lost", 0.0, 1.0), Verdict::Worse);
        assert_eq!(verdict("lost", 0.0, 0.0), Verdict::Same);
        assert_eq!(verdict("messages_per_second", 0.0, 1.0), Verdict::Better);
    }
}
