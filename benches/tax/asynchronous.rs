//! The loops with async sockets, on a runtime of one thread. Both ends are in one task, so that none ever waits.

use ferromq::Result;
use tokio::runtime::Builder;

use crate::api::{Pipe, dealer_and_router, publisher_and_subscriber};
use crate::{Mechanism, Shape};

/// Sends and receives `messages` times; the bytes received.
pub fn exchange(shape: Shape, endpoint: &str, body: &[u8], messages: u64) -> Result<u64> {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut bytes = 0;
        match shape {
            Shape::OneFrame => {
                let (push, pull) = Pipe::open(endpoint, Mechanism::Null)?.into_ends();
                let (push, pull) = (push.into_tokio()?, pull.into_tokio()?);
                for _ in 0..messages {
                    push.send(body).await?;
                    bytes += pull.recv().await?[0].len() as u64;
                }
            }
            Shape::ThreeFrames => {
                let (push, pull) = Pipe::open(endpoint, Mechanism::Null)?.into_ends();
                let (push, pull) = (push.into_tokio()?, pull.into_tokio()?);
                for _ in 0..messages {
                    push.send([body, body, body]).await?;
                    let message = pull.recv().await?;
                    bytes += message.iter().map(|frame| frame.len() as u64).sum::<u64>();
                }
            }
            Shape::Router => {
                let (dealer, router) = dealer_and_router(endpoint)?;
                let (dealer, router) = (dealer.into_tokio()?, router.into_tokio()?);
                for _ in 0..messages {
                    dealer.send(body).await?;
                    let (peer, message) = router.recv_from().await?;
                    router.send_to(&peer, message).await?;
                    bytes += dealer.recv().await?[0].len() as u64;
                }
            }
            Shape::Sub => {
                let (publisher, subscriber) = publisher_and_subscriber(endpoint)?;
                let (publisher, subscriber) = (publisher.into_tokio()?, subscriber.into_tokio()?);
                for _ in 0..messages {
                    publisher.send(body).await?;
                    bytes += subscriber.recv().await?[0].len() as u64;
                }
            }
        }
        Ok(bytes)
    })
}
