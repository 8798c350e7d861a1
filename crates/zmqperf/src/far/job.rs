//! The other end's part in one run: sockets, and a thread for each of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ferromq::pattern::{HasOption, Receives};
use ferromq::state::{Receiving, State};
use ferromq::{
    Builder, Context, Endpoint, Pair, Pub, Pull, Push, Rep, Router, Socket, Sub, option, pattern as patterns,
};

use crate::clock;
use crate::failure::{Failure, Result};
use crate::kind::{Pattern, Transport};
use crate::progress::Progress;
use crate::protocol::{Job, Received, Reply, Role};
use crate::sockets::echo::{Echo, echo};
use crate::sockets::sink::{self, Expected, Sink};
use crate::sockets::{self, Protection};
use crate::usage::{self, Usage};

/// A run.
pub struct Running {
    context: Context,
    workers: Vec<Worker>,
    expected: Arc<Expected>,
    before: Usage,
}

struct Worker {
    progress: Arc<Progress>,
    thread: JoinHandle<Result<Received>>,
}

/// Where sockets are bound.
#[derive(Clone, Debug)]
pub struct Place {
    /// The host, as endpoints have it.
    pub host: String,
    /// The context that both ends share, if they are in one process.
    pub shared: Option<Context>,
}

impl Running {
    /// Opens the sockets; and what the measuring end is to know of them.
    pub fn prepare(job: &Job, place: &Place) -> Result<(Running, Reply)> {
        usage::forget_peak();
        let context = match &place.shared {
            Some(context) => context.clone(),
            None => sockets::context(job.io_threads, &place.host)?,
        };
        let mut expected = Expected { size: job.size, ..Expected::default() };
        if let Role::Sink { messages, timed, lossy, work, .. } = job.role {
            (expected.messages, expected.timed) = (messages, timed);
            (expected.lossy, expected.work) = (lossy, work);
        }
        let mut running =
            Running { context, workers: Vec::new(), expected: Arc::new(expected), before: usage::so_far() };
        let protection = Protection::of_server(job.curve)?;
        let opening = Opening { job, place, protection: &protection };
        let mut back = None;
        let endpoints = match job.role {
            Role::Echo => {
                let (to, from) = opening.echo(&mut running)?;
                back = from;
                vec![to]
            }
            Role::Sink { sockets, .. } => {
                sink::check_sockets(sockets)?;
                (0..sockets).map(|_| opening.sink(&mut running)).collect::<Result<_>>()?
            }
        };
        Ok((running, Reply::Prepared { endpoints, back, server_key: protection.server_key() }))
    }

    /// From now on counts what is used.
    pub fn start(&mut self, clock_ahead: i64) {
        self.expected.clock_ahead.store(clock_ahead, Ordering::Relaxed);
        self.expected.latest.store(clock::now(), Ordering::Relaxed);
        self.before = usage::so_far();
    }

    /// How far it is.
    pub fn status(&mut self) -> Reply {
        let quiet = clock::now().saturating_sub(self.expected.latest.load(Ordering::Relaxed));
        Reply::Status {
            probed: self.workers.iter().filter(|worker| worker.progress.is_probed()).count(),
            received: self.received(),
            quiet: Duration::from_nanos(quiet),
            failed: self.failure(),
        }
    }

    /// How many messages came.
    pub fn received(&self) -> u64 {
        self.workers.iter().map(|worker| worker.progress.done()).sum()
    }

    /// Why a worker ended before its time.
    fn failure(&mut self) -> Option<String> {
        let ended = self
            .workers
            .iter()
            .position(|worker| worker.thread.is_finished() && worker.progress.is_stopped())?;
        let worker = self.workers.swap_remove(ended);
        match outcome(worker.thread) {
            Ok(_) => None,
            Err(failure) => Some(failure.to_string()),
        }
    }

    /// Ends it; what came of it.
    pub fn finish(self) -> Result<Reply> {
        let usage = usage::so_far().since(&self.before);
        // A worker that still waits for messages has what came so far.
        self.expected.is_over.store(true, Ordering::Relaxed);
        self.context.shutdown();
        let sinks = self.workers.into_iter().map(|worker| outcome(worker.thread)).collect::<Result<_>>()?;
        Ok(Reply::Finished { sinks, usage })
    }

    fn work(
        &mut self,
        name: &str,
        work: impl FnOnce(&Progress) -> Result<Received> + Send + 'static,
    ) -> Result<()> {
        let progress = Arc::new(Progress::default());
        let theirs = Arc::clone(&progress);
        let thread = thread::Builder::new().name(name.into()).spawn(move || {
            let done = work(&theirs);
            if done.is_err() {
                theirs.stop();
            }
            done
        });
        let thread = thread.map_err(|error| Failure::new(format!("a thread for a socket: {error}")))?;
        self.workers.push(Worker { progress, thread });
        Ok(())
    }

    fn receive<S: Sink + 'static>(&mut self, socket: S) -> Result<()> {
        let expected = Arc::clone(&self.expected);
        self.work("sink", move |progress| sink::receive(&socket, &expected, progress))
    }

    fn echo<E: Echo + 'static>(&mut self, end: E) -> Result<()> {
        self.work("echo", move |progress| match echo(end, u64::MAX, progress) {
            Ok(_) | Err(None) => Ok(Received::default()),
            Err(Some(failure)) => Err(failure),
        })
    }
}

fn outcome(thread: JoinHandle<Result<Received>>) -> Result<Received> {
    thread.join().unwrap_or_else(|_| Err(Failure::new("a thread panicked")))
}

/// What the sockets of a job have in common.
struct Opening<'a> {
    job: &'a Job,
    place: &'a Place,
    protection: &'a Protection,
}

impl Opening<'_> {
    /// Binds a socket that receives a flow; where.
    fn sink(&self, running: &mut Running) -> Result<String> {
        let context = running.context.clone();
        Ok(match self.job.pattern {
            Pattern::PushPull => {
                let (socket, endpoint) = self.bind(self.receiving(context.socket::<Pull>()))?;
                running.receive(socket)?;
                endpoint
            }
            Pattern::PubSub => {
                let (socket, endpoint) = self.bind(self.receiving(context.socket::<Sub>().subscribe("")))?;
                running.receive(socket)?;
                endpoint
            }
            Pattern::Pair => {
                let (socket, endpoint) = self.bind(self.receiving(context.socket::<Pair>()))?;
                running.receive(socket)?;
                endpoint
            }
            Pattern::DealerRouter => {
                let mut builder = context.socket::<Router>();
                if let Some(hwm) = self.job.hwm {
                    builder = builder.receive_hwm(hwm);
                }
                let (socket, endpoint) = self.bind(builder)?;
                running.receive(socket)?;
                endpoint
            }
            Pattern::ReqRep => {
                return Err(Failure::new("REQ and REP take turns: there is no flow of messages"));
            }
        })
    }

    fn receiving<P>(&self, builder: Builder<P>) -> Builder<P>
    where
        P: Receives + HasOption<option::ReceiveHwm>,
    {
        match self.job.hwm {
            Some(hwm) => builder.receive_hwm(hwm),
            None => builder,
        }
    }

    /// Binds the socket, or the two, that send back; where, and where what is sent back comes from.
    fn echo(&self, running: &mut Running) -> Result<(String, Option<String>)> {
        let context = running.context.clone();
        match self.job.pattern {
            Pattern::ReqRep => {
                let (socket, to): (Socket<Rep, Receiving>, _) = self.bind(context.socket::<Rep>())?;
                running.echo(socket)?;
                Ok((to, None))
            }
            Pattern::DealerRouter => {
                let (socket, to) = self.bind(context.socket::<Router>())?;
                running.echo(socket)?;
                Ok((to, None))
            }
            Pattern::Pair => {
                let (socket, to) = self.bind(context.socket::<Pair>())?;
                running.echo(socket)?;
                Ok((to, None))
            }
            Pattern::PushPull => {
                let (pull, to) = self.bind(context.socket::<Pull>())?;
                let (push, back) = self.bind(context.socket::<Push>())?;
                running.echo((pull, push))?;
                Ok((to, Some(back)))
            }
            Pattern::PubSub => {
                let (subscriber, to) = self.bind(context.socket::<Sub>().subscribe(""))?;
                let (publisher, back) = self.bind(context.socket::<Pub>())?;
                running.echo((subscriber, publisher))?;
                Ok((to, Some(back)))
            }
        }
    }

    fn bind<P, S: State>(&self, builder: Builder<P, S>) -> Result<(Socket<P, S>, String)>
    where
        P: patterns::Pattern + HasOption<option::Security> + HasOption<option::LingerFor>,
    {
        let socket = self.protection.applied(builder)?.bind(self.endpoint()?)?;
        let bound = socket.last_endpoint()?.to_string();
        Ok((socket, bound))
    }

    /// A new endpoint of the transport.
    fn endpoint(&self) -> Result<Endpoint> {
        static NAMES: AtomicU64 = AtomicU64::new(0);
        let host = &self.place.host;
        Ok(match self.job.transport {
            Transport::Tcp => Endpoint::tcp(host, 0)?,
            Transport::Ipc => Endpoint::ipc_wildcard(),
            Transport::Ws => Endpoint::ws(host, 0, "")?,
            Transport::Inproc if self.place.shared.is_some() => {
                Endpoint::inproc(&format!("zmqperf-{}", NAMES.fetch_add(1, Ordering::Relaxed)))?
            }
            Transport::Inproc => return Err(Failure::new("inproc is for the sockets of one process")),
        })
    }
}
