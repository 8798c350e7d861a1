//! §1.3, `server.py`: answers a request such as "Hello" with "World, Hello!".
//!
//! ```text
//! cargo run --example server
//! cargo run --example client          # in another terminal; or the same in Python:
//! python examples/python/client.py
//! ```
//!
//! Another endpoint than `tcp://*:5555` can be given: `cargo run --example server -- ipc:///tmp/hello`.
//! It serves until Ctrl-C.
//!
//! `recv` takes the socket and returns one that can only `send`: a REP that forgets to reply does not compile.

use std::env;
use std::error::Error;

use ferromq::{Context, Rep};

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5555".to_owned());
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match serve(&context, &endpoint) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn serve(context: &Context, endpoint: &str) -> ferromq::Result<()> {
    let mut rep = context.socket::<Rep>().bind(endpoint)?;
    loop {
        let (request, replying) = rep.recv()?;
        println!("Received request: {request}");
        rep = replying.send(format!("World, {request}!"))?;
    }
}
