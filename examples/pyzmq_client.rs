//! §3.1, `pyzmq_client.py`: sends a request and prints the two frames of its reply.
//!
//! ```text
//! cargo run --example pyzmq_client
//! cargo run --features tokio --example pyzmq_service          # in another terminal; or the same in Python:
//! python examples/python/pyzmq_service.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5559` can be given as first argument: the services of §3.2 are at
//! `tcp://localhost:5560`, and reply with two frames as well. It waits ten seconds for the reply, and then ends with an
//! error.
//!
//! Mended: the article's client waits for ever when the service dies while it has the request; a REQ does not notice.
//! `ferromq::RequestClient` would ask again.

use std::env;
use std::time::Duration;

use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5559".to_owned());
    let context = Context::new()?;
    // A server that dies takes the request along. And what is not sent when the program ends nobody waits for.
    let builder = context.socket::<Req>().receive_timeout(Duration::from_secs(10)).linger(Duration::ZERO);
    let req = builder.connect(endpoint)?;

    let (reply, _req) = req.send("Hello from client!")?.recv()?;
    let [status, request] = reply.into_frames()?;
    println!("Received response: {status}, Original request: {request}");
    Ok(())
}
