//! The watched state of a socket's connections: that it is right, also after losses, refusals and what the program itself
//! ends; and that whoever waits for it hears of it, or why not.

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::connections::{ConnectionState, Connections, Refusal};
use ferromq::monitor::{AuthFailure, EventKind, EventSet};
use ferromq::pattern::Pattern;
use ferromq::security::{CurveClient, CurveServer};
use ferromq::zap::{Authenticator, AuthorizedKeys, Rules};
use ferromq::{
    AnySocket, Capability, Context, Dealer, ErrorKind, KeyPair, Pub, Pull, Push, ReconnectStop, Router,
    Socket, SocketKind, Stream, Sub, has,
};
use futures_lite::future::block_on;

use crate::link::{NOBODY, Place, free_endpoint};
use crate::patience::{PATIENCE, does_not_hang, kind_of, repetitions, until};

const LOOPBACK: &str = "tcp://127.0.0.1:*";

/// A socket that is watched from the beginning.
fn watched<P: Pattern>(context: &Context) -> (Socket<P>, Connections) {
    let socket = context.socket::<P>().open().unwrap();
    let connections = socket.watch().unwrap();
    (socket, connections)
}

#[track_caller]
fn wait_for(connections: &Connections, is_such: impl Fn(ConnectionState) -> bool) -> ConnectionState {
    connections.wait_until(PATIENCE, is_such).unwrap()
}

fn is_disconnected(state: ConnectionState) -> bool {
    matches!(state, ConnectionState::Disconnected { .. })
}

#[test]
fn both_sides_count_their_peers_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each().iter().filter(|place| !place.endpoint().starts_with("inproc")) {
        let (push, pushing) = watched::<Push>(&context);
        assert_eq!(pushing.state(), ConnectionState::Idle);
        push.bind(place.endpoint()).unwrap();
        wait_for(&pushing, |state| state == ConnectionState::Listening);

        let endpoint = push.last_endpoint().unwrap();
        let mut pulls = Vec::new();
        for peers in 1..=5 {
            let (pull, pulling) = watched::<Pull>(&context);
            pull.connect(&endpoint).unwrap();
            pulling.wait_for_peers(1, PATIENCE).unwrap();
            pushing.wait_for_peers(peers, PATIENCE).unwrap();
            assert_eq!(pulling.peers()[0].remote(), Some(endpoint.as_str()));
            pulls.push((pull, pulling));
        }
        assert_eq!(pushing.state(), ConnectionState::Ready { peers: 5 });
        assert!(pushing.peers().iter().all(|peer| peer.local() == Some(endpoint.as_str())));

        let (left, _) = pulls.pop().unwrap();
        drop(left);
        wait_for(&pushing, |state| state == ConnectionState::Ready { peers: 4 });
        drop(push);
        assert_eq!(wait_for(&pushing, |state| state == ConnectionState::Closed), ConnectionState::Closed);
        for (_pull, pulling) in pulls {
            wait_for(&pulling, is_disconnected);
        }
    }
}

#[test]
fn a_lost_server_is_noticed_and_found_again() {
    let context = Context::new().unwrap();
    let endpoint = &*free_endpoint();
    let (dealer, dealing) = watched::<Dealer>(&context);
    let before = Instant::now();
    dealer.connect(endpoint).unwrap();
    wait_for(&dealing, |state| state == ConnectionState::Connecting);
    for _ in 0..3 {
        let router = context.socket::<Router>().bind(endpoint).unwrap();
        dealing.wait_for_peers(1, PATIENCE).unwrap();
        drop(router);
        let ConnectionState::Disconnected { since } = wait_for(&dealing, is_disconnected) else { panic!() };
        assert!(before < since && since <= Instant::now());
    }
}

#[test]
fn a_watch_begins_before_the_first_endpoint() {
    let pull = Context::new().unwrap().socket::<Pull>().bind(LOOPBACK).unwrap();
    assert_eq!(kind_of(pull.watch()), ErrorKind::WrongState);
}

#[test]
fn what_the_program_ends_is_no_peer_any_more() {
    let context = Context::new().unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let bound = context.socket::<Pull>().bind(LOOPBACK).unwrap();
        let other = context.socket::<Pull>().bind(LOOPBACK).unwrap();
        let (push, pushing) = watched::<Push>(&context);
        let port = bound.last_endpoint().unwrap().port().unwrap();
        let endpoint = format!("tcp://{host}:{port}");
        for _ in 0..5 {
            push.connect(&*endpoint).unwrap();
            pushing.wait_for_peers(1, PATIENCE).unwrap();
            push.disconnect(&*endpoint).unwrap();
            assert_eq!(pushing.state(), ConnectionState::Idle);
        }
        // Also what is not finished yet when the program gives it up, and the one beside it stays.
        push.connect(other.last_endpoint().unwrap()).unwrap();
        for _ in 0..repetitions(100) {
            push.connect(&*endpoint).unwrap();
            push.disconnect(&*endpoint).unwrap();
        }
        wait_for(&pushing, |state| state == ConnectionState::Ready { peers: 1 });
        let error = pushing.wait_for_peers(2, Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.to_string(), "monitor: timed out: ready, 1 peer");
    }
}

#[test]
fn a_connection_that_was_made_again_under_its_number_ends_under_its_name() {
    let context = Context::new().unwrap();
    let endpoint = &*free_endpoint();
    let name = endpoint.replace("127.0.0.1", "localhost");
    let (push, pushing) = watched::<Push>(&context);
    push.connect(&*name).unwrap();
    for _ in 0..2 {
        let pull = context.socket::<Pull>().bind(endpoint).unwrap();
        pushing.wait_for_peers(1, PATIENCE).unwrap();
        drop(pull);
        wait_for(&pushing, is_disconnected);
    }
    let _pull = context.socket::<Pull>().bind(endpoint).unwrap();
    pushing.wait_for_peers(1, PATIENCE).unwrap();
    push.disconnect(&*name).unwrap();
    assert_eq!(pushing.state(), ConnectionState::Idle);
}

#[test]
fn an_unbound_socket_has_lost_whom_it_had_accepted() {
    let context = Context::new().unwrap();
    for endpoint in [LOOPBACK, "tcp://*:*"] {
        let (pull, pulling) = watched::<Pull>(&context);
        pull.bind(endpoint).unwrap();
        let bound = pull.last_endpoint().unwrap();
        let (push, pushing) = watched::<Push>(&context);
        push.connect(format!("tcp://127.0.0.1:{}", bound.port().unwrap())).unwrap();
        pulling.wait_for_peers(1, PATIENCE).unwrap();
        pull.unbind(&bound).unwrap();
        wait_for(&pulling, |state| state.peers() == 0);
        // And it is true, once libzmq has been given the time of the socket's thread for it.
        until("the other side to notice", || {
            let _ = pull.try_recv();
            (!pushing.state().is_ready()).then_some(())
        });
    }
}

#[test]
fn a_stream_is_not_watched() {
    let stream = Context::new().unwrap().socket::<Stream>().open().unwrap();
    assert_eq!(kind_of(stream.watch()), ErrorKind::Unsupported);
}

#[test]
fn a_refused_client_knows_why_and_that_nothing_more_is_tried() {
    if !has(Capability::Curve) {
        return;
    }
    let context = Context::new().unwrap();
    let _authenticator = Authenticator::start(&context, Rules::new().curve(AuthorizedKeys::new())).unwrap();
    let server = KeyPair::generate().unwrap();
    let public = server.public();
    let rep = context.socket::<Router>().security(CurveServer::new(server)).open().unwrap();
    let serving = rep.watch().unwrap();
    rep.bind(LOOPBACK).unwrap();

    let keys = KeyPair::generate().unwrap();
    let client = context.socket::<Dealer>().security(CurveClient::new(keys, public)).open().unwrap();
    let asking = client.watch().unwrap();
    client.connect(rep.last_endpoint().unwrap()).unwrap();
    let error = asking.wait_for_peers(1, PATIENCE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GaveUp);
    assert_eq!(error.to_string(), "monitor: given up: access denied (ZAP status 400)");
    let refusal = Refusal::Auth(AuthFailure::Denied);
    assert_eq!(asking.state(), ConnectionState::GaveUp { refused: Some(refusal) });
    assert_eq!((serving.state(), serving.last_refusal()), (ConnectionState::Listening, Some(refusal)));
}

#[test]
fn a_client_that_libzmq_sends_on_is_refused_until_it_is_let_in() {
    if !has(Capability::Curve) {
        return;
    }
    let context = Context::new().unwrap();
    let server = KeyPair::generate().unwrap();
    let public = server.public();
    // Nobody decides yet, and a server without an authenticator sends clients away to try again.
    let router = context.socket::<Router>().security(CurveServer::new(server)).bind(LOOPBACK).unwrap();
    let keys = KeyPair::generate().unwrap();
    let client = context.socket::<Dealer>().security(CurveClient::new(keys, public)).open().unwrap();
    let asking = client.watch().unwrap();
    client.connect(router.last_endpoint().unwrap()).unwrap();
    wait_for(&asking, |state| matches!(state, ConnectionState::Refused(Refusal::Broken { .. })));

    let _authenticator = Authenticator::start(&context, Rules::new().curve_any()).unwrap();
    asking.wait_for_peers(1, PATIENCE).unwrap();
    assert_eq!(asking.last_refusal(), None);
}

#[test]
fn what_does_not_speak_zmtp_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        peer.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().reconnect_stop(ReconnectStop::HANDSHAKE_FAILED).open().unwrap();
    let pushing = push.watch().unwrap();
    push.connect(&*endpoint).unwrap();
    let state = wait_for(&pushing, |state| matches!(state, ConnectionState::GaveUp { .. }));
    assert!(matches!(state, ConnectionState::GaveUp { refused: Some(_) }), "{state}");
    drop(push);
    server.join().unwrap();
}

#[test]
fn libzmq_that_is_told_to_stop_has_given_up() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().reconnect_stop(ReconnectStop::CONNECTION_REFUSED).open().unwrap();
    let pushing = push.watch().unwrap();
    push.connect(NOBODY).unwrap();
    assert_eq!(kind_of(pushing.wait_for_peers(1, PATIENCE)), ErrorKind::GaveUp);
    assert_eq!(pushing.state(), ConnectionState::GaveUp { refused: None });

    let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
    let push = context.socket::<Push>().reconnect_interval(None).open().unwrap();
    let pushing = push.watch().unwrap();
    push.connect(pull.last_endpoint().unwrap()).unwrap();
    pushing.wait_for_peers(1, PATIENCE).unwrap();
    drop(pull);
    let is_over = |state| matches!(state, ConnectionState::GaveUp { refused: None });
    wait_for(&pushing, is_over);
}

#[test]
fn who_tries_again_has_not_given_up() {
    let context = Context::new().unwrap();
    let push = context
        .socket::<Push>()
        .reconnect_backoff(Duration::from_millis(10), Duration::from_secs(30))
        .open()
        .unwrap();
    let pushing = push.watch().unwrap();
    push.connect(NOBODY).unwrap();
    let error = pushing.wait_for_peers(1, Duration::from_millis(2500)).unwrap_err();
    assert_eq!(error.to_string(), "monitor: timed out: connecting");
}

#[test]
fn whoever_waits_is_told_of_the_end() {
    let context = Context::new().unwrap();
    let (push, pushing) = watched::<Push>(&context);
    push.connect(NOBODY).unwrap();
    let waiting = {
        let pushing = pushing.clone();
        thread::spawn(move || (pushing.wait_for_peers(1, PATIENCE), pushing.changes().last()))
    };
    drop(push);
    let (outcome, last) = waiting.join().unwrap();
    assert_eq!(kind_of(outcome), ErrorKind::MonitorStopped);
    assert_eq!(last, Some(ConnectionState::Closed));

    let (_push, pushing) = watched::<Push>(&context);
    context.shutdown();
    assert_eq!(kind_of(pushing.wait_for_peers(1, PATIENCE)), ErrorKind::Terminated);
    assert_eq!(kind_of(block_on(pushing.until_peers(1))), ErrorKind::Terminated);
}

#[test]
fn a_later_monitor_ends_the_watch() {
    let (push, pushing) = watched::<Push>(&Context::new().unwrap());
    let _monitor = push.monitor().unwrap();
    assert_eq!(kind_of(pushing.wait_for_peers(1, PATIENCE)), ErrorKind::MonitorStopped);
}

#[test]
fn changes_are_told_to_threads_and_to_tasks() {
    let context = Context::new().unwrap();
    let (pull, pulling) = watched::<Pull>(&context);
    let listen = || pull.bind(LOOPBACK).unwrap();
    let mut changes = pulling.changes();
    assert_eq!(changes.next(), Some(ConnectionState::Idle));
    listen();
    assert_eq!(changes.next(), Some(ConnectionState::Listening));

    let task = thread::spawn(move || block_on(async move { pulling.until_peers(3).await.map(|()| pulling) }));
    let pushes: Vec<_> =
        (0..3).map(|_| context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap()).collect();
    let pulling = does_not_hang("until_peers", move || task.join().unwrap().unwrap());
    drop(pushes);
    let mut changes = pulling.changes();
    block_on(async {
        loop {
            match changes.changed().await {
                Some(ConnectionState::Disconnected { .. }) => break,
                state => assert!(state.is_some_and(ConnectionState::is_ready), "{state:?}"),
            }
        }
    });
    drop(pull);
    let rest: Vec<_> = does_not_hang("the end of the changes", || changes.collect());
    assert_eq!(rest.last(), Some(&ConnectionState::Closed));
}

#[test]
fn a_watch_ends_with_its_last_clone_and_leaves_the_socket_alone() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
    let (push, pushing) = watched::<Push>(&context);
    drop(pushing.clone());
    push.connect(pull.last_endpoint().unwrap()).unwrap();
    pushing.wait_for_peers(1, PATIENCE).unwrap();
    let changes = pushing.changes();
    drop(pushing);
    drop(changes);
    push.disconnect(pull.last_endpoint().unwrap()).unwrap();
    push.connect(pull.last_endpoint().unwrap()).unwrap();
    push.send("still here").unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "still here");
}

#[test]
fn a_pub_that_has_waited_for_its_subscriber_loses_nothing() {
    let context = Context::new().unwrap();
    for start in 0..repetitions(1000) {
        let publisher = context.socket::<Pub>().bind(LOOPBACK).unwrap();
        let subscriber = context.socket::<Sub>().subscribe("weather").open().unwrap();
        subscriber.connect(publisher.last_endpoint().unwrap()).unwrap();
        publisher.wait_for_topics(1, PATIENCE).unwrap();
        for number in 0..3 {
            publisher.send(format!("weather {start} {number}")).unwrap();
        }
        for number in 0..3 {
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), format!("weather {start} {number}"));
        }
    }
}

#[test]
fn a_pub_waits_no_longer_than_it_is_told() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<Pub>().bind(LOOPBACK).unwrap();
    publisher.wait_for_topics(0, Duration::ZERO).unwrap();
    assert_eq!(kind_of(publisher.wait_for_topics(1, Duration::from_millis(20))), ErrorKind::TimedOut);
    let subscriber = context.socket::<Sub>().subscribe("one").subscribe("two").open().unwrap();
    subscriber.connect(publisher.last_endpoint().unwrap()).unwrap();
    publisher.wait_for_topics(2, PATIENCE).unwrap();
    assert_eq!(kind_of(publisher.wait_for_topics(3, Duration::from_millis(20))), ErrorKind::TimedOut);
    context.shutdown();
    assert_eq!(kind_of(publisher.wait_for_topics(3, PATIENCE)), ErrorKind::Terminated);
}

#[test]
fn a_socket_of_any_pattern_can_be_watched_and_monitored() {
    let context = Context::new().unwrap();
    let pull = AnySocket::open(&context, SocketKind::Pull).unwrap();
    let pulling = pull.watch().unwrap();
    pull.bind(LOOPBACK).unwrap();
    let push = AnySocket::open(&context, SocketKind::Push).unwrap();
    let monitor = push.monitor_with(EventSet::HANDSHAKE_SUCCEEDED).unwrap();
    push.connect(pull.last_endpoint().unwrap()).unwrap();
    pulling.wait_for_peers(1, PATIENCE).unwrap();
    assert_eq!(monitor.recv_timeout(PATIENCE).unwrap().kind(), EventKind::HandshakeSucceeded);
    push.stop_monitor().unwrap();
    assert_eq!(monitor.recv_timeout(PATIENCE).unwrap().kind(), EventKind::MonitorStopped);
    assert_eq!(kind_of(push.request_pipe_stats()), ErrorKind::WrongState);
    assert_eq!(kind_of(push.watch()), ErrorKind::WrongState);
}

#[test]
fn whoever_waits_may_ask_meanwhile() {
    let context = Context::new().unwrap();
    let (push, pushing) = watched::<Push>(&context);
    push.bind(LOOPBACK).unwrap();
    let _pull = context.socket::<Pull>().connect(push.last_endpoint().unwrap()).unwrap();
    does_not_hang("a condition that looks at the peers", move || {
        pushing.wait_until(PATIENCE, |_| !pushing.peers().is_empty()).unwrap();
    });
}
