//! Links the libzmq that the system has, in place of compiling one.

use crate::extras;
use crate::failure::fail;

/// The oldest release that the crate works with.
const OLDEST: &str = "4.2";

/// Finds libzmq by pkg-config and emits what linking it takes.
pub(crate) fn link() {
    if !extras::names().is_empty() {
        fail(format!(
            "{} adds to the libzmq that is compiled, and FERROMQ_SYSTEM_LIBZMQ asks for none to be; unset one of them.",
            extras::CHOICE
        ));
    }
    // Also prints the link lines, and `rerun-if-env-changed` for the variables that pkg-config reads.
    let libzmq = pkg_config::Config::new().atleast_version(OLDEST).probe("libzmq").unwrap_or_else(|error| {
        let why = match error {
            pkg_config::Error::Command { .. } => "pkg-config could not be run".to_owned(),
            pkg_config::Error::ProbeFailure { .. } | pkg_config::Error::Failure { .. } => {
                format!("pkg-config finds no libzmq >= {OLDEST}")
            }
            other => other.to_string(),
        };
        fail(format!(
            "FERROMQ_SYSTEM_LIBZMQ is set, but {why}; install it \
             (Debian/Ubuntu: apt install libzmq3-dev pkg-config; \
             Fedora: dnf install zeromq-devel pkgconf-pkg-config; macOS: brew install zeromq pkg-config; \
             Windows: MSYS2's zeromq and pkgconf packages), or unset the variable to have libzmq compiled."
        ))
    });
    println!("cargo::rustc-cfg=ferromq_system_libzmq");

    let include = libzmq.include_paths.into_iter().find(|directory| directory.join("zmq.h").is_file());
    // pkg-config's flags leave out the directories that the compiler searches anyway; its variable does not.
    let include = include.map_or_else(
        || pkg_config::get_variable("libzmq", "includedir").unwrap_or_default(),
        |directory| directory.display().to_string(),
    );
    println!("cargo::rustc-env=FERROMQ_ZMQ_INCLUDE={include}");
    println!("cargo::metadata=include={include}");
}
