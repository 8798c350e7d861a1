//! Usernames and their passwords.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Decision, Login};

/// Who may connect with which password, for the mechanism PLAIN.
///
/// Clones are the same list: what is inserted or removed through one counts for all of them, from the next connection
/// on. Passwords are wiped from memory when they are removed, not printed, and compared in a time that depends on their
/// lengths only.
///
/// ```
/// use ferromq::zap::Passwords;
///
/// let passwords = Passwords::from([("admin", "correct horse"), ("guest", "battery staple")]);
/// passwords.remove("guest");
/// assert_eq!(passwords.len(), 1);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Passwords(Arc<RwLock<Book>>);

pub(super) type Book = HashMap<String, Zeroizing<Vec<u8>>>;

impl Passwords {
    /// An empty list: nobody may connect.
    pub fn new() -> Self {
        Passwords::default()
    }

    /// Lets this user in with this password, and no longer with the one before.
    pub fn insert(&self, username: impl Into<String>, password: impl Into<Vec<u8>>) {
        self.write().insert(username.into(), Zeroizing::new(password.into()));
    }

    /// Lets this user in no longer; whether it was let in before. Connections that it has already stay.
    pub fn remove(&self, username: &str) -> bool {
        self.write().remove(username).is_some()
    }

    /// How many users there are.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    pub(super) fn decide(&self, login: &Login) -> Decision {
        let book = self.read();
        let known = book.get(login.username());
        // An unknown user is compared as well, so that the time does not tell who is known.
        let same = known.map_or(&b""[..], |known| known).ct_eq(login.password());
        if known.is_some() && bool::from(same) {
            Decision::allow()
        } else {
            Decision::deny("wrong username or password")
        }
    }

    /// Has these users and no others from now on.
    pub(super) fn replace(&self, users: Book) {
        *self.write() = users;
    }

    fn read(&self) -> RwLockReadGuard<'_, Book> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Book> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<U: Into<String>, W: Into<Vec<u8>>> FromIterator<(U, W)> for Passwords {
    fn from_iter<I: IntoIterator<Item = (U, W)>>(users: I) -> Self {
        let passwords = Passwords::new();
        for (username, password) in users {
            passwords.insert(username, password);
        }
        passwords
    }
}

impl<U: Into<String>, W: Into<Vec<u8>>, const N: usize> From<[(U, W); N]> for Passwords {
    fn from(users: [(U, W); N]) -> Self {
        users.into_iter().collect()
    }
}

/// The usernames.
impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.read().keys()).finish()
    }
}
