//! What the project has set itself, and how far it is.

use super::contenders::{ASYNC, ASYNC_RIVALS, BASE, BLOCKING, RIVALS};
use super::measurement::{Measurement, Pattern, Transport, bytes};
use super::results::Results;

/// For PUSH/PULL over tcp: the size, and how many times libzmq's rate there should be at least.
const SIZES: [(usize, f64); 4] = [(16, 1.0), (256, 1.6), (4096, 3.0), (65536, 2.0)];
/// How many times the best rival's.
const RIVAL: f64 = 1.2;
const ASYNC_RIVAL: f64 = 1.1;

/// Both tables. What was not measured has a dash.
pub fn markdown(results: &Results) -> String {
    let mut text = "\
| PUSH/PULL, tcp | blocking / C default | blocking / best Rust rival | async / best async rival | blocking / libzmq's own `perf` |
|---|---|---|---|---|"
        .to_owned();
    for (size, goal) in SIZES {
        let measurement = Measurement { pattern: Pattern::PushPull, transport: Transport::Tcp, size };
        let cell = |ours, theirs, goal| reached(results, &measurement, ours, theirs, goal);
        text += &format!(
            "\n| {} | {} | {} | {} | {} |",
            bytes(size),
            cell(BLOCKING, &[BASE], Some(goal)),
            cell(BLOCKING, RIVALS, Some(RIVAL)),
            cell(ASYNC, ASYNC_RIVALS, Some(ASYNC_RIVAL)),
            cell(BLOCKING, &["c-perf"], None),
        );
    }
    text += "\n\n| | ferromq / the other |\n|---|---|";
    let mut row = |pattern, transport, size, ours, theirs: &[&'static str], others: &str| {
        let measurement = Measurement { pattern, transport, size };
        let cell = reached(results, &measurement, ours, theirs, Some(1.0));
        text += &format!("\n| {}, beside {others} | {cell} |", measurement.title());
    };
    let everybody = [&[BASE], RIVALS].concat();
    row(Pattern::ReqRep, Transport::Tcp, 16, BLOCKING, &everybody, "libzmq and all rivals");
    row(Pattern::ReqRep, Transport::Tcp, 16, ASYNC, ASYNC_RIVALS, "the async rivals");
    row(Pattern::PushPull, Transport::Inproc, 256, BLOCKING, &[BASE], "libzmq");
    row(Pattern::PushPull, Transport::Inproc, 65536, BLOCKING, &[BASE], "libzmq");
    row(Pattern::ReqRep, Transport::Inproc, 16, BLOCKING, &[BASE], "libzmq");
    row(Pattern::ReqRep, Transport::Curve, 16, BLOCKING, &[BASE], "libzmq");
    for size in [256, 4096, 65536] {
        row(Pattern::PushPull, Transport::Curve, size, BLOCKING, &[BASE], "libzmq");
    }
    text
}

/// How many times as good as the best of `theirs` the best of `ours` is.
fn reached(
    results: &Results,
    measurement: &Measurement,
    ours: &[&'static str],
    theirs: &[&'static str],
    goal: Option<f64>,
) -> String {
    let column = results.column(measurement);
    let both = column.and_then(|column| Some((column.best(ours)?, column.best(theirs)?)));
    let Some(((own, own_median), (other, other_median))) = both else { return "\u{2013}".to_owned() };
    let ratio = measurement.ratio(own_median, other_median);
    // As it is printed: what reads as the goal has reached it.
    let ratio = (ratio * 100.0).round() / 100.0;
    let mut words = Vec::new();
    if let Some(goal) = goal {
        words.push(format!("\u{2265} {goal:.1}"));
    }
    if ours.len() > 1 {
        words.push(own.to_owned());
    }
    if theirs.len() > 1 {
        words.push(format!("/ {other}"));
    }
    let mark = match goal {
        Some(goal) if ratio >= goal => "\u{2713} ",
        Some(_) => "\u{2717} ",
        None => "",
    };
    let words = if words.is_empty() { String::new() } else { format!(" ({})", words.join(" ")) };
    format!("{mark}**{ratio:.2}**{words}")
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::results;
    use super::*;

    #[test]
    fn a_goal_is_met_or_missed_against_the_best() {
        let rows: &[(&str, &[f64])] = &[
            ("ferromq", &[320.0]),
            ("ferromq-tokio", &[100.0]),
            ("ferromq-tokio-many", &[200.0]),
            ("c", &[200.0]),
            ("tmq", &[300.0]),
            ("rust-zmq", &[310.0]),
        ];
        let text = markdown(&results(Pattern::PushPull, 256, rows));
        let expected = "| 256 B | \u{2713} **1.60** (\u{2265} 1.6 ferromq) | \u{2717} **1.03** (\u{2265} 1.2 ferromq / rust-zmq) \
            | \u{2717} **0.67** (\u{2265} 1.1 ferromq-tokio-many / tmq) | \u{2013} |";
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("| 16 B | \u{2013} | \u{2013} |"), "{text}");
    }

    #[test]
    fn less_latency_is_better() {
        let rows: &[(&str, &[f64])] =
            &[("ferromq", &[20_000.0]), ("c", &[10_000.0]), ("zeromq", &[16_000.0])];
        let text = markdown(&results(Pattern::ReqRep, 16, rows));
        assert!(text.contains("\u{2713} **1.25** (\u{2265} 1.0 ferromq / zeromq)"), "{text}");
    }
}
