//! Peers that speak ZMTP by hand.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};

use ferromq::{Context, Sub, XPub, XPubEvent};

use crate::defects::{COMMAND, Peer};
use crate::patience::PATIENCE;

/// Source: tests/test_mock_pub_sub.cpp, test_mock_sub_command and test_mock_sub_legacy
#[test]
fn xpub_understands_subscriptions_as_commands_and_as_messages() {
    let publisher = Context::new().unwrap().socket::<XPub>().bind("tcp://127.0.0.1:*").unwrap();
    for (subscribe, cancel) in [
        ((COMMAND, &b"\x09SUBSCRIBEA"[..]), (COMMAND, &b"\x06CANCELA"[..])),
        ((0, &b"\x01A"[..]), (0, &b"\x00A"[..])),
    ] {
        let mut peer = Peer::connect(&publisher, "SUB", b"");
        peer.frame(subscribe.0, subscribe.1);
        let event = publisher.recv_event_timeout(PATIENCE).unwrap();
        assert_eq!(event, XPubEvent::Subscribed(b"A".to_vec()));
        publisher.send("ALOL").unwrap();
        let mut frame = [0; 6];
        peer.0.read_exact(&mut frame).unwrap();
        assert_eq!(frame, *b"\x00\x04ALOL");
        peer.frame(cancel.0, cancel.1);
        let event = publisher.recv_event_timeout(PATIENCE).unwrap();
        assert_eq!(event, XPubEvent::Unsubscribed(b"A".to_vec()));
    }
}

/// Source: tests/test_mock_pub_sub.cpp, test_mock_pub_command
#[test]
fn sub_subscribes_and_unsubscribes_by_commands_to_a_peer_that_knows_them() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    let subscriber = Context::new().unwrap().socket::<Sub>().subscribe("A").connect(endpoint).unwrap();
    let mut peer = Peer::accept(&listener, "PUB");
    let mut hear = |expected: &[u8]| {
        let mut heard = vec![0; expected.len()];
        peer.0.read_exact(&mut heard).unwrap();
        assert_eq!(heard, expected);
    };
    hear(b"\x04\x0b\x09SUBSCRIBEA");
    subscriber.unsubscribe("A").unwrap();
    hear(b"\x04\x08\x06CANCELA");
    subscriber.subscribe("ALO").unwrap();
    hear(b"\x04\x0d\x09SUBSCRIBEALO");
    peer.frame(0, b"ALOL");
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "ALOL");
}
