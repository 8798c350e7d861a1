//! Compiles libzmq into a static library, and emits what linking it takes.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::extras::{self, Extras};
use crate::failure::{TOOLS, fail, fail_with_output};
use crate::{carrier, fixes};

/// What cmake, the compilers and the crates that run them read, in each of the forms that [`for_target`]
/// knows.
const TOOL_VARIABLES: [&str; 8] =
    ["CMAKE", "CMAKE_GENERATOR", "CMAKE_TOOLCHAIN_FILE", "CC", "CFLAGS", "CXX", "CXXFLAGS", "CXXSTDLIB"];

/// Builds `OUT_DIR/lib/libzmq.a` (`zmq.lib` with MSVC) out of a patched copy of the sources in
/// `OUT_DIR/libzmq`.
pub(crate) fn build_and_link() {
    for name in TOOL_VARIABLES.iter().flat_map(|tool| forms(tool)) {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let out_dir = PathBuf::from(cargo("OUT_DIR"));
    let source = out_dir.join("libzmq");
    let library = out_dir.join("lib");
    let extras = extras::chosen();

    fixes::copy_and_fix(&carrier::source(), &source);
    compile(&out_dir, &source, &library, &extras);
    link(&library);
    extras.link();

    let include = source.join("include");
    println!("cargo::metadata=root={}", out_dir.display());
    println!("cargo::metadata=include={}", include.display());
    println!("cargo::rustc-env=FERROMQ_ZMQ_INCLUDE={}", include.display());
    println!("cargo::rustc-env=FERROMQ_ZMQ_DRAFTS=1");
    println!("cargo::rustc-env=FERROMQ_EXTRAS={}", extras.names.join(","));
}

fn compile(out_dir: &Path, source: &Path, library: &Path, extras: &Extras) {
    // This script runs again only when something that matters has changed, and then CMake's cache is in the
    // way.
    let _ = fs::remove_dir_all(out_dir.join("build"));
    let _ = fs::remove_dir_all(library);

    let curve = env::var_os("CARGO_FEATURE_CURVE").is_some();
    let mut project = cmake::Config::new("vendor");
    project
        // Whatever cargo's profile is: a libzmq without optimisation slows every debug build and test of the
        // program.
        .profile("Release")
        .build_target("libzmq-static")
        .define("LIBZMQ_SOURCE", source)
        .define("LIBRARY_DIR", library)
        .define("WITH_CURVE", if curve { "ON" } else { "OFF" })
        // From the crate libsodium-sys-stable; absent when that found a libsodium in the compiler's default
        // paths.
        .define("SODIUM_INCLUDE", env::var_os("DEP_SODIUM_INCLUDE").unwrap_or_default())
        .define("EXTRAS", extras.names.join(";"))
        .define("EXTRAS_INCLUDE", cmake_list(&extras.include))
        // CMake 4 refuses libzmq's cmake_minimum_required(2.8.12) without it.
        .define("CMAKE_POLICY_VERSION_MINIMUM", "3.5");

    // The crate panics when cmake fails, with less to say than `diagnose`.
    panic::set_hook(Box::new(|_| {}));
    let built = panic::catch_unwind(AssertUnwindSafe(|| project.build()));
    let _ = panic::take_hook();
    if built.is_err() {
        diagnose(out_dir);
    }
}

fn cmake_list(paths: &[PathBuf]) -> OsString {
    paths.iter().map(|path| path.as_os_str()).collect::<Vec<_>>().join(OsStr::new(";"))
}

/// Ends the build with the reason why cmake failed.
fn diagnose(out_dir: &Path) -> ! {
    // With MSVC the one inside Visual Studio counts too, and with a toolchain file the compilers that it
    // names.
    let msvc = cargo("TARGET").contains("msvc");
    if !msvc && !runs(&for_target("CMAKE").unwrap_or("cmake".into())) {
        fail(format!(
            "cmake, which builds libzmq, is not there; install it ({TOOLS}) or set CMAKE to its path."
        ));
    }
    if for_target("CMAKE_TOOLCHAIN_FILE").is_none() && !compiles_cxx(out_dir) {
        fail(format!(
            "There is no C++ compiler that works, and libzmq is written in C++; install one ({TOOLS}), or check \
             CXX and CXXFLAGS."
        ));
    }
    fail_with_output(format!(
        "cmake could not build libzmq, and says why in this build script's output, which cargo shows; needed are \
         cmake >= 3.16, a C++11 compiler and a build tool such as make ({TOOLS})."
    ));
}

fn runs(program: &OsString) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Whether the compiler that cmake was given compiles a file that includes a C++11 header.
fn compiles_cxx(out_dir: &Path) -> bool {
    let probe = out_dir.join("probe.cpp");
    fs::write(&probe, "#include <condition_variable>\n").is_ok()
        && cc::Build::new()
            .cpp(true)
            .cargo_output(false)
            .warnings(false)
            .file(probe)
            .try_compile_intermediates()
            .is_ok()
}

/// Emits the archive, then what it needs. Not libsodium: the crate libsodium-sys-stable links that.
fn link(library: &Path) {
    println!("cargo::rustc-link-search=native={}", library.display());
    println!("cargo::rustc-link-lib=static=zmq");

    let os = cargo("CARGO_CFG_TARGET_OS");
    if os == "windows" {
        for system in ["ws2_32", "iphlpapi", "rpcrt4", "advapi32"] {
            println!("cargo::rustc-link-lib=dylib={system}");
        }
    }
    let runtime = match for_target("CXXSTDLIB") {
        Some(given) => given.to_string_lossy().into_owned(),
        // The objects name it themselves.
        None if cargo("TARGET").contains("msvc") => String::new(),
        None if cargo("CARGO_CFG_TARGET_VENDOR") == "apple" || matches!(&*os, "freebsd" | "openbsd") => {
            "c++".into()
        }
        None if os == "android" => "c++_shared".into(),
        None => "stdc++".into(),
    };
    if !runtime.is_empty() {
        println!("cargo::rustc-link-lib=dylib={runtime}");
    }
}

/// The value of a tool's variable, by the rules of the crates `cc` and `cmake`: the form for this target
/// comes first.
fn for_target(tool: &str) -> Option<OsString> {
    forms(tool).into_iter().find_map(env::var_os)
}

fn forms(tool: &str) -> [String; 4] {
    let target = cargo("TARGET");
    let kind = if target == cargo("HOST") { "HOST" } else { "TARGET" };
    [
        format!("{tool}_{target}"),
        format!("{tool}_{}", target.replace('-', "_")),
        format!("{kind}_{tool}"),
        tool.into(),
    ]
}

/// A variable that cargo sets for every build script.
fn cargo(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| fail(format!("{name} is not set; run the build through cargo.")))
}
