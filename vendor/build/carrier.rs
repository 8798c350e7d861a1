//! Finds the libzmq sources inside the crate `zeromq-src`.

use std::env;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use crate::failure::fail;

/// The release that the fixes and the bindings are made for.
const VERSION: &str = "4.3.5";
/// Set for the child process that [`ask_carrier`] starts.
const ASKED: &str = "FERROMQ_BUILD_WHERE_IS_THE_CARRIER";
/// What the child process puts before the path, to tell it from other output.
const ANSWER: &str = "the carrier is compiled from ";

/// The directory that holds libzmq's `CMakeLists.txt`, `include/` and `src/`.
///
/// `FERROMQ_LIBZMQ_SOURCE` names it. Otherwise it is looked for where the crate `zeromq-src` was compiled
/// from ([`ask_carrier`]), then beside this crate's own directory, where cargo puts the packages of one
/// registry and `cargo vendor` those of one project: that helps when `--remap-path-prefix` has changed the
/// path that the carrier knows.
pub(crate) fn source() -> PathBuf {
    if let Some(given) = env::var_os("FERROMQ_LIBZMQ_SOURCE").filter(|given| !given.is_empty()) {
        let given = PathBuf::from(given);
        if let Err(why) = check(&given) {
            fail(format!(
                "FERROMQ_LIBZMQ_SOURCE is {}, which {why}; it must name an unpacked libzmq {VERSION} source tree.",
                given.display()
            ));
        }
        println!("cargo::rerun-if-changed={}", given.display());
        return given;
    }

    let known_by_the_carrier = ask_carrier().into_iter().flat_map(|file| match file.is_absolute() {
        true => vec![file],
        false => against_the_workspace(&file),
    });
    // <package>/src/lib.rs
    let packages = known_by_the_carrier.filter_map(|file| Some(file.parent()?.parent()?.to_owned()));
    let beside_us = ["zeromq-src-0.3.6+4.3.5", "zeromq-src"];
    let beside_us = beside_us.map(|name| directory("CARGO_MANIFEST_DIR").with_file_name(name));
    packages
        .chain(beside_us)
        .map(|package| package.join("vendor"))
        .find(|tree| check(tree).is_ok())
        .unwrap_or_else(|| {
            fail(format!(
                "The libzmq sources inside the crate zeromq-src were not found; \
                 set FERROMQ_LIBZMQ_SOURCE to the directory of an unpacked libzmq {VERSION} source tree."
            ))
        })
}

/// The path of the carrier's `src/lib.rs`, as the compiler was given it.
///
/// The carrier has no function that tells it. But its `build()` panics at once when `TARGET` is not set, and
/// a panic knows its source file. So that neither the panic nor the environment touches this process, it
/// happens in another one: the build script runs itself a second time, without `TARGET`, and
/// [`answer_if_asked`] prints the path.
fn ask_carrier() -> Option<PathBuf> {
    let output = Command::new(env::current_exe().ok()?).env(ASKED, "1").env_remove("TARGET").output().ok()?;
    let output = String::from_utf8(output.stdout).ok()?;
    output.lines().find_map(|line| line.strip_prefix(ANSWER)).map(PathBuf::from)
}

/// Does nothing, except in the process that [`ask_carrier`] starts: there it prints the answer and ends the
/// process.
pub(crate) fn answer_if_asked() {
    if env::var_os(ASKED).is_none() {
        return;
    }
    panic::set_hook(Box::new(|panic| {
        if let Some(location) = panic.location() {
            println!("{ANSWER}{}", location.file());
        }
        process::exit(0);
    }));
    zeromq_src::Build::new().build();
    process::exit(1);
}

/// A package inside the workspace is compiled with a path relative to the workspace's root, which a build
/// script is not told: it is above our own package or above the target directory.
fn against_the_workspace(file: &Path) -> Vec<PathBuf> {
    let below = [directory("CARGO_MANIFEST_DIR"), directory("OUT_DIR")];
    below.iter().flat_map(|directory| directory.ancestors()).map(|above| above.join(file)).collect()
}

/// A directory that cargo names in the environment.
fn directory(variable: &str) -> PathBuf {
    env::var_os(variable).map(PathBuf::from).unwrap_or_default()
}

/// Whether `tree` is the libzmq that we compile; if not, what it lacks.
fn check(tree: &Path) -> Result<(), String> {
    for file in ["CMakeLists.txt", "include/zmq.h"] {
        if !tree.join(file).is_file() {
            return Err(format!("has no {file}"));
        }
    }
    let header = fs::read_to_string(tree.join("include/zmq.h"))
        .map_err(|error| format!("cannot be read ({error})"))?;
    let number = |part| {
        header
            .lines()
            .find_map(|line| line.strip_prefix(&format!("#define ZMQ_VERSION_{part} ")))
            .unwrap_or("?")
            .trim()
    };
    match [number("MAJOR"), number("MINOR"), number("PATCH")].join(".") {
        version if version == VERSION => Ok(()),
        version => Err(format!("holds libzmq {version}")),
    }
}
