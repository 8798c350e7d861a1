//! ferromq: blocking.

mod blocking;

use measure::Run;

fn main() -> ferromq::Result<()> {
    let run = Run::from_command_line();
    match run.library.as_str() {
        "ferromq" => blocking::run(&run),
        other => panic!("this is not {other}"),
    }
}
