//! How far a run is, as the threads that do it tell, and an end to it when it gets no further.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use ferromq::Context;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::failure::{Failure, Result};

/// How often it is looked whether there is news.
const LOOK: Duration = Duration::from_millis(50);

/// What the thread that sends or receives tells those who watch.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    /// How many are done at the other end, as far as that is known.
    there: AtomicU64,
    stopped: AtomicBool,
    /// Whether a probe came.
    probed: AtomicBool,
}

impl Progress {
    /// So many messages, or round trips, are done. It costs one store to memory.
    pub fn set(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// How many are done.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// So many have arrived at the other end: a sender that has to wait gets on if that grows.
    pub fn set_there(&self, done: u64) {
        self.there.store(done, Ordering::Relaxed);
    }

    /// How far all is.
    fn stage(&self) -> (u64, u64) {
        (self.done(), self.there.load(Ordering::Relaxed))
    }

    /// Asks the thread to end, where it does not wait for a socket.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it is to end.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// A probe came.
    pub fn set_probed(&self) {
        self.probed.store(true, Ordering::Release);
    }

    /// Whether a probe came.
    pub fn is_probed(&self) -> bool {
        self.probed.load(Ordering::Acquire)
    }
}

/// What ends a run that gets no further.
pub struct Watch<'a> {
    /// The context of the sockets that the work uses.
    pub context: &'a Context,
    /// What the work tells.
    pub progress: &'a Progress,
    /// How long there may be no progress.
    pub patience: Duration,
    /// Shows the progress.
    pub bar: &'a ProgressBar,
    /// What has not happened, if there is no progress, such as "no reply came".
    pub missing: &'static str,
}

impl Watch<'_> {
    /// Does the work on a thread of its own, whose sockets may wait without a limit. When there is no progress for too long, or
    /// `check` finds that there cannot be any, the context is shut down, which ends those waits, and the error says why.
    pub fn run<T: Send>(
        &self,
        work: impl FnOnce() -> Result<T> + Send,
        mut check: impl FnMut() -> Result<()>,
    ) -> Result<T> {
        let (ended, end) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let worker = scope.spawn(move || {
                let done = work();
                drop(ended);
                done
            });
            let mut last = (self.progress.stage(), Instant::now());
            while let Err(RecvTimeoutError::Timeout) = end.recv_timeout(LOOK) {
                let stage @ (done, _) = self.progress.stage();
                self.bar.set_position(done);
                if stage != last.0 {
                    last = (stage, Instant::now());
                }
                let stalled = if last.1.elapsed() > self.patience {
                    let Watch { missing, patience, .. } = self;
                    Err(Failure::new(format!("{missing} for {patience:?} (after {done})")))
                } else {
                    check()
                };
                if let Err(failure) = stalled {
                    self.progress.stop();
                    self.context.shutdown();
                    // What it says of the shutdown is less than what is known here.
                    let _ = worker.join();
                    return Err(failure);
                }
            }
            self.bar.set_position(self.progress.done());
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

/// A bar on stderr if that is a terminal, and otherwise nothing.
pub fn bar(total: u64, label: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3}% {rate}")
        .expect("the template is right")
        .with_key("rate", |state: &ProgressState, to: &mut dyn fmt::Write| {
            // There is nobody to tell if it cannot be shown.
            let _ = write!(to, "{:.0}/s", state.per_sec());
        });
    ProgressBar::new(total).with_style(style).with_message(label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferromq::Pull;

    fn watch<'a>(context: &'a Context, progress: &'a Progress, bar: &'a ProgressBar) -> Watch<'a> {
        Watch { context, progress, patience: Duration::from_millis(120), bar, missing: "nothing came" }
    }

    #[test]
    fn a_wait_without_a_limit_is_ended_and_the_error_says_what_it_was_for() {
        let (context, progress, bar) = (Context::new().unwrap(), Progress::default(), ProgressBar::hidden());
        let pull = context.socket::<Pull>().bind("inproc://nobody").unwrap();
        progress.set(3);
        let failed = watch(&context, &progress, &bar).run(move || Ok(pull.recv()?), || Ok(())).unwrap_err();
        assert_eq!(failed.to_string(), "nothing came for 120ms (after 3)");
    }

    #[test]
    fn a_companion_that_is_gone_ends_the_work_at_once() {
        let (context, progress, bar) = (Context::new().unwrap(), Progress::default(), ProgressBar::hidden());
        let pull = context.socket::<Pull>().bind("inproc://nobody").unwrap();
        let watch = Watch { patience: Duration::from_secs(3600), ..watch(&context, &progress, &bar) };
        let failed = watch.run(move || Ok(pull.recv()?), || Err(Failure::new("it is gone"))).unwrap_err();
        assert_eq!(failed.to_string(), "it is gone");
    }

    #[test]
    fn work_that_gets_on_is_left_alone_and_its_result_comes_back() {
        let (context, progress, bar) = (Context::new().unwrap(), Progress::default(), ProgressBar::hidden());
        let began = Instant::now();
        let work = || {
            while began.elapsed() < Duration::from_millis(300) {
                progress.set(progress.done() + 1);
                thread::yield_now();
            }
            Ok(7)
        };
        assert_eq!(watch(&context, &progress, &bar).run(work, || Ok(())).unwrap(), 7);
    }
}
