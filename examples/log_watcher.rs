//! Prints what programs log that publish it, as `python -m zmq.log` does.
//!
//! ```text
//! cargo run --features log --example log_watcher
//! cargo run --features log --example log_publisher          # in another terminal; or in Python:
//! python examples/python/log_publisher.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5565` can be given as first argument, and as second what the topics have to begin with, for
//! example `trader.WARNING`. It prints until Ctrl-C.

use std::env;
use std::error::Error;

use ferromq::log::LogReceiver;
use ferromq::{Context, ErrorKind, Sub};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://localhost:5565".to_owned());
    let topic = arguments.next().unwrap_or_default();
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match watch(&context, &endpoint, &topic) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn watch(context: &Context, endpoint: &str, topic: &str) -> ferromq::Result<()> {
    let receiver = LogReceiver::new(context.socket::<Sub>().subscribe(topic).connect(endpoint)?);
    loop {
        match receiver.recv() {
            Ok(record) => println!("{record}"),
            // Something else is published there, too.
            Err(error) if error.kind() == ErrorKind::InvalidMessage => eprintln!("{error}"),
            Err(error) => return Err(error),
        }
    }
}
