//! ferromq: blocking, and async.

mod asynchronous;
mod blocking;

use asynchronous::Style;
use ferromq::Builder;
use ferromq::option::{ReceiveBatchSize, SendBatchSize};
use ferromq::pattern::{HasOption, Pattern};
use measure::Run;

/// What ferromq's documentation proposes for connections that are busy.
const BATCH: u32 = 256 * 1024;

fn main() -> ferromq::Result<()> {
    let run = Run::from_command_line();
    let (style, batch) = match run.library.as_str() {
        "ferromq" => return blocking::run(&run, None),
        "ferromq-batches" => return blocking::run(&run, Some(BATCH)),
        "ferromq-tokio" => (Style::OneByOne, None),
        "ferromq-tokio-many" => (Style::Many, None),
        "ferromq-tokio-batches" => (Style::OneByOne, Some(BATCH)),
        "ferromq-tokio-many-batches" => (Style::Many, Some(BATCH)),
        other => panic!("this is not {other}"),
    };
    run.clone().on_tokio(async move {
        asynchronous::run(&run, style, batch).await.expect("messages are sent and received");
    });
}

/// How much goes through one system call, unless libzmq is to decide.
fn batches<P>(builder: Builder<P>, batch: Option<u32>) -> Builder<P>
where
    P: Pattern + HasOption<ReceiveBatchSize> + HasOption<SendBatchSize>,
{
    match batch {
        Some(bytes) => builder.receive_batch_size(bytes).send_batch_size(bytes),
        None => builder,
    }
}
