//! The integration tests under valgrind's memcheck: no error, no definite leak.

use std::path::Path;

use crate::Result;
use crate::cargo::Built;
use crate::invocation::{Invocation, root};
use crate::prerequisites;

/// Reports that are not ours to mend, each with its reason; need not exist.
const SUPPRESSIONS: &str = "tests/valgrind.supp";
/// The test target; its ignored tests start other programs, which valgrind would not follow.
const TARGET: &str = "it";
/// These start other programs, too, and wait for them; or move hundreds of megabytes.
const NOT_FOR_VALGRIND: &[&str] = &["interop::", "matrix::"];

/// `filters` select tests by name, as for `cargo test`.
pub fn run(filters: &[String]) -> Result<()> {
    prerequisites::ensure(&prerequisites::to_build())?;
    prerequisites::ensure(&[prerequisites::VALGRIND])?;
    let built = Built::by(&["test", "--package", "ferromq", "--all-features", "--test", TARGET, "--no-run"])?;
    let tests = memcheck(&built.executable(TARGET)?);
    tests.arguments(filters).run()
}

/// The command that runs tests under memcheck, to which a selection of them can be added.
pub fn memcheck(tests: &Path) -> Invocation {
    let mut memcheck = Invocation::new("valgrind", &["--tool=memcheck", "--error-exitcode=99"])
        .arguments(["--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"])
        // valgrind runs one thread at a time; libzmq's own threads must get their turn while a test waits.
        .arguments(["--fair-sched=yes", "--num-callers=30"])
        // Has the tests wait longer than usual before they call something lost.
        .variable("FERROMQ_VALGRIND", "1");
    if root().join(SUPPRESSIONS).exists() {
        memcheck = memcheck.argument(format!("--suppressions={SUPPRESSIONS}"));
    }
    let skipped = NOT_FOR_VALGRIND.iter().flat_map(|module| ["--skip", module]);
    memcheck.argument(tests).argument("--test-threads=1").arguments(skipped)
}
