use std::collections::HashSet;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const LIMITS: Limits = Limits {
    timing: Timing { heartbeat: SECOND, patience: Duration::from_secs(4) },
    client_patience: Duration::from_secs(60),
    tasks: 4,
    attempts: 3,
};

/// Notes what is sent.
#[derive(Default)]
struct Notes {
    to_clients: Vec<(RoutingId, ToClient)>,
    to_workers: Vec<(RoutingId, ToWorker)>,
    /// Who can be sent nothing.
    gone: HashSet<RoutingId>,
}

impl Wire for Notes {
    fn to_client(&mut self, client: &RoutingId, message: Message) -> Result<(), Message> {
        if self.gone.contains(client) {
            return Err(message);
        }
        self.to_clients
            .push((client.clone(), ToClient::read(message).expect("the broker keeps to the protocol")));
        Ok(())
    }

    fn to_worker(&mut self, worker: &RoutingId, message: Message) -> bool {
        if self.gone.contains(worker) {
            return false;
        }
        self.to_workers
            .push((worker.clone(), ToWorker::read(message).expect("the broker keeps to the protocol")));
        true
    }
}

struct Trial {
    queue: Queue,
    notes: Notes,
    now: Instant,
}

fn name(name: &str) -> RoutingId {
    RoutingId::received(name.as_bytes())
}

fn id(number: u64) -> Id {
    number.to_be_bytes()
}

impl Trial {
    fn new() -> Trial {
        Trial { queue: Queue::new(LIMITS), notes: Notes::default(), now: Instant::now() }
    }

    fn client(&mut self, client: &str, message: impl Into<Message>) {
        self.queue.on_client(name(client), message.into(), self.now, &mut self.notes);
        self.queue.assign(&mut self.notes);
    }

    fn worker(&mut self, worker: &str, message: impl Into<Message>) {
        self.queue.on_worker(name(worker), message.into(), self.now, &mut self.notes);
        self.queue.assign(&mut self.notes);
    }

    fn submit(&mut self, client: &str, number: u64) {
        let task = format!("task {number}").into();
        self.client(client, FromClient::Submit { id: id(number), task }.write());
    }

    fn ready(&mut self, workers: &[&str]) {
        workers.iter().for_each(|worker| self.worker(worker, FromWorker::Ready.write()));
    }

    fn done(&mut self, worker: &str, ticket: Id) {
        let result = format!("by {worker}").into();
        self.worker(worker, FromWorker::Done { ticket, status: Status::Ok, result }.write());
    }

    /// Seconds pass, in each of which the broker and these workers beat.
    fn pass(&mut self, seconds: u32, beating: &[&str]) {
        for _ in 0..seconds {
            self.now += SECOND;
            beating.iter().for_each(|worker| self.worker(worker, FromWorker::Heartbeat.write()));
            self.queue.tick(self.now, &mut self.notes);
            self.queue.assign(&mut self.notes);
        }
    }

    /// The tasks that were given away since this was asked for the last time: to whom, the text, the ticket.
    fn given(&mut self) -> Vec<(String, String, Id)> {
        let given = self.notes.to_workers.drain(..).filter_map(|(worker, message)| match message {
            ToWorker::Task { ticket, task } => Some((worker.to_string(), task.to_string(), ticket)),
            _ => None,
        });
        given.collect()
    }

    /// The only such task.
    fn given_one(&mut self) -> (String, String, Id) {
        let [given] = <[_; 1]>::try_from(self.given()).expect("one task is given");
        given
    }

    /// What clients were sent since this was asked for the last time.
    fn told(&mut self) -> Vec<(String, ToClient)> {
        self.notes.to_clients.drain(..).map(|(client, message)| (client.to_string(), message)).collect()
    }

    /// What the broker knows agrees with itself.
    #[track_caller]
    fn check(&self) {
        let queue = &self.queue;
        assert!(queue.tasks.len() <= queue.limits.tasks);
        let known: usize = queue.clients.values().map(|client| client.tasks.len()).sum();
        assert_eq!(known, queue.tasks.len(), "each task is a client's");
        let idle: HashSet<_> = queue.idle.iter().collect();
        assert_eq!(idle.len(), queue.idle.len(), "no worker is idle twice");
        for (name, worker) in &queue.workers {
            assert_eq!(idle.contains(name), worker.holds.is_none(), "{name} is idle or has a task");
        }
        assert!(queue.idle.iter().all(|name| queue.workers.contains_key(name)));
        let held: Vec<_> = queue.workers.values().filter_map(|worker| worker.holds).collect();
        for (serial, task) in &queue.tasks {
            let places = [
                held.iter().filter(|(_, held)| held == serial).count(),
                queue.waiting.iter().filter(|waiting| *waiting == serial).count(),
                usize::from(task.answer.is_some()),
            ];
            assert_eq!(places.iter().sum::<usize>(), 1, "a task is held, waits or has its answer");
        }
    }
}

fn result(client: &str, number: u64, text: &str) -> (String, ToClient) {
    (client.into(), ToClient::Result { id: id(number), status: Status::Ok, result: text.into() })
}

#[test]
fn the_worker_that_was_idle_for_longest_gets_the_task() {
    let mut trial = Trial::new();
    trial.ready(&["a", "b", "c"]);
    for (number, expected) in ["a", "b", "c", "a"].into_iter().enumerate() {
        trial.submit("client", number as u64);
        let (worker, task, ticket) = trial.given_one();
        assert_eq!((&*worker, task), (expected, format!("task {number}")));
        trial.done(&worker, ticket);
    }
    let told = trial.told();
    assert_eq!(told[3], result("client", 3, "by a"));
    assert_eq!(told.len(), 4);
    trial.check();
}

#[test]
fn tasks_of_two_clients_with_the_same_id_are_two() {
    let mut trial = Trial::new();
    trial.ready(&["a", "b"]);
    trial.submit("anna", 1);
    trial.submit("berta", 1);
    for (worker, _, ticket) in trial.given() {
        trial.done(&worker, ticket);
    }
    assert_eq!(trial.told(), [result("anna", 1, "by a"), result("berta", 1, "by b")]);
}

#[test]
fn a_result_is_accepted_only_from_the_worker_that_holds_the_task() {
    let mut trial = Trial::new();
    trial.ready(&["a", "b"]);
    trial.submit("client", 1);
    let (_, _, ticket) = trial.given_one();
    trial.done("b", ticket);
    trial.done("nobody", ticket);
    assert_eq!(trial.told(), []);
    // The forger was idle, and is no worker any more until it says it is ready.
    assert_eq!(trial.notes.to_workers, [(name("b"), ToWorker::Unknown), (name("nobody"), ToWorker::Unknown)]);
    trial.check();
    trial.done("a", ticket);
    trial.done("a", ticket);
    assert_eq!(trial.told(), [result("client", 1, "by a")], "once");
    assert_eq!((trial.queue.statistics.completed, trial.queue.statistics.late), (1, 3));
    trial.check();
}

#[test]
fn a_worker_with_a_wrong_ticket_loses_its_task() {
    let mut trial = Trial::new();
    trial.ready(&["a"]);
    trial.submit("client", 1);
    let (_, _, ticket) = trial.given_one();
    trial.done("a", id(u64::from_be_bytes(ticket) ^ 1));
    assert_eq!(trial.told(), []);
    trial.ready(&["b"]);
    let (worker, task, other) = trial.given_one();
    assert_eq!((&*worker, &*task), ("b", "task 1"));
    assert_ne!(other, ticket);
    trial.check();
}

#[test]
fn the_task_of_a_silent_worker_goes_to_another_and_its_late_result_nowhere() {
    let mut trial = Trial::new();
    trial.ready(&["a", "b"]);
    trial.submit("client", 1);
    let (_, _, ticket) = trial.given_one();
    trial.pass(4, &["b"]);
    assert_eq!(trial.given(), [], "the patience is not over");
    trial.pass(1, &["b"]);
    let (worker, task, other) = trial.given_one();
    assert_eq!((&*worker, &*task), ("b", "task 1"));
    trial.done("a", ticket);
    assert_eq!(trial.told(), []);
    trial.done("b", other);
    assert_eq!(trial.told(), [result("client", 1, "by b")]);
    trial.check();
}

#[test]
fn a_worker_whose_connection_is_gone_is_noticed_at_the_next_heartbeat() {
    let mut trial = Trial::new();
    trial.ready(&["a", "b"]);
    trial.submit("client", 1);
    trial.given_one();
    trial.notes.gone.insert(name("a"));
    trial.pass(1, &["b"]);
    assert_eq!(trial.given_one().0, "b");
    trial.check();
}

#[test]
fn a_worker_that_cannot_be_sent_a_task_does_not_keep_it() {
    let mut trial = Trial::new();
    trial.ready(&["a", "b"]);
    trial.notes.gone.insert(name("a"));
    trial.submit("client", 1);
    assert_eq!(trial.given_one().0, "b");
    trial.check();
}

#[test]
fn a_task_that_workers_die_of_is_given_up() {
    let mut trial = Trial::new();
    trial.submit("client", 1);
    for worker in ["a", "b", "c"] {
        assert_eq!(trial.told(), []);
        trial.ready(&[worker]);
        trial.given_one();
        trial.notes.gone.insert(name(worker));
        trial.pass(1, &[]);
    }
    let [(_, told)] = <[_; 1]>::try_from(trial.told()).unwrap();
    assert!(matches!(told, ToClient::Result { status: Status::Lost, .. }), "{told:?}");
    trial.check();
}

#[test]
fn a_worker_that_leaves_is_not_held_against_its_task() {
    let mut trial = Trial::new();
    trial.submit("client", 1);
    for _ in 0..2 * LIMITS.attempts {
        trial.ready(&["a"]);
        trial.given_one();
        trial.worker("a", FromWorker::Bye.write());
    }
    assert_eq!(trial.told(), []);
    trial.check();
}

#[test]
fn a_worker_that_is_ready_again_has_forgotten_its_task() {
    let mut trial = Trial::new();
    trial.ready(&["a", "a"]);
    trial.submit("client", 1);
    let (_, _, ticket) = trial.given_one();
    trial.ready(&["a"]);
    assert_ne!(trial.given_one().2, ticket);
    trial.check();
}

#[test]
fn heartbeats_of_a_worker_that_is_not_known_are_answered() {
    let mut trial = Trial::new();
    trial.worker("a", FromWorker::Heartbeat.write());
    assert_eq!(trial.notes.to_workers, [(name("a"), ToWorker::Unknown)]);
    trial.check();
}

#[test]
fn what_there_is_no_room_for_is_busy_and_taken_later() {
    let mut trial = Trial::new();
    for number in 0..5 {
        trial.submit("client", number);
    }
    assert_eq!(trial.told(), [("client".into(), ToClient::Busy(id(4)))]);
    trial.ready(&["a"]);
    let (_, _, ticket) = trial.given_one();
    trial.submit("client", 4);
    assert_eq!(trial.told(), [("client".into(), ToClient::Busy(id(4)))], "a task that is held takes room");
    trial.done("a", ticket);
    trial.told();
    trial.submit("client", 4);
    assert_eq!(trial.told(), []);
    trial.check();
}

#[test]
fn a_task_that_is_submitted_twice_is_given_once() {
    let mut trial = Trial::new();
    trial.submit("client", 1);
    trial.submit("client", 1);
    trial.ready(&["a", "b"]);
    let (_, _, ticket) = trial.given_one();
    trial.submit("client", 1);
    trial.done("a", ticket);
    assert_eq!(trial.told(), [result("client", 1, "by a")]);
    assert_eq!(trial.given(), []);
    trial.check();
}

#[test]
fn a_ping_is_answered_with_what_is_not_known() {
    let mut trial = Trial::new();
    trial.submit("client", 1);
    let ping = || FromClient::Ping(vec![id(0), id(1), id(2)]).write();
    trial.client("client", ping());
    trial.client("another", ping());
    assert_eq!(
        trial.told(),
        [
            ("client".into(), ToClient::Pong(vec![id(0), id(2)])),
            ("another".into(), ToClient::Pong(vec![id(0), id(1), id(2)])),
        ]
    );
}

#[test]
fn a_result_is_kept_until_its_client_can_take_it() {
    let mut trial = Trial::new();
    trial.ready(&["a"]);
    trial.submit("client", 1);
    let (_, _, ticket) = trial.given_one();
    trial.notes.gone.insert(name("client"));
    trial.done("a", ticket);
    trial.pass(3, &["a"]);
    trial.check();
    trial.notes.gone.clear();
    trial.client("client", FromClient::Ping(vec![id(1)]).write());
    let pong = ("client".into(), ToClient::Pong(vec![id(1)]));
    assert_eq!(trial.told(), [result("client", 1, "by a"), pong], "first the result");
    trial.check();
}

#[test]
fn a_silent_client_is_forgotten_with_its_tasks() {
    let mut trial = Trial::new();
    trial.ready(&["a"]);
    trial.submit("silent", 1);
    trial.submit("silent", 2);
    let (_, _, ticket) = trial.given_one();
    trial.pass(61, &["a"]);
    trial.check();
    trial.submit("client", 3);
    trial.done("a", ticket);
    let (_, task, ticket) = trial.given_one();
    assert_eq!(task, "task 3", "nobody wants task 2 any more");
    trial.done("a", ticket);
    assert_eq!(trial.told(), [result("client", 3, "by a")]);
    assert!(trial.queue.tasks.is_empty() && trial.queue.clients.is_empty());
}

#[test]
fn a_broker_that_has_slept_blames_nobody() {
    let mut trial = Trial::new();
    trial.ready(&["a"]);
    trial.submit("client", 1);
    let (_, _, ticket) = trial.given_one();
    trial.pass(1, &["a"]);
    trial.now += 100 * SECOND;
    trial.pass(1, &[]);
    trial.done("a", ticket);
    assert_eq!(trial.told(), [result("client", 1, "by a")]);
}

/// Chance that is the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % limit as u64) as usize
    }

    fn bytes(&mut self) -> Vec<u8> {
        (0..self.below(20)).map(|_| self.below(256) as u8).collect()
    }

    /// A message that is nearly one of these, or not at all.
    fn message(&mut self, known: &[Message]) -> Message {
        let mut frames: Vec<Vec<u8>> = known[self.below(known.len())].clone().into();
        match self.below(8) {
            0 => frames = (0..self.below(5)).map(|_| self.bytes()).collect(),
            1 => frames.truncate(self.below(frames.len() + 1)),
            2 => frames.push(self.bytes()),
            3 | 4 => {
                let changed = self.below(frames.len());
                frames[changed] = self.bytes();
            }
            5 => {
                let changed = self.below(frames.len());
                frames[changed].pop();
            }
            6 => {
                let word =
                    ["FTQ1", "READY", "DONE", "SUBMIT", "PING", "BYE", "TASK", "OK", "LOST"][self.below(9)];
                let changed = self.below(frames.len());
                frames[changed] = word.into();
            }
            _ => {}
        }
        frames.into()
    }
}

/// Honest peers get their work done, correctly, among others that send anything. Those may lie about tasks that they
/// hold, and about no other.
#[test]
fn noise_confuses_nobody() {
    let mut chance = Chance(7);
    let mut trial = Trial::new();
    trial.queue.limits.tasks = 20;
    trial.ready(&["honest"]);
    let mut tickets = vec![id(0)];
    let mut holders = HashMap::new();
    let [mut honest, mut lies] = [0, 0];
    for number in 0..2000 {
        trial.submit("anna", number);
        for _ in 0..chance.below(20) {
            let peer = ["x", "y", "z"][chance.below(3)];
            let newest = tickets.len().saturating_sub(2);
            let ticket = tickets[newest + chance.below(tickets.len() - newest)];
            let result = format!("forged by {peer}").into();
            let some = [
                FromClient::Submit { id: id(number), task: "noise".into() }.write(),
                FromClient::Ping(vec![id(number), id(0)]).write(),
                FromWorker::Ready.write(),
                FromWorker::Heartbeat.write(),
                FromWorker::Done { ticket, status: Status::Ok, result }.write(),
                FromWorker::Bye.write(),
            ];
            let noise = chance.message(&some);
            if chance.below(2) == 0 { trial.client(peer, noise) } else { trial.worker(peer, noise) }
        }
        trial.check();
        if chance.below(10) == 0 {
            trial.pass(1, &["honest"]);
        }
        for (worker, task, ticket) in trial.given() {
            tickets.push(ticket);
            holders.insert(task.clone(), worker.clone());
            if worker == "honest" {
                let result = format!("the result of {task}").into();
                trial.worker("honest", FromWorker::Done { ticket, status: Status::Ok, result }.write());
            }
        }
        for (client, message) in trial.told() {
            let ("anna", ToClient::Result { id, result, .. }) = (&*client, message) else { continue };
            let task = format!("task {}", u64::from_be_bytes(id));
            let holder = &holders[&task];
            if holder == "honest" {
                assert_eq!(result, format!("the result of {task}"));
                honest += 1;
            } else if let Some(liar @ ("x" | "y" | "z")) = result[0].to_string().strip_prefix("forged by ") {
                assert_eq!(liar, holder, "{task}");
                lies += 1;
            }
        }
    }
    let statistics = trial.queue.statistics;
    assert!(statistics.malformed > 1000 && statistics.late > 100, "{statistics:?}");
    assert!(honest > 200 && lies > 3, "{honest} {lies} {statistics:?}");
}

#[test]
fn each_message_is_read_as_it_was_written_and_not_when_a_frame_is_missing() {
    fn each<T: PartialEq + std::fmt::Debug>(
        messages: Vec<T>,
        write: impl Fn(T) -> Message,
        read: impl Fn(Message) -> Result<T, &'static str>,
    ) {
        for message in messages {
            let shown = format!("{message:?}");
            let written = write(message);
            let frames: Vec<Vec<u8>> = written.clone().into();
            for kept in 0..frames.len() {
                let truncated = Message::from(frames[..kept].to_vec());
                assert!(read(truncated).is_err(), "{kept} frames of {shown}");
            }
            assert_eq!(format!("{:?}", read(written).unwrap()), shown);
        }
    }
    let body = || Message::from("body");
    each(
        vec![
            FromClient::Submit { id: id(1), task: body() },
            FromClient::Ping(vec![]),
            FromClient::Ping(vec![id(1)]),
        ],
        FromClient::write,
        FromClient::read,
    );
    let results = [Status::Ok, Status::Failed, Status::Lost];
    let results = results.map(|status| ToClient::Result { id: id(1), status, result: body() });
    each(results.into(), ToClient::write, ToClient::read);
    each(
        vec![ToClient::Busy(id(1)), ToClient::Pong(vec![id(1), id(2)]), ToClient::Refused("so".into())],
        ToClient::write,
        ToClient::read,
    );
    each(
        vec![
            FromWorker::Ready,
            FromWorker::Heartbeat,
            FromWorker::Bye,
            FromWorker::Done { ticket: id(1), status: Status::Failed, result: body() },
        ],
        FromWorker::write,
        FromWorker::read,
    );
    each(
        vec![
            ToWorker::Task { ticket: id(1), task: body() },
            ToWorker::Heartbeat,
            ToWorker::Unknown,
            ToWorker::Refused("so".into()),
        ],
        ToWorker::write,
        ToWorker::read,
    );
}
