//! A broker between any number of clients and any number of servers, which share the requests.
//!
//! ```text
//! cargo run --example broker
//! cargo run --example client -- tcp://localhost:5574    # in other terminals, any number
//! ```
//!
//! Clients are REQ sockets and connect to port 5574; servers are REP sockets and *connect*, to port 5575, for example
//! `context.socket::<Rep>().connect("tcp://localhost:5575")`. Other endpoints can be given as arguments, for the clients
//! first. It runs until Ctrl-C, and then says what it has done.
//!
//! A ROUTER remembers which client a request is from, in an envelope that travels with it; a DEALER gives the requests to
//! the servers in turn. The broker reads neither.

use std::env;
use std::error::Error;
use std::sync::mpsc::channel;

use ferromq::{Context, Dealer, Proxy, Router};

fn main() -> Result<(), Box<dyn Error>> {
    let mut endpoints = env::args().skip(1);
    let clients = endpoints.next().unwrap_or_else(|| "tcp://*:5574".to_owned());
    let servers = endpoints.next().unwrap_or_else(|| "tcp://*:5575".to_owned());

    let (interrupt, interrupted) = channel();
    ctrlc::set_handler(move || {
        let _ = interrupt.send(());
    })?;

    let context = Context::new()?;
    let frontend = context.socket::<Router>().bind(clients)?;
    let backend = context.socket::<Dealer>().bind(servers)?;
    let proxy = Proxy::new(frontend, backend).spawn()?;
    interrupted.recv()?;

    let stopped = proxy.stop();
    let (requests, replies) = (stopped.statistics.backend.sent, stopped.statistics.frontend.sent);
    println!("{} requests, {} replies", requests.messages, replies.messages);
    Ok(stopped.outcome?)
}
