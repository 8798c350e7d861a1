//! Publishes what it logs, for `log_watcher`, and for `python -m zmq.log`.
//!
//! ```text
//! cargo run --features log --example log_publisher
//! python -m zmq.log tcp://localhost:5565          # in another terminal; or in Rust:
//! cargo run --features log --example log_watcher
//! ```
//!
//! Another endpoint than `tcp://*:5565` can be given as first argument, another interval between orders than half a second as second,
//! in seconds. It runs until Ctrl-C.

use std::env;
use std::error::Error;
use std::sync::mpsc::channel;
use std::time::Duration;

use ferromq::log::LogPublisher;
use ferromq::{Context, Pub};
use tracing_subscriber::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://*:5565".to_owned());
    let seconds = arguments.next().map_or(Ok(0.5), |seconds| seconds.parse())?;
    let interval = Duration::try_from_secs_f64(seconds)?;
    let (stop, stopped) = channel();
    ctrlc::set_handler(move || {
        let _ = stop.send(());
    })?;

    let context = Context::new()?;
    let socket = context.socket::<Pub>().linger(Duration::ZERO).bind(endpoint)?;
    let publisher = LogPublisher::builder().root_topic("trader").target_as_subtopic(true).start(socket)?;
    // Everything goes to the subscribers; what a terminal shows would be a second layer.
    tracing_subscriber::registry().with(publisher.layer()).init();

    for number in 1_u64.. {
        tracing::info!(target: "orders", "order {number}");
        if number.is_multiple_of(3) {
            tracing::warn!(target: "orders", number, "no price");
        }
        if stopped.recv_timeout(interval).is_ok() {
            break;
        }
    }
    Ok(()) // dropping the publisher publishes what is still in the queue
}
