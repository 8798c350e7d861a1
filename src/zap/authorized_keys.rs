//! Keys of those who may connect.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::Decision;
use crate::security::PublicKey;

/// The public keys of those who may connect, for the mechanism CURVE.
///
/// Clones are the same list: what is inserted or removed through one counts for all of them, from the next connection
/// on.
///
/// ```
/// use ferromq::PublicKey;
/// use ferromq::zap::AuthorizedKeys;
///
/// let key: PublicKey = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID".parse()?;
/// let keys = AuthorizedKeys::from([key]);
/// keys.insert_as(key, "warehouse"); // instead of the key itself, which is the default
/// assert!(keys.contains(&key));
/// keys.remove(&key);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct AuthorizedKeys(Arc<RwLock<Book>>);

/// Who may connect, and under which name if not that of the mechanism.
type Book = HashMap<PublicKey, Option<String>>;

impl AuthorizedKeys {
    /// An empty list: nobody may connect.
    pub fn new() -> Self {
        AuthorizedKeys::default()
    }

    /// Lets in whoever has this key; its user id is the key in Z85.
    pub fn insert(&self, key: PublicKey) {
        self.write().insert(key, None);
    }

    /// Lets in whoever has this key, known as `user_id`, for which [`Decision::allow_as`] says what fits.
    pub fn insert_as(&self, key: PublicKey, user_id: impl Into<String>) {
        self.write().insert(key, Some(user_id.into()));
    }

    /// Lets in this key no longer; whether it was let in before. Connections that it has already stay.
    pub fn remove(&self, key: &PublicKey) -> bool {
        self.write().remove(key).is_some()
    }

    /// Whether this key is let in.
    pub fn contains(&self, key: &PublicKey) -> bool {
        self.read().contains_key(key)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    pub(super) fn decide(&self, key: &PublicKey) -> Decision {
        match self.read().get(key) {
            Some(None) => Decision::allow(),
            Some(Some(user_id)) => Decision::allow_as(user_id.as_str()),
            None => Decision::deny("unknown key"),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Book> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Book> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FromIterator<PublicKey> for AuthorizedKeys {
    fn from_iter<I: IntoIterator<Item = PublicKey>>(keys: I) -> Self {
        AuthorizedKeys(Arc::new(RwLock::new(keys.into_iter().map(|key| (key, None)).collect())))
    }
}

impl<const N: usize> From<[PublicKey; N]> for AuthorizedKeys {
    fn from(keys: [PublicKey; N]) -> Self {
        keys.into_iter().collect()
    }
}

/// The keys, which are public.
impl fmt::Debug for AuthorizedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.read().keys()).finish()
    }
}
