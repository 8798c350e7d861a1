//! CURVE and PLAIN with pyzmq on the other side, and its authenticator.

use ferromq::security::{CurveClient, CurveServer, Null, PlainClient, PlainServer};
use ferromq::{KeyPair, PublicKey, Push, Rep, Req, Security};

use super::{
    CLIENT_PUBLIC, CLIENT_SECRET, SERVER_PUBLIC, SERVER_SECRET, TICK, client, context, server, server_key,
    server_public,
};
use crate::patience::{A_WHILE, PATIENCE};
use crate::process::{Program, Result, alone, explained, python_script};
use crate::zap_handler::Authenticator;

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_rust_server_judges_python_clients() {
    let context = context();
    let secured: [(Security, &str, [&str; 2], [&str; 2]); 2] = [
        (
            CurveServer::new(server_key()).into(),
            "curve",
            [CLIENT_SECRET, SERVER_PUBLIC],
            // A key pair like any other, and one that the authenticator does not know.
            [SERVER_SECRET, SERVER_PUBLIC],
        ),
        (PlainServer::new().into(), "plain", ["admin", "secret"], ["admin", "Secret"]),
    ];
    let client_key: PublicKey = CLIENT_PUBLIC.parse().unwrap();
    let authenticator = Authenticator::start(&context, move |question| {
        question.credentials == [client_key.as_bytes()]
            || question.credentials == [b"admin".to_vec(), b"secret".to_vec()]
    });
    for (security, mechanism, honest, rogue) in secured {
        let mut rep = context
            .socket::<Rep>()
            .security(security)
            .receive_timeout(PATIENCE)
            .bind("tcp://127.0.0.1:*")
            .unwrap();
        let endpoint = rep.last_endpoint().unwrap();
        let peer = |keys: [&str; 2], says: &str| {
            python(&["client", mechanism, endpoint.as_str(), keys[0], keys[1], says])
        };
        let mut outside = peer(rogue, "refused");
        authenticator.question();
        for _ in 0..2 {
            let mut inside = peer(honest, "Hello");
            let conversation = rep.recv().map_err(|failed| failed.to_string());
            let (request, replying) =
                conversation.unwrap_or_else(|error| panic!("{}", explained(error, [&mut inside])));
            assert_eq!(request, "Hello", "{mechanism}");
            rep = replying.send("World").unwrap();
            ends_well(inside.expect_line("World"), &mut inside);
        }
        let Err(failed) = rep.recv_timeout(A_WHILE) else { panic!("the rogue got in") };
        assert!(failed.is_timeout());
        assert!(outside.line_within(A_WHILE).is_none(), "the rogue got an answer");
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn the_authenticator_of_pyzmq_judges_rust_clients() {
    let pair = |secret: &str| KeyPair::from_secret(secret.parse().unwrap()).unwrap();
    let curve = |secret, server| Security::from(CurveClient::new(pair(secret), server));
    let plain = |name, password| Security::from(PlainClient::new(name, password).unwrap());
    let other_server = KeyPair::generate().unwrap().public();
    let conversations: [(&str, [&str; 2], Security, Vec<Security>); 2] = [
        (
            "curve",
            [SERVER_SECRET, CLIENT_PUBLIC],
            curve(CLIENT_SECRET, server_public()),
            vec![
                curve(SERVER_SECRET, server_public()),
                curve(CLIENT_SECRET, other_server),
                plain("admin", "secret"),
                Null::new().into(),
            ],
        ),
        (
            "plain",
            ["admin", "secret"],
            plain("admin", "secret"),
            vec![plain("admin", "Secret"), plain("nobody", "secret"), Null::new().into()],
        ),
    ];
    for (mechanism, keys, honest, rogues) in conversations {
        let mut peer = python(&["server", mechanism, "tcp://127.0.0.1:*", keys[0], keys[1]]);
        let endpoint = peer.line().unwrap_or_else(|error| panic!("{}", explained(error, [&mut peer])));
        let context = context();
        let req = |security: &Security| {
            let builder = context.socket::<Req>().security(security.clone()).immediate(true);
            builder.receive_timeout(PATIENCE).connect(endpoint.as_str()).unwrap()
        };
        let rogues: Vec<_> = rogues.iter().map(req).collect();
        for _ in 0..2 {
            let (reply, _) = req(&honest).send("Hello").unwrap().recv().unwrap();
            assert_eq!(reply, "World, Hello!", "{mechanism}");
        }
        for rogue in rogues {
            assert!(rogue.send_timeout("Hello", A_WHILE).unwrap_err().is_timeout(), "{mechanism}");
        }
        let outcome = peer.tell("end");
        ends_well(outcome, &mut peer);
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_client_hangs_up_on_a_server_with_a_worthless_short_term_key() {
    alone("security::python::a_client_hangs_up_on_a_server_with_a_worthless_short_term_key", || {
        let mut command = python_script("tests/python/hostile_curve.py");
        command.arg(SERVER_SECRET);
        let mut peer = Program::start("the hostile server in Python", command);
        let outcome = peer.line().and_then(|endpoint| {
            let context = context();
            let builder =
                context.socket::<Push>().security(client()).immediate(true).reconnect_interval(TICK);
            let push = builder.connect(endpoint).unwrap();
            peer.expect_line("hung up")?;
            assert!(push.try_send("to nobody").unwrap_err().is_would_block());
            let pull = server(&context, CurveServer::new(server_key()).allow_any());
            push.connect(pull.last_endpoint().unwrap()).unwrap();
            push.send_timeout("to the honest one", PATIENCE).unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "to the honest one");
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{}", explained(error, [&mut peer])));
    });
}

fn python(arguments: &[&str]) -> Program {
    let mut command = python_script("tests/python/secured.py");
    command.args(arguments);
    Program::start(format!("the {} of {} in Python", arguments[0], arguments[1]), command)
}

fn ends_well(outcome: Result<()>, peer: &mut Program) {
    let outcome = outcome.and_then(|()| peer.end_well(PATIENCE));
    outcome.map(drop).unwrap_or_else(|error| panic!("{}", explained(error, [peer])));
}
