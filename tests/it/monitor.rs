//! What a monitor tells of a socket's connections, and that it never holds the socket up.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use ferromq::monitor::{AuthFailure, EventKind, EventSet, MonitorEvent, ProtocolError};
use ferromq::pattern::Pattern;
use ferromq::poll::Interest;
use ferromq::{Context, Dealer, Endpoint, ErrorKind, Monitor, Pair, Poller, Pull, Push, Router, Socket, Sub};

use crate::link::{NOBODY, Place};
use crate::patience::{PATIENCE, does_not_hang, kind_of, repetitions, until};

const LOOPBACK: &str = "tcp://127.0.0.1:*";

fn next(monitor: &Monitor) -> MonitorEvent {
    monitor.recv_timeout(PATIENCE).expect("an event")
}

/// Waits for an event of this kind; others before it do not matter.
fn wait_for(monitor: &Monitor, kind: EventKind) -> MonitorEvent {
    until(&format!("{kind:?}"), || Some(next(monitor)).filter(|event| event.kind() == kind))
}

/// The kinds of all events up to the last.
fn story(monitor: &Monitor) -> Vec<EventKind> {
    let mut kinds = Vec::new();
    while kinds.last() != Some(&EventKind::MonitorStopped) {
        kinds.push(next(monitor).kind());
    }
    kinds
}

fn address<P: Pattern, S>(bound: &Socket<P, S>) -> SocketAddr {
    bound.last_endpoint().unwrap().address().parse().unwrap()
}

#[test]
fn both_sides_of_a_connection_are_told_its_story() {
    let context = Context::new().unwrap();
    for place in Place::each().iter().filter(|place| !place.endpoint().starts_with("inproc")) {
        let pull = context.socket::<Pull>().open().unwrap();
        let bound = pull.monitor().unwrap();
        pull.bind(place.endpoint()).unwrap();
        let endpoint = pull.last_endpoint().unwrap();
        let listening = next(&bound);
        assert_eq!(listening.kind(), EventKind::Listening);
        assert_eq!((listening.local(), listening.remote()), (Some(endpoint.as_str()), None));
        assert_eq!((listening.number(), listening.values().len(), listening.address()), (8, 1, None));

        let push = context.socket::<Push>().open().unwrap();
        let connected = push.monitor().unwrap();
        push.connect(&endpoint).unwrap();
        assert_eq!(wait_for(&connected, EventKind::Connected).remote(), Some(endpoint.as_str()));
        wait_for(&connected, EventKind::HandshakeSucceeded);
        let accepted = next(&bound);
        assert_eq!((accepted.kind(), accepted.local()), (EventKind::Accepted, Some(endpoint.as_str())));
        assert_eq!(next(&bound).kind(), EventKind::HandshakeSucceeded);

        drop(pull);
        let rest = story(&bound);
        assert!(rest.contains(&EventKind::Closed), "{rest:?}");
        wait_for(&connected, EventKind::Disconnected);
        until("another attempt", || {
            matches!(next(&connected).kind(), EventKind::ConnectRetried { .. }).then_some(())
        });
        drop(push);
        story(&connected);
    }
}

#[test]
fn a_peer_that_leaves_is_told() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
    let monitor = pull.monitor_with(EventSet::DISCONNECTED).unwrap();
    let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
    push.send("x").unwrap();
    pull.recv_timeout(PATIENCE).unwrap();
    assert_eq!(kind_of(monitor.try_recv()), ErrorKind::WouldBlock, "other events are not told");
    drop(push);
    let event = next(&monitor);
    assert_eq!(event.kind(), EventKind::Disconnected);
    assert_eq!(event.local(), Some(pull.last_endpoint().unwrap().as_str()));
    assert!(event.remote().unwrap().starts_with("tcp://127.0.0.1:"));
}

#[test]
fn a_peer_that_is_not_there_is_tried_again() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().reconnect_interval(Duration::from_millis(20)).open().unwrap();
    let monitor = push.monitor().unwrap();
    push.connect(NOBODY).unwrap();
    assert_eq!(next(&monitor).kind(), EventKind::ConnectDelayed);
    for _ in 0..3 {
        wait_for(&monitor, EventKind::Closed);
        let EventKind::ConnectRetried { interval } = next(&monitor).kind() else {
            panic!("no second attempt")
        };
        assert!((20..40).contains(&interval.as_millis()), "{interval:?}");
    }
}

#[test]
fn an_inproc_connection_has_no_events() {
    let context = Context::new().unwrap();
    let left = context.socket::<Pair>().open().unwrap();
    let monitor = left.monitor().unwrap();
    left.bind("inproc://no-events").unwrap();
    let right = context.socket::<Pair>().connect("inproc://no-events").unwrap();
    right.send("x").unwrap();
    left.recv().unwrap();
    drop(left);
    // The socket is gone when its peer has noticed.
    let event = until("the end", || {
        right.events().unwrap();
        monitor.try_recv().ok()
    });
    assert_eq!(event.kind(), EventKind::MonitorStopped);
}

#[test]
fn a_bind_that_fails_is_told_with_its_error_number() {
    let context = Context::new().unwrap();
    let first = context.socket::<Pull>().bind(LOOPBACK).unwrap();
    let second = context.socket::<Pull>().open().unwrap();
    let monitor = second.monitor().unwrap();
    let error = second.bind(first.last_endpoint().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressInUse);
    wait_for(&monitor, EventKind::BindFailed { errno: error.errno().unwrap() });
}

#[test]
fn an_unbound_endpoint_is_closed() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
    let monitor = pull.monitor().unwrap();
    let endpoint = pull.last_endpoint().unwrap();
    pull.unbind(&endpoint).unwrap();
    let closed = next(&monitor);
    assert_eq!((closed.kind(), closed.local()), (EventKind::Closed, Some(endpoint.as_str())));
}

/// ZMTP 3.1's greeting of a client with this mechanism.
fn greeting(mechanism: &str) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    (bytes[0], bytes[9], bytes[10], bytes[11]) = (0xff, 0x7f, 3, 1);
    bytes[12..12 + mechanism.len()].copy_from_slice(mechanism.as_bytes());
    bytes
}

/// A command of a client without security.
fn after_greeting(command: &[u8]) -> Vec<u8> {
    [&greeting("NULL")[..], &[4, command.len() as u8], command].concat()
}

#[test]
fn a_handshake_that_fails_is_told_with_the_reason() {
    use EventKind::{HandshakeFailedAuth, HandshakeFailedProtocol};
    let stories = [
        (greeting("PLAIN"), HandshakeFailedProtocol(ProtocolError::ZmtpMechanismMismatch)),
        (after_greeting(b"\x05HELLO"), HandshakeFailedProtocol(ProtocolError::ZmtpUnexpectedCommand)),
        (after_greeting(b"\x05ERROR"), HandshakeFailedProtocol(ProtocolError::ZmtpMalformedError)),
        // What a server says to a client that its ZAP handler does not let in.
        (after_greeting(b"\x05ERROR\x03300"), HandshakeFailedAuth(AuthFailure::Temporary)),
        (after_greeting(b"\x05ERROR\x03400"), HandshakeFailedAuth(AuthFailure::Denied)),
        (after_greeting(b"\x05ERROR\x03500"), HandshakeFailedAuth(AuthFailure::Internal)),
    ];
    let context = Context::new().unwrap();
    for (bytes, reason) in stories {
        let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
        let monitor = pull.monitor().unwrap();
        let mut stream = TcpStream::connect(address(&pull)).unwrap();
        stream.write_all(&bytes).unwrap();
        assert_eq!(next(&monitor).kind(), EventKind::Accepted);
        let told = next(&monitor);
        assert_eq!(told.kind(), reason, "{told}");
        let local = stream.local_addr().unwrap();
        assert_eq!(told.remote(), Some(format!("tcp://{local}").as_str()));
    }
}

#[test]
fn a_peer_that_is_gone_before_the_handshake_is_told_without_a_reason() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
    let monitor = pull.monitor().unwrap();
    drop(TcpStream::connect(address(&pull)).unwrap());
    assert_eq!(next(&monitor).kind(), EventKind::Accepted);
    let told = next(&monitor).kind();
    assert!(matches!(told, EventKind::HandshakeFailedNoDetail { errno } if errno != 0), "{told:?}");
}

#[test]
fn a_monitor_goes_to_another_thread_and_ends_with_its_socket() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let monitor = pull.monitor().unwrap();
    let watching = thread::spawn(move || {
        let kinds: Vec<_> = monitor.iter().map(|event| event.kind()).collect();
        assert_eq!(kind_of(monitor.recv()), ErrorKind::MonitorStopped);
        assert_eq!(kind_of(monitor.try_recv()), ErrorKind::MonitorStopped);
        assert_eq!(kind_of(monitor.recv_timeout(PATIENCE)), ErrorKind::MonitorStopped);
        assert_eq!(monitor.into_iter().count(), 0);
        kinds
    });
    pull.bind(LOOPBACK).unwrap();
    drop(pull);
    let kinds = does_not_hang("the monitor", move || watching.join().unwrap());
    assert_eq!(kinds, [EventKind::Listening, EventKind::Closed, EventKind::MonitorStopped]);
}

#[test]
fn the_end_is_told_whatever_else_was_asked_for() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let monitor = pull.monitor_with(EventSet::NONE).unwrap();
    pull.bind(LOOPBACK).unwrap();
    drop(pull);
    assert_eq!(story(&monitor), [EventKind::MonitorStopped]);
}

#[test]
fn a_second_monitor_stops_the_first() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let first = pull.monitor_with(EventSet::LISTENING).unwrap();
    pull.bind(LOOPBACK).unwrap();
    let second = pull.monitor().unwrap();
    pull.bind(LOOPBACK).unwrap();
    assert_eq!(story(&first), [EventKind::Listening, EventKind::MonitorStopped]);
    assert_eq!(next(&second).kind(), EventKind::Listening);
    drop(first);
    pull.bind(LOOPBACK).unwrap();
    assert_eq!(next(&second).kind(), EventKind::Listening);
    pull.stop_monitor().unwrap();
    pull.stop_monitor().unwrap();
    assert_eq!(story(&second), [EventKind::MonitorStopped]);
}

/// Peers that come and go, until the socket has noticed them all.
fn come_and_go(peers: usize, socket: &Socket<Pull>) {
    let address = address(socket);
    for _ in 0..peers {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&greeting("PLAIN")).unwrap();
        // Until the socket has hung up.
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

#[test]
fn a_monitor_that_nobody_reads_holds_nothing_up() {
    let (events, last) = does_not_hang("a socket whose monitor is not read", || {
        let context = Context::new().unwrap();
        let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
        let monitor = pull.monitor().unwrap();
        let peers = repetitions(1500);
        come_and_go(peers, &pull);
        // Others are still served, and binding works.
        let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
        push.send("x").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "x");
        pull.bind(LOOPBACK).unwrap();
        drop((pull, push));
        let mut kinds = story(&monitor);
        (kinds.len(), kinds.pop())
    });
    // Each of them has two events at least.
    assert!(events <= 2001.max(repetitions(1500) * 4), "{events} events were kept");
    assert_eq!(last, Some(EventKind::MonitorStopped));
}

/// As many events: `bind` tells of each failure itself, so that all are told when this returns. What an I/O thread tells comes
/// whenever it has the time, perhaps when the reader has already made room again.
fn fail_to_bind(times: usize, pull: &Socket<Pull>, taken: &Endpoint) {
    for _ in 0..times {
        assert_eq!(pull.bind(taken).unwrap_err().kind(), ErrorKind::AddressInUse);
    }
}

/// The address at which binding has failed.
fn failed_at(event: &MonitorEvent) -> Option<&str> {
    event.local().filter(|_| matches!(event.kind(), EventKind::BindFailed { .. }))
}

#[test]
fn a_full_queue_keeps_the_first_events_and_the_last() {
    does_not_hang("a socket whose monitor is behind", || {
        let context = Context::new().unwrap();
        let [early, late] = [(); 2].map(|()| context.socket::<Pull>().bind(LOOPBACK).unwrap());
        let [early, late] = [&early, &late].map(|taken| taken.last_endpoint().unwrap());
        let pull = context.socket::<Pull>().open().unwrap();
        let monitor = pull.monitor_with(EventSet::BIND_FAILED).unwrap();
        fail_to_bind(2000, &pull, &early);
        fail_to_bind(1000, &pull, &late);
        drop(pull);
        for _ in 0..2000 {
            assert_eq!(failed_at(&next(&monitor)), Some(early.address()));
        }
        assert_eq!(next(&monitor).kind(), EventKind::MonitorStopped);
    });
}

#[test]
fn a_reader_that_has_caught_up_is_told_again() {
    does_not_hang("a socket whose monitor is behind", || {
        let context = Context::new().unwrap();
        let [early, late] = [(); 2].map(|()| context.socket::<Pull>().bind(LOOPBACK).unwrap());
        let [early, late] = [&early, &late].map(|taken| taken.last_endpoint().unwrap());
        let pull = context.socket::<Pull>().open().unwrap();
        let monitor = pull.monitor_with(EventSet::BIND_FAILED).unwrap();
        fail_to_bind(2100, &pull, &early);
        for _ in 0..2000 {
            assert_eq!(failed_at(&next(&monitor)), Some(early.address()));
        }
        assert_eq!(kind_of(monitor.try_recv()), ErrorKind::WouldBlock);
        fail_to_bind(1, &pull, &late);
        assert_eq!(failed_at(&next(&monitor)), Some(late.address()));
    });
}

#[test]
fn a_monitor_that_is_dropped_holds_nothing_up() {
    does_not_hang("a socket whose monitor is dropped", || {
        let context = Context::new().unwrap();
        let pull = context.socket::<Pull>().bind(LOOPBACK).unwrap();
        drop(pull.monitor().unwrap());
        come_and_go(20, &pull);
        let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
        push.send("x").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "x");
        pull.bind(LOOPBACK).unwrap();
        drop((pull, push));
        drop(context);
    });
}

#[test]
fn values_may_be_dropped_in_any_order() {
    for order in 0..6 {
        does_not_hang("dropping", move || {
            let context = Context::new().unwrap();
            let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
            let monitor = pull.monitor().unwrap();
            push.send("x").unwrap();
            pull.recv_timeout(PATIENCE).unwrap();
            match order {
                0 => drop((context, pull, monitor)),
                1 => drop((context, monitor, pull)),
                2 => drop((pull, context, monitor)),
                3 => drop((pull, monitor, context)),
                4 => drop((monitor, pull, context)),
                _ => drop((monitor, context, pull)),
            }
        });
    }
}

#[test]
fn shutting_the_context_down_ends_a_monitor() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let monitor = pull.monitor().unwrap();
    let (watches, is_watching) = channel();
    let watching = thread::spawn(move || {
        monitor.recv().unwrap();
        watches.send(()).unwrap();
        let error = monitor.recv().unwrap_err();
        assert_eq!(monitor.iter().count(), 0);
        error.kind()
    });
    pull.bind(LOOPBACK).unwrap();
    is_watching.recv_timeout(PATIENCE).unwrap();
    context.shutdown();
    let kind = does_not_hang("the monitor", move || watching.join().unwrap());
    // The socket may be the first to hear of it, and stops its monitor.
    assert_eq!(kind, ErrorKind::Terminated);
    assert_eq!(kind_of(pull.monitor()), ErrorKind::Terminated);
}

#[test]
fn a_monitor_is_polled_beside_sockets() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let monitor = pull.monitor().unwrap();
    let mut poller = Poller::new();
    poller.add(&pull, "pull", Interest::READABLE).unwrap();
    poller.add(&monitor, "monitor", Interest::READABLE).unwrap();
    assert_eq!(poller.try_wait().unwrap().count(), 0);
    pull.bind(LOOPBACK).unwrap();
    let (token, readiness) = poller.wait_timeout(PATIENCE).unwrap().next().unwrap();
    assert_eq!((token, readiness.is_readable()), ("monitor", true));
    assert_eq!(monitor.try_recv().unwrap().kind(), EventKind::Listening);
    assert_eq!(poller.try_wait().unwrap().count(), 0);
}

#[test]
fn a_monitor_takes_two_sockets_of_the_context_and_gives_them_back() {
    let context = Context::builder().max_sockets(3).build().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let other = context.socket::<Pull>().open().unwrap();
    for _ in 0..3 {
        assert_eq!(kind_of(pull.monitor()), ErrorKind::LimitReached);
    }
    drop(other);
    let monitor = until("two sockets are left", || pull.monitor().ok());
    assert_eq!(kind_of(context.socket::<Pull>().open()), ErrorKind::LimitReached);
    pull.stop_monitor().unwrap();
    drop(monitor);
    until("the sockets are given back", || {
        let one = context.socket::<Pull>().open().ok()?;
        context.socket::<Pull>().open().ok().map(|two| (one, two))
    });
}

#[test]
fn a_socket_can_be_monitored_anew_for_ever() {
    let context = Context::builder().max_sockets(7).build().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    for _ in 0..100 {
        let monitor = until("a monitor", || pull.monitor_with(EventSet::LISTENING).ok());
        pull.bind(LOOPBACK).unwrap();
        assert_eq!(next(&monitor).kind(), EventKind::Listening);
        pull.unbind(pull.last_endpoint().unwrap()).unwrap();
    }
}

#[test]
fn queued_messages_are_counted_for_each_connection() {
    let context = Context::new().unwrap();
    let router = context.socket::<Router>().open().unwrap();
    assert_eq!(kind_of(router.request_pipe_stats()), ErrorKind::WrongState);
    let monitor = router.monitor_with(EventSet::PIPES_STATS).unwrap();
    assert_eq!(kind_of(router.request_pipe_stats()), ErrorKind::WouldBlock);
    router.bind("inproc://counted").unwrap();
    let peers: Vec<_> =
        (0..3).map(|_| context.socket::<Dealer>().connect("inproc://counted").unwrap()).collect();
    for (number, peer) in peers.iter().enumerate() {
        for _ in 0..=number {
            peer.send("x").unwrap();
        }
    }
    router.events().unwrap();
    router.request_pipe_stats().unwrap();
    for peer in &peers {
        peer.events().unwrap();
    }
    router.events().unwrap();
    let mut counts: Vec<_> = (0..3)
        .map(|_| match next(&monitor).kind() {
            EventKind::PipesStats { outbound, inbound } => (outbound, inbound),
            other => panic!("{other:?}"),
        })
        .collect();
    counts.sort();
    assert_eq!(counts, [(0, 1), (0, 2), (0, 3)]);
}

#[test]
fn statistics_are_not_told_to_who_did_not_ask_for_them() {
    let context = Context::new().unwrap();
    let sub = context.socket::<Sub>().bind(LOOPBACK).unwrap();
    let _monitor = sub.monitor_with(EventSet::LISTENING).unwrap();
    assert_eq!(kind_of(sub.request_pipe_stats()), ErrorKind::WrongState);
}

#[cfg(feature = "draft")]
#[test]
fn a_thread_safe_socket_is_monitored_and_counted() {
    use ferromq::{Client, Server};

    let context = Context::new().unwrap();
    let server = context.socket::<Server>().open().unwrap();
    let monitor = server.monitor().unwrap();
    server.bind(LOOPBACK).unwrap();
    let client = context.socket::<Client>().connect(server.last_endpoint().unwrap()).unwrap();
    wait_for(&monitor, EventKind::HandshakeSucceeded);
    client.send("x").unwrap();
    server.recv_from_timeout(PATIENCE).unwrap();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..100 {
                    server.request_pipe_stats().unwrap();
                }
            });
        }
    });
    let counted = until("statistics", || {
        server.events().unwrap();
        monitor.try_recv().ok()
    });
    // libzmq hears in large steps what was received.
    assert_eq!(counted.kind(), EventKind::PipesStats { outbound: 0, inbound: 1 });
    drop((client, server));
    story(&monitor);
}
