//! Connecting over `inproc` before anybody is bound.

use std::sync::Barrier;
use std::thread;

use ferromq::{Context, Dealer, Pair, Pull, Push, Router, RoutingId, Sub, XPub, XPubEvent};

use crate::link::Place;
use crate::patience::{PATIENCE, does_not_hang, repetitions};

/// Source: tests/test_inproc_connect.cpp, test_connect_before_bind_pub_sub
#[test]
fn a_publisher_that_connects_first_learns_of_the_subscription() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let publisher = context.socket::<XPub>().connect(place.endpoint()).unwrap();
    publisher.send("before anybody subscribed").unwrap();
    let subscriber = context.socket::<Sub>().subscribe("").bind(place.endpoint()).unwrap();
    assert_eq!(publisher.recv_event_timeout(PATIENCE).unwrap(), XPubEvent::Subscribed(Vec::new()));
    publisher.send("after").unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "after");
}

/// Source: tests/test_inproc_connect.cpp, test_multiple_connects
#[test]
fn what_many_sent_before_the_bind_arrives() {
    const SENDERS: usize = 10;
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let sender = context.socket::<Push>().connect(place.endpoint()).unwrap();
            sender.send("before").unwrap();
            sender
        })
        .collect();
    let pull = context.socket::<Pull>().bind(place.endpoint()).unwrap();
    for _ in &senders {
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "before");
    }
    assert!(pull.try_recv().unwrap_err().is_would_block());
}

/// Source: tests/test_inproc_connect.cpp, test_multiple_threads and test_simultaneous_connect_bind_threads
#[test]
fn binding_and_connecting_at_the_same_moment_joins_everybody() {
    const THREADS: usize = 8;
    for _ in 0..repetitions(50) {
        does_not_hang("joining", || {
            let context = Context::new().unwrap();
            let start = Barrier::new(THREADS + 1);
            thread::scope(|threads| {
                for _ in 0..THREADS {
                    threads.spawn(|| {
                        let push = context.socket::<Push>().open().unwrap();
                        start.wait();
                        push.connect("inproc://at-once").unwrap();
                        push.send("here").unwrap();
                    });
                }
                let pull = context.socket::<Pull>().open().unwrap();
                start.wait();
                pull.bind("inproc://at-once").unwrap();
                for _ in 0..THREADS {
                    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "here");
                }
            });
        });
    }
}

/// Source: tests/test_inproc_connect.cpp, test_routing_id
#[test]
fn a_routing_id_reaches_a_router_that_is_bound_later() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let id = RoutingId::new("an early dealer").unwrap();
    let dealer = context.socket::<Dealer>().routing_id(id.clone()).connect(place.endpoint()).unwrap();
    let router = context.socket::<Router>().mandatory(true).bind(place.endpoint()).unwrap();
    dealer.send("hello").unwrap();
    assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (id.clone(), "hello".into()));
    router.send_to(&id, "answer").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "answer");
}

/// Source: tests/test_inproc_connect.cpp, test_unbind
#[test]
fn after_an_unbind_the_name_waits_for_the_next_socket() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let first = context.socket::<Pair>().bind(place.endpoint()).unwrap();
    let second = context.socket::<Pair>().open().unwrap();
    first.unbind(place.endpoint()).unwrap();
    let connects = context.socket::<Pair>().connect(place.endpoint()).unwrap();
    second.bind(place.endpoint()).unwrap();
    connects.send("to the second").unwrap();
    assert_eq!(second.recv_timeout(PATIENCE).unwrap(), "to the second");
    assert!(first.try_recv().unwrap_err().is_would_block());
}

/// Source: tests/test_inproc_connect.cpp, test_connect_before_bind_ctx_term, test_connect_only and test_shutdown_during_pend
#[test]
fn connections_that_nobody_answers_do_not_hold_a_context_up() {
    for shut_down in [true, false] {
        does_not_hang("dropping the context", move || {
            let context = Context::new().unwrap();
            let sockets: Vec<_> =
                (0..20).map(|_| context.socket::<Pair>().connect("inproc://nobody").unwrap()).collect();
            if shut_down {
                context.shutdown();
            }
            drop((sockets, context));
        });
    }
}
