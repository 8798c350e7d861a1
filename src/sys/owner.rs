//! What owns the bytes of a message that was made without a copy, and how it is let go of.
//!
//! libzmq lets go of content in the middle of its own work: on an I/O thread, or inside a call on a socket. A
//! program's `Drop` must not run there. It could call into the very socket whose call is under way, through a
//! thread-local or a re-entrant lock, or end the context whose I/O thread it is on. So it runs on a thread
//! that exists for this and holds nothing of libzmq's.

#[cfg(feature = "bytes")]
use std::any::Any;
use std::any::TypeId;
use std::cell::Cell;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;

/// Whether dropping a `T` frees memory at most: no code of a program's, no call into libzmq, no panic.
fn is_memory<T: 'static>() -> bool {
    let memory = [
        TypeId::of::<Vec<u8>>(),
        TypeId::of::<String>(),
        TypeId::of::<Box<[u8]>>(),
        TypeId::of::<Arc<[u8]>>(),
    ];
    !mem::needs_drop::<T>() || memory.contains(&TypeId::of::<T>())
}

/// Sees to it that there is a thread to drop a `T` on, if it needs one.
pub(super) fn prepare_for<T: 'static>() -> io::Result<()> {
    if is_memory::<T>() || QUEUE.get().is_some() {
        return Ok(());
    }
    let (sender, owners) = channel();
    thread::Builder::new().name("ferromq-owners".into()).spawn(move || {
        DROPS_OWNERS.set(true);
        owners.into_iter().for_each(drop_quietly);
    })?;
    // If another thread was faster, its queue stays, and ours ends with its sender.
    let _ = QUEUE.set(sender);
    Ok(())
}

/// Drops `owner` now if that is harmless inside libzmq, else on the thread for it. Does not unwind.
pub(super) fn let_go<T: Send + 'static>(owner: Box<T>) {
    if is_memory::<T>() {
        return;
    }
    #[cfg(feature = "bytes")]
    let Some(owner) = without_memory(owner) else { return };
    drop_elsewhere(owner);
}

/// `Bytes` may be memory, or have an owner of the program's choice inside, and do not tell which. But what
/// becomes a `BytesMut`, which is done without a copy, is memory that nobody else has: the usual case, and the
/// way to the other thread is spared then.
#[cfg(feature = "bytes")]
fn without_memory<T: 'static>(mut owner: Box<T>) -> Option<Box<T>> {
    let any: &mut dyn Any = &mut *owner;
    if let Some(bytes) = any.downcast_mut::<bytes::Bytes>() {
        *bytes = mem::take(bytes).try_into_mut().err()?;
    }
    Some(owner)
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

/// The queue is Rust's own and never full, and its locks are not held while anything else runs.
fn drop_elsewhere(owner: Box<dyn Send>) {
    // There is a queue, because no such owner is taken before `prepare_for` has succeeded; and the thread at
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
