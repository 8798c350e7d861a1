//! The files of certificates.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::Certificate;
use super::text::{self, MAX_LENGTH, Wanted};
use crate::error::{Error, ErrorKind, Operation, Result};

/// What the name of a secret file has more than that of the public one.
pub(in crate::security) const SECRET_SUFFIX: &str = "_secret";

impl Certificate {
    /// Reads exactly this file, be it a public or a secret one.
    ///
    /// A secret file that others than its owner can read is read all the same, because pyzmq leaves its files like
    /// that; then [`is_exposed`](Certificate::is_exposed) is true. [`load_private`](Certificate::load_private) refuses
    /// it.
    ///
    /// ```
    /// use ferromq::ErrorKind;
    /// use ferromq::security::Certificate;
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// let error = Certificate::load(directory.join("client.key")).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::FileNotFound);
    /// assert_eq!(error.path(), Some(&*directory.join("client.key")));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// All have the [`path`](Error::path), and the [`line`](Error::line) if there is one.
    /// - [`FileNotFound`](ErrorKind::FileNotFound), [`PermissionDenied`](ErrorKind::PermissionDenied) and others of the
    ///   operating system's
    /// - [`NotUtf8`](ErrorKind::NotUtf8) if it is not text
    /// - those of reading [the text](Certificate#the-text), also for a file of more than 64 KiB
    #[doc(alias = "zcert_load")]
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let (mut certificate, others_may) = load(path.as_ref())?;
        certificate.exposed = others_may.is_some() && certificate.key_pair().is_some();
        Ok(certificate)
    }

    /// Reads exactly this file, which must have both keys, and be accessible to its owner only.
    ///
    /// ```
    /// use ferromq::ErrorKind;
    /// use ferromq::security::Certificate;
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// Certificate::generate()?.save(directory.join("client.key"))?;
    /// let secret = directory.join("client.key_secret");
    /// let keys = Certificate::load_private(&secret)?.into_key_pair()?;
    ///
    /// # #[cfg(unix)] {
    /// use std::fs;
    /// use std::os::unix::fs::PermissionsExt;
    /// fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    /// assert_eq!(Certificate::load_private(&secret).unwrap_err().kind(), ErrorKind::ExposedSecret);
    /// # }
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ExposedSecret`](ErrorKind::ExposedSecret) if the file's mode lets others than its owner read or write it: then
    /// the keys have to be made anew, since somebody may have read them.
    /// [`InvalidCertificate`](ErrorKind::InvalidCertificate) if there is no secret key; otherwise as for
    /// [`load`](Certificate::load).
    ///
    /// On Windows files have no mode, and none is refused for it.
    pub fn load_private(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let (certificate, others_may) = load(path)?;
        let refused = |kind, reason: &str| {
            Error::new(Operation::LoadCertificate, kind).about_file(Some(path), None, reason)
        };
        if certificate.key_pair().is_none() {
            return Err(refused(ErrorKind::InvalidCertificate, "it has no secret key"));
        }
        match others_may {
            Some(mode) => Err(refused(
                ErrorKind::ExposedSecret,
                &format!("its mode is {mode:03o} and not 600; the key may be known to others already"),
            )),
            None => Ok(certificate),
        }
    }

    /// Writes the public file, and beside it the secret one: the same name with `_secret` at the end.
    ///
    /// `keys/client.key` and `keys/client.key_secret` are the names that pyzmq looks for; `keys/client` and
    /// `keys/client_secret` are czmq's. Each file is there whole or not at all, and the secret one belongs to its owner
    /// only (mode 600) from the start. If there is one of the two already, neither is written. The directory must
    /// exist.
    ///
    /// ```
    /// use ferromq::ErrorKind;
    /// use ferromq::security::Certificate;
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// let certificate = Certificate::generate()?;
    /// certificate.save(directory.join("client.key"))?;
    /// assert_eq!(Certificate::load(directory.join("client.key_secret"))?, certificate);
    ///
    /// let error = Certificate::generate()?.save(directory.join("client.key")).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::FileExists);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// All have the [`path`](Error::path).
    /// - [`FileExists`](ErrorKind::FileExists) if there is such a file,
    ///   [`FileNotFound`](ErrorKind::FileNotFound) if the directory is missing, [`PermissionDenied`](ErrorKind::PermissionDenied) and others of the operating system's
    /// - [`InvalidCertificate`](ErrorKind::InvalidCertificate) if there is no secret key, which
    ///   [`save_public`](Certificate::save_public) does not need, or if the path is no name for a public file
    #[doc(alias = "zcert_save")]
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_both(path.as_ref(), Existing::Keep)
    }

    /// As [`save`](Certificate::save), but replaces files of these names.
    ///
    /// Each is replaced at once; who reads them in between finds the new secret file and the old public one.
    ///
    /// # Errors
    /// As for [`save`](Certificate::save); [`FileExists`](ErrorKind::FileExists) if one of the two is a directory.
    pub fn save_replacing(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_both(path.as_ref(), Existing::Replace)
    }

    /// Writes the public file only, as [`save`](Certificate::save) does.
    ///
    /// ```
    /// use ferromq::PublicKey;
    /// use ferromq::security::Certificate;
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// let told: PublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
    /// Certificate::from(told).with_metadata("name", "Anna")?.save_public(directory.join("anna.key"))?;
    /// assert_eq!(Certificate::load(directory.join("anna.key"))?.public_key(), told);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`save`](Certificate::save), but it needs no secret key.
    #[doc(alias = "zcert_save_public")]
    pub fn save_public(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_one(path.as_ref(), Existing::Keep)
    }

    /// As [`save_public`](Certificate::save_public), but replaces a file of this name.
    ///
    /// # Errors
    /// As for [`save_replacing`](Certificate::save_replacing), but it needs no secret key.
    pub fn save_public_replacing(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_one(path.as_ref(), Existing::Replace)
    }

    fn save_one(&self, path: &Path, existing: Existing) -> Result<()> {
        secret_path(path)?;
        existing.allows(path)?;
        Draft::write(path, &self.to_public_text(), PUBLIC_MODE)?.publish(existing)?;
        make_durable(path);
        Ok(())
    }

    fn save_both(&self, path: &Path, existing: Existing) -> Result<()> {
        let secret_path = secret_path(path)?;
        let Some(secret_text) = self.to_secret_text() else {
            return Err(unfit(path, "it has no secret key"));
        };
        existing.allows(path)?;
        existing.allows(&secret_path)?;
        let public = Draft::write(path, &self.to_public_text(), PUBLIC_MODE)?;
        let secret = Draft::write(&secret_path, &secret_text, SECRET_MODE)?;
        // In this order, because the secret file has both keys: there is none that belongs to no other.
        secret.publish(existing)?;
        public.publish(existing).inspect_err(|_| {
            if existing == Existing::Keep {
                // It is ours, and useless. That it stays is no worse than what is reported already.
                let _ = fs::remove_file(&secret_path);
            }
        })?;
        make_durable(path);
        Ok(())
    }
}

/// What is in the file, and its mode if that lets others than its owner do anything.
fn load(path: &Path) -> Result<(Certificate, Option<u32>)> {
    let failed = |error: io::Error| Error::from_io(Operation::LoadCertificate, path, &error);
    let file = File::open(path).map_err(failed)?;
    let others_may = others_may(&file.metadata().map_err(failed)?);
    Ok((read(file, Wanted::All, path)?, others_may))
}

/// A file of a directory, opened to be read as a public certificate.
pub(in crate::security) struct Open {
    file: File,
    pub metadata: fs::Metadata,
}

/// Opens a file that may have become something else since it was looked at: waits for nobody to write into a pipe.
pub(in crate::security) fn open_for_reading(path: &Path) -> Result<Open> {
    let failed = |error: io::Error| Error::from_io(Operation::LoadCertificate, path, &error);
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_file() { Ok(Open { file, metadata }) } else { Err(unreadable(path)) }
}

fn unreadable(path: &Path) -> Error {
    Error::new(Operation::LoadCertificate, ErrorKind::InvalidCertificate).about_file(
        Some(path),
        None,
        "it is not a regular file",
    )
}

impl Open {
    /// What is in it but for a secret key, which is not looked at.
    pub fn read_public(self, path: &Path) -> Result<Certificate> {
        read(self.file, Wanted::Public, path)
    }
}

fn read(file: File, wanted: Wanted, path: &Path) -> Result<Certificate> {
    let bytes =
        read_bounded(file).map_err(|error| Error::from_io(Operation::LoadCertificate, path, &error))?;
    let Some(bytes) = bytes else { return Err(text::too_long().in_file(path)) };
    let Ok(text) = str::from_utf8(&bytes) else {
        let error = Error::new(Operation::LoadCertificate, ErrorKind::NotUtf8);
        return Err(error.about_file(Some(path), None, "a certificate is text"));
    };
    text::read(text, wanted).map_err(|error| error.in_file(path))
}

/// All bytes, in a buffer that is wiped; `None` if they are too many. The standard library's functions for this leave
/// copies behind.
fn read_bounded(mut file: impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    const ORDINARY: usize = 2048;
    let mut buffer = Zeroizing::new(vec![0; ORDINARY]);
    let mut length = 0;
    loop {
        if length == buffer.len() {
            if length > MAX_LENGTH {
                return Ok(None);
            }
            let mut larger = Zeroizing::new(vec![0; MAX_LENGTH + 1]);
            larger[..length].copy_from_slice(&buffer);
            buffer = larger;
        }
        match file.read(&mut buffer[length..]) {
            Ok(0) => {
                buffer.truncate(length);
                return Ok(Some(buffer));
            }
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(unix)]
fn others_may(metadata: &fs::Metadata) -> Option<u32> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn others_may(_: &fs::Metadata) -> Option<u32> {
    None
}

const SECRET_MODE: u32 = 0o600;
/// Less what the process's umask takes away.
const PUBLIC_MODE: u32 = 0o644;

/// What becomes of a file that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Keep,
    Replace,
}

impl Existing {
    fn allows(self, path: &Path) -> Result<()> {
        let exists = |reason: &str| {
            Err(Error::new(Operation::SaveCertificate, ErrorKind::FileExists).about_file(
                Some(path),
                None,
                reason,
            ))
        };
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::from_io(Operation::SaveCertificate, path, &error)),
            Ok(found) if found.is_dir() => exists("it is a directory"),
            Ok(_) if self == Existing::Replace => Ok(()),
            Ok(_) => exists("it is not replaced unasked"),
        }
    }
}

/// A file under another name in the directory, which goes away if it is dropped.
struct Draft<'a> {
    file: NamedTempFile,
    path: &'a Path,
}

impl<'a> Draft<'a> {
    fn write(path: &'a Path, text: &str, mode: u32) -> Result<Self> {
        let failed = |error: io::Error| Error::from_io(Operation::SaveCertificate, path, &error);
        let mut builder = tempfile::Builder::new();
        // With the dot, so that a store takes no notice of it.
        builder.prefix(".certificate-").suffix(".tmp");
        let permissions = permissions(mode);
        if let Some(permissions) = &permissions {
            builder.permissions(permissions.clone());
        }
        let mut file = builder.tempfile_in(directory_of(path)).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        Ok(Draft { file, path })
    }

    fn publish(self, existing: Existing) -> Result<()> {
        let published = match existing {
            Existing::Keep => self.file.persist_noclobber(self.path),
            Existing::Replace => self.file.persist(self.path),
        };
        published
            .map(drop)
            .map_err(|failed| Error::from_io(Operation::SaveCertificate, self.path, &failed.error))
    }
}

#[cfg(unix)]
fn permissions(mode: u32) -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: u32) -> Option<Permissions> {
    None
}

/// Where the secret file of a public one lies.
fn secret_path(path: &Path) -> Result<PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(unfit(path, "the path does not end in a file's name"));
    };
    if name.as_encoded_bytes().ends_with(SECRET_SUFFIX.as_bytes()) {
        return Err(unfit(path, "the name of a public file does not end in _secret"));
    }
    let mut secret = OsString::from(name);
    secret.push(SECRET_SUFFIX);
    Ok(path.with_file_name(secret))
}

fn unfit(path: &Path, reason: &str) -> Error {
    Error::new(Operation::SaveCertificate, ErrorKind::InvalidCertificate).about_file(Some(path), None, reason)
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Has the new names written to the disk. Not every file system can, and the files are there in any case.
fn make_durable(path: &Path) {
    if cfg!(unix) {
        let _ = File::open(directory_of(path)).and_then(|directory| directory.sync_all());
    }
}
