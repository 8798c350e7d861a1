//! Which process a handle of libzmq's belongs to: the one that made it, and not a child that it forks.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// How many forks lie between the process that made the first handle and this one.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// The process that made something.
///
/// A child of a fork has copies of its parent's handles and none of the threads that serve them, while locks may
/// be held by threads that it does not have. The compiled libzmq knows its own objects again (vendor/fixes, 0033)
/// and refuses those of the parent, which costs no instruction where messages are sent and received. This is for
/// what Rust does around it, and for a system libzmq.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process(u32);

impl Process {
    /// This process; its children will be others.
    pub(crate) fn current() -> Process {
        watch();
        Process(FORKS.load(Relaxed))
    }

    /// Whether this is the process, and not a child of it.
    #[inline(always)]
    pub(crate) fn is_current(self) -> bool {
        self.0 == FORKS.load(Relaxed)
    }
}

/// Whether an ancestor of this process, of which it is a copy, could have made handles.
pub(crate) fn is_forked() -> bool {
    FORKS.load(Relaxed) != 0
}

#[cfg(unix)]
fn watch() {
    use std::sync::Once;

    static WATCHED: Once = Once::new();

    extern "C" fn in_the_child() {
        FORKS.fetch_add(1, Relaxed);
    }

    WATCHED.call_once(|| {
        // SAFETY: pthread_atfork(3) only keeps the function, which is always there, and the function does what is
        // allowed in the child of a process with threads: it changes one number. (It fails for want of memory
        // only, and a child is then not told from its parent.)
        unsafe { libc::pthread_atfork(None, None, Some(in_the_child)) };
    });
}

/// There is no fork.
#[cfg(not(unix))]
fn watch() {}
