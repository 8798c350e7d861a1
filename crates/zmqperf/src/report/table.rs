//! Tables for people.

use std::fmt::Write;

use super::{Run, Step};

/// Where the text of a column stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    Left,
    Right,
}

/// A table of columns that are as wide as they must be; the first line is the heading.
pub fn lay_out(lines: &[Vec<String>], align: &[Align]) -> String {
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..align.len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let mut shown = String::new();
        for ((cell, width), align) in line.iter().zip(&widths).zip(align) {
            let gap = if shown.is_empty() { "" } else { "  " };
            let _ = match align {
                Align::Left => write!(shown, "{gap}{cell:<width$}"),
                Align::Right => write!(shown, "{gap}{cell:>width$}"),
            };
        }
        text.push_str(shown.trim_end());
        text.push('\n');
    }
    text
}

/// What a person wants to know of the runs.
pub fn table(command: &str, runs: &[Run]) -> String {
    let mut text = runs_table(command, runs);
    for run in runs {
        if let Some(fanout) = &run.fanout {
            let _ = writeln!(text, "\n{}, {} subscribers", course(run), fanout.subscribers);
            let mut lines = vec![strings(["subscriber", "received", "lost", "msg/s", "p50 µs", "p99 µs"])];
            for (number, each) in fanout.each.iter().enumerate() {
                lines.push(vec![
                    (number + 1).to_string(),
                    each.received.to_string(),
                    each.lost.to_string(),
                    grouped(each.messages_per_second),
                    fine(each.p50_us),
                    fine(each.p99_us),
                ]);
            }
            text += &lay_out(&lines, &[Align::Right; 6]);
        }
        if let Some(ramp) = &run.ramp {
            let _ = writeln!(text, "\n{}", course(run));
            text += &steps(&ramp.steps);
            text += &match (ramp.knee_messages_per_second, ramp.knee_found) {
                (Some(knee), true) => format!("the knee is at {} messages/s\n", grouped(knee)),
                (Some(last), false) => format!("no knee up to {} messages/s\n", grouped(last)),
                (None, _) => "the first rate was too high already; begin lower, with --from\n".into(),
            };
        }
    }
    text
}

fn runs_table(command: &str, runs: &[Run]) -> String {
    let mut lines: Vec<Vec<String>> = Vec::new();
    for run in runs {
        let columns = columns(command, run);
        if lines.is_empty() {
            lines.push(strings(columns.iter().map(|(name, _)| *name)));
        }
        lines.push(columns.into_iter().map(|(_, value)| value).collect());
    }
    let mut align = vec![Align::Right; lines.first().map_or(0, Vec::len)];
    align.iter_mut().take(2).for_each(|align| *align = Align::Left);
    lay_out(&lines, &align)
}

/// The columns of the runs of a command: names and values.
pub fn columns(command: &str, run: &Run) -> Vec<(&'static str, String)> {
    let mut columns = vec![
        ("pattern", run.pattern.to_string()),
        ("transport", format!("{}{}", run.transport, if run.curve { "+curve" } else { "" })),
        ("bytes", run.size.to_string()),
    ];
    if let Some(fanout) = &run.fanout {
        columns.push(("subscribers", fanout.subscribers.to_string()));
        columns.push(("published", run.messages.to_string()));
        columns.push(("delivered", fanout.delivered.to_string()));
    }
    columns.push(("msg/s", grouped(run.messages_per_second)));
    if let Some(rounds) = &run.rounds {
        let [lowest, highest] =
            [rounds.lowest_messages_per_second, rounds.highest_messages_per_second].map(grouped);
        columns.push(("lowest to highest", format!("{lowest} to {highest}")));
    }
    if command != "latency" {
        columns.push(("MB/s", fine(run.megabytes_per_second)));
    }
    if let Some(lost) = run.lost {
        columns.push(("lost", lost.to_string()));
    }
    if let Some(latency) = &run.latency {
        for (name, value) in [
            ("mean µs", latency.mean_us),
            ("p50 µs", latency.p50_us),
            ("p99 µs", latency.p99_us),
            ("p99.9 µs", latency.p999_us),
            ("max µs", latency.max_us),
        ] {
            columns.push((name, fine(value)));
        }
    }
    columns.push(("cpu s", format!("{:.2}", run.used.cpu_seconds)));
    columns.push(("cpu µs/msg", fine(run.used.cpu_us_per_message)));
    columns.push(("MiB", format!("{:.1}", run.used.peak_rss_bytes as f64 / 1_048_576.0)));
    columns.push(("switches", run.used.context_switches.to_string()));
    columns
}

fn steps(steps: &[Step]) -> String {
    let mut lines =
        vec![strings(["offered/s", "delivered/s", "p50 µs", "p99 µs", "max µs", "cpu s", "", ""])];
    for step in steps {
        lines.push(vec![
            grouped(step.offered),
            grouped(step.delivered),
            fine(step.p50_us),
            fine(step.p99_us),
            fine(step.max_us),
            format!("{:.2}", step.cpu_seconds),
            if step.failed.is_some() { "✗" } else { "✓" }.into(),
            step.failed.clone().unwrap_or_default(),
        ]);
    }
    let mut align = [Align::Right; 8];
    align[7] = Align::Left;
    lay_out(&lines, &align)
}

/// What was measured, in words.
pub fn course(run: &Run) -> String {
    let curve = if run.curve { " with CURVE" } else { "" };
    format!("{} over {}{curve}, {} bytes, {}", run.pattern, run.transport, run.size, run.ends)
}

/// Groups of three digits.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As many digits as say something.
pub fn fine(number: f64) -> String {
    match number.abs() {
        100.0.. => grouped(number),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

fn strings<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let lines = [strings(["name", "µs"]), strings(["a", "1"]), strings(["bcdef", "100"])];
        assert_eq!(lay_out(&lines, &[Align::Left, Align::Right]), "name    µs\na        1\nbcdef  100\n");
        assert_eq!((grouped(1_234_567.0), grouped(999.4)), ("1,234,567".into(), "999".into()));
        assert_eq!((fine(1234.5), fine(12.34), fine(1.234)), ("1,234".into(), "12.3".into(), "1.23".into()));
    }
}
