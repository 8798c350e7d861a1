//! §2.1, `req_rep_server.py`: tells the local time to who asks "What's the time?".
//!
//! ```text
//! cargo run --example req_rep_server
//! cargo run --example req_rep_client          # in another terminal; or the same in Python:
//! python examples/python/req_rep_client.py
//! ```
//!
//! Another endpoint than `tcp://*:5556` can be given as first argument. It serves until Ctrl-C.
//!
//! Any other request gets a reply as well: REP has to answer before it can receive again, and REQ waits for it.
//!
//! Mended: the article's server does not import `datetime`.

use std::env;
use std::error::Error;

use ferromq::{Context, Rep};
use jiff::Zoned;

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5556".to_owned());
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
        let response = if request == "What's the time?" {
            format!("The time is {}", Zoned::now().strftime("%Y-%m-%d %H:%M:%S.%6f"))
        } else {
            "Unknown request.".to_owned()
        };
        rep = replying.send(response)?;
    }
}
