//! §3.3, the second listing: watches its connection, sends heartbeats of its own, and survives the loss of its server.
//!
//! ```text
//! cargo run --example connection_management
//! cargo run --example server          # in another terminal: stop it, start it again; or the same in Python:
//! python examples/python/server.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5555` can be given as first argument, another interval between heartbeats than 5
//! seconds as second. It runs until Ctrl-C. docs/connections.md is the guide to what it uses.
//!
//! Mended: the article compares seconds with 5000, means milliseconds, and so sends one heartbeat in 83 minutes; its send waits
//! where it should fail; and without `immediate`, heartbeats for nobody are queued, up to 1000, before one fails.

use std::env;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::{Context, Dealer, Socket};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://localhost:5555".to_owned());
    let interval = Duration::try_from_secs_f64(arguments.next().map_or(Ok(5.0), |seconds| seconds.parse())?)?;
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match manage(&context, &endpoint, interval) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn manage(context: &Context, endpoint: &str, interval: Duration) -> ferromq::Result<()> {
    let builder = context.socket::<Dealer>().heartbeat(interval).immediate(true);
    let dealer = builder.reconnect_backoff(Duration::from_millis(100), Duration::from_secs(5)).open()?;
    let connections = dealer.watch()?; // before `connect`, to miss nothing
    dealer.connect(endpoint)?;
    let changes = connections.changes();
    thread::spawn(|| changes.for_each(|state| println!("Connection: {state}")));
    loop {
        // libzmq connects again by itself, and this ends when it has. That it never will is an error, `GaveUp`.
        match connections.wait_for_peers(1, interval) {
            Err(error) if error.is_timeout() => {}
            result => result?,
        }
        match dealer.try_send(["", "HEARTBEAT"]) {
            Ok(()) => {}
            Err(failed) if failed.is_would_block() => println!("Heartbeat failed, connection may be lost."),
            Err(failed) => return Err(failed.into()),
        }
        receive_until(Instant::now() + interval, &dealer)?;
    }
}

/// The other work of the program: here, to print what comes.
fn receive_until(end: Instant, dealer: &Socket<Dealer>) -> ferromq::Result<()> {
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        match dealer.recv_timeout(left) {
            Ok(mut reply) => {
                reply.take_envelope(); // A REP sends back the empty frame that came before the request.
                println!("Received: {reply}");
            }
            Err(error) if error.is_timeout() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
