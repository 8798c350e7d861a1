//! §3.1, `pyzmq_service.py`: a callback that is given each request and returns the reply, "OK" and the request. On tokio.
//!
//! ```text
//! cargo run --features tokio --example pyzmq_service
//! cargo run --example pyzmq_client          # in another terminal; or the same in Python:
//! python examples/python/pyzmq_client.py
//! ```
//!
//! Another endpoint than `tcp://*:5559` can be given as first argument. It serves until Ctrl-C.
//!
//! A REP takes one request at a time: several clients wait for one another. `async_zmq_service` serves them side by side.
//!
//! Mended: the article starts its loop before it registers the callback, and so never answers; and its callback sleeps in
//! a way that stops the loop.

#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    unix::main()
}

#[cfg(not(unix))]
fn main() {
    println!("Async sockets are for unix; see ferromq::aio.");
}

#[cfg(unix)]
mod unix {
    use std::env;
    use std::error::Error;
    use std::time::Duration;

    use ferromq::aio::tokio::Socket;
    use ferromq::{Context, Message, Rep};
    use tokio::signal::unix::{SignalKind, signal};

    #[tokio::main(flavor = "current_thread")]
    pub async fn main() -> Result<(), Box<dyn Error>> {
        let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5559".to_owned());
        let mut ctrl_c = signal(SignalKind::interrupt())?;
        let mut kill = signal(SignalKind::terminate())?;
        let context = Context::new()?;
        let rep = context.socket::<Rep>().bind(endpoint)?.into_tokio()?;

        tokio::select! {
            failed = on_request(rep, handle_request) => failed?,
            _ = ctrl_c.recv() => {}
            _ = kill.recv() => {}
        }
        Ok(())
    }

    /// Calls `handler` with each request, and sends what it returns.
    async fn on_request(
        mut rep: Socket<Rep>,
        handler: impl AsyncFn(Message) -> Message,
    ) -> ferromq::Result<()> {
        loop {
            let (request, replying) = rep.recv().await?;
            replying.send(handler(request).await).await?;
        }
    }

    async fn handle_request(mut message: Message) -> Message {
        println!("Received request: {message}");
        tokio::time::sleep(Duration::from_secs(1)).await; // the work
        message.push_front("OK");
        message
    }
}
