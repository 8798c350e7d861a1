//! The directory of certificates that `secure_server` and `secure_client` share; not a program.

use std::error::Error;
use std::fs;
use std::path::Path;

use ferromq::KeyPair;
use ferromq::security::Certificate;

/// Where cargo keeps what can be made again, and git looks for nothing.
pub const DEFAULT_DIRECTORY: &str = "target/secure";

/// Makes the directory with certificates for one server and one client, unless it is there.
///
/// It appears under its name when it is complete, so that of two programs that start at the same moment one makes it, and
/// both use it.
pub fn make_if_missing(directory: &Path) -> Result<(), Box<dyn Error>> {
    if is_there(directory) {
        return Ok(());
    }
    let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let draft = tempfile::Builder::new().prefix(".secure-").tempdir_in(parent)?;

    let server = Certificate::generate()?.with_metadata("name", "server")?;
    let client = Certificate::generate()?.with_metadata("name", "client")?;
    server.save(draft.path().join("server.key"))?;
    client.save(draft.path().join("client.key"))?;
    fs::create_dir(draft.path().join("clients"))?;
    client.save_public(draft.path().join("clients").join("client.key"))?;

    match fs::rename(draft.path(), directory) {
        Ok(()) => eprintln!("Made new certificates in {}", directory.display()),
        // Somebody else was faster. The draft goes away.
        Err(_) if is_there(directory) => {}
        Err(error) => return Err(format!("{} cannot be made: {error}", directory.display()).into()),
    }
    Ok(())
}

/// Whether there is something in it: an empty directory can be replaced as one that is missing.
fn is_there(directory: &Path) -> bool {
    fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some())
}

/// The keys in a secret file.
///
/// pyzmq leaves its secret files readable for everybody, so that is a warning here. A program of your own should call
/// `Certificate::load_private`, for which it is an error.
pub fn load_keys(file: &Path) -> ferromq::Result<KeyPair> {
    let certificate = Certificate::load(file)?;
    if certificate.is_exposed() {
        eprintln!("Warning: others can read the secret key in {}", file.display());
    }
    certificate.into_key_pair()
}
