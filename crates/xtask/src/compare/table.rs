//! What is shown of the rounds: the median and the spread of each, and how it compares with others.

use crate::Result;

/// A row for each name with its rounds, and a column of ratios for each of `bases` that is among them.
pub fn markdown(rows: &[(&str, &Vec<Result<f64>>)], bases: &[&str]) -> String {
    let median_of = |name: &str| {
        let (_, rounds) = rows.iter().find(|(other, _)| *other == name)?;
        Some(Summary::of(rounds)?.median)
    };
    let bases: Vec<_> = bases.iter().filter_map(|base| Some((base, median_of(base)?))).collect();

    let mut table = "| | median | lowest | highest |".to_owned();
    bases.iter().for_each(|(base, _)| table += &format!(" / {base} |"));
    table += "\n|---|---|---|---|";
    table += &"---|".repeat(bases.len());
    for (name, rounds) in rows {
        table += &format!("\n| {name} |");
        if let Some(Summary { median, lowest, highest }) = Summary::of(rounds) {
            table += &format!(" {median:.1} | {lowest:.1} | {highest:.1} |");
            bases.iter().for_each(|(_, base)| table += &format!(" {:.2} |", median / base));
        } else {
            table += &" |".repeat(3 + bases.len());
        }
    }
    for (name, rounds) in rows {
        let failures: Vec<_> = rounds.iter().filter_map(|round| round.as_ref().err()).collect();
        if let Some(first) = failures.first() {
            table += &format!("\n\n{name} failed in {} of {} rounds: {first}.", failures.len(), rounds.len());
        }
    }
    table
}

pub fn shown(round: &Result<f64>) -> String {
    round.as_ref().map_or_else(|error| format!("FAILED: {error}"), |value| format!("{value:.1}"))
}

/// Of the rounds that succeeded.
struct Summary {
    median: f64,
    lowest: f64,
    highest: f64,
}

impl Summary {
    fn of(rounds: &[Result<f64>]) -> Option<Self> {
        let mut values: Vec<f64> = rounds.iter().filter_map(|round| round.clone().ok()).collect();
        values.sort_by(f64::total_cmp);
        let (lowest, highest) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 {
            values[middle]
        } else {
            f64::midpoint(values[middle - 1], values[middle])
        };
        Some(Self { median, lowest, highest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_compared_and_failures_named() {
        let ours = vec![Ok(40.0), Ok(10.0), Ok(30.0)];
        let theirs = vec![Ok(10.0), Err("it broke".to_owned()), Ok(20.0)];
        let none = vec![Err("not done after 60 seconds".to_owned())];
        let expected = "\
| | median | lowest | highest | / ours |
|---|---|---|---|---|
| ours | 30.0 | 10.0 | 40.0 | 1.00 |
| theirs | 15.0 | 10.0 | 20.0 | 0.50 |
| none | | | | |

theirs failed in 1 of 3 rounds: it broke.

none failed in 1 of 1 rounds: not done after 60 seconds.";
        let table = markdown(&[("ours", &ours), ("theirs", &theirs), ("none", &none)], &["ours", "none"]);
        assert_eq!(table, expected);
    }
}
