//! Each pair of programs, one of which is killed at any moment and started again: the other carries on, or ends and says why.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::{Context, Rep};
use nix::sys::signal::Signal;

use super::Language::{self, Python, Rust};
use super::{
    BRIEF, End, Then, at_a_free_port, certificates, end, expect_among, hundred_tasks, line, secure_client,
    secure_server, start, start_with, stopped, tasks,
};
use crate::patience::{A_WHILE, PATIENCE};
use crate::process::{Program, Result, explained};

/// How often a program is killed, in each pair.
const KILLS: usize = 5;

/// The mixes that need pyzmq.
const WITH_PYTHON: [(Language, Language); 3] = [(Rust, Python), (Python, Rust), (Python, Python)];

const RUST_ALONE: [(Language, Language); 1] = [(Rust, Rust)];

/// Lets some time pass, of any length up to a moment that is long for the program: when it is killed is what is tried.
fn a_moment(language: Language) {
    // Python takes longer to start. Short moments are as likely as long ones.
    let longest = Duration::from_millis(if language == Python { 800 } else { 80 });
    thread::sleep(longest.mul_f64(fastrand::f64().powi(3)));
}

/// A service and a client that asks it once.
struct Asking {
    service: End,
    client: End,
    /// How the line begins that the client prints when it was served.
    reply: &'static str,
    kills: usize,
}

fn asking(service: &'static str, client: &'static str, reply: &'static str) -> Asking {
    Asking {
        service: end(service, [], Then::Waits),
        client: end(client, [], Then::Ends),
        reply,
        kills: KILLS,
    }
}

impl Asking {
    /// Whether the client has got its reply; if not, it has to say why.
    fn is_served(&self, client: &mut Program) -> Result<bool> {
        let (status, lines) = client.end(PATIENCE)?;
        let stderr = client.stderr();
        if status.success() {
            let reply = lines.last().is_some_and(|line| line.starts_with(self.reply));
            assert!(reply && stderr.is_empty(), "{lines:?}, stderr: {stderr}");
            return Ok(true);
        }
        assert_eq!(status.code(), Some(1), "{lines:?}, stderr: {stderr}");
        let reasons =
            if self.client.program == "error_handling" { lines.join("\n") } else { stderr.to_owned() };
        let says = reasons.contains("timed out") || reasons.contains("no reply within 10 seconds");
        let says = says || reasons.contains("Is there a server at tcp://127.0.0.1:");
        assert!(says, "{lines:?}, stderr: {stderr}");
        Ok(false)
    }

    fn serves_a_fresh_client(&self, language: Language, endpoint: &str, service: &mut Program) -> Result<()> {
        let mut fresh = self.client.start(language, endpoint);
        let served = self.is_served(&mut fresh);
        match served.map_err(|error| explained(error, [&mut fresh, service]))? {
            true => Ok(()),
            false => Err(explained("a fresh client got no reply".to_owned(), [&mut fresh, service])),
        }
    }

    /// The service is killed while a client asks, and started again: the client gets its reply, or ends and says why
    /// not; the next client gets its reply.
    fn outlives_its_service(&self, (serves, asks): (Language, Language)) {
        at_a_free_port(|endpoint| {
            for _ in 0..self.kills {
                let service = self.service.start(serves, endpoint);
                a_moment(serves);
                let mut client = self.client.start(asks, endpoint);
                a_moment(asks);
                drop(service);
                let mut service = self.service.start(serves, endpoint);
                let outcome = self.is_served(&mut client);
                outcome.map_err(|error| explained(error, [&mut client, &mut service]))?;
                self.serves_a_fresh_client(asks, endpoint, &mut service)?;
            }
            Ok(())
        });
    }

    /// Clients are killed while they ask: the service serves the next.
    fn outlives_its_clients(&self, (serves, asks): (Language, Language)) {
        at_a_free_port(|endpoint| {
            let mut service = self.service.start(serves, endpoint);
            for _ in 0..self.kills {
                let clients = [0; 3].map(|_| self.client.start(asks, endpoint));
                for client in clients {
                    a_moment(asks);
                    drop(client);
                }
            }
            self.serves_a_fresh_client(asks, endpoint, &mut service)
        });
    }

    fn outlives_kills(&self, mixes: &[(Language, Language)]) {
        for mix in mixes {
            self.outlives_its_service(*mix);
            self.outlives_its_clients(*mix);
        }
    }
}

/// Those of the article's sections 1 to 3 without async ones.
fn blocking_pairs() -> Vec<Asking> {
    vec![
        asking("server", "client", "Received reply: World, Hello!"),
        asking("server", "error_handling", "Received reply: World, Hello!"),
        asking("req_rep_server", "req_rep_client", "Received reply: The time is "),
    ]
}

#[test]
fn blocking_clients_and_servers_outlive_one_another() {
    blocking_pairs().iter().for_each(|pair| pair.outlives_kills(&RUST_ALONE));
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn blocking_clients_and_servers_outlive_one_another_in_every_mix() {
    blocking_pairs().iter().for_each(|pair| pair.outlives_kills(&WITH_PYTHON));
}

/// The services of one language. They work on each request for a second, so that they are mostly killed in the middle of it,
/// and the client waits for ten.
#[cfg(all(feature = "tokio", feature = "async-io"))]
fn services(language: Language) -> Vec<Asking> {
    let ok = "Received response: OK, Original request: Hello from client!";
    let ack = "Received response: ACK, Original request: Hello from client!";
    let mut services = vec![("pyzmq_service", ok), ("async_zmq_service", ack)];
    if language == Rust {
        services.push(("async_zmq_service_smol", ack));
    }
    let pair = |(service, reply)| Asking { kills: 2, ..asking(service, "pyzmq_client", reply) };
    services.into_iter().map(pair).collect()
}

/// All at the same time, since they wait most of it.
#[cfg(all(feature = "tokio", feature = "async-io"))]
fn services_outlive_kills(mixes: &[(Language, Language)]) {
    thread::scope(|scope| {
        for mix in mixes {
            for pair in services(mix.0) {
                scope.spawn(move || pair.outlives_kills(&[*mix]));
            }
        }
    });
}

#[cfg(all(feature = "tokio", feature = "async-io"))]
#[test]
fn async_services_and_their_clients_outlive_one_another() {
    services_outlive_kills(&RUST_ALONE);
}

#[cfg(all(feature = "tokio", feature = "async-io"))]
#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn async_services_and_their_clients_outlive_one_another_in_every_mix() {
    services_outlive_kills(&WITH_PYTHON);
}

fn secure_programs_outlive_kills(mixes: &[(Language, Language)]) {
    let Some((directory, client)) = certificates() else { return };
    let pair = Asking {
        service: secure_server(directory.path(), client),
        client: secure_client(directory.path()),
        reply: "Received reply: Secure message received.",
        kills: KILLS,
    };
    pair.outlives_kills(mixes);
}

#[test]
fn secure_programs_outlive_one_another() {
    secure_programs_outlive_kills(&RUST_ALONE);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn secure_programs_outlive_one_another_in_every_mix() {
    secure_programs_outlive_kills(&WITH_PYTHON);
}

/// Every client asks a REP that takes the request and dies. (That it dies at this moment cannot be had by killing.)
fn clients_say_so(language: Language) {
    let clients = [
        ("client", "timed out"),
        ("req_rep_client", "timed out"),
        ("pyzmq_client", "timed out"),
        ("error_handling", "Is there a server at "),
    ];
    let mut asked = clients.map(|(client, says)| {
        let context = Context::new().unwrap();
        let builder = context.socket::<Rep>().receive_timeout(PATIENCE);
        let rep = builder.bind("tcp://127.0.0.1:*").unwrap();
        let program = start(language, client, rep.last_endpoint().unwrap().as_str());
        rep.recv().unwrap_or_else(|error| panic!("{client} has sent no request: {error}"));
        (program, if language == Python && says == "timed out" { "no reply within 10 seconds" } else { says })
    });
    for (program, says) in &mut asked {
        let (status, lines) = program.end(PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        let said = lines.join("\n") + program.stderr();
        assert!(status.code() == Some(1) && said.contains(*says), "{status}: {said}");
    }
}

#[test]
fn a_client_whose_server_dies_with_its_request_says_so() {
    clients_say_so(Rust);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_client_whose_server_dies_with_its_request_says_so_in_python() {
    clients_say_so(Python);
}

/// Reads so many lines, all of them the same; first those that were on their way before a kill.
fn prints_again(program: &mut Program, text: &str) -> Result<()> {
    while let Some(line) = program.line_within(A_WHILE) {
        assert_eq!(line, text);
    }
    (0..3).try_for_each(|_| program.expect_line(text))
}

fn subscriber_outlives_publishers((publishes, listens): (Language, Language)) {
    let weather = "Topic: weather, Message: Sunny today.";
    at_a_free_port(|endpoint| {
        let mut subscriber = start(listens, "pub_sub_subscriber", endpoint);
        for _ in 0..KILLS {
            let mut publisher = start(publishes, "pub_sub_publisher", endpoint);
            subscriber
                .expect_line(weather)
                .map_err(|error| explained(error, [&mut subscriber, &mut publisher]))?;
            a_moment(publishes);
        }
        let mut publisher = start(publishes, "pub_sub_publisher", endpoint);
        let outcome = prints_again(&mut subscriber, weather);
        outcome.map_err(|error| explained(error, [&mut subscriber, &mut publisher]))
    });
}

fn publisher_outlives_subscribers((publishes, listens): (Language, Language)) {
    at_a_free_port(|endpoint| {
        let mut publisher = start(publishes, "pub_sub_publisher", endpoint);
        for _ in 0..KILLS {
            let subscribers = [0; 3].map(|_| start(listens, "pub_sub_subscriber", endpoint));
            for subscriber in subscribers {
                a_moment(listens);
                drop(subscriber);
            }
        }
        let mut subscriber = start(listens, "pub_sub_subscriber", endpoint);
        let outcome = subscriber.expect_line("Topic: weather, Message: Sunny today.");
        outcome.map_err(|error| explained(error, [&mut subscriber, &mut publisher]))
    });
}

#[test]
fn publisher_and_subscriber_outlive_one_another() {
    RUST_ALONE.into_iter().for_each(subscriber_outlives_publishers);
    RUST_ALONE.into_iter().for_each(publisher_outlives_subscribers);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn publisher_and_subscriber_outlive_one_another_in_every_mix() {
    WITH_PYTHON.into_iter().for_each(subscriber_outlives_publishers);
    WITH_PYTHON.into_iter().for_each(publisher_outlives_subscribers);
}

fn consumer_outlives_producers((produces, consumes): (Language, Language)) {
    at_a_free_port(|endpoint| {
        let mut consumer = start(consumes, "push_pull_consumer", endpoint);
        for _ in 0..KILLS {
            let _killed = start(produces, "push_pull_producer", endpoint);
            a_moment(produces);
        }
        let mut producer = start(produces, "push_pull_producer", endpoint);
        let mut play = || {
            producer.end_well(PATIENCE)?;
            // Those that were killed may have sent some. What one sends arrives in order.
            let mut next = 0;
            while next < 10 {
                let line = consumer.line()?;
                let number = line.strip_prefix("Received task: Task ").and_then(|number| number.parse().ok());
                next = if number == Some(next) { next + 1 } else { 1 };
            }
            Ok(())
        };
        let outcome = play();
        outcome.map_err(|error| explained(error, [&mut producer, &mut consumer]))
    });
}

fn producer_outlives_consumers((produces, consumes): (Language, Language)) {
    at_a_free_port(|endpoint| {
        let mut producer = start(produces, "push_pull_producer", endpoint);
        for _ in 0..KILLS {
            let _killed = start(consumes, "push_pull_consumer", endpoint);
            a_moment(consumes);
        }
        let _consumer = start(consumes, "push_pull_consumer", endpoint);
        let outcome = producer.end_well(PATIENCE);
        let lines = outcome.map_err(|error| explained(error, [&mut producer]))?;
        assert_eq!(lines, (0..10).map(|number| format!("Sent task: Task {number}")).collect::<Vec<_>>());
        Ok(())
    });
}

#[test]
fn producer_and_consumer_outlive_one_another() {
    RUST_ALONE.into_iter().for_each(consumer_outlives_producers);
    RUST_ALONE.into_iter().for_each(producer_outlives_consumers);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn producer_and_consumer_outlive_one_another_in_every_mix() {
    WITH_PYTHON.into_iter().for_each(consumer_outlives_producers);
    WITH_PYTHON.into_iter().for_each(producer_outlives_consumers);
}

fn queue_outlives_workers((pushes, pulls): (Language, Language)) {
    at_a_free_port(|endpoint| {
        let mut push = start_with(pushes, "distributed_task_queue_push", endpoint, Some(BRIEF.as_ref()));
        let start_worker = || start(pulls, "distributed_task_queue_pull", endpoint);
        let mut stays = start_worker();
        // The producer waits for the first worker, and is in the middle of its tasks from now on.
        let first = stays.line().map_err(|error| explained(error, [&mut push, &mut stays]))?;
        for _ in 0..KILLS {
            let _killed = start_worker();
            a_moment(pulls);
        }
        let mut play = || {
            let mut sent = tasks(&push.end_well(PATIENCE)?, "Sent task: ");
            // The last goes to the worker that is left: others are gone by then, or have got theirs.
            let mut received = vec![first.clone()];
            while let Some(line) = stays.line_within(5 * A_WHILE) {
                received.push(line);
            }
            received.extend(stopped(&mut stays, true)?);
            let mut received = tasks(&received, "Received task: ");
            let number = received.len();
            received.sort();
            received.dedup();
            assert_eq!(received.len(), number, "a task was received twice");
            sent.sort();
            assert_eq!(sent, hundred_tasks());
            assert!(number > 1, "the worker that was not killed got nothing more");
            Ok(())
        };
        let outcome = play();
        outcome.map_err(|error| explained(error, [&mut push, &mut stays]))
    });
}

fn worker_outlives_queues((pushes, pulls): (Language, Language)) {
    at_a_free_port(|endpoint| {
        let mut worker = start(pulls, "distributed_task_queue_pull", endpoint);
        for _ in 0..KILLS {
            let _killed = start_with(pushes, "distributed_task_queue_push", endpoint, Some(BRIEF.as_ref()));
            a_moment(pushes);
        }
        let mut push = start_with(pushes, "distributed_task_queue_push", endpoint, Some(BRIEF.as_ref()));
        let mut play = || {
            let sent = tasks(&push.end_well(PATIENCE)?, "Sent task: ");
            // Those that were killed may have sent some.
            let mut received = Vec::new();
            while !received.ends_with(&sent) {
                received.extend(tasks(&[worker.line()?], "Received task: "));
            }
            Ok(())
        };
        let outcome = play();
        outcome.map_err(|error| explained(error, [&mut push, &mut worker]))
    });
}

#[test]
fn task_queue_and_workers_outlive_one_another() {
    RUST_ALONE.into_iter().for_each(queue_outlives_workers);
    RUST_ALONE.into_iter().for_each(worker_outlives_queues);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn task_queue_and_workers_outlive_one_another_in_every_mix() {
    WITH_PYTHON.into_iter().for_each(queue_outlives_workers);
    WITH_PYTHON.into_iter().for_each(worker_outlives_queues);
}

/// An interval between heartbeats, in seconds.
const HEARTBEAT: &str = "0.2";

fn heartbeats_outlive_kills((binds, connects): (Language, Language)) {
    let connecting = end("heartbeat_server", [line("Received: PONG")], Then::Repeats).with(HEARTBEAT);
    let binding = end("heartbeat_client", [line("Received: PING")], Then::Repeats).with(HEARTBEAT);
    at_a_free_port(|endpoint| {
        let mut pinging = connecting.start(connects, endpoint);
        for _ in 0..KILLS {
            let mut ponging = binding.start(binds, endpoint);
            let outcome = prints_again(&mut pinging, "Received: PONG");
            outcome.map_err(|error| explained(error, [&mut pinging, &mut ponging]))?;
            a_moment(binds);
        }
        drop(pinging);
        let mut ponging = binding.start(binds, endpoint);
        for _ in 0..KILLS {
            let mut pinging = connecting.start(connects, endpoint);
            let outcome = prints_again(&mut ponging, "Received: PING");
            outcome.map_err(|error| explained(error, [&mut pinging, &mut ponging]))?;
            a_moment(connects);
        }
        Ok(())
    });
}

/// Lets the program go on for so long, whatever it says; less if it ends.
fn goes_on(program: &mut Program, time: Duration) {
    let deadline = Instant::now() + time;
    while let Some(left) = deadline.checked_duration_since(Instant::now())
        && program.line_within(left).is_some()
    {}
}

/// Either is frozen, and thawed when the other has had the time to notice.
fn heartbeats_outlive_frost((binds, connects): (Language, Language)) {
    let connecting = end("heartbeat_server", [line("Received: PONG")], Then::Repeats).with(HEARTBEAT);
    let binding = end("heartbeat_client", [line("Received: PING")], Then::Repeats).with(HEARTBEAT);
    at_a_free_port(|endpoint| {
        let mut ponging = binding.start(binds, endpoint);
        let mut pinging = connecting.start(connects, endpoint);
        let mut play = || {
            for _ in 0..KILLS {
                pinging.expect_line("Received: PONG")?;
                ponging.signal(Signal::SIGSTOP);
                goes_on(&mut pinging, Duration::from_secs(1).mul_f64(fastrand::f64()));
                ponging.signal(Signal::SIGCONT);
                prints_again(&mut pinging, "Received: PONG")?;
                pinging.signal(Signal::SIGSTOP);
                goes_on(&mut ponging, Duration::from_secs(1).mul_f64(fastrand::f64()));
                pinging.signal(Signal::SIGCONT);
                prints_again(&mut ponging, "Received: PING")?;
            }
            Ok(())
        };
        let outcome = play();
        outcome.map_err(|error| explained(error, [&mut pinging, &mut ponging]))
    });
}

#[test]
fn heartbeat_programs_outlive_one_another() {
    RUST_ALONE.into_iter().for_each(heartbeats_outlive_kills);
    RUST_ALONE.into_iter().for_each(heartbeats_outlive_frost);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn heartbeat_programs_outlive_one_another_in_every_mix() {
    WITH_PYTHON.into_iter().for_each(heartbeats_outlive_kills);
    WITH_PYTHON.into_iter().for_each(heartbeats_outlive_frost);
}

fn connection_management_outlives_kills((serves, connects): (Language, Language)) {
    let managing = end("connection_management", [], Then::Repeats).with(HEARTBEAT);
    at_a_free_port(|endpoint| {
        let mut survivor = managing.start(connects, endpoint);
        let mut play = || {
            for _ in 0..KILLS {
                let _killed = start(serves, "server", endpoint);
                a_moment(serves);
            }
            let mut server = start(serves, "server", endpoint);
            expect_among(&mut survivor, "Received: World, HEARTBEAT!")?;
            for _ in 0..KILLS {
                let _killed = managing.start(connects, endpoint);
                a_moment(connects);
            }
            prints_again(&mut server, "Received request: HEARTBEAT")?;
            stopped(&mut survivor, false).map(drop)
        };
        let outcome = play();
        outcome.map_err(|error| explained(error, [&mut survivor]))
    });
}

#[test]
fn connection_management_and_its_server_outlive_one_another() {
    RUST_ALONE.into_iter().for_each(connection_management_outlives_kills);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn connection_management_and_its_server_outlive_one_another_in_every_mix() {
    WITH_PYTHON.into_iter().for_each(connection_management_outlives_kills);
}

/// Has the programs that this test starts begin with Ctrl-C as the system handles it. A program inherits it if a signal is
/// ignored, as shells have Ctrl-C for what they run in the background; what is handled, it does not. The handler does what
/// would happen without it.
fn ctrl_c_is_not_ignored() {
    let always = Arc::new(AtomicBool::new(true));
    signal_hook::flag::register_conditional_default(signal_hook::consts::SIGINT, always).unwrap();
}

/// Clients that ask once have nothing to clean up: Ctrl-C ends them at once.
fn ctrl_c_ends_clients(language: Language) {
    use std::os::unix::process::ExitStatusExt;
    ctrl_c_is_not_ignored();
    for client in ["client", "req_rep_client", "pyzmq_client", "error_handling"] {
        let context = Context::new().unwrap();
        let builder = context.socket::<Rep>().receive_timeout(PATIENCE);
        let rep = builder.bind("tcp://127.0.0.1:*").unwrap();
        let mut program = start(language, client, rep.last_endpoint().unwrap().as_str());
        let _replying = rep.recv().unwrap_or_else(|error| panic!("{client} has sent no request: {error}"));
        program.signal(Signal::SIGINT);
        let (status, lines) = program.end(PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((status.signal(), lines, program.stderr()), (Some(2), Vec::new(), ""), "{client}");
    }
}

#[test]
fn a_client_ends_at_ctrl_c() {
    ctrl_c_ends_clients(Rust);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_client_in_python_ends_at_ctrl_c() {
    ctrl_c_ends_clients(Python);
}
