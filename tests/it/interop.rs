//! The examples and their Python twins, in every mix of the two languages, as processes and line by line.

use std::net::{Ipv4Addr, TcpListener};

use ferromq::{Context, Req};

use crate::patience::PATIENCE;
use crate::process::{Program, Result, explained, python_script, rust_example};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Language {
    Rust,
    Python,
}

use Language::{Python, Rust};

/// One of a pair of programs.
struct End {
    program: &'static str,
    prints: Vec<Line>,
    then: Then,
}

enum Line {
    Exactly(String),
    /// A text that ends in the local time.
    Time(&'static str),
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
    End { program, prints: prints.into_iter().collect(), then }
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

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_bad_endpoint_is_an_error_of_one_line() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let in_use = format!("tcp://{}", taken.local_addr().unwrap());
    let servers = ["server", "req_rep_server", "pub_sub_publisher", "push_pull_producer"];
    let clients = ["client", "req_rep_client", "pub_sub_subscriber", "push_pull_consumer"];
    let malformed = ["nonsense", "tcp://localhost", "tcp://localhost:port", "carrier-pigeon://coop"];
    for language in [Rust, Python] {
        for program in servers {
            fails_in_one_line(language, program, &in_use, "ddress already in use");
        }
        for (program, endpoint) in servers.into_iter().chain(clients).zip(malformed.into_iter().cycle()) {
            fails_in_one_line(language, program, endpoint, endpoint);
        }
    }
}

fn fails_in_one_line(language: Language, program: &str, endpoint: &str, says: &str) {
    let mut program = start(language, program, endpoint);
    let (status, lines) = program.end(PATIENCE).unwrap_or_else(|error| panic!("{error}"));
    let error = program.stderr();
    let one_line = error.ends_with('\n') && error.lines().count() == 1;
    assert!(
        one_line && error.contains(says),
        "{language:?} {endpoint}: expected one line on {says:?}:\n{error}"
    );
    assert_eq!((status.code(), lines), (Some(1), Vec::new()), "{language:?} {endpoint}");
}

/// Runs the pair with each end in each language. Those that do not end by themselves are stopped by Ctrl-C in
/// two of the mixes and by SIGTERM in the others, so that each program has met both.
fn in_every_mix(binds: &End, connects: &End) {
    for (server, client) in [(Rust, Python), (Python, Rust), (Rust, Rust), (Python, Python)] {
        let by_ctrl_c = server == client;
        at_a_free_port(|endpoint| {
            let mut programs =
                [start(server, binds.program, endpoint), start(client, connects.program, endpoint)];
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
    fn prints_its_lines(&self, program: &mut Program) -> Result<()> {
        self.prints.iter().try_for_each(|expected| match expected {
            Line::Exactly(line) => program.expect_line(line),
            Line::Time(text) => program.line().map(|line| tells_the_local_time(&line, text)),
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
    program.end_well(std::time::Duration::from_secs(5))
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
    let mut command = match language {
        Rust => rust_example(program),
        Python => python_script(format!("examples/python/{program}.py")),
    };
    command.arg(endpoint);
    Program::start(format!("the {program} in {language:?}"), command)
}

/// Runs a test at a port of this machine that was free a moment ago, and again if somebody else has got it meanwhile.
fn at_a_free_port(test: impl Fn(&str) -> Result<()>) {
    let attempt = || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        drop(listener);
        test(&format!("tcp://{address}"))
    };
    let mut outcome = attempt();
    for _ in 0..3 {
        match &outcome {
            Err(error) if error.contains("ddress already in use") => outcome = attempt(),
            _ => break,
        }
    }
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
