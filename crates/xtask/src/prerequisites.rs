//! The programs that building and trying ferromq needs from the machine, and how to install those that are missing.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::invocation::Invocation;

/// Something that must be on the machine, with the packages that bring it.
pub struct Prerequisite {
    name: &'static str,
    /// Ends the sentence "It ...".
    purpose: &'static str,
    present: fn() -> bool,
    apt: &'static str,
    dnf: &'static str,
    /// `None` for what comes with Apple's command line tools, which Homebrew itself needs.
    brew: Option<&'static str>,
}

const CMAKE: Prerequisite = Prerequisite {
    name: "cmake",
    purpose: "builds libzmq",
    present: || answers("cmake"),
    apt: "cmake",
    dnf: "cmake",
    brew: Some("cmake"),
};

const CXX: Prerequisite = Prerequisite {
    name: "a C++ compiler",
    purpose: "compiles libzmq",
    present: cxx_present,
    apt: "g++",
    dnf: "gcc-c++",
    brew: None,
};

const MAKE: Prerequisite = Prerequisite {
    name: "make",
    purpose: "builds libsodium",
    // On Windows libsodium is built without it.
    present: || cfg!(windows) || answers("make"),
    apt: "make",
    dnf: "make",
    brew: None,
};

pub const PKG_CONFIG: Prerequisite = Prerequisite {
    name: "pkg-config",
    purpose: "finds libraries of the system",
    present: || answers("pkg-config"),
    apt: "pkg-config",
    dnf: "pkgconf-pkg-config",
    brew: Some("pkgconf"),
};

pub const PYTHON: Prerequisite = Prerequisite {
    name: "python3",
    purpose: "runs the programs on the other side of the wire",
    present: || python().is_some(),
    apt: "python3",
    dnf: "python3",
    brew: Some("python"),
};

/// Debian's python3 comes without what makes virtual environments.
pub const VENV: Prerequisite = Prerequisite {
    name: "Python's venv module",
    purpose: "keeps pyzmq apart from the system's Python",
    present: || {
        python().is_some_and(|python| Invocation::new(python, &["-c", "import venv, ensurepip"]).succeeds())
    },
    apt: "python3-venv",
    dnf: "python3",
    brew: Some("python"),
};

pub const CZMQ: Prerequisite = Prerequisite {
    name: "czmq",
    purpose: "writes and reads certificates, as ferromq does",
    present: || crate::czmq::flags().is_some(),
    apt: "libczmq-dev",
    dnf: "czmq-devel",
    brew: Some("czmq"),
};

pub const LIBZMQ: Prerequisite = Prerequisite {
    name: "the system's libzmq with its headers",
    purpose: "is measured beside ferromq",
    present: || Invocation::new("pkg-config", &["--exists", "libzmq"]).succeeds(),
    apt: "libzmq3-dev",
    dnf: "zeromq-devel",
    brew: Some("zeromq"),
};

pub const VALGRIND: Prerequisite = Prerequisite {
    name: "valgrind",
    purpose: "checks memory and counts instructions",
    present: || answers("valgrind"),
    apt: "valgrind",
    dnf: "valgrind",
    brew: Some("valgrind"),
};

pub const NODE: Prerequisite = Prerequisite {
    name: "node",
    purpose: "runs a libzmq with drafts on the other side of the wire",
    present: || answers("node"),
    apt: "nodejs",
    dnf: "nodejs",
    brew: Some("node"),
};

pub const NPM: Prerequisite = Prerequisite {
    name: "npm",
    purpose: "installs that libzmq",
    present: || answers(npm_program()),
    apt: "npm",
    dnf: "nodejs-npm",
    brew: Some("node"),
};

pub const KERBEROS: Prerequisite = Prerequisite {
    name: "MIT Kerberos with its headers",
    purpose: "is what FERROMQ_WITH=gssapi links",
    present: || Invocation::new("pkg-config", &["--exists", "krb5-gssapi"]).succeeds(),
    apt: "libkrb5-dev",
    dnf: "krb5-devel",
    brew: Some("krb5"),
};

pub const KDC: Prerequisite = Prerequisite {
    name: "krb5kdc",
    purpose: "hands out the tickets of the tests",
    present: || administrative("krb5kdc").is_some(),
    apt: "krb5-kdc",
    dnf: "krb5-server",
    brew: Some("krb5"),
};

pub const KRB5_ADMIN: Prerequisite = Prerequisite {
    name: "kadmin.local",
    purpose: "makes the keys of the tests",
    present: || administrative("kadmin.local").is_some(),
    apt: "krb5-admin-server",
    dnf: "krb5-server",
    brew: Some("krb5"),
};

pub const LIBCLANG: Prerequisite = Prerequisite {
    name: "libclang",
    purpose: "reads zmq.h for bindgen",
    present: libclang_present,
    apt: "libclang-dev",
    dnf: "clang-devel",
    brew: Some("llvm"),
};

impl Prerequisite {
    pub fn is_present(&self) -> bool {
        (self.present)()
    }
}

/// What compiling ferromq needs.
pub fn to_build() -> Vec<Prerequisite> {
    let mut needed = vec![CMAKE, CXX, MAKE];
    if std::env::var_os("FERROMQ_SYSTEM_LIBZMQ").is_some_and(|value| !value.is_empty() && value != "0") {
        needed.push(PKG_CONFIG);
    }
    needed
}

/// Makes sure that everything in `needed` is there, and installs what is not, saying each command.
pub fn ensure(needed: &[Prerequisite]) -> Result<()> {
    let missing = missing(needed);
    if missing.is_empty() {
        return Ok(());
    }
    for Prerequisite { name, purpose, .. } in &missing {
        println!("Missing: {name}. It {purpose}.");
    }
    let names = names(&missing);
    let Some(manager) = Manager::of_this_machine() else {
        return Err(format!(
            "{names} must be installed by hand, because neither apt-get nor dnf nor brew is here; then run the same command again."
        ));
    };
    for command in manager.installs(&missing)? {
        // A broken entry in the list of package sources fails an update; what is known may still be enough.
        if let Err(error) = command.run() {
            if !command.to_string().ends_with("update") {
                return Err(format!("{names} could not be installed: {error}"));
            }
            println!("{error} Going on with the package lists that are here.");
        }
    }
    let still = self::missing(needed);
    if still.is_empty() {
        return Ok(());
    }
    let names = self::names(&still);
    Err(format!(
        "{} has installed its packages, and yet {names} cannot be found on the PATH.",
        manager.program()
    ))
}

fn missing(needed: &[Prerequisite]) -> Vec<&Prerequisite> {
    needed.iter().filter(|prerequisite| !prerequisite.is_present()).collect()
}

fn names(prerequisites: &[&Prerequisite]) -> String {
    prerequisites.iter().map(|prerequisite| prerequisite.name).collect::<Vec<_>>().join(", ")
}

/// A package manager that we know how to use.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Manager {
    Apt,
    Dnf,
    Brew,
}

impl Manager {
    fn of_this_machine() -> Option<Self> {
        [Manager::Apt, Manager::Dnf, Manager::Brew].into_iter().find(|manager| answers(manager.program()))
    }

    fn program(self) -> &'static str {
        match self {
            Manager::Apt => "apt-get",
            Manager::Dnf => "dnf",
            Manager::Brew => "brew",
        }
    }

    fn package(self, prerequisite: &Prerequisite) -> Option<&'static str> {
        match self {
            Manager::Apt => Some(prerequisite.apt),
            Manager::Dnf => Some(prerequisite.dnf),
            Manager::Brew => prerequisite.brew,
        }
    }

    /// The commands that install `missing`, in order.
    fn installs(self, missing: &[&Prerequisite]) -> Result<Vec<Invocation>> {
        let mut packages = Vec::new();
        for prerequisite in missing {
            packages.push(self.package(prerequisite).ok_or_else(|| {
                let name = prerequisite.name;
                format!("{name} comes with Apple's command line tools: run `xcode-select --install`, then this again.")
            })?);
        }
        packages.dedup();
        let commands = match self {
            Manager::Apt => vec![
                Invocation::new("apt-get", &["update"]),
                // Without this a package may ask a question, and wait for the answer.
                Invocation::new("env", &["DEBIAN_FRONTEND=noninteractive", "apt-get", "install"])
                    .arguments(["--yes", "--no-install-recommends"])
                    .arguments(packages),
            ],
            Manager::Dnf => vec![Invocation::new("dnf", &["install", "--assumeyes"]).arguments(packages)],
            // Homebrew refuses to be run by root.
            Manager::Brew => return Ok(vec![Invocation::new("brew", &["install"]).arguments(packages)]),
        };
        privileged(commands)
    }
}

/// The commands as they are for root, else through sudo.
fn privileged(commands: Vec<Invocation>) -> Result<Vec<Invocation>> {
    if is_root() {
        Ok(commands)
    } else if answers("sudo") {
        Ok(commands.into_iter().map(Invocation::through_sudo).collect())
    } else {
        let commands: Vec<_> = commands.iter().map(ToString::to_string).collect();
        let commands = commands.join(" && ");
        Err(format!(
            "only root may install that, and there is no sudo here: as root, run `{commands}`, then this again."
        ))
    }
}

fn is_root() -> bool {
    Invocation::new("id", &["-u"]).command().output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Where a program is that may not be on the PATH of those who are not root.
pub fn administrative(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    directories.map(|directory| directory.join(program)).find(|path| path.is_file())
}

fn answers(program: &str) -> bool {
    Invocation::new(program, &["--version"]).succeeds()
}

/// The name of Python 3 on this machine.
pub fn python() -> Option<&'static str> {
    let names: &[&str] = if cfg!(windows) { &["python", "py"] } else { &["python3"] };
    names.iter().copied().find(|name| {
        Invocation::new(name, &["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]).succeeds()
    })
}

/// What npm is called on this machine.
pub fn npm_program() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn cxx_present() -> bool {
    // Microsoft's compiler is on no PATH; the build script looks for it where it is installed.
    cfg!(windows)
        || std::env::var("CXX").is_ok_and(|compiler| answers(&compiler))
        || ["c++", "g++", "clang++"].into_iter().any(answers)
}

/// Looks where distributions put the library; bindgen itself looks there too.
fn libclang_present() -> bool {
    let holds_libclang = |directory: &Path| {
        std::fs::read_dir(directory).is_ok_and(|entries| {
            entries.flatten().any(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("libclang.") || name.starts_with("libclang-") && name.contains(".so")
            })
        })
    };
    if let Some(directory) = std::env::var_os("LIBCLANG_PATH") {
        return holds_libclang(Path::new(&directory));
    }
    let mut directories: Vec<_> =
        ["/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
            .map(Into::into)
            .into();
    directories.extend(["/opt/homebrew/opt/llvm/lib", "/usr/local/opt/llvm/lib"].map(Into::into));
    let versions = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    directories.extend(
        versions.map(|entry| entry.path().join("lib")).filter(|path| path.to_string_lossy().contains("llvm")),
    );
    directories.iter().any(|directory| holds_libclang(directory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_manager_is_given_its_own_names() {
        let missing = [&CMAKE, &PYTHON];
        let shown = |manager: Manager| manager.installs(&missing).expect("both have a package").pop();
        let last = |manager| shown(manager).expect("there is a command").to_string();
        assert!(last(Manager::Brew).ends_with("brew install cmake python"));
        // These two need root or sudo, which a machine without both refuses.
        if is_root() || answers("sudo") {
            assert!(last(Manager::Apt).ends_with("cmake python3"));
            assert!(last(Manager::Dnf).ends_with("dnf install --assumeyes cmake python3"));
        }
    }

    #[test]
    fn brew_is_not_asked_for_what_apple_ships() {
        let error = Manager::Brew.installs(&[&CXX]).err().expect("brew has no package for it");
        assert!(error.contains("xcode-select --install"), "{error}");
    }

    #[test]
    fn what_is_present_is_not_installed() {
        let here = Prerequisite { present: || true, ..CMAKE };
        assert_eq!(ensure(&[here]), Ok(()));
    }
}
