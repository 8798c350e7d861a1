//! Threads for callbacks that may wait.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// A few threads, started when they are needed. A job that never ends costs its thread, and nothing else.
///
/// Dropping it lets idle threads end, and the others once their job has ended; nobody waits for them.
pub(super) struct Workers {
    shared: Arc<Shared>,
    most: usize,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl Workers {
    /// At most `most` threads.
    pub(super) fn new(most: usize) -> Workers {
        Workers { shared: Arc::default(), most: most.max(1) }
    }

    /// Runs the job on one of the threads, as soon as one is free.
    ///
    /// # Errors
    /// The system's, if there is no thread, and can be none.
    pub(super) fn run(&self, job: Job) -> io::Result<()> {
        let mut queue = self.shared.lock();
        queue.jobs.push_back(job);
        if queue.idle < queue.jobs.len() && queue.threads < self.most {
            let shared = Arc::clone(&self.shared);
            match thread::Builder::new().name("ferromq-callback".into()).spawn(move || shared.work()) {
                Ok(_) => queue.threads += 1,
                Err(error) if queue.threads == 0 => {
                    queue.jobs.pop_back();
                    return Err(error);
                }
                // Those that there are will come to it.
                Err(_) => {}
            }
        }
        drop(queue);
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        queue.jobs.clear();
        drop(queue);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn work(&self) {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                drop(queue);
                job();
                queue = self.lock();
            } else if queue.closed {
                return;
            } else {
                queue.idle += 1;
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
                queue.idle -= 1;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
