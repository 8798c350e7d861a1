//! ferromq against libzmqs that others have built: the package `interop`, which is no member of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use crate::invocation::{Invocation, root};
use crate::outside::copy;
use crate::prerequisites::{self, NODE, NPM, npm_program};
use crate::{Result, outside};

const PACKAGE: &str = "interop/node/package.json";

/// Fails if the libzmq in the package is not the one that the tests want.
const CHECK: &str = "const { version, capability } = require(\"zeromq\"); \
    console.log(`Node ${process.version}, libzmq ${version}, drafts: ${capability.draft}`); \
    process.exit(capability.draft ? 0 : 1)";

pub fn run() -> Result<()> {
    prerequisites::ensure(&prerequisites::to_build())?;
    prerequisites::ensure(&[NODE, NPM])?;
    run_with_node()
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
