//! Starts a trace, sends it along with a request, and prints how long each hop of request and reply took.
//!
//! ```text
//! cargo run --features trace --example traced_client
//! cargo run --features trace --example traced_server          # in another terminal; or the same in Python:
//! python examples/python/traced_server.py
//! ```
//!
//! Another endpoint than `tcp://localhost:5564` can be given as first argument.

use std::env;
use std::time::Duration;

use ferromq::trace::{Trace, Traced};
use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://localhost:5564".to_owned());
    let context = Context::new()?;
    let builder = context.socket::<Req>().receive_timeout(Duration::from_secs(10)).linger(Duration::ZERO);
    let req = builder.connect(endpoint)?;

    let mut trace = Trace::start();
    println!("Trace {}: sending request: Hello", trace.trace_id());
    trace.stamp("request from client");
    let (reply, _req) = req.send(Traced::new("Hello", trace))?.recv()?;

    let Traced { message, trace } = Traced::from_message(reply)?;
    let Some(mut trace) = trace else {
        println!("Received reply without a trace: {message}");
        return Ok(());
    };
    trace.stamp("reply at client");
    println!("Trace {}: received reply: {message}", trace.trace_id());
    for delay in trace.delays() {
        println!("{} -> {}: {} ns", delay.from.name(), delay.to.name(), delay.nanoseconds);
    }
    Ok(())
}
