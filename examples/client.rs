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
//! The client waits ten seconds for the reply, and then ends with an error.
//!
//! Mended: the article's client waits for ever when the server dies while it has the request; a REQ does not notice.
//! `ferromq::RequestClient` would ask again.

use std::env;
use std::time::Duration;

use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5555".to_owned());
    let context = Context::new()?;
    // A server that dies takes the request along. And what is not sent when the program ends nobody waits for.
    let builder = context.socket::<Req>().receive_timeout(Duration::from_secs(10)).linger(Duration::ZERO);
    let req = builder.connect(endpoint)?;

    let (reply, _req) = req.send("Hello")?.recv()?;
    println!("Received reply: {reply}");
    Ok(())
}
