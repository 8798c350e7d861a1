//! Usernames and passwords in a file that may change.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::passwords::{Book, Passwords};
use super::{Decision, Login};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::security::file_version::Version;

/// What a file of passwords may be long.
const LIMIT: u64 = 16 << 20;

/// Who may connect with which password, in a file that is read again when it has changed.
///
/// Each line is `name=password`; empty lines and those that begin with `#` are skipped, and everything behind the first
/// `=` is the password, blanks too. It is the form that czmq's `zauth` takes.
///
/// A file that has become unreadable, or has a line that is none of these, lets nobody in, rather than those of before; they are
/// sent away to try again, since the file may be about to be replaced.
///
/// ```
/// use ferromq::zap::{PasswordFile, Rules};
///
/// # let directory = std::env::temp_dir().join(format!("ferromq-passwords-{}", std::process::id()));
/// # std::fs::create_dir_all(&directory).unwrap();
/// # let path = directory.join("passwords");
/// std::fs::write(&path, "admin=correct horse\n").unwrap();
/// let rules = Rules::new().plain_file(PasswordFile::open(&path)?);
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok::<(), ferromq::Error>(())
/// ```
pub struct PasswordFile {
    path: PathBuf,
    passwords: Passwords,
    /// What the file was when it was read; `None` if it has to be read again whatever it looks like.
    seen: Mutex<Option<Version>>,
}

impl PasswordFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Format`](ErrorKind::Format) if a line has no `=` or a name that was there before, with the line's
    /// [number](Error::line), or if the file is larger than 16 MiB; [`FileNotFound`](ErrorKind::FileNotFound), [`PermissionDenied`](ErrorKind::PermissionDenied),
    /// [`NotUtf8`](ErrorKind::NotUtf8) and others of the operating system's.
    pub fn open(path: impl Into<PathBuf>) -> Result<PasswordFile> {
        let file = PasswordFile { path: path.into(), passwords: Passwords::new(), seen: Mutex::new(None) };
        file.refresh()?;
        Ok(file)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn decide(&self, login: &Login) -> Decision {
        match self.refresh() {
            Ok(()) => self.passwords.decide(login),
            Err(error) => Decision::try_later(error.to_string()),
        }
    }

    /// Reads the file if it has changed.
    fn refresh(&self) -> Result<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let found = fs::metadata(&self.path).map_err(|error| self.unreadable(&error))?;
        if *seen == Some(Version::of(&found)) {
            return Ok(());
        }
        *seen = None;
        let now = SystemTime::now();
        let file = File::open(&self.path).map_err(|error| self.unreadable(&error))?;
        let version = Version::of(&file.metadata().map_err(|error| self.unreadable(&error))?);
        // Enough from the start: growing would leave copies of passwords behind.
        let mut text = Zeroizing::new(String::with_capacity(found.len().min(LIMIT) as usize + 1));
        file.take(LIMIT + 1).read_to_string(&mut text).map_err(|error| self.unreadable(&error))?;
        if text.len() as u64 > LIMIT {
            return Err(self.refused(None, "it is larger than 16 MiB"));
        }
        self.passwords.replace(self.read(&text)?);
        *seen = version.is_settled(now).then_some(version);
        Ok(())
    }

    fn read(&self, text: &str) -> Result<Book> {
        let mut users = Book::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let refused = |reason| self.refused(Some(index + 1), reason);
            let (username, password) = line.split_once('=').ok_or_else(|| refused("there is no `=`"))?;
            let password = Zeroizing::new(password.as_bytes().to_vec());
            if users.insert(username.to_owned(), password).is_some() {
                return Err(refused("the name is there already"));
            }
        }
        Ok(users)
    }

    fn unreadable(&self, error: &io::Error) -> Error {
        let error_kind = error.kind();
        let error = Error::from_io(Operation::Authenticate, &self.path, error);
        if error_kind == io::ErrorKind::InvalidData { error.with_kind(ErrorKind::NotUtf8) } else { error }
    }

    fn refused(&self, line: Option<usize>, reason: &str) -> Error {
        Error::new(Operation::Authenticate, ErrorKind::Format).about_file(Some(&self.path), line, reason)
    }
}

impl fmt::Debug for PasswordFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasswordFile({})", self.path.display())
    }
}
