//! What has been measured, and the file in which it is kept.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::contenders::Contender;
use super::measurement::Measurement;
use crate::Result;

#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// What one has to know to repeat it.
    pub conditions: Vec<String>,
    pub columns: Vec<Column>,
}

/// What one measurement has given.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub measurement: Measurement,
    /// Of those who are for it.
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub contender: &'static Contender,
    pub rounds: Vec<Result<Round>>,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.contender.name == other.contender.name && self.rounds == other.rounds
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// Messages or round trips in a second.
    pub rate: f64,
    /// The share of the messages that did not arrive.
    pub lost: f64,
}

/// Of the rounds that succeeded, as they are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub median: f64,
    pub lowest: f64,
    pub highest: f64,
    /// The median, too.
    pub lost: f64,
}

impl Results {
    pub fn column(&self, measurement: &Measurement) -> Option<&Column> {
        self.columns.iter().find(|column| column.measurement == *measurement)
    }

    pub fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.to_json()).expect("it is JSON already");
        fs::write(file, text + "\n").map_err(|error| format!("{} cannot be written: {error}", file.display()))
    }

    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        let value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        Self::from_json(&value)
            .ok_or_else(|| format!("{} is not what this xtask has written", file.display()))
    }

    fn to_json(&self) -> Value {
        let column = |column: &Column| {
            let rows = column.rows.iter().map(|row| {
                let rounds = row.rounds.iter().map(|round| match round {
                    Ok(Round { rate, lost }) => json!({ "rate": rate, "lost": lost }),
                    Err(failure) => json!({ "failure": failure }),
                });
                json!({ "contender": row.contender.name, "rounds": rounds.collect::<Vec<_>>() })
            });
            json!({ "measurement": column.measurement.key(), "rows": rows.collect::<Vec<_>>() })
        };
        json!({
            "conditions": self.conditions,
            "columns": self.columns.iter().map(column).collect::<Vec<_>>(),
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let round = |round: &Value| {
            if let Some(failure) = round["failure"].as_str() {
                return Some(Err(failure.to_owned()));
            }
            Some(Ok(Round { rate: round["rate"].as_f64()?, lost: round["lost"].as_f64()? }))
        };
        let row = |row: &Value| {
            Some(Row {
                contender: Contender::named(row["contender"].as_str()?)?,
                rounds: row["rounds"].as_array()?.iter().map(round).collect::<Option<_>>()?,
            })
        };
        let column = |column: &Value| {
            Some(Column {
                measurement: Measurement::from_key(column["measurement"].as_str()?)?,
                rows: column["rows"].as_array()?.iter().map(row).collect::<Option<_>>()?,
            })
        };
        let conditions = value["conditions"].as_array()?.iter();
        Some(Self {
            conditions: conditions.map(|line| line.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            columns: value["columns"].as_array()?.iter().map(column).collect::<Option<_>>()?,
        })
    }
}

impl Column {
    pub fn row(&self, contender: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.contender.name == contender)
    }

    pub fn summary(&self, contender: &str) -> Option<Summary> {
        self.row(contender)?.summary(&self.measurement)
    }

    /// The one of `contenders` with the best median.
    pub fn best<'a>(&self, contenders: &[&'a str]) -> Option<(&'a str, f64)> {
        let medians = contenders.iter().filter_map(|name| Some((*name, self.summary(name)?.median)));
        medians.reduce(|best, other| if self.measurement.ratio(other.1, best.1) > 1.0 { other } else { best })
    }
}

impl Row {
    pub fn summary(&self, measurement: &Measurement) -> Option<Summary> {
        let rounds: Vec<_> = self.rounds.iter().filter_map(|round| round.as_ref().ok()).collect();
        let (lowest, median, highest) =
            spread(rounds.iter().map(|round| measurement.value(round.rate)).collect())?;
        let (_, lost, _) = spread(rounds.iter().map(|round| round.lost).collect())?;
        Some(Summary { median, lowest, highest, lost })
    }

    /// How many rounds have failed, and what the first of them said.
    pub fn failures(&self) -> Option<(usize, &str)> {
        let mut failures = self.rounds.iter().filter_map(|round| round.as_ref().err());
        let first = failures.next()?;
        Some((failures.count() + 1, first))
    }
}

/// The lowest, the median and the highest.
fn spread(mut values: Vec<f64>) -> Option<(f64, f64, f64)> {
    values.sort_by(f64::total_cmp);
    let (lowest, highest) = (*values.first()?, *values.last()?);
    let middle = values.len() / 2;
    let median = if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    };
    Some((lowest, median, highest))
}

#[cfg(test)]
pub mod tests {
    use super::super::measurement::{Pattern, Transport};
    use super::*;

    /// One column, with these rates of these contenders; a negative one is a failure.
    pub fn results(pattern: Pattern, size: usize, rows: &[(&str, &[f64])]) -> Results {
        let row = |(name, rates): &(&str, &[f64])| Row {
            contender: Contender::named(name).expect("it is one"),
            rounds: rates
                .iter()
                .map(
                    |&rate| {
                        if rate > 0.0 { Ok(Round { rate, lost: 0.0 }) } else { Err("it broke".to_owned()) }
                    },
                )
                .collect(),
        };
        let measurement = Measurement { pattern, transport: Transport::Tcp, size };
        let column = Column { measurement, rows: rows.iter().map(row).collect() };
        Results { conditions: vec!["2 cores".to_owned()], columns: vec![column] }
    }

    #[test]
    fn what_is_written_is_read() {
        let results = results(Pattern::PushPull, 16, &[("ferromq", &[1.5, -1.0]), ("c", &[2.0])]);
        assert_eq!(Results::from_json(&results.to_json()), Some(results));
        assert_eq!(Results::from_json(&json!({ "columns": [] })), None);
    }

    #[test]
    fn the_median_is_of_the_rounds_that_succeeded() {
        let results = results(Pattern::PushPull, 16, &[("c", &[40.0, -1.0, 10.0, 30.0]), ("tmq", &[-1.0])]);
        let column = &results.columns[0];
        let expected = Summary { median: 30.0, lowest: 10.0, highest: 40.0, lost: 0.0 };
        assert_eq!(column.summary("c"), Some(expected));
        assert_eq!(column.summary("tmq"), None);
        assert_eq!(column.row("c").and_then(Row::failures), Some((1, "it broke")));
    }

    #[test]
    fn the_best_has_most_messages_or_least_latency() {
        let rows: &[(&str, &[f64])] = &[("tmq", &[20_000.0]), ("zeromq", &[10_000.0])];
        for (pattern, value) in [(Pattern::PushPull, 20_000.0), (Pattern::ReqRep, 25.0)] {
            let results = results(pattern, 16, rows);
            assert_eq!(results.columns[0].best(&["zeromq", "tmq", "rzmq"]), Some(("tmq", value)));
        }
    }
}
