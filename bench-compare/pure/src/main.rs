//! ZeroMQ without libzmq.

mod omq;
mod rzmq;
mod zeromq;

use measure::Sides;

fn main() {
    let sides = Sides::from_command_line();
    match sides.library() {
        "omq-tokio" => omq::run(sides, omq::Style::OneByOne),
        "omq-tokio-many" => omq::run(sides, omq::Style::Many),
        "zeromq" => sides.on_tokio(|run| async move {
            zeromq::run(&run).await.expect("messages are sent and received");
        }),
        "rzmq" => rzmq::run(sides, rzmq::Backend::Tokio),
        "rzmq-io-uring" => rzmq::run(sides, rzmq::Backend::IoUring),
        other => panic!("{other} is not among these"),
    }
}
