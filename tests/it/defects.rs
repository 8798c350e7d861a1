//! Defects of libzmq that would end the process, or hang it. Each test is a process of its own, since what it tries
//! ends the process without the fix that `docs/building.md` lists.

use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use ferromq::pattern::Pattern;
use ferromq::security::{CurveClient, CurveServer};
use ferromq::{
    Capability, Context, Dealer, KeyPair, Linger, Pub, Pull, Push, Router, Socket, Sub, XPub, XPubEvent, has,
};

use crate::patience::{A_WHILE, PATIENCE, until};
use crate::process::alone;

/// Flags of a frame (RFC 37).
const MORE: u8 = 1;
pub const COMMAND: u8 = 4;

/// A peer that speaks ZMTP 3.1 as it likes, up to and including the handshake.
pub struct Peer(pub TcpStream);

impl Peer {
    pub fn connect<P: Pattern, S>(socket: &Socket<P, S>, pattern: &str, routing_id: &[u8]) -> Peer {
        let endpoint = socket.last_endpoint().unwrap().to_string();
        let stream = TcpStream::connect(endpoint.strip_prefix("tcp://").unwrap()).unwrap();
        Peer::greet(stream, pattern, routing_id)
    }

    pub fn accept(listener: &TcpListener, pattern: &str) -> Peer {
        Peer::greet(listener.accept().unwrap().0, pattern, b"")
    }

    fn greet(stream: TcpStream, pattern: &str, routing_id: &[u8]) -> Peer {
        let mut peer = Peer(stream);
        let mut greeting = [0; 64];
        greeting[0] = 0xff;
        greeting[9] = 0x7f;
        (greeting[10], greeting[11]) = (3, 1);
        greeting[12..16].copy_from_slice(b"NULL");
        peer.write(&greeting);
        let mut ready = b"\x05READY".to_vec();
        for (name, value) in [("Socket-Type", pattern.as_bytes()), ("Identity", routing_id)] {
            ready.push(name.len() as u8);
            ready.extend_from_slice(name.as_bytes());
            ready.extend_from_slice(&(value.len() as u32).to_be_bytes());
            ready.extend_from_slice(value);
        }
        peer.frame(COMMAND, &ready);
        // A peer may send more once it has got the same of the other side: a greeting, and READY in a short frame.
        let mut header = [0; 64 + 2];
        peer.0.set_read_timeout(Some(PATIENCE)).unwrap();
        peer.0.read_exact(&mut header).expect("a greeting and the header of a frame");
        peer.0.read_exact(&mut vec![0; header[65].into()]).expect("READY");
        peer
    }

    pub fn frame(&mut self, flags: u8, body: &[u8]) {
        const LONG: u8 = 2;
        let mut frame = vec![flags | LONG];
        frame.extend_from_slice(&(body.len() as u64).to_be_bytes());
        frame.extend_from_slice(body);
        self.write(&frame);
    }

    /// The other side may have hung up; what follows tells.
    fn write(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes);
    }

    /// Everything until the other side hangs up.
    pub fn hangs_up(&mut self) -> Vec<u8> {
        let mut received = Vec::new();
        match self.0.read_to_end(&mut received) {
            Ok(_) => {}
            Err(error) if error.kind() == IoErrorKind::ConnectionReset => {}
            Err(error) => panic!("the connection is still there: {error}"),
        }
        received
    }
}

#[test]
fn a_connection_that_replaces_one_whose_messages_wait_does_not_abort() {
    alone("defects::a_connection_that_replaces_one_whose_messages_wait_does_not_abort", || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let context = Context::new().unwrap();
        let pull = context
            .socket::<Pull>()
            .receive_hwm(2)
            .heartbeat_interval(Duration::from_millis(20))
            .heartbeat_timeout(Duration::from_millis(60))
            .reconnect_interval(Duration::from_millis(1))
            .connect(format!("tcp://{}", listener.local_addr().unwrap()))
            .unwrap();
        // More than there is room for, and no answer to heartbeats: the PULL tries again.
        let mut first = Peer::accept(&listener, "PUSH");
        for _ in 0..50 {
            first.frame(0, b"first");
        }
        let mut second = Peer::accept(&listener, "PUSH");
        // Now there is room, of which the second connection hears.
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "first");
        second.frame(0, b"second");
        until("the message of the second connection", || {
            let message = pull.recv_timeout(A_WHILE).ok()?;
            (message == "second").then_some(())
        });
    });
}

#[test]
fn a_ping_that_is_too_short_ends_the_connection_and_is_not_answered() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let mut peer = Peer::connect(&pull, "PUSH", b"");
    peer.frame(COMMAND, b"\x04PING");
    let received = peer.hangs_up();
    assert!(!received.windows(5).any(|bytes| bytes == b"\x04PONG"), "it answered with stray memory");
}

#[test]
fn a_peer_that_takes_the_routing_id_that_comes_next_does_not_abort() {
    alone("defects::a_peer_that_takes_the_routing_id_that_comes_next_does_not_abort", || {
        let context = Context::new().unwrap();
        let router = context.socket::<Router>().receive_timeout(PATIENCE).bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = router.last_endpoint().unwrap();
        let anonymous = || {
            let dealer = context.socket::<Dealer>().connect(&endpoint).unwrap();
            dealer.send("here").unwrap();
            (router.recv_from().unwrap().0, dealer)
        };
        let (id, _first) = anonymous();
        let id: &[u8] = id.as_ref();
        let number = u32::from_be_bytes(id[1..].try_into().expect("a zero byte and four others"));
        let next = [&[0][..], &number.wrapping_add(1).to_be_bytes()].concat();
        let mut peer = Peer::connect(&router, "DEALER", &next);
        peer.frame(0, b"here");
        let (taken, _) = router.recv_from().unwrap();
        assert_eq!(AsRef::<[u8]>::as_ref(&taken), next);
        let (other, _third) = anonymous();
        assert_ne!(AsRef::<[u8]>::as_ref(&other), next);
    });
}

#[test]
fn a_websocket_peer_without_a_mechanism_does_not_abort() {
    alone("defects::a_websocket_peer_without_a_mechanism_does_not_abort", || {
        let context = Context::new().unwrap();
        let pull = context
            .socket::<Pull>()
            .heartbeat_interval(Duration::from_millis(5))
            .bind("ws://127.0.0.1:*/path")
            .unwrap();
        let endpoint = pull.last_endpoint().unwrap().to_string();
        let address = endpoint.strip_prefix("ws://").and_then(|rest| rest.strip_suffix("/path")).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(
                b"GET /path HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                  Sec-WebSocket-Key: abc\r\nSec-WebSocket-Protocol: ZWS2.0\r\n\r\n",
            )
            .unwrap();
        // Its routing id, and then a message: a final binary frame each, masked with zeros, of a flag and the body.
        stream.write_all(b"\x82\x81\0\0\0\0\0").unwrap();
        // In this time several heartbeats are due.
        assert!(pull.recv_timeout(A_WHILE).unwrap_err().is_timeout());
        stream.write_all(b"\x82\x86\0\0\0\0\0hello").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "hello");
    });
}

#[test]
fn a_socket_whose_socks_proxy_refuses_can_be_closed() {
    alone("defects::a_socket_whose_socks_proxy_refuses_can_be_closed", || {
        let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let context = Context::new().unwrap();
        let push = context
            .socket::<Push>()
            .linger(Linger::NONE)
            .socks_proxy(proxy.local_addr().unwrap().to_string())
            .reconnect_interval(Duration::from_secs(60))
            .connect("tcp://somewhere:5")
            .unwrap();
        let mut asking = proxy.accept().unwrap().0;
        asking.write_all(b"\x05\xff").unwrap();
        // It hangs up, and waits before it tries again.
        let _ = asking.read_to_end(&mut Vec::new());
        drop(push);
        drop(context);
    });
}

#[test]
fn hostile_peers_do_not_abort() {
    alone("defects::hostile_peers_do_not_abort", || {
        let context = Context::new().unwrap();
        let router = context
            .socket::<Router>()
            .receive_hwm(2)
            .heartbeat_interval(Duration::from_millis(5))
            .bind("tcp://127.0.0.1:*")
            .unwrap();
        let mut dice = 0x5eed_u64;
        let mut roll = || {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 56) as u8
        };
        let end = Instant::now() + Duration::from_secs(1);
        while Instant::now() < end {
            let mut peer = Peer::connect(&router, "DEALER", &[roll() % 3]);
            for _ in 0..roll() % 16 {
                let name: &[u8] = match roll() % 6 {
                    0 => b"\x04PING",
                    1 => b"\x04PONG",
                    2 => b"\x09SUBSCRIBE",
                    3 => b"\x06CANCEL",
                    4 => b"\x05READY",
                    _ => b"",
                };
                let body: Vec<u8> =
                    name.iter().copied().chain((0..roll() % 40).map(|_| roll() % 4)).collect();
                peer.frame([0, MORE, COMMAND, COMMAND | MORE][usize::from(roll() % 4)], &body);
            }
            let _ = router.try_recv_from();
        }
        // And it still works.
        let dealer = context.socket::<Dealer>().connect(router.last_endpoint().unwrap()).unwrap();
        dealer.send("well?").unwrap();
        until("the message of an honest peer", || {
            let (_, message) = router.recv_from_timeout(A_WHILE).ok()?;
            (message == "well?").then_some(())
        });
    });
}

#[test]
fn every_subscription_of_a_conflating_sub_reaches_a_pub_that_binds_later() {
    let context = Context::new().unwrap();
    let sub = context
        .socket::<Sub>()
        .conflate(true)
        .subscribe("a")
        .subscribe("b")
        .connect("inproc://conflating")
        .unwrap();
    let publisher = context.socket::<Pub>().bind("inproc://conflating").unwrap();
    for topic in ["a", "b"] {
        until("a message of each topic", || {
            publisher.send(topic).unwrap();
            let message = sub.recv_timeout(A_WHILE).ok()?;
            (message == topic).then_some(())
        });
    }
}

/// Under limits on open files, and so on Unix.
#[cfg(unix)]
mod descriptors {
    use std::process::Command;
    use std::{env, iter};

    use ferromq::{Context, ErrorKind, Linger, Pub, Pull, Push, Rep, Req, Router, Sub};

    use crate::patience::{A_WHILE, PATIENCE};
    use crate::process::{Program, explained};

    const TEST: &str = "defects::descriptors::when_there_are_none_left_operations_fail_and_nothing_aborts";

    #[test]
    fn when_there_are_none_left_operations_fail_and_nothing_aborts() {
        const CHILD: &str = "FERROMQ_TEST_DESCRIPTORS";
        if env::var_os(CHILD).is_some() {
            return with_what_there_is();
        }
        // From hardly enough to start a program to enough for everything.
        for limit in (8..40).step_by(2).chain(iter::once(200)) {
            let mut command = Command::new("sh");
            command.args(["-c", "ulimit -n $0 && exec \"$@\"", &limit.to_string()]);
            command.arg(env::current_exe().unwrap()).args([TEST, "--exact", "--nocapture"]).env(CHILD, "1");
            let mut child = Program::start(format!("a program with {limit} files"), command);
            let ended = child.end(PATIENCE).and_then(|(status, _)| match status.success() {
                true => Ok(()),
                false => Err(format!("with {limit} files it ended with {status}")),
            });
            ended.unwrap_or_else(|error| panic!("{}", explained(error, [&mut child])));
        }
    }

    /// Opens, binds, connects, accepts and receives, and expects only errors of a kind.
    fn with_what_there_is() {
        for _ in 0..2 {
            let context = match Context::new() {
                Ok(context) => context,
                Err(error) => return assert_eq!(error.kind(), ErrorKind::LimitReached, "{error}"),
            };
            let pull = context.socket::<Pull>().open();
            if let Err(error) = &pull {
                assert_eq!(error.kind(), ErrorKind::LimitReached, "{error}");
            }
            let mut endpoints = Vec::new();
            if let Ok(pull) = &pull {
                for endpoint in
                    ["tcp://127.0.0.1:*", "ipc://*", "ws://127.0.0.1:*", "inproc://here", "tcp://*:*"]
                {
                    if pull.bind(endpoint).is_ok() {
                        endpoints.push(pull.last_endpoint().unwrap());
                    }
                }
            }
            let _others = (
                context.socket::<Router>().bind("tcp://127.0.0.1:*"),
                context.socket::<Pub>().bind("ipc://*"),
                context.socket::<Sub>().subscribe("").connect("tcp://localhost:9"),
                context.socket::<Rep>().open(),
                context.socket::<Req>().open(),
            );
            let pushes: Vec<_> = endpoints
                .iter()
                .cycle()
                .take(12)
                .filter_map(|endpoint| context.socket::<Push>().linger(Linger::NONE).connect(endpoint).ok())
                .collect();
            for push in &pushes {
                let _ = push.try_send("something");
            }
            if let Ok(pull) = &pull {
                while pull.recv_timeout(A_WHILE).is_ok() {}
            }
        }
    }
}

#[cfg(feature = "draft")]
mod draft {
    use std::net::UdpSocket;
    use std::thread;
    use std::time::{Duration, Instant};

    use ferromq::{Client, Context, Dish, Group, Pull, Radio, Server};

    use super::{COMMAND, MORE, Peer};
    use crate::patience::{A_WHILE, PATIENCE, until};
    use crate::process::alone;

    #[test]
    fn a_group_that_is_too_long_ends_the_connection() {
        alone("defects::draft::a_group_that_is_too_long_ends_the_connection", || {
            let context = Context::new().unwrap();
            let radio = context.socket::<Radio>().bind("tcp://127.0.0.1:*").unwrap();
            for command in [&b"\x04JOIN"[..], b"\x05LEAVE"] {
                let mut peer = Peer::connect(&radio, "DISH", b"");
                peer.frame(COMMAND, &[command, &[b'g'; 256]].concat());
                peer.hangs_up();
            }
        });
    }

    #[test]
    fn empty_groups_beyond_the_high_water_mark_do_not_abort() {
        alone("defects::draft::empty_groups_beyond_the_high_water_mark_do_not_abort", || {
            let context = Context::new().unwrap();
            let dish = context
                .socket::<Dish>()
                .receive_hwm(2)
                .join(&Group::new("g").unwrap())
                .bind("tcp://127.0.0.1:*")
                .unwrap();
            let mut peer = Peer::connect(&dish, "RADIO", b"");
            for group in ["", "g"].repeat(50) {
                peer.frame(MORE, group.as_bytes());
                peer.frame(0, b"body");
            }
            for _ in 0..50 {
                let (_, body) = dish.recv_from_timeout(PATIENCE).unwrap();
                assert_eq!(body, "body");
            }
        });
    }

    #[test]
    fn hostile_datagrams_do_not_abort() {
        alone("defects::draft::hostile_datagrams_do_not_abort", || {
            let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let context = Context::new().unwrap();
            let group = Group::new("g").unwrap();
            let dish = context.socket::<Dish>().join(&group).bind(format!("udp://{port}")).unwrap();
            let hostile = UdpSocket::bind("127.0.0.1:0").unwrap();
            for first in 0..=u8::MAX {
                for length in [1, 2, 128, 129, 256, 300] {
                    let _ = hostile.send_to(&[&[first][..], &vec![first; length - 1]].concat(), port);
                }
                // The kernel keeps only so many.
                while dish.try_recv_from().is_ok() {}
            }
            for length in [0, 8192, 8193, 20_000] {
                let _ = hostile.send_to(&vec![1; length], port);
            }
            until("an honest datagram", || {
                hostile.send_to(b"\x01gwell?", port).unwrap();
                let (_, body) = dish.recv_from_timeout(A_WHILE).ok()?;
                (body == "well?").then_some(())
            });
        });
    }

    #[test]
    fn sockets_that_threads_may_share_do_not_wait_for_each_other() {
        alone("defects::draft::sockets_that_threads_may_share_do_not_wait_for_each_other", || {
            let context = Context::new().unwrap();
            let server = context.socket::<Server>().bind("inproc://each-other").unwrap();
            let client = context.socket::<Client>().connect("inproc://each-other").unwrap();
            client.send("hello").unwrap();
            let (peer, _) = server.recv_from_timeout(PATIENCE).unwrap();
            let end = Instant::now() + Duration::from_secs(2);
            let going = || Instant::now() < end;
            thread::scope(|threads| {
                threads.spawn(|| {
                    while going() {
                        let _ = server.try_recv_from();
                        let _ = server.try_send_to(&peer, "to the client");
                    }
                });
                threads.spawn(|| {
                    while going() {
                        let _ = client.try_recv();
                        let _ = client.try_send("to the server");
                    }
                });
                for _ in 0..2 {
                    threads.spawn(|| {
                        while going() {
                            let _ = client.recv_timeout(A_WHILE);
                        }
                    });
                }
            });
        });
    }

    #[test]
    fn a_dish_over_inproc_does_not_abort_whom_it_joins() {
        alone("defects::draft::a_dish_over_inproc_does_not_abort_whom_it_joins", || {
            let context = Context::new().unwrap();
            let pull = context.socket::<Pull>().bind("inproc://joined").unwrap();
            let group = Group::new("g").unwrap();
            let _dish = context.socket::<Dish>().join(&group).connect("inproc://joined").unwrap();
            // The join has no content that a PULL knows.
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap().len(), 1);
        });
    }
}

#[test]
fn subscriptions_arrive_over_encrypted_websockets() {
    if !has(Capability::Curve) {
        return;
    }
    let context = Context::new().unwrap();
    let keys = KeyPair::generate().unwrap();
    let client = CurveClient::new(KeyPair::generate().unwrap(), keys.public());
    let publisher = context.socket::<XPub>().security(CurveServer::new(keys).allow_any());
    let publisher = publisher.bind("ws://127.0.0.1:*").unwrap();
    let subscriber = context.socket::<Sub>().subscribe("weather").security(client);
    let subscriber = subscriber.connect(publisher.last_endpoint().unwrap()).unwrap();
    let next = || publisher.recv_event_timeout(PATIENCE).unwrap();
    assert_eq!(next(), XPubEvent::Subscribed(b"weather".to_vec()));
    publisher.send("sport 1:0").unwrap();
    publisher.send("weather Sunny today.").unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "weather Sunny today.");
    subscriber.unsubscribe("weather").unwrap();
    assert_eq!(next(), XPubEvent::Unsubscribed(b"weather".to_vec()));
}
