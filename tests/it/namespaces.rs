//! Two processes in two network namespaces, joined by a link that is cut and restored: what each pattern promises then, and
//! what the monitor of the side that connects tells.
//!
//! The link is a veth pair. It is cut on the side that is bound, so that the other one loses nothing but the carrier.

use std::env;
use std::io::{BufRead, Write, stderr, stdin};
use std::path::Path;
use std::process::{Command, id};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ferromq::pattern::{Pattern, Receives, Sends};
use ferromq::{Context, Dealer, Message, Monitor, Pub, Pull, Push, Router, RoutingId, Socket, Sub};

use crate::patience::{A_WHILE, PATIENCE, until};
use crate::process::{Program, Result, explained};

/// Which side a process of the test is, if it is not the test itself.
const SIDE: &str = "FERROMQ_TEST_SIDE";
/// Where the side that connects has to connect to.
const ENDPOINT: &str = "FERROMQ_TEST_ENDPOINT";
/// What the lines begin with that are not those of Rust's test harness.
const MARK: &str = "> ";

/// Addresses that are kept for documentation, in a network of their own.
const CONNECTING: &str = "198.51.100.1";
const BOUND: &str = "198.51.100.2";

/// A socket that notices within a second that the link is cut.
macro_rules! attentive {
    ($context:ident, $pattern:ty) => {
        $context
            .socket::<$pattern>()
            .heartbeat_interval(Duration::from_millis(200))
            .heartbeat_timeout(Duration::from_millis(600))
    };
}

/// An attentive socket that tries to connect a few times each second.
macro_rules! persistent {
    ($context:ident, $pattern:ty) => {
        attentive!($context, $pattern)
            .reconnect_interval(Duration::from_millis(50))
            .connect_timeout(Duration::from_millis(300))
    };
}

/// What may be lost is what libzmq had taken out of the queue before it noticed: up to 8 KiB in the engine's buffer, and
/// what the kernel had not brought over. Nothing that was sent after the event `Disconnected` is.
#[test]
#[ignore = "needs to make network namespaces: run by cargo xtask test"]
fn pull_gets_all_that_was_pushed_since_the_loss_was_noticed() {
    play(
        "namespaces::pull_gets_all_that_was_pushed_since_the_loss_was_noticed",
        |context| connect(persistent!(context, Push).open().unwrap(), send),
        |context| bind(attentive!(context, Pull).open().unwrap(), receive),
        |Scene { link, connecting: push, bound: pull }| {
            push.connects()?;
            let mut sent = 0..;
            let mut push_some = |push: &mut Side, number| {
                sent.by_ref().take(number).try_for_each(|n: u32| push.ask(&format!("send {n}")).map(drop))
            };
            push_some(push, 10)?;
            for n in 0..10 {
                pull.expect("recv", &n.to_string())?;
            }

            link.cut();
            push_some(push, 10)?;
            push.loses_the_connection()?;
            pull.events_to("Disconnected")?;
            push_some(push, 100)?;
            push.fails_to_connect()?;
            link.restore();
            push.connects()?;
            push_some(push, 1)?;

            let mut received = Vec::new();
            while received.last() != Some(&120) {
                let n = pull.ask("recv")?;
                received.push(n.parse::<u32>().map_err(|error| format!("{n:?} was received: {error}"))?);
            }
            let first = received.iter().position(|n| *n >= 20).unwrap_or_default();
            let (doubtful, promised) = received.split_at(first);
            check(promised.iter().copied().eq(20..=120), || {
                format!("not each once, in order: {received:?}")
            })?;
            check(doubtful.is_sorted_by(|a, b| a < b), || format!("twice or out of order: {received:?}"))?;
            check(doubtful.iter().all(|n| *n >= 10), || format!("received again: {received:?}"))
        },
    );
}

/// The router sends no heartbeats: it still has the old connection when the dealer comes back under the same routing id.
#[test]
#[ignore = "needs to make network namespaces: run by cargo xtask test"]
fn dealer_comes_back_to_a_router_as_who_it_was() {
    play(
        "namespaces::dealer_comes_back_to_a_router_as_who_it_was",
        |context| {
            let id = RoutingId::new("dealer").unwrap();
            connect(persistent!(context, Dealer).routing_id(id).open().unwrap(), |dealer, command| {
                if command == "recv" { receive(dealer, command) } else { send(dealer, command) }
            });
        },
        |context| {
            bind(context.socket::<Router>().mandatory(true).handover(true).open().unwrap(), |router, _| {
                let (dealer, request) = router.recv_from_timeout(PATIENCE).unwrap();
                let told = format!("{} asks {}", String::from_utf8_lossy(dealer.as_bytes()), text(&request));
                router.send_to(&dealer, format!("answer to {}", text(&request))).unwrap();
                told
            });
        },
        |Scene { link, connecting: dealer, bound: router }| {
            let answered = |dealer: &mut Side, router: &mut Side, request: &str| {
                router.expect("answer", &format!("dealer asks {request}"))?;
                dealer.expect("recv", &format!("answer to {request}"))
            };
            dealer.connects()?;
            dealer.ask("send first")?;
            answered(dealer, router, "first")?;

            link.cut();
            dealer.loses_the_connection()?;
            dealer.ask("send second")?;
            dealer.fails_to_connect()?;
            link.restore();
            dealer.connects()?;
            answered(dealer, router, "second")?;
            dealer.ask("send third")?;
            answered(dealer, router, "third")
        },
    );
}

#[test]
#[ignore = "needs to make network namespaces: run by cargo xtask test"]
fn sub_subscribes_again_and_misses_what_was_published_meanwhile() {
    play(
        "namespaces::sub_subscribes_again_and_misses_what_was_published_meanwhile",
        |context| connect(persistent!(context, Sub).subscribe("news").open().unwrap(), receive),
        |context| bind(attentive!(context, Pub).open().unwrap(), send),
        |Scene { link, connecting: subscriber, bound: publisher }| {
            subscriber.connects()?;
            hears(subscriber, publisher, "before")?;

            link.cut();
            subscriber.loses_the_connection()?;
            publisher.events_to("Disconnected")?;
            for _ in 0..10 {
                publisher.ask("send news meanwhile")?;
            }
            subscriber.fails_to_connect()?;
            link.restore();
            subscriber.connects()?;
            hears(subscriber, publisher, "after")
        },
    );
}

/// The publisher has the subscription, and everything that it publishes from now on arrives, and nothing else.
fn hears(subscriber: &mut Side, publisher: &mut Side, when: &str) -> Result<()> {
    let first = until("a message that the subscriber receives", || {
        let heard = publisher.ask(&format!("send news {when}")).and_then(|_| subscriber.ask("try"));
        heard.map(|heard| Some(heard).filter(|heard| heard != NOTHING)).transpose()
    })?;
    check(first == format!("news {when}"), || format!("{first:?} was received first"))?;
    publisher.ask("send olds")?;
    for n in 0..10 {
        publisher.ask(&format!("send news {n}"))?;
    }
    // Some of the first messages may be on their way still.
    let mut next = first.clone();
    while next == first {
        next = subscriber.ask("recv")?;
    }
    check(next == "news 0", || format!("{next:?} was received instead of the first"))?;
    (1..10).try_for_each(|n| subscriber.expect("recv", &format!("news {n}")))
}

fn check(fulfilled: bool, complaint: impl FnOnce() -> String) -> Result<()> {
    if fulfilled { Ok(()) } else { Err(complaint()) }
}

/// What a side says that has received nothing.
const NOTHING: &str = "nothing";

fn text(message: &Message) -> String {
    message.iter().map(|frame| String::from_utf8_lossy(frame.as_ref())).collect()
}

fn send<P: Sends>(socket: &Socket<P>, command: &str) -> String {
    let message = command.strip_prefix("send ").expect("the command is to send");
    socket.send_timeout(message, PATIENCE).unwrap();
    "sent".to_owned()
}

fn receive<P: Receives>(socket: &Socket<P>, command: &str) -> String {
    let patience = if command == "try" { A_WHILE } else { PATIENCE };
    match socket.recv_timeout(patience) {
        Ok(message) => text(&message),
        Err(_) if command == "try" => NOTHING.to_owned(),
        Err(error) => panic!("{error}"),
    }
}

/// The process that connects.
fn connect<P: Pattern>(socket: Socket<P>, act: impl Fn(&Socket<P>, &str) -> String) {
    let monitor = socket.monitor().unwrap();
    socket.connect(env::var(ENDPOINT).expect("the test says where").as_str()).unwrap();
    say("connecting");
    obey(&socket, &monitor, act);
}

/// The process that is bound.
fn bind<P: Pattern>(socket: Socket<P>, act: impl Fn(&Socket<P>, &str) -> String) {
    let monitor = socket.monitor().unwrap();
    socket.bind(format!("tcp://{BOUND}:*").as_str()).unwrap();
    say(socket.last_endpoint().unwrap().as_str());
    obey(&socket, &monitor, act);
}

/// Does what each line of stdin says, and says what became of it, until stdin ends.
fn obey<P: Pattern>(socket: &Socket<P>, monitor: &Monitor, act: impl Fn(&Socket<P>, &str) -> String) {
    for command in stdin().lock().lines().map_while(std::io::Result::ok) {
        match command.as_str() {
            "event" => {
                let kind = format!("{:?}", monitor.recv_timeout(PATIENCE).expect("an event").kind());
                say(kind.split(' ').next().unwrap_or_default());
            }
            _ => say(&act(socket, &command)),
        }
    }
}

fn say(line: &str) {
    println!("\n{MARK}{line}");
}

/// A process of the test, as the test sees it.
struct Side(Program);

impl Side {
    fn start(test: &str, side: &str, namespace: &Namespace, endpoint: &str) -> Side {
        let mut command = Command::new("ip");
        command
            .args(["netns", "exec", &namespace.0])
            .arg(env::current_exe().expect("the operating system knows where this test is"))
            .args([test, "--exact", "--include-ignored", "--nocapture"])
            .env(SIDE, side)
            .env(ENDPOINT, endpoint);
        Side(Program::start(format!("the {side} side"), command))
    }

    fn line(&mut self) -> Result<String> {
        loop {
            if let Some(line) = self.0.line()?.strip_prefix(MARK) {
                return Ok(line.to_owned());
            }
        }
    }

    fn ask(&mut self, command: &str) -> Result<String> {
        self.0.tell(command)?;
        self.line().map_err(|error| format!("{error}, being told to {command:?}"))
    }

    fn expect(&mut self, command: &str, expected: &str) -> Result<()> {
        let line = self.ask(command)?;
        check(line == expected, || format!("{command:?} gave {line:?} instead of {expected:?}"))
    }

    /// The names of the monitor's next events up to this one.
    fn events_to(&mut self, last: &str) -> Result<Vec<String>> {
        let deadline = Instant::now() + PATIENCE;
        let mut events = Vec::new();
        while events.last().is_none_or(|event| event != last) {
            check(Instant::now() < deadline, || {
                format!(
                    "no {last} within {PATIENCE:?}, but {} events: {:?}...",
                    events.len(),
                    &events[..events.len().min(9)]
                )
            })?;
            let event = self.ask("event").map_err(|error| format!("{error}, after {events:?}"))?;
            events.push(event);
        }
        Ok(events)
    }

    /// It connects, after any number of attempts that fail.
    fn connects(&mut self) -> Result<()> {
        let mut events = self.events_to("Connected")?;
        events.pop();
        let attempts = ["ConnectDelayed", "Closed", "ConnectRetried"];
        check(events.iter().all(|event| attempts.contains(&event.as_str())), || {
            format!("the monitor told {events:?} before Connected")
        })?;
        self.expect("event", "HandshakeSucceeded")
    }

    fn loses_the_connection(&mut self) -> Result<()> {
        self.expect("event", "Disconnected")?;
        self.expect("event", "ConnectRetried")
    }

    /// One attempt to connect ends, and another is to follow.
    fn fails_to_connect(&mut self) -> Result<()> {
        let events = self.events_to("ConnectRetried")?;
        check(events == ["ConnectDelayed", "Closed", "ConnectRetried"], || {
            format!("the monitor told {events:?} of an attempt without a link")
        })
    }
}

/// The processes of a test. They are gone before their namespaces.
struct Scene {
    connecting: Side,
    bound: Side,
    link: Link,
}

/// Runs the test, or the side of it that this process is.
fn play(
    test: &str,
    connect: impl FnOnce(&Context),
    bind: impl FnOnce(&Context),
    story: impl FnOnce(&mut Scene) -> Result<()>,
) {
    match env::var(SIDE).as_deref() {
        Ok("connecting") => return connect(&Context::new().unwrap()),
        Ok(_) => return bind(&Context::new().unwrap()),
        Err(_) => {}
    }
    let link = match Link::new() {
        Ok(link) => link,
        Err(reason) => {
            // Not `eprintln!`, which the test harness shows of tests that fail only.
            let _ = writeln!(stderr(), "SKIPPED {test}: {reason}");
            return;
        }
    };
    let mut bound = Side::start(test, "bound", &link.bound, "");
    let endpoint = bound.line().unwrap_or_else(|error| panic!("{}", explained(error, [&mut bound.0])));
    let connecting = Side::start(test, "connecting", &link.connecting, &endpoint);
    let mut scene = Scene { connecting, bound, link };
    let outcome = scene.connecting.line().and_then(|_| story(&mut scene));
    if let Err(error) = outcome {
        panic!("{}", explained(error, [&mut scene.connecting.0, &mut scene.bound.0]));
    }
}

/// A network namespace. Dropping it removes it.
struct Namespace(String);

impl Namespace {
    fn new(side: &str) -> Result<Namespace> {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("ferromq-{}-{}-{side}", id(), MADE.fetch_add(1, Ordering::Relaxed));
        ip(&["netns", "add", &name]).map(|_| Namespace(name))
    }

    fn ip(&self, arguments: &[&str]) -> Result<()> {
        ip(&[&["-n", &self.0], arguments].concat()).map(drop)
    }
}

/// Removes the namespaces of tests that were killed.
fn remove_abandoned_namespaces() -> Result<()> {
    for name in ip(&["netns", "list"])?.lines().filter_map(|line| line.split(' ').next()) {
        let process = name.strip_prefix("ferromq-").and_then(|rest| rest.split('-').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Another test may have been faster.
            let _ = ip(&["netns", "delete", name]);
        }
    }
    Ok(())
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if let Err(error) = ip(&["netns", "delete", &self.0]) {
            let _ = writeln!(stderr(), "{error}");
        }
    }
}

/// Two namespaces, and the two ends of a cable, each of which is called `cable`.
struct Link {
    connecting: Namespace,
    bound: Namespace,
}

impl Link {
    /// Fails where the machine does not let us make namespaces and cables.
    fn new() -> Result<Link> {
        remove_abandoned_namespaces()?;
        let link = Link { connecting: Namespace::new("connecting")?, bound: Namespace::new("bound")? };
        let Link { connecting: Namespace(connecting), bound: Namespace(bound) } = &link;
        ip(&["link", "add", "cable", "netns", connecting, "type", "veth", "peer", "cable", "netns", bound])?;
        for (namespace, address) in [(&link.connecting, CONNECTING), (&link.bound, BOUND)] {
            namespace.ip(&["address", "add", &format!("{address}/24"), "dev", "cable"]).unwrap();
            namespace.ip(&["link", "set", "cable", "up"]).unwrap();
        }
        Ok(link)
    }

    fn cut(&self) {
        self.bound.ip(&["link", "set", "cable", "down"]).unwrap();
    }

    fn restore(&self) {
        self.bound.ip(&["link", "set", "cable", "up"]).unwrap();
    }
}

/// What it prints.
fn ip(arguments: &[&str]) -> Result<String> {
    let output = Command::new("ip").args(arguments).output();
    let output = output.map_err(|error| format!("`ip` of iproute2 cannot be started: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("`ip {}` failed: {}", arguments.join(" "), said.trim()))
        }
    }
}
