//! All that a change must pass.

use crate::invocation::Invocation;
use crate::steps::Steps;
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

    let docs =
        Invocation::cargo(&["doc", "--workspace", "--no-deps"]).variable("RUSTDOCFLAGS", "--deny warnings");
    steps.command("documentation", &docs.clone().argument("--all-features"))?;
    steps.command("documentation of private items", &docs.argument("--document-private-items"))?;

    // Whether what would be published builds by itself. `--allow-dirty`, because this is run before a commit, too.
    steps.command("package", &Invocation::cargo(&["package", "--package", "ferromq", "--allow-dirty"]))?;

    if cfg!(target_os = "linux") {
        // Those that repeat the same many times would take minutes.
        let all_but = ["--skip", "aio::cancellation", "--skip", "aio::wake_ups"].map(str::to_owned);
        steps.step("valgrind", "cargo xtask valgrind", || valgrind::run(&all_but))?;
        if gssapi::possible() {
            steps.step("Kerberos", "cargo xtask gssapi", || gssapi::run(&[]))?;
        } else {
            steps.skip("Kerberos", "no KDC is here; `cargo xtask gssapi` installs one");
        }
        steps.step("tax", "cargo xtask tax", tax::run)?;
    } else {
        steps.skip("valgrind", "only on Linux");
        steps.skip("tax", "only on Linux");
    }

    steps.finish();
    Ok(())
}
