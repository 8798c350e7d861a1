//! ferromq against libzmqs that others have built: the package `interop`, which is no member of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{Built, target_directory};
use crate::invocation::{Invocation, root};
use crate::outside::copy;
use crate::prerequisites::{self, NODE, NPM, npm_program};
use crate::{Result, outside};

// What the tests try, which the page tells.
#[path = "../../../tests/it/matrix/page.rs"]
mod page;
#[path = "../../../tests/it/matrix/plan.rs"]
#[allow(dead_code)]
mod plan;

const PACKAGE: &str = "interop/node/package.json";

/// Fails if the libzmq in the package is not the one that the tests want.
const CHECK: &str = "const { version, capability } = require(\"zeromq\"); \
    console.log(`Node ${process.version}, libzmq ${version}, drafts: ${capability.draft}`); \
    process.exit(capability.draft ? 0 : 1)";

/// With Node; `--all`: with the implementations in Rust, too; `--page`: only writes `docs/interop.md`.
pub fn run(arguments: &[String]) -> Result<()> {
    let all = match arguments {
        [] => false,
        [only] if only == "--all" => true,
        [only] if only == "--page" => return write_page(),
        _ => return Err("it takes --all, --page, or nothing".to_owned()),
    };
    prerequisites::ensure(&prerequisites::to_build())?;
    prerequisites::ensure(&[NODE, NPM])?;
    run_with_node()?;
    if all { run_with_rivals() } else { Ok(()) }
}

fn write_page() -> Result<()> {
    let page = root().join(page::PAGE);
    fs::write(&page, page::page()).map_err(|error| format!("{} cannot be written: {error}.", page.display()))
}

/// Whether Node and npm are here already.
pub fn possible() -> bool {
    NODE.is_present() && NPM.is_present()
}

pub fn run_with_node() -> Result<()> {
    let modules = install()?;
    let check = Invocation::new("node", &["-e", CHECK]).variable("NODE_PATH", &modules);
    check.run().map_err(|error| format!("the libzmq in npm's zeromq is not one with drafts: {error}"))?;

    outside::cargo("test", "interop")?.variable("NODE_PATH", &modules).run()
}

/// Against what was written anew in Rust: `interop/rivals`, which no other command builds.
fn run_with_rivals() -> Result<()> {
    let manifest = "interop/rivals/Cargo.toml";
    copy(&root().join("Cargo.lock"), &root().join("interop/rivals/Cargo.lock"))?;
    let target = target_directory()?;
    let build = Invocation::cargo(&["build", "--manifest-path", manifest, "--target-dir"]).argument(target);
    let program = Built::of(&build)?.executable("ferromq-rivals")?;
    let tests = outside::cargo("test", "interop")?.arguments(["--test", "matrix", "--", "--ignored"]);
    tests.variable("FERROMQ_RIVALS", program).run()
}

/// Makes sure that `target/node` has exactly what [`PACKAGE`] asks for; quick when it already has.
fn install() -> Result<PathBuf> {
    let home = root().join("target/node");
    let modules = home.join("node_modules");
    let wanted = root().join(PACKAGE);
    let installed = home.join("installed.json");
    let read = |path: &Path| fs::read(path).ok();
    if modules.is_dir() && read(&installed).is_some_and(|installed| Some(installed) == read(&wanted)) {
        return Ok(modules);
    }
    println!("Installing what {PACKAGE} asks for into target/node.");
    if home.exists() {
        fs::remove_dir_all(&home)
            .map_err(|error| format!("{} cannot be removed: {error}.", home.display()))?;
    }
    fs::create_dir_all(&home).map_err(|error| format!("{} cannot be made: {error}.", home.display()))?;
    copy(&wanted, &home.join("package.json"))?;
    // The package brings libzmq compiled; what its script would do is compile it if it did not.
    Invocation::new(
        npm_program(),
        &["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"],
    )
    .argument("--prefix")
    .argument(&home)
    .run()
    .map_err(|error| format!("{error} It needs npm's registry."))?;
    copy(&wanted, &installed)?;
    Ok(modules)
}
