//! `zmqperf` measures ZeroMQ under load.

#![forbid(unsafe_code)]

mod arguments;
mod clock;
mod command;
mod content;
mod failure;
mod far;
mod kind;
mod latency;
mod progress;
mod protocol;
mod report;
mod run;
mod sockets;
mod usage;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};

/// What `diff` ends with when something got worse.
const WORSE: u8 = 3;

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Throughput(arguments) => command::throughput::run(&arguments),
        Command::Latency(arguments) => command::latency::run(&arguments),
        Command::Fanout(arguments) => command::fanout::run(&arguments),
        Command::Ramp(arguments) => command::ramp::run(&arguments),
        Command::Serve(arguments) if arguments.child => far::serve_parent(),
        Command::Serve(arguments) => far::serve_peers(&arguments.bind),
        Command::Diff(arguments) => match command::diff::run(&arguments) {
            Ok(false) => return ExitCode::from(WORSE),
            done => done.map(|_| ()),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_misuse() => {
            Arguments::command().error(ErrorKind::ArgumentConflict, failure).exit()
        }
        Err(failure) => {
            eprintln!("zmqperf: {failure}");
            ExitCode::FAILURE
        }
    }
}
