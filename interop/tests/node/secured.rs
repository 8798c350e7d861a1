//! PLAIN and CURVE between Rust and Node, and who stays outside.

use std::time::{Duration, Instant};

use ferromq::monitor::{AuthFailure, EventKind, EventSet, Monitor, ProtocolError};
use ferromq::security::{CurveClient, CurveServer, Null, PlainClient, PlainServer, ZapDomain};
use ferromq::state::Receiving;
use ferromq::zap::{Authenticator, AuthorizedKeys, Passwords, Rules};
use ferromq::{Context, KeyPair, Rep, Req, Security, Socket};

use crate::meeting::said;
use crate::node::{Node, Result};

/// For what must happen. A conversation that takes longer is ended by the watch over Node.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often to look.
const TICK: Duration = Duration::from_millis(5);
/// How long to look for what must not happen.
const A_WHILE: Duration = Duration::from_millis(100);

const SCRIPT: &str = "secured.mjs";

/// What keeps a client outside, as the monitor of this crate tells it, and Node.
#[derive(Clone, Copy)]
struct Refusal {
    event: EventKind,
    line: &'static str,
    /// Both sides find it out, and whoever does so first hangs up.
    mutual: bool,
}

const WRONG_SERVER_KEY: Refusal = Refusal {
    event: EventKind::HandshakeFailedProtocol(ProtocolError::ZmtpCryptographic),
    line: "refused: protocol ERR_ZMTP_CRYPTOGRAPHIC",
    mutual: false,
};
const NOT_KNOWN: Refusal = Refusal {
    event: EventKind::HandshakeFailedAuth(AuthFailure::Denied),
    line: "refused: auth 400",
    mutual: false,
};
const OTHER_MECHANISM: Refusal = Refusal {
    event: EventKind::HandshakeFailedProtocol(ProtocolError::ZmtpMechanismMismatch),
    line: "refused: protocol ERR_ZMTP_MECHANISM_MISMATCH",
    mutual: true,
};

/// Who is the server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Rust,
    Node,
}

impl Refusal {
    /// Waits until the server tells why the handshake has failed, or whoever else can tell.
    fn is_told(&self, server: By, monitor: &Monitor, node: &mut Node) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            // One that is hung up on has no reason to tell, or another one.
            let line = node.line_within(TICK).filter(|line| line == self.line);
            let event = monitor.try_recv().ok().filter(|event| event.kind() == self.event);
            if event.is_some() && (self.mutual || server == By::Rust)
                || line.is_some() && (self.mutual || server == By::Node)
            {
                return Ok(());
            }
        }
        Err("nobody has told why".to_owned())
    }
}

fn failures() -> EventSet {
    EventSet::HANDSHAKE_FAILED_PROTOCOL | EventSet::HANDSHAKE_FAILED_AUTH
}

/// A server in Rust, whose clients are in Node: the strangers stay outside, and the honest one is served before and after.
fn serves(
    security: impl Into<Security>,
    rules: Rules,
    honest: &[&str],
    strangers: &[(&[&str], Refusal)],
) -> Result<()> {
    let context = Context::new().map_err(said)?;
    let builder = context.socket::<Rep>().security(security).receive_timeout(PATIENCE);
    let mut rep = builder.bind("tcp://127.0.0.1:*").map_err(said)?;
    let monitor = rep.monitor_with(failures()).map_err(said)?;
    let _authenticator = Authenticator::builder(&context).domain(in_rust(), rules).start().map_err(said)?;
    let endpoint = rep.last_endpoint().map_err(said)?;
    let client = |who: &[&str]| {
        let arguments = [&["client", who[0], endpoint.as_str()], &who[1..]].concat();
        Node::start(SCRIPT, &arguments, false, &context)
    };
    let serve_the_honest_one = |rep: Socket<Rep, Receiving>| {
        let mut node = client(honest)?;
        let (request, replying) =
            rep.recv().map_err(|failed| format!("{}; {}", said(failed), node.complaint()))?;
        if request != "Hello from Node" {
            return Err(format!("received {request:?}"));
        }
        let rep = replying.send("World").map_err(said)?;
        node.expect_line("World")?;
        node.dismiss().map(|()| rep)
    };
    rep = serve_the_honest_one(rep)?;
    for (who, refusal) in strangers {
        let mut node = client(who)?;
        refusal.is_told(By::Rust, &monitor, &mut node).map_err(|error| format!("{who:?}: {error}"))?;
        rep = match rep.recv_timeout(A_WHILE) {
            Ok((request, _)) => return Err(format!("{who:?} got in, and said {request:?}")),
            Err(failed) => failed.into_kept(),
        };
        rep = serve_the_honest_one(rep)?;
        // It may have been told why, and nothing else.
        while let Some(line) = node.line_within(Duration::ZERO) {
            if !line.starts_with("refused:") {
                return Err(format!("{who:?} got an answer: {line}"));
            }
        }
        node.dismiss()?;
        while monitor.try_recv().is_ok() {}
    }
    Ok(())
}

/// A server in Node, whose clients are in Rust.
fn is_served(
    arguments: &[&str],
    honest: impl Into<Security>,
    strangers: Vec<(Security, Refusal)>,
) -> Result<()> {
    let context = Context::new().map_err(said)?;
    let mut node = Node::start(
        SCRIPT,
        &[&["server", arguments[0], "tcp://127.0.0.1:*"], &arguments[1..]].concat(),
        false,
        &context,
    )?;
    let endpoint = node.line().map_err(|error| format!("{error}: {}", node.complaint()))?;
    // Nothing is queued for a server that lets nobody in.
    let socket = |security: Security| {
        let builder = context.socket::<Req>().security(security).immediate(true).receive_timeout(PATIENCE);
        builder.open().map_err(said)
    };
    let honest = honest.into();
    let be_served = || {
        let req = socket(honest.clone())?;
        req.connect(endpoint.as_str()).map_err(said)?;
        let (reply, _) = req.send("Rust").map_err(said)?.recv().map_err(said)?;
        if reply == "World, Rust!" { Ok(()) } else { Err(format!("received {reply:?}")) }
    };
    be_served()?;
    for (security, refusal) in strangers {
        let who = format!("{security:?}");
        let stranger = socket(security)?;
        let monitor = stranger.monitor_with(failures()).map_err(said)?;
        stranger.connect(endpoint.as_str()).map_err(said)?;
        refusal.is_told(By::Node, &monitor, &mut node).map_err(|error| format!("{who}: {error}"))?;
        match stranger.send_timeout("Rust", A_WHILE) {
            Ok(_) => return Err(format!("{who} got in")),
            Err(failed) if failed.is_timeout() => drop(failed.into_kept()),
            Err(failed) => return Err(said(failed)),
        }
        be_served()?;
    }
    node.tell("bye")
}

fn in_rust() -> ZapDomain {
    ZapDomain::new("rust").expect("it is short and no more")
}

fn keys() -> (KeyPair, [String; 2]) {
    let keys = KeyPair::generate().expect("CURVE is compiled in");
    let text = [keys.public().to_string(), keys.secret().to_z85().to_string()];
    (keys, text)
}

#[test]
fn a_curve_server_judges_node_clients() {
    let ((server, server_text), (client, client_text), (_, other_text)) = (keys(), keys(), keys());
    fn curve<'a>(own: &'a [String; 2], server: &'a str) -> [&'a str; 4] {
        ["curve", &own[0], &own[1], server]
    }
    let outcome = serves(
        CurveServer::new(server.secret().clone()).domain(in_rust()),
        Rules::new().curve(AuthorizedKeys::from([client.public()])),
        &curve(&client_text, &server_text[0]),
        &[
            (&curve(&client_text, &other_text[0]), WRONG_SERVER_KEY),
            (&curve(&other_text, &server_text[0]), NOT_KNOWN),
            (&["null"], OTHER_MECHANISM),
            (&["plain", "admin", "secret"], OTHER_MECHANISM),
        ],
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_plain_server_judges_node_clients() {
    let outcome = serves(
        PlainServer::new().domain(in_rust()),
        Rules::new().plain(Passwords::from([("admin", "secret")])),
        &["plain", "admin", "secret"],
        &[
            (&["plain", "admin", "Secret"], NOT_KNOWN),
            (&["plain", "nobody", "secret"], NOT_KNOWN),
            (&["null"], OTHER_MECHANISM),
        ],
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn curve_clients_are_judged_by_a_node_server() {
    let ((server, server_text), (client, client_text), (other, _)) = (keys(), keys(), keys());
    let curve = |own: &KeyPair, server: &KeyPair| CurveClient::new(own.clone(), server.public()).into();
    let outcome = is_served(
        &["curve", &server_text[0], &server_text[1], &client_text[0]],
        CurveClient::new(client.clone(), server.public()),
        vec![
            (curve(&client, &other), WRONG_SERVER_KEY),
            (curve(&other, &server), NOT_KNOWN),
            (Null::new().into(), OTHER_MECHANISM),
        ],
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn plain_clients_are_judged_by_a_node_server() {
    let plain = |name, password| PlainClient::new(name, password).expect("they are short");
    let outcome = is_served(
        &["plain", "admin", "secret"],
        plain("admin", "secret"),
        vec![
            (plain("admin", "Secret").into(), NOT_KNOWN),
            (plain("nobody", "secret").into(), NOT_KNOWN),
            (Null::new().into(), OTHER_MECHANISM),
        ],
    );
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
