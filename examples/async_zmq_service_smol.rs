//! §3.2 again, on smol: acknowledges each request after a second, and takes others meanwhile, all in one thread.
//!
//! ```text
//! cargo run --features async-io --example async_zmq_service_smol
//! cargo run --example pyzmq_client -- tcp://localhost:5560    # in other terminals, any number; or the same in Python:
//! python examples/python/pyzmq_client.py tcp://localhost:5560
//! ```
//!
//! Another endpoint than `tcp://*:5560` can be given as first argument. It serves until Ctrl-C.
//!
//! `async_zmq_service` is the same on tokio, and says what was mended. Here the tasks borrow the socket, which smol's
//! executors allow, and Ctrl-C ends all waits at once. `async_io::Timer`, `async_executor::LocalExecutor` and `block_on` are
//! those of the crate smol.

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

    use async_executor::LocalExecutor;
    use async_io::Timer;
    use ferromq::aio::async_io::Socket;
    use ferromq::{Context, Message, Router, RoutingId};
    use futures_lite::future::block_on;

    pub fn main() -> Result<(), Box<dyn Error>> {
        let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5560".to_owned());
        let context = Context::new()?;

        // Shutting the context down ends every wait in its sockets, from any thread.
        let shutdown = context.shutdown_handle();
        ctrlc::set_handler(move || shutdown.shutdown())?;

        let router = context.socket::<Router>().bind(endpoint)?.into_async_io()?;
        let executor = LocalExecutor::new();
        match block_on(executor.run(serve(&executor, &router))) {
            Err(error) if error.is_terminated() => Ok(()),
            result => Ok(result?),
        }
    }

    async fn serve<'a>(executor: &LocalExecutor<'a>, router: &'a Socket<Router>) -> ferromq::Result<()> {
        loop {
            let (client, request) = router.recv_from().await?;
            executor.spawn(acknowledge(router, client, request)).detach();
        }
    }

    /// It fails only when the context is shut down, which `serve` meets, too.
    async fn acknowledge(
        router: &Socket<Router>,
        client: RoutingId,
        mut request: Message,
    ) -> ferromq::Result<()> {
        // A REQ sends one, and takes no reply without it; what has none is no request.
        let Some(envelope) = request.take_envelope() else { return Ok(()) };
        println!("Received request: {request}");
        Timer::after(Duration::from_secs(1)).await; // the work
        request.push_front("ACK");
        Ok(router.send_to(&client, request.with_envelope(envelope)).await?)
    }
}
