//! Kerberos on both sides: who gets in, who does not, and what can be read on the way.
//!
//! `cargo xtask gssapi` builds libzmq with GSSAPI and makes the realm: a KDC, the key of the service `zmq@localhost` and
//! the keys of the clients `alice` and `mallory`.

mod hostile;

use ferromq::monitor::{AuthFailure, EventKind, ProtocolError};
use ferromq::security::{GssapiClient, GssapiServer, Null, PlainClient, Principal, ZapDomain};
use ferromq::{Context, Dealer, Monitor, Pub, Pull, Push, Rep, Req, Router, Security, Sub};

use crate::knocking::{TICK, gets_in, is_let_in, knocking, knocks, server, stays_outside};
use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, until};
use crate::relay::{Relay, contains};
use crate::zap_handler::{Authenticator, Question};

fn principal(name: &str) -> Principal {
    Principal::kerberos(format!("{name}@FERROMQ.TEST")).unwrap()
}

fn service() -> Principal {
    Principal::host_based("zmq@localhost").unwrap()
}

fn client(name: &str) -> GssapiClient {
    GssapiClient::new(service()).principal(principal(name))
}

fn context() -> Context {
    Context::new().unwrap()
}

/// How the next handshake fails; it must not succeed.
fn failure(monitor: &Monitor) -> EventKind {
    loop {
        let kind = monitor.recv_timeout(PATIENCE).expect("a handshake fails").kind();
        match kind {
            EventKind::HandshakeFailedNoDetail { .. }
            | EventKind::HandshakeFailedProtocol(_)
            | EventKind::HandshakeFailedAuth(_) => return kind,
            EventKind::HandshakeSucceeded => panic!("the handshake succeeded"),
            _ => {}
        }
    }
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn messages_of_every_shape_arrive_whoever_binds_encrypted_or_not() {
    let context = context();
    let servers = [GssapiServer::new().allow_any(), GssapiServer::new().allow_any().plaintext()];
    let clients = [client("alice"), client("alice").plaintext()];
    for (server, client) in servers.into_iter().zip(clients) {
        let server = || context.socket::<Dealer>().security(server.clone());
        let client = || context.socket::<Dealer>().security(client.clone());
        for (one, other) in [Place::tcp().join(server(), client()), Place::tcp().join(client(), server())] {
            for (from, to) in [(&one, &other), (&other, &one)] {
                for shape in [vec![0], vec![1], vec![5, 0, 300], vec![1 << 20], vec![100; 50]] {
                    let frames = shape.iter().enumerate().map(|(k, &length)| vec![k as u8; length]);
                    let message: ferromq::Message = frames.collect();
                    from.send(message.clone()).unwrap();
                    assert_eq!(to.recv_timeout(PATIENCE).unwrap(), message);
                }
            }
        }
    }
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn patterns_commands_and_ipc_work_over_it() {
    let context = context();
    let secured = || GssapiServer::new().principal(service()).allow_any();
    let (rep, req) = Place::tcp()
        .join(context.socket::<Rep>().security(secured()), context.socket::<Req>().security(client("alice")));
    let awaiting = req.send("Hello").unwrap();
    let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request, "Hello");
    replying.send("World").unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "World");

    for endpoint in ["tcp://127.0.0.1:*", "ipc://*"] {
        let publisher = context.socket::<Pub>().security(secured()).bind(endpoint).unwrap();
        // Heartbeats travel as commands, encrypted like messages.
        let subscriber = context
            .socket::<Sub>()
            .security(client("alice"))
            .heartbeat_interval(A_WHILE / 10)
            .subscribe("news")
            .connect(publisher.last_endpoint().unwrap())
            .unwrap();
        for _ in 0..3 {
            let news = until("the subscription arrives", || {
                publisher.send("weather").unwrap();
                publisher.send("news of today").unwrap();
                subscriber.recv_timeout(A_WHILE).ok()
            });
            assert_eq!(news, "news of today");
        }
    }
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn the_authenticator_is_told_the_principal_and_decides() {
    let context = context();
    let authenticator =
        Authenticator::start(&context, |question| question.credentials == [b"alice@FERROMQ.TEST".to_vec()]);
    let asked_about = |name: &str| Question {
        domain: "lab".to_owned(),
        address: "127.0.0.1".to_owned(),
        mechanism: "GSSAPI".to_owned(),
        credentials: vec![format!("{name}@FERROMQ.TEST").into_bytes()],
    };
    let pull = context
        .socket::<Pull>()
        .security(GssapiServer::new().domain(ZapDomain::new("lab").unwrap()))
        .open()
        .unwrap();
    let monitor = pull.monitor().unwrap();
    pull.bind("tcp://127.0.0.1:*").unwrap();

    let mallory = knocking(&context, client("mallory"), &pull);
    assert_eq!(authenticator.question(), asked_about("mallory"));
    assert_eq!(failure(&monitor), EventKind::HandshakeFailedAuth(AuthFailure::Denied));
    stays_outside(&mallory, &pull);
    let alice = knocking(&context, client("alice"), &pull);
    alice.send_timeout("let in", PATIENCE).unwrap();
    let message = pull.recv_timeout(PATIENCE).unwrap();
    assert_eq!(message, "let in");
    assert_eq!(message[0].user_id(), Some("somebody"));
    while authenticator.question() != asked_about("alice") {}
    stays_outside(&mallory, &pull);
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn nobody_gets_in_until_there_is_an_authenticator() {
    let context = context();
    let pull = context.socket::<Pull>().security(GssapiServer::new()).open().unwrap();
    let monitor = pull.monitor().unwrap();
    pull.bind("tcp://127.0.0.1:*").unwrap();
    let push = knocking(&context, client("alice"), &pull);
    assert_eq!(failure(&monitor).to_string(), "handshake failed (EFAULT)");
    stays_outside(&push, &pull);
    let _authenticator = Authenticator::start(&context, |_| true);
    is_let_in(&push, &pull);
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_server_that_allows_any_asks_nobody() {
    let context = context();
    let authenticator = Authenticator::start(&context, |_| false);
    let pull = server(&context, GssapiServer::new().allow_any());
    gets_in(&context, client("mallory"), &pull);
    // The ticket of whoever is first among the clients' keys.
    gets_in(&context, GssapiClient::new(service()), &pull);
    authenticator.is_not_asked();
}

/// libzmq reads one answer to a question.
#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_second_answer_of_the_authenticator_is_ignored() {
    let context = context();
    let authenticator =
        context.socket::<Router>().receive_timeout(PATIENCE).bind(crate::zap_handler::ZAP).unwrap();
    let pull = server(&context, GssapiServer::new());
    let push = knocking(&context, client("alice"), &pull);
    let (asker, request) = authenticator.recv_from().unwrap();
    let id = String::from_utf8_lossy(&request[2]).into_owned();
    for status in ["200", "400"] {
        authenticator.send_to(&asker, ["", "1.0", &id, status, "", "", ""]).unwrap();
    }
    is_let_in(&push, &pull);
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_client_without_a_ticket_for_the_server_says_so_and_stays_outside() {
    let context = context();
    let pull = server(&context, GssapiServer::new().allow_any());
    let unknown_service = Principal::host_based("smtp@localhost").unwrap();
    for security in [
        client("nobody"),
        GssapiClient::new(unknown_service).principal(principal("alice")),
        GssapiClient::new(Principal::kerberos("@").unwrap()).principal(principal("alice")),
    ] {
        let push = knocks(&context, security).open().unwrap();
        let monitor = push.monitor().unwrap();
        push.connect(pull.last_endpoint().unwrap()).unwrap();
        assert_eq!(failure(&monitor).to_string(), "handshake failed (EACCES)");
        stays_outside(&push, &pull);
        // It tries again, for there may be a ticket then.
        failure(&monitor);
    }
    gets_in(&context, client("alice"), &pull);
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_server_without_its_key_says_so_and_lets_nobody_in() {
    let context = context();
    for own in [Principal::host_based("smtp@localhost").unwrap(), principal("alice")] {
        let pull =
            context.socket::<Pull>().security(GssapiServer::new().principal(own).allow_any()).open().unwrap();
        let monitor = pull.monitor().unwrap();
        pull.bind("tcp://127.0.0.1:*").unwrap();
        let push = knocking(&context, client("alice"), &pull);
        assert_eq!(failure(&monitor).to_string(), "handshake failed (EACCES)");
        stays_outside(&push, &pull);
    }
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_peer_of_another_mechanism_stays_outside() {
    let context = context();
    let pull = context.socket::<Pull>().security(GssapiServer::new().allow_any()).open().unwrap();
    let monitor = pull.monitor().unwrap();
    pull.bind("tcp://127.0.0.1:*").unwrap();
    let others: [Security; 2] =
        [Null::new().into(), PlainClient::new("alice", "in Wonderland").unwrap().into()];
    for other in others {
        // Either of the two may be the first to see it, and hangs up.
        until("the mismatch", || {
            let push = knocking(&context, other.clone(), &pull);
            let told = failure(&monitor);
            stays_outside(&push, &pull);
            let mismatch = EventKind::HandshakeFailedProtocol(ProtocolError::ZmtpMechanismMismatch);
            (told == mismatch).then_some(())
        });
    }
    gets_in(&context, client("alice"), &pull);
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn who_encrypts_does_not_talk_to_who_does_not() {
    let context = context();
    let encrypting = server(&context, GssapiServer::new().allow_any());
    let readable = server(&context, GssapiServer::new().allow_any().plaintext());
    for (security, pull) in [(client("alice").plaintext(), &encrypting), (client("alice"), &readable)] {
        let push = knocks(&context, security).open().unwrap();
        let monitor = push.monitor().unwrap();
        push.connect(pull.last_endpoint().unwrap()).unwrap();
        let unexpected = EventKind::HandshakeFailedProtocol(ProtocolError::ZmtpUnexpectedCommand);
        assert_eq!(failure(&monitor), unexpected);
        stays_outside(&push, pull);
    }
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn what_travels_can_be_read_only_if_it_is_said_to_be_plaintext() {
    const PSST: &[u8] = b"the tune without the words";
    let context = context();
    for (server, client, readable) in [
        (GssapiServer::new(), client("alice"), false),
        (GssapiServer::new().plaintext(), client("alice").plaintext(), true),
    ] {
        let pull = context.socket::<Pull>().security(server.allow_any()).bind("tcp://127.0.0.1:*").unwrap();
        let relay = Relay::to(&pull.last_endpoint().unwrap());
        let push = context.socket::<Push>().security(client).connect(relay.endpoint()).unwrap();
        push.send(PSST).unwrap();
        push.send(PSST.repeat(1000)).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), PSST);
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), PSST.repeat(1000));
        let captured = relay.captured();
        let seen = |what| contains(&captured.to_server, what) || contains(&captured.to_client, what);
        assert!(seen(&b"GSSAPI"[..]) && seen(b"INITIATE"));
        assert_eq!(seen(PSST), readable);
        assert_eq!(seen(b"Socket-Type"), readable);
    }
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_message_that_is_left_out_on_the_way_ends_the_connection() {
    let context = context();
    let pull = context.socket::<Pull>().security(GssapiServer::new().allow_any()).open().unwrap();
    let monitor = pull.monitor().unwrap();
    pull.bind("tcp://127.0.0.1:*").unwrap();
    let relay = Relay::to(&pull.last_endpoint().unwrap());
    let push = context.socket::<Push>().security(client("alice")).connect(relay.endpoint()).unwrap();
    push.send("pay 1").unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "pay 1");
    relay.swallow();
    push.send("do not").unwrap();
    push.send("pay 2").unwrap();
    until("the server notices", || {
        let kind = monitor.recv_timeout(PATIENCE).unwrap().kind();
        (kind == EventKind::HandshakeFailedProtocol(ProtocolError::ZmtpCryptographic)).then_some(())
    });
    assert!(pull.try_recv().unwrap_err().is_would_block());
}
