//! What becomes of the context when an async socket was the last that held it.

use std::sync::Arc;

use crate::sys::RawContext;

/// A share in a context that is let go of without waiting.
pub(super) struct LeavesAtOnce(Option<Arc<RawContext>>);

impl LeavesAtOnce {
    pub(super) fn of(context: Option<&Arc<RawContext>>) -> Self {
        LeavesAtOnce(context.map(Arc::clone))
    }
}

impl Drop for LeavesAtOnce {
    fn drop(&mut self) {
        if let Some(context) = self.0.take() {
            RawContext::leave(context);
        }
    }
}
