//! The broker: the queue, with its sockets.

use std::fmt;
use std::time::{Duration, Instant};

use ferromq::poll::{PollItem, poll};
use ferromq::{Failed, Message, Result, Router, RoutingId, Socket};

use crate::bell::{Bell, StopHandle};
use crate::queue::{Limits, Queue, Statistics, Wire};
use crate::timing::Timing;

/// After how many messages from one side the other has its turn.
const TURN: usize = 100;

/// Takes tasks from clients, gives each to the worker that has been idle for longest, and the result to the client that asked.
///
/// What a worker holds that dies, falls silent for the [patience](Timing::patience) or leaves is given to the next one.
/// A result is accepted from the worker that holds the task, and from no other. A task for which there is no room is answered
/// with "busy". No message, from whomever, ends a broker.
///
/// The sockets are given as they are to be used: bound, with security if there is to be any. Whoever can reach the workers'
/// endpoint is given tasks.
pub struct Broker {
    sockets: Sockets,
    queue: Queue,
    bell: Bell,
}

impl Broker {
    /// A broker between the clients of one socket and the workers of another.
    ///
    /// On both it sets [`mandatory`](ferromq::Builder::mandatory), to know when a peer is gone; on that of the clients
    /// [`handover`](ferromq::Builder::handover), so that a client that connects anew is known at once, and on the other not, so
    /// that no worker takes another's place.
    ///
    /// # Errors
    /// [`Terminated`](ferromq::ErrorKind::Terminated), [`LimitReached`](ferromq::ErrorKind::LimitReached).
    pub fn new(clients: Socket<Router>, workers: Socket<Router>) -> Result<Self> {
        clients.set_mandatory(true)?;
        clients.set_handover(true)?;
        workers.set_mandatory(true)?;
        workers.set_handover(false)?;
        let limits = Limits {
            timing: Timing::default(),
            client_patience: Duration::from_secs(60),
            tasks: 10_000,
            attempts: 5,
        };
        Ok(Broker { sockets: Sockets { clients, workers }, queue: Queue::new(limits), bell: Bell::new()? })
    }

    /// Heartbeats to workers, and for how long one may be silent.
    pub fn timing(mut self, timing: Timing) -> Self {
        self.queue.limits.timing = timing;
        self
    }

    /// For how long a client may be silent before its tasks are dropped. If it is there after all, it submits them again.
    ///
    /// Default: 60 seconds.
    pub fn client_patience(mut self, patience: Duration) -> Self {
        self.queue.limits.client_patience = patience;
        self
    }

    /// How many tasks it holds at most, from when they are submitted until the client has taken the result.
    ///
    /// Default: 10,000. Their size is not limited by it; [`max_message_size`](ferromq::Builder::max_message_size) of the
    /// clients' socket limits that of each.
    pub fn max_tasks(mut self, tasks: usize) -> Self {
        self.queue.limits.tasks = tasks;
        self
    }

    /// With how many workers a task may be lost until it is given up, so that a task that kills workers does not kill all.
    ///
    /// Default: 5.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.queue.limits.attempts = attempts;
        self
    }

    /// What ends [`run`](Broker::run).
    pub fn stop_handle(&self) -> StopHandle {
        self.bell.handle.clone()
    }

    /// Serves until it is stopped, or the context of its sockets is shut down.
    ///
    /// It forgets what it holds when it ends. Clients submit that again to the next broker at their endpoint.
    ///
    /// # Errors
    /// Those of [`poll`](ferromq::poll::poll()) and receiving, but for `Terminated`.
    pub fn run(mut self) -> Result<Statistics> {
        match self.serve() {
            Err(error) if !error.is_terminated() => Err(error),
            _ => Ok(self.queue.statistics),
        }
    }

    fn serve(&mut self) -> Result<()> {
        let Broker { sockets, queue, bell } = self;
        let mut next_tick = Instant::now();
        loop {
            bell.hush();
            if bell.handle.is_stopped() {
                return Ok(());
            }
            let mut items = [
                PollItem::readable(&sockets.clients),
                PollItem::readable(&sockets.workers),
                PollItem::readable(&bell.socket),
            ];
            poll(&mut items, next_tick.saturating_duration_since(Instant::now()))?;
            let now = Instant::now();
            for _ in 0..TURN {
                let Some((client, message)) = received(&sockets.clients)? else { break };
                queue.on_client(client, message, now, sockets);
            }
            for _ in 0..TURN {
                let Some((worker, message)) = received(&sockets.workers)? else { break };
                queue.on_worker(worker, message, now, sockets);
            }
            queue.assign(sockets);
            if now >= next_tick {
                queue.tick(now, sockets);
                next_tick = now + queue.limits.timing.heartbeat;
            }
        }
    }
}

fn received(socket: &Socket<Router>) -> Result<Option<(RoutingId, Message)>> {
    match socket.try_recv_from() {
        Ok(received) => Ok(Some(received)),
        Err(error) if error.is_would_block() => Ok(None),
        Err(error) => Err(error),
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker").field("statistics", &self.queue.statistics).finish_non_exhaustive()
    }
}

struct Sockets {
    clients: Socket<Router>,
    workers: Socket<Router>,
}

impl Wire for Sockets {
    fn to_client(&mut self, client: &RoutingId, message: Message) -> Result<(), Message> {
        self.clients.try_send_to(client, message).map_err(Failed::into_kept)
    }

    fn to_worker(&mut self, worker: &RoutingId, message: Message) -> bool {
        self.workers.try_send_to(worker, message).is_ok()
    }
}
