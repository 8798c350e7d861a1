//! What `FERROMQ_WITH` adds to libzmq: transports and a mechanism that need a library of the system.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use pkg_config::Library;

use crate::failure::fail;

/// Names the extras that are wanted, with commas in between.
pub(crate) const CHOICE: &str = "FERROMQ_WITH";
/// The directory of VMware's header, which no package has and pkg-config does not know.
const VMCI_INCLUDE: &str = "FERROMQ_VMCI_INCLUDE";

/// A library that pkg-config finds.
struct Package {
    /// As it stands in `FERROMQ_WITH`, and in `vendor/CMakeLists.txt`.
    extra: &'static str,
    library: &'static str,
    /// The names that it has had in pkg-config, and the oldest release that libzmq works with.
    modules: &'static [&'static str],
    oldest: &'static str,
    /// Its packages with headers.
    debian: &'static str,
    fedora: &'static str,
    homebrew: &'static str,
}

const PACKAGES: [Package; 4] = [
    Package {
        extra: "gssapi",
        library: "MIT Kerberos",
        modules: &["krb5-gssapi", "mit-krb5-gssapi"],
        oldest: "1.10",
        debian: "libkrb5-dev",
        fedora: "krb5-devel",
        homebrew: "krb5",
    },
    Package {
        extra: "norm",
        library: "NORM",
        modules: &["norm"],
        oldest: "1.5",
        debian: "libnorm-dev",
        fedora: "norm-devel",
        homebrew: "norm",
    },
    Package {
        extra: "pgm",
        library: "OpenPGM",
        modules: &["openpgm-5.3", "openpgm-5.2"],
        oldest: "5.2",
        debian: "libpgm-dev",
        fedora: "openpgm-devel",
        homebrew: "libpgm",
    },
    Package {
        extra: "wss",
        library: "GnuTLS",
        modules: &["gnutls"],
        oldest: "3.6.7",
        debian: "libgnutls28-dev",
        fedora: "gnutls-devel",
        homebrew: "gnutls",
    },
];

/// What is compiled into libzmq beside what always is.
#[derive(Default)]
pub(crate) struct Extras {
    /// The names, as `vendor/CMakeLists.txt` knows them.
    pub(crate) names: Vec<&'static str>,
    /// Where their headers are, beside the compiler's default paths.
    pub(crate) include: Vec<PathBuf>,
    libraries: Vec<Library>,
}

/// Finds what `FERROMQ_WITH` names, or ends the build.
pub(crate) fn chosen() -> Extras {
    let mut extras = Extras::default();
    for name in names() {
        if name == "vmci" {
            extras.names.push("vmci");
            extras.include.push(vmci_include());
            continue;
        }
        let Some(package) = PACKAGES.iter().find(|package| package.extra == name) else {
            fail(format!("{CHOICE} names {name:?}, and there are only gssapi, norm, pgm, vmci and wss."));
        };
        let library = find(package);
        extras.names.push(package.extra);
        extras.include.extend(library.include_paths.iter().cloned());
        extras.libraries.push(library);
    }
    extras
}

/// Without order and duplicates, so that libzmq is the same however they are named.
pub(crate) fn names() -> BTreeSet<String> {
    let choice = env::var_os(CHOICE).unwrap_or_default();
    let choice = choice.to_string_lossy();
    choice.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn find(package: &Package) -> Library {
    let probe = |module: &&str| {
        // The link lines come after libzmq's: [`Extras::link`]. This prints `rerun-if-env-changed` alone.
        pkg_config::Config::new().cargo_metadata(false).atleast_version(package.oldest).probe(module)
    };
    let tried: Vec<_> = package.modules.iter().map(probe).collect();
    let no_pkg_config = tried.iter().any(|found| matches!(found, Err(pkg_config::Error::Command { .. })));
    tried.into_iter().find_map(Result::ok).unwrap_or_else(|| {
        let Package { extra, library, oldest, debian, fedora, homebrew, .. } = package;
        let why = match no_pkg_config {
            true => "pkg-config, which finds it, could not be run".to_owned(),
            false => format!("pkg-config finds no {library} >= {oldest}"),
        };
        fail(format!(
            "{CHOICE} names {extra}, which needs {library}, but {why}; install it \
             (Debian/Ubuntu: apt install {debian} pkg-config; Fedora: dnf install {fedora} pkgconf-pkg-config; \
             macOS: brew install {homebrew} pkg-config), or leave {extra} out of {CHOICE}."
        ))
    })
}

fn vmci_include() -> PathBuf {
    println!("cargo::rerun-if-env-changed={VMCI_INCLUDE}");
    let include = env::var_os(VMCI_INCLUDE).map(PathBuf::from).unwrap_or_default();
    if !include.join("vmci_sockets.h").is_file() {
        fail(format!(
            "{CHOICE} names vmci, which needs VMware's header vmci_sockets.h, and no distribution packages it; set \
             {VMCI_INCLUDE} to the directory that holds it (it is in the sources of open-vm-tools, in lib/include), \
             or leave vmci out of {CHOICE}."
        ));
    }
    include
}

impl Extras {
    /// Emits what the extras need to be linked, after libzmq, which uses it.
    pub(crate) fn link(&self) {
        for library in &self.libraries {
            for directory in &library.link_paths {
                println!("cargo::rustc-link-search=native={}", directory.display());
            }
            for name in &library.libs {
                println!("cargo::rustc-link-lib=dylib={name}");
            }
            for directory in &library.framework_paths {
                println!("cargo::rustc-link-search=framework={}", directory.display());
            }
            for name in &library.frameworks {
                println!("cargo::rustc-link-lib=framework={name}");
            }
        }
    }
}
