//! The integration tests under valgrind's memcheck: no error, no definite leak.

use std::path::Path;

use crate::Result;
use crate::cargo::Built;
use crate::invocation::{Invocation, root};
use crate::prerequisites;
use crate::together::Task;

/// Reports that are not ours to mend, each with its reason; need not exist.
const SUPPRESSIONS: &str = "tests/valgrind.supp";
/// The test target; its ignored tests start other programs, which valgrind would not follow.
const TARGET: &str = "it";
/// These start other programs, too, and wait for them; or move hundreds of megabytes.
const NOT_FOR_VALGRIND: &[&str] = &["interop::", "matrix::"];
/// These repeat the same many times, and would take minutes.
const NOT_IN_CI: &[&str] = &["aio::cancellation", "aio::wake_ups"];

/// valgrind runs one thread at a time, so that another processor needs another process. More parts than processors, so that
/// none waits for long for the last one.
const PARTS: usize = 6;

/// `filters` select tests by name, as for `cargo test`; `--part N` stands for those of one part in CI.
pub fn run(filters: &[String]) -> Result<()> {
    let tests = tests()?;
    if let [flag, number] = filters
        && flag == "--part"
    {
        let number = number.parse().ok().filter(|number| (1..=PARTS).contains(number));
        let number = number.ok_or_else(|| format!("the parts are 1 to {PARTS}."))?;
        return part(&tests, &names(&tests)?, number).run();
    }
    memcheck(&tests).arguments(filters).run()
}

/// The parts, to run at the same time. Nothing is left to build for them.
pub fn parts() -> Result<Vec<Task>> {
    let tests = tests()?;
    let names = names(&tests)?;
    let task = |number| Task {
        title: format!("valgrind, part {number} of {PARTS}"),
        command: part(&tests, &names, number),
        again: format!("cargo xtask valgrind --part {number}"),
    };
    Ok((1..=PARTS).map(task).collect())
}

fn tests() -> Result<std::path::PathBuf> {
    prerequisites::ensure(&prerequisites::to_build())?;
    prerequisites::ensure(&[prerequisites::VALGRIND])?;
    let built = Built::by(&["test", "--package", "ferromq", "--all-features", "--test", TARGET, "--no-run"])?;
    built.executable(TARGET)
}

/// The tests that CI runs under valgrind.
fn names(tests: &Path) -> Result<Vec<String>> {
    let list = Invocation::new(tests, &["--list"]).arguments(skipping(NOT_FOR_VALGRIND));
    let (listed, succeeded) = list.arguments(skipping(NOT_IN_CI)).standard_output()?;
    let names: Vec<_> =
        listed.lines().filter_map(|line| Some(line.strip_suffix(": test")?.to_owned())).collect();
    if succeeded && !names.is_empty() {
        Ok(names)
    } else {
        Err("the tests do not say their names.".to_owned())
    }
}

fn part(tests: &Path, names: &[String], number: usize) -> Invocation {
    let names: Vec<_> = share(names, number).cloned().collect();
    let shown = format!("the names of {} tests", names.len());
    memcheck(tests).argument("--exact").arguments_shown_as(&shown, names)
}

/// Every `PARTS`th. Neighbours cost the same, often: they try one thing in several ways.
fn share(names: &[String], number: usize) -> impl Iterator<Item = &String> {
    names.iter().skip(number - 1).step_by(PARTS)
}

/// The command that runs tests under memcheck, to which a selection of them can be added.
pub fn memcheck(tests: &Path) -> Invocation {
    let mut memcheck = Invocation::new("valgrind", &["--tool=memcheck", "--error-exitcode=99"])
        .arguments(["--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"])
        // valgrind runs one thread at a time; libzmq's own threads must get their turn while a test waits.
        .arguments(["--fair-sched=yes", "--num-callers=30"])
        // Has the tests wait longer than usual before they call something lost.
        .variable("FERROMQ_VALGRIND", "1")
        // Some tests panic on purpose, and reading the debug information for a backtrace takes half a minute there.
        .variable("RUST_BACKTRACE", "0");
    if root().join(SUPPRESSIONS).exists() {
        memcheck = memcheck.argument(format!("--suppressions={SUPPRESSIONS}"));
    }
    memcheck.argument(tests).argument("--test-threads=1").arguments(skipping(NOT_FOR_VALGRIND))
}

fn skipping<'a>(modules: &'a [&str]) -> impl Iterator<Item = &'a str> {
    modules.iter().flat_map(|module| ["--skip", *module])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_is_in_one_part() {
        let names: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        let mut all: Vec<_> = (1..=PARTS).flat_map(|number| share(&names, number)).collect();
        all.sort_by_key(|name| name.parse::<usize>().expect("it is a number"));
        assert!(all.into_iter().eq(&names));
    }
}
