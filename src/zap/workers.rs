//! Threads for callbacks that may wait.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

/// A callback to run, as long as somebody wants to know what it decides.
pub(super) struct Job {
    pub(super) wanted: Weak<()>,
    pub(super) run: Box<dyn FnOnce() + Send>,
}

impl Job {
    fn is_wanted(&self) -> bool {
        self.wanted.strong_count() > 0
    }
}

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
        // When all threads are stuck, the queue is not to grow for ever. Jobs are given up in the order of their coming.
        while queue.jobs.front().is_some_and(|job| !job.is_wanted()) {
            queue.jobs.pop_front();
        }
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
                if job.is_wanted() {
                    (job.run)();
                }
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn what_nobody_wants_any_more_leaves_the_queue() {
        let workers = Workers::new(1);
        let (start, started) = channel();
        let (release, released) = channel::<()>();
        let (tell, told) = channel();
        let wanted = Arc::new(());
        let job = |run: Box<dyn FnOnce() + Send>| Job { wanted: Arc::downgrade(&wanted), run };
        let stuck = move || {
            start.send(()).unwrap();
            released.recv().unwrap();
        };
        workers.run(job(Box::new(stuck))).unwrap();
        started.recv().unwrap();
        for _ in 0..1000 {
            let tell = tell.clone();
            let unwanted = Job { wanted: Weak::new(), run: Box::new(move || tell.send("unwanted").unwrap()) };
            workers.run(unwanted).unwrap();
        }
        assert_eq!(workers.shared.lock().jobs.len(), 1);
        workers.run(job(Box::new(move || tell.send("wanted").unwrap()))).unwrap();
        release.send(()).unwrap();
        assert_eq!(told.recv(), Ok("wanted"));
    }
}
