//! §2.2, `pub_sub_publisher.py`: publishes the weather every second, and prints nothing.
//!
//! ```text
//! cargo run --example pub_sub_publisher
//! cargo run --example pub_sub_subscriber          # in other terminals, any number; or the same in Python:
//! python examples/python/pub_sub_subscriber.py
//! ```
//!
//! Another endpoint than `tcp://*:5557` can be given as first argument. It publishes until Ctrl-C.
//!
//! PUB never waits for anybody. What it sends before a subscription has arrived is lost to that subscriber, also when the
//! subscriber was started first: it needs a moment to connect (the "slow joiner"). It does no harm here, because the
//! weather is repeated. Where the first message counts, call `wait_for_topics` before it is sent; where subscribers come
//! later, let them ask for the current state over REQ/REP once they receive.
//!
//! Mended: the article's publisher does not import `time`.

use std::env;
use std::error::Error;
use std::thread;
use std::time::Duration;

use ferromq::{Context, Pub};

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5557".to_owned());
    let context = Context::new()?;

    // Once the context is shut down, the next `send` ends with an error.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match publish(&context, &endpoint) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn publish(context: &Context, endpoint: &str) -> ferromq::Result<()> {
    let publisher = context.socket::<Pub>().bind(endpoint)?;
    loop {
        let topic = "weather";
        let message = "Sunny today.";
        publisher.send(format!("{topic} {message}"))?;
        thread::sleep(Duration::from_secs(1));
    }
}
