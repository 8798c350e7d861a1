//! The draft patterns: what they send, what they refuse, and that threads may share them.

use std::collections::BTreeSet;
use std::net::{SocketAddrV4, UdpSocket};
use std::num::NonZeroU32;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::security::{Null, ZapDomain};
use ferromq::{
    Channel, Client, Context, Dgram, Dish, Endpoint, ErrorKind, Gather, Group, Message, Peer, PeerId, Radio,
    Scatter, Server, Socket,
};

use crate::patience::{A_WHILE, PATIENCE, until};

fn group(name: &str) -> Group {
    Group::new(name).unwrap()
}

/// libzmq does not tell which port it was given for `udp://127.0.0.1:*`.
fn unused_udp_endpoint() -> Endpoint {
    let found = UdpSocket::bind("127.0.0.1:0").unwrap();
    format!("udp://{}", found.local_addr().unwrap()).parse().unwrap()
}

#[test]
fn only_the_thread_safe_patterns_are_sync() {
    fn sync<T: Sync + Send>() {}
    sync::<Socket<Client>>();
    sync::<Socket<Server>>();
    sync::<Socket<Radio>>();
    sync::<Socket<Dish>>();
    sync::<Socket<Scatter>>();
    sync::<Socket<Gather>>();
    sync::<Socket<Peer>>();
    sync::<Socket<Channel>>();
}

#[test]
fn threads_share_a_client_and_a_server_and_every_request_is_answered_once() {
    const THREADS: usize = 4;
    const EACH: usize = 500;
    let context = Context::new().unwrap();
    let server = context.socket::<Server>().receive_timeout(PATIENCE).bind("tcp://127.0.0.1:*").unwrap();
    let client = context
        .socket::<Client>()
        .receive_timeout(PATIENCE)
        .connect(server.last_endpoint().unwrap())
        .unwrap();

    let replies = thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(|| {
                for _ in 0..EACH {
                    let (peer, request) = server.recv_from().unwrap();
                    server.send_to(&peer, request).unwrap();
                }
            });
        }
        let askers: Vec<_> = (0..THREADS)
            .map(|asker| {
                let client = &client;
                threads.spawn(move || {
                    (0..EACH)
                        .map(|number| {
                            client.send(format!("{asker} {number}")).unwrap();
                            client.recv().unwrap().to_string()
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        askers.into_iter().flat_map(|asker| asker.join().unwrap()).collect::<BTreeSet<_>>()
    });
    assert_eq!(replies.len(), THREADS * EACH);
}

#[test]
fn a_wait_of_one_thread_does_not_change_the_wait_of_another() {
    let context = Context::new().unwrap();
    let gather = context.socket::<Gather>().bind("inproc://quiet").unwrap();
    let start = Barrier::new(2);
    thread::scope(|threads| {
        let long = threads.spawn(|| {
            start.wait();
            gather.recv_timeout(Duration::from_secs(60))
        });
        start.wait();
        for _ in 0..20 {
            let began = Instant::now();
            let error = gather.recv_timeout(Duration::from_millis(5)).unwrap_err();
            assert!(error.is_timeout());
            assert!(began.elapsed() >= Duration::from_millis(5));
            assert!(began.elapsed() < Duration::from_secs(30), "it waited as long as the other thread");
        }
        assert!(!long.is_finished(), "the long wait ended with a short one");
        context.socket::<Scatter>().connect("inproc://quiet").unwrap().send("at last").unwrap();
        assert_eq!(long.join().unwrap().unwrap(), "at last");
    });
}

#[test]
fn a_wait_without_a_timeout_ends_with_the_context() {
    let context = Context::new().unwrap();
    let channel = context.socket::<Channel>().bind("inproc://alone").unwrap();
    thread::scope(|threads| {
        let receiving = threads.spawn(|| channel.recv());
        let sending = threads.spawn(|| channel.send("nobody is there"));
        let with_a_timeout = threads.spawn(|| channel.recv_timeout(Duration::MAX));
        context.shutdown();
        assert!(receiving.join().unwrap().unwrap_err().is_terminated());
        assert!(sending.join().unwrap().unwrap_err().is_terminated());
        assert!(with_a_timeout.join().unwrap().unwrap_err().is_terminated());
    });
}

#[test]
fn messages_of_several_frames_are_refused_and_given_back() {
    let context = Context::new().unwrap();
    let _gather = context.socket::<Gather>().bind("inproc://one-frame").unwrap();
    let scatter = context.socket::<Scatter>().connect("inproc://one-frame").unwrap();
    let failed = scatter.send(["a", "b"]).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    assert_eq!(failed.into_kept(), ["a", "b"]);

    let server = context.socket::<Server>().bind("inproc://server").unwrap();
    let client = context.socket::<Client>().connect("inproc://server").unwrap();
    client.send("who am I").unwrap();
    let (peer, _) = server.recv_from().unwrap();
    for frames in [Message::new(), ["a", "b"].into()] {
        let failed = server.send_to(&peer, frames.clone()).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
        assert_eq!(failed.into_kept(), frames);
    }
    server.send_to(&peer, vec!["only"]).unwrap();
    assert_eq!(client.recv().unwrap(), "only");
}

#[test]
fn server_gives_a_message_for_an_unknown_client_back() {
    let server = Context::new().unwrap().socket::<Server>().bind("inproc://nobody").unwrap();
    let stranger = PeerId::new(NonZeroU32::new(7).unwrap());
    let failed = server.send_to(&stranger, "hello?").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::HostUnreachable);
    assert_eq!(failed.into_kept(), "hello?");
}

#[test]
fn server_waits_for_a_full_client_for_as_long_as_it_was_told() {
    let context = Context::new().unwrap();
    let server = context.socket::<Server>().send_hwm(1).bind("inproc://slow").unwrap();
    let client = context.socket::<Client>().receive_hwm(1).connect("inproc://slow").unwrap();
    client.send("ready").unwrap();
    let (peer, _) = server.recv_from().unwrap();
    let full = (0..).find_map(|_| server.try_send_to(&peer, "x").err()).unwrap();
    assert_eq!(full.kind(), ErrorKind::WouldBlock);

    let began = Instant::now();
    let failed = server.send_to_timeout(&peer, "late", Duration::from_millis(50)).unwrap_err();
    assert!(failed.is_timeout());
    assert!(began.elapsed() >= Duration::from_millis(50));
    assert_eq!(failed.into_kept(), "late");

    thread::scope(|threads| {
        let sending = threads.spawn(|| server.send_to_timeout(&peer, "patient", PATIENCE));
        while client.recv_timeout(PATIENCE).unwrap() != "patient" {}
        sending.join().unwrap().unwrap();
    });
}

#[test]
fn dish_receives_the_groups_that_it_joined_and_no_longer_when_it_left() {
    let context = Context::new().unwrap();
    let radio = context.socket::<Radio>().bind("inproc://radio").unwrap();
    let dish = context
        .socket::<Dish>()
        .join(&group("a"))
        .join(&group(&"long".repeat(60)))
        .receive_timeout(PATIENCE)
        .connect("inproc://radio")
        .unwrap();
    for name in ["b", "a", &"long".repeat(60)] {
        radio.send_to(&group(name), format!("to {}", name.len())).unwrap();
    }
    assert_eq!(dish.recv_from().unwrap(), (group("a"), "to 1".into()));
    assert_eq!(dish.recv_from().unwrap(), (group(&"long".repeat(60)), "to 240".into()));

    assert_eq!(dish.join(&group("a")).unwrap_err().kind(), ErrorKind::WrongState);
    dish.leave(&group("a")).unwrap();
    assert_eq!(dish.leave(&group("a")).unwrap_err().kind(), ErrorKind::WrongState);
    dish.join(&group("b")).unwrap();
    let received = until("the new group's message", || {
        radio.send_to(&group("a"), "left").unwrap();
        radio.send_to(&group("b"), "joined").unwrap();
        dish.recv_from_timeout(A_WHILE).ok()
    });
    assert_eq!(received, (group("b"), "joined".into()));
    let twice = context.socket::<Dish>().join(&group("a")).join(&group("a")).open().unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::WrongState);
}

#[test]
fn a_received_message_can_be_sent_on_to_another_group() {
    let context = Context::new().unwrap();
    let radio = context.socket::<Radio>().bind("inproc://relay").unwrap();
    let names = ["short", &"l".repeat(15), &"m".repeat(255), ""].map(group);
    let dish = names.iter().fold(context.socket::<Dish>(), |dish, name| dish.join(name));
    let dish = dish.receive_timeout(PATIENCE).connect("inproc://relay").unwrap();
    for content in ["small".to_owned(), "big".repeat(5000)] {
        let mut message = Message::from(content.clone());
        // Each group after each other one, since libzmq stores short names and long names differently.
        for next in names.iter().chain(&names).chain(names.iter().rev()) {
            radio.send_to(next, message).unwrap();
            let (from, received) = dish.recv_from().unwrap();
            assert_eq!(from, *next);
            message = received;
        }
        assert_eq!(message, content);
    }
}

#[test]
fn radio_and_dish_talk_over_udp_and_too_long_datagrams_are_refused() {
    let context = Context::new().unwrap();
    let endpoint = unused_udp_endpoint();
    let dish = context.socket::<Dish>().join(&group("tv")).bind(&endpoint).unwrap();
    let radio = context.socket::<Radio>().connect(&endpoint).unwrap();
    assert_eq!(radio.last_endpoint().unwrap(), endpoint);
    let longest = "x".repeat(8192 - 1 - 2);
    // libzmq opens its UDP sockets in the background.
    let received = until("a datagram", || {
        radio.send_to(&group("tv"), longest.clone()).unwrap();
        dish.recv_from_timeout(A_WHILE).ok()
    });
    assert_eq!(received, (group("tv"), longest.into()));

    let failed = radio.send_to(&group("tv"), "x".repeat(8190)).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    assert_eq!(failed.into_kept().get(0).unwrap().len(), 8190);
}

#[test]
fn dgram_exchanges_datagrams_with_a_plain_udp_socket() {
    let endpoint = unused_udp_endpoint();
    let port = endpoint.port().unwrap();
    let dgram = Context::new().unwrap().socket::<Dgram>().receive_timeout(PATIENCE).bind(&endpoint).unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    other.set_read_timeout(Some(PATIENCE)).unwrap();
    let address: SocketAddrV4 = other.local_addr().unwrap().to_string().parse().unwrap();

    let received = until("a datagram", || {
        other.send_to(b"ping", ("127.0.0.1", port)).unwrap();
        dgram.recv_from_timeout(A_WHILE).ok()
    });
    assert_eq!(received, (address, "ping".into()));
    for length in [0, 1, 8192] {
        dgram.send_to(&address, "y".repeat(length)).unwrap();
        let mut buffer = [0; 9000];
        assert_eq!(other.recv(&mut buffer).unwrap(), length);
    }

    let failed = dgram.send_to(&address, "y".repeat(8193)).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    let failed = dgram.send_to(&address, ["two", "frames"]).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    assert_eq!(failed.into_kept(), ["two", "frames"]);
    let failed = dgram.send_to(&SocketAddrV4::new([127, 0, 0, 1].into(), 0), "x").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
}

#[test]
fn dgram_and_udp_only_go_with_the_right_partner() {
    let context = Context::new().unwrap();
    let kind = context.socket::<Dgram>().bind("tcp://127.0.0.1:*").unwrap_err().kind();
    assert_eq!(kind, ErrorKind::IncompatibleTransport);
    let kind = context.socket::<Server>().bind("udp://127.0.0.1:*").unwrap_err().kind();
    assert_eq!(kind, ErrorKind::IncompatibleTransport);
    let kind = context.socket::<Radio>().bind("udp://127.0.0.1:*").unwrap_err().kind();
    assert_eq!(kind, ErrorKind::IncompatibleTransport);
    let kind = context.socket::<Dish>().connect("udp://127.0.0.1:5555").unwrap_err().kind();
    assert_eq!(kind, ErrorKind::IncompatibleTransport);
}

#[test]
fn dgram_without_an_endpoint_waits_and_keeps_the_message() {
    let dgram = Context::new().unwrap().socket::<Dgram>().open().unwrap();
    let nobody: SocketAddrV4 = "127.0.0.1:9".parse().unwrap();
    let failed = dgram.try_send_to(&nobody, "kept").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::WouldBlock);
    assert_eq!(failed.into_kept(), "kept");
}

#[test]
fn peer_knows_the_id_of_whom_it_connected_to() {
    let context = Context::new().unwrap();
    let bound = context.socket::<Peer>().receive_timeout(PATIENCE).bind("tcp://127.0.0.1:*").unwrap();
    let peer = context.socket::<Peer>().receive_timeout(PATIENCE).open().unwrap();
    let first = peer.connect_peer(bound.last_endpoint().unwrap()).unwrap();
    let second = peer.connect_peer(bound.last_endpoint().unwrap()).unwrap();
    assert_ne!(first, second);
    peer.send_to(&second, "over the second").unwrap();
    let (back, _) = bound.recv_from().unwrap();
    bound.send_to(&back, "answer").unwrap();
    assert_eq!(peer.recv_from().unwrap(), (second, "answer".into()));

    // What other connections refuse, these refuse too: over ws libzmq would not ask the domain's authenticator.
    let domain = ZapDomain::new("global").unwrap();
    let secured = context.socket::<Peer>().security(Null::in_domain(domain)).open().unwrap();
    let error = secured.connect_peer("ws://127.0.0.1:9").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IncompatibleTransport);

    let immediate = context.socket::<Peer>().immediate(true).open().unwrap();
    let error = immediate.connect_peer(bound.last_endpoint().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
