//! Copies the libzmq sources and applies `vendor/fixes/` to the copy.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};

use crate::failure::fail;

/// What the build reads. Of `builds/` only `cmake/`; tests, manual, packaging and the rest stay behind.
const NEEDED: [&str; 9] = [
    "AUTHORS",
    "CMakeLists.txt",
    "LICENSE",
    "NEWS",
    "builds/cmake",
    "external/sha1",
    "external/wepoll",
    "include",
    "src",
];

/// Makes `copy` the patched form of the libzmq tree at `source`.
pub(crate) fn copy_and_fix(source: &Path, copy: &Path) {
    if copy.exists() {
        or_fail(fs::remove_dir_all(copy), copy);
    }
    for name in NEEDED {
        copy_all(&source.join(name), &copy.join(name));
    }
    for fix in fixes() {
        apply(&fix, copy);
    }
}

/// The fixes in the order of their numbers.
fn fixes() -> Vec<PathBuf> {
    // Cargo runs a build script in its package's directory.
    let directory = Path::new("vendor/fixes");
    let mut fixes: Vec<_> = or_fail(fs::read_dir(directory), directory)
        .map(|entry| or_fail(entry, directory).path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "patch"))
        .collect();
    fixes.sort();
    fixes
}

/// Applies one unified diff, of one file or several, or ends the build. Every context line must be there as
/// it stands in the diff; only its line number may differ.
fn apply(fix: &Path, tree: &Path) {
    let text = or_fail(fs::read_to_string(fix), fix);
    if let Err(why) = try_apply(&text, tree) {
        fail(format!(
            "The fix vendor/fixes/{} does not apply to the libzmq sources ({why}); they have to be those \
             of the 4.3.5 release, so check FERROMQ_LIBZMQ_SOURCE if it is set.",
            fix.file_name().unwrap_or_default().display()
        ));
    }
}

fn try_apply(text: &str, tree: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = 0;
    for part in PatchSet::parse(text, ParseOptions::unidiff()) {
        let part = part?;
        let FileOperation::Modify { modified, .. } = part.operation().strip_prefix(1) else {
            return Err("it adds, removes or renames a file".into());
        };
        let patch = part.patch().as_text().ok_or("it is not text")?;
        let path = tree.join(&*modified);
        let original = fs::read_to_string(&path).map_err(|error| format!("{modified}: {error}"))?;
        let fixed = diffy::apply(&original, patch).map_err(|error| format!("{modified}: {error}"))?;
        fs::write(&path, fixed)?;
        files += 1;
    }
    if files == 0 { Err("it holds no diff".into()) } else { Ok(()) }
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        or_fail(fs::create_dir_all(to), to);
        for entry in or_fail(fs::read_dir(from), from) {
            let entry = or_fail(entry, from);
            copy_all(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        if let Some(parent) = to.parent() {
            or_fail(fs::create_dir_all(parent), parent);
        }
        // Not `fs::copy`: a read-only source (a package store, a vendored tree) would give a read-only copy.
        or_fail(fs::write(to, or_fail(fs::read(from), from)), to);
    }
}

fn or_fail<T>(result: io::Result<T>, path: &Path) -> T {
    result.unwrap_or_else(|error| {
        fail(format!("Copying libzmq's sources failed at {}: {error}.", path.display()))
    })
}
