//! What is started for each contender: compiled if need be, with what it links.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use super::contenders::{Contender, Made, OURS};
use super::libzmq::{self, Libzmq};
use crate::cargo::{Built, target_directory};
use crate::invocation::{Invocation, root};
use crate::prerequisites::{self, LIBZMQ, PKG_CONFIG};
use crate::{Result, outside, python};

pub const DIRECTORY: &str = "bench-compare";
const PYTHON_PROGRAM: &str = "bench-compare/python/measure.py";

#[derive(Clone)]
pub enum Program {
    /// Follows the command line of `bench-compare/measure`, which the name of the library begins.
    Ours(Invocation),
    /// libzmq's own.
    Perf { directory: PathBuf, with_curve: bool },
}

/// What is there to be started, and the versions of what it measures.
#[derive(Default)]
pub struct Programs {
    built: HashMap<Made, Result<(Invocation, String)>>,
    libzmq: Option<Result<Libzmq>>,
}

impl Programs {
    /// What to start for `contender`, and the version of what is measured.
    pub fn of(&mut self, contender: &Contender) -> Result<(Program, String)> {
        if contender.made == Made::Perf {
            let (libzmq, version) = (self.libzmq()?, contender.about);
            let program =
                Program::Perf { directory: libzmq.perf_programs()?, with_curve: libzmq.has_curve() };
            return Ok((program, format!("{}: {version}", libzmq.version())));
        }
        let (invocation, version) = match self.built.get(&contender.made) {
            Some(built) => built.clone()?,
            None => {
                let built = self.build(contender.made);
                self.built.insert(contender.made, built.clone());
                built?
            }
        };
        let program = Program::Ours(invocation.argument(contender.name));
        Ok((program, format!("{version}: {}", contender.about)))
    }

    fn build(&mut self, made: Made) -> Result<(Invocation, String)> {
        match made {
            Made::Cargo { package, rival } => {
                // The package may be another's, too.
                let program = self.built.iter().find_map(|(other, built)| match (other, built) {
                    (Made::Cargo { package: same, .. }, Ok((program, _))) if *same == package => {
                        Some(program.clone())
                    }
                    _ => None,
                });
                let program = program.map_or_else(|| cargo(package), Ok)?;
                Ok((program, version(package, rival)?))
            }
            Made::C => {
                let libzmq = self.libzmq()?;
                Ok((Invocation::new(libzmq.program()?, &[]), libzmq.version()))
            }
            Made::SystemC => system(),
            Made::Python => {
                let python = python::ensure()?;
                let versions = "import zmq, sys; print('pyzmq', zmq.__version__, 'with libzmq', zmq.zmq_version(), \
                    'on Python', '.'.join(map(str, sys.version_info[:3])))";
                let (versions, _) = python.evaluates(versions).standard_output()?;
                Ok((python.runs(PYTHON_PROGRAM), versions.trim().to_owned()))
            }
            Made::Perf => unreachable!("libzmq's own programs have another command line"),
        }
    }

    fn libzmq(&mut self) -> Result<&Libzmq> {
        self.libzmq.get_or_insert_with(Libzmq::build).as_ref().map_err(Clone::clone)
    }
}

/// Builds the program that measures what is in `package`.
fn cargo(package: &str) -> Result<Invocation> {
    Ok(Invocation::new(build(package)?.executable(&format!("compare-{package}"))?, &[]))
}

/// As a user's release build does, with the libraries that it links: those of the workspace's tests are built for
/// debugging, libsodium without any optimisation.
pub fn build(package: &str) -> Result<Built> {
    let directory = format!("{DIRECTORY}/{package}");
    if package == OURS {
        outside::copy(&root().join("Cargo.lock"), &root().join(&directory).join("Cargo.lock"))?;
    }
    let manifest = format!("{directory}/Cargo.toml");
    let build = Invocation::cargo(&["build", "--release", "--manifest-path", &manifest, "--target-dir"]);
    Built::of(&build.argument(target_directory()?))
}

/// The program in C, with the libzmq that the system has.
fn system() -> Result<(Invocation, String)> {
    prerequisites::ensure(&[PKG_CONFIG, LIBZMQ])?;
    let ask = |arguments: &[&str]| -> Result<String> {
        let (said, _) = Invocation::new("pkg-config", arguments).argument("libzmq").standard_output()?;
        Ok(said.trim().to_owned())
    };
    let flags = ask(&["--cflags", "--libs"])?;
    let program = libzmq::home()?.join("measure-system");
    libzmq::c_compiler()
        .argument(libzmq::SOURCE)
        .argument("-o")
        .argument(&program)
        .arguments(flags.split_whitespace())
        .argument("-pthread")
        .run()?;
    Ok((Invocation::new(program, &[]), format!("libzmq {} of the system", ask(&["--modversion"])?)))
}

/// The version of what `package` measures: of the crate, and of the libzmq in it.
fn version(package: &str, rival: Option<&str>) -> Result<String> {
    let lock = root().join(DIRECTORY).join(package).join("Cargo.lock");
    let lock =
        fs::read_to_string(&lock).map_err(|error| format!("{} cannot be read: {error}", lock.display()))?;
    let name = rival.unwrap_or(OURS);
    let own = locked_version(&lock, name).ok_or(format!("{name} is not in Cargo.lock"))?;
    let libzmq = locked_version(&lock, "zeromq-src").and_then(|version| version.split_once('+'));
    Ok(match libzmq {
        Some((_, libzmq)) if rival.is_none() => {
            format!("{name} {own} with libzmq {libzmq} and the fixes that it brings")
        }
        Some((_, libzmq)) => format!("{name} {own} with libzmq {libzmq}"),
        None => format!("{name} {own}"),
    })
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, version) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    version.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_the_lock_file() {
        let lock = "name = \"zmq\"\nversion = \"1.0\"\n\nname = \"tmq\"\nversion = \"0.5.0\"\n";
        assert_eq!(locked_version(lock, "tmq"), Some("0.5.0"));
        assert_eq!(locked_version(lock, "rzmq"), None);
    }
}
