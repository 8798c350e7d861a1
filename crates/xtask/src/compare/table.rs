//! What has been measured, as tables: how each compares with libzmq, and the median and the spread of its rounds.

use super::contenders::{BASE, CONTENDERS, Contender};
use super::groups::Group;
use super::results::{Column, Results, Round, Summary};
use crate::Result;

/// Everything, for the terminal.
pub fn everything(results: &Results) -> String {
    let mut text = results.conditions.join("\n");
    for group in Group::all_of(results) {
        text += &format!(
            "\n\n{}: times `{BASE}`\n\n{}\n\n{}: {}\n\n{}",
            group.title,
            ratios(&group.columns),
            group.title,
            group.unit(),
            medians(&group.columns)
        );
        if let Some(failures) = failures(&group.columns) {
            text += &format!("\n\n{failures}");
        }
    }
    text
}

/// How many times as good as libzmq with its default options each is.
pub fn ratios(columns: &[&Column]) -> String {
    table(columns, |column, contender| {
        let base = column.summary(BASE)?.median;
        let own = column.summary(contender.name)?.median;
        Some(format!("{:.2}", column.measurement.ratio(own, base)))
    })
}

/// The median of each, and from where to where its rounds went.
pub fn medians(columns: &[&Column]) -> String {
    table(columns, |column, contender| {
        let Summary { median, lowest, highest, lost } = column.summary(contender.name)?;
        let mut cell = format!("**{}** ({}\u{2013}{})", short(median), short(lowest), short(highest));
        if let Some(lost) = lost_share(lost) {
            cell += &format!(", {lost}");
        }
        Some(cell)
    })
}

/// A list of what went wrong.
pub fn failures(columns: &[&Column]) -> Option<String> {
    let rows = columns.iter().flat_map(|column| column.rows.iter().map(move |row| (column, row)));
    let lines: Vec<_> = rows
        .filter_map(|(column, row)| {
            let (failed, first) = row.failures()?;
            let (name, of) = (row.contender.name, row.rounds.len());
            Some(format!(
                "- {name}, {}: failed in {failed} of {of} runs: {first}",
                column.measurement.title()
            ))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn table(columns: &[&Column], cell: impl Fn(&Column, &Contender) -> Option<String>) -> String {
    let mut table = "| |".to_owned();
    for column in columns {
        table += &format!(" {} |", Group::heading(columns, column));
    }
    table += &format!("\n|---|{}", "---:|".repeat(columns.len()));
    for contender in CONTENDERS {
        if columns.iter().all(|column| column.row(contender.name).is_none()) {
            continue;
        }
        table += &format!("\n| {} |", contender.name);
        for column in columns {
            let missing = if column.row(contender.name).is_some() { "failed" } else { "" };
            table += &format!(" {} |", cell(column, contender).unwrap_or_else(|| missing.to_owned()));
        }
    }
    table
}

/// Three digits, and what they count.
pub fn short(value: f64) -> String {
    let (value, unit) = match value {
        value if value >= 999_500.0 => (value / 1e6, " M"),
        value if value >= 999.5 => (value / 1e3, " k"),
        value => (value, ""),
    };
    let decimals = match value {
        value if value >= 99.95 => 0,
        value if value >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}{unit}")
}

/// Nothing is said of what is less than half a percent.
pub fn lost_share(lost: f64) -> Option<String> {
    (lost >= 0.005).then(|| format!("{:.0} % lost", lost * 100.0))
}

/// One run, while it is measured.
pub fn shown(column: &Column, round: &Result<Round>) -> String {
    match round {
        Ok(Round { rate, lost }) => {
            let value = short(column.measurement.value(*rate));
            lost_share(*lost).map_or_else(|| value.clone(), |lost| format!("{value}, {lost}"))
        }
        Err(error) => format!("FAILED: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::measurement::Pattern;
    use super::super::results::tests::results;
    use super::*;

    #[test]
    fn medians_are_compared_and_failures_named() {
        let rows: &[(&str, &[f64])] = &[
            ("ferromq", &[40_000.0, 10_000.0, 30_000.0]),
            ("c", &[10_000.0, -1.0, 20_000.0]),
            ("tmq", &[-1.0]),
        ];
        let results = results(Pattern::PushPull, 256, rows);
        let columns: Vec<_> = results.columns.iter().collect();
        let expected = "\
| | 256 B |
|---|---:|
| ferromq | 2.00 |
| c | 1.00 |
| tmq | failed |";
        assert_eq!(ratios(&columns), expected);
        let expected = "\
| | 256 B |
|---|---:|
| ferromq | **30.0 k** (10.0 k\u{2013}40.0 k) |
| c | **15.0 k** (10.0 k\u{2013}20.0 k) |
| tmq | failed |";
        assert_eq!(medians(&columns), expected);
        let expected = "\
- c, PUSH/PULL, tcp, 256 B: failed in 1 of 3 runs: it broke
- tmq, PUSH/PULL, tcp, 256 B: failed in 1 of 1 runs: it broke";
        assert_eq!(failures(&columns).as_deref(), Some(expected));
    }

    #[test]
    fn numbers_have_three_digits() {
        let numbers = [2_314_159.0, 999_600.0, 38_249.0, 999.6, 950.4, 42.13, 9.996, 1.234];
        let expected = ["2.31 M", "1.00 M", "38.2 k", "1.00 k", "950", "42.1", "10.0", "1.23"];
        assert_eq!(numbers.map(short), expected);
    }

    #[test]
    fn what_is_lost_is_said_from_half_a_percent() {
        assert_eq!(lost_share(0.004), None);
        assert_eq!(lost_share(0.124).as_deref(), Some("12 % lost"));
    }
}
