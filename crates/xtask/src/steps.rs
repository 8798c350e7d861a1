//! Steps that are run one after the other, each with a heading and its time, until one fails.

use std::time::{Duration, Instant};

use crate::Result;
use crate::invocation::Invocation;

/// What has been run so far.
pub struct Steps {
    started: Instant,
    done: Vec<(String, Outcome)>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped(String),
}

impl Steps {
    pub fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Runs a program as a step.
    pub fn command(&mut self, title: &str, command: &Invocation) -> Result<()> {
        self.step(title, &command.to_string(), || command.run())
    }

    /// Runs a function as a step; `again` is the command that repeats it.
    pub fn step<T>(&mut self, title: &str, again: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {title}");
        let started = Instant::now();
        match work() {
            Ok(value) => {
                self.done.push((title.to_owned(), Outcome::Passed(started.elapsed())));
                Ok(value)
            }
            Err(error) => {
                self.done.push((title.to_owned(), Outcome::Failed(started.elapsed())));
                println!("\n{}", self.summary());
                Err(format!("{title}: {error}\nTo repeat this step alone: {again}"))
            }
        }
    }

    /// Notes visibly that a step is not run, and why.
    pub fn skip(&mut self, title: &str, reason: &str) {
        println!("\n== {title}\nSKIPPED: {reason}");
        self.done.push((title.to_owned(), Outcome::Skipped(reason.to_owned())));
    }

    pub fn finish(self) {
        println!("\n{}\nEverything passed.", self.summary());
    }

    fn summary(&self) -> String {
        let mut table = String::from("  seconds  step\n");
        for (title, outcome) in &self.done {
            table += &match outcome {
                Outcome::Passed(time) => format!("{:9.1}  {title}\n", time.as_secs_f64()),
                Outcome::Failed(time) => format!("{:9.1}  {title}: FAILED\n", time.as_secs_f64()),
                Outcome::Skipped(reason) => format!("  skipped  {title}: {reason}\n"),
            };
        }
        table + &format!("{:9.1}  in all", self.started.elapsed().as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_step_and_how_to_repeat_it() {
        let mut steps = Steps::new();
        steps.step("first", "do first", || Ok(())).expect("it passes");
        let error = steps.step("second", "do second", || Err::<(), _>("It broke.".to_owned()));
        assert_eq!(error, Err("second: It broke.\nTo repeat this step alone: do second".to_owned()));
        let table = steps.summary();
        assert!(table.contains("  first\n") && table.contains("  second: FAILED\n"), "{table}");
    }
}
