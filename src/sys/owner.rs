//! What owns the bytes of a message that was made without a copy, and how it is let go of.
//!
//! libzmq lets go of content in the middle of its own work: on an I/O thread, or inside a call on a socket. A
//! program's `Drop` must not run there. It could call into the very socket whose call is under way, through a
//! thread-local or a re-entrant lock, or end the context whose I/O thread it is on. So it runs on a thread
//! that exists for this and holds nothing of libzmq's.

use std::cell::Cell;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;

/// A value that owns bytes.
///
/// # Safety
/// `let_go` is called by libzmq's threads and inside calls on sockets, so it must not run code that a program
/// supplies, nor call into libzmq. It must not unwind.
pub(crate) unsafe trait Owner: AsRef<[u8]> + Send + 'static {
    fn let_go(self: Box<Self>);
}

macro_rules! plain_memory {
    ($($owner:ty),*) => {
        $(
            // SAFETY: dropping it frees memory and does nothing else.
            unsafe impl Owner for $owner {
                fn let_go(self: Box<Self>) {}
            }
        )*
    };
}

plain_memory!(Vec<u8>, Box<[u8]>, Arc<[u8]>);

/// An owner of a type that the program chose, whose `Drop` may do anything.
pub(crate) struct Foreign<T>(T);

impl<T> Foreign<T> {
    /// Fails if the thread that will drop the owner cannot be started.
    pub(crate) fn new(owner: T) -> Result<Self, (io::Error, T)> {
        match start_if(mem::needs_drop::<T>()) {
            Ok(()) => Ok(Foreign(owner)),
            Err(error) => Err((error, owner)),
        }
    }

    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl<T: AsRef<[u8]>> AsRef<[u8]> for Foreign<T> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

// SAFETY: the owner is handed to the thread that drops owners; the queue to it is Rust's own, never full, and
// its locks are not held while anything else runs.
unsafe impl<T: AsRef<[u8]> + Send + 'static> Owner for Foreign<T> {
    fn let_go(self: Box<Self>) {
        if mem::needs_drop::<T>() {
            drop_elsewhere(self);
        }
    }
}

/// `Bytes` may be memory, or have an owner of the program's choice inside, and does not tell which.
#[cfg(feature = "bytes")]
pub(crate) struct ForeignBytes(Foreign<bytes::Bytes>);

#[cfg(feature = "bytes")]
impl ForeignBytes {
    /// As [`Foreign::new`].
    pub(crate) fn new(bytes: bytes::Bytes) -> Result<Self, (io::Error, bytes::Bytes)> {
        Foreign::new(bytes).map(ForeignBytes)
    }

    pub(crate) fn into_inner(self) -> bytes::Bytes {
        self.0.into_inner()
    }
}

#[cfg(feature = "bytes")]
impl AsRef<[u8]> for ForeignBytes {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

// SAFETY: what becomes a `BytesMut` is memory and nothing else, and dropping it frees that; the rest is handed
// on as every foreign owner is.
#[cfg(feature = "bytes")]
unsafe impl Owner for ForeignBytes {
    fn let_go(self: Box<Self>) {
        // Succeeds, without a copy, for memory that nobody shares, which is the usual case and then spares
        // the way to the other thread.
        if let Err(bytes) = (*self).into_inner().try_into_mut() {
            Box::new(Foreign(bytes)).let_go();
        }
    }
}

/// The way to the thread that drops owners, once it was started.
static QUEUE: OnceLock<Sender<Box<dyn Send>>> = OnceLock::new();

thread_local! {
    static DROPS_OWNERS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is the thread that drops owners, which must not wait long: the other owners would wait, too.
pub(super) fn on_the_dropping_thread() -> bool {
    DROPS_OWNERS.get()
}

fn start_if(needed: bool) -> io::Result<()> {
    if needed && QUEUE.get().is_none() {
        let (sender, owners) = channel();
        thread::Builder::new().name("ferromq-owners".into()).spawn(move || {
            DROPS_OWNERS.set(true);
            owners.into_iter().for_each(drop_quietly);
        })?;
        // If another thread was faster, its queue stays, and ours ends with its sender.
        let _ = QUEUE.set(sender);
    }
    Ok(())
}

fn drop_elsewhere(owner: Box<dyn Send>) {
    // There is a queue, because there is none of these owners before `start_if` has succeeded; and the thread at
    // its end never ends. If it were otherwise, leaking would be the one thing that harms nobody.
    match QUEUE.get() {
        Some(queue) => queue.send(owner).unwrap_or_else(mem::forget),
        None => mem::forget(owner),
    }
}

/// A panic in an owner's `Drop` ends neither the thread nor the process: its message was printed, and there is
/// nobody to tell.
fn drop_quietly(owner: Box<dyn Send>) {
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(owner)));
    // What a panic carries may panic once more when it is dropped; what that carries is leaked.
    if let Err(carried) = dropped.or_else(|carried| catch_unwind(AssertUnwindSafe(|| drop(carried)))) {
        mem::forget(carried);
    }
}
