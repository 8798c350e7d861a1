//! Whoever asks an authenticator, and what may be one.

use ferromq::pattern::Pattern;
use ferromq::security::{CurveServer, Null, PlainClient, PlainServer, ZapDomain};
use ferromq::{Builder, Dealer, ErrorKind, Pair, Pub, Pull, Push, Rep, Req, Router, Security, Sub};

use super::{
    client, context, gets_in, is_let_in, knocking, no_curve, server, server_key, soon, stays_outside,
};
use crate::patience::{PATIENCE, kind_of};
use crate::zap_handler::{Authenticator, ZAP};

#[test]
fn a_peer_of_another_mechanism_stays_outside() {
    if no_curve() {
        return;
    }
    let context = context();
    let _authenticator = Authenticator::start(&context, |_| true);
    let plain_client = || PlainClient::new("admin", "secret").unwrap();
    let curve = server(&context, CurveServer::new(server_key()).allow_any());
    let plain = server(&context, PlainServer::new());
    let null = server(&context, Null::new());
    let outside = [
        (knocking(&context, Null::new(), &curve), &curve),
        (knocking(&context, plain_client(), &curve), &curve),
        (knocking(&context, Null::new(), &plain), &plain),
        (knocking(&context, client(), &plain), &plain),
        (knocking(&context, plain_client(), &null), &null),
        (knocking(&context, client(), &null), &null),
    ];
    for (client, server) in &outside {
        stays_outside(client, server);
    }
    gets_in(&context, client(), &curve);
    gets_in(&context, plain_client(), &plain);
    gets_in(&context, Null::new(), &null);
    for (client, server) in &outside {
        stays_outside(client, server);
    }
}

#[test]
fn nobody_gets_in_until_there_is_an_authenticator() {
    let context = context();
    let mut doors = vec![
        (Security::from(PlainServer::new()), PlainClient::new("admin", "secret").unwrap().into()),
        (Null::in_domain(ZapDomain::default()).into(), Security::default()),
    ];
    if !no_curve() {
        doors.push((CurveServer::new(server_key()).into(), client().into()));
    }
    for (door, key) in doors {
        // Where there is no authenticator, libzmq lets go of a NULL peer only when the handshake has taken too long.
        let builder = context.socket::<Pull>().security(door).handshake_timeout(soon());
        let pull = builder.bind("tcp://127.0.0.1:*").unwrap();
        let push = knocking(&context, key, &pull);
        stays_outside(&push, &pull);
        let _authenticator = Authenticator::start(&context, |_| true);
        is_let_in(&push, &pull);
    }
}

#[test]
fn only_what_can_answer_may_be_bound_where_libzmq_asks() {
    fn refused<P: Pattern, S>(builder: Builder<P, S>) {
        let failed = builder.bind(ZAP).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Unsupported, "{}", P::NAME);
        let live = failed.into_kept().open().unwrap();
        let error = live.bind(ZAP).unwrap_err();
        assert_eq!(
            error.to_string(),
            "bind inproc://zeromq.zap.01: not supported: an authenticator is a REP, ROUTER or SERVER; libzmq would end \
             the process"
        );
    }
    let context = context();
    refused(context.socket::<Req>());
    refused(context.socket::<Dealer>());
    refused(context.socket::<Pub>());
    refused(context.socket::<Sub>());
    refused(context.socket::<Push>());
    refused(context.socket::<Pull>());
    refused(context.socket::<Pair>());
    let rep = context.socket::<Rep>().bind(ZAP).unwrap();
    assert_eq!(kind_of(context.socket::<Rep>().bind(ZAP)), ErrorKind::AddressInUse);
    rep.unbind(ZAP).unwrap();
    context.socket::<Router>().bind(ZAP).unwrap();
}

/// libzmq reads one answer to a question.
#[test]
fn a_second_answer_of_the_authenticator_is_ignored() {
    let context = context();
    let authenticator = context.socket::<Router>().receive_timeout(PATIENCE).bind(ZAP).unwrap();
    let pull = server(&context, PlainServer::new());
    let push = knocking(&context, PlainClient::new("admin", "secret").unwrap(), &pull);
    let (asker, request) = authenticator.recv_from().unwrap();
    let id = String::from_utf8_lossy(&request[2]).into_owned();
    for status in ["200", "400"] {
        authenticator.send_to(&asker, ["", "1.0", &id, status, "", "", ""]).unwrap();
    }
    is_let_in(&push, &pull);
}
