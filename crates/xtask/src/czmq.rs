//! czmq, which writes and reads the same certificates: `tests/czmq/certificates.c`, compiled into `target/czmq`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::invocation::{Invocation, root};
use crate::prerequisites::{self, CZMQ};

const SOURCE: &str = "tests/czmq/certificates.c";

/// How the tests find the program. If it is set to nothing, they try nothing.
const VARIABLE: &str = "FERROMQ_CZMQ";

/// Makes sure that czmq is there; an error says why it cannot be.
pub fn ensure() -> Result<()> {
    prerequisites::ensure(&[CZMQ])
}

pub fn compile() -> Result<PathBuf> {
    let home = root().join("target/czmq");
    fs::create_dir_all(&home).map_err(|error| format!("{} cannot be made: {error}.", home.display()))?;
    let program = home.join("certificates");
    let flags = flags().ok_or("czmq is there no longer.")?;
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    Invocation::new(compiler, &["-Wall", "-o"]).argument(&program).argument(SOURCE).arguments(flags).run()?;
    Ok(program)
}

/// Tells the tests where the program is, or that there is none.
pub fn known_to(command: Invocation, program: Option<&Path>) -> Invocation {
    command.variable(VARIABLE, program.unwrap_or(Path::new("")))
}

/// What the compiler has to be told; `None` if czmq is not here.
pub fn flags() -> Option<Vec<String>> {
    let query = Invocation::new("pkg-config", &["--cflags", "--libs", "libczmq"]);
    match query.succeeds().then(|| query.standard_output()) {
        Some(Ok((flags, true))) => Some(flags.split_whitespace().map(str::to_owned).collect()),
        _ => Path::new("/usr/include/czmq.h").is_file().then(|| vec!["-lczmq".to_owned()]),
    }
}
