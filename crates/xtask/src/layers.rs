//! The two rules of the source tree: a module refers to its own layer and to those below it, never to one above; and
//! `unsafe` is written in `src/sys/` only.
//!
//! The check reads tokens, so comments and strings do not matter and the bodies of macros do.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::invocation::root;

mod references;

use references::{Reference, Source};

/// The modules of ferromq, the lowest layer first. A new module of the crate's root is entered here.
const LAYERS: &[&[&str]] = &[
    // libzmq itself; the only unsafe code.
    &["sys"],
    // Values that need no socket.
    &["error", "capability", "endpoint", "z85", "version"],
    &["message"],
    &["context", "options", "security"],
    &["socket"],
    // What watches, joins or guards sockets. `zap` is the authenticator: it needs sockets, and their builder needs the
    // keys and mechanisms of `security`.
    &["poll", "proxy", "monitor", "zap"],
    // What the monitor's events come to, and a client that outlives its server.
    &["connections", "request_client"],
    // The same on runtimes.
    &["aio"],
    // What an application may add.
    &["config", "codec", "trace", "metrics", "log"],
];

/// The module that may contain [`KEYWORD`].
const UNSAFE: &str = "sys";

/// Written out once, so that a search for the word in the tree finds little else than its uses.
pub const KEYWORD: &str = "unsafe"; // the word that is looked for

pub fn run() -> Result<()> {
    let root = root();
    let mut files = Vec::new();
    for directory in ["src", "crates"] {
        rust_files(&root.join(directory), &mut files)?;
    }
    let mut sources = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)
            .map_err(|error| format!("{} cannot be read: {error}.", file.display()))?;
        sources.push(Source::read(file.strip_prefix(&root).unwrap_or(&file), &text)?);
    }
    let found = violations(&sources);
    if found.is_empty() {
        println!("{} files keep to their layers.", sources.len());
        return Ok(());
    }
    let list: String = found.iter().map(|violation| format!("\n{violation}")).collect();
    Err(format!("the layers (crates/xtask/src/layers.rs, docs/design.md) are broken:{list}"))
}

pub fn rust_files(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = |error| format!("{} cannot be read: {error}.", directory.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            rust_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// A line that breaks a rule.
#[derive(Debug, PartialEq)]
struct Violation {
    file: PathBuf,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.what)
    }
}

fn violations(sources: &[Source]) -> Vec<Violation> {
    // What `crate::Name` means, for the names that lib.rs re-exports and the macros that land in the root.
    let mut homes = HashMap::new();
    for source in sources.iter().filter(|source| source.in_ferromq()) {
        homes.extend(source.exports().iter().map(|export| (export.name.as_str(), export.module.as_str())));
    }
    let mut found = Vec::new();
    for source in sources {
        let mut report = |line, what| found.push(Violation { file: source.file.clone(), line, what });
        if source.top_module() != Some(UNSAFE) {
            for &line in source.unsafe_lines() {
                report(line, format!("`{KEYWORD}` belongs in src/sys only"));
            }
        }
        let Some(module) = source.top_module() else { continue };
        let Some(layer) = layer_of(module) else {
            report(
                1,
                format!("the module `{module}` has no layer yet: enter it in crates/xtask/src/layers.rs"),
            );
            continue;
        };
        for reference in source.references() {
            if let Err(what) = allowed(module, layer, reference, &homes) {
                report(reference.line, what);
            }
        }
    }
    found
}

fn allowed(module: &str, layer: usize, reference: &Reference, homes: &HashMap<&str, &str>) -> Result<()> {
    let name = reference.name.as_str();
    let target = if layer_of(name).is_some() { Some(name) } else { homes.get(name).copied() };
    let Some(target) = target else {
        return Err(format!(
            "`crate::{name}` is neither a module with a layer nor re-exported from one by name in src/lib.rs"
        ));
    };
    match layer_of(target) {
        Some(above) if above > layer => Err(format!(
            "`{module}` (layer {layer}) refers to `crate::{name}`, which is in `{target}` (layer {above}), above it"
        )),
        _ => Ok(()),
    }
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a tree of these files, as `file:line: what`.
    fn check(files: &[(&str, &str)]) -> Vec<String> {
        let read = |(file, text): &(&str, &str)| Source::read(Path::new(file), text).expect("it is Rust");
        let sources: Vec<_> = files.iter().map(read).collect();
        violations(&sources).iter().map(ToString::to_string).collect()
    }

    fn check_one(file: &str, text: &str) -> Vec<String> {
        check(&[(file, text)])
    }

    #[test]
    fn a_lower_layer_and_its_own_may_be_referred_to() {
        let socket = "use crate::{context::Context, error, socket::req::Req};\nuse super::rep::Rep;";
        assert_eq!(check_one("src/socket/pair.rs", socket), [""; 0]);
    }

    #[test]
    fn a_use_of_a_higher_layer_is_found() {
        assert_eq!(
            check_one("src/message/frame.rs", "\nuse crate::socket::Socket;"),
            ["src/message/frame.rs:2: `message` (layer 2) refers to `crate::socket`, \
              which is in `socket` (layer 4), above it"],
        );
    }

    #[test]
    fn a_higher_layer_is_found_in_groups_paths_macros_and_through_super() {
        for text in [
            "use crate::{error::Error, sys, poll::Poller};",
            "use crate::{error::{self, Error}, poll};",
            "fn f(_: crate::poll::Poller) {}",
            "macro_rules! m { () => { $crate::poll::Poller::new() } }",
            "fn f() { g!(x, crate::poll::y) }",
            "use super::super::poll::Poller;",
            "use self::super::super::{error, poll::Poller};",
            "use super::{Rep, super::poll::Poller};",
            "mod inner { use super::super::super::poll; }",
            "pub mod inner { pub fn f() { super::super::super::poll::g() } }",
        ] {
            let found = check_one("src/socket/req.rs", text);
            assert!(
                found.len() == 1 && found[0].contains("in `poll` (layer 5), above it"),
                "{text}: {found:?}"
            );
        }
        assert_eq!(check_one("src/socket/mod.rs", "use super::poll;").len(), 1);
        assert_eq!(check_one("src/socket.rs", "use super::poll;").len(), 1);
        assert_eq!(
            check_one("src/socket/mod.rs", "mod poll; use self::poll::x; mod a { use super::poll; }"),
            [""; 0]
        );
    }

    #[test]
    fn a_name_that_the_root_reexports_counts_for_its_module() {
        let lib =
            ("src/lib.rs", "pub use socket::{Req, any::{AnySocket as Any}}; pub use self::error::Error;");
        let check = |text| check(&[lib, ("src/message/mod.rs", text)]);
        assert_eq!(check("use crate::Error;"), [""; 0]);
        assert!(check("use crate::Req;")[0].contains("`crate::Req`, which is in `socket`"));
        assert!(check("use crate::Any;")[0].contains("`crate::Any`, which is in `socket`"));
        assert!(check("use crate::AnySocket;")[0].contains("neither a module with a layer nor re-exported"));
    }

    #[test]
    fn an_exported_macro_counts_for_the_module_that_defines_it() {
        let table = ("src/options/table.rs", "#[macro_export] macro_rules! rows { () => {} }");
        assert_eq!(check(&[table, ("src/socket/req.rs", "crate::rows!();")]), [""; 0]);
        assert_eq!(check(&[table, ("src/error.rs", "crate::rows!();")]).len(), 1);
    }

    #[test]
    fn tests_may_use_what_they_like() {
        assert_eq!(
            check_one("src/message/mod.rs", "#[cfg(test)] mod tests { use crate::socket::Req; }"),
            [""; 0]
        );
        assert_eq!(
            check_one("src/message/mod.rs", "#[cfg(not(test))] mod t { use crate::socket::Req; }").len(),
            1
        );
    }

    #[test]
    fn an_unknown_module_must_be_entered_in_the_table() {
        let found = check_one("src/helpers.rs", "");
        assert_eq!(
            found,
            [
                "src/helpers.rs:1: the module `helpers` has no layer yet: enter it in crates/xtask/src/layers.rs"
            ]
        );
    }

    #[test]
    fn unsafe_is_found_wherever_it_is_a_token() {
        for text in [
            "fn f() { KEYWORD { g() } }",
            "KEYWORD impl Send for X {}",
            "#[KEYWORD(no_mangle)] fn f() {}",
            "macro_rules! m { () => { KEYWORD { g() } } }",
            "#[cfg(test)] mod tests { KEYWORD fn f() {} }",
        ] {
            let text = &text.replace("KEYWORD", KEYWORD);
            for file in ["src/socket/req.rs", "src/lib.rs", "crates/xtask/src/main.rs"] {
                assert_eq!(
                    check_one(file, text),
                    [format!("{file}:1: `{KEYWORD}` belongs in src/sys only")],
                    "{text}"
                );
            }
            assert_eq!(check_one("src/sys/socket.rs", text), [""; 0]);
        }
    }

    #[test]
    fn the_word_unsafe_in_prose_is_no_token() {
        let text = "//! unsafe\n#![deny(unsafe_code)]\n/* unsafe */ /// unsafe\nconst A: &str = \"unsafe\"; // unsafe";
        assert_eq!(check_one("src/lib.rs", text), [""; 0]);
    }
}
