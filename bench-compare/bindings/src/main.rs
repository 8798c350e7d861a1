//! The bindings to libzmq that are in use, both with the libzmq that they bring.

mod rust_zmq;
mod tmq;

use measure::Sides;
use zmq::Context;

fn main() {
    let sides = Sides::from_command_line();
    let context = Context::new();
    let style = match sides.library() {
        "rust-zmq" => sides.on_threads(move |run| {
            rust_zmq::run(&context, &run).expect("messages are sent and received");
        }),
        "tmq" => tmq::Style::OneByOne,
        "tmq-buffered" => tmq::Style::Buffered,
        other => panic!("this is not {other}"),
    };
    sides.on_tokio(move |run| {
        let context = context.clone();
        async move {
            tmq::run(&context, &run, style).await.expect("messages are sent and received");
        }
    })
}
