//! What the broker knows, and what it does about each message: without sockets or a clock, so that it can be tried out.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

use ferromq::{Message, RoutingId};

use crate::protocol::{FromClient, FromWorker, Id, Status, ToClient, ToWorker};
use crate::timing::Timing;

/// The way to the peers.
pub(crate) trait Wire {
    /// Sends, or gives the message back if the client cannot take it now.
    fn to_client(&mut self, client: &RoutingId, message: Message) -> Result<(), Message>;

    /// Whether the worker could be sent that.
    fn to_worker(&mut self, worker: &RoutingId, message: Message) -> bool;
}

/// What a broker has done so far.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Statistics {
    /// Tasks taken from clients, each once.
    pub accepted: u64,
    /// Tasks for which there was no room, as often as they were submitted.
    pub refused: u64,
    /// Results and failures that workers sent, and that were accepted.
    pub completed: u64,
    /// Tasks taken back from workers that died, fell silent or left.
    pub taken_back: u64,
    /// Tasks given up, because too many workers died of them.
    pub lost: u64,
    /// Results that were not accepted, since the sender did not hold the task, or no longer.
    pub late: u64,
    /// Messages that are not of the protocol.
    pub malformed: u64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub timing: Timing,
    pub client_patience: Duration,
    pub tasks: usize,
    pub attempts: u32,
}

/// Names a task inside the broker.
type Serial = u64;

pub(crate) struct Queue {
    pub limits: Limits,
    pub statistics: Statistics,
    tasks: HashMap<Serial, Task>,
    /// What no worker has yet, or no longer; the serial of a task that is gone does no harm.
    waiting: VecDeque<Serial>,
    /// Those that have tasks here.
    clients: HashMap<RoutingId, Client>,
    workers: HashMap<RoutingId, Worker>,
    /// The workers that hold no task, the least recently used one first.
    idle: VecDeque<RoutingId>,
    /// Serials and tickets. It starts anywhere, so that a ticket of an earlier broker is none of this one's.
    next: u64,
    ticked: Option<Instant>,
}

struct Task {
    client: RoutingId,
    id: Id,
    task: Message,
    /// How many workers have died while they held it.
    losses: u32,
    /// The result, until the client can take it.
    answer: Option<Message>,
}

struct Client {
    seen: Instant,
    tasks: HashMap<Id, Serial>,
    /// Its tasks that have an answer.
    answered: VecDeque<Serial>,
}

struct Worker {
    seen: Instant,
    /// The task that it has, and under which ticket.
    holds: Option<(Id, Serial)>,
}

impl Queue {
    pub fn new(limits: Limits) -> Self {
        Queue {
            limits,
            statistics: Statistics::default(),
            tasks: HashMap::new(),
            waiting: VecDeque::new(),
            clients: HashMap::new(),
            workers: HashMap::new(),
            idle: VecDeque::new(),
            next: RandomState::new().build_hasher().finish(),
            ticked: None,
        }
    }

    pub fn on_client(&mut self, client: RoutingId, message: Message, now: Instant, wire: &mut impl Wire) {
        if let Some(known) = self.clients.get_mut(&client) {
            known.seen = now;
        }
        self.deliver(&client, wire);
        let answer = match FromClient::read(message) {
            Ok(FromClient::Submit { id, task }) => {
                if self.submit(&client, id, task, now) {
                    return;
                }
                ToClient::Busy(id)
            }
            Ok(FromClient::Ping(ids)) => {
                let known = self.clients.get(&client);
                let is_known = |id: &Id| known.is_some_and(|known| known.tasks.contains_key(id));
                ToClient::Pong(ids.into_iter().filter(|id| !is_known(id)).collect())
            }
            Err(reason) => {
                self.statistics.malformed += 1;
                ToClient::Refused(reason.to_owned())
            }
        };
        // One that cannot take it now asks again: its next ping tells what has become of its tasks.
        let _ = wire.to_client(&client, answer.write());
    }

    /// Whether the task is in the queue now. One that was there already is not there twice.
    fn submit(&mut self, client: &RoutingId, id: Id, task: Message, now: Instant) -> bool {
        if self.clients.get(client).is_some_and(|known| known.tasks.contains_key(&id)) {
            return true;
        }
        if self.tasks.len() >= self.limits.tasks {
            self.statistics.refused += 1;
            return false;
        }
        let serial = self.fresh();
        let known = self.clients.entry(client.clone()).or_insert_with(|| Client {
            seen: now,
            tasks: HashMap::new(),
            answered: VecDeque::new(),
        });
        known.tasks.insert(id, serial);
        self.tasks.insert(serial, Task { client: client.clone(), id, task, losses: 0, answer: None });
        self.waiting.push_back(serial);
        self.statistics.accepted += 1;
        true
    }

    pub fn on_worker(&mut self, worker: RoutingId, message: Message, now: Instant, wire: &mut impl Wire) {
        let known = self.workers.get_mut(&worker);
        let holds = known.and_then(|known| {
            known.seen = now;
            known.holds
        });
        let answer = match FromWorker::read(message) {
            Ok(FromWorker::Ready) => {
                self.ready(worker, now, wire);
                return;
            }
            Ok(FromWorker::Heartbeat) if self.workers.contains_key(&worker) => return,
            Ok(FromWorker::Heartbeat) => ToWorker::Unknown,
            Ok(FromWorker::Bye) => {
                self.lose(&worker, false, wire);
                return;
            }
            Ok(FromWorker::Done { ticket, status, result }) => match holds {
                Some((held, serial)) if held == ticket => {
                    self.release(&worker);
                    self.statistics.completed += 1;
                    self.answer(serial, status, result, wire);
                    return;
                }
                // One of us is mistaken about what it is doing. It gets a fresh start.
                _ => {
                    self.statistics.late += 1;
                    self.lose(&worker, true, wire);
                    ToWorker::Unknown
                }
            },
            Err(reason) => {
                self.statistics.malformed += 1;
                ToWorker::Refused(reason.to_owned())
            }
        };
        // One that cannot take it now asks again, with its next heartbeat.
        wire.to_worker(&worker, answer.write());
    }

    /// Takes a worker in. One that was here already has forgotten what it was doing.
    fn ready(&mut self, worker: RoutingId, now: Instant, wire: &mut impl Wire) {
        match self.workers.entry(worker.clone()) {
            Entry::Vacant(new) => {
                new.insert(Worker { seen: now, holds: None });
                self.idle.push_back(worker);
            }
            Entry::Occupied(known) => {
                if let Some((_, serial)) = known.get().holds {
                    self.release(&worker);
                    self.take_back(serial, true, wire);
                }
            }
        }
    }

    /// The worker has nothing to do.
    fn release(&mut self, worker: &RoutingId) {
        if let Some(known) = self.workers.get_mut(worker) {
            known.holds = None;
            self.idle.push_back(worker.clone());
        }
    }

    /// Forgets a worker, and gives its task to another. `blame` says whether the task may be the reason.
    fn lose(&mut self, worker: &RoutingId, blame: bool, wire: &mut impl Wire) {
        match self.workers.remove(worker) {
            Some(Worker { holds: Some((_, serial)), .. }) => self.take_back(serial, blame, wire),
            Some(_) => self.idle.retain(|idle| idle != worker),
            None => {}
        }
    }

    fn take_back(&mut self, serial: Serial, blame: bool, wire: &mut impl Wire) {
        // It is gone if its client is.
        let Some(task) = self.tasks.get_mut(&serial) else { return };
        self.statistics.taken_back += 1;
        task.losses += u32::from(blame);
        if task.losses < self.limits.attempts {
            self.waiting.push_front(serial);
        } else {
            self.statistics.lost += 1;
            let reason = format!("{} workers were lost with it", task.losses);
            self.answer(serial, Status::Lost, reason.into(), wire);
        }
    }

    fn answer(&mut self, serial: Serial, status: Status, result: Message, wire: &mut impl Wire) {
        let Some(task) = self.tasks.get_mut(&serial) else { return };
        task.answer = Some(ToClient::Result { id: task.id, status, result }.write());
        let client = task.client.clone();
        if let Some(known) = self.clients.get_mut(&client) {
            known.answered.push_back(serial);
        }
        self.deliver(&client, wire);
    }

    /// Sends a client the answers that it can take.
    fn deliver(&mut self, client: &RoutingId, wire: &mut impl Wire) {
        let Some(known) = self.clients.get_mut(client) else { return };
        while let Some(serial) = known.answered.pop_front() {
            let Some(task) = self.tasks.get_mut(&serial) else { continue };
            let Some(answer) = task.answer.take() else { continue };
            if let Err(answer) = wire.to_client(client, answer) {
                task.answer = Some(answer);
                known.answered.push_front(serial);
                return;
            }
            known.tasks.remove(&task.id);
            self.tasks.remove(&serial);
        }
        if known.tasks.is_empty() {
            self.clients.remove(client);
        }
    }

    /// Gives tasks to workers, for as long as there are both.
    pub fn assign(&mut self, wire: &mut impl Wire) {
        while !self.idle.is_empty()
            && let Some(serial) = self.waiting.pop_front()
        {
            let Some(task) = self.tasks.get(&serial).map(|task| task.task.clone()) else { continue };
            let Some(worker) = self.idle.pop_front() else { return };
            let ticket = self.fresh().to_be_bytes();
            if !wire.to_worker(&worker, ToWorker::Task { ticket, task }.write()) {
                self.workers.remove(&worker);
                self.waiting.push_front(serial);
            } else if let Some(known) = self.workers.get_mut(&worker) {
                known.holds = Some((ticket, serial));
            }
        }
    }

    /// Beats, and looks who has been silent for too long. To be called once in a heartbeat interval.
    pub fn tick(&mut self, now: Instant, wire: &mut impl Wire) {
        let slept =
            self.ticked.replace(now).is_some_and(|last| now - last > 2 * self.limits.timing.heartbeat);
        if slept {
            // It was the broker that did not listen.
            self.workers.values_mut().for_each(|worker| worker.seen = now);
            self.clients.values_mut().for_each(|client| client.seen = now);
        }
        for worker in self.workers.keys().cloned().collect::<Vec<_>>() {
            let silent = now.saturating_duration_since(self.workers[&worker].seen);
            if silent > self.limits.timing.patience || !wire.to_worker(&worker, ToWorker::Heartbeat.write()) {
                self.lose(&worker, true, wire);
            }
        }
        for client in self.clients.keys().cloned().collect::<Vec<_>>() {
            self.deliver(&client, wire);
            let Entry::Occupied(known) = self.clients.entry(client) else { continue };
            if now.saturating_duration_since(known.get().seen) > self.limits.client_patience {
                for serial in known.remove().tasks.values() {
                    self.tasks.remove(serial);
                }
            }
        }
    }

    fn fresh(&mut self) -> u64 {
        self.next = self.next.wrapping_add(1);
        self.next
    }
}

#[cfg(test)]
mod tests;
