//! Programs that run at the same time, each with its output kept together.

use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::invocation::{Invocation, root};
use crate::limit::{self, Watch};

/// Where each one writes while it runs, for those who cannot wait.
const OUTPUT: &str = "target/steps";

/// A program that can run beside others.
pub struct Task {
    pub title: String,
    pub command: Invocation,
    /// The command that repeats it.
    pub again: String,
}

impl Task {
    pub fn new(title: &str, command: Invocation) -> Task {
        let again = command.to_string();
        Task { title: title.to_owned(), command, again }
    }

    /// A command of xtask's own.
    pub fn xtask(title: &str, arguments: &[&str]) -> Result<Task> {
        let ourselves =
            env::current_exe().map_err(|error| format!("xtask does not find itself: {error}."))?;
        let again = format!("cargo xtask {}", arguments.join(" "));
        Ok(Task { title: title.to_owned(), command: Invocation::new(ourselves, arguments), again })
    }
}

/// What is to be run next, what is running, and whether it is to go on.
struct Queue {
    next: usize,
    running: Vec<String>,
    failed: bool,
}

/// Which one, how long it took, and how it ended, in the order in which they end; of those that had not begun when one
/// failed, nothing.
pub type Ended = (usize, Duration, Result<()>);

pub fn run(tasks: &[Task], limit: Duration) -> Result<Vec<Ended>> {
    let directory = root().join(OUTPUT);
    fs::create_dir_all(&directory)
        .map_err(|error| format!("{} cannot be made: {error}.", directory.display()))?;
    let workers = thread::available_parallelism().map_or(2, |processors| processors.get().max(2));
    let queue = Mutex::new(Queue { next: 0, running: Vec::new(), failed: false });
    let mut all = Vec::new();
    thread::scope(|scope| {
        let (tell, ended) = channel();
        for _ in 0..workers.min(tasks.len()) {
            let (tell, queue, directory) = (tell.clone(), &queue, &directory);
            scope.spawn(move || {
                while let Some((task, mark)) = begin(queue, tasks.len()) {
                    let Task { title, command, .. } = &tasks[task];
                    let output = directory.join(format!("{}.txt", title.replace(['/', ' '], "-")));
                    let began = Instant::now();
                    let outcome = watched(&mark, title, command, &output, limit);
                    let failed = outcome.is_err();
                    // Before the others are killed, which then fail, too.
                    tell.send((task, began.elapsed(), outcome, output)).expect("we listen to the end");
                    end(queue, &mark, failed);
                }
            });
        }
        drop(tell);
        for (task, took, outcome, output) in ended {
            let Task { title, command, .. } = &tasks[task];
            let said = fs::read(&output).unwrap_or_default();
            println!("\n== {title}\n$ {command}\n{}", String::from_utf8_lossy(&said).trim_end());
            all.push((task, took, outcome));
        }
    });
    Ok(all)
}

fn begin(queue: &Mutex<Queue>, tasks: usize) -> Option<(usize, String)> {
    let mut queue = queue.lock().expect("nobody panics with it");
    if queue.failed || queue.next == tasks {
        return None;
    }
    let mark = limit::new_mark();
    queue.running.push(mark.clone());
    queue.next += 1;
    Some((queue.next - 1, mark))
}

/// The first that fails kills the others, until none of them runs: one may be about to start.
fn end(queue: &Mutex<Queue>, mark: &str, failed: bool) {
    let is_first = {
        let mut queue = queue.lock().expect("nobody panics with it");
        queue.running.retain(|running| running != mark);
        let is_first = failed && !queue.failed;
        queue.failed |= failed;
        is_first
    };
    if !is_first {
        return;
    }
    loop {
        let running = queue.lock().expect("nobody panics with it").running.clone();
        if running.is_empty() {
            return;
        }
        running.iter().for_each(|mark| limit::kill_marked(mark));
        thread::sleep(Duration::from_millis(20));
    }
}

fn watched(mark: &str, title: &str, command: &Invocation, output: &Path, limit: Duration) -> Result<()> {
    let file =
        File::create(output).map_err(|error| format!("{} cannot be made: {error}.", output.display()))?;
    let watch = Watch::start(mark, limit, format!("{title}: {}", limit::exceeded(limit)));
    let outcome = command.run_into(&file);
    if watch.end() { Err(limit::exceeded(limit)) } else { outcome }
}
