//! Answers requests, and belongs to the trace of each: its replies carry the ID that the request came with.
//!
//! ```text
//! cargo run --features trace --example traced_server
//! cargo run --features trace --example traced_client          # in another terminal; or the same in Python:
//! python examples/python/traced_client.py
//! ```
//!
//! Another endpoint than `tcp://*:5564` can be given as first argument. It serves until Ctrl-C. A client that sends no trace,
//! such as `client`, gets its reply without one.

use std::env;
use std::error::Error;

use ferromq::trace::Traced;
use ferromq::{Context, Rep};

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5564".to_owned());
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
        let Traced { message, trace } = Traced::from_message(request)?;
        // What is sent because of the request is a child of its span.
        let mut trace = trace.map(|trace| trace.child());
        let id = trace.as_ref().map_or("none".to_owned(), |trace| trace.trace_id().to_string());
        if let Some(trace) = &mut trace {
            trace.stamp("request at server");
        }
        println!("Trace {id}: received request: {message}");
        let reply = format!("World, {message}!");
        if let Some(trace) = &mut trace {
            trace.stamp("reply from server");
        }
        rep = replying.send(Traced::new(reply, trace))?;
    }
}
