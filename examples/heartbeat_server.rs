//! §4.2, `heartbeat_server.py`: sends PING every ten seconds and prints the reply, over a connection that is watched by
//! heartbeats.
//!
//! ```text
//! cargo run --example heartbeat_server
//! cargo run --example heartbeat_client          # in another terminal; or the same in Python:
//! python examples/python/heartbeat_client.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5562` can be given as first argument, another interval between heartbeats than 5
//! seconds as second; the PINGs are two intervals apart. It runs until Ctrl-C. (The article calls it a server although it
//! connects.)
//!
//! There are two heartbeats. libzmq's own find out whether the connection is alive, so that a dead one is closed and made
//! again; the program does not see them. PING and PONG tell the program whether somebody answers.
//!
//! Mended: the article sets only the interval, and no timeouts; and a REQ whose PING is lost with a peer waits for the PONG
//! for ever.

use std::env;
use std::error::Error;
use std::time::Duration;

use ferromq::poll::{PollItem, poll};
use ferromq::{Context, Req};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://localhost:5562".to_owned());
    let seconds = arguments.next().map_or(Ok(5.0), |seconds| seconds.parse())?;
    let interval = Duration::try_from_secs_f64(seconds)?;
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match ping(&context, &endpoint, interval) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn ping(context: &Context, endpoint: &str, interval: Duration) -> ferromq::Result<()> {
    // Relaxed: it may send again when no reply has come. What is not sent when the program ends nobody waits for.
    let builder = context.socket::<Req>().heartbeat(interval).relaxed().linger(Duration::ZERO);
    let req = builder.receive_timeout(2 * interval).connect(endpoint)?;
    let mut awaiting = req.send("PING")?;
    loop {
        awaiting = match awaiting.recv() {
            Ok((reply, req)) => {
                println!("Received: {reply}");
                poll(&mut [PollItem::readable(&req)], 2 * interval)?; // sleeps, and wakes at Ctrl-C
                req.send("PING")?
            }
            Err(failed) if failed.is_timeout() => {
                eprintln!("No reply; is there anybody at {endpoint}?");
                failed.into_kept().send("PING")?
            }
            Err(failed) => return Err(failed.into()),
        }
    }
}
