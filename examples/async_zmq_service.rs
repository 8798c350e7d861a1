//! §3.2, `async_zmq_service.py`: acknowledges each request after a second, and takes others meanwhile. On tokio.
//!
//! ```text
//! cargo run --features tokio --example async_zmq_service
//! cargo run --example pyzmq_client -- tcp://localhost:5560    # in other terminals, any number; or the same in Python:
//! python examples/python/pyzmq_client.py tcp://localhost:5560
//! ```
//!
//! Another endpoint than `tcp://*:5560` can be given as first argument. It serves until Ctrl-C, and then still replies to
//! those who have asked.
//!
//! Mended: the article's service is a REP, which takes no request before it has replied to the last one, so that the
//! clients wait for one another although the loop is free. A ROUTER takes them all, and each has a task of its own.

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
    use std::sync::Arc;
    use std::time::Duration;

    use ferromq::aio::tokio::Socket;
    use ferromq::{Context, Message, Router, RoutingId};
    use tokio::signal::unix::{SignalKind, signal};
    use tokio::task::JoinSet;

    #[tokio::main]
    pub async fn main() -> Result<(), Box<dyn Error>> {
        let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5560".to_owned());
        let mut ctrl_c = signal(SignalKind::interrupt())?;
        let mut kill = signal(SignalKind::terminate())?;
        // It is dropped last, which waits until the replies are sent.
        let context = Context::new()?;
        let router = Arc::new(context.socket::<Router>().bind(endpoint)?.into_tokio()?);

        let mut replies = JoinSet::new();
        loop {
            tokio::select! {
                received = router.recv_from() => {
                    let (client, request) = received?;
                    replies.spawn(acknowledge(Arc::clone(&router), client, request));
                }
                Some(replied) = replies.join_next() => replied??,
                _ = ctrl_c.recv() => break,
                _ = kill.recv() => break,
            }
        }
        while let Some(replied) = replies.join_next().await {
            replied??;
        }
        Ok(())
    }

    async fn acknowledge(
        router: Arc<Socket<Router>>,
        client: RoutingId,
        mut request: Message,
    ) -> ferromq::Result<()> {
        // A REQ sends one, and takes no reply without it; what has none is no request.
        let Some(envelope) = request.take_envelope() else { return Ok(()) };
        println!("Received request: {request}");
        tokio::time::sleep(Duration::from_secs(1)).await; // the work
        request.push_front("ACK");
        Ok(router.send_to(&client, request.with_envelope(envelope)).await?)
    }
}
