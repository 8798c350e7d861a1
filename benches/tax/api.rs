//! The loop as a user of the crate writes it.

use ferromq::state::Open;
use ferromq::{Context, Pull, Push, Result, Socket};

pub struct Pipe {
    push: Socket<Push, Open>,
    pull: Socket<Pull, Open>,
}

impl Pipe {
    pub fn open(endpoint: &str) -> Result<Pipe> {
        let context = Context::new()?;
        let pull = context.socket::<Pull>().bind(endpoint)?;
        let push = context.socket::<Push>().connect(pull.last_endpoint()?)?;
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
}
