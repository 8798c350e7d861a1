//! Strangers that send garbage over TCP, while honest clients are served as if nothing were.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};
use std::{env, fs};

use ferromq::security::{CurveClient, CurveServer, Null, PlainClient, PlainServer, ZapDomain};
use ferromq::zap::{Authenticator, AuthorizedKeys, Passwords, Rules};
use ferromq::{
    Context, Dealer, Endpoint, KeyPair, Message, Pull, Push, Rep, Req, Router, Security, Socket, Sub, XPub,
    XPubEvent,
};

use crate::mutation::{Dice, mutate};
use crate::patience::{A_WHILE, PATIENCE, under_valgrind, until};
use crate::process::alone;
use crate::relay::Relay;

/// The numbers of a run; another one is a matter of an environment variable.
const SEED: u64 = 4;
const SEED_VARIABLE: &str = "FERROMQ_SEED";
const STRANGERS: usize = 2;
/// How many connections each of them leaves open, until it needs a further one.
const LEFT_OPEN: usize = 30;
/// How long the servers give a peer for its handshake.
const HANDSHAKE: Duration = Duration::from_secs(1);
/// How much memory may come and go: a hundred bytes for each attack, which is far less than a connection leaves that leaks.
const TOLERATED_KILOBYTES: usize = 5000;

#[test]
fn strangers_do_not_disturb_honest_clients_for_a_moment() {
    if under_valgrind() {
        return besieged(Duration::from_secs(20));
    }
    alone("hostile::strangers_do_not_disturb_honest_clients_for_a_moment", || {
        besieged(Duration::from_secs(2));
    });
}

#[test]
#[ignore = "takes a minute: run by cargo xtask test"]
fn strangers_do_not_disturb_honest_clients_for_a_minute() {
    alone("hostile::strangers_do_not_disturb_honest_clients_for_a_minute", || {
        besieged(Duration::from_secs(60));
    });
}

#[test]
fn a_stranger_gets_no_memory_for_a_long_handshake() {
    let context = Context::new().unwrap();
    let mut servers = vec![Security::from(Null::new()), PlainServer::new().into()];
    if cfg!(feature = "curve") {
        servers.push(CurveServer::new(KeyPair::generate().unwrap()).allow_any().into());
    }
    for security in servers {
        let mechanism = format!("{security:?}");
        let builder = context.socket::<Pull>().security(security).handshake_timeout(None);
        let pull = builder.bind("tcp://127.0.0.1:*").unwrap();
        let address = pull.last_endpoint().unwrap().address().to_owned();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut greeting = [0; 64];
        (greeting[0], greeting[9], greeting[10], greeting[11]) = (0xff, 0x7f, 3, 1);
        let name = pull.mechanism().unwrap().to_string();
        greeting[12..12 + name.len()].copy_from_slice(name.as_bytes());
        stream.write_all(&greeting).unwrap();
        stream.write_all(&frame(COMMAND | LONG, 1 << 20, b"\x05READY")).unwrap();
        if let Err(error) = stream.read_to_end(&mut Vec::new()) {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{mechanism} waits for a long command");
        }
    }
}

#[test]
fn metadata_may_be_long_and_messages_as_long_as_ever() {
    let (context, long) = (Context::new().unwrap(), "x".repeat(200_000));
    let mut pairs = vec![(Security::from(Null::new()), Security::from(Null::new()))];
    if cfg!(feature = "curve") {
        let server = KeyPair::generate().unwrap();
        let client = CurveClient::new(KeyPair::generate().unwrap(), server.public());
        pairs.push((CurveServer::new(server).allow_any().into(), client.into()));
    }
    for (server, client) in pairs {
        let pull = context.socket::<Pull>().security(server).bind("tcp://127.0.0.1:*").unwrap();
        let push = context.socket::<Push>().security(client).metadata("X-Long", &long);
        let push = push.connect(pull.last_endpoint().unwrap()).unwrap();
        push.send(long.repeat(10)).unwrap();
        let message = pull.recv_timeout(PATIENCE).unwrap();
        assert_eq!((message[0].len(), message[0].metadata("X-Long")), (2_000_000, Some(&*long)));
    }
}

fn besieged(time: Duration) {
    let seed = env::var(SEED_VARIABLE).map_or(SEED, |seed| seed.parse().expect("the seed is a number"));
    // The harness shows it when the test fails.
    eprintln!("{SEED_VARIABLE}={seed}");
    let (context, stop) = (Context::new().unwrap(), AtomicBool::new(false));
    thread::scope(|scope| {
        let _end = StopsWhenDropped(&stop);
        let town = Town::new(&context, &stop, scope);
        let calm = descriptors();

        let slow = town.servers.iter().flat_map(Slow::each).collect();
        let warmed_up = town.attacked(seed, time / 2, slow);
        until_descriptors_are_back(calm);
        let before = kilobytes();
        let attacks = town.attacked(seed + 1, time / 2, Vec::new());
        until_descriptors_are_back(calm);
        let grown = kilobytes().saturating_sub(before);
        eprintln!("{before} kB after {warmed_up} attacks, {grown} kB more after {attacks} more");
        let measurable = !under_valgrind();
        assert!(!measurable || grown < TOLERATED_KILOBYTES, "the memory has grown by {grown} kB");
    });
}

/// All servers, and who asks them.
struct Town<'scope> {
    context: Context,
    authenticator: Authenticator,
    servers: Vec<Server>,
    services: Vec<ScopedJoinHandle<'scope, ()>>,
    /// Clients that stay.
    dealers: Vec<Socket<Dealer>>,
}

struct Server {
    name: &'static str,
    service: Service,
    endpoint: Endpoint,
    /// What lets a client in.
    client: Security,
    /// What an honest client has sent: its greeting, and then frame by frame.
    recorded: Vec<Vec<u8>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    Router,
    Rep,
    XPub,
}

impl<'scope> Town<'scope> {
    fn new<'env>(context: &Context, stop: &'env AtomicBool, scope: &'scope Scope<'scope, 'env>) -> Self {
        let null = || Security::from(Null::new());
        let in_domain = || Security::from(Null::in_domain(ZapDomain::default()));
        let plain = || Security::from(PlainClient::new("admin", "secret").unwrap());
        let mut kinds = vec![
            ("NULL ROUTER", Service::Router, null(), null()),
            ("NULL XPUB", Service::XPub, null(), null()),
            ("NULL REP with a domain", Service::Rep, in_domain(), null()),
            ("PLAIN ROUTER", Service::Router, PlainServer::new().into(), plain()),
        ];
        let known = AuthorizedKeys::new();
        if cfg!(feature = "curve") {
            let (server, client) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
            known.insert(client.public());
            let curve = || Security::from(CurveClient::new(client.clone(), server.public()));
            let asks = CurveServer::new(server.secret().clone());
            let allows = asks.clone().allow_any();
            kinds.push(("CURVE ROUTER that allows any", Service::Router, allows.clone().into(), curve()));
            kinds.push(("CURVE XPUB that allows any", Service::XPub, allows.into(), curve()));
            kinds.push(("CURVE REP that asks", Service::Rep, asks.into(), curve()));
        }
        let rules = Rules::new().null().plain(Passwords::from([("admin", "secret")])).curve(known);
        let authenticator = Authenticator::start(context, rules).unwrap();
        let (mut services, mut servers) = (Vec::new(), Vec::new());
        for (name, service, security, client) in kinds {
            let (endpoint, thread) = serve(context, service, security, stop, scope);
            services.push(thread);
            let mut server = Server { name, service, endpoint, client, recorded: Vec::new() };
            let relay = Relay::to(&server.endpoint);
            server.is_honest_to_a_new_client(context, relay.endpoint(), "recorded");
            server.recorded = pieces(&relay.captured().to_server);
            servers.push(server);
        }
        let routers = servers.iter().filter(|server| server.service == Service::Router);
        let dealers = routers.map(|server| {
            let builder = context.socket::<Dealer>().security(server.client.clone());
            builder.connect(&server.endpoint).unwrap()
        });
        let (context, dealers) = (context.clone(), dealers.collect());
        let town = Town { context, authenticator, servers, services, dealers };
        town.dealers_are_answered("recorded");
        town
    }

    fn dealers_are_answered(&self, said: &str) {
        for dealer in &self.dealers {
            dealer.send(said).unwrap();
            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), said);
        }
    }

    /// Serves honest clients for so long, while strangers attack; how often they did.
    fn attacked(&self, seed: u64, time: Duration, mut slow: Vec<Slow>) -> usize {
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let end = StopsWhenDropped(&stop);
            let strangers: Vec<_> = (0..STRANGERS)
                .map(|which| (&self.servers, Dice::new(seed * STRANGERS as u64 + which as u64)))
                .map(|(servers, dice)| scope.spawn(|| Stranger::new(servers, dice).attacks_until(&stop)))
                .collect();
            let deadline = Instant::now() + time;
            for number in 0.. {
                if Instant::now() >= deadline {
                    break;
                }
                let said = format!("an honest word, number {number}");
                for server in &self.servers {
                    server.is_honest_to_a_new_client(&self.context, server.endpoint.as_str(), &said);
                }
                self.dealers_are_answered(&said);
                slow.iter_mut().for_each(Slow::goes_on);
                let ended = self.services.iter().any(ScopedJoinHandle::is_finished);
                assert!(!ended && self.authenticator.is_running(), "a service has ended before its time");
            }
            slow.into_iter().for_each(Slow::expect_to_be_cut_off);
            drop(end);
            strangers.into_iter().map(|stranger| stranger.join().unwrap()).sum()
        })
    }
}

impl Server {
    fn is_honest_to_a_new_client(&self, context: &Context, endpoint: &str, said: &str) {
        let answer = match self.service {
            Service::Router => {
                let dealer = context.socket::<Dealer>().security(self.client.clone());
                let dealer = dealer.connect(endpoint).unwrap();
                dealer.send(said).unwrap();
                dealer.recv_timeout(PATIENCE)
            }
            Service::Rep => {
                let req = context.socket::<Req>().security(self.client.clone()).connect(endpoint).unwrap();
                let answered = req.send(said).unwrap().recv_timeout(PATIENCE);
                answered.map(|(answer, _)| answer).map_err(Into::into)
            }
            Service::XPub => {
                let sub = context.socket::<Sub>().security(self.client.clone()).subscribe(said);
                sub.connect(endpoint).unwrap().recv_timeout(PATIENCE)
            }
        };
        match answer {
            Ok(answer) => assert_eq!(answer, said, "{}", self.name),
            Err(error) => panic!("{} does not serve an honest client: {error}", self.name),
        }
    }

    fn connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect(self.endpoint.as_str().strip_prefix("tcp://")?);
        // After very many connections there may be no port left for a moment.
        let stream = stream.ok().or_else(|| {
            thread::yield_now();
            None
        })?;
        stream.set_nodelay(true).ok()?;
        Some(stream)
    }
}

/// Opens a server's socket, and serves in a thread of its own.
fn serve<'scope, 'env>(
    context: &Context,
    service: Service,
    security: Security,
    stop: &'env AtomicBool,
    scope: &'scope Scope<'scope, 'env>,
) -> (Endpoint, ScopedJoinHandle<'scope, ()>) {
    // With CURVE, nothing that a stranger has sent may be delivered.
    let strict = matches!(security, Security::CurveServer(_));
    let check = move |message: &Message| assert!(!strict || is_honest(message), "delivered: {message:?}");
    macro_rules! bind {
        ($pattern:ty) => {{
            let builder = context.socket::<$pattern>().security(security).handshake_timeout(HANDSHAKE);
            // Small buffers, so that what comes and goes does not hide what stays.
            #[cfg(feature = "draft")]
            let builder = builder.receive_batch_size(8192).send_batch_size(8192);
            // valgrind does not believe in buffers of gigabytes.
            let builder = builder.max_message_size(under_valgrind().then_some(1 << 20));
            let socket = builder.receive_timeout(A_WHILE).bind("tcp://127.0.0.1:*").unwrap();
            (socket.last_endpoint().unwrap(), socket)
        }};
    }
    let stopped = move || stop.load(Relaxed);
    match service {
        Service::Router => {
            let (endpoint, router) = bind!(Router);
            let thread = scope.spawn(move || {
                while !stopped() {
                    let Ok((peer, message)) = router.recv_from() else { continue };
                    check(&message);
                    // A peer that has gone is none to complain about.
                    let _ = router.try_send_to(&peer, message);
                }
            });
            (endpoint, thread)
        }
        Service::Rep => {
            let (endpoint, mut rep) = bind!(Rep);
            let thread = scope.spawn(move || {
                while !stopped() {
                    rep = match rep.recv() {
                        Ok((request, replying)) => {
                            check(&request);
                            replying.send(request).unwrap()
                        }
                        Err(failed) => failed.into_kept(),
                    };
                }
            });
            (endpoint, thread)
        }
        Service::XPub => {
            let (endpoint, publisher) = bind!(XPub);
            let thread = scope.spawn(move || {
                while !stopped() {
                    if let Ok(XPubEvent::Subscribed(topic)) = publisher.recv_event() {
                        check(&topic.as_slice().into());
                        let _ = publisher.try_send(topic);
                    }
                }
            });
            (endpoint, thread)
        }
    }
}

fn is_honest(message: &Message) -> bool {
    let text = message.get(0).map_or(&b""[..], |frame| frame.as_bytes());
    message.len() == 1 && (text == b"recorded" || text.starts_with(b"an honest word"))
}

/// A greeting of ZMTP, and the frames that follow it.
fn pieces(sent: &[u8]) -> Vec<Vec<u8>> {
    let (greeting, mut rest) = sent.split_at(64);
    let mut pieces = vec![greeting.to_vec()];
    while let Some((&flags, after)) = rest.split_first() {
        let (length, header) = if flags & LONG == 0 {
            (usize::from(after[0]), 2)
        } else {
            (usize::try_from(u64::from_be_bytes(after[..8].try_into().unwrap())).unwrap(), 9)
        };
        let (piece, left) = rest.split_at(header + length);
        pieces.push(piece.to_vec());
        rest = left;
    }
    pieces
}

const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

fn frame(flags: u8, length: u64, body: &[u8]) -> Vec<u8> {
    let mut frame = vec![flags];
    if flags & LONG == 0 {
        frame.push(length as u8);
    } else {
        frame.extend(length.to_be_bytes());
    }
    frame.extend(body);
    frame
}

/// Commands of ZMTP 3, some of them as no peer sends them, without the lengths of their frames.
const COMMANDS: &[&[u8]] = &[
    b"\x05READY",
    b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x01A",
    b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x05\x00ABCD",
    b"\x05READY\x0bSocket-Type\xff\xff\xff\xffDEALER",
    b"\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB\x03X-A\x00\x00\x00\x00",
    b"\x05READY\xffSocket-Type\x00\x00\x00\x03REQ",
    b"\x05READY\x00\x00\x00\x00\x00",
    b"\x05ERROR\x00",
    b"\x05ERROR\x03400",
    b"\x05ERROR\xffwhy",
    b"\x05HELLO",
    b"\x05HELLO\x05admin\x06secret",
    b"\x05HELLO\x05admin\x06wrong!",
    b"\x05HELLO\xffadmin\x06secret",
    b"\x05HELLO\x05admin\xffsecret",
    b"\x05HELLO\x00\x00",
    b"\x07WELCOME",
    b"\x08INITIATE",
    b"\x08INITIATE\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00",
    b"\x07MESSAGE",
    b"\x07MESSAGE\x00\x00\x00\x00\x00\x00\x00\x01",
    b"\x04PING\x00\x01",
    b"\x04PING\x00\x0aan endless context, longer than its sixteen bytes",
    b"\x04PONG",
    b"\x04PING",
    b"\x09SUBSCRIBEa",
    b"\x06CANCELa",
    b"\x09SUBSCRIBE",
    b"\x04JOINa",
    b"\x05LEAVEa",
    b"\x01a",
    b"\x00a",
    b"",
    b"\x00",
    b"\xff",
];

/// A peer that has no business here.
struct Stranger<'a> {
    servers: &'a [Server],
    dice: Dice,
    open: VecDeque<TcpStream>,
}

impl<'a> Stranger<'a> {
    fn new(servers: &'a [Server], dice: Dice) -> Self {
        Stranger { servers, dice, open: VecDeque::new() }
    }

    fn attacks_until(mut self, stop: &AtomicBool) -> usize {
        let mut attacks = 0;
        while !stop.load(Relaxed) {
            // `None` is the server's hanging up.
            let _ = self.attack();
            attacks += 1;
        }
        attacks
    }

    fn attack(&mut self) -> Option<()> {
        let server = self.dice.one_of(self.servers);
        let bytes = self.bytes(server);
        let mut stream = server.connect()?;
        stream.set_read_timeout(Some(Duration::from_millis(1 + self.dice.below(5) as u64))).ok()?;
        stream.set_write_timeout(Some(Duration::from_millis(100))).ok()?;
        let mut pieces = &bytes[..];
        while self.dice.one_in(3) {
            let (now, later) = pieces.split_at(self.dice.below(pieces.len() + 1));
            stream.write_all(now).ok()?;
            let _ = stream.read(&mut [0; 1024]);
            pieces = later;
        }
        stream.write_all(pieces).ok()?;
        match self.dice.below(4) {
            // With what it has not read, that is a reset.
            0 => {}
            1 => stream.shutdown(Shutdown::Write).ok()?,
            2 => while stream.read(&mut [0; 1024]).ok()? > 0 {},
            _ => {
                self.open.push_back(stream);
                if self.open.len() > LEFT_OPEN {
                    self.open.pop_front();
                }
                let which = self.dice.below(self.open.len());
                self.open[which].write_all(&[self.dice.byte()]).ok()?;
            }
        }
        Some(())
    }

    /// What a stranger sends to this server.
    fn bytes(&mut self, server: &Server) -> Vec<u8> {
        let dice = &mut self.dice;
        if dice.one_in(20) {
            let length = dice.below(300);
            return dice.bytes(length);
        }
        let model = if dice.one_in(10) { dice.one_of(self.servers) } else { server };
        let mut pieces = model.recorded.clone();
        for _ in 0..dice.below(4) {
            let at = dice.below(pieces.len() + 1);
            match dice.below(6) {
                0 => pieces.truncate(at),
                1 if at < pieces.len() => drop(pieces.remove(at)),
                2 if at < pieces.len() => pieces.push(pieces[at].clone()),
                3 => {
                    let other = dice.one_of(self.servers);
                    pieces.insert(at, dice.one_of(&other.recorded).clone());
                }
                4 if at < pieces.len() => mutate(&mut pieces[at], &server.recorded, dice),
                _ => pieces.insert(at, some_frame(dice)),
            }
        }
        let mut bytes = pieces.concat();
        if dice.one_in(3) {
            mutate(&mut bytes, &server.recorded, dice);
        }
        bytes
    }
}

/// A command or a message, whose length may not be what it says.
fn some_frame(dice: &mut Dice) -> Vec<u8> {
    let mut body = dice.one_of(COMMANDS).to_vec();
    if dice.one_in(3) {
        mutate(&mut body, &[COMMANDS.concat()], dice);
    }
    if dice.one_in(8) {
        let more = dice.below(20_000);
        body.extend(dice.bytes(more));
    }
    let mut flags = *dice.one_of(&[0, MORE, COMMAND, COMMAND, COMMAND, COMMAND | MORE, 0xff]);
    if body.len() > 255 || dice.one_in(6) {
        flags |= LONG;
    }
    let length = match dice.below(8) {
        0 => *dice.one_of(&[0, 1, 255, 1 << 16, 1 << 31, 1 << 32, 1 << 40, i64::MAX as u64, u64::MAX]),
        _ => body.len() as u64,
    };
    frame(flags, length, &body)
}

/// A peer that begins well and never comes to an end.
struct Slow<'a> {
    server: &'a Server,
    stream: TcpStream,
    sent: usize,
}

impl<'a> Slow<'a> {
    /// Peers that have come so far: to nothing, into the greeting, and into the first command.
    fn each(server: &'a Server) -> impl Iterator<Item = Slow<'a>> {
        [0, 5, 20, 64, 68].into_iter().map(move |sent| {
            let mut stream = server.connect().unwrap();
            stream.write_all(&server.recorded.concat()[..sent]).unwrap();
            Slow { server, stream, sent }
        })
    }

    /// Sends a byte, but not so many that the handshake comes to its end.
    fn goes_on(&mut self) {
        if self.sent % 16 != 15 {
            let _ = self.stream.write_all(&self.server.recorded.concat()[self.sent..][..1]);
            self.sent += 1;
        }
    }

    /// The server does not wait for ever.
    fn expect_to_be_cut_off(mut self) {
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let ended = self.stream.read_to_end(&mut Vec::new());
        if let Err(error) = ended {
            let reset = error.kind() == ErrorKind::ConnectionReset;
            assert!(
                reset,
                "{} waits for a peer that has sent {} bytes: {error}",
                self.server.name, self.sent
            );
        }
    }
}

struct StopsWhenDropped<'a>(&'a AtomicBool);

impl Drop for StopsWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

fn until_descriptors_are_back(calm: usize) {
    until("the end of the strangers' connections", || (descriptors() <= calm).then_some(()));
}

/// How many files and connections this process has open.
fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// How much memory this process has.
fn kilobytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
