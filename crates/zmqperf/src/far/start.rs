//! Starts the other end: a thread, another process, or one that is there already.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ferromq::{Context, Endpoint, Rep};

use super::ask::{Clocks, Control, unexpected};
use super::job::Place;
use super::serve::{Stop, serve};
use crate::failure::{Failure, Result};
use crate::protocol::{Action, Job, Reply};
use crate::sockets;

/// The host of whatever is on one machine.
const LOCAL: &str = "127.0.0.1";

/// What is longer is no request.
const LONGEST_REQUEST: u64 = 65_536;

/// Where the other end is.
#[derive(Clone, Debug)]
pub enum Whereabouts {
    /// A thread of this process.
    Thread,
    /// Another process of this machine, which is started for the run.
    Process,
    /// Where `zmqperf serve` runs already.
    Peer(Endpoint),
}

/// The other end of one run.
pub struct FarEnd {
    control: Control,
    companion: Companion,
    /// The context of this end's sockets.
    pub context: Context,
    /// Whether both ends are in one process.
    pub shares_process: bool,
    /// The other end's clock.
    pub clocks: Clocks,
    /// Whether what was prepared is under way.
    prepared: bool,
}

enum Companion {
    Thread { thread: Option<JoinHandle<Result<()>>>, stop: Stop },
    Process { child: Child, stdin: Option<ChildStdin> },
    Peer,
}

/// What the other end has bound.
pub struct Bound {
    pub endpoints: Vec<String>,
    pub back: Option<String>,
    pub server_key: Option<String>,
}

impl FarEnd {
    /// Starts it, or greets it where it runs already.
    pub fn start(whereabouts: &Whereabouts, io_threads: u32, patience: Duration) -> Result<FarEnd> {
        let host = match whereabouts {
            Whereabouts::Peer(endpoint) => endpoint.host().unwrap_or_default(),
            Whereabouts::Thread | Whereabouts::Process => LOCAL,
        };
        let control_context = sockets::context(1, host)?;
        let context = sockets::context(io_threads, host)?;
        let (companion, endpoint) = match whereabouts {
            Whereabouts::Thread => start_thread(&control_context, &context)?,
            Whereabouts::Process => start_process(patience)?,
            Whereabouts::Peer(endpoint) => (Companion::Peer, endpoint.clone()),
        };
        let control = Control::connect(&control_context, endpoint, patience)?;
        let shares_process = matches!(whereabouts, Whereabouts::Thread);
        let clocks = Clocks::default();
        let mut far = FarEnd { control, companion, context, shares_process, clocks, prepared: false };
        far.control.greet(|| far.companion.check())?;
        if let Companion::Peer = far.companion {
            far.clocks = far.control.compare_clocks()?;
        }
        Ok(far)
    }

    /// Has it open its sockets.
    pub fn prepare(&mut self, job: Job) -> Result<Bound> {
        match self.ask(Action::Prepare(job))? {
            Reply::Prepared { endpoints, back, server_key } => {
                self.prepared = true;
                Ok(Bound {
                    endpoints: endpoints
                        .iter()
                        .map(|endpoint| self.reachable(endpoint))
                        .collect::<Result<_>>()?,
                    back: back.map(|back| self.reachable(&back)).transpose()?,
                    server_key,
                })
            }
            reply => Err(unexpected(&reply)),
        }
    }

    /// What it uses counts from now on.
    pub fn begin(&mut self) -> Result<()> {
        match self.ask(Action::Start { clock_ahead: self.clocks.ahead })? {
            Reply::Started => Ok(()),
            reply => Err(unexpected(&reply)),
        }
    }

    /// Asks it anything.
    pub fn ask(&mut self, action: Action) -> Result<Reply> {
        if let Action::Finish = action {
            self.prepared = false;
        }
        let companion = &mut self.companion;
        self.control.ask(action, || companion.check())
    }

    /// An error if it has ended; of one on another machine that is not known.
    pub fn check(&mut self) -> Result<()> {
        self.companion.check()
    }

    /// The endpoint as it can be connected to: one that is bound to every address is reached where the control connection goes.
    fn reachable(&self, bound: &str) -> Result<String> {
        let Companion::Peer = self.companion else { return Ok(bound.to_owned()) };
        let endpoint: Endpoint = bound.parse()?;
        Ok(match (endpoint.port(), self.control.endpoint().host()) {
            (Some(port), Some(host)) => match endpoint.transport() {
                ferromq::Transport::Ws => Endpoint::ws(host, port, "")?.to_string(),
                _ => Endpoint::tcp(host, port)?.to_string(),
            },
            _ => bound.to_owned(),
        })
    }
}

impl Drop for FarEnd {
    fn drop(&mut self) {
        if self.prepared && self.companion.check().is_ok() {
            self.control.abandon();
        }
        self.companion.end();
    }
}

impl Companion {
    fn check(&mut self) -> Result<()> {
        match self {
            Companion::Peer => Ok(()),
            Companion::Thread { thread, .. } => match thread {
                Some(running) if !running.is_finished() => Ok(()),
                _ => Err(match thread.take().map(JoinHandle::join) {
                    Some(Ok(Err(failure))) => failure.during("the other end"),
                    _ => Failure::new("the thread of the other end has ended"),
                }),
            },
            Companion::Process { child, .. } => match child.try_wait() {
                Ok(None) => Ok(()),
                Ok(Some(status)) => Err(Failure::new(format!(
                    "the other process, {}, has ended before the measurement was over ({status})",
                    child.id()
                ))),
                Err(error) => Err(Failure::new(format!("the other process: {error}"))),
            },
        }
    }

    fn end(&mut self) {
        const GRACE: Duration = Duration::from_secs(2);
        match self {
            Companion::Peer => {}
            Companion::Thread { thread, stop } => {
                stop.stop();
                if let Some(thread) = thread.take() {
                    // A failure of it has been told, or comes too late to matter.
                    let _ = thread.join();
                }
            }
            Companion::Process { child, stdin } => {
                // The end of its input is the end of it.
                drop(stdin.take());
                let deadline = Instant::now() + GRACE;
                while Instant::now() < deadline && matches!(child.try_wait(), Ok(None)) {
                    thread::sleep(Duration::from_millis(2));
                }
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

fn start_thread(control: &Context, shared: &Context) -> Result<(Companion, Endpoint)> {
    let endpoint = Endpoint::inproc("zmqperf-control")?;
    let rep = control.socket::<Rep>().bind(endpoint.clone())?;
    let place = Place { host: LOCAL.into(), shared: Some(shared.clone()) };
    let stop = Stop::default();
    let theirs = stop.clone();
    let thread = thread::Builder::new()
        .name("other end".into())
        .spawn(move || serve(rep, place, &theirs))
        .map_err(|error| Failure::new(format!("a thread for the other end: {error}")))?;
    Ok((Companion::Thread { thread: Some(thread), stop }, endpoint))
}

fn start_process(patience: Duration) -> Result<(Companion, Endpoint)> {
    let failed = |error| Failure::new(format!("starting the other process: {error}"));
    let program = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new(program)
        .args(["serve", "--child"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let mut companion = Companion::Process { child, stdin };
    let (told, tells) = mpsc::channel();
    if let Some(stdout) = stdout {
        thread::spawn(move || {
            let mut line = String::new();
            // A receiver that has gone does not wait for it any more.
            let _ = told.send(BufReader::new(stdout).read_line(&mut line).map(|_| line));
        });
    }
    let endpoint = match tells.recv_timeout(patience) {
        Ok(Ok(line)) if !line.is_empty() => line.trim().parse().map_err(Failure::from),
        Ok(Err(error)) => Err(failed(error)),
        Ok(Ok(_)) => companion.check().and(Err(Failure::new("the other process did not say where it is"))),
        Err(_) => Err(Failure::new(format!("the other process did not say where it is within {patience:?}"))),
    };
    match endpoint {
        Ok(endpoint) => Ok((companion, endpoint)),
        Err(failure) => {
            companion.end();
            Err(failure)
        }
    }
}

/// Is the other process: says where it is, and ends with its input.
pub fn serve_parent() -> Result<()> {
    thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    serve_at(&Endpoint::tcp(LOCAL, 0)?, |endpoint| format!("{endpoint}\n"))
}

/// Is the other end for whoever measures, until it is ended.
pub fn serve_peers(bind: &Endpoint) -> Result<()> {
    serve_at(bind, |endpoint| format!("zmqperf: listening at {endpoint}\n"))
}

fn serve_at(bind: &Endpoint, announcement: impl FnOnce(&Endpoint) -> String) -> Result<()> {
    let host = bind.host().unwrap_or(LOCAL).to_owned();
    let context = sockets::context(1, &host)?;
    let rep = context
        .socket::<Rep>()
        .linger(Duration::from_secs(1))
        .max_message_size(LONGEST_REQUEST)
        .bind(bind.clone())?;
    let place = Place { host, shared: None };
    let mut stdout = std::io::stdout();
    let announcement = announcement(&rep.last_endpoint()?);
    stdout
        .write_all(announcement.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::new(format!("writing where this end is: {error}")))?;
    serve(rep, place, &Stop::default())
}
