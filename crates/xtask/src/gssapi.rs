//! Kerberos: the tests of GSSAPI, against a libzmq that has it and a realm that is made for them.

mod realm;

use crate::Result;
use crate::cargo::{Built, target_directory};
use crate::invocation::Invocation;
use crate::prerequisites::{self, KDC, KERBEROS, KRB5_ADMIN, PKG_CONFIG, PYTHON, Prerequisite, VALGRIND};
use crate::valgrind;

use realm::Realm;

/// The module of the integration tests that needs all this.
pub const TESTS: &str = "gssapi::";

const NEEDED: [Prerequisite; 5] = [PKG_CONFIG, KERBEROS, KDC, KRB5_ADMIN, PYTHON];

/// `--valgrind` runs the tests under memcheck; other arguments select tests by name.
pub fn run(arguments: &[String]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Err("only Linux has been tried.".to_owned());
    }
    let (flags, names): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.starts_with('-'));
    let memcheck = match flags[..] {
        [] => false,
        [flag] if flag == "--valgrind" => true,
        _ => return Err("there is only the option --valgrind.".to_owned()),
    };
    prerequisites::ensure(&prerequisites::to_build())?;
    prerequisites::ensure(&NEEDED)?;
    if memcheck {
        prerequisites::ensure(&[VALGRIND])?;
    }

    // A directory of its own, so that the libzmq of everything else is not compiled anew each time.
    let build =
        Invocation::cargo(&["test", "--package", "ferromq", "--all-features", "--test", "it", "--no-run"])
            .argument("--target-dir")
            .argument(target_directory()?.join("gssapi"))
            .variable("FERROMQ_WITH", "gssapi");
    let tests = Built::of(&build)?.executable("it")?;
    let realm = Realm::start()?;
    let tests = if memcheck { valgrind::memcheck(&tests) } else { Invocation::new(tests, &[]) };
    let tests = match names[..] {
        [] => tests.argument(TESTS),
        _ => tests.arguments(names),
    };
    let python = prerequisites::python().unwrap_or("python3");
    realm.known_to(tests.argument("--ignored")).variable("FERROMQ_PYTHON", python).run()
}

/// Whether `run` would install nothing.
pub fn possible() -> bool {
    cfg!(target_os = "linux") && NEEDED.iter().all(|needed| needed.is_present())
}
