//! The loop as a user of the crate writes it.

use ferromq::security::{CurveClient, CurveServer};
use ferromq::state::Open;
use ferromq::{Context, KeyPair, Pull, Push, Result, Socket};

use crate::{CLIENT_SECRET, Mechanism, SERVER_SECRET};

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

    /// Sends and receives `messages` times; the bytes received.
    #[inline(never)]
    pub fn exchange(&self, body: &[u8], messages: u64) -> Result<u64> {
        let mut bytes = 0;
        for _ in 0..messages {
            self.push.send(body)?;
            let message = self.pull.recv()?;
            bytes += message[0].len() as u64;
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
