//! The thread that reads the monitor, and what it shares with whoever asks.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::ledger::Ledger;
use super::state::ConnectionState;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::monitor::Monitor;
use crate::poll::bell::Bell;
use crate::poll::{PollItem, poll};
use crate::socket::{Follower, Pair, Socket};
use crate::sys::Process;

/// The thread, which ends with the last [`Connections`](super::Connections).
pub(super) struct Watcher {
    pub(super) shared: Arc<Shared>,
    /// `None` only while it is dropped.
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    pub(super) fn start(ledger: Ledger, monitor: Monitor) -> Result<Watcher> {
        let (bell, heard) = Bell::new()?;
        let shared = Arc::new(Shared {
            book: Mutex::new(Book { ledger, wakers: HashMap::new() }),
            changed: Condvar::new(),
            stopped: AtomicBool::new(false),
            bell,
            process: Process::current(),
        });
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("ferromq-connections".into())
            .spawn(move || watch(&theirs, &monitor, &heard))
            .map_err(|error| Error::no_thread(Operation::Monitor, &error))?;
        Ok(Watcher { shared, thread: Some(thread) })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        // The child of a fork has no such thread.
        if !self.shared.process.is_current() {
            return;
        }
        self.shared.stopped.store(true, Ordering::Release);
        self.shared.bell.ring();
        // What the thread wakes may drop the last handle, on that thread.
        if thread.thread().id() != thread::current().id() {
            // There is nobody to tell of a panic.
            let _ = thread.join();
        }
    }
}

/// What the thread does.
fn watch(shared: &Shared, monitor: &Monitor, heard: &Socket<Pair>) {
    while !shared.stopped.load(Ordering::Acquire) {
        match monitor.try_recv() {
            Ok(event) => shared.change(|ledger| ledger.enter(&event, Instant::now())),
            Err(error) if error.is_would_block() => {
                let timeout = shared.lock().ledger.next_change(Instant::now());
                let mut items = [PollItem::readable(monitor), PollItem::readable(heard)];
                match poll(&mut items, timeout) {
                    // Something is given up by now.
                    Ok(0) => shared.change(|_| ()),
                    Ok(_) => {}
                    Err(error) => return shared.change(|ledger| ledger.end(error.kind())),
                }
            }
            Err(error) => return shared.change(|ledger| ledger.end(error.kind())),
        }
    }
}

pub(super) struct Shared {
    book: Mutex<Book>,
    changed: Condvar,
    stopped: AtomicBool,
    bell: Bell,
    /// The process that has the thread.
    process: Process,
}

pub(super) struct Book {
    pub(super) ledger: Ledger,
    /// Tasks that wait for a change.
    wakers: HashMap<Place, Waker>,
}

impl Book {
    pub(super) fn state(&self) -> ConnectionState {
        self.ledger.state(Instant::now())
    }

    pub(super) fn wake_at_change(&mut self, place: Place, waker: &Waker) {
        self.wakers.insert(place, waker.clone());
    }

    pub(super) fn forget(&mut self, place: Place) {
        self.wakers.remove(&place);
    }
}

/// A task's place among those that wait.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Place(u64);

impl Place {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Place(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Shared {
    /// What is known, unless this is the child of a fork, which is told nothing.
    pub(super) fn look(&self) -> Result<MutexGuard<'_, Book>> {
        if self.process.is_current() {
            Ok(self.lock())
        } else {
            Err(Error::new(Operation::Monitor, ErrorKind::Forked))
        }
    }

    /// The state, once it is another than the last, and why nothing more will be told if that is so; `None` if it is the same
    /// at the deadline.
    pub(super) fn next(
        &self,
        last: Option<ConnectionState>,
        deadline: Option<Instant>,
    ) -> Result<Option<(ConnectionState, Option<ErrorKind>)>> {
        let mut book = self.look()?;
        loop {
            let now = Instant::now();
            let state = book.ledger.state(now);
            if last != Some(state) {
                return Ok(Some((state, book.ledger.ended())));
            }
            book = match deadline.map(|deadline| deadline.saturating_duration_since(now)) {
                None => self.changed.wait(book).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => return Ok(None),
                Some(left) => self.changed.wait_timeout(book, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the ledger, and tells those who wait.
    fn change(&self, change: impl FnOnce(&mut Ledger)) {
        let mut book = self.lock();
        change(&mut book.ledger);
        let wakers = std::mem::take(&mut book.wakers);
        drop(book);
        self.changed.notify_all();
        for waker in wakers.into_values() {
            waker.wake();
        }
    }
}

impl Follower for Shared {
    fn connects(&self, endpoint: &Endpoint) {
        if self.process.is_current() {
            self.change(|ledger| ledger.connects(endpoint));
        }
    }

    fn disconnects(&self, endpoint: &Endpoint) {
        if self.process.is_current() {
            self.change(|ledger| ledger.disconnects(endpoint));
        }
    }
}
