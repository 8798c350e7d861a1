//! Certificates of a directory.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::certificate::{SECRET_SUFFIX, open_for_reading};
use super::file_version::Version;
use super::{Certificate, PublicKey};
use crate::error::{Error, ErrorKind, Operation, Result};

/// The certificates in a directory and the directories below it, as they are there at the moment of asking.
///
/// A certificate is every file whose name neither begins with a dot nor ends in `_secret`. Links to files are
/// followed, links to directories are not. Mind the copies that editors leave: `anna.key~` lets Anna in, too.
///
/// What is asked is answered from the directory: a file that was added, changed, replaced or removed counts at once,
/// and when the directory is gone nobody is in it. Files are read again only if they have changed. A file that is no
/// certificate lets nobody in and locks nobody else out; [`problems`](CertificateStore::problems) names it. Secret keys
/// are not looked at.
///
/// ```
/// use ferromq::security::{Certificate, CertificateStore};
///
/// # if cfg!(not(feature = "curve")) { return Ok(()) }
/// # let directory = tempfile::tempdir().unwrap();
/// # let directory = directory.path();
/// let store = CertificateStore::open(directory)?;
/// let anna = Certificate::generate()?.with_metadata("name", "Anna")?;
/// assert!(store.lookup(&anna.public_key())?.is_none());
///
/// anna.save_public(directory.join("anna.key"))?;
/// let found = store.lookup(&anna.public_key())?.expect("she is in it now");
/// assert_eq!(found.metadata().collect::<Vec<_>>(), [("name", "Anna")]);
///
/// std::fs::remove_file(directory.join("anna.key")).unwrap();
/// assert!(store.lookup(&anna.public_key())?.is_none());
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// It can be shared by threads; one at a time looks.
///
/// Source: czmq's zcertstore(3).
#[doc(alias = "zcertstore")]
pub struct CertificateStore {
    directory: PathBuf,
    seen: Mutex<Seen>,
}

impl CertificateStore {
    /// The store of this directory, which must exist. A relative path is looked up anew each time.
    ///
    /// # Errors
    /// [`FileNotFound`](ErrorKind::FileNotFound), [`PermissionDenied`](ErrorKind::PermissionDenied) and others of the
    /// operating system's, about the directory itself.
    #[doc(alias = "zcertstore_new")]
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self> {
        let store = CertificateStore { directory: directory.into(), seen: Mutex::default() };
        store.seen().look(&store.directory)?;
        Ok(store)
    }

    /// The certificate of this key, if it is in the directory. If several files have the key, one of them.
    ///
    /// For a key that is there this looks at one file, which takes microseconds; for any other it looks at all of them,
    /// which takes some microseconds for each.
    ///
    /// # Errors
    /// As for [`open`](CertificateStore::open): nobody is known to be in the directory then.
    #[doc(alias = "zcertstore_lookup")]
    pub fn lookup(&self, key: &PublicKey) -> Result<Option<Arc<Certificate>>> {
        let mut seen = self.seen();
        if let Some(certificate) = seen.still(key) {
            return Ok(Some(certificate));
        }
        seen.look(&self.directory)?;
        Ok(seen.certificate(key))
    }

    /// All certificates, in the order of their paths.
    ///
    /// # Errors
    /// As for [`lookup`](CertificateStore::lookup).
    #[doc(alias = "zcertstore_certs")]
    pub fn certificates(&self) -> Result<Vec<Arc<Certificate>>> {
        let mut seen = self.seen();
        seen.look(&self.directory)?;
        Ok(seen.files.values().filter_map(|file| file.outcome.as_ref().ok()).cloned().collect())
    }

    /// What is wrong with files and directories in it: malformed certificates, what cannot be read, keys that are there
    /// several times, so that removing one file does not revoke them.
    ///
    /// Each error has its [`path`](Error::path).
    ///
    /// ```
    /// use ferromq::ErrorKind;
    /// use ferromq::security::CertificateStore;
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// std::fs::write(directory.join("anna.key"), "curve\n    public-key = \"?\"\n").unwrap();
    /// let problems = CertificateStore::open(directory)?.problems()?;
    /// assert_eq!(problems[0].kind(), ErrorKind::InvalidKey);
    /// assert_eq!(problems[0].path(), Some(&*directory.join("anna.key")));
    /// assert_eq!(problems[0].line(), Some(2));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`lookup`](CertificateStore::lookup).
    pub fn problems(&self) -> Result<Vec<Error>> {
        let mut seen = self.seen();
        let mut problems = seen.look(&self.directory)?;
        problems.extend(seen.files.values().filter_map(|file| file.outcome.as_ref().err()).cloned());
        problems.extend(seen.files.iter().filter_map(|(path, file)| {
            let other = seen.by_key.get(&file.outcome.as_ref().ok()?.public_key())?;
            (other != path).then(|| {
                Error::new(Operation::LoadCertificate, ErrorKind::InvalidCertificate).about_file(
                    Some(path),
                    None,
                    &format!("its key is in {}, too", other.display()),
                )
            })
        }));
        problems.sort_by(|a, b| a.path().cmp(&b.path()));
        Ok(problems)
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whatever has panicked there, what was seen is compared with the directory anyway.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CertificateStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateStore").field("directory", &self.directory).finish_non_exhaustive()
    }
}

/// What was in the directory when it was last looked at.
#[derive(Default)]
struct Seen {
    files: BTreeMap<PathBuf, SeenFile>,
    /// The first file that has the key.
    by_key: HashMap<PublicKey, PathBuf>,
}

/// A file, and what was in it.
struct SeenFile {
    /// `None` if it has to be read again whatever it looks like.
    version: Option<Version>,
    outcome: Result<Arc<Certificate>>,
}

impl Seen {
    /// The certificate, if the file that had it has not changed.
    fn still(&self, key: &PublicKey) -> Option<Arc<Certificate>> {
        let path = self.by_key.get(key)?;
        let file = self.files.get(path)?;
        let version = Version::of(&fs::metadata(path).ok()?);
        if file.version == Some(version) { file.outcome.as_ref().ok().cloned() } else { None }
    }

    fn certificate(&self, key: &PublicKey) -> Option<Arc<Certificate>> {
        self.files.get(self.by_key.get(key)?)?.outcome.as_ref().ok().cloned()
    }

    /// Brings itself up to date, and tells what could not be looked at. An error leaves nothing.
    fn look(&mut self, directory: &Path) -> Result<Vec<Error>> {
        let mut problems = Vec::new();
        let found = match files_in(directory, &mut problems) {
            Ok(found) => found,
            Err(error) => {
                *self = Seen::default();
                return Err(error);
            }
        };
        let mut changed = false;
        self.files.retain(|path, _| {
            let stays = found.contains_key(path);
            changed |= !stays;
            stays
        });
        for (path, version) in found {
            if self.files.get(&path).is_none_or(|file| file.version != Some(version)) {
                let file = SeenFile::read(&path);
                self.files.insert(path, file);
                changed = true;
            }
        }
        if changed {
            self.by_key.clear();
            for (path, file) in &self.files {
                if let Ok(certificate) = &file.outcome {
                    self.by_key.entry(certificate.public_key()).or_insert_with(|| path.clone());
                }
            }
        }
        Ok(problems)
    }
}

impl SeenFile {
    fn read(path: &Path) -> SeenFile {
        let now = SystemTime::now();
        let file = match open_for_reading(path) {
            Ok(file) => file,
            // What hinders may go away without a trace in the file.
            Err(error) => return SeenFile { version: None, outcome: Err(error) },
        };
        let version = Version::of(&file.metadata);
        let outcome = file.read_public(path).map(Arc::new);
        let certain = outcome.as_ref().err().is_none_or(|error| error.errno().is_none());
        SeenFile { version: (certain && version.is_settled(now)).then_some(version), outcome }
    }
}

/// The files that may be certificates. An error is about the directory itself; what is wrong below it is added to the
/// problems.
fn files_in(directory: &Path, problems: &mut Vec<Error>) -> Result<BTreeMap<PathBuf, Version>> {
    let failed = |path: &Path, error: io::Error| Error::from_io(Operation::ReadCertificates, path, &error);
    let mut found = BTreeMap::new();
    // Not recursive: how deep directories are nested is up to others.
    let mut directories = vec![directory.to_owned()];
    while let Some(current) = directories.pop() {
        let is_root = current == directory;
        let entries = match fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(error) if is_root => return Err(failed(&current, error)),
            // It was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                problems.push(failed(&current, error));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if is_root => return Err(failed(&current, error)),
                Err(error) => {
                    problems.push(failed(&current, error));
                    break;
                }
            };
            let name = entry.file_name();
            let (name, path) = (name.as_encoded_bytes(), entry.path());
            if name.starts_with(b".") {
                continue;
            }
            let looked_at = entry.file_type().and_then(|kind| {
                if kind.is_dir() {
                    directories.push(path.clone());
                    return Ok(None);
                }
                if name.ends_with(SECRET_SUFFIX.as_bytes()) {
                    return Ok(None);
                }
                let is_gone =
                    |error: &io::Error| error.kind() == io::ErrorKind::NotFound && !kind.is_symlink();
                match fs::metadata(&path) {
                    Err(error) if is_gone(&error) => Ok(None),
                    outcome => outcome.map(Some),
                }
            });
            match looked_at {
                Ok(Some(metadata)) if metadata.is_file() => {
                    found.insert(path, Version::of(&metadata));
                }
                Ok(_) => {}
                Err(error) => problems.push(failed(&path, error)),
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_a_moment_ago_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.key");
        fs::write(&path, "curve\n    public-key = rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n").unwrap();
        let file = SeenFile::read(&path);
        assert!(file.outcome.is_ok() && file.version.is_none());
    }

    #[test]
    fn a_file_that_could_not_be_read_is_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path().to_owned(), directory.path().join("missing")] {
            let file = SeenFile::read(&path);
            assert!(file.outcome.is_err() && file.version.is_none());
        }
    }
}
