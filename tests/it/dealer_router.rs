//! DEALER and ROUTER, with each other and with REQ and REP.

use std::collections::HashSet;

use ferromq::monitor::EventSet;
use ferromq::{Context, Dealer, Error, ErrorKind, Message, Rep, Req, Router, RoutingId};

use crate::defects::Peer;
use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, kind_of, until};
use crate::shapes::shapes;

#[test]
fn dealer_and_router_exchange_every_shape_of_message_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (router, dealer) = place.join(context.socket::<Router>(), context.socket::<Dealer>());
        for message in shapes() {
            dealer.send(message.clone()).unwrap();
            let (peer, received) = router.recv_from_timeout(PATIENCE).unwrap();
            assert_eq!(received, message, "{}", place.endpoint());
            router.send_to(&peer, message.clone()).unwrap();
            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn router_may_be_the_one_that_connects() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (dealer, router) = place.join(context.socket::<Dealer>(), context.socket::<Router>());
        for message in shapes() {
            dealer.send_timeout(message.clone(), PATIENCE).unwrap();
            let (peer, received) = router.recv_from_timeout(PATIENCE).unwrap();
            assert_eq!(received, message, "{}", place.endpoint());
            router.send_to_timeout(&peer, received, PATIENCE).unwrap();
            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn dealers_take_turns_with_each_other() {
    let context = Context::new().unwrap();
    let (left, right) = Place::tcp().join(context.socket::<Dealer>(), context.socket::<Dealer>());
    for message in shapes() {
        right.send(message.clone()).unwrap();
        assert_eq!(left.recv_timeout(PATIENCE).unwrap(), message);
        left.send(message.clone()).unwrap();
        assert_eq!(right.recv_timeout(PATIENCE).unwrap(), message);
    }
}

#[test]
fn router_sends_to_the_peer_that_it_names() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let router = context.socket::<Router>().mandatory(true).bind(place.endpoint()).unwrap();
        let endpoint = router.last_endpoint().unwrap();
        let names = ["alice", "bob", &"c".repeat(255)].map(|name| RoutingId::new(name).unwrap());
        let dealers = names.clone().map(|name| {
            let dealer = context.socket::<Dealer>().routing_id(name).connect(&endpoint).unwrap();
            dealer.send("hello").unwrap();
            dealer
        });
        let known: HashSet<_> = names.iter().map(|_| router.recv_from_timeout(PATIENCE).unwrap().0).collect();
        assert_eq!(known, HashSet::from(names.clone()));
        for name in &names {
            router.send_to(name, ["for", &name.to_string()]).unwrap();
        }
        for (name, dealer) in names.iter().zip(&dealers) {
            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), ["for", &name.to_string()]);
            assert!(dealer.try_recv().unwrap_err().is_would_block());
        }
    }
}

#[test]
fn router_names_a_peer_that_did_not_choose_a_name() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::tcp().join(context.socket::<Router>(), context.socket::<Dealer>());
    dealer.send("hello").unwrap();
    let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
    assert_eq!((peer.as_bytes().len(), peer.as_bytes()[0]), (5, 0));
    // Stored as bytes it still names the peer.
    let stored = RoutingId::received(peer.as_bytes());
    router.send_to(&stored, "answer").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "answer");
}

#[test]
fn router_drops_a_message_to_an_unknown_peer() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::inproc().join(context.socket::<Router>(), context.socket::<Dealer>());
    dealer.send("hello").unwrap();
    let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
    let nobody = RoutingId::new("nobody").unwrap();
    router.send_to(&nobody, "lost").unwrap();
    router.try_send_to(&nobody, ["lost", "as well"]).unwrap();
    router.send_to_timeout(&nobody, ["", "lost", "too"], PATIENCE).unwrap();
    router.send_to(&peer, "found").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "found");
}

#[test]
fn mandatory_router_gives_a_message_to_an_unknown_peer_back_whole() {
    let context = Context::new().unwrap();
    let (router, dealer) =
        Place::inproc().join(context.socket::<Router>().mandatory(true), context.socket::<Dealer>());
    let nobody = RoutingId::new("nobody").unwrap();
    for message in shapes() {
        for outcome in [
            router.send_to(&nobody, message.clone()),
            router.send_to_timeout(&nobody, message.clone(), PATIENCE),
            router.try_send_to(&nobody, message.clone()),
        ] {
            let failed = outcome.unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::HostUnreachable);
            assert_eq!(failed.into_kept(), message);
        }
    }
    dealer.send("hello").unwrap();
    let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
    router.send_to(&peer, "still in order").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "still in order");
}

#[test]
fn mandatory_router_gives_a_message_back_when_its_peer_is_full() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::inproc().join(
        context.socket::<Router>().mandatory(true).send_hwm(2),
        context.socket::<Dealer>().receive_hwm(2),
    );
    assert!(router.mandatory());
    dealer.send("hello").unwrap();
    let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
    let message = Message::from(["two", "frames"]);
    for _ in 0..4 {
        router.try_send_to(&peer, message.clone()).unwrap();
    }
    let failed = router.try_send_to(&peer, message.clone()).unwrap_err();
    assert!(failed.is_would_block());
    assert_eq!(failed.into_kept(), message);
    let failed = router.send_to_timeout(&peer, message.clone(), A_WHILE).unwrap_err();
    assert!(failed.is_timeout());
    assert_eq!(failed.into_kept(), message);

    router.set_mandatory(false).unwrap();
    router.send_to(&peer, "dropped without a word").unwrap();
    for _ in 0..4 {
        assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), message);
    }
    assert!(dealer.try_recv().unwrap_err().is_would_block());
}

#[test]
fn mandatory_router_waits_until_its_peer_has_room() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::inproc().join(
        context.socket::<Router>().mandatory(true).send_hwm(1),
        context.socket::<Dealer>().receive_hwm(1),
    );
    dealer.send("hello").unwrap();
    let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
    let receiving = std::thread::spawn(move || {
        for number in 0..200 {
            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), format!("{number}"));
        }
    });
    for number in 0..200 {
        if number % 2 == 0 {
            router.send_to(&peer, format!("{number}")).unwrap();
        } else {
            router.send_to_timeout(&peer, format!("{number}"), PATIENCE).unwrap();
        }
    }
    receiving.join().unwrap();
}

#[test]
fn router_refuses_a_message_of_no_frames() {
    let context = Context::new().unwrap();
    let router = context.socket::<Router>().open().unwrap();
    let peer = RoutingId::new("anybody").unwrap();
    let failed = router.send_to(&peer, Message::new()).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    assert!(failed.into_kept().is_empty());
}

#[test]
fn router_with_handover_serves_the_newest_of_two_peers_of_one_name() {
    let context = Context::new().unwrap();
    for handover in [false, true] {
        let place = Place::inproc();
        let router = context.socket::<Router>().handover(handover).bind(place.endpoint()).unwrap();
        assert_eq!(router.handover(), handover);
        let name = RoutingId::new("the name").unwrap();
        let named = || context.socket::<Dealer>().routing_id(name.clone());
        let old = named().connect(place.endpoint()).unwrap();
        old.send("old").unwrap();
        assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (name.clone(), "old".into()));
        let new = named().connect(place.endpoint()).unwrap();
        new.send("new").unwrap();
        if handover {
            assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (name.clone(), "new".into()));
            router.send_to(&name, "answer").unwrap();
            assert_eq!(new.recv_timeout(PATIENCE).unwrap(), "answer");
        } else {
            assert!(router.recv_from_timeout(A_WHILE).unwrap_err().is_timeout());
            router.send_to(&name, "answer").unwrap();
            assert_eq!(old.recv_timeout(PATIENCE).unwrap(), "answer");
        }
    }
}

#[test]
fn a_probing_dealer_makes_itself_known_to_the_router() {
    let context = Context::new().unwrap();
    let name = RoutingId::new("prober").unwrap();
    let (router, dealer) = Place::tcp().join(
        context.socket::<Router>().mandatory(true),
        context.socket::<Dealer>().probe_router(true).routing_id(name.clone()),
    );
    assert!(dealer.probe_router());
    let (peer, probe) = router.recv_from_timeout(PATIENCE).unwrap();
    assert_eq!((peer, probe), (name.clone(), "".into()));
    router.send_to(&name, "first").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "first");
}

#[test]
fn router_knows_when_a_peer_has_left() {
    let context = Context::new().unwrap();
    let (router, dealer) =
        Place::tcp().join(context.socket::<Router>().mandatory(true), context.socket::<Dealer>());
    dealer.send("hello").unwrap();
    let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
    drop(dealer);
    // Before the news its queue may fill up.
    let failed = until("news of the loss", || {
        router.try_send_to(&peer, ["any", "body"]).err().filter(|failed| !failed.is_would_block())
    });
    assert_eq!(failed.kind(), ErrorKind::HostUnreachable);
    assert_eq!(failed.into_kept(), ["any", "body"]);
}

#[test]
fn router_sees_the_envelope_of_a_req() {
    let context = Context::new().unwrap();
    let (router, req) = Place::tcp().join(context.socket::<Router>(), context.socket::<Req>());
    let awaiting = req.send(["a", "b"]).unwrap();
    let (peer, request) = router.recv_from_timeout(PATIENCE).unwrap();
    assert_eq!(request, ["", "a", "b"]);
    router.send_to(&peer, ["", "c", ""]).unwrap();
    let (reply, _req) = awaiting.recv_timeout(PATIENCE).unwrap();
    assert_eq!(reply, ["c", ""]);
}

#[test]
fn dealer_asks_several_reps_at_once() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let dealer = context.socket::<Dealer>().bind(place.endpoint()).unwrap();
    let reps = [0, 1, 2].map(|_| context.socket::<Rep>().connect(place.endpoint()).unwrap());
    for number in ["0", "1", "2"] {
        dealer.send(["", number]).unwrap();
    }
    let mut expected = HashSet::new();
    for rep in reps {
        let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
        expected.insert(request.to_string());
        replying.send(request).unwrap();
    }
    assert_eq!(expected.len(), 3);
    for _ in 0..3 {
        let reply = dealer.recv_timeout(PATIENCE).unwrap();
        assert_eq!((reply.len(), reply[0].len()), (2, 0));
        assert!(expected.remove(reply[1].as_str().unwrap()));
    }
    assert_eq!(kind_of(dealer.try_recv()), ErrorKind::WouldBlock);
}

#[test]
fn a_peer_with_the_routing_id_of_another_is_ignored_and_leaves_nothing_behind() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::tcp().join(
        context.socket::<Router>(),
        context.socket::<Dealer>().routing_id(RoutingId::new("taken").unwrap()),
    );
    let _monitor = router.monitor_with(EventSet::PIPES_STATS).unwrap();
    dealer.send("first").unwrap();
    assert_eq!(router.recv_from_timeout(PATIENCE).unwrap().1, "first");
    let mut impostor = Peer::connect(&router, "DEALER", b"taken");
    for said in [&b"one"[..], b"two", b"three"] {
        impostor.frame(0, said);
        assert!(router.recv_from_timeout(A_WHILE).unwrap_err().is_timeout());
    }
    drop(impostor);
    dealer.send("second").unwrap();
    assert_eq!(router.recv_from_timeout(PATIENCE).unwrap().1, "second");
    drop(dealer);
    until("the end of both connections", || {
        router.events().unwrap();
        router.request_pipe_stats().err().filter(Error::is_would_block)
    });
}
