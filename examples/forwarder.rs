//! A forwarder: publishers and subscribers meet at it, and need not know each other.
//!
//! ```text
//! cargo run --example forwarder
//! cargo run --example pub_sub_subscriber -- tcp://localhost:5573
//! ```
//!
//! Subscribers connect to `tcp://*:5573`; the forwarder itself connects to the publisher of `pub_sub_publisher`, at
//! `tcp://localhost:5557`. Other endpoints can be given as arguments, for the publisher first. It runs until Ctrl-C.
//!
//! XPUB receives the subscriptions of the subscribers, and XSUB sends them on to the publishers: a topic that nobody
//! subscribed to does not travel at all.

use std::env;
use std::error::Error;

use ferromq::{Context, XPub, XSub, proxy};

fn main() -> Result<(), Box<dyn Error>> {
    let mut endpoints = env::args().skip(1);
    let publisher = endpoints.next().unwrap_or_else(|| "tcp://localhost:5557".to_owned());
    let subscribers = endpoints.next().unwrap_or_else(|| "tcp://*:5573".to_owned());
    let context = Context::new()?;

    // Shutting the context down ends the proxy.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    let frontend = context.socket::<XSub>().connect(publisher)?;
    let backend = context.socket::<XPub>().bind(subscribers)?;
    match proxy(&frontend, &backend) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result.map(drop)?),
    }
}
