//! CURVE: which keys get in.

use ferromq::security::{CurveClient, CurveServer, Null, ZapDomain};
use ferromq::{Dealer, KeyPair, Pair, Pull, Rep, Req, Router};

use super::{client, context, gets_in, knocking, no_curve, server, server_key, stays_outside};
use crate::link::Place;
use crate::patience::PATIENCE;
use crate::zap_handler::{Authenticator, Question};

#[test]
fn curve_that_allows_any_lets_in_any_key_and_asks_nobody() {
    if no_curve() {
        return;
    }
    let context = context();
    let authenticator = Authenticator::start(&context, |_| false);
    let pull = server(&context, CurveServer::new(server_key()).allow_any());
    gets_in(&context, client(), &pull);
    gets_in(&context, client(), &pull);
    authenticator.is_not_asked();
    drop(authenticator);
    gets_in(&context, client(), &pull);
}

#[test]
fn a_curve_client_with_another_servers_key_stays_outside() {
    if no_curve() {
        return;
    }
    let context = context();
    let pull = server(&context, CurveServer::new(server_key()).allow_any());
    let other = KeyPair::generate().unwrap().public();
    let mistaken = knocking(&context, CurveClient::new(KeyPair::generate().unwrap(), other), &pull);
    stays_outside(&mistaken, &pull);
    gets_in(&context, client(), &pull);
    stays_outside(&mistaken, &pull);
}

#[test]
fn the_authenticator_judges_the_keys_of_curve_clients() {
    if no_curve() {
        return;
    }
    let context = context();
    let (known, unknown) = (client(), client());
    let key = known.public_key();
    let authenticator =
        Authenticator::start(&context, move |question| question.credentials == [key.as_bytes()]);
    let pull = server(&context, CurveServer::new(server_key()).domain(ZapDomain::new("lab").unwrap()));

    let outside = knocking(&context, unknown.clone(), &pull);
    let expected = |client: &CurveClient| Question {
        domain: "lab".to_owned(),
        address: "127.0.0.1".to_owned(),
        mechanism: "CURVE".to_owned(),
        credentials: vec![client.public_key().as_bytes().to_vec()],
    };
    assert_eq!(authenticator.question(), expected(&unknown));
    stays_outside(&outside, &pull);
    gets_in(&context, known.clone(), &pull);
    while authenticator.question() != expected(&known) {}
    stays_outside(&outside, &pull);
}

#[test]
fn curve_works_over_every_transport_of_streams_and_in_every_pattern() {
    if no_curve() {
        return;
    }
    let context = context();
    let secured = || CurveServer::new(server_key()).allow_any();
    let mut endpoints = vec!["tcp://127.0.0.1:*", "ws://127.0.0.1:*/path"];
    if cfg!(unix) {
        endpoints.push("ipc://*");
    }
    for endpoint in endpoints {
        let pull = context.socket::<Pull>().security(secured()).bind(endpoint).unwrap();
        gets_in(&context, client(), &pull);
    }
    let tcp = Place::tcp();
    let (rep, req) =
        tcp.join(context.socket::<Rep>().security(secured()), context.socket::<Req>().security(client()));
    let awaiting = req.send("Hello").unwrap();
    let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request, "Hello");
    replying.send("World").unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "World");
    let (router, dealer) = tcp
        .join(context.socket::<Router>().security(client()), context.socket::<Dealer>().security(secured()));
    dealer.send("whoever binds may be the client").unwrap();
    assert_eq!(router.recv_from_timeout(PATIENCE).unwrap().1, "whoever binds may be the client");
    // inproc joins without any handshake.
    let (left, right) = Place::inproc()
        .join(context.socket::<Pair>().security(secured()), context.socket::<Pair>().security(Null::new()));
    left.send("within one program").unwrap();
    assert_eq!(right.recv_timeout(PATIENCE).unwrap(), "within one program");
}
