//! The way from the threads that log to the one that publishes.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::ErrorKind;
use crate::message::Message;
use crate::socket::state::Open;
use crate::socket::{Pub, Socket};

thread_local! {
    /// Whether this is the thread of a publisher, of whichever one: two of them must not log for each other either.
    static PUBLISHES: Cell<bool> = const { Cell::new(false) };
}

/// Whether what is logged here is to be left out.
pub(super) fn publishes_here() -> bool {
    PUBLISHES.get()
}

enum Job {
    Publish(Message),
    /// Only wakes the thread.
    Look,
}

/// The end of the queue that threads log into.
pub(super) struct Queue {
    jobs: SyncSender<Job>,
    stopping: AtomicBool,
    queued: AtomicU64,
    dropped: AtomicU64,
    handled: Mutex<u64>,
    /// `handled` has grown.
    progress: Condvar,
}

/// The other end.
pub(super) struct Jobs {
    jobs: Receiver<Job>,
    capacity: u64,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> (Queue, Jobs) {
        let capacity = capacity.max(1);
        let (sender, receiver) = sync_channel(capacity);
        let queue = Queue {
            jobs: sender,
            stopping: AtomicBool::new(false),
            queued: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            handled: Mutex::new(0),
            progress: Condvar::new(),
        };
        (queue, Jobs { jobs: receiver, capacity: capacity as u64 })
    }

    /// Puts a record into the queue, or drops and counts it.
    pub(super) fn push(&self, record: Message) {
        let taken = !self.stopping.load(Ordering::Relaxed) && {
            // Counted before, so that it is never handled before it is counted.
            self.queued.fetch_add(1, Ordering::SeqCst);
            let taken = self.jobs.try_send(Job::Publish(record)).is_ok();
            if !taken {
                self.queued.fetch_sub(1, Ordering::SeqCst);
            }
            taken
        };
        if !taken {
            self.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::SeqCst)
    }

    /// Waits until what is in the queue now has been published; whether it was.
    pub(super) fn flush(&self, timeout: Duration) -> bool {
        /// A record for which there was no room is counted for a moment, and nobody says when it no longer is.
        const LOOK_AGAIN: Duration = Duration::from_millis(20);

        let wanted = self.queued.load(Ordering::SeqCst);
        let start = Instant::now();
        let mut handled = self.handled.lock().unwrap_or_else(PoisonError::into_inner);
        while *handled < wanted.min(self.queued.load(Ordering::SeqCst)) {
            let Some(left) = timeout.checked_sub(start.elapsed()) else { return false };
            let waited = self.progress.wait_timeout(handled, left.min(LOOK_AGAIN));
            handled = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Has the thread end when it has published what is in the queue.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        match self.jobs.try_send(Job::Look) {
            // The thread has enough to do, and sees that it is to stop when it has done it; or it has ended.
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }

    fn has_handled(&self, count: u64) {
        *self.handled.lock().unwrap_or_else(PoisonError::into_inner) += count;
        self.progress.notify_all();
    }
}

impl Jobs {
    /// Publishes until it is told to stop, or the context is shut down. `tells` makes the record that says how many were
    /// dropped.
    pub(super) fn work(self, queue: &Queue, socket: &Socket<Pub, Open>, tells: impl Fn(u64) -> Message) {
        PUBLISHES.set(true);
        let (mut told, mut in_a_row) = (0, 0);
        loop {
            let job = match self.jobs.try_recv() {
                Ok(job) if in_a_row < self.capacity => job,
                other => {
                    // There is room again, or was in the meantime.
                    queue.has_handled(in_a_row);
                    in_a_row = 0;
                    let dropped = queue.dropped();
                    if dropped > told {
                        if ended(socket, tells(dropped - told)) {
                            return;
                        }
                        told = dropped;
                    }
                    match other {
                        Ok(job) => job,
                        Err(TryRecvError::Empty) if !queue.stopping.load(Ordering::SeqCst) => {
                            match self.jobs.recv() {
                                Ok(job) => job,
                                Err(_) => return,
                            }
                        }
                        Err(_) => return,
                    }
                }
            };
            if let Job::Publish(record) = job {
                in_a_row += 1;
                if ended(socket, record) {
                    return;
                }
            }
        }
    }
}

/// Publishes a record; whether nothing can be published any more.
fn ended(socket: &Socket<Pub, Open>, record: Message) -> bool {
    match socket.send(record) {
        Ok(()) => false,
        // What cannot be sent for another reason, such as a send timeout of the program's, is lost as if PUB had dropped it.
        Err(failed) => matches!(failed.kind(), ErrorKind::Terminated | ErrorKind::Forked),
    }
}
