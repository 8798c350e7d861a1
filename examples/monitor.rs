//! Takes tasks and says what becomes of the connections to its producers.
//!
//! ```text
//! cargo run --example monitor
//! cargo run --example push_pull_producer -- tcp://*:5558      # in another terminal, and again
//! ```
//!
//! Another endpoint than `tcp://localhost:5558` can be given as first argument. It runs until Ctrl-C.

use std::env;
use std::error::Error;

use ferromq::poll::Interest;
use ferromq::{Context, Poller, Pull};

#[derive(Clone, Copy, PartialEq)]
enum From {
    Producers,
    Monitor,
}

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5558".to_owned());
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match watch(&context, &endpoint) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn watch(context: &Context, endpoint: &str) -> ferromq::Result<()> {
    let pull = context.socket::<Pull>().open()?;
    let monitor = pull.monitor()?; // before `connect`, to miss nothing
    pull.connect(endpoint)?;

    let mut poller = Poller::new();
    poller.add(&pull, From::Producers, Interest::READABLE)?;
    poller.add(&monitor, From::Monitor, Interest::READABLE)?;
    loop {
        for (from, _) in poller.wait()? {
            match from {
                From::Producers => println!("Received task: {}", pull.recv()?),
                From::Monitor => println!("Connection: {}", monitor.recv()?),
            }
        }
    }
}
