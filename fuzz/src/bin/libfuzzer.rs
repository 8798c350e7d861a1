//! One target, steered by libFuzzer: `cargo xtask fuzz` starts it.
//!
//! `FERROMQ_FUZZ_TARGET` names the target, and its seeds are written into the directory `FERROMQ_FUZZ_SEEDS`.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;
use std::{env, fs};

use ferromq_fuzz::{TARGETS, Target};

fn target() -> &'static Target {
    static TARGET: OnceLock<&Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name = env::var("FERROMQ_FUZZ_TARGET").expect("FERROMQ_FUZZ_TARGET names a target");
        TARGETS.iter().find(|target| target.name == name).expect("there is such a target")
    })
}

fn write_seeds() {
    let directory =
        PathBuf::from(env::var_os("FERROMQ_FUZZ_SEEDS").expect("FERROMQ_FUZZ_SEEDS is a directory"));
    for (number, seed) in (target().seeds)().into_iter().enumerate() {
        fs::write(directory.join(number.to_string()), seed).expect("the directory can be written");
    }
}

libfuzzer_sys::fuzz_target!(init: write_seeds(), |input: &[u8]| (target().check)(input));
