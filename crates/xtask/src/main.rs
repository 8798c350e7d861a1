//! The project's own commands. `cargo xtask` lists them.

#![forbid(unsafe_code)]

use std::process::ExitCode;

mod bindings;
mod cargo;
mod ci;
mod compare;
mod coverage;
mod czmq;
mod demo;
mod fuzz;
mod gssapi;
mod interop;
mod invocation;
mod layers;
mod limit;
mod outside;
mod prerequisites;
mod program;
mod python;
mod steps;
mod tax;
mod test;
mod together;
mod valgrind;

/// What went wrong, in a sentence.
type Result<T, E = String> = std::result::Result<T, E>;

struct Subcommand {
    name: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Result<()>,
}

const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        name: "demo",
        does: "shows Rust and Python talking to each other, in both directions",
        run: |_| demo::run(),
    },
    Subcommand {
        name: "test",
        does: "runs every test: interop with Python and czmq, doctests, all sets of features",
        run: |_| test::run(),
    },
    Subcommand {
        name: "interop",
        does: "tests every pattern against Node's zeromq; --all: other libraries, too; --page: docs/interop.md",
        run: interop::run,
    },
    Subcommand {
        name: "fuzz",
        does: "looks for inputs that break a promise, with libFuzzer: [--seconds N] [TARGET...], or --million",
        run: fuzz::run,
    },
    Subcommand {
        name: "ci",
        does: "runs all that a change must pass: format, lints, tests, docs, package, valgrind, tax",
        run: |_| ci::run(),
    },
    Subcommand {
        name: "layers",
        does: "checks that modules refer to lower layers only, and what may be written in src/sys only",
        run: |_| layers::run(),
    },
    Subcommand {
        name: "coverage",
        does: "writes docs/coverage.md: where each name of zmq.h is in ferromq; --check only looks",
        run: coverage::run,
    },
    Subcommand {
        name: "valgrind",
        does: "runs the integration tests under memcheck; arguments select tests by name",
        run: valgrind::run,
    },
    Subcommand {
        name: "gssapi",
        does: "tests Kerberos, with a libzmq that has GSSAPI and a KDC of its own; --valgrind",
        run: gssapi::run,
    },
    Subcommand {
        name: "tax",
        does: "counts the instructions that the wrapper costs over bare C calls; --renew: the limits",
        run: tax::run,
    },
    Subcommand {
        name: "compare",
        does: "measures ferromq beside libzmq and its rivals; --page: docs/performance.md; see CONTRIBUTING.md",
        run: compare::run,
    },
    Subcommand {
        name: "bindings",
        does: "makes src/sys/bindings.rs anew from zmq.h; an argument names the header's directory",
        run: bindings::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", help());
        return ExitCode::SUCCESS;
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(subcommand) = SUBCOMMANDS.iter().find(|subcommand| subcommand.name == name) else {
        eprint!("There is no `cargo xtask {name}`.\n\n{}", help());
        return ExitCode::FAILURE;
    };
    match (subcommand.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncargo xtask {name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = String::from("The project's own commands:\n\n");
    for Subcommand { name, does, .. } in SUBCOMMANDS {
        text += &format!("  cargo xtask {name:<9} {does}\n");
    }
    text
}
