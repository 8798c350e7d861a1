//! A page with everything in it: no script, nothing to load.

use std::fmt::Write;

use super::plot::{Axis, Plot, Series, Spacing, escaped, figure};
use super::{Document, Run, table};
use crate::kind::{Pattern, Transport};

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --faint: #d7dbe0; --quiet: #5b6470;
  --c0: #1f6feb; --c1: #d9480f; --c2: #2b8a3e; --c3: #9c36b5; --c4: #0b7285; --c5: #a07600; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #15181c; --faint: #343a42; --quiet: #9aa4b0;
  --c0: #6ea8fe; --c1: #ff922b; --c2: #69db7c; --c3: #da77f2; --c4: #3bc9db; --c5: #ffd43b; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
figure { margin: 1.5rem 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; } svg text { fill: var(--quiet); font-size: 12px; } svg .label { fill: var(--ink); }
.grid { stroke: var(--faint); stroke-width: 1; } polyline { fill: none; stroke-width: 2; }
.legend span { margin-right: 1rem; white-space: nowrap; }
.legend span::before { content: ''; display: inline-block; width: .8em; height: .8em; margin-right: .4em;
  border-radius: 2px; background: currentColor; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--faint); text-align: right; white-space: nowrap; }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
p.note { color: var(--quiet); }
";

/// The page.
pub fn page(document: &Document) -> String {
    let runs = document.runs();
    let title = format!("zmqperf {}", document.command);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}{}</style></head>\n<body>\n<h1>{title}</h1>\n",
        colours()
    );
    let ends: Vec<&str> = runs.iter().map(|run| run.ends.as_str()).collect();
    let _ = writeln!(
        html,
        "<p class=\"note\">zmqperf {}, libzmq {}, {} processors; {}</p>",
        document.version,
        document.libzmq,
        document.cpus,
        escaped(&unique(ends).join(", "))
    );
    for plot in plots(document.command, runs) {
        html += &figure(&plot);
    }
    html += "<h2>Runs</h2>\n";
    html += &tables(document.command, runs);
    html += "</body>\n</html>\n";
    html
}

fn colours() -> String {
    (0..super::plot::COLOURS).fold(String::new(), |mut css, number| {
        let _ = writeln!(
            css,
            "polyline.c{number} {{ stroke: var(--c{number}); }} circle.c{number} {{ fill: var(--c{number}); }} \
             .legend .c{number}::before {{ background: var(--c{number}); }}"
        );
        css
    })
}

fn unique(mut texts: Vec<&str>) -> Vec<&str> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn plots(command: &str, runs: &[Run]) -> Vec<Plot> {
    let mut plots = Vec::new();
    if command == "ramp" {
        for run in runs {
            plots.extend(of_ramp(run));
        }
        return plots;
    }
    if command == "fanout" {
        plots.push(by_subscribers(runs));
    } else {
        plots.extend(by_size(command, runs));
    }
    let measured: Vec<(&Run, &crate::latency::Summary)> =
        runs.iter().filter_map(|run| Some((run, run.latency.as_ref()?))).collect();
    if !measured.is_empty() {
        plots.push(Plot {
            title: "Latency by percentile".into(),
            // Each decade has a tenth of the messages that are left.
            x: Axis { label: "percentile", spacing: Spacing::Decades, shown: percentile_of_rarity },
            y: Axis { label: "µs", spacing: Spacing::Decades, shown: table::fine },
            series: measured
                .into_iter()
                .map(|(run, latency)| Series {
                    name: named(run, true),
                    points: latency
                        .percentiles_us
                        .iter()
                        .filter(|(percent, _)| {
                            *percent < 100.0
                                && 1.0 / (1.0 - percent / 100.0) <= latency.samples as f64 * 1.0001
                        })
                        .map(|(percent, microseconds)| (1.0 / (1.0 - percent / 100.0), *microseconds))
                        .collect(),
                })
                .collect(),
        });
    }
    plots
}

/// One message in so many is slower: the percentile that that is.
fn percentile_of_rarity(rarity: f64) -> String {
    let percent = (1.0 - 1.0 / rarity) * 100.0;
    format!("{}%", (percent * 1000.0).round() / 1000.0)
}

/// A number of bytes, as people write powers of two.
fn binary(bytes: f64) -> String {
    match bytes {
        1_048_576.0.. => format!("{} MiB", bytes / 1_048_576.0),
        1024.0.. => format!("{} KiB", bytes / 1024.0),
        _ => format!("{bytes}"),
    }
}

/// A line for each pattern and transport, over the sizes.
fn by_size(command: &str, runs: &[Run]) -> Vec<Plot> {
    let series = |value: fn(&Run) -> Option<f64>| {
        let mut series: Vec<((Pattern, Transport), Series)> = Vec::new();
        for run in runs {
            let Some(value) = value(run) else { continue };
            // There is no place for a size of 0 on a logarithmic axis.
            let point = (run.size.max(1) as f64, value);
            match series.iter_mut().find(|(of, _)| *of == (run.pattern, run.transport)) {
                Some((_, line)) => line.points.push(point),
                None => series.push((
                    (run.pattern, run.transport),
                    Series { name: named(run, false), points: vec![point] },
                )),
            }
        }
        series.into_iter().map(|(_, series)| series).collect::<Vec<_>>()
    };
    let bytes = || Axis { label: "bytes in a message", spacing: Spacing::Doublings, shown: binary };
    let plot = |title: &str, label, series| Plot {
        title: title.into(),
        x: bytes(),
        y: Axis { label, spacing: Spacing::Decades, shown: table::grouped },
        series,
    };
    if runs.iter().all(|run| run.size == runs[0].size) {
        return Vec::new();
    }
    if command == "latency" {
        return vec![
            plot("Median latency by size", "µs", series(|run| Some(run.latency.as_ref()?.p50_us))),
            plot("99th percentile by size", "µs", series(|run| Some(run.latency.as_ref()?.p99_us))),
        ];
    }
    vec![
        plot("Messages per second by size", "messages/s", series(|run| Some(run.messages_per_second))),
        plot(
            "Megabytes per second by size",
            "MB/s",
            series(|run| Some(run.megabytes_per_second).filter(|_| run.size > 0)),
        ),
    ]
}

fn by_subscribers(runs: &[Run]) -> Plot {
    Plot {
        title: "Messages per second of each subscriber".into(),
        x: Axis { label: "subscriber", spacing: Spacing::Linear, shown: table::grouped },
        y: Axis { label: "messages/s", spacing: Spacing::Linear, shown: table::grouped },
        series: runs
            .iter()
            .filter_map(|run| {
                let each = &run.fanout.as_ref()?.each;
                let points = each.iter().enumerate();
                Some(Series {
                    name: named(run, true),
                    points: points
                        .map(|(number, each)| ((number + 1) as f64, each.messages_per_second))
                        .collect(),
                })
            })
            .collect(),
    }
}

fn of_ramp(run: &Run) -> Vec<Plot> {
    let Some(ramp) = &run.ramp else { return Vec::new() };
    let mut steps = ramp.steps.clone();
    steps.sort_by(|one, other| one.offered.total_cmp(&other.offered));
    // Of a rate that was tried twice, the second time counts.
    steps.reverse();
    steps.dedup_by(|later, kept| later.offered == kept.offered);
    steps.reverse();
    let offered = || Axis { label: "messages/s offered", spacing: Spacing::Decades, shown: table::grouped };
    let line = |name: &str, value: fn(&super::Step) -> f64| Series {
        name: name.into(),
        points: steps.iter().map(|step| (step.offered, value(step))).collect(),
    };
    vec![
        Plot {
            title: format!("What arrives of what is offered: {}", table::course(run)),
            x: offered(),
            y: Axis { label: "messages/s delivered", spacing: Spacing::Decades, shown: table::grouped },
            series: vec![line("delivered", |step| step.delivered), line("offered", |step| step.offered)],
        },
        Plot {
            title: format!("Latency under load: {}", table::course(run)),
            x: offered(),
            y: Axis { label: "µs", spacing: Spacing::Decades, shown: table::fine },
            series: vec![
                line("median", |step| step.p50_us),
                line("99th percentile", |step| step.p99_us),
                line("longest", |step| step.max_us),
            ],
        },
    ]
}

fn named(run: &Run, with_size: bool) -> String {
    let mut name = format!("{} {}", run.pattern, run.transport);
    if run.curve {
        name += " CURVE";
    }
    if with_size {
        let _ = write!(name, " {} B", run.size);
    }
    if let Some(fanout) = &run.fanout {
        let _ = write!(name, ", {} subscribers", fanout.subscribers);
    }
    name
}

fn tables(command: &str, runs: &[Run]) -> String {
    let rows: Vec<Vec<(&str, String)>> = runs.iter().map(|run| table::columns(command, run)).collect();
    let mut html = rows_table(&rows);
    for run in runs {
        if let Some(ramp) = &run.ramp {
            let _ = writeln!(html, "<h2>Steps: {}</h2>", escaped(&table::course(run)));
            let rows: Vec<Vec<(&str, String)>> = ramp
                .steps
                .iter()
                .map(|step| {
                    vec![
                        ("sustained", if step.failed.is_some() { "no" } else { "yes" }.to_owned()),
                        ("because", step.failed.clone().unwrap_or_default()),
                        ("offered/s", table::grouped(step.offered)),
                        ("delivered/s", table::grouped(step.delivered)),
                        ("p50 µs", table::fine(step.p50_us)),
                        ("p99 µs", table::fine(step.p99_us)),
                        ("max µs", table::fine(step.max_us)),
                        ("cpu s", format!("{:.2}", step.cpu_seconds)),
                    ]
                })
                .collect();
            html += &rows_table(&rows);
        }
    }
    html
}

fn rows_table(rows: &[Vec<(&str, String)>]) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let mut html = String::from("<div class=\"scroll\"><table>\n<tr>");
    for (name, _) in first {
        let _ = write!(html, "<th>{}</th>", escaped(name));
    }
    html += "</tr>\n";
    for row in rows {
        html += "<tr>";
        for (_, value) in row {
            let _ = write!(html, "<td>{}</td>", escaped(value));
        }
        html += "</tr>\n";
    }
    html += "</table></div>\n";
    html
}
