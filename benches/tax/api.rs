//! The loops as a user of the crate writes them.

use ferromq::security::{CurveClient, CurveServer};
use ferromq::state::Open;
use ferromq::{Context, Dealer, KeyPair, Pub, Pull, Push, Result, Router, Socket, Sub};

use crate::{CLIENT_SECRET, Mechanism, SERVER_SECRET, Shape};

/// Sends and receives `messages` times; the bytes received. CURVE is for PUSH and PULL.
pub fn exchange(
    shape: Shape,
    endpoint: &str,
    mechanism: Mechanism,
    body: &[u8],
    messages: u64,
) -> Result<u64> {
    match shape {
        Shape::OneFrame => Pipe::open(endpoint, mechanism)?.one_frame(body, messages),
        Shape::ThreeFrames => Pipe::open(endpoint, mechanism)?.three_frames(body, messages),
        Shape::Router => {
            let (dealer, router) = dealer_and_router(endpoint)?;
            there_and_back(&dealer, &router, body, messages)
        }
        Shape::Sub => {
            let (publisher, subscriber) = publisher_and_subscriber(endpoint)?;
            published(&publisher, &subscriber, body, messages)
        }
    }
}

pub struct Pipe {
    push: Socket<Push, Open>,
    pull: Socket<Pull, Open>,
}

impl Pipe {
    pub fn open(endpoint: &str, mechanism: Mechanism) -> Result<Pipe> {
        let context = Context::new()?;
        let (mut pull, mut push) = (context.socket::<Pull>(), context.socket::<Push>());
        if mechanism == Mechanism::Curve {
            let keys = |secret: &str| KeyPair::from_secret(secret.parse()?);
            let (server, client) = (keys(SERVER_SECRET)?, keys(CLIENT_SECRET)?);
            push = push.security(CurveClient::new(client, server.public()));
            pull = pull.security(CurveServer::new(server).allow_any());
        }
        let pull = pull.bind(endpoint)?;
        let push = push.connect(pull.last_endpoint()?)?;
        Ok(Pipe { push, pull })
    }

    #[cfg(feature = "tokio")]
    pub fn into_ends(self) -> (Socket<Push>, Socket<Pull>) {
        (self.push, self.pull)
    }

    #[inline(never)]
    pub fn one_frame(&self, body: &[u8], messages: u64) -> Result<u64> {
        let mut bytes = 0;
        for _ in 0..messages {
            self.push.send(body)?;
            let message = self.pull.recv()?;
            bytes += message[0].len() as u64;
        }
        Ok(bytes)
    }

    #[inline(never)]
    fn three_frames(&self, body: &[u8], messages: u64) -> Result<u64> {
        let mut bytes = 0;
        for _ in 0..messages {
            self.push.send([body, body, body])?;
            let message = self.pull.recv()?;
            bytes += message.iter().map(|frame| frame.len() as u64).sum::<u64>();
        }
        Ok(bytes)
    }

    /// Sends `window` messages and receives them, so many times; the bytes received.
    #[inline(never)]
    pub fn stream(&self, body: &[u8], window: u64, times: u64) -> Result<u64> {
        let mut bytes = 0;
        for _ in 0..times {
            for _ in 0..window {
                self.push.send(body)?;
            }
            for _ in 0..window {
                let message = self.pull.recv()?;
                bytes += message[0].len() as u64;
            }
        }
        Ok(bytes)
    }
}

pub fn dealer_and_router(endpoint: &str) -> Result<(Socket<Dealer>, Socket<Router>)> {
    let context = Context::new()?;
    let router = context.socket::<Router>().bind(endpoint)?;
    let dealer = context.socket::<Dealer>().connect(router.last_endpoint()?)?;
    Ok((dealer, router))
}

#[inline(never)]
fn there_and_back(
    dealer: &Socket<Dealer>,
    router: &Socket<Router>,
    body: &[u8],
    messages: u64,
) -> Result<u64> {
    let mut bytes = 0;
    for _ in 0..messages {
        dealer.send(body)?;
        let (peer, message) = router.recv_from()?;
        router.send_to(&peer, message)?;
        bytes += dealer.recv()?[0].len() as u64;
    }
    Ok(bytes)
}

/// Both, once the subscription is known.
pub fn publisher_and_subscriber(endpoint: &str) -> Result<(Socket<Pub>, Socket<Sub>)> {
    let context = Context::new()?;
    let publisher = context.socket::<Pub>().bind(endpoint)?;
    let subscriber = context.socket::<Sub>().subscribe("").connect(publisher.last_endpoint()?)?;
    loop {
        publisher.send("")?;
        if subscriber.try_recv().is_ok() {
            break;
        }
    }
    while subscriber.try_recv().is_ok() {}
    Ok((publisher, subscriber))
}

#[inline(never)]
fn published(publisher: &Socket<Pub>, subscriber: &Socket<Sub>, body: &[u8], messages: u64) -> Result<u64> {
    let mut bytes = 0;
    for _ in 0..messages {
        publisher.send(body)?;
        bytes += subscriber.recv()?[0].len() as u64;
    }
    Ok(bytes)
}
