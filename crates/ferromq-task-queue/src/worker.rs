//! Workers.

use std::fmt;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Instant;

use ferromq::poll::{PollItem, poll};
use ferromq::{Builder, Dealer, Endpoint, Linger, Message, Socket};

use crate::bell::{Bell, StopHandle};
use crate::error::{Error, Result};
use crate::protocol::{FromWorker, Id, Status, ToWorker};
use crate::timing::Timing;

/// Does one task after the other.
///
/// ```no_run
/// use ferromq::{Context, Dealer, Message};
/// use ferromq_task_queue::Worker;
///
/// let context = Context::new()?;
/// let worker = Worker::new(context.socket::<Dealer>(), "tcp://localhost:5571")?;
/// worker.run(|task: Message| match task.as_str() {
///     Ok(text) => Ok(text.to_uppercase()),
///     Err(error) => Err(error), // the client is told that the task has failed, and why
/// })?;
/// # Ok::<(), ferromq_task_queue::Error>(())
/// ```
///
/// While the work is done another thread says that the worker is there, so that a task may take any time. A broker that is
/// silent is connected to anew, for as long as it takes.
pub struct Worker {
    builder: Builder<Dealer>,
    endpoint: Endpoint,
    timing: Timing,
    bell: Bell,
}

impl Worker {
    /// A worker for the broker at `endpoint`. `builder` has the options that its socket is to have, such as
    /// [`security`](Builder::security); leave it without a routing id.
    ///
    /// # Errors
    /// [`Error::Socket`] if `endpoint` is none, or if there can be no further socket.
    pub fn new<E>(builder: Builder<Dealer>, endpoint: E) -> Result<Self>
    where
        E: TryInto<Endpoint, Error: Into<ferromq::Error>>,
    {
        let endpoint = endpoint.try_into().map_err(Into::into)?;
        Ok(Worker { builder, endpoint, timing: Timing::default(), bell: Bell::new()? })
    }

    /// Heartbeats to the broker, and for how long it may be silent.
    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// What ends [`run`](Worker::run).
    pub fn stop_handle(&self) -> StopHandle {
        self.bell.handle.clone()
    }

    /// Does tasks until it is stopped; it finishes the one that it has.
    ///
    /// What `work` returns is the result, of one or more frames. An error is one, too: the client is told its text, and nobody
    /// tries the task again.
    ///
    /// # Panics
    /// If `work` does. The broker gives the task to another worker.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::Socket`] if the context was shut down, or if there can be no further socket.
    pub fn run<R, E>(self, mut work: impl FnMut(Message) -> Result<R, E>) -> Result<()>
    where
        R: Into<Message>,
        E: fmt::Display,
    {
        let (tasks, given) = channel();
        let (done, results) = channel();
        let bell = self.bell.handle.clone();
        let session = Session::start(self)?;
        thread::scope(|scope| {
            let listening = scope.spawn(move || session.run(tasks, results));
            // Dropped in the reverse order, also when the work panics: first the channel closes, then the bell rings.
            let _hangup = Hangup(&bell);
            let done = done;
            // The session ends this loop by dropping its end of the channel.
            for task in given {
                let (status, mut result) = match work(task) {
                    Ok(result) => (Status::Ok, result.into()),
                    Err(error) => (Status::Failed, Message::from(error.to_string())),
                };
                if result.is_empty() {
                    result.push_back("");
                }
                // If the session has ended, so does this loop.
                let _ = done.send((status, result));
                bell.ring();
            }
            listening.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Wakes the session, which then finds the channel closed.
struct Hangup<'b>(&'b StopHandle);

impl Drop for Hangup<'_> {
    fn drop(&mut self) {
        self.0.ring();
    }
}

/// The side of a worker that talks with the broker.
struct Session {
    worker: Worker,
    socket: Socket<Dealer>,
    /// `None` after a message that could not be sent.
    heard: Option<Instant>,
    /// Whether the broker was told that we are ready, and has not said since that it does not know us.
    known: bool,
    doing: Doing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Nothing,
    Task(Id),
    /// A task that the broker has given to another by now.
    InVain,
}

impl Session {
    fn start(worker: Worker) -> Result<Self> {
        let socket = worker.builder.clone().connect(worker.endpoint.clone())?;
        let mut session = Session { worker, socket, heard: None, known: false, doing: Doing::Nothing };
        session.ready()?;
        Ok(session)
    }

    fn run(mut self, tasks: Sender<Message>, results: Receiver<(Status, Message)>) -> Result<()> {
        let Timing { heartbeat, patience } = self.worker.timing;
        let mut beat = Instant::now() + heartbeat;
        loop {
            self.worker.bell.hush();
            match results.try_recv() {
                Ok((status, result)) => self.done(status, result)?,
                Err(TryRecvError::Empty) => {}
                // The work has panicked. No "bye": the broker shall count this against the task.
                Err(TryRecvError::Disconnected) => return Ok(()),
            }
            if self.worker.bell.handle.is_stopped() && self.doing == Doing::Nothing {
                return self.send(FromWorker::Bye);
            }
            let mut items = [PollItem::readable(&self.socket), PollItem::readable(&self.worker.bell.socket)];
            poll(&mut items, beat.saturating_duration_since(Instant::now()))?;
            while let Some(message) = received(&self.socket)? {
                self.hear(message, &tasks)?;
            }
            let now = Instant::now();
            if now >= beat {
                beat = now + heartbeat;
                if !self.known {
                    // It says so when it is done with what it does in vain.
                } else if self.heard.is_none_or(|heard| now - heard > patience) {
                    self.reconnect()?;
                } else {
                    self.send(FromWorker::Heartbeat)?;
                }
            }
        }
    }

    fn hear(&mut self, message: Message, tasks: &Sender<Message>) -> Result<()> {
        self.heard = Some(Instant::now());
        match ToWorker::read(message).map_err(Error::Malformed)? {
            ToWorker::Task { ticket, task } if self.known && self.doing == Doing::Nothing => {
                self.doing = Doing::Task(ticket);
                // The work is waited for while there is a session.
                let _ = tasks.send(task);
            }
            // The broker finds out when it is sent a result that it does not wait for.
            ToWorker::Task { .. } => {}
            ToWorker::Heartbeat => {}
            ToWorker::Unknown => self.start_over()?,
            ToWorker::Refused(reason) => return Err(Error::Refused(reason)),
        }
        Ok(())
    }

    fn done(&mut self, status: Status, result: Message) -> Result<()> {
        match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Task(ticket) => self.send(FromWorker::Done { ticket, status, result }),
            Doing::InVain => self.ready(),
            Doing::Nothing => Ok(()),
        }
    }

    fn ready(&mut self) -> Result<()> {
        self.known = true;
        self.heard = Some(Instant::now());
        self.send(FromWorker::Ready)
    }

    /// As a worker that the broker does not know.
    fn start_over(&mut self) -> Result<()> {
        self.known = false;
        if self.doing == Doing::Nothing {
            return self.ready();
        }
        self.doing = Doing::InVain;
        Ok(())
    }

    fn reconnect(&mut self) -> Result<()> {
        self.socket.set_linger(Linger::NONE)?;
        self.socket = self.worker.builder.clone().connect(self.worker.endpoint.clone())?;
        self.start_over()
    }

    fn send(&mut self, message: FromWorker) -> Result<()> {
        match self.socket.try_send(message.write()) {
            // The broker has not taken anything for long. The next beat is for a new connection.
            Err(failed) if failed.is_would_block() => self.heard = None,
            sent => sent?,
        }
        Ok(())
    }
}

/// The next message, if there is one.
pub(crate) fn received(socket: &Socket<Dealer>) -> Result<Option<Message>> {
    match socket.try_recv() {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.is_would_block() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
