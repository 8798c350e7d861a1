//! Answers the measuring end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ferromq::state::Receiving;
use ferromq::{Message, Rep, Socket};

use super::job::{Place, Running};
use crate::clock;
use crate::failure::{Failure, Result};
use crate::protocol::{Action, Reply, Request, VERSION};

/// How often it is looked whether to end, and whether a measuring end has gone.
const LOOK: Duration = Duration::from_millis(100);
/// A run is given up when its measuring end has not asked for so long, and nothing has come meanwhile.
const FORGOTTEN: Duration = Duration::from_secs(30);
/// How long another measuring end has to wait for a run that shows no life.
const BUSY: Duration = Duration::from_secs(3);

/// Tells [`serve`] to end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// It ends soon.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Answers until it is told to end.
pub fn serve(mut control: Socket<Rep, Receiving>, place: Place, stop: &Stop) -> Result<()> {
    let mut desk = Desk { place, current: None };
    while !stop.is_stopped() {
        match control.recv_timeout(LOOK) {
            Ok((request, replying)) => {
                let reply = serde_json::to_string(&desk.answer(&request))?;
                control = replying.send(reply)?;
            }
            Err(failed) if failed.is_timeout() => control = failed.into_kept(),
            Err(failed) => return Err(failed.into()),
        }
        desk.forget();
    }
    if let Some(current) = desk.current {
        let _ = current.running.finish();
    }
    Ok(())
}

/// At most one run at a time.
struct Desk {
    place: Place,
    current: Option<Current>,
}

struct Current {
    session: String,
    running: Running,
    /// When it last showed a sign of life.
    alive: Instant,
    received: u64,
}

impl Desk {
    fn answer(&mut self, request: &Message) -> Reply {
        let answer = request.as_str().map_err(Failure::from).and_then(|text| {
            let request: Request = serde_json::from_str(text)
                .map_err(|error| Failure::from(error).during("this is no request of zmqperf's"))?;
            self.act(request)
        });
        answer.unwrap_or_else(|failure| Reply::Refused { reason: failure.to_string() })
    }

    fn act(&mut self, Request { session, action }: Request) -> Result<Reply> {
        Ok(match action {
            Action::Hello { protocol: VERSION } => {
                Reply::Hello { protocol: VERSION, pid: std::process::id() }
            }
            Action::Hello { protocol } => {
                return Err(Failure::new(format!(
                    "this end speaks version {VERSION} of the protocol, and the measuring end version {protocol}"
                )));
            }
            Action::Clock => Reply::Clock { now: clock::now() },
            Action::Prepare(job) => {
                self.leave(&session)?;
                let (running, reply) = Running::prepare(&job, &self.place)?;
                self.current = Some(Current { session, running, alive: Instant::now(), received: 0 });
                reply
            }
            Action::Status => self.of(&session)?.running.status(),
            Action::Start { clock_ahead } => {
                self.of(&session)?.running.start(clock_ahead);
                Reply::Started
            }
            Action::Finish => {
                self.of(&session)?;
                match self.current.take() {
                    Some(current) => current.running.finish()?,
                    None => return Err(no_run()),
                }
            }
            Action::Abandon => {
                self.of(&session)?;
                self.end();
                Reply::Abandoned
            }
        })
    }

    fn of(&mut self, session: &str) -> Result<&mut Current> {
        let current =
            self.current.as_mut().filter(|current| current.session == session).ok_or_else(no_run)?;
        current.alive = Instant::now();
        Ok(current)
    }

    /// Makes room for a run of this session.
    fn leave(&mut self, session: &str) -> Result<()> {
        self.look();
        if let Some(current) = &self.current
            && current.session != session
            && current.alive.elapsed() < BUSY
        {
            return Err(Failure::new("it is busy with another measurement"));
        }
        self.end();
        Ok(())
    }

    fn forget(&mut self) {
        self.look();
        if self.current.as_ref().is_some_and(|current| current.alive.elapsed() > FORGOTTEN) {
            self.end();
        }
    }

    /// Messages are a sign of life, too.
    fn look(&mut self) {
        if let Some(current) = &mut self.current {
            let received = current.running.received();
            if received != current.received {
                current.received = received;
                current.alive = Instant::now();
            }
        }
    }

    fn end(&mut self) {
        if let Some(current) = self.current.take() {
            // Nobody wants to know.
            let _ = current.running.finish();
        }
    }
}

fn no_run() -> Failure {
    Failure::new("there is no such run; it may have been given up")
}
