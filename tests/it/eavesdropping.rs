//! What somebody between two peers can read, with each mechanism.

use ferromq::pattern::Pattern;
use ferromq::security::{CurveClient, CurveServer, Null, PlainClient, PlainServer};
use ferromq::{
    Builder, Context, Dealer, KeyPair, Pull, Push, Rep, Req, Router, RoutingId, Security, Socket, Sub, XPub,
    XPubEvent,
};

use crate::patience::PATIENCE;
use crate::relay::{Captured, Relay, contains};
use crate::zap_handler::Authenticator;

// Long enough that none of them is in encrypted bytes by chance.
const ROUTING_ID: &str = "the-name-of-the-dealer";
const KEY: &str = "X-Station-Of-The-Client";
const VALUE: &str = "somewhere in the north";
const SERVER_KEY: &str = "X-Station-Of-The-Server";
const SERVER_VALUE: &str = "somewhere in the south";
const REQUEST: &str = "what is the answer to it all?";
const REPLY: &str = "forty-two, and do not tell";
const PUSHED: &str = "a task for nobody else";
const FRAMES: [&str; 3] =
    ["the first of three frames", "the second of three frames", "the third of three frames"];
const RETURNED: &str = "what the router sends back";
const TOPIC: &str = "a topic to be quiet about";
const USERNAME: &str = "a user by the name of admin";
const PASSWORD: &str = "the password of that user";

/// What clients and servers say in [`session`].
const BY_THE_CLIENT: [&str; 10] =
    [ROUTING_ID, KEY, VALUE, REQUEST, PUSHED, FRAMES[0], FRAMES[1], FRAMES[2], TOPIC, "Socket-Type"];
const BY_THE_SERVER: [&str; 6] = [SERVER_KEY, SERVER_VALUE, REPLY, RETURNED, TOPIC, "Socket-Type"];

/// A PUSH whose content takes more than one buffer of libzmq's.
fn long() -> String {
    "a long story that goes on. ".repeat(3000)
}

/// Conversations in four patterns, overheard.
fn session(context: &Context, server: impl Into<Security>, client: impl Into<Security>) -> Captured {
    let mut relays = Vec::new();
    let (server, client) = (server.into(), client.into());

    let rep = context.socket::<Rep>().security(server.clone()).metadata(SERVER_KEY, SERVER_VALUE);
    let req = context.socket::<Req>().security(client.clone()).metadata(KEY, VALUE);
    let (rep, req) = join(rep.receive_timeout(PATIENCE), req.receive_timeout(PATIENCE), &mut relays);
    let req = req.send(REQUEST).unwrap();
    let (request, rep) = rep.recv().unwrap();
    rep.send(REPLY).unwrap();
    assert_eq!((request[0].metadata(KEY), &request), (Some(VALUE), &REQUEST.into()));
    assert_eq!(req.recv().unwrap().0, REPLY);

    let (pull, push) = (context.socket::<Pull>().security(server.clone()), context.socket::<Push>());
    let (pull, push) = join(pull, push.security(client.clone()), &mut relays);
    for message in [PUSHED, &long()] {
        push.send(message).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), message);
    }

    let dealer = context.socket::<Dealer>().routing_id(RoutingId::new(ROUTING_ID).unwrap());
    let router = context.socket::<Router>().security(server.clone());
    let (router, dealer) = join(router, dealer.security(client.clone()), &mut relays);
    dealer.send(FRAMES).unwrap();
    let (name, message) = router.recv_from_timeout(PATIENCE).unwrap();
    assert_eq!((name.as_bytes(), message), (ROUTING_ID.as_bytes(), FRAMES.into()));
    router.send_to(&name, RETURNED).unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), RETURNED);

    let sub = context.socket::<Sub>().security(client).subscribe(TOPIC);
    let (publisher, sub) = join(context.socket::<XPub>().security(server), sub, &mut relays);
    assert_eq!(publisher.recv_event_timeout(PATIENCE).unwrap(), XPubEvent::Subscribed(TOPIC.into()));
    publisher.send(TOPIC).unwrap();
    assert_eq!(sub.recv_timeout(PATIENCE).unwrap(), TOPIC);

    let mut all = Captured::default();
    for captured in relays.iter().map(Relay::captured) {
        all.to_server.extend(captured.to_server);
        all.to_client.extend(captured.to_client);
    }
    all
}

fn join<P: Pattern, S, Q: Pattern, T>(
    server: Builder<P, S>,
    client: Builder<Q, T>,
    relays: &mut Vec<Relay>,
) -> (Socket<P, S>, Socket<Q, T>) {
    let server = server.bind("tcp://127.0.0.1:*").unwrap();
    let relay = Relay::to(&server.last_endpoint().unwrap());
    let client = client.connect(relay.endpoint()).unwrap();
    relays.push(relay);
    (server, client)
}

fn is_readable(session: &Captured) {
    for said in BY_THE_CLIENT {
        assert!(contains(&session.to_server, said), "{said:?} is not in what the client has sent");
    }
    for said in BY_THE_SERVER {
        assert!(contains(&session.to_client, said), "{said:?} is not in what the server has sent");
    }
    assert!(contains(&session.to_server, long()));
}

#[test]
fn null_and_plain_hide_nothing() {
    let context = Context::new().unwrap();
    is_readable(&session(&context, Null::new(), Null::new()));

    let _authenticator = Authenticator::start(&context, |_| true);
    let client = PlainClient::new(USERNAME, PASSWORD).unwrap();
    let session = session(&context, PlainServer::new(), client);
    is_readable(&session);
    assert!(contains(&session.to_server, USERNAME) && contains(&session.to_server, PASSWORD));
}

#[test]
fn curve_hides_all_that_is_said_and_who_says_it() {
    if cfg!(not(feature = "curve")) {
        return;
    }
    let (server, client) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let security = CurveServer::new(server.secret().clone()).allow_any();
    let session =
        session(&Context::new().unwrap(), security, CurveClient::new(client.clone(), server.public()));
    let long = long();
    for captured in [&session.to_server, &session.to_client] {
        assert!(contains(captured, "CURVE"), "this is no session of CURVE");
        for said in BY_THE_CLIENT.iter().chain(&BY_THE_SERVER) {
            assert!(!contains(captured, said), "{said:?} can be read");
            // Nor is it there in pieces.
            for piece in said.as_bytes().windows(8) {
                assert!(!contains(captured, piece), "a piece of {said:?} can be read");
            }
        }
        assert!(long.as_bytes().windows(8).take(27).all(|piece| !contains(captured, piece)));
        for key in [
            server.secret().as_bytes(),
            client.secret().as_bytes(),
            client.public().as_bytes(),
            server.public().as_bytes(),
        ] {
            assert!(!contains(captured, key), "a long-term key can be read");
        }
    }
    assert!(session.to_server.len() > long.len(), "not all was captured");
}
