//! What ROUTER knows of its peers.

use ferromq::{ConnectOptions, Context, Dealer, Linger, Router, RoutingId};

use crate::link::Place;
use crate::patience::{PATIENCE, repetitions, until};

fn id(name: &str) -> RoutingId {
    RoutingId::new(name).unwrap()
}

/// Source: tests/test_probe_router.cpp, test_probe_router_router
#[test]
fn a_probing_router_makes_itself_known_to_the_other() {
    let context = Context::new().unwrap();
    let (server, client) = Place::tcp().join(
        context.socket::<Router>().mandatory(true),
        context.socket::<Router>().probe_router(true).routing_id(id("X")),
    );
    assert_eq!(server.recv_from_timeout(PATIENCE).unwrap(), (id("X"), "".into()));
    server.send_to(&id("X"), "Hello").unwrap();
    let (its_id, message) = client.recv_from_timeout(PATIENCE).unwrap();
    assert_eq!(message, "Hello");
    client.send_to(&its_id, "back").unwrap();
    assert_eq!(server.recv_from_timeout(PATIENCE).unwrap(), (id("X"), "back".into()));
}

/// Source: tests/test_connect_rid.cpp, test_router_2_router_named and test_router_2_router_unnamed
#[test]
fn two_routers_talk_when_the_one_that_connects_names_the_other() {
    let context = Context::new().unwrap();
    for own_name in [None, Some(id("Y"))] {
        let bound = context.socket::<Router>().bind("tcp://127.0.0.1:*").unwrap();
        let connects = context.socket::<Router>().mandatory(true);
        let connects = match own_name.clone() {
            Some(name) => connects.routing_id(name),
            None => connects,
        };
        let connects = connects
            .connect_with(bound.last_endpoint().unwrap(), &ConnectOptions::new().routing_id(id("X")))
            .unwrap();
        connects.send_to(&id("X"), "question").unwrap();
        let (peer, question) = bound.recv_from_timeout(PATIENCE).unwrap();
        assert_eq!(question, "question");
        match own_name {
            Some(name) => assert_eq!(peer, name),
            None => assert_eq!((peer.as_bytes().len(), peer.as_bytes()[0]), (5, 0)),
        }
        bound.send_to(&peer, "answer").unwrap();
        assert_eq!(connects.recv_from_timeout(PATIENCE).unwrap(), (id("X"), "answer".into()));
    }
}

/// Source: tests/test_connect_rid.cpp, test_router_2_router_while_receiving
#[test]
fn a_router_connects_by_name_while_messages_of_that_peer_wait() {
    let context = Context::new().unwrap();
    let [x, y] = ["X", "Y"].map(|name| {
        context.socket::<Router>().mandatory(true).routing_id(id(name)).bind("tcp://127.0.0.1:*").unwrap()
    });
    let z = context.socket::<Router>().mandatory(true).routing_id(id("Z")).open().unwrap();
    let named = |name: &str| ConnectOptions::new().routing_id(id(name));
    z.connect_with(x.last_endpoint().unwrap(), &named("X")).unwrap();
    z.send_to(&id("X"), "from Z").unwrap();
    assert_eq!(x.recv_from_timeout(PATIENCE).unwrap(), (id("Z"), "from Z".into()));
    for _ in 0..50 {
        x.send_to(&id("Z"), "waits").unwrap();
    }
    z.connect_with(y.last_endpoint().unwrap(), &named("Y")).unwrap();
    z.send_to(&id("Y"), "from Z").unwrap();
    assert_eq!(y.recv_from_timeout(PATIENCE).unwrap(), (id("Z"), "from Z".into()));
    y.send_to(&id("Z"), "the last").unwrap();
    let mut received = [0, 0];
    while received != [50, 1] {
        match z.recv_from_timeout(PATIENCE).unwrap() {
            (peer, message) if peer == id("X") && message == "waits" => received[0] += 1,
            (peer, message) if peer == id("Y") && message == "the last" => received[1] += 1,
            other => panic!("{other:?}"),
        }
    }
}

/// Source: tests/test_issue_566.cpp, test_issue_566
#[test]
fn a_mandatory_router_reaches_every_peer_of_another_context_by_the_name_that_it_chose() {
    let (ours, theirs) = (Context::new().unwrap(), Context::new().unwrap());
    let router = ours.socket::<Router>().mandatory(true).bind("tcp://127.0.0.1:*").unwrap();
    for cycle in 0..repetitions(100) {
        let name = id(&format!("dealer {cycle}"));
        let dealer = theirs
            .socket::<Dealer>()
            .routing_id(name.clone())
            .linger(Linger::NONE)
            .connect(router.last_endpoint().unwrap())
            .unwrap();
        until("the dealer is known", || router.send_to(&name, "HELLO").ok());
        assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "HELLO");
    }
}

#[cfg(feature = "draft")]
mod notify {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use ferromq::{ErrorKind, Notify};

    use super::*;

    /// Source: tests/test_router_notify.cpp, test_router_notify_connect and test_router_notify_disconnect
    #[test]
    fn a_router_is_told_of_what_it_asked_for_only() {
        let context = Context::new().unwrap();
        for notify in [Notify::CONNECT, Notify::DISCONNECT] {
            let place = Place::tcp();
            let router =
                context.socket::<Router>().notify(notify).mandatory(true).bind(place.endpoint()).unwrap();
            let endpoint = router.last_endpoint().unwrap();
            for name in ["first", "second"] {
                let received = || router.recv_from_timeout(PATIENCE).unwrap();
                let dealer = context.socket::<Dealer>().routing_id(id(name)).connect(&endpoint).unwrap();
                dealer.send("Hello").unwrap();
                if notify == Notify::CONNECT {
                    assert_eq!(received(), (id(name), "".into()));
                }
                assert_eq!(received(), (id(name), "Hello".into()));
                drop(dealer);
                if notify == Notify::DISCONNECT {
                    assert_eq!(received(), (id(name), "".into()));
                }
                // Gone, and nothing more was said about it. If its queue has become full before, only a receive finds out.
                until("news of the loss", || {
                    assert!(router.try_recv_from().unwrap_err().is_would_block());
                    let error = router.try_send_to(&id(name), "x").err()?;
                    (error.kind() == ErrorKind::HostUnreachable).then_some(())
                });
            }
        }
    }

    /// Source: tests/test_router_notify.cpp, test_handshake_fail
    #[test]
    fn a_router_is_not_told_of_a_peer_whose_handshake_failed() {
        let context = Context::new().unwrap();
        let router = context
            .socket::<Router>()
            .notify(Notify::CONNECT | Notify::DISCONNECT)
            .bind("tcp://127.0.0.1:*")
            .unwrap();
        let endpoint = router.last_endpoint().unwrap();
        let mut stranger = TcpStream::connect(endpoint.address()).unwrap();
        // The signature of ZMTP, and a mechanism that there is not.
        let mut greeting = [b'x'; 64];
        (greeting[0], greeting[9], greeting[10]) = (0xff, 0x7f, 3);
        stranger.write_all(&greeting).unwrap();
        stranger.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stranger.read_to_end(&mut Vec::new());

        let _dealer = context.socket::<Dealer>().routing_id(id("known")).connect(&endpoint).unwrap();
        assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (id("known"), "".into()));
    }

    /// Source: tests/test_router_notify.cpp, test_error_during_multipart
    #[test]
    fn the_news_of_a_loss_does_not_end_up_in_a_message_that_the_loss_cut_off() {
        let context = Context::new().unwrap();
        let (router, dealer) = Place::tcp().join(
            context.socket::<Router>().notify(Notify::DISCONNECT).max_message_size(64),
            context.socket::<Dealer>().routing_id(id("X")).linger(Linger::NONE),
        );
        dealer.send(["Hello", &"*".repeat(127)]).unwrap();
        assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (id("X"), "".into()));
    }
}
