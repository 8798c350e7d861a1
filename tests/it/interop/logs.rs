//! What is logged in one language and watched in the other.

use std::ffi::OsStr;
use std::process::Command;

use super::{EACH_MIX, Language, at_a_free_port, start, start_with, stopped};
use crate::process::{Program, Result, explained};

/// `python -m zmq.log`, and what is its counterpart.
fn watcher(language: Language, endpoint: &str) -> Program {
    match language {
        Language::Rust => start(language, "log_watcher", endpoint),
        Language::Python => {
            let python = std::env::var_os("FERROMQ_PYTHON").expect("`cargo xtask test` sets FERROMQ_PYTHON");
            let mut command = Command::new(python);
            command.args(["-u", "-m", "zmq.log", endpoint]).env("PYTHONDONTWRITEBYTECODE", "1");
            Program::start("python -m zmq.log", command)
        }
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn each_watcher_prints_what_each_program_logs() {
    for (logs, watches) in EACH_MIX {
        at_a_free_port(|endpoint| {
            let mut publisher = start_with(logs, "log_publisher", endpoint, Some(OsStr::new("0.02")));
            let mut watcher = watcher(watches, endpoint);
            let mut play = || {
                let mut number = number_of_order(&watcher.line()?);
                // The first line may have been a warning, or the last one before the subscription came.
                for _ in 0..20 {
                    let line = watcher.line()?;
                    match (number_of_order(&line), &mut number) {
                        (Some(next), Some(number)) => {
                            assert_eq!(next, *number + 1, "{line}");
                            *number = next;
                        }
                        (Some(first), none) => *none = Some(first),
                        (None, number) => {
                            let text = line.strip_prefix("trader.WARNING.orders | ");
                            let text = text.unwrap_or_else(|| panic!("{line}"));
                            let number = number.unwrap_or_default();
                            // Python's formatter says where it was logged.
                            assert!(text.ends_with(&format!("no price number={number}")), "{line}");
                            assert!(number.is_multiple_of(3), "{line}");
                        }
                    }
                }
                ends(&mut publisher)
            };
            let outcome = play();
            outcome.map_err(|error| explained(error, [&mut publisher, &mut watcher]))
        });
    }
}

fn number_of_order(line: &str) -> Option<u64> {
    line.strip_prefix("trader.INFO.orders | order ")?.parse().ok()
}

fn ends(publisher: &mut Program) -> Result<()> {
    stopped(publisher, false).map(drop)
}
