//! §2.3, `push_pull_consumer.py`: takes tasks and prints them.
//!
//! ```text
//! cargo run --example push_pull_consumer
//! cargo run --example push_pull_producer          # in another terminal; or the same in Python:
//! python examples/python/push_pull_producer.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5558` can be given as first argument. It takes tasks until Ctrl-C, from one
//! producer after the other: when a producer ends and another starts, libzmq connects again by itself.

use std::env;
use std::error::Error;

use ferromq::{Context, Pull};

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5558".to_owned());
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match consume(&context, &endpoint) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn consume(context: &Context, endpoint: &str) -> ferromq::Result<()> {
    let pull = context.socket::<Pull>().connect(endpoint)?;
    loop {
        let task = pull.recv()?;
        println!("Received task: {task}");
    }
}
