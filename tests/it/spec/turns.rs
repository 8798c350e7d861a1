//! Whose turn it is: round robin on the way out, fair queueing on the way in.

use std::collections::BTreeSet;

use ferromq::pattern::Sends;
use ferromq::state::Open;
use ferromq::{Context, Dealer, Message, Pull, Push, Rep, Req, Router, Socket};

use crate::link::Place;
use crate::patience::PATIENCE;

/// Lets three senders send three messages each, of which `receive` takes the first word, and asserts that each sender has
/// its turn. They have all been heard of before, and nothing is left in their queues.
fn takes_from_each_in_turn<P: Sends>(
    context: &Context,
    place: &Place,
    prefix: &[&str],
    mut receive: impl FnMut(bool) -> Option<String>,
) {
    let senders = ["a", "b", "c"]
        .map(|name| (name, context.socket::<P>().connect(place.endpoint()).expect("the receiver is bound")));
    let send = |name: &str, sender: &Socket<P, Open>| {
        let message: Message = prefix.iter().copied().chain([name]).collect();
        sender.send(message).unwrap();
    };
    for (name, sender) in &senders {
        send(name, sender);
        assert_eq!(receive(true).as_deref(), Some(*name));
    }
    assert_eq!(receive(false), None);
    for _ in 0..3 {
        for (name, sender) in &senders {
            send(name, sender);
        }
    }
    for turn in 0..3 {
        let served: BTreeSet<_> = (0..3).map(|_| receive(true).unwrap()).collect();
        assert_eq!(served.len(), 3, "in turn {turn} a sender is served twice");
    }
}

/// Source: tests/test_spec_pushpull.cpp, test_spec_pushpull_inproc_pull_fair_queue_in
#[test]
fn pull_takes_from_each_sender_in_turn() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let pull = context.socket::<Pull>().bind(place.endpoint()).unwrap();
    takes_from_each_in_turn::<Push>(&context, &place, &[], |wait| {
        let message = if wait { pull.recv_timeout(PATIENCE) } else { pull.try_recv() };
        Some(message.ok()?.to_string())
    });
}

/// Source: tests/test_spec_dealer.cpp, test_fair_queue_in_inproc
#[test]
fn dealer_takes_from_each_peer_in_turn() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let dealer = context.socket::<Dealer>().bind(place.endpoint()).unwrap();
    takes_from_each_in_turn::<Dealer>(&context, &place, &[], |wait| {
        let message = if wait { dealer.recv_timeout(PATIENCE) } else { dealer.try_recv() };
        Some(message.ok()?.to_string())
    });
}

/// Source: tests/test_spec_router.cpp, test_fair_queue_in_inproc
#[test]
fn router_takes_from_each_peer_in_turn() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let router = context.socket::<Router>().bind(place.endpoint()).unwrap();
    takes_from_each_in_turn::<Dealer>(&context, &place, &[], |wait| {
        let message = if wait { router.recv_from_timeout(PATIENCE) } else { router.try_recv_from() };
        Some(message.ok()?.1.to_string())
    });
}

/// Source: tests/test_spec_rep.cpp, test_fair_queue_in_inproc
#[test]
fn rep_takes_from_each_peer_in_turn() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let mut rep = Some(context.socket::<Rep>().bind(place.endpoint()).unwrap());
    takes_from_each_in_turn::<Dealer>(&context, &place, &[""], |wait| {
        let socket = rep.take().unwrap();
        let received = if wait { socket.recv_timeout(PATIENCE) } else { socket.try_recv() };
        match received {
            Ok((request, replying)) => {
                rep = Some(replying.send(request.clone()).unwrap());
                Some(request.to_string())
            }
            Err(failed) => {
                rep = Some(failed.into_kept());
                None
            }
        }
    });
}

/// Source: tests/test_spec_dealer.cpp, test_round_robin_out_inproc and test_round_robin_out_tcp
#[test]
fn dealer_gives_each_peer_its_turn() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let dealer = context.socket::<Dealer>().bind(place.endpoint()).unwrap();
        let endpoint = dealer.last_endpoint().unwrap();
        let peers = [0, 1, 2].map(|_| context.socket::<Dealer>().connect(&endpoint).unwrap());
        // A peer is in the round once the dealer has heard of it.
        for peer in &peers {
            peer.send("hello").unwrap();
            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "hello");
        }
        for number in 0..9 {
            dealer.send(["turn", &number.to_string()]).unwrap();
        }
        for peer in &peers {
            let numbers: Vec<u32> = (0..3)
                .map(|_| peer.recv_timeout(PATIENCE).unwrap()[1].as_str().unwrap().parse().unwrap())
                .collect();
            assert_eq!([numbers[1], numbers[2]], [numbers[0] + 3, numbers[0] + 6]);
        }
    }
}

/// Source: tests/test_spec_req.cpp, test_round_robin_out_tcp
#[test]
fn req_that_connects_to_several_reps_asks_each_in_turn() {
    let context = Context::new().unwrap();
    let reps = ["a", "b", "c"].map(|name| (name, context.socket::<Rep>().bind("tcp://127.0.0.1:*").unwrap()));
    let mut req = context.socket::<Req>().open().unwrap();
    for (_, rep) in &reps {
        req.connect(rep.last_endpoint().unwrap()).unwrap();
    }
    let mut order = Vec::new();
    let mut reps = reps.map(|(name, rep)| (name, Some(rep)));
    for _ in 0..9 {
        let awaiting = req.send("who are you?").unwrap();
        let answered = crate::patience::until("a rep that is asked", || {
            reps.iter_mut().find_map(|(name, slot)| match slot.take().unwrap().try_recv() {
                Ok((_, replying)) => {
                    *slot = Some(replying.send(*name).unwrap());
                    Some(*name)
                }
                Err(failed) => {
                    *slot = Some(failed.into_kept());
                    None
                }
            })
        });
        let (reply, ready) = awaiting.recv_timeout(PATIENCE).unwrap();
        assert_eq!(reply, answered);
        order.push(answered);
        req = ready;
    }
    // Connecting sockets are in the round from the start, whether or not the connection is finished.
    assert_eq!(order, ["a", "b", "c", "a", "b", "c", "a", "b", "c"]);
}
