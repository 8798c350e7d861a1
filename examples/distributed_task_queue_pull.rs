//! §4.1, `distributed_task_queue_pull.py`: a worker, one of any number, that takes tasks and prints them.
//!
//! ```text
//! cargo run --example distributed_task_queue_pull
//! cargo run --example distributed_task_queue_push          # in another terminal; or the same in Python:
//! python examples/python/distributed_task_queue_push.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5561` can be given as first argument. It works until Ctrl-C, and when the producer
//! is started again, it goes on.

use std::env;
use std::error::Error;

use ferromq::{Context, Pull};

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5561".to_owned());
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match work(&context, &endpoint) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn work(context: &Context, endpoint: &str) -> ferromq::Result<()> {
    let pull = context.socket::<Pull>().connect(endpoint)?;
    loop {
        let task = pull.recv()?;
        println!("Received task: {task}");
        // The work.
    }
}
