//! What the command line asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use ferromq::PublicKey;
use ferromq::security::Certificate;
use lexopt::prelude::*;

pub const USAGE: &str = "\
Makes a key pair for ZeroMQ's CURVE.

usage: ferromq-keygen [OPTIONS] [PATH]
       ferromq-keygen --show FILE [--json]

Writes two files: PATH, to give away, and PATH_secret, to keep, which only its owner can read. PATH is mycert.key if it
is missing. pyzmq looks for names that end in .key; czmq and ferromq do not mind.

options:
  --meta NAME=VALUE  adds metadata to the certificate; may be there several times
  --force            replaces the files if they exist; otherwise that is an error
  --show FILE        prints the public key of an existing certificate, public or secret
  --json             prints one object in JSON; the secret key is never in it
  --help             prints this
  --version          prints the version

The exit code is 0, 1 if it has failed, and 2 if the command line is not understood.
";

const DEFAULT_PATH: &str = "mycert.key";

#[derive(PartialEq, Debug)]
pub enum Task {
    Help,
    Version,
    Make { path: PathBuf, metadata: Vec<(String, String)>, force: bool, json: bool },
    Show { file: PathBuf, json: bool },
}

impl Task {
    /// The task, or why the command line is not understood.
    pub fn from_arguments(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let (mut path, mut shown) = (None, None);
        let mut metadata = Vec::new();
        let (mut force, mut json) = (false, false);
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(Task::Help),
                Short('V') | Long("version") => return Ok(Task::Version),
                Long("meta") => metadata.push(name_and_value(parser.value()?)?),
                Long("force") => force = true,
                Long("json") => json = true,
                Long("show") => once("--show", &mut shown, parser.value()?)?,
                Value(value) => once("PATH", &mut path, value)?,
                _ => return Err(argument.unexpected()),
            }
        }
        check(&metadata)?;
        match shown {
            Some(_) if path.is_some() || force || !metadata.is_empty() => {
                Err("--show goes with --json only".into())
            }
            Some(file) => Ok(Task::Show { file, json }),
            None => Ok(Task::Make { path: path.unwrap_or(DEFAULT_PATH.into()), metadata, force, json }),
        }
    }
}

fn once(what: &str, place: &mut Option<PathBuf>, value: OsString) -> Result<(), lexopt::Error> {
    if value.is_empty() {
        return Err(format!("{what} is empty").into());
    }
    match place.replace(value.into()) {
        None => Ok(()),
        Some(_) => Err(format!("{what} is there twice").into()),
    }
}

fn name_and_value(argument: OsString) -> Result<(String, String), lexopt::Error> {
    let argument = argument.string()?;
    match argument.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("--meta {argument}: it should be NAME=VALUE").into()),
    }
}

/// Whether a certificate can have it: before there are keys, and the libzmq to make them.
fn check(metadata: &[(String, String)]) -> Result<(), lexopt::Error> {
    let any_key = PublicKey::from_bytes([1; 32]).map_err(|error| error.to_string())?;
    let added = metadata.iter().try_fold(Certificate::from(any_key), |certificate, (name, value)| {
        certificate.with_metadata(name, value)
    });
    added.map(drop).map_err(|error| error.to_string().into())
}
