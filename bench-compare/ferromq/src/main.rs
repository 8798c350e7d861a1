//! ferromq: blocking, and async.

mod asynchronous;
mod blocking;

use asynchronous::Style;
use measure::Run;

fn main() -> ferromq::Result<()> {
    let run = Run::from_command_line();
    let style = match run.library.as_str() {
        "ferromq" => return blocking::run(&run),
        "ferromq-tokio" => Style::OneByOne,
        "ferromq-tokio-many" => Style::Many,
        other => panic!("this is not {other}"),
    };
    run.clone().on_tokio(async move {
        asynchronous::run(&run, style).await.expect("messages are sent and received");
    });
}
