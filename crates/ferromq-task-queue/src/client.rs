//! Clients.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::iter;
use std::time::{Duration, Instant};

use ferromq::{Builder, Dealer, Endpoint, Linger, Message, RoutingId, Socket};

use crate::error::{Error, Result};
use crate::protocol::{FromClient, Id, Status, ToClient};
use crate::timing::Timing;
use crate::worker::received;

/// How long to wait after "busy", unless a result comes first.
const PAUSE: Duration = Duration::from_millis(50);

/// Submits tasks and collects their results: of each task exactly one.
///
/// It keeps a task until its result is there. With each heartbeat it tells the broker which results it waits for; what the
/// broker does not know, because it was started anew or a message was lost, it submits again. A broker that is silent is
/// connected to anew, for as long as it takes. So waiting for a result has no end but the result or the given time.
///
/// There is no thread behind a client: it does its part while one of its methods runs. If none does for longer than the
/// broker's [`client_patience`](crate::Broker::client_patience), a minute, the broker drops its tasks, and they are done again.
pub struct Client {
    builder: Builder<Dealer>,
    endpoint: Endpoint,
    timing: Timing,
    window: usize,
    socket: Socket<Dealer>,
    /// What there is no result of yet.
    tasks: BTreeMap<TaskId, Task>,
    /// What the broker has yet to be sent, or sent again. A task that has its result by now does no harm.
    unsent: VecDeque<TaskId>,
    /// Results that nobody has taken yet.
    results: VecDeque<TaskResult>,
    next: u64,
    /// How many tasks the broker may have: fewer than the window for a while after it was busy.
    credit: usize,
    pause: Option<Instant>,
    /// When the last ping was sent; `None` once it is answered.
    pinged: Option<Instant>,
    beat: Instant,
    heard: Instant,
}

struct Task {
    task: Message,
    sent: bool,
}

/// Names a task among those of its client.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TaskId(u64);

impl TaskId {
    /// How many tasks the client had submitted before this one.
    pub fn number(self) -> u64 {
        self.0
    }

    fn on_the_wire(self) -> Id {
        self.0.to_be_bytes()
    }

    fn of(id: Id) -> Self {
        TaskId(u64::from_be_bytes(id))
    }
}

/// The number.
impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What has become of a task.
#[derive(Clone, Debug)]
pub struct TaskResult {
    /// Which task, as [`Client::submit`] has returned it.
    pub id: TaskId,
    /// What the worker has returned, or why there is nothing.
    pub outcome: Result<Message, TaskError>,
}

/// Why a task has no result.
#[derive(Clone, Debug)]
pub enum TaskError {
    /// The worker's function has returned an error, usually a text.
    Failed(Message),
    /// The broker has given the task up, because too many workers were lost with it.
    Lost(Message),
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TaskError::Failed(reason) => write!(f, "failed: {reason}"),
            TaskError::Lost(reason) => write!(f, "lost: {reason}"),
        }
    }
}

impl std::error::Error for TaskError {}

/// The task that was not taken, because as many as the [window](Client::window) holds are under way.
#[derive(Clone, Debug)]
pub struct Full(pub Message);

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many tasks are under way")
    }
}

impl std::error::Error for Full {}

impl Client {
    /// A client of the broker at `endpoint`. `builder` has the options that its socket is to have, such as
    /// [`security`](Builder::security); it is given a routing id.
    ///
    /// # Errors
    /// [`Error::Socket`] if `endpoint` is none, or if there can be no further socket.
    pub fn new<E>(builder: Builder<Dealer>, endpoint: E) -> Result<Self>
    where
        E: TryInto<Endpoint, Error: Into<ferromq::Error>>,
    {
        let endpoint = endpoint.try_into().map_err(Into::into)?;
        // Nobody else may guess it: whoever has the same is the same client.
        let random = || RandomState::new().build_hasher().finish().to_be_bytes();
        let name = [&b"C"[..], &random(), &random()].concat();
        let builder = builder.routing_id(RoutingId::new(name)?);
        let socket = builder.clone().connect(endpoint.clone())?;
        let now = Instant::now();
        Ok(Client {
            builder,
            endpoint,
            timing: Timing::default(),
            window: 1000,
            socket,
            tasks: BTreeMap::new(),
            unsent: VecDeque::new(),
            results: VecDeque::new(),
            next: 0,
            credit: 1000,
            pause: None,
            pinged: None,
            beat: now,
            heard: now,
        })
    }

    /// Heartbeats to the broker, and for how long it may be silent.
    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// How many tasks may be under way: submitted, and their result not taken yet.
    ///
    /// Default: 1000.
    pub fn window(mut self, tasks: usize) -> Self {
        self.window = tasks.max(1);
        self.credit = self.window;
        self
    }

    /// How many tasks are under way.
    pub fn under_way(&self) -> usize {
        self.tasks.len() + self.results.len()
    }

    /// Submits a task of one or more frames; returns at once.
    ///
    /// # Errors
    /// [`Full`], with the task: take a result first.
    pub fn submit(&mut self, task: impl Into<Message>) -> Result<TaskId, Full> {
        let mut task = task.into();
        if self.under_way() >= self.window {
            return Err(Full(task));
        }
        if task.is_empty() {
            task.push_back("");
        }
        if self.tasks.is_empty() {
            self.beat = Instant::now() + self.timing.heartbeat;
        }
        let id = TaskId(self.next);
        self.next += 1;
        self.tasks.insert(id, Task { task, sent: false });
        self.unsent.push_back(id);
        // An error comes back at the next wait for a result.
        let _ = self.send_unsent();
        Ok(id)
    }

    /// The results, as they come: until no task is under way. An error does not end it; the next call tries again.
    pub fn results(&mut self) -> impl Iterator<Item = Result<TaskResult>> {
        iter::from_fn(|| self.next_result(None).transpose())
    }

    /// Submits all these tasks, never more than the window holds, and gives the results as they come.
    pub fn submit_all<T: Into<Message>>(
        &mut self,
        tasks: impl IntoIterator<Item = T>,
    ) -> impl Iterator<Item = Result<TaskResult>> {
        let mut tasks = tasks.into_iter().fuse();
        iter::from_fn(move || {
            while self.under_way() < self.window
                && let Some(task) = tasks.next()
            {
                self.submit(task).expect("there is room in the window");
            }
            self.next_result(None).transpose()
        })
    }

    /// The next result, waiting for it at most so long; `None` waits without an end. There is none if the time is over, or
    /// no task is under way.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Malformed`]; [`Error::Socket`] if the context was shut down, or if there can be no
    /// further socket.
    pub fn next_result(&mut self, timeout: impl Into<Option<Duration>>) -> Result<Option<TaskResult>> {
        let deadline = timeout.into().and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            // First of all, so that nobody is taken for silent whom we have not listened to.
            while let Some(message) = received(&self.socket)? {
                self.hear(message)?;
            }
            if let Some(result) = self.results.pop_front() {
                return Ok(Some(result));
            }
            if self.tasks.is_empty() {
                return Ok(None);
            }
            self.beat()?;
            self.send_unsent()?;
            let now = Instant::now();
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Ok(None);
            }
            let wake = [Some(self.beat), self.pause, deadline].into_iter().flatten().min().unwrap_or(now);
            match self.socket.recv_timeout(wake.saturating_duration_since(now)) {
                Ok(message) => self.hear(message)?,
                Err(error) if error.is_timeout() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn hear(&mut self, message: Message) -> Result<()> {
        self.heard = Instant::now();
        match ToClient::read(message).map_err(Error::Malformed)? {
            ToClient::Result { id, status, result } => {
                let id = TaskId::of(id);
                // A task that was submitted twice may have two results; the second is not looked at.
                if self.tasks.remove(&id).is_some() {
                    let outcome = match status {
                        Status::Ok => Ok(result),
                        Status::Failed => Err(TaskError::Failed(result)),
                        Status::Lost => Err(TaskError::Lost(result)),
                    };
                    self.results.push_back(TaskResult { id, outcome });
                    self.credit = self.window.min(self.credit + 1);
                    self.pause = None;
                }
            }
            ToClient::Busy(id) => {
                self.unsend(TaskId::of(id));
                self.credit = self.at_the_broker().max(1);
                self.pause = Some(self.heard + PAUSE);
            }
            ToClient::Pong(unknown) => {
                self.pinged = None;
                unknown.into_iter().for_each(|id| self.unsend(TaskId::of(id)));
            }
            ToClient::Refused(reason) => return Err(Error::Refused(reason)),
        }
        Ok(())
    }

    /// The broker does not have this task.
    fn unsend(&mut self, id: TaskId) {
        if let Some(task) = self.tasks.get_mut(&id)
            && task.sent
        {
            task.sent = false;
            self.unsent.push_back(id);
        }
    }

    fn at_the_broker(&self) -> usize {
        self.tasks.len().saturating_sub(self.unsent.len())
    }

    /// Asks what the broker does not know of; connects anew if it does not say.
    fn beat(&mut self) -> Result<()> {
        let now = Instant::now();
        if now < self.beat {
            return Ok(());
        }
        self.beat = now + self.timing.heartbeat;
        match self.pinged {
            Some(pinged) if now - pinged.max(self.heard) > self.timing.patience => self.reconnect(),
            Some(pinged) if now - pinged <= self.timing.patience => Ok(()),
            // A pong that has not come although other messages have was dropped for want of room.
            _ => {
                let waiting = self.tasks.iter().filter(|(_, task)| task.sent);
                let ids = waiting.map(|(id, _)| id.on_the_wire()).collect();
                if self.send(FromClient::Ping(ids))? {
                    self.pinged = Some(now);
                }
                Ok(())
            }
        }
    }

    fn reconnect(&mut self) -> Result<()> {
        self.socket.set_linger(Linger::NONE)?;
        self.socket = self.builder.clone().connect(self.endpoint.clone())?;
        self.pinged = None;
        self.pause = None;
        self.tasks.values_mut().for_each(|task| task.sent = false);
        self.unsent = self.tasks.keys().copied().collect();
        Ok(())
    }

    /// Submits what is not at the broker, as far as it has room.
    fn send_unsent(&mut self) -> Result<()> {
        if self.pause.is_some_and(|pause| Instant::now() < pause) {
            return Ok(());
        }
        self.pause = None;
        while self.at_the_broker() < self.credit
            && let Some(id) = self.unsent.pop_front()
        {
            let Some(task) = self.tasks.get_mut(&id) else { continue };
            let submit = FromClient::Submit { id: id.on_the_wire(), task: task.task.clone() };
            task.sent = true;
            if !self.send(submit)? {
                self.unsend(id);
                self.pause = Some(Instant::now() + PAUSE);
                break;
            }
        }
        Ok(())
    }

    /// Whether there was room for it in the socket.
    fn send(&mut self, message: FromClient) -> Result<bool> {
        match self.socket.try_send(message.write()) {
            Ok(()) => Ok(true),
            Err(failed) if failed.is_would_block() => Ok(false),
            Err(failed) => Err(failed.into()),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Client");
        shown.field("endpoint", &self.endpoint).field("under_way", &self.under_way()).finish_non_exhaustive()
    }
}
