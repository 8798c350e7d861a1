//! §2.2, `pub_sub_subscriber.py`: prints what is published about the weather.
//!
//! ```text
//! cargo run --example pub_sub_subscriber
//! cargo run --example pub_sub_publisher          # in another terminal; or the same in Python:
//! python examples/python/pub_sub_publisher.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5557` can be given as first argument. It listens until Ctrl-C.
//!
//! A subscription is to a prefix, so `weatherman ...` arrives as well. What was published before the subscription
//! reached the publisher does not; `pub_sub_publisher` says more.

use std::env;
use std::error::Error;

use ferromq::{Context, Sub};

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5557".to_owned());
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match listen(&context, &endpoint) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn listen(context: &Context, endpoint: &str) -> ferromq::Result<()> {
    let subscriber = context.socket::<Sub>().subscribe("weather").connect(endpoint)?;
    loop {
        let received = subscriber.recv()?.to_string();
        match received.split_once(' ') {
            Some((topic, message)) => println!("Topic: {topic}, Message: {message}"),
            None => eprintln!("Neither topic nor message: {received}"),
        }
    }
}
