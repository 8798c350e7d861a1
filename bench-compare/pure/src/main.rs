//! ZeroMQ without libzmq.

mod omq;
mod rzmq;
mod zeromq;

use measure::Run;

fn main() {
    let run = Run::from_command_line();
    run.clone().on_tokio(async move {
        match run.library.as_str() {
            "omq-tokio" => omq::run(&run, omq::Style::OneByOne).await,
            "omq-tokio-many" => omq::run(&run, omq::Style::Many).await,
            "zeromq" => zeromq::run(&run).await,
            "rzmq" => rzmq::run(&run, rzmq::Backend::Tokio).await,
            "rzmq-io-uring" => rzmq::run(&run, rzmq::Backend::IoUring).await,
            other => panic!("{other} is not among these"),
        }
    });
}
