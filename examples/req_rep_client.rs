//! §2.1, `req_rep_client.py`: asks for the time and prints the reply.
//!
//! ```text
//! cargo run --example req_rep_client
//! cargo run --example req_rep_server          # in another terminal; or the same in Python:
//! python examples/python/req_rep_server.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5556` can be given as first argument.

use std::env;

use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5556".to_owned());
    let context = Context::new()?;
    let req = context.socket::<Req>().connect(endpoint)?;

    let (reply, _req) = req.send("What's the time?")?.recv()?;
    println!("Received reply: {reply}");
    Ok(())
}
