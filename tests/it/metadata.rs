//! What a frame tells about the connection that it came over.

use std::io::{Read, Write};
use std::net::TcpStream;

use ferromq::{Context, Dealer, Frame, Message, Pair, Pull, Push, Rep, Req, Router, RoutingId};

use crate::link::Place;
use crate::patience::PATIENCE;

fn dealer_of(context: &Context) -> ferromq::Builder<Dealer> {
    context.socket::<Dealer>().routing_id(RoutingId::new("worker-1").unwrap())
}

#[test]
fn every_frame_of_a_message_tells_where_it_came_from() {
    let context = Context::new().unwrap();
    for length in [1, 33, 34, 5000, 100_000] {
        let (router, dealer) = Place::tcp().join(context.socket::<Router>(), dealer_of(&context));
        dealer.send([vec![1; length], vec![2; length], vec![]]).unwrap();
        let (peer, message) = router.recv_from_timeout(PATIENCE).unwrap();
        assert_eq!((peer.as_bytes(), message.len()), (&b"worker-1"[..], 3));
        for frame in message.iter().chain(&message.clone()) {
            assert_eq!(frame.peer_address(), Some("127.0.0.1"));
            assert_eq!(frame.socket_type(), Some("DEALER"));
            assert_eq!(frame.peer_routing_id(), Some(&b"worker-1"[..]));
            assert_eq!(frame.metadata("Socket-Type"), Some("DEALER"));
            assert_eq!(frame.metadata_bytes("Identity"), Some(&b"worker-1"[..]));
            assert_eq!(frame.user_id(), None);
            assert_eq!(frame.metadata("X-Nothing"), None);
            assert_eq!(frame.metadata(""), None);
            assert_eq!(frame.metadata("Socket-Type\0"), None);
            assert_eq!(frame.metadata("Socket\0-Type"), None);
        }
        router.send_to(&peer, "done").unwrap();
        let reply = dealer.recv_timeout(PATIENCE).unwrap();
        assert_eq!(reply[0].socket_type(), Some("ROUTER"));
        assert_eq!(reply[0].peer_routing_id(), None);
    }
}

#[test]
fn metadata_outlives_the_message_the_sockets_and_the_context() {
    let frame = {
        let context = Context::new().unwrap();
        let (rep, req) = Place::tcp().join(context.socket::<Rep>(), context.socket::<Req>());
        let _awaiting = req.send("Hello").unwrap();
        rep.recv_timeout(PATIENCE).unwrap().0.into_frame().unwrap()
    };
    let clone = std::thread::spawn(move || frame.clone()).join().unwrap();
    assert_eq!((clone.socket_type(), clone.peer_address()), (Some("REQ"), Some("127.0.0.1")));
}

#[test]
#[cfg(target_os = "linux")]
fn over_ipc_the_address_is_the_process() {
    let context = Context::new().unwrap();
    let place = Place::each().pop().unwrap();
    assert!(place.endpoint().starts_with("ipc"));
    let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
    push.send("x").unwrap();
    let message = pull.recv_timeout(PATIENCE).unwrap();
    let address = message[0].peer_address().unwrap();
    assert!(address.ends_with(&format!(":{}", std::process::id())), "{address}");
    assert_eq!(message[0].socket_type(), Some("PUSH"));
}

#[test]
fn a_frame_that_came_over_no_connection_has_no_metadata() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::inproc().join(context.socket::<Router>(), dealer_of(&context));
    dealer.send("x").unwrap();
    let (_, received) = router.recv_from_timeout(PATIENCE).unwrap();
    for frame in [Frame::new(), Frame::from("x"), received[0].clone()] {
        let told = [frame.peer_address(), frame.socket_type(), frame.user_id(), frame.metadata("X-Name")];
        assert_eq!((told, frame.peer_routing_id()), ([None; 4], None));
    }
}

#[test]
fn a_message_that_is_sent_on_does_not_tell_where_it_came_from() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::tcp().join(context.socket::<Router>(), dealer_of(&context));
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    for message in [Message::from("one"), Message::from(["one", "two"])] {
        dealer.send(message.clone()).unwrap();
        let (_, received) = router.recv_from_timeout(PATIENCE).unwrap();
        let kept = received.clone();
        left.send(received).unwrap();
        let inside = right.recv_timeout(PATIENCE).unwrap();
        assert_eq!(inside, message);
        for frame in &inside {
            assert_eq!((frame.socket_type(), frame.peer_routing_id()), (None, None));
        }
        push.send(inside).unwrap();
        for frame in &pull.recv_timeout(PATIENCE).unwrap() {
            assert_eq!((frame.socket_type(), frame.peer_routing_id()), (Some("PUSH"), None));
        }
        // Clones keep theirs.
        for frame in &kept {
            assert_eq!(frame.socket_type(), Some("DEALER"));
        }
    }
}

/// What a PUSH socket sends at first, as RFC 37 has it, with the given properties.
fn handshake(properties: &[(&str, &[u8])]) -> Vec<u8> {
    let mut greeting = [0; 64];
    greeting[0] = 0xff;
    greeting[9..12].copy_from_slice(&[0x7f, 3, 0]);
    greeting[12..16].copy_from_slice(b"NULL");
    let mut ready = b"\x05READY".to_vec();
    for (name, value) in properties {
        ready.push(name.len() as u8);
        ready.extend(name.as_bytes());
        ready.extend((value.len() as u32).to_be_bytes());
        ready.extend(*value);
    }
    let mut bytes = greeting.to_vec();
    bytes.extend([4, ready.len() as u8]);
    bytes.extend(ready);
    bytes
}

/// A message from a peer that is not libzmq, and the connection.
fn from_a_strange_peer(properties: &[(&str, &[u8])]) -> (Frame, TcpStream) {
    let pull = Context::new().unwrap().socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = pull.last_endpoint().unwrap();
    let mut peer = TcpStream::connect(endpoint.as_str().trim_start_matches("tcp://")).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    peer.write_all(&handshake(properties)).unwrap();
    // Messages may follow the other side's READY: a greeting, a flag, the length, and that many bytes.
    peer.read_exact(&mut [0; 65]).unwrap();
    let mut length = [0];
    peer.read_exact(&mut length).unwrap();
    peer.read_exact(&mut vec![0; usize::from(length[0])]).unwrap();
    peer.write_all(b"\x00\x05Hello").unwrap();
    let message = pull.recv_timeout(PATIENCE).unwrap();
    assert_eq!(message, "Hello");
    (message.into_frame().unwrap(), peer)
}

#[test]
fn properties_of_every_kind_are_there() {
    let (frame, _peer) = from_a_strange_peer(&[
        ("Socket-Type", b"PUSH"),
        ("Identity", b"\xff1"),
        ("X-Text", "Grüße".as_bytes()),
        ("X-Bytes", b"\xff\xfe"),
        ("X-Zero", b"a\0b"),
        ("X-Empty", b""),
    ]);
    assert_eq!(frame.metadata("X-Text"), Some("Grüße"));
    assert_eq!(frame.metadata("X-Bytes"), None);
    assert_eq!(frame.metadata_bytes("X-Bytes"), Some(&b"\xff\xfe"[..]));
    assert_eq!(frame.metadata("X-Zero"), Some("a"));
    assert_eq!(frame.metadata("X-Empty"), Some(""));
    assert_eq!(frame.peer_routing_id(), Some(&b"\xff1"[..]));
    assert_eq!(frame.metadata("x-text"), None);
}

#[test]
fn a_peer_cannot_say_who_it_is_or_where() {
    let (frame, _peer) = from_a_strange_peer(&[
        ("User-Id", b"root"),
        ("Socket-Type", b"PUSH"),
        ("Peer-Address", b"10.0.0.1"),
        ("__fd", b"0"),
    ]);
    assert_eq!(frame.user_id(), None);
    assert_eq!(frame.peer_address(), Some("127.0.0.1"));
    assert_ne!(frame.metadata("__fd"), Some("0"));
}
