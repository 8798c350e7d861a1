//! Puts a libzmq behind the crate: the 4.3.5 sources compiled into a static library, or the system's.
//!
//! How, and every switch: `docs/building.md`. The parts are in `vendor/build/`.

#[path = "vendor/build/carrier.rs"]
mod carrier;
#[path = "vendor/build/extras.rs"]
mod extras;
#[path = "vendor/build/failure.rs"]
mod failure;
#[path = "vendor/build/fixes.rs"]
mod fixes;
#[path = "vendor/build/libzmq.rs"]
mod libzmq;
#[path = "vendor/build/system.rs"]
mod system;

use std::env;

fn main() {
    carrier::answer_if_asked();

    println!("cargo::rustc-check-cfg=cfg(ferromq_system_libzmq)");
    for variable in ["DOCS_RS", "FERROMQ_SYSTEM_LIBZMQ", "FERROMQ_LIBZMQ_SOURCE", extras::CHOICE] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    println!("cargo::rerun-if-changed=vendor/CMakeLists.txt");
    println!("cargo::rerun-if-changed=vendor/cmake");
    println!("cargo::rerun-if-changed=vendor/fixes");

    // docs.rs reads the documentation out of the Rust code and links nothing.
    if env::var_os("DOCS_RS").is_some() {
        return;
    }

    if is_on("FERROMQ_SYSTEM_LIBZMQ") {
        system::link();
    } else {
        libzmq::build_and_link();
    }
}

/// Whether a switch of the environment is set, and not to the empty string or `0`.
fn is_on(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty() && value != "0")
}
