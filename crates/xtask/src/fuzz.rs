//! The targets of `fuzz/`, steered by libFuzzer. It needs no other tools than the build: the coverage that it looks at is a
//! matter of flags that every rustc has, and libfuzzer-sys compiles the rest.

use std::env::consts::EXE_SUFFIX;
use std::fs;

use crate::cargo::target_directory;
use crate::invocation::Invocation;
use crate::{Result, outside, prerequisites};

const DIRECTORY: &str = "fuzz";
/// As `ferromq_fuzz::TARGETS`.
const TARGETS: &[&str] = &[
    "z85",
    "keys",
    "endpoint",
    "metadata",
    "properties",
    "certificate",
    "zap",
    "origin",
    "batch",
    "compressed",
    "trace",
];
const SECONDS: u64 = 60;

/// What cargo-fuzz has rustc do, apart from sanitizers, which look for what `unsafe` code does.
const COVERAGE: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// `[--seconds N] [TARGET...]`, or `--million`.
pub fn run(arguments: &[String]) -> Result<()> {
    if arguments == ["--million"] {
        return run_a_million();
    }
    let (seconds, targets) = read(arguments)?;
    prerequisites::ensure(&prerequisites::to_build())?;
    let host = outside::host()?;
    let flags = format!("build.rustflags={COVERAGE:?}");
    // With a target, flags are not for build scripts, nor is anything else compiled again for them.
    outside::cargo("build", DIRECTORY)?
        .arguments(["--bin", "libfuzzer", "--features", "libfuzzer", "--target", &host, "--config", &flags])
        .run()?;
    let built = target_directory()?;
    let program = built.join(&host).join("debug").join(format!("libfuzzer{EXE_SUFFIX}"));
    for target in targets {
        println!("\n== {target}");
        let found = built.join("fuzz").join(target);
        let (corpus, seeds) = (found.join("corpus"), found.join("seeds"));
        for directory in [&corpus, &seeds] {
            fs::create_dir_all(directory)
                .map_err(|error| format!("{} cannot be made: {error}.", directory.display()))?;
        }
        let artifacts = format!("-artifact_prefix={}/", found.display());
        let time = format!("-max_total_time={seconds}");
        Invocation::new(
            &program,
            &[&time, "-max_len=2048", "-print_final_stats=1", "-verbosity=0", &artifacts],
        )
        .argument(corpus)
        .argument(&seeds)
        .variable("FERROMQ_FUZZ_TARGET", target)
        .variable("FERROMQ_FUZZ_SEEDS", &seeds)
        .run()
        .map_err(|error| {
            format!(
                "{error} The input is in {}; the same command tries it when it names that file alone.",
                found.display()
            )
        })?;
    }
    Ok(())
}

fn read(arguments: &[String]) -> Result<(u64, Vec<&'static str>)> {
    let (mut seconds, mut targets) = (SECONDS, Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--seconds" {
            let number = arguments.next().and_then(|number| number.parse().ok());
            seconds = number.ok_or("after --seconds there should be a number")?;
        } else {
            let known = TARGETS.iter().find(|target| *target == argument);
            let names = TARGETS.join(", ");
            targets.push(*known.ok_or_else(|| format!("there is no target {argument}; there are: {names}"))?);
        }
    }
    if targets.is_empty() {
        targets = TARGETS.to_vec();
    }
    Ok((seconds, targets))
}

/// Each target with a million inputs that are the same in each run.
pub fn run_a_million() -> Result<()> {
    outside::cargo("test", DIRECTORY)?.run()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<(u64, Vec<&'static str>)> {
        super::read(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn all_targets_are_meant_unless_some_are_named() {
        assert_eq!(read(&[]), Ok((SECONDS, TARGETS.to_vec())));
        assert_eq!(read(&["--seconds", "5", "zap"]), Ok((5, vec!["zap"])));
        assert!(read(&["--seconds"]).is_err());
        assert!(read(&["zip"]).expect_err("it is none").contains("z85, keys"));
    }

    #[test]
    fn the_targets_are_those_of_the_package() {
        let library = fs::read_to_string(crate::invocation::root().join("fuzz/src/lib.rs"))
            .expect("the package is in the repository");
        let listed =
            library.split_once("TARGETS: &[Target] = &[").and_then(|(_, list)| list.split_once("];"));
        let names: Vec<_> = listed
            .expect("the list is there")
            .0
            .split(',')
            .filter_map(|entry| entry.trim().strip_suffix("::TARGET"))
            .collect();
        assert_eq!(names, TARGETS);
    }
}
