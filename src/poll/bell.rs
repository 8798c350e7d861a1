//! What wakes a thread from its wait.

use std::sync::{Mutex, PoisonError};

use crate::context::Context;
use crate::error::Result;
use crate::socket::{Pair, Socket};

/// Wakes a thread that polls: a pair of sockets in a context of their own, which has no I/O thread, so that it works
/// also when the context of the thread's other sockets was shut down.
pub(crate) struct Bell(Mutex<Socket<Pair>>);

impl Bell {
    /// The bell, and what it is heard by.
    pub(crate) fn new() -> Result<(Bell, Socket<Pair>)> {
        let context = Context::builder().io_threads(0).max_sockets(2).build()?;
        let heard = context.socket::<Pair>().bind("inproc://bell")?;
        let bell = context.socket::<Pair>().connect("inproc://bell")?;
        Ok((Bell(Mutex::new(bell)), heard))
    }

    pub(crate) fn ring(&self) {
        // If there is no room for a message, the bell is ringing already.
        let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).try_send("");
    }
}
