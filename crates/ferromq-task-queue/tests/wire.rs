//! The queue over real sockets, in one process.
#![forbid(unsafe_code)]

#[allow(dead_code, missing_docs)]
#[path = "../../../tests/it/patience.rs"]
mod patience;

use std::thread::{self, JoinHandle};
use std::time::Duration;

use ferromq::security::{CurveClient, CurveServer};
use ferromq::{
    Builder, Capability, Context, Dealer, Endpoint, KeyPair, Linger, Message, Router, RoutingId, Socket, has,
};
use ferromq_task_queue::{
    Broker, Client, Error, Result, Statistics, StopHandle, TaskError, TaskResult, Timing, Worker,
};

use patience::{PATIENCE, does_not_hang};

/// A broker in a thread.
struct Running {
    context: Context,
    clients: Endpoint,
    workers: Endpoint,
    stop: StopHandle,
    broker: JoinHandle<ferromq::Result<Statistics>>,
}

fn start(configure: impl FnOnce(Broker) -> Broker) -> Running {
    start_with(|router| router, configure)
}

fn start_with(
    secure: impl Fn(Builder<Router>) -> Builder<Router>,
    configure: impl FnOnce(Broker) -> Broker,
) -> Running {
    let context = Context::new().unwrap();
    let bind = || secure(context.socket::<Router>()).linger(Linger::NONE).bind("tcp://127.0.0.1:*").unwrap();
    let [clients, workers] = [bind(), bind()];
    let endpoints = [&clients, &workers].map(|socket| socket.last_endpoint().unwrap());
    let broker = configure(Broker::new(clients, workers).unwrap());
    let stop = broker.stop_handle();
    let broker = thread::spawn(|| broker.run());
    let [clients, workers] = endpoints;
    Running { context, clients, workers, stop, broker }
}

/// Silence is noticed soon.
const QUICK: Timing = Timing { heartbeat: Duration::from_millis(100), patience: Duration::from_millis(2000) };

type Working = (StopHandle, JoinHandle<Result<()>>);

impl Running {
    fn worker(&self, work: impl FnMut(Message) -> Result<String, String> + Send + 'static) -> Working {
        let worker = Worker::new(self.dealer(), self.workers.clone()).unwrap();
        let stop = worker.stop_handle();
        (stop, thread::spawn(|| worker.run(work)))
    }

    fn client(&self) -> Client {
        Client::new(self.dealer(), self.clients.clone()).unwrap()
    }

    fn dealer(&self) -> Builder<Dealer> {
        self.context.socket::<Dealer>().linger(Linger::NONE)
    }

    fn raw(&self, endpoint: &Endpoint) -> Socket<Dealer> {
        self.dealer().receive_timeout(PATIENCE).connect(endpoint.clone()).unwrap()
    }

    fn stop(self, workers: impl IntoIterator<Item = Working>) -> Statistics {
        for (stop, worker) in workers {
            stop.stop();
            does_not_hang("a worker", || worker.join().unwrap().unwrap());
        }
        self.stop.stop();
        does_not_hang("the broker", || self.broker.join().unwrap().unwrap())
    }
}

fn shout(task: Message) -> Result<String, String> {
    match task.to_string() {
        text if text.starts_with("bad") => Err(format!("{text} is bad")),
        text => Ok(text.to_uppercase()),
    }
}

fn next(client: &mut Client) -> TaskResult {
    client.next_result(PATIENCE).unwrap().expect("a result in time")
}

#[test]
fn a_task_that_fails_is_told_as_such() {
    let running = start(|broker| broker);
    let worker = running.worker(shout);
    let mut client = running.client();
    client.submit("bad task").unwrap();
    match next(&mut client).outcome {
        Err(TaskError::Failed(reason)) => assert_eq!(reason, "bad task is bad"),
        other => panic!("{other:?}"),
    }
    running.stop([worker]);
}

#[test]
fn tasks_and_results_are_messages_of_any_frames() {
    let running = start(|broker| broker);
    let worker = Worker::new(running.dealer(), running.workers.clone()).unwrap();
    let stop = worker.stop_handle();
    let worker = thread::spawn(|| worker.run(Ok::<Message, String>));
    let mut client = running.client();
    let tasks = [
        Message::from(""),
        Message::from(["", "FTQ1", ""]),
        Message::from(vec![7; 1_000_000]),
        Message::from(vec![""; 100]),
    ];
    for task in &tasks {
        client.submit(task.clone()).unwrap();
    }
    for (number, task) in tasks.iter().enumerate() {
        let result = next(&mut client);
        assert_eq!(result.id.number(), number as u64);
        assert!(result.outcome.unwrap() == *task, "task {number}");
    }
    running.stop([(stop, worker)]);
}

#[test]
fn a_client_gives_back_the_task_that_is_one_too_many() {
    let running = start(|broker| broker);
    let mut client = running.client().window(2);
    client.submit("a").unwrap();
    client.submit("b").unwrap();
    assert_eq!(client.submit("c").unwrap_err().0, "c");
    let worker = running.worker(shout);
    next(&mut client);
    client.submit("c").unwrap();
    assert_eq!(client.results().map(|result| result.unwrap().id.number()).collect::<Vec<_>>(), [1, 2]);
    running.stop([worker]);
}

#[test]
fn two_clients_get_all_results_though_the_broker_has_room_for_few() {
    let running = start(|broker| broker.max_tasks(5));
    let worker = running.worker(shout);
    let clients = [running.client(), running.client()].map(|mut client| {
        thread::spawn(move || {
            let mut results: Vec<_> = client
                .submit_all((0..300).map(|number| format!("task {number}")))
                .map(|result| result.unwrap())
                .map(|result| (result.id.number(), result.outcome.unwrap().to_string()))
                .collect();
            results.sort();
            results
        })
    });
    for client in clients {
        let results = does_not_hang("a client", || client.join().unwrap());
        assert_eq!(results, (0..300).map(|n| (n, format!("TASK {n}"))).collect::<Vec<_>>());
    }
    let statistics = running.stop([worker]);
    assert!(statistics.refused > 0 && statistics.accepted == 600, "{statistics:?}");
    // "Busy" makes a client hold back; it does not send everything again at each result.
    assert!(statistics.refused < 3000, "{statistics:?}");
}

#[test]
fn a_long_task_is_not_taken_for_the_death_of_its_worker() {
    let running = start(|broker| broker.timing(QUICK));
    let worker = Worker::new(running.dealer(), running.workers.clone()).unwrap().timing(QUICK);
    let stop = worker.stop_handle();
    let worker = thread::spawn(move || {
        worker.run(|task| {
            thread::sleep(2 * QUICK.patience);
            shout(task)
        })
    });
    let mut client = running.client().timing(QUICK);
    client.submit("long").unwrap();
    assert_eq!(next(&mut client).outcome.unwrap(), "LONG");
    let statistics = running.stop([(stop, worker)]);
    assert_eq!((statistics.taken_back, statistics.late), (0, 0), "{statistics:?}");
}

#[test]
fn a_worker_that_panics_lets_its_task_go() {
    let running = start(|broker| broker.timing(QUICK));
    let (_, panicking) = running.worker(|_| panic!("on purpose"));
    let mut client = running.client();
    client.submit("task").unwrap();
    does_not_hang("the panic", || panicking.join().unwrap_err());
    let worker = running.worker(shout);
    assert_eq!(next(&mut client).outcome.unwrap(), "TASK");
    assert_eq!(running.stop([worker]).taken_back, 1);
}

#[test]
fn a_stopped_worker_finishes_its_task() {
    let running = start(|broker| broker);
    let mut client = running.client();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (stop, worker) = running.worker(move |task| {
        begun.send(()).unwrap();
        thread::sleep(Duration::from_millis(300));
        shout(task)
    });
    client.submit("task").unwrap();
    // The client submits in the background from here on.
    has_begun.recv_timeout(PATIENCE).unwrap();
    stop.stop();
    assert_eq!(next(&mut client).outcome.unwrap(), "TASK");
    does_not_hang("the worker", || worker.join().unwrap().unwrap());
    assert_eq!(running.stop([]).taken_back, 0);
}

#[test]
fn who_has_the_wrong_endpoint_is_told() {
    let running = start(|broker| broker);
    let worker = Worker::new(running.dealer(), running.clients.clone()).unwrap();
    let refused = does_not_hang("the worker", || worker.run(shout)).unwrap_err();
    assert!(
        matches!(&refused, Error::Refused(reason) if reason == "this endpoint is for clients"),
        "{refused}"
    );

    let mut client = Client::new(running.dealer(), running.workers.clone()).unwrap();
    client.submit("task").unwrap();
    let refused = client.next_result(PATIENCE).unwrap_err();
    assert!(
        matches!(&refused, Error::Refused(reason) if reason == "this endpoint is for workers"),
        "{refused}"
    );
    assert_eq!(running.stop([]).malformed, 2);
}

#[test]
fn a_context_that_is_shut_down_ends_all_three() {
    let running = start(|broker| broker);
    let (_, worker) = running.worker(shout);
    let mut client = running.client();
    client.submit("task").unwrap();
    next(&mut client);
    running.context.shutdown();
    for ended in [client.next_result(PATIENCE).map(drop), worker.join().unwrap()] {
        match ended {
            Err(Error::Socket(error)) if error.is_terminated() => {}
            // There was nothing to wait for.
            Ok(()) => assert_eq!(client.under_way(), 0),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(running.broker.join().unwrap().unwrap().completed, 1);
}

/// Frames of any content, from sockets of their own, while others work.
#[test]
fn a_broker_survives_what_anybody_sends() {
    let running = start(|broker| broker);
    let worker = running.worker(shout);
    let noise: Vec<_> = [&running.clients, &running.workers].map(|endpoint| running.raw(endpoint)).into();
    let words: [&[u8]; 12] = [
        b"FTQ1",
        b"SUBMIT",
        b"PING",
        b"DONE",
        b"HEARTBEAT",
        b"TASK",
        b"",
        b"12345678",
        b"OK",
        b"\xff",
        b"LOST",
        b"RESULT",
    ];
    let mut client = running.client();
    let mut state = 1_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) % limit as u64) as usize
    };
    for number in 0..200 {
        for socket in &noise {
            for _ in 0..10 {
                let frames: Vec<&[u8]> = (0..1 + below(6)).map(|_| words[below(words.len())]).collect();
                socket.send(frames).unwrap();
                // And what looks right for longer.
                let frames: Vec<&[u8]> =
                    (0..1 + below(6)).map(|at| words[[0, 1 + below(5), 7, 8, 6, 7][at]]).collect();
                socket.send(frames).unwrap();
            }
            while socket.try_recv().is_ok() {}
        }
        client.submit(format!("task {number}")).unwrap();
        let result = next(&mut client);
        assert_eq!(
            (result.id.number(), result.outcome.unwrap().to_string()),
            (number, format!("TASK {number}"))
        );
    }
    let statistics = running.stop([worker]);
    assert!(statistics.malformed > 3000, "{statistics:?}");
}

#[test]
fn its_sockets_are_as_secure_as_they_are_made() {
    if !has(Capability::Curve) {
        return;
    }
    let server = KeyPair::generate().unwrap();
    let security = CurveServer::new(server.secret().clone()).allow_any();
    let running = start_with(|router| router.security(security.clone()), |broker| broker);
    let secure = || {
        let security = CurveClient::new(KeyPair::generate().unwrap(), server.public());
        running.dealer().security(security)
    };
    let mut outsider = running.client();
    outsider.submit("unencrypted").unwrap();
    let worker = Worker::new(secure(), running.workers.clone()).unwrap();
    let stop = worker.stop_handle();
    let worker = thread::spawn(|| worker.run(shout));
    let mut client = Client::new(secure(), running.clients.clone()).unwrap();
    client.submit("secret").unwrap();
    assert_eq!(next(&mut client).outcome.unwrap(), "SECRET");
    assert!(outsider.next_result(Duration::from_millis(500)).unwrap().is_none());
    assert_eq!(running.stop([(stop, worker)]).accepted, 1);
}

/// The broker's side of one endpoint, spoken by the test itself.
struct Script {
    context: Context,
    router: Socket<Router>,
}

impl Script {
    fn new() -> Script {
        let context = Context::new().unwrap();
        let router = context.socket::<Router>().handover(true).receive_timeout(PATIENCE).linger(Linger::NONE);
        Script { router: router.bind("tcp://127.0.0.1:*").unwrap(), context }
    }

    fn dealer(&self) -> (Builder<Dealer>, Endpoint) {
        let builder = self.context.socket::<Dealer>().linger(Linger::NONE);
        (builder, self.router.last_endpoint().unwrap())
    }

    /// The next message but heartbeats: from whom, and its frames.
    fn hear(&self) -> (RoutingId, Vec<Vec<u8>>) {
        loop {
            let (peer, message) = self.router.recv_from().unwrap();
            if message != ["FTQ1", "HEARTBEAT"] {
                return (peer, message.into());
            }
        }
    }

    fn hear_from(&self, peer: &RoutingId) -> Vec<Vec<u8>> {
        let (from, frames) = self.hear();
        assert_eq!(from, *peer);
        frames
    }

    fn say(&self, peer: &RoutingId, frames: &[&[u8]]) {
        let message: Message = [&b"FTQ1"[..]].iter().chain(frames).copied().collect();
        self.router.send_to(peer, message).unwrap();
    }
}

#[test]
fn a_result_that_comes_twice_is_reported_once() {
    let script = Script::new();
    let (builder, endpoint) = script.dealer();
    let mut client = Client::new(builder, endpoint).unwrap();
    for (number, results) in [(0_u64, 3), (1, 2)] {
        client.submit("task").unwrap();
        let (peer, submitted) = script.hear();
        assert_eq!(submitted, [&b"FTQ1"[..], b"SUBMIT", &number.to_be_bytes(), b"task"]);
        // That of an earlier task, and of one that was never there, as well.
        for id in [0, 77, number] {
            for _ in 0..results {
                script.say(&peer, &[b"RESULT", &u64::to_be_bytes(id), b"OK", b"result"]);
            }
        }
        assert_eq!(next(&mut client).id.number(), number);
        assert!(client.next_result(Duration::ZERO).unwrap().is_none());
    }
    assert_eq!(client.under_way(), 0);
}

#[test]
fn a_client_submits_again_what_the_broker_does_not_know() {
    let script = Script::new();
    let (builder, endpoint) = script.dealer();
    let client = Client::new(builder, endpoint).unwrap();
    let mut client = client.timing(Timing { patience: PATIENCE, ..QUICK });
    client.submit("a").unwrap();
    client.submit("b").unwrap();
    let results = thread::spawn(move || [next(&mut client).id.number(), next(&mut client).id.number()]);
    let (peer, _) = script.hear();
    script.hear();
    let ids = [0, 1].map(u64::to_be_bytes);
    assert_eq!(script.hear_from(&peer), [&b"FTQ1"[..], b"PING", &ids.concat()]);
    script.say(&peer, &[b"PONG", &ids[1]]);
    assert_eq!(script.hear_from(&peer), [&b"FTQ1"[..], b"SUBMIT", &ids[1], b"b"]);
    ids.iter().for_each(|id| script.say(&peer, &[b"RESULT", id, b"OK", b""]));
    assert_eq!(does_not_hang("the results", || results.join().unwrap()), [0, 1]);
}

#[test]
fn a_client_of_a_silent_broker_connects_anew_as_the_same_client() {
    let script = Script::new();
    let (builder, endpoint) = script.dealer();
    let mut client = Client::new(builder, endpoint).unwrap().timing(QUICK);
    client.submit("task").unwrap();
    let result = thread::spawn(move || next(&mut client).id.number());
    let id = 0_u64.to_be_bytes();
    let (peer, first) = script.hear();
    assert_eq!(script.hear_from(&peer), [&b"FTQ1"[..], b"PING", &id]);
    assert_eq!(script.hear_from(&peer), first, "a new connection, with the same routing id");
    script.say(&peer, &[b"RESULT", &id, b"OK", b""]);
    assert_eq!(does_not_hang("the result", || result.join().unwrap()), 0);
}

#[test]
fn a_worker_does_not_tell_what_it_did_in_vain() {
    let script = Script::new();
    let (builder, endpoint) = script.dealer();
    let worker = Worker::new(builder, endpoint).unwrap().timing(Timing { patience: PATIENCE, ..QUICK });
    let stop = worker.stop_handle();
    let (go_on, goes_on) = std::sync::mpsc::channel();
    let worker = thread::spawn(move || {
        worker.run(|task| {
            goes_on.recv().unwrap();
            shout(task)
        })
    });
    let (peer, ready) = script.hear();
    assert_eq!(ready, [b"FTQ1".to_vec(), b"READY".to_vec()]);
    // A worker that is told twice at once says once more than needed that it is ready.
    script.say(&peer, &[b"UNKNOWN"]);
    assert_eq!(script.hear_from(&peer), ready);

    script.say(&peer, &[b"TASK", b"ticket 1", b"one"]);
    script.say(&peer, &[b"UNKNOWN"]);
    script.say(&peer, &[b"TASK", b"ticket 2", b"two"]);
    // Once it has read that, it is silent until the work is over.
    let heartbeats = (0..20).take_while(|_| script.router.recv_from_timeout(5 * QUICK.heartbeat).is_ok());
    assert!(heartbeats.count() < 20, "its heart beats although the broker does not know it");
    go_on.send(()).unwrap();
    assert_eq!(script.hear_from(&peer), ready);
    script.say(&peer, &[b"TASK", b"ticket 3", b"three"]);
    go_on.send(()).unwrap();
    assert_eq!(script.hear_from(&peer), [&b"FTQ1"[..], b"DONE", b"ticket 3", b"OK", b"THREE"]);
    stop.stop();
    assert_eq!(script.hear_from(&peer), [b"FTQ1".to_vec(), b"BYE".to_vec()]);
    does_not_hang("the worker", || worker.join().unwrap().unwrap());
}

#[test]
fn a_worker_of_a_silent_broker_connects_anew() {
    let script = Script::new();
    let (builder, endpoint) = script.dealer();
    let worker = Worker::new(builder, endpoint).unwrap().timing(QUICK);
    let stop = worker.stop_handle();
    let worker = thread::spawn(|| worker.run(shout));
    let (first, ready) = script.hear();
    let (second, again) = script.hear();
    assert_eq!(ready, again);
    assert_ne!(first, second, "it is another connection");
    stop.stop();
    does_not_hang("the worker", || worker.join().unwrap().unwrap());
}
