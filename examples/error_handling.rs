//! §3.3, the first listing: catches what goes wrong, prints it, and recovers from what time can mend.
//!
//! ```text
//! cargo run --example error_handling                       # and then with a server, in another terminal:
//! cargo run --example server                               # or the same in Python:
//! python examples/python/server.py
//! cargo run --example error_handling -- tcp://localhost    # an endpoint without a port
//! ```
//!
//! Another endpoint than `tcp://localhost:5555` can be given as first argument. It asks three times, for two seconds each.
//!
//! A failed operation gives back what it was given: here the socket, which may ask again; elsewhere the message that could
//! not be sent. What to do about an error its `kind` tells, not its text.
//!
//! Mended: the article's listing does nothing that could fail, and leaves the recovery to the reader.

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use ferromq::{Context, ErrorKind, Message, Req};

const ATTEMPTS: usize = 3;

fn main() -> ExitCode {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5555".to_owned());
    match ask(&endpoint) {
        Ok(reply) => {
            println!("Received reply: {reply}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("ZMQ Error: {error}");
            match error.kind() {
                ErrorKind::TimedOut => println!("Is there a server at {endpoint}?"),
                ErrorKind::InvalidEndpoint => println!("An endpoint reads like tcp://localhost:5555."),
                _ => {}
            }
            ExitCode::FAILURE
        }
    }
}

fn ask(endpoint: &str) -> ferromq::Result<Message> {
    let context = Context::new()?;
    // Relaxed: it may ask again when no reply has come. What is not sent when the program ends nobody waits for.
    let builder = context.socket::<Req>().relaxed().linger(Duration::ZERO);
    let req = builder.receive_timeout(Duration::from_secs(2)).connect(endpoint)?;
    let mut awaiting = req.send("Hello")?;
    for _ in 1..ATTEMPTS {
        match awaiting.recv() {
            Ok((reply, _)) => return Ok(reply),
            Err(failed) if failed.is_timeout() => {
                println!("ZMQ Error: {failed}");
                println!("Asking again.");
                awaiting = failed.into_kept().send("Hello")?;
            }
            Err(failed) => return Err(failed.into()),
        }
    }
    Ok(awaiting.recv()?.0)
}
