//! §4.3, `secure_client.py`: sends a request that only one server can read, and prints the reply.
//!
//! ```text
//! cargo run --example secure_client
//! cargo run --example secure_server          # in another terminal; or the same in Python:
//! python examples/python/secure_server.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5563` can be given as first argument, another directory than `target/secure` as
//! second. It has the client's keys in `client.key_secret` and the server's public key in `server.key`; if it is missing, it is
//! made. (On two machines, copy `server.key` to the client, and `client.key` to the server's `clients`. Secret files stay.)
//!
//! It waits ten seconds for the reply, and then ends with an error.
//!
//! Mended: the article's client has keys made by ssh-keygen, which are none for CURVE; does not know the server's key,
//! without which there is no CURVE; and waits for ever when it is refused, or when the server dies while it has the request.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use ferromq::monitor::EventSet;
use ferromq::poll::{PollItem, poll};
use ferromq::security::{Certificate, CurveClient};
use ferromq::{Context, Req};

mod certificates;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://localhost:5563".to_owned());
    let directory = arguments.next().unwrap_or_else(|| certificates::DEFAULT_DIRECTORY.to_owned());
    let directory = PathBuf::from(directory);
    certificates::make_if_missing(&directory)?;

    let keys = certificates::load_keys(&directory.join("client.key_secret"))?;
    let server = Certificate::load(directory.join("server.key"))?.public_key();
    let context = Context::new()?;
    // Nobody takes what a refused client has sent: without this, ending would wait for somebody.
    let builder = context.socket::<Req>().linger(Duration::ZERO);
    let req = builder.security(CurveClient::new(keys, server)).open()?;
    let refusals = req.monitor_with(EventSet::HANDSHAKE_FAILED_AUTH)?;
    req.connect(endpoint)?;

    let req = req.send("Secure request.")?;
    // A server that refuses this client never replies, and libzmq does not try again: only the monitor tells.
    let mut items = [PollItem::readable(&req), PollItem::readable(&refusals)];
    poll(&mut items, Duration::from_secs(10))?;
    if items[1].readiness().is_readable() {
        return Err(format!("the server does not let this client in: {}", refusals.recv()?).into());
    }
    let (reply, _req) = req.recv_timeout(Duration::ZERO)?; // it has waited
    println!("Received reply: {reply}");
    Ok(())
}
