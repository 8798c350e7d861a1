//! `ferromq-keygen` makes key pairs for ZeroMQ's CURVE, as certificate files that ferromq, pyzmq and czmq load.

#![forbid(unsafe_code)]

mod arguments;

use std::ffi::OsStr;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ferromq::security::Certificate;
use serde_json::{Map, Value, json};

use arguments::{Task, USAGE};

/// The command line is not understood; the exit code of most programs for that.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let task = match Task::from_arguments(lexopt::Parser::from_env()) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("ferromq-keygen: {error} (see ferromq-keygen --help)");
            return ExitCode::from(MISUSED);
        }
    };
    match run(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ferromq-keygen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<(), Box<dyn std::error::Error>> {
    match task {
        Task::Help => write!(stdout(), "{USAGE}")?,
        Task::Version => writeln!(stdout(), "ferromq-keygen {}", env!("CARGO_PKG_VERSION"))?,
        Task::Make { path, metadata, force, json } => {
            let mut certificate = Certificate::generate()?;
            for (name, value) in metadata {
                certificate = certificate.with_metadata(&name, &value)?;
            }
            if force { certificate.save_replacing(&path) } else { certificate.save(&path) }?;
            tell_made(&certificate, &path, json)?;
        }
        Task::Show { file, json } => {
            let certificate = Certificate::load(&file)?;
            if certificate.is_exposed() {
                eprintln!(
                    "ferromq-keygen: warning: others can read the secret key in {}: make new keys, or chmod 600 \
                     if nobody has",
                    file.display()
                );
            }
            tell(&certificate, &file, json)?;
        }
    }
    Ok(())
}

fn tell_made(certificate: &Certificate, path: &Path, json: bool) -> std::io::Result<()> {
    let mut secret = path.as_os_str().to_owned();
    secret.push("_secret");
    let secret = PathBuf::from(secret);
    if json {
        let told = json!({
            "public_key": certificate.public_key().to_string(),
            "public_file": text(path.as_os_str()),
            "secret_file": text(secret.as_os_str()),
            "metadata": metadata(certificate),
        });
        return writeln!(stdout(), "{told}");
    }
    writeln!(
        stdout(),
        "public key   {}\npublic file  {}\nsecret file  {}",
        certificate.public_key(),
        path.display(),
        secret.display()
    )
}

/// Never the secret key.
fn tell(certificate: &Certificate, file: &Path, json: bool) -> std::io::Result<()> {
    if json {
        let told = json!({
            "public_key": certificate.public_key().to_string(),
            "file": text(file.as_os_str()),
            "has_secret_key": certificate.key_pair().is_some(),
            "exposed": certificate.is_exposed(),
            "metadata": metadata(certificate),
        });
        return writeln!(stdout(), "{told}");
    }
    writeln!(stdout(), "{}", certificate.public_key())
}

fn text(path: &OsStr) -> String {
    path.to_string_lossy().into_owned()
}

fn metadata(certificate: &Certificate) -> Map<String, Value> {
    certificate.metadata().map(|(name, value)| (name.to_owned(), value.into())).collect()
}
