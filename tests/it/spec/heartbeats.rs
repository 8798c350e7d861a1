//! Heartbeats, against a peer that does or does not answer.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use ferromq::monitor::EventKind;
use ferromq::pattern::Pattern;
use ferromq::{Builder, Context, Dealer, Monitor, Pair, Pub, Pull, Push, Rep, Req, Router, Socket, Sub};

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

/// The two ends of a connection.
type Joined<P, S, Q, T> = (Socket<P, S>, Socket<Q, T>);

/// What keeps a connection, and the monitor of the side that made it.
fn joined<P: Pattern, S, Q: Pattern, T>(
    binds: Builder<P, S>,
    connects: Builder<Q, T>,
) -> (Joined<P, S, Q, T>, Monitor) {
    let bound = binds.bind(Place::tcp().endpoint()).unwrap();
    let connecting = connects.open().unwrap();
    let monitor = connecting.monitor().unwrap();
    connecting.connect(bound.last_endpoint().unwrap()).unwrap();
    until("the handshake", || {
        let event = monitor.recv_timeout(PATIENCE).expect("an event");
        (event.kind() == EventKind::HandshakeSucceeded).then_some(())
    });
    ((bound, connecting), monitor)
}

/// Source: tests/test_heartbeats.cpp, test_heartbeat_notimeout
#[test]
fn peers_that_answer_heartbeats_stay_connected() {
    /// Long enough for a peer on a busy machine.
    const TIMEOUT: Duration = Duration::from_secs(1);
    let context = Context::new().unwrap();
    macro_rules! pairs {
        ($($binds:ty, $connects:ty;)*) => {
            ($(joined(
                context.socket::<$binds>().heartbeat_interval(INTERVAL).heartbeat_timeout(TIMEOUT),
                context.socket::<$connects>().heartbeat_interval(INTERVAL).heartbeat_timeout(TIMEOUT),
            ),)*)
        };
    }
    let (a, b, c, d, e) = pairs! { Router, Dealer; Rep, Req; Pull, Push; Pub, Sub; Pair, Pair; };
    // Nobody sends anything for longer than the timeout; the first monitor waits for all.
    for (monitor, wait) in
        [(&a.1, TIMEOUT * 2), (&b.1, A_WHILE), (&c.1, A_WHILE), (&d.1, A_WHILE), (&e.1, A_WHILE)]
    {
        let more = monitor.recv_timeout(wait);
        assert!(more.is_err(), "{more:?}");
    }
}
