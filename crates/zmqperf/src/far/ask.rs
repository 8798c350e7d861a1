//! Asks the other end.

use std::time::{Duration, Instant};

use ferromq::state::Ready;
use ferromq::{Context, Endpoint, Linger, Req, Socket};

use crate::clock;
use crate::failure::{Failure, Result};
use crate::protocol::{Action, Reply, Request, VERSION};

/// How long a wait is before it is looked again whether there is still somebody to wait for.
const LOOK: Duration = Duration::from_millis(50);
/// How often the clocks are compared; the fastest answer counts.
const COMPARISONS: usize = 50;

/// The connection over which the other end is asked.
pub struct Control {
    /// None after a request that was not answered.
    req: Option<Socket<Req, Ready>>,
    endpoint: Endpoint,
    session: String,
    patience: Duration,
}

/// The other end's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clocks {
    /// By how much it is ahead of this end's, in nanoseconds.
    pub ahead: i64,
    /// By how much that can be wrong.
    pub uncertainty: u64,
}

impl Control {
    /// Connects; each answer may take so long.
    pub fn connect(context: &Context, endpoint: Endpoint, patience: Duration) -> Result<Self> {
        let req = context.socket::<Req>().linger(Linger::NONE).connect(endpoint.clone())?;
        let session = format!("{}-{}", std::process::id(), clock::now());
        Ok(Control { req: Some(req), endpoint, session, patience })
    }

    /// What it is connected to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Asks. `check` is called while it waits, and says whether there is nobody to wait for any more.
    pub fn ask(&mut self, action: Action, mut check: impl FnMut() -> Result<()>) -> Result<Reply> {
        let request = Request { session: self.session.clone(), action };
        let text = serde_json::to_string(&request)?;
        let deadline = Instant::now() + self.patience;
        let unanswered = |endpoint: &Endpoint, patience| {
            Failure::new(format!("the other end, {endpoint}, did not answer within {patience:?}"))
        };
        let Some(req) = self.req.take() else {
            return Err(unanswered(&self.endpoint, self.patience));
        };
        let mut awaiting = req.send_timeout(text, self.patience)?;
        let reply = loop {
            match awaiting.recv_timeout(LOOK) {
                Ok((reply, req)) => {
                    self.req = Some(req);
                    break reply;
                }
                Err(failed) if failed.is_timeout() && Instant::now() < deadline => {
                    check()?;
                    awaiting = failed.into_kept();
                }
                Err(failed) if failed.is_timeout() => {
                    return Err(unanswered(&self.endpoint, self.patience));
                }
                Err(failed) => return Err(failed.into()),
            }
        };
        let reply = serde_json::from_str(reply.as_str()?);
        match reply.map_err(|error| {
            Failure::from(error).during(format!("{}: no answer of zmqperf's", self.endpoint))
        })? {
            Reply::Refused { reason } => {
                Err(Failure::new(reason).during(format!("the other end, {}", self.endpoint)))
            }
            reply => Ok(reply),
        }
    }

    /// Whether it is another zmqperf that understands this one; its process.
    pub fn greet(&mut self, check: impl FnMut() -> Result<()>) -> Result<u32> {
        match self.ask(Action::Hello { protocol: VERSION }, check)? {
            Reply::Hello { pid, .. } => Ok(pid),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Compares the clocks, as NTP does: the answer was written in the middle of the time that it took, give or take half of
    /// that.
    pub fn compare_clocks(&mut self) -> Result<Clocks> {
        let mut best = Clocks { ahead: 0, uncertainty: u64::MAX };
        for _ in 0..COMPARISONS {
            let asked = clock::now();
            let reply = self.ask(Action::Clock, || Ok(()))?;
            let answered = clock::now();
            let Reply::Clock { now } = reply else { return Err(unexpected(&reply)) };
            let uncertainty = (answered - asked) / 2;
            if uncertainty < best.uncertainty {
                best = Clocks { ahead: now.wrapping_sub(asked + uncertainty).cast_signed(), uncertainty };
            }
        }
        Ok(best)
    }

    /// Tells the other end, if it can still be told, that the run is over.
    pub fn abandon(&mut self) {
        if self.req.is_some() {
            self.patience = self.patience.min(Duration::from_millis(500));
            // It gives the run up by itself later.
            let _ = self.ask(Action::Abandon, || Ok(()));
        }
    }
}

/// The other end breaks the protocol.
pub fn unexpected(reply: &Reply) -> Failure {
    Failure::new(format!("the other end answered something else than it was asked: {reply:?}"))
}
