//! Packages that are no members of the workspace. They link libzmq as the workspace has built it, because cargo would
//! compile it once more for another workspace.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::cargo::{Built, target_directory};
use crate::invocation::{Invocation, root};

/// `cargo COMMAND` for the package in `directory`. With the same versions of everything, and in the same directory, other
/// packages are not compiled again either.
pub fn cargo(command: &str, directory: &str) -> Result<Invocation> {
    let manifest = format!("{directory}/Cargo.toml");
    copy(&root().join("Cargo.lock"), &root().join(directory).join("Cargo.lock"))?;
    let cargo = Invocation::cargo(&[command, "--manifest-path", &manifest, "--target-dir"]);
    linking_the_same(cargo.argument(target_directory()?))
}

/// A command of cargo, so that it links what the tests with all features link, for whichever workspace or profile.
pub fn linking_the_same(cargo: Invocation) -> Result<Invocation> {
    let built = Built::by(&["build", "--package", "ferromq", "--all-features"])?;
    let settings = target_directory()?.join("outside.toml");
    fs::write(&settings, built.instead_of_the_build_scripts(&host()?)?)
        .map_err(|error| format!("{} cannot be written: {error}.", settings.display()))?;
    Ok(cargo.argument("--config").argument(&settings))
}

/// The target for which cargo builds by default.
pub fn host() -> Result<String> {
    let (told, _) = Invocation::new("rustc", &["--version", "--verbose"]).standard_output()?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say for which machine it compiles.".to_owned())
}

pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = |error| format!("{} cannot be copied to {}: {error}.", from.display(), to.display());
    fs::copy(from, to).map(drop).map_err(failed)
}
