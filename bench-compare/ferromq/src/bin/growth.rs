//! ferromq against many peers, many subscriptions and many connections, with its default options; the command line and
//! what is printed are those of `bench-compare/c/growth.c`, and so is what is sent and checked.
//!
//! Two options are not the defaults, here and there: the backlog, so that thousands may connect at once, and the SUB's
//! send HWM, because libzmq drops subscriptions beyond it without a word.

use std::io::stdin;
use std::process::exit;
use std::time::{Duration, Instant};

use ferromq::pattern::Pattern;
use ferromq::{Context, Dealer, Hwm, Pull, Push, Result, Router, Socket, Sub, XPub, XPubEvent};

const USAGE: &str = "there should be: ROLE ENDPOINT SIZE PEERS FIRST COUNT";
const BACKLOG: u32 = 4096;
/// Longer than whoever started us waits.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [role, endpoint, numbers @ ..] = &arguments[..] else { panic!("{USAGE}") };
    let numbers: Vec<usize> = numbers.iter().map(|number| number.parse().expect("it is a number")).collect();
    let [size, peers, first, count] = numbers[..] else { panic!("{USAGE}") };
    assert!(size >= 16 && peers > 0, "there is no room for whose message it is, or nobody");
    let most = Context::new()?.socket_limit()?;
    let context = Context::builder().max_sockets(most).build()?;
    let run = Run { context, endpoint: endpoint.clone(), size, peers, first, count };
    match role.as_str() {
        "pull" => run.pull(),
        "push" => run.push(),
        "router" => run.router(),
        "dealer" => run.dealer(),
        "xpub" => run.xpub(),
        "sub" => run.sub(),
        other => panic!("no role is called {other}"),
    }
}

struct Run {
    context: Context,
    endpoint: String,
    size: usize,
    peers: usize,
    first: usize,
    count: usize,
}

impl Run {
    fn pull(&self) -> Result<()> {
        let socket = self.context.socket::<Pull>().backlog(BACKLOG).open()?;
        self.joined(&socket)?;
        let (mut next, mut expected) = (vec![0; self.peers], self.buffer());
        let mut since = None;
        for _ in 0..self.count {
            let message = socket.recv()?;
            since.get_or_insert_with(Instant::now);
            let bytes: [u8; 8] = message[0][..8].try_into().expect("they are eight");
            let owner = usize::try_from(u64::from_le_bytes(bytes)).expect("it is small");
            fill(&mut expected, owner, next[owner]);
            next[owner] += 1;
            assert!(message[0][..] == expected[..], "another message came");
        }
        stay(since)
    }

    fn push(&self) -> Result<()> {
        let sockets = self.connected::<Push>()?;
        let mut bytes = self.buffer();
        listen();
        for sent in 0..self.count {
            let index = sent % self.peers;
            fill(&mut bytes, self.first + index, sent / self.peers);
            sockets[index].send(&bytes[..])?;
        }
        println!("sent");
        stay(None)
    }

    fn router(&self) -> Result<()> {
        let socket = self.context.socket::<Router>().backlog(BACKLOG).open()?;
        self.joined(&socket)?;
        loop {
            let (peer, request) = socket.recv_from()?;
            socket.send_to(&peer, request)?;
        }
    }

    fn dealer(&self) -> Result<()> {
        let sockets = self.connected::<Dealer>()?;
        let mut bytes = self.buffer();
        listen();
        let since = Instant::now();
        for round in 0..self.count {
            for (index, socket) in sockets.iter().enumerate() {
                fill(&mut bytes, self.first + index, round);
                socket.send(&bytes[..])?;
            }
            for (index, socket) in sockets.iter().enumerate() {
                fill(&mut bytes, self.first + index, round);
                assert!(socket.recv()?[0][..] == bytes[..], "another reply came");
            }
        }
        stay(Some(since))
    }

    fn xpub(&self) -> Result<()> {
        let socket = self.context.socket::<XPub>().no_drop(true).bind(&*self.endpoint)?;
        println!("ready {}", socket.last_endpoint()?);
        for _ in 0..self.peers {
            assert!(matches!(socket.recv_event()?, XPubEvent::Subscribed(_)), "something else came");
        }
        println!("joined");
        let mut bytes = self.buffer();
        listen();
        for sent in 0..self.count {
            fill(&mut bytes, 0, sent);
            socket.send(&bytes[..])?;
        }
        println!("sent");
        stay(None)
    }

    fn sub(&self) -> Result<()> {
        let socket = self.context.socket::<Sub>().send_hwm(Hwm::UNLIMITED).open()?;
        println!("ready");
        listen();
        for topic in 0..self.peers as u64 {
            socket.subscribe(topic.to_le_bytes())?;
        }
        socket.connect(&*self.endpoint)?;
        println!("connected");
        let mut expected = self.buffer();
        let mut since = None;
        for number in 0..self.count {
            let message = socket.recv()?;
            since.get_or_insert_with(Instant::now);
            fill(&mut expected, 0, number);
            assert!(message[0][..] == expected[..], "another message came");
        }
        stay(since)
    }

    /// Binds, and waits until all have shaken hands.
    fn joined<P: Pattern>(&self, socket: &Socket<P>) -> Result<()> {
        // A plain monitor drops events when thousands connect at once.
        let connections = socket.watch()?;
        socket.bind(&*self.endpoint)?;
        println!("ready {}", socket.last_endpoint()?);
        connections.wait_for_peers(self.peers, PATIENCE)?;
        println!("joined");
        Ok(())
    }

    fn connected<P: Pattern>(&self) -> Result<Vec<Socket<P>>> {
        println!("ready");
        listen();
        let mut sockets = Vec::new();
        for _ in 0..self.peers {
            let socket = self.context.socket::<P>().open()?;
            socket.connect(&*self.endpoint)?;
            sockets.push(socket);
        }
        println!("connected");
        Ok(sockets)
    }

    fn buffer(&self) -> Vec<u8> {
        vec![b'x'; self.size]
    }
}

/// Whose message it is, and its number.
fn fill(bytes: &mut [u8], owner: usize, number: usize) {
    bytes[..8].copy_from_slice(&(owner as u64).to_le_bytes());
    bytes[8..16].copy_from_slice(&(number as u64).to_le_bytes());
}

/// The next line from whoever started us, who is gone if there is none.
fn listen() {
    if !stdin().read_line(&mut String::new()).is_ok_and(|length| length > 0) {
        exit(0);
    }
}

/// Whoever started us looks at our memory, and ends us.
fn stay(since: Option<Instant>) -> ! {
    if let Some(since) = since {
        println!("seconds {:.9}", since.elapsed().as_secs_f64());
    }
    loop {
        listen();
    }
}
