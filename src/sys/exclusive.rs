//! A value that shared references cannot reach.

/// Makes any value `Sync` by never lending it through a shared reference.
///
/// An error that carries a socket must still be `Sync`, because the error types of the ecosystem ask for it.
pub(crate) struct Exclusive<T>(T);

// SAFETY: no method takes `&self`, so a `&Exclusive<T>` gives no access to the `T`, from whichever thread it
// is used.
unsafe impl<T> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Exclusive(value)
    }

    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}
