//! libzmq as its authors have released it, compiled with its default options, and what is linked with it: the program in
//! `bench-compare/c`, and libzmq's own in its directory `perf`.
//!
//! Its draft options are compiled in, because `c-tuned` needs one of them; whoever does not set them notices nothing. Its
//! CURVE uses the libsodium that ferromq links.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::contenders::OURS;
use super::programs;
use crate::Result;
use crate::cargo::target_directory;
use crate::invocation::{Invocation, root};

pub const SOURCE: &str = "bench-compare/c/measure.c";
const GROWTH_SOURCE: &str = "bench-compare/c/growth.c";
/// The release that carries the sources.
const CARRIER: (&str, &str) = ("zeromq-src", "0.3.6");
const PERF_PROGRAMS: [&str; 6] =
    ["local_thr", "remote_thr", "inproc_thr", "local_lat", "remote_lat", "inproc_lat"];

pub struct Libzmq {
    source: PathBuf,
    /// Where cmake has written which platform this is.
    built: PathBuf,
    library: PathBuf,
    /// The archive of libsodium.
    sodium: Option<PathBuf>,
    version: String,
}

impl Libzmq {
    pub fn build() -> Result<Self> {
        let (source, version) = source()?;
        let built = home()?.join("libzmq");
        let sodium = sodium()?;
        let configure = Invocation::new("cmake", &["-S"])
            .argument(&source)
            .argument("-B")
            .argument(&built)
            .arguments(["-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_POLICY_VERSION_MINIMUM=3.5"])
            .arguments(["-DBUILD_SHARED=OFF", "-DBUILD_STATIC=ON", "-DENABLE_DRAFTS=ON"])
            // What is not measured, and what it would look for on the machine.
            .arguments(["-DBUILD_TESTS=OFF", "-DWITH_PERF_TOOL=OFF", "-DWITH_DOCS=OFF", "-DENABLE_CPACK=OFF"])
            .arguments(["-DENABLE_WS=OFF", "-DWITH_TLS=OFF", "-DWITH_NSS=OFF", "-DWITH_LIBBSD=OFF"]);
        let configure = match &sodium {
            Some((archive, include)) => configure
                .arguments(["-DENABLE_CURVE=ON", "-DWITH_LIBSODIUM=ON", "-DWITH_LIBSODIUM_STATIC=ON"])
                .argument(format!("-DSODIUM_LIBRARIES={}", archive.display()))
                .argument(format!("-DSODIUM_INCLUDE_DIRS={}", include.display())),
            None => configure,
        };
        configure.run()?;
        Invocation::new("cmake", &["--build"])
            .argument(&built)
            .arguments(["--target", "libzmq-static", "--parallel"])
            .run()?;
        let library = ["lib/libzmq.a", "lib64/libzmq.a"].map(|library| built.join(library));
        let library = library.into_iter().find(|library| library.is_file());
        let library = library.ok_or("cmake has built libzmq, but not where it is looked for.")?;
        Ok(Self { source, built, library, sodium: sodium.map(|(archive, _)| archive), version })
    }

    pub fn version(&self) -> String {
        format!("libzmq {} as released, built by cmake for release", self.version)
    }

    pub fn has_curve(&self) -> bool {
        self.sodium.is_some()
    }

    /// The program that follows the command line of `bench-compare/measure`.
    pub fn program(&self) -> Result<PathBuf> {
        let program = home()?.join("measure");
        let include = format!("-I{}", self.source.join("include").display());
        let compile = c_compiler().arguments(["-DWITH_BATCHES", &include, SOURCE]);
        self.link(compile, &program)?;
        Ok(program)
    }

    /// The program that follows the command line of `bench-compare/ferromq/src/bin/growth.rs`.
    pub fn growth_program(&self) -> Result<PathBuf> {
        let program = home()?.join("growth");
        let include = format!("-I{}", self.source.join("include").display());
        self.link(c_compiler().arguments([&include, GROWTH_SOURCE]), &program)?;
        Ok(program)
    }

    /// Where libzmq's own programs are, after they have been compiled.
    pub fn perf_programs(&self) -> Result<PathBuf> {
        let directory = home()?.join("perf");
        make_directory(&directory)?;
        let include = format!("-I{}", self.built.display());
        for program in PERF_PROGRAMS {
            let source = self.source.join("perf").join(format!("{program}.cpp"));
            let compile = Invocation::new(cxx(), &["-O2", &include]).argument(source);
            self.link(compile, &directory.join(program))?;
        }
        Ok(directory)
    }

    fn link(&self, compile: Invocation, program: &Path) -> Result<()> {
        let runtime = if cfg!(target_vendor = "apple") { "-lc++" } else { "-lstdc++" };
        compile
            .argument("-o")
            .argument(program)
            .argument(&self.library)
            .arguments(&self.sodium)
            .arguments([runtime, "-pthread", "-lm"])
            .run()
    }
}

/// Where everything of this comparison is that cargo does not build.
pub fn home() -> Result<PathBuf> {
    let home = target_directory()?.join("compare");
    make_directory(&home)?;
    Ok(home)
}

fn make_directory(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).map_err(|error| format!("{} cannot be made: {error}.", directory.display()))
}

pub fn c_compiler() -> Invocation {
    Invocation::new(std::env::var("CC").unwrap_or_else(|_| "cc".to_owned()), &["-O2", "-Wall"])
}

fn cxx() -> String {
    std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned())
}

/// The unpacked release, and its version.
fn source() -> Result<(PathBuf, String)> {
    let (metadata, _) = Invocation::cargo(&["metadata", "--format-version", "1"])
        .argument("--manifest-path")
        .argument(root().join("Cargo.toml"))
        .standard_output()?;
    carried(&metadata).ok_or_else(|| format!("cargo does not know where {} is.", CARRIER.0))
}

fn carried(metadata: &str) -> Option<(PathBuf, String)> {
    let metadata: Value = serde_json::from_str(metadata).ok()?;
    metadata["packages"].as_array()?.iter().find_map(|package| {
        let (own, libzmq) = package["version"].as_str()?.split_once('+')?;
        let manifest = Path::new(package["manifest_path"].as_str()?);
        let it_is = package["name"] == CARRIER.0 && own == CARRIER.1;
        it_is.then(|| Some((manifest.parent()?.join("vendor"), libzmq.to_owned())))?
    })
}

/// The archive of the libsodium that ferromq links, and its headers; `None` if it is not one that cargo has built.
fn sodium() -> Result<Option<(PathBuf, PathBuf)>> {
    let built = programs::build(OURS)?;
    let Some(library) = built.linked_path("libsodium-sys-stable") else { return Ok(None) };
    let (archive, include) = (library.join("libsodium.a"), library.with_file_name("include"));
    Ok((archive.is_file() && include.join("sodium.h").is_file()).then_some((archive, include)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carrier_is_the_one_with_the_right_version() {
        let metadata = r#"{ "packages": [
            { "name": "zeromq-src", "version": "0.2.6+4.3.4", "manifest_path": "/old/Cargo.toml" },
            { "name": "other", "version": "0.3.6+4.3.5", "manifest_path": "/other/Cargo.toml" },
            { "name": "zeromq-src", "version": "0.3.6+4.3.5", "manifest_path": "/new/Cargo.toml" }
        ] }"#;
        assert_eq!(carried(metadata), Some((PathBuf::from("/new/vendor"), "4.3.5".to_owned())));
        assert_eq!(carried(r#"{ "packages": [] }"#), None);
    }
}
