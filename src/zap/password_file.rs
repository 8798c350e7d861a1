//! Usernames and passwords in a file that may change.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::{Decision, Login, Passwords};
use crate::error::{Error, ErrorKind, Operation, Result};

/// What a file of passwords may be long.
const LIMIT: u64 = 16 << 20;

/// Within this time after a change another one may leave the same time on the file.
const UNSURE: Duration = Duration::from_secs(2);

/// Who may connect with which password, in a file that is read again when it has changed.
///
/// Each line is `name=password`; empty lines and those that begin with `#` are skipped, and everything behind the first
/// `=` is the password, blanks too. It is the form that czmq's `zauth` takes.
///
/// A file that has become unreadable, or has a line without `=`, lets nobody in, rather than those of before; they are
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
    /// As what the file was read; `None` if it could not be, or may have changed since unnoticed.
    seen: Mutex<Option<Stamp>>,
}

/// By what a changed file is recognised.
#[derive(Clone, Copy, PartialEq)]
struct Stamp {
    modified: SystemTime,
    length: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Option<Stamp> {
        Some(Stamp {
            modified: metadata.modified().ok()?,
            length: metadata.len(),
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(metadata),
        })
    }

    fn is_settled(&self) -> bool {
        self.modified.elapsed().is_ok_and(|age| age >= UNSURE)
    }
}

impl PasswordFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`Format`](ErrorKind::Format) if a line has no `=`, with its [number](Error::line), or the file is larger than
    /// 16 MiB; [`FileNotFound`](ErrorKind::FileNotFound), [`PermissionDenied`](ErrorKind::PermissionDenied),
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
        let stamp = std::fs::metadata(&self.path).map_err(|error| self.unreadable(&error))?;
        if seen.is_some() && *seen == Stamp::of(&stamp) {
            return Ok(());
        }
        *seen = None;
        let file = File::open(&self.path).map_err(|error| self.unreadable(&error))?;
        let stamp = file.metadata().ok().and_then(|metadata| Stamp::of(&metadata));
        let mut text = Zeroizing::new(String::new());
        file.take(LIMIT + 1).read_to_string(&mut text).map_err(|error| self.unreadable(&error))?;
        if text.len() as u64 > LIMIT {
            return Err(self.refused(None, "it is larger than 16 MiB"));
        }
        let users: Result<Vec<_>> = lines(&text)
            .map(|(number, line)| match line.split_once('=') {
                Some((username, password)) => {
                    Ok((username.to_owned(), Zeroizing::new(password.as_bytes().to_vec())))
                }
                None => Err(self.refused(Some(number), "there is no `=`")),
            })
            .collect();
        self.passwords.replace(users?);
        *seen = stamp.filter(Stamp::is_settled);
        Ok(())
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

/// The lines that say something, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    numbered.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

impl fmt::Debug for PasswordFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasswordFile({})", self.path.display())
    }
}
