//! §1.3, `client.py`: sends "Hello" and prints the reply.
//!
//! ```text
//! cargo run --example client
//! cargo run --example server          # in another terminal; or the same in Python:
//! python examples/python/server.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5555` can be given as first argument.
//!
//! Either program may be started first: `connect` returns at once, and libzmq delivers the request when the server is there.

use std::env;

use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5555".to_owned());
    let context = Context::new()?;
    let req = context.socket::<Req>().connect(endpoint)?;

    let (reply, _req) = req.send("Hello")?.recv()?;
    println!("Received reply: {reply}");
    Ok(())
}
