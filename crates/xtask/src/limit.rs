//! How long a step may take: what has not ended by then is killed, so that a hang fails soon and by name.

use std::cell::RefCell;
use std::fs;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::invocation::Invocation;

/// Minutes, for machines that are much slower than ours.
const VARIABLE: &str = "FERROMQ_STEP_MINUTES";
const MINUTES: u64 = 15;
/// Every process of a step has it in its environment, with the step's name as its value. A process group would leave behind
/// what an outer limit or Ctrl-C ends only in ours, and keep `sudo` from asking at the terminal.
pub const MARK: &str = "FERROMQ_STEP";
/// How long a step has to notice that its processes are gone.
const GRACE: Duration = Duration::from_secs(20);

thread_local! {
    /// The step that this thread runs.
    static CURRENT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The mark of what this thread starts, if it runs a step.
pub fn current_mark() -> Option<String> {
    CURRENT.with_borrow(Clone::clone)
}

/// For a thread that helps with a step.
pub fn adopt(mark: Option<String>) {
    CURRENT.set(mark);
}

/// A mark that no other step has.
pub fn new_mark() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}", process::id(), NUMBER.fetch_add(1, Relaxed))
}

/// How long each step may take.
pub fn for_a_step() -> Duration {
    let minutes = std::env::var(VARIABLE).ok().and_then(|minutes| minutes.parse().ok());
    Duration::from_secs(60 * minutes.unwrap_or(MINUTES))
}

pub fn exceeded(limit: Duration) -> String {
    format!(
        "it has not ended after {} seconds and was stopped ({VARIABLE} gives it longer).",
        limit.as_secs()
    )
}

/// Watches the step that this thread runs.
pub struct Watch {
    done: Sender<()>,
    watching: JoinHandle<bool>,
}

impl Watch {
    /// `last_words` are shown if even the end of all its processes does not end the step.
    pub fn start(mark: &str, limit: Duration, last_words: String) -> Watch {
        let mark = mark.to_owned();
        CURRENT.set(Some(mark.clone()));
        let (done, is_done) = channel();
        let watching = thread::spawn(move || {
            if is_done.recv_timeout(limit) != Err(RecvTimeoutError::Timeout) {
                return false;
            }
            kill_marked(&mark);
            if is_done.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
                println!("\n{last_words}");
                process::exit(1);
            }
            true
        });
        Watch { done, watching }
    }

    /// Whether the limit was exceeded.
    pub fn end(self) -> bool {
        CURRENT.set(None);
        // It listens no longer if the limit was exceeded long ago.
        let _ = self.done.send(());
        self.watching.join().expect("it does not panic")
    }
}

/// Kills each process that was started with this mark, and what these have started. Only Linux tells the environment of
/// other processes; elsewhere [`Watch`] ends xtask itself.
pub fn kill_marked(mark: &str) {
    // Those that a killed process has started a moment ago are found in the next round. Another user's stay.
    for _ in 0..50 {
        let found = marked(mark);
        if found.is_empty() {
            return;
        }
        // The shell's own `kill`: there need not be another one.
        let kill = format!("kill -KILL {}", found.join(" "));
        // It fails if one of them has just ended by itself.
        Invocation::new("sh", &["-c", &kill]).succeeds();
        thread::sleep(Duration::from_millis(20));
    }
}

/// The ids of the processes that have the mark; of those that have ended, the environment is empty.
fn marked(mark: &str) -> Vec<String> {
    let wanted = format!("{MARK}={mark}");
    let has_it =
        |environment: Vec<u8>| environment.split(|byte| *byte == 0).any(|pair| pair == wanted.as_bytes());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter(|process| fs::read(process.path().join("environ")).is_ok_and(has_it))
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn what_a_step_has_started_ends_with_its_limit_even_if_its_parent_is_gone() {
        let mark = new_mark();
        let watch = Watch::start(&mark, Duration::from_millis(100), "never said".to_owned());
        let orphan = "sleep 600 & sleep 600 & exit 0";
        Invocation::new("sh", &["-c", orphan]).run().expect("the shell itself ends");
        let began = Instant::now();
        let hanging = Invocation::new("sleep", &["600"]).run();
        assert!(began.elapsed() < Duration::from_secs(60));
        assert!(hanging.is_err() && watch.end());
        assert_eq!((marked(&mark), current_mark()), (Vec::new(), None));
    }

    #[test]
    fn a_step_that_ends_in_time_is_left_alone() {
        let watch = Watch::start(&new_mark(), Duration::from_secs(600), "never said".to_owned());
        Invocation::new("true", &[]).run().expect("it succeeds");
        assert!(!watch.end());
    }
}
