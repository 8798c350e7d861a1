//! The examples and their Python twins, in every mix of the two languages, as processes and line by line.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use ferromq::security::Certificate;
use ferromq::{Capability, Context, PublicKey, Push, Req, has};

use crate::link::{Directory, NOBODY, free_endpoint};
use crate::patience::{A_WHILE, PATIENCE, repetitions, until};
use crate::process::{Program, Result, explained, python_script, rust_example};

#[cfg(unix)]
mod frozen;
#[cfg(feature = "log")]
mod logs;
#[cfg(unix)]
mod restarts;
#[cfg(all(unix, feature = "tokio", feature = "async-io"))]
mod services;
#[cfg(feature = "trace")]
mod traced;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Language {
    Rust,
    Python,
}

use Language::{Python, Rust};

/// The language of the end that binds, and of the one that connects.
const EACH_MIX: [(Language, Language); 4] = [(Rust, Python), (Python, Rust), (Rust, Rust), (Python, Python)];

/// One of a pair of programs.
struct End {
    program: &'static str,
    /// What it is given behind the endpoint.
    argument: Option<OsString>,
    prints: Vec<Line>,
    then: Then,
}

enum Line {
    Exactly(String),
    /// A text that ends in the local time.
    Time(&'static str),
    /// A text behind which another program may know more.
    Begins(String),
}

/// What a program does once it has printed its lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// It ends by itself.
    Ends,
    /// It prints nothing more until it is stopped.
    Waits,
    /// It goes on printing the same until it is stopped.
    Repeats,
}

fn line(text: impl Into<String>) -> Line {
    Line::Exactly(text.into())
}

fn end(program: &'static str, prints: impl IntoIterator<Item = Line>, then: Then) -> End {
    End { program, argument: None, prints: prints.into_iter().collect(), then }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn server_and_client_print_the_request_and_the_reply() {
    in_every_mix(
        &end("server", [line("Received request: Hello")], Then::Waits),
        &end("client", [line("Received reply: World, Hello!")], Then::Ends),
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn req_rep_client_learns_the_time() {
    in_every_mix(
        &end("req_rep_server", [line("Received request: What's the time?")], Then::Waits),
        &end("req_rep_client", [Line::Time("Received reply: The time is ")], Then::Ends),
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pub_sub_subscriber_prints_what_is_repeated() {
    let weather = || line("Topic: weather, Message: Sunny today.");
    in_every_mix(
        &end("pub_sub_publisher", [], Then::Waits),
        &end("pub_sub_subscriber", [weather(), weather()], Then::Repeats),
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn push_pull_consumer_gets_all_tasks_of_a_producer_that_ends() {
    in_every_mix(
        &end("push_pull_producer", (0..10).map(|n| line(format!("Sent task: Task {n}"))), Then::Ends),
        &end("push_pull_consumer", (0..10).map(|n| line(format!("Received task: Task {n}"))), Then::Waits),
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn error_handling_gets_its_reply_and_tells_what_went_wrong_before() {
    let reply = "Received reply: World, Hello!";
    for (serves, asks) in EACH_MIX {
        at_a_free_port(|endpoint| {
            let mut asking = start(asks, "error_handling", endpoint);
            let mut line = asking.line()?;
            assert!(line.starts_with("ZMQ Error: "), "{line}");
            let mut server = start(serves, "server", endpoint);
            while line != reply {
                assert!(line.starts_with("ZMQ Error: ") || line == "Asking again.", "{line}");
                line = asking.line().map_err(|error| explained(error, [&mut asking, &mut server]))?;
            }
            asking.end_well(PATIENCE).map(drop)
        });
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn error_handling_knows_what_time_cannot_mend() {
    for language in [Rust, Python] {
        let mut program = start(language, "error_handling", "tcp://localhost");
        let (status, lines) = program.end(PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        let [error, advice] = &lines[..] else { panic!("{lines:?}") };
        assert!(error.starts_with("ZMQ Error: ") && error.contains("tcp://localhost"), "{error}");
        assert_eq!(advice, "An endpoint reads like tcp://localhost:5555.");
        assert_eq!((status.code(), program.stderr()), (Some(1), ""));

        let mut program = start(language, "error_handling", NOBODY);
        let (status, lines) = program.end(PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        let errors = lines.iter().filter(|line| line.starts_with("ZMQ Error: ")).count();
        let again = lines.iter().filter(|line| *line == "Asking again.").count();
        let advice = format!("Is there a server at {NOBODY}?");
        assert_eq!((lines.len(), errors, again, lines.last()), (6, 3, 2, Some(&advice)), "{lines:?}");
        assert_eq!((status.code(), program.stderr()), (Some(1), ""));
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn connection_management_tells_its_state_and_sends_heartbeats() {
    for (serves, connects) in EACH_MIX {
        at_a_free_port(|endpoint| {
            let interval = Some("0.3".as_ref());
            let mut managing = start_with(connects, "connection_management", endpoint, interval);
            let mut play = || {
                // Nobody is there.
                expect_among(&mut managing, "Connection: connecting")?;
                expect_among(&mut managing, "Heartbeat failed, connection may be lost.")?;
                let mut server = start(serves, "server", endpoint);
                expect_among(&mut managing, "Connection: ready, 1 peer")?;
                for _ in 0..2 {
                    server.expect_line("Received request: HEARTBEAT")?;
                    managing.expect_line("Received: World, HEARTBEAT!")?;
                }
                drop(server);
                expect_among(&mut managing, "Connection: disconnected")?;
                expect_among(&mut managing, "Heartbeat failed, connection may be lost.")?;
                let mut server = start(serves, "server", endpoint);
                expect_among(&mut managing, "Connection: ready, 1 peer")?;
                server.expect_line("Received request: HEARTBEAT")?;
                expect_among(&mut managing, "Received: World, HEARTBEAT!")?;
                stopped(&mut managing, serves == connects).map(drop)
            };
            let outcome = play();
            outcome.map_err(|error| explained(error, [&mut managing]))
        });
    }
}

/// Reads lines until one begins so.
fn expect_among(program: &mut Program, text: &str) -> Result<()> {
    while !program.line()?.starts_with(text) {}
    Ok(())
}

/// All the tasks of §4.1, sorted.
fn hundred_tasks() -> Vec<String> {
    let mut tasks: Vec<_> = (0..100).map(|number| format!("Task {number}")).collect();
    tasks.sort();
    tasks
}

/// The longest interval between two tasks of §4.1, in seconds.
const BRIEF: &str = "0.02";

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn distributed_task_queue_hands_out_each_task_once_in_random_order() {
    for (pushes, pulls) in EACH_MIX {
        at_a_free_port(|endpoint| {
            let mut push = start_with(pushes, "distributed_task_queue_push", endpoint, Some(BRIEF.as_ref()));
            let mut pull = start(pulls, "distributed_task_queue_pull", endpoint);
            let mut play = || {
                let sent = tasks(&push.end_well(PATIENCE)?, "Sent task: ");
                let received = (0..100).map(|_| pull.line()).collect::<Result<Vec<_>>>()?;
                assert_eq!(tasks(&received, "Received task: "), sent);
                assert_eq!(stopped(&mut pull, pushes == pulls)?, Vec::<String>::new());
                let mut sorted = sent.clone();
                sorted.sort();
                assert_eq!(sorted, hundred_tasks());
                let numbers = sent.iter().map(|task| task["Task ".len()..].parse::<u32>().unwrap());
                assert!(!numbers.is_sorted(), "that is no random order");
                Ok(())
            };
            let outcome = play();
            outcome.map_err(|error| explained(error, [&mut push, &mut pull]))
        });
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn distributed_task_queue_shares_its_tasks_among_workers_in_both_languages() {
    for language in [Rust, Python] {
        at_a_free_port(|endpoint| {
            let workers = [Rust, Python, Rust, Python];
            let mut workers =
                workers.map(|language| start(language, "distributed_task_queue_pull", endpoint));
            until_each_works(&mut workers, endpoint)?;
            let mut push =
                start_with(language, "distributed_task_queue_push", endpoint, Some(BRIEF.as_ref()));
            let mut received = Vec::new();
            let mut play = || {
                push.end_well(PATIENCE)?;
                until("a hundred tasks", || {
                    for worker in &mut workers {
                        let line = worker.line_within(Duration::ZERO);
                        received.extend(line.filter(|line| line != STARTED));
                    }
                    (received.len() == 100).then_some(())
                });
                workers.iter_mut().try_for_each(|worker| {
                    let more = stopped(worker, true)?;
                    assert!(more.iter().all(|line| line == STARTED), "printed more: {more:?}");
                    Ok(())
                })
            };
            let outcome = play();
            outcome.map_err(|error| explained(error, workers.iter_mut().chain([&mut push])))?;
            let mut received = tasks(&received, "Received task: ");
            received.sort();
            assert_eq!(received, hundred_tasks());
            Ok(())
        });
    }
}

/// What a worker prints of the task that it is given by [`until_each_works`].
const STARTED: &str = "Received task: started";

/// Gives each of the workers a task: by then it handles signals, however long it took to start.
fn until_each_works(workers: &mut [Program], endpoint: &str) -> Result<()> {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().bind(endpoint).map_err(|error| error.to_string())?;
    let mut starting: Vec<_> = workers.iter_mut().collect();
    until("a task for each worker", || {
        let _ = push.send_timeout("started", A_WHILE);
        starting.retain_mut(|worker| worker.line_within(Duration::from_millis(5)).is_none());
        starting.is_empty().then_some(())
    });
    Ok(())
}

/// What follows the same text in each line.
fn tasks(lines: &[String], text: &str) -> Vec<String> {
    let task = |line: &String| line.strip_prefix(text).unwrap_or_else(|| panic!("{line}")).to_owned();
    lines.iter().map(task).collect()
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn heartbeat_server_and_client_print_ping_and_pong() {
    in_every_mix(
        &end("heartbeat_client", [line("Received: PING")], Then::Repeats),
        &end("heartbeat_server", [line("Received: PONG")], Then::Repeats),
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn req_rep_server_replies_to_what_it_does_not_know() {
    for language in [Rust, Python] {
        at_a_free_port(|endpoint| {
            let mut server = start(language, "req_rep_server", endpoint);
            let context = Context::new().unwrap();
            let builder = context.socket::<Req>().receive_timeout(PATIENCE);
            let mut req = builder.connect(endpoint).unwrap();
            for request in ["What's the weather?", ""] {
                let awaiting = req.send(request).expect("a connected REQ sends");
                if let Err(error) = server.expect_line(&format!("Received request: {request}")) {
                    return Err(explained(error, [&mut server]));
                }
                let (reply, ready) = awaiting.recv().expect("the reply to a request that has arrived");
                assert_eq!(reply, "Unknown request.", "{language:?}");
                req = ready;
            }
            Ok(())
        });
    }
}

/// A directory as the secure programs share it, and the client's key; `None` without CURVE.
fn certificates() -> Option<(Directory, PublicKey)> {
    if !has(Capability::Curve) {
        return None;
    }
    let directory = Directory::new();
    let save = |name: &str| {
        let certificate = Certificate::generate().unwrap().with_metadata("name", name).unwrap();
        certificate.save(directory.path().join(format!("{name}.key"))).unwrap();
        certificate
    };
    save("server");
    let client = save("client");
    fs::create_dir(directory.path().join("clients")).unwrap();
    client.save_public(directory.path().join("clients/client.key")).unwrap();
    Some((directory, client.public_key()))
}

fn secure_server(directory: &Path, client: PublicKey) -> End {
    let says_who = Line::Begins(format!("From: {client}"));
    end("secure_server", [line("Received request: Secure request."), says_who], Then::Waits).with(directory)
}

fn secure_client(directory: &Path) -> End {
    end("secure_client", [line("Received reply: Secure message received.")], Then::Ends).with(directory)
}

/// The client gets no reply, and says so.
fn is_refused(client: &End, language: Language, endpoint: &str) -> Result<()> {
    let mut program = client.start(language, endpoint);
    let (status, lines) = program.end(PATIENCE)?;
    assert_eq!((status.code(), lines), (Some(1), Vec::new()));
    let error = program.stderr();
    assert!(error.lines().count() == 1 && error.contains("status 400"), "{error}");
    Ok(())
}

/// The client gets the reply, and the server has printed nothing before what it prints for this client.
fn gets_in(
    client: &End,
    language: Language,
    endpoint: &str,
    server: &End,
    serving: &mut Program,
) -> Result<()> {
    let mut program = client.start(language, endpoint);
    let outcome = client.prints_its_lines(&mut program).and_then(|()| client.ends_well(&mut program, false));
    outcome.map_err(|error| explained(error, [&mut program]))?;
    server.prints_its_lines(serving)
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn secure_server_tells_whom_it_answers() {
    let Some((directory, client)) = certificates() else { return };
    in_every_mix(&secure_server(directory.path(), client), &secure_client(directory.path()));
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn secure_server_answers_nobody_whose_key_it_does_not_have() {
    let (Some((home, client)), Some((elsewhere, _))) = (certificates(), certificates()) else { return };
    fs::copy(home.path().join("server.key"), elsewhere.path().join("server.key")).unwrap();
    let server = secure_server(home.path(), client);
    let [known, unknown] = [home.path(), elsewhere.path()].map(secure_client);
    for (serves, connects) in EACH_MIX {
        at_a_free_port(|endpoint| {
            let mut serving = server.start(serves, endpoint);
            let outcome = gets_in(&known, connects, endpoint, &server, &mut serving)
                .and_then(|()| is_refused(&unknown, connects, endpoint))
                .and_then(|()| gets_in(&known, connects, endpoint, &server, &mut serving));
            outcome.map_err(|error| explained(error, [&mut serving]))
        });
    }
}

#[test]
fn secure_server_follows_its_directory() {
    let Some((directory, client)) = certificates() else { return };
    let server = End {
        prints: vec![line("Received request: Secure request."), line(format!("From: {client} (client)"))],
        ..secure_server(directory.path(), client)
    };
    let connecting = secure_client(directory.path());
    let file = directory.path().join("clients/client.key");
    at_a_free_port(|endpoint| {
        let mut serving = server.start(Rust, endpoint);
        let outcome = gets_in(&connecting, Rust, endpoint, &server, &mut serving)
            .map(|()| fs::remove_file(&file).unwrap())
            .and_then(|()| is_refused(&connecting, Rust, endpoint))
            .map(|()| assert!(fs::copy(directory.path().join("client.key"), &file).is_ok()))
            .and_then(|()| gets_in(&connecting, Rust, endpoint, &server, &mut serving));
        outcome.map_err(|error| explained(error, [&mut serving]))
    });
}

/// Starts the programs one by one, each when the directory is there for the one before, or at the same moment; the
/// server is one of them. Exactly one makes the directory, and every client gets a reply.
fn share_a_new_directory(programs: &[(Language, &str)], at_once: bool) {
    let parent = Directory::new();
    let directory = parent.path().join("made/secure");
    at_a_free_port(|endpoint| {
        let _ = fs::remove_dir_all(parent.path().join("made"));
        let mut running = Vec::new();
        for (language, program) in programs {
            running.push(start_with(*language, program, endpoint, Some(directory.as_os_str())));
            if !at_once {
                until("the directory", || directory.exists().then_some(()));
            }
        }
        let mut outcome = Ok(());
        for ((_, name), program) in programs.iter().zip(&mut running) {
            if *name == "secure_client" {
                outcome = outcome.and_then(|()| {
                    let (status, lines) = program.end(PATIENCE)?;
                    let expected = lines == ["Received reply: Secure message received."];
                    if status.success() && expected { Ok(()) } else { Err(format!("{status}: {lines:?}")) }
                });
            }
        }
        outcome.map_err(|error| explained(error, &mut running))?;
        let told: Vec<String> = running.iter_mut().map(|program| program.stderr().to_owned()).collect();
        let made = format!("Made new certificates in {}\n", directory.display());
        assert_eq!(told.iter().filter(|&told| *told == made).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|told| told.is_empty()).count(), told.len() - 1, "{told:?}");
        assert_eq!(fs::read_dir(parent.path().join("made")).unwrap().count(), 1, "a draft was left");
        Ok(())
    });
    for secret in ["server.key_secret", "client.key_secret"] {
        Certificate::load_private(directory.join(secret)).expect("nobody else can read it");
    }
}

#[test]
fn secure_programs_make_their_directory_whichever_is_first() {
    if certificates().is_some() {
        share_a_new_directory(&[(Rust, "secure_server"), (Rust, "secure_client")], false);
        share_a_new_directory(&[(Rust, "secure_client"), (Rust, "secure_server")], false);
    }
}

#[test]
fn secure_programs_share_the_directory_if_all_start_at_the_same_moment() {
    if certificates().is_some() {
        let mut programs = [(Rust, "secure_client"); 6];
        programs[0].1 = "secure_server";
        for _ in 0..repetitions(5) {
            share_a_new_directory(&programs, true);
        }
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn secure_programs_in_two_languages_share_a_new_directory() {
    if certificates().is_some() {
        for (serves, connects) in EACH_MIX {
            let [server, client] = [(serves, "secure_server"), (connects, "secure_client")];
            share_a_new_directory(&[server, client], false);
            share_a_new_directory(&[client, server], false);
            share_a_new_directory(&[client, server, client, client], true);
        }
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_bad_endpoint_is_an_error_of_one_line() {
    let (_taken, in_use) = in_use();
    let servers = [
        "server",
        "req_rep_server",
        "pub_sub_publisher",
        "push_pull_producer",
        "distributed_task_queue_push",
        "heartbeat_client",
    ];
    let clients = [
        "client",
        "req_rep_client",
        "pub_sub_subscriber",
        "push_pull_consumer",
        "pyzmq_client",
        "distributed_task_queue_pull",
        "heartbeat_server",
        "connection_management",
    ];
    let malformed = ["nonsense", "tcp://localhost", "tcp://localhost:port", "carrier-pigeon://coop"];
    let certificates = certificates();
    for language in [Rust, Python] {
        for program in servers {
            fails_in_one_line(start(language, program, &in_use), "ddress already in use");
        }
        for (program, endpoint) in servers.into_iter().chain(clients).zip(malformed.into_iter().cycle()) {
            fails_in_one_line(start(language, program, endpoint), endpoint);
        }
        if let Some((directory, _)) = &certificates {
            let start = |program, endpoint| {
                start_with(language, program, endpoint, Some(directory.path().as_os_str()))
            };
            fails_in_one_line(start("secure_server", &in_use), "ddress already in use");
            for program in ["secure_server", "secure_client"] {
                fails_in_one_line(start(program, "nonsense"), "nonsense");
            }
        }
    }
}

/// An endpoint that is in use as long as the listener is there.
fn in_use() -> (TcpListener, String) {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let endpoint = format!("tcp://{}", taken.local_addr().unwrap());
    (taken, endpoint)
}

fn fails_in_one_line(mut program: Program, says: &str) {
    let (status, lines) = program.end(PATIENCE).unwrap_or_else(|error| panic!("{error}"));
    let error = program.stderr();
    let one_line = error.ends_with('\n') && error.lines().count() == 1;
    assert!(one_line && error.contains(says), "expected one line on {says:?}:\n{error}");
    assert_eq!((status.code(), lines), (Some(1), Vec::new()), "{error}");
}

/// Runs the pair with each end in each language. Those that do not end by themselves are stopped by Ctrl-C in
/// two of the mixes and by SIGTERM in the others, so that each program has met both.
fn in_every_mix(binds: &End, connects: &End) {
    for (server, client) in EACH_MIX {
        let by_ctrl_c = server == client;
        at_a_free_port(|endpoint| {
            let mut programs = [binds.start(server, endpoint), connects.start(client, endpoint)];
            let [first, second] = &mut programs;
            let outcome = binds
                .prints_its_lines(first)
                .and_then(|()| connects.prints_its_lines(second))
                .and_then(|()| binds.ends_well(first, by_ctrl_c))
                .and_then(|()| connects.ends_well(second, by_ctrl_c));
            outcome.map_err(|error| explained(error, &mut programs))
        });
    }
}

impl End {
    fn with(self, argument: impl Into<OsString>) -> End {
        End { argument: Some(argument.into()), ..self }
    }

    fn start(&self, language: Language, endpoint: &str) -> Program {
        start_with(language, self.program, endpoint, self.argument.as_deref())
    }

    fn prints_its_lines(&self, program: &mut Program) -> Result<()> {
        self.prints.iter().try_for_each(|expected| match expected {
            Line::Exactly(line) => program.expect_line(line),
            Line::Time(text) => program.line().map(|line| tells_the_local_time(&line, text)),
            Line::Begins(text) => program.line().map(|line| assert!(line.starts_with(text), "{line}")),
        })
    }

    fn ends_well(&self, program: &mut Program, by_ctrl_c: bool) -> Result<()> {
        let more = match self.then {
            Then::Ends => program.end_well(PATIENCE)?,
            Then::Waits | Then::Repeats => stopped(program, by_ctrl_c)?,
        };
        let repeated = |line: &String| match self.prints.last() {
            Some(Line::Exactly(last)) => self.then == Then::Repeats && line == last,
            _ => false,
        };
        assert!(more.iter().all(repeated), "{} printed more: {more:?}", self.program);
        Ok(())
    }
}

/// Stops the program by a signal, and returns what it printed last.
#[cfg(unix)]
fn stopped(program: &mut Program, by_ctrl_c: bool) -> Result<Vec<String>> {
    use nix::sys::signal::Signal;
    program.signal(if by_ctrl_c { Signal::SIGINT } else { Signal::SIGTERM });
    program.end_well(PATIENCE)
}

/// There are no signals to send; dropping the program ends it.
#[cfg(not(unix))]
fn stopped(_: &mut Program, _: bool) -> Result<Vec<String>> {
    Ok(Vec::new())
}

/// As Python prints a datetime: 2024-12-31 23:59:59.000001.
fn tells_the_local_time(line: &str, text: &str) {
    let time = line.strip_prefix(text).unwrap_or_else(|| panic!("{line:?} does not begin with {text:?}"));
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00 00:00:00.000000", "{line}");
    let told: jiff::civil::DateTime = time.parse().expect("it has the shape of a time");
    let apart = jiff::Zoned::now().datetime().duration_since(told).unsigned_abs();
    assert!(apart < PATIENCE, "{line}: that is {apart:?} from the local time");
}

fn start(language: Language, program: &str, endpoint: &str) -> Program {
    start_with(language, program, endpoint, None)
}

fn start_with(language: Language, program: &str, endpoint: &str, argument: Option<&OsStr>) -> Program {
    let mut command = match language {
        Rust => rust_example(program),
        Python => python_script(format!("examples/python/{program}.py")),
    };
    command.arg(endpoint).args(argument).env("PYTHONDONTWRITEBYTECODE", "1");
    Program::start(format!("the {program} in {language:?}"), command)
}

/// Runs a test at a port of this machine that was free a moment ago, and again if somebody else has got it meanwhile.
fn at_a_free_port(test: impl Fn(&str) -> Result<()>) {
    let attempt = || test(&free_endpoint());
    let mut outcome = attempt();
    for _ in 0..3 {
        match &outcome {
            Err(error) if error.contains("ddress already in use") => outcome = attempt(),
            _ => break,
        }
    }
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
