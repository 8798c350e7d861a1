//! `src/sys/bindings.rs`, made from the zmq.h of the libzmq that is compiled in.

use std::fs;
use std::path::Path;

use crate::invocation::{Invocation, root};
use crate::{Result, cargo, prerequisites};

const TARGET: &str = "src/sys/bindings.rs";

#[cfg(feature = "bindings")]
mod generate;

#[cfg(not(feature = "bindings"))]
mod generate {
    use crate::Result;

    pub fn generate(_: &std::path::Path) -> Result<String> {
        Err("bindgen is not compiled in.".to_owned())
    }
}

/// `arguments` may name the directory of zmq.h; else the build says where it is.
pub fn run(arguments: &[String]) -> Result<()> {
    prerequisites::ensure(&[prerequisites::LIBCLANG])?;
    let include = match arguments {
        [include] => include.clone(),
        _ => {
            prerequisites::ensure(&prerequisites::to_build())?;
            cargo::build_script_variable("FERROMQ_ZMQ_INCLUDE")?
        }
    };
    if !cfg!(feature = "bindings") {
        let again =
            ["run", "--quiet", "--package", "xtask", "--features", "bindings", "--", "bindings", &include];
        return Invocation::cargo(&again).run();
    }
    let bindings = generate::generate(Path::new(&include))?;
    fs::write(root().join(TARGET), bindings)
        .map_err(|error| format!("{TARGET} cannot be written: {error}."))?;
    Invocation::new("rustfmt", &["--edition", "2024", TARGET]).run()?;
    println!("{TARGET} is written. `cargo test --test bindings` compares it with the header.");
    Ok(())
}
