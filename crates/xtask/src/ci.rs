//! All that a change must pass.

use crate::cargo::target_directory;
use crate::invocation::Invocation;
use crate::steps::Steps;
use crate::together::Task;
use crate::{Result, gssapi, interop, layers, outside, tax, test, valgrind};

pub fn run() -> Result<()> {
    let mut steps = Steps::new();

    // What takes seconds comes first.
    steps.command("format", &Invocation::cargo(&["fmt", "--all", "--check"]))?;
    for outside in [
        "interop",
        "interop/rivals",
        "fuzz",
        "bench-compare/measure",
        "bench-compare/ferromq",
        "bench-compare/bindings",
        "bench-compare/pure",
    ] {
        let manifest = format!("{outside}/Cargo.toml");
        let format = ["fmt", "--manifest-path", &manifest, "--check"];
        steps.command(&format!("format of {outside}/"), &Invocation::cargo(&format))?;
    }
    steps.step("layers", "cargo xtask layers", layers::run)?;
    let python = test::prerequisites_step(&mut steps)?;

    // libzmq is compiled once for each set of features, and once more for clippy, whose builds cargo keeps apart. Warnings
    // are denied by clippy's own argument: RUSTFLAGS would compile everything anew.
    // Without features only ferromq itself: another member of the workspace would switch them on again.
    for (features, selection) in [
        ("default features", &["--workspace"] as &[&str]),
        ("no features", &["--package", "ferromq", "--no-default-features"]),
        ("all features", &["--workspace", "--all-features"]),
    ] {
        let clippy = Invocation::cargo(&["clippy", "--all-targets"]).arguments(selection);
        steps.command(&format!("lints, {features}"), &clippy.arguments(["--", "--deny", "warnings"]))?;
    }

    test::run_steps(&mut steps, &python)?;
    // After the tests with all features, whose libzmq it links.
    if !cfg!(target_os = "linux") {
        steps.skip("interop with Node", "only on Linux");
    } else if interop::possible() {
        steps.step("interop with Node", "cargo xtask interop", interop::run_with_node)?;
    } else {
        steps.skip("interop with Node", "node and npm are not here; `cargo xtask interop` installs them");
    }

    // The rivals' programs can break only with the rivals.
    steps.step("lints of bench-compare/ferromq", "cargo xtask compare --rounds 1 ferromq", || {
        outside::cargo("clippy", "bench-compare/ferromq")?.arguments(["--", "--deny", "warnings"]).run()
    })?;

    let tasks = at_the_same_time(&mut steps)?;
    steps.together(&tasks)?;
    // By itself, because it ends with a comparison of times.
    if cfg!(target_os = "linux") {
        steps.step("tax", "cargo xtask tax", || tax::run(&[]))?;
    } else {
        steps.skip("tax", "only on Linux");
    }

    steps.finish();
    Ok(())
}

/// What uses one processor for long, the longest first, and what need not wait for it.
fn at_the_same_time(steps: &mut Steps) -> Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !cfg!(target_os = "linux") {
        steps.skip("valgrind", "only on Linux");
    } else {
        tasks = steps.step("tests for valgrind", "cargo xtask valgrind", valgrind::parts)?;
        if gssapi::possible() {
            tasks.push(Task::xtask("Kerberos", &["gssapi"])?);
        } else {
            steps.skip("Kerberos", "no KDC is here; `cargo xtask gssapi` installs one");
        }
    }
    let docs = Invocation::cargo(&["doc", "--workspace", "--no-deps", "--all-features"])
        .variable("RUSTDOCFLAGS", "--deny warnings");
    tasks.push(Task::new("documentation", docs.clone()));
    tasks.push(Task::new("documentation of private items", docs.argument("--document-private-items")));
    // Whether what would be published builds by itself: in our directory, or cargo would compile every dependency anew.
    // `--allow-dirty`, because this is run before a commit, too.
    let package = Invocation::cargo(&["package", "--package", "ferromq", "--allow-dirty", "--target-dir"]);
    tasks.push(Task::new("package", package.argument(target_directory()?)));
    Ok(tasks)
}
