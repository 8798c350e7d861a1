//! Heartbeats, against a peer that does or does not answer.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use ferromq::monitor::EventKind;
use ferromq::pattern::Pattern;
use ferromq::{Builder, Context, Dealer, Pair, Pub, Pull, Push, Rep, Req, Router, Sub};

use crate::defects::{COMMAND, Peer};
use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, until};

const INTERVAL: Duration = Duration::from_millis(20);

/// Source: tests/test_heartbeats.cpp, test_heartbeat_timeout_router
#[test]
fn a_peer_that_does_not_answer_heartbeats_is_disconnected() {
    let router = Context::new()
        .unwrap()
        .socket::<Router>()
        .heartbeat_interval(INTERVAL)
        .heartbeat_timeout(INTERVAL * 3)
        .bind("tcp://127.0.0.1:*")
        .unwrap();
    let mut silent = Peer::connect(&router, "DEALER", b"silent");
    let heard = silent.hangs_up();
    let ping = [COMMAND, 7, 4];
    assert_eq!(heard[..3], ping, "a command PING: flags, length, length of the name");
    assert_eq!(heard[3..7], *b"PING");
}

/// Source: tests/test_heartbeats.cpp, test_heartbeat_timeout_router_mock_ping and test_heartbeat_ttl_dealer_router
#[test]
fn a_peer_is_disconnected_when_the_time_that_its_own_ping_allows_is_over() {
    let context = Context::new().unwrap();
    let router = context.socket::<Router>().bind("tcp://127.0.0.1:*").unwrap();
    // No heartbeats are asked for: what ends the connection is the time in the ping, here 2 tenths of a second.
    let mut pinging = Peer::connect(&router, "DEALER", b"pinging");
    pinging.frame(COMMAND, b"\x04PING\x00\x02context");
    let heard = pinging.hangs_up();
    assert_eq!(heard, b"\x04\x0c\x04PONGcontext", "the answer repeats the context of the ping");

    // What a socket of ours says is its own.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let _dealer = context
        .socket::<Dealer>()
        .heartbeat_interval(INTERVAL)
        .heartbeat_ttl(Duration::from_millis(65_500))
        .connect(format!("tcp://{}", listener.local_addr().unwrap()))
        .unwrap();
    let mut peer = Peer::accept(&listener, "ROUTER");
    let mut ping = [0; 9];
    peer.0.read_exact(&mut ping).unwrap();
    assert_eq!(ping, *b"\x04\x07\x04PING\x02\x8f");
}

fn keeps_connected<P: Pattern, S, Q: Pattern, T>(binds: Builder<P, S>, connects: Builder<Q, T>) {
    let bound = binds.bind(Place::tcp().endpoint()).unwrap();
    let connecting = connects.open().unwrap();
    let monitor = connecting.monitor().unwrap();
    connecting.connect(bound.last_endpoint().unwrap()).unwrap();
    until("the handshake", || {
        let event = monitor.recv_timeout(PATIENCE).expect("an event");
        (event.kind() == EventKind::HandshakeSucceeded).then_some(())
    });
    // Several times the interval, in which nobody sends anything.
    let more = monitor.recv_timeout(A_WHILE * 2);
    assert!(more.is_err(), "{more:?}");
}

/// Source: tests/test_heartbeats.cpp, test_heartbeat_notimeout
#[test]
fn peers_that_answer_heartbeats_stay_connected() {
    let context = Context::new().unwrap();
    macro_rules! pairs {
        ($($binds:ty, $connects:ty;)*) => {$(
            keeps_connected(
                context.socket::<$binds>().heartbeat_interval(INTERVAL).heartbeat_timeout(PATIENCE),
                context.socket::<$connects>().heartbeat_interval(INTERVAL).heartbeat_timeout(PATIENCE),
            );
        )*};
    }
    pairs! { Router, Dealer; Rep, Req; Pull, Push; Pub, Sub; Pair, Pair; }
}
