//! A client of a task queue: has the numbers from 0 squared, and prints each result as it comes.
//!
//! ```text
//! cargo run -p ferromq-task-queue --example task_client
//! ```
//!
//! Another endpoint than `tcp://localhost:5570` can be given as first argument, and as second one how many numbers. Broker and
//! worker: `task_broker`, `task_worker`. It waits for them for as long as it takes; Ctrl-C ends it.

use std::env;
use std::error::Error;

use ferromq::{Context, Dealer, Linger};
use ferromq_task_queue::{Client, Error::Socket};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://localhost:5570".to_owned());
    let number: u32 = arguments.next().as_deref().unwrap_or("100").parse()?;

    let context = Context::new()?;
    let interrupt = context.shutdown_handle();
    ctrlc::set_handler(move || interrupt.shutdown())?;
    // Once it ends, it wants nothing any more.
    let mut client = Client::new(context.socket::<Dealer>().linger(Linger::NONE), endpoint)?;
    for result in client.submit_all((0..number).map(|number| number.to_string())) {
        match result {
            Ok(result) => match result.outcome {
                Ok(square) => println!("{}: {square}", result.id),
                Err(error) => println!("{}: {error}", result.id),
            },
            Err(Socket(error)) if error.is_terminated() => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
