//! Every test there is, those included that plain `cargo test` leaves out because they need more of the machine.

use std::fs;
use std::path::PathBuf;

use crate::invocation::{Invocation, root};
use crate::prerequisites;
use crate::python::{self, Python};
use crate::steps::Steps;
use crate::{Result, czmq, fuzz, gssapi};

/// The compiler whose messages `tests/ui/` holds.
const UI_RUSTC: &str = "tests/ui/rustc-version";
const UI_TARGET: &str = "ui";

pub fn run() -> Result<()> {
    let mut steps = Steps::new();
    let python = prerequisites_step(&mut steps)?;
    run_steps(&mut steps, &python)?;
    steps.finish();
    Ok(())
}

pub fn prerequisites_step(steps: &mut Steps) -> Result<Python> {
    steps.step("prerequisites", "cargo xtask demo", || {
        prerequisites::ensure(&prerequisites::to_build())?;
        python::ensure()
    })
}

pub fn run_steps(steps: &mut Steps, python: &Python) -> Result<()> {
    // By itself, because with other packages cargo may want to build it with other features, and on Windows a running
    // program cannot be replaced.
    steps.command("tests of xtask", &Invocation::cargo(&["test", "--package", "xtask"]))?;
    steps.command("tests", &Invocation::cargo(&["test", "--workspace", "--exclude", "xtask"]))?;

    // The interop tests start the examples, which `cargo test --test` does not build.
    let examples = ["build", "--package", "ferromq", "--examples", "--all-features"];
    steps.command("examples", &Invocation::cargo(&examples))?;
    let czmq = czmq_step(steps)?;
    let ignored = czmq::known_to(python.known_to(ignored_tests()?), czmq.as_deref());
    steps.command("tests that plain `cargo test` ignores", &ignored)?;
    let task_queue = Invocation::cargo(&["test", "--package", "ferromq-task-queue", "--", "--ignored"]);
    steps.command("task queue with Python", &python.known_to(task_queue))?;
    if let Some(reason) = no_network_namespaces() {
        // They were among the ignored tests, and have ended without trying anything.
        steps.skip("tests with a link that is cut", &reason);
    }
    match ui_rustc()? {
        None => {
            let ui =
                ["test", "--package", "ferromq", "--all-features", "--test", UI_TARGET, "--", "--ignored"];
            steps.command("compiler messages", &Invocation::cargo(&ui))?;
        }
        Some(reason) => steps.skip("compiler messages", &reason),
    }

    let without = ["test", "--package", "ferromq", "--no-default-features"];
    steps.command("tests without features", &Invocation::cargo(&without))?;
    let with_all = ["test", "--package", "ferromq", "--all-features"];
    steps.command("tests with all features", &Invocation::cargo(&with_all))?;
    // Its libzmq is linked.
    steps.step("a million inputs for each fuzz target", "cargo xtask fuzz --million", fuzz::run_a_million)
}

/// The program that the tests with czmq need; `None`, and a step that is skipped, if czmq cannot be had here.
fn czmq_step(steps: &mut Steps) -> Result<Option<PathBuf>> {
    match czmq::ensure() {
        Ok(()) => steps.step("a program with czmq", "cargo xtask test", czmq::compile).map(Some),
        Err(reason) => {
            steps.skip("certificates of czmq", &reason);
            Ok(None)
        }
    }
}

/// Runs the ignored tests of every integration test binary but the one that depends on the compiler's version.
fn ignored_tests() -> Result<Invocation> {
    let mut command = Invocation::cargo(&["test", "--package", "ferromq", "--all-features"]);
    for target in integration_test_targets()?.iter().filter(|target| *target != UI_TARGET) {
        command = command.argument("--test").argument(target);
    }
    // They need another libzmq.
    Ok(command.arguments(["--", "--ignored", "--skip", gssapi::TESTS]))
}

/// Why `tests/it/namespaces.rs` could try nothing; `None` if it could.
fn no_network_namespaces() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("network namespaces are Linux's.".to_owned());
    }
    let namespace = format!("ferromq-xtask-{}", std::process::id());
    let ip = |arguments: &[&str]| {
        let ip = Invocation::new("ip", arguments);
        let output = ip.command().output().map_err(|error| ip.did_not_start(&error))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(()) } else { Err(format!("`{ip}` failed: {}", said.trim())) }
    };
    let made = ip(&["netns", "add", &namespace]).and_then(|()| {
        let cable = ip(&["-n", &namespace, "link", "add", "cable", "type", "veth", "peer", "other"]);
        cable.and(ip(&["netns", "delete", &namespace]))
    });
    made.err()
}

/// The names that cargo gives to `tests/*.rs` and `tests/*/main.rs`.
fn integration_test_targets() -> Result<Vec<String>> {
    let entries =
        fs::read_dir(root().join("tests")).map_err(|error| format!("tests/ cannot be read: {error}."))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let targets =
        paths.filter(|path| path.extension().is_some_and(|e| e == "rs") || path.join("main.rs").is_file());
    let mut names: Vec<_> =
        targets.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// Why the compiler's messages cannot be compared here; `None` if they can.
fn ui_rustc() -> Result<Option<String>> {
    let recorded = fs::read_to_string(root().join(UI_RUSTC))
        .map_err(|error| format!("{UI_RUSTC} cannot be read: {error}."))?;
    let (version, _) = Invocation::new("rustc", &["--version"]).standard_output()?;
    Ok(mismatch(recorded.trim(), version.trim()))
}

fn mismatch(recorded: &str, rustc_version: &str) -> Option<String> {
    let version = rustc_version.split(' ').nth(1).unwrap_or(rustc_version);
    (version != recorded).then(|| {
        format!("the messages in tests/ui were recorded with rustc {recorded}, and this is {version} ({UI_RUSTC}).")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_compared_with_the_recorded_compiler_only() {
        assert_eq!(mismatch("1.95.0", "rustc 1.95.0 (59807616e 2026-04-14)"), None);
        let reason = mismatch("1.95.0", "rustc 1.96.0 (abc 2026-05-28)").expect("they differ");
        assert!(reason.contains("recorded with rustc 1.95.0, and this is 1.96.0"), "{reason}");
    }
}
