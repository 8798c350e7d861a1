//! The handle of a libzmq context.

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::bindings;
use super::errno::Errno;
use super::fork::Process;
use super::owner;

/// A context option that is an `int`, as they all are but the name prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ContextOption(c_int);

macro_rules! context_options {
    ($($name:ident = $constant:ident,)*) => {
        impl ContextOption {
            $(pub(crate) const $name: Self = Self(bindings::$constant);)*
        }
    };
}

context_options! {
    IO_THREADS = ZMQ_IO_THREADS,
    MAX_SOCKETS = ZMQ_MAX_SOCKETS,
    SOCKET_LIMIT = ZMQ_SOCKET_LIMIT,
    IPV6 = ZMQ_IPV6,
    BLOCKY = ZMQ_BLOCKY,
    ZERO_COPY_RECV = ZMQ_ZERO_COPY_RECV,
    THREAD_SCHED_POLICY = ZMQ_THREAD_SCHED_POLICY,
    THREAD_PRIORITY = ZMQ_THREAD_PRIORITY,
    THREAD_AFFINITY_CPU_ADD = ZMQ_THREAD_AFFINITY_CPU_ADD,
}

impl ContextOption {
    /// The value of the C constant.
    #[cfg(test)]
    pub(crate) const fn number(self) -> c_int {
        self.0
    }
}

/// Owns a libzmq context, or borrows one; sockets share it, so that it is terminated after the last of them is
/// closed.
pub(crate) struct RawContext {
    /// I1: came from `zmq_ctx_new` and has not been given to `zmq_ctx_term`.
    ptr: NonNull<c_void>,
    gate: Arc<Gate>,
    /// I4: whether `zmq_ctx_term` is ours to call. If not, whoever does it waits until this handle is gone, as
    /// who made it of a foreign pointer promised.
    owned: bool,
    /// Whether another thread waits for its end.
    ends_elsewhere: bool,
}

// SAFETY: a libzmq context is thread-safe by its documentation (zmq(7), "Thread safety"), and `ptr` is only
// ever given to functions that take a context.
unsafe impl Send for RawContext {}
// SAFETY: as for `Send`.
unsafe impl Sync for RawContext {}

/// Shuts a context down from wherever it is, without keeping it alive.
pub(crate) struct Gate {
    state: Mutex<State>,
    /// Who may lock it.
    process: Process,
}

struct State {
    /// I2: the pointer of the context, until `zmq_ctx_term` is about to be called.
    context: Option<NonNull<c_void>>,
    /// I3: `zmq_socket` and `zmq_ctx_shutdown` are called only while the gate is locked, and `zmq_socket`
    /// only while this is false. A libzmq older than 4.3 would start its threads in a context that is
    /// shut down, and wait for them for ever.
    shut_down: bool,
}

/// In a child that the process forks a context is of no use, and neither is its gate, which a thread that the child
/// does not have may have locked.
const FORKED: Errno = Errno::ENOTSOCK;

// SAFETY: as for `RawContext`, whose pointer this is.
unsafe impl Send for State {}

impl Gate {
    /// Ends every wait in every socket of the context with `ETERM`, and lets no new socket be opened. Does
    /// nothing once the context is being terminated.
    pub(crate) fn shut(&self) {
        if !self.process.is_current() {
            return;
        }
        let mut state = self.lock();
        state.shut_down = true;
        if let Some(context) = state.context {
            // SAFETY: the context is alive (I2) and stays so while the gate is locked. zmq_ctx_shutdown may
            // be called from any thread, and fails only for what is not a context.
            unsafe { bindings::zmq_ctx_shutdown(context.as_ptr()) };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RawContext {
    pub(crate) fn new() -> Result<Self, Errno> {
        // SAFETY: zmq_ctx_new has no precondition.
        let ptr = unsafe { bindings::zmq_ctx_new() };
        let ptr = NonNull::new(ptr).ok_or_else(Errno::last)?;
        // SAFETY: it is new, and nobody else has the pointer.
        Ok(unsafe { Self::from_ptr(ptr, true) })
    }

    /// A handle for a context that there is.
    ///
    /// # Safety
    /// `ptr` came from `zmq_ctx_new` and is not given to `zmq_ctx_term` while the handle is there, unless by the
    /// handle itself, which does so when it is dropped if it is `owned`.
    pub(super) unsafe fn from_ptr(ptr: NonNull<c_void>, owned: bool) -> Self {
        let state = Mutex::new(State { context: Some(ptr), shut_down: false });
        let gate = Arc::new(Gate { state, process: Process::current() });
        RawContext { ptr, gate, owned, ends_elsewhere: false }
    }

    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.ptr.as_ptr()
    }

    /// The pointer, which is no longer ours to terminate.
    pub(super) fn into_ptr(mut self) -> *mut c_void {
        self.owned = false;
        self.ptr.as_ptr()
    }

    pub(crate) fn set(&self, option: ContextOption, value: c_int) -> Result<(), Errno> {
        if !self.gate.process.is_current() {
            return Err(FORKED);
        }
        // SAFETY: the context is alive (I1); libzmq checks option and value.
        let status = unsafe { bindings::zmq_ctx_set(self.ptr.as_ptr(), option.0, value) };
        Errno::check(status).map(drop)
    }

    pub(crate) fn get(&self, option: ContextOption) -> Result<c_int, Errno> {
        if !self.gate.process.is_current() {
            return Err(FORKED);
        }
        // SAFETY: the context is alive (I1); libzmq checks the option.
        let value = unsafe { bindings::zmq_ctx_get(self.ptr.as_ptr(), option.0) };
        Errno::check(value)
    }

    /// Names libzmq's threads. `prefix` has 1 to 16 bytes.
    #[cfg(feature = "draft")]
    pub(crate) fn set_thread_name_prefix(&self, prefix: &[u8]) -> Result<(), Errno> {
        let set = super::draft::zmq_ctx_set_ext().ok_or(Errno::ENOTSUP)?;
        // Four bytes would be read as an int; with the NUL they are five.
        let terminated = [prefix, b"\0"].concat();
        let prefix = if prefix.len() == size_of::<c_int>() { &terminated } else { prefix };
        let option = bindings::ZMQ_THREAD_NAME_PREFIX;
        // SAFETY: the context is alive (I1); libzmq copies the `len` readable bytes at the pointer, and checks
        // their number.
        let status = unsafe { set(self.ptr.as_ptr(), option, prefix.as_ptr().cast(), prefix.len()) };
        Errno::check(status).map(drop)
    }

    /// Lets go of a share in the context, and does not wait if it was the last: another thread does.
    #[cfg(all(unix, feature = "aio"))]
    pub(crate) fn leave(context: Arc<RawContext>) {
        if let Some(mut last) = Arc::into_inner(context) {
            last.ends_elsewhere = true;
        }
    }

    pub(crate) fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// A new socket of the given type, which the caller owns and must close before it lets go of the context.
    pub(super) fn open_socket(&self, socket_type: c_int) -> Result<NonNull<c_void>, Errno> {
        if !self.gate.process.is_current() {
            return Err(FORKED);
        }
        let state = self.gate.lock();
        if state.shut_down {
            return Err(Errno::ETERM);
        }
        // SAFETY: the context is alive (I1), not shut down, and the gate is locked (I3); libzmq checks the
        // type.
        let socket = unsafe { bindings::zmq_socket(self.ptr.as_ptr(), socket_type) };
        NonNull::new(socket).ok_or_else(Errno::last)
    }
}

/// Waits until every message that a closed socket still lingers on is sent, or its linger period is over.
///
/// On the thread that drops owners, and for async sockets, it is another thread that waits.
impl Drop for RawContext {
    fn drop(&mut self) {
        // In a child of the process, libzmq would wait for its threads, which the child does not have.
        if !self.gate.process.is_current() {
            return;
        }
        self.gate.lock().context = None;
        if !self.owned {
            return;
        }
        let ending = Ending(self.ptr);
        let elsewhere = self.ends_elsewhere || owner::on_the_dropping_thread();
        if !elsewhere || !ending.in_another_thread() {
            ending.terminate();
        }
    }
}

/// A context that is being dropped: every socket shares ownership of it, so all are closed by now.
#[derive(Clone, Copy)]
struct Ending(NonNull<c_void>);

// SAFETY: as for `RawContext`.
unsafe impl Send for Ending {}

impl Ending {
    /// False if there can be no other thread.
    fn in_another_thread(self) -> bool {
        thread::Builder::new().name("ferromq-ending".into()).spawn(move || self.terminate()).is_ok()
    }

    fn terminate(self) {
        loop {
            // SAFETY: the context is alive (I1) and ours to terminate (I4), and this is its last use: an interrupted
            // call (EINTR) leaves it alive, any other outcome frees it or found nothing to free. Only the `drop` above
            // makes an `Ending`, of which it uses one copy; the gate has let go of the pointer.
            let status = unsafe { bindings::zmq_ctx_term(self.0.as_ptr()) };
            if Errno::check(status) != Err(Errno::EINTR) {
                break;
            }
        }
    }
}
