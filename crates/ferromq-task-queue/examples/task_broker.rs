//! The broker of a task queue: runs until Ctrl-C, and then says what it has done.
//!
//! ```text
//! cargo run -p ferromq-task-queue --example task_broker
//! cargo run -p ferromq-task-queue --example task_worker    # in other terminals, any number; or the same in Python:
//! python crates/ferromq-task-queue/python/worker.py
//! cargo run -p ferromq-task-queue --example task_client    # in another terminal
//! ```
//!
//! Other endpoints than `tcp://*:5570` for clients and `tcp://*:5571` for workers can be given as arguments.

use std::env;
use std::error::Error;
use std::time::Duration;

use ferromq::{Context, Router};
use ferromq_task_queue::Broker;

fn main() -> Result<(), Box<dyn Error>> {
    let mut endpoints = env::args().skip(1);
    let clients = endpoints.next().unwrap_or_else(|| "tcp://*:5570".to_owned());
    let workers = endpoints.next().unwrap_or_else(|| "tcp://*:5571".to_owned());

    let context = Context::new()?;
    let clients = context.socket::<Router>().linger(Duration::from_secs(1)).bind(clients)?;
    let workers = context.socket::<Router>().linger(Duration::from_secs(1)).bind(workers)?;
    println!("clients: {}, workers: {}", clients.last_endpoint()?, workers.last_endpoint()?);

    let broker = Broker::new(clients, workers)?;
    let stop = broker.stop_handle();
    ctrlc::set_handler(move || stop.stop())?;
    println!("{:?}", broker.run()?);
    Ok(())
}
