//! §4.2, `heartbeat_client.py`: answers each PING with PONG, over connections that are watched by heartbeats.
//!
//! ```text
//! cargo run --example heartbeat_client
//! cargo run --example heartbeat_server          # in another terminal; or the same in Python:
//! python examples/python/heartbeat_server.py
//! ```
//!
//! Another endpoint than `tcp://*:5562` can be given as first argument, another interval between heartbeats than 5 seconds as
//! second. It answers until Ctrl-C. (The article calls it a client although it binds.)
//!
//! Mended: the article sets only the interval, and no timeouts. Left out: a second's sleep after each PONG, in which nobody
//! else is answered.

use std::env;
use std::error::Error;
use std::time::Duration;

use ferromq::{Context, Rep};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://*:5562".to_owned());
    let seconds = arguments.next().map_or(Ok(5.0), |seconds| seconds.parse())?;
    let interval = Duration::try_from_secs_f64(seconds)?;
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match pong(&context, &endpoint, interval) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn pong(context: &Context, endpoint: &str, interval: Duration) -> ferromq::Result<()> {
    // Both ends notice within three intervals that the other one is gone.
    let mut rep = context.socket::<Rep>().heartbeat(interval).bind(endpoint)?;
    loop {
        let (message, replying) = rep.recv()?;
        println!("Received: {message}");
        rep = replying.send("PONG")?;
    }
}
