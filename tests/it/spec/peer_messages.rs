//! The messages that libzmq sends by itself when a peer comes or goes.
#![cfg(feature = "draft")]

use ferromq::{Client, Context, Dealer, Router, RoutingId, Server};

use crate::link::Place;
use crate::patience::{PATIENCE, until};

/// Source: tests/test_hello_msg.cpp, test_tcp, test_inproc and test_inproc_late_bind
#[test]
fn each_side_is_greeted_over_every_transport_whoever_comes_first() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (server, client) = place.join(
            context.socket::<Router>().hello_message("from the router"),
            context.socket::<Dealer>().hello_message("from the dealer"),
        );
        assert_eq!(client.recv_timeout(PATIENCE).unwrap(), "from the router", "{}", place.endpoint());
        assert_eq!(server.recv_from_timeout(PATIENCE).unwrap().1, "from the dealer", "{}", place.endpoint());
    }
    let place = Place::inproc();
    let client = context.socket::<Dealer>().hello_message("early").connect(place.endpoint()).unwrap();
    let server = context.socket::<Router>().hello_message("late").bind(place.endpoint()).unwrap();
    assert_eq!(client.recv_timeout(PATIENCE).unwrap(), "late");
    assert_eq!(server.recv_from_timeout(PATIENCE).unwrap().1, "early");
}

/// Source: tests/test_disconnect_msg.cpp, test_tcp and test_inproc
#[test]
fn a_server_is_told_of_the_client_that_has_left() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (server, client) = place.join(
            context.socket::<Server>().disconnect_message("D"),
            context.socket::<Client>().hello_message("H"),
        );
        let (peer, hello) = server.recv_from_timeout(PATIENCE).unwrap();
        assert_eq!(hello, "H");
        drop(client);
        assert_eq!(server.recv_from_timeout(PATIENCE).unwrap(), (peer, "D".into()), "{}", place.endpoint());
    }
}

/// Source: tests/test_disconnect_msg.cpp, test_inproc_disconnect
#[test]
fn a_router_is_told_of_the_dealer_that_disconnects() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let id = RoutingId::new("worker").unwrap();
        let (router, dealer) = place.join(
            context.socket::<Router>().disconnect_message("D"),
            context.socket::<Dealer>().routing_id(id.clone()).hello_message("H"),
        );
        assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (id.clone(), "H".into()));
        dealer.disconnect(router.last_endpoint().unwrap()).unwrap();
        let told = until("news of the loss", || {
            // libzmq ends a connection only when its socket is used again.
            let _ = dealer.try_recv();
            router.try_recv_from().ok()
        });
        assert_eq!(told, (id, "D".into()), "{}", place.endpoint());
    }
}
