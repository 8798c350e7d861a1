//! A task queue over ZeroMQ: clients submit tasks, workers that may die at any moment do them, and a broker between them
//! sees to it that each client is told each result exactly once.
//!
//! ```
//! use std::thread;
//! use ferromq::{Context, Dealer, Router};
//! use ferromq_task_queue::{Broker, Client, Worker};
//!
//! let context = Context::new()?;
//! let clients = context.socket::<Router>().bind("inproc://clients")?;
//! let workers = context.socket::<Router>().bind("inproc://workers")?;
//! let broker = Broker::new(clients, workers)?;
//! let stop_broker = broker.stop_handle();
//! let broker = thread::spawn(|| broker.run());
//!
//! let worker = Worker::new(context.socket::<Dealer>(), "inproc://workers")?;
//! let stop_worker = worker.stop_handle();
//! let worker = thread::spawn(move || {
//!     worker.run(|task| {
//!         let number: u64 = task.as_str()?.parse()?;
//!         Ok::<_, Box<dyn std::error::Error>>((number * number).to_string())
//!     })
//! });
//!
//! let mut client = Client::new(context.socket::<Dealer>(), "inproc://clients")?;
//! for number in 1..=10 {
//!     client.submit(number.to_string())?;
//! }
//! let mut sum = 0;
//! for result in client.results() {
//!     sum += result?.outcome?.as_str()?.parse::<u64>()?;
//! }
//! assert_eq!(sum, 385);
//!
//! stop_worker.stop();
//! stop_broker.stop();
//! worker.join().unwrap()?;
//! assert_eq!(broker.join().unwrap()?.completed, 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A task and a result are messages of one or more frames. A task is done *at least* once: it is given to another worker
//! when its own has died or fallen silent, which may have been after the work and before the result. It is *reported*
//! exactly once, whatever happens to workers, connections and the broker.
//!
//! Nothing is on disk. The client keeps each task until its result is there, and submits it again to a broker that does not
//! know it; so a broker can be killed and started again at any moment. What dies with the client is lost.
//!
//! `PROTOCOL.md` beside this crate's sources says what goes over the wire; `python/` has a worker and a client in Python.
#![forbid(unsafe_code)]

mod bell;
mod broker;
mod client;
mod error;
mod protocol;
mod queue;
mod timing;
mod worker;

pub use bell::StopHandle;
pub use broker::Broker;
pub use client::{Client, Full, TaskError, TaskId, TaskResult};
pub use error::{Error, Result};
pub use queue::Statistics;
pub use timing::Timing;
pub use worker::Worker;
