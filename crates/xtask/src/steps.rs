//! Steps that are run one after the other, or some at the same time, each with a heading, its time and a limit, until one
//! fails.

use std::time::{Duration, Instant};

use crate::Result;
use crate::invocation::Invocation;
use crate::limit::{self, Watch};
use crate::together::{self, Task};

/// What has been run so far.
pub struct Steps {
    started: Instant,
    limit: Duration,
    done: Vec<(String, Outcome)>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    /// Because another one that ran at the same time has failed.
    Stopped,
    Skipped(String),
}

impl Steps {
    pub fn new() -> Self {
        Self { started: Instant::now(), limit: limit::for_a_step(), done: Vec::new() }
    }

    /// Runs a program as a step.
    pub fn command(&mut self, title: &str, command: &Invocation) -> Result<()> {
        self.step(title, &command.to_string(), || command.run())
    }

    /// Runs a function as a step; `again` is the command that repeats it.
    pub fn step<T>(&mut self, title: &str, again: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {title}");
        let started = Instant::now();
        let explained = |error: &str| format!("{title}: {error}\nTo repeat this step alone: {again}");
        let last_words = format!(
            "{}\n\n{}",
            self.table(Some((title, self.limit))),
            explained(&limit::exceeded(self.limit))
        );
        let watch = Watch::start(&limit::new_mark(), self.limit, last_words);
        let outcome = work();
        let outcome = if watch.end() { Err(limit::exceeded(self.limit)) } else { outcome };
        match outcome {
            Ok(value) => {
                self.done.push((title.to_owned(), Outcome::Passed(started.elapsed())));
                Ok(value)
            }
            Err(error) => {
                self.done.push((title.to_owned(), Outcome::Failed(started.elapsed())));
                println!("\n{}", self.table(None));
                Err(explained(&error))
            }
        }
    }

    /// Runs programs as steps at the same time, as many as there are processors, in this order. What each says is shown
    /// when it has ended. When one fails the others are stopped.
    pub fn together(&mut self, tasks: &[Task]) -> Result<()> {
        let titles: Vec<_> = tasks.iter().map(|task| task.title.as_str()).collect();
        println!("\n== at the same time: {}", titles.join(", "));
        let mut failure = None;
        for (task, took, outcome) in together::run(tasks, self.limit)? {
            let Task { title, again, .. } = &tasks[task];
            let outcome = match (outcome, &failure) {
                (Ok(()), _) => Outcome::Passed(took),
                (Err(_), Some(_)) => Outcome::Stopped,
                (Err(error), None) => {
                    failure = Some(format!("{title}: {error}\nTo repeat this step alone: {again}"));
                    Outcome::Failed(took)
                }
            };
            self.done.push((title.clone(), outcome));
        }
        let Some(failure) = failure else { return Ok(()) };
        println!("\n{}", self.table(None));
        Err(failure)
    }

    /// Notes visibly that a step is not run, and why.
    pub fn skip(&mut self, title: &str, reason: &str) {
        println!("\n== {title}\nSKIPPED: {reason}");
        self.done.push((title.to_owned(), Outcome::Skipped(reason.to_owned())));
    }

    pub fn finish(self) {
        println!("\n{}\nEverything passed.", self.table(None));
    }

    /// With one more that fails, if it is given.
    fn table(&self, failing: Option<(&str, Duration)>) -> String {
        let mut table = String::from("  seconds  step\n");
        let failing = failing.map(|(title, time)| (title.to_owned(), Outcome::Failed(time)));
        for (title, outcome) in self.done.iter().chain(&failing) {
            table += &match outcome {
                Outcome::Passed(time) => format!("{:9.1}  {title}\n", time.as_secs_f64()),
                Outcome::Failed(time) => format!("{:9.1}  {title}: FAILED\n", time.as_secs_f64()),
                Outcome::Stopped => format!("  stopped  {title}\n"),
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
        let table = steps.table(None);
        assert!(table.contains("  first\n") && table.contains("  second: FAILED\n"), "{table}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_step_that_hangs_is_named() {
        let mut steps = Steps { limit: Duration::from_millis(100), ..Steps::new() };
        let error = steps.command("forever", &Invocation::new("sleep", &["600"])).expect_err("it is killed");
        assert!(error.starts_with("forever: it has not ended after 0 seconds and was stopped"), "{error}");
        assert!(error.ends_with("To repeat this step alone: sleep 600"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn one_that_fails_stops_those_beside_it_and_is_the_one_that_is_named() {
        let mut steps = Steps::new();
        let began = Instant::now();
        let tasks = [("long", Invocation::new("sleep", &["600"])), ("short", Invocation::new("false", &[]))];
        let tasks = tasks.map(|(title, command)| Task::new(title, command));
        let error = steps.together(&tasks).expect_err("one fails");
        assert!(error.starts_with("short: `false` failed") && error.ends_with("alone: false"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(60));
        let table = steps.table(None);
        assert!(table.contains("  stopped  long\n") && table.contains("  short: FAILED\n"), "{table}");
    }

    #[cfg(unix)]
    #[test]
    fn all_that_run_at_the_same_time_must_pass() {
        let mut steps = Steps::new();
        let tasks = ["a", "b", "c", "d"].map(|title| Task::new(title, Invocation::new("true", &[])));
        steps.together(&tasks).expect("they pass");
        assert_eq!(steps.done.len(), 4);
    }
}
