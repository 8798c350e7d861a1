//! Peers that are frozen, so that nothing comes from them although their connections stay open: heartbeats tell.

use std::time::{Duration, Instant};

use ferromq::monitor::{EventKind, EventSet};
use ferromq::{Context, Monitor, Rep, Req};
use nix::sys::signal::Signal;

use super::Language::{self, Python, Rust};
use super::{at_a_free_port, start};
use crate::patience::{PATIENCE, TOLERANCE};
use crate::process::{Program, Result, explained};

const INTERVAL: Duration = Duration::from_millis(300);
/// That of `heartbeat`.
const TIMEOUT: Duration = INTERVAL.saturating_mul(2);

fn events() -> EventSet {
    EventSet::HANDSHAKE_SUCCEEDED | EventSet::DISCONNECTED
}

/// When the event comes, which has to be the next.
fn moment_of(kind: EventKind, monitor: &Monitor) -> Result<Instant> {
    let event = monitor.recv_timeout(PATIENCE).map_err(|error| format!("{kind}: {error}"))?;
    if event.kind() == kind { Ok(Instant::now()) } else { Err(format!("{event} instead of {kind}")) }
}

/// Freezes the program until the monitor tells that it is gone, and then thaws it until the monitor tells that it is back.
fn freeze_and_thaw(program: &Program, monitor: &Monitor) -> Result<()> {
    let frozen = Instant::now();
    program.signal(Signal::SIGSTOP);
    // Without heartbeats, it would not be noticed at all.
    let noticed = moment_of(EventKind::Disconnected, monitor)? - frozen;
    assert!(noticed < INTERVAL + TIMEOUT + TOLERANCE, "it was noticed after {noticed:?}");
    program.signal(Signal::SIGCONT);
    moment_of(EventKind::HandshakeSucceeded, monitor).map(drop)
}

fn is_noticed_by_the_socket_that_connects(language: Language) {
    at_a_free_port(|endpoint| {
        let context = Context::new().unwrap();
        let builder = context.socket::<Req>().heartbeat(INTERVAL).receive_timeout(PATIENCE);
        let mut req = builder.open().unwrap();
        let monitor = req.monitor_with(events()).unwrap();
        let mut program = start(language, "heartbeat_client", endpoint);
        req.connect(endpoint).unwrap();
        let come = moment_of(EventKind::HandshakeSucceeded, &monitor);
        come.map_err(|error| explained(error, [&mut program]))?;
        for _ in 0..3 {
            let (reply, next) = req.send("PING").unwrap().recv().expect("the peer is there again");
            assert_eq!(reply, "PONG");
            req = next;
            freeze_and_thaw(&program, &monitor)?;
        }
        Ok(())
    });
}

fn is_noticed_by_the_socket_that_is_bound(language: Language) {
    at_a_free_port(|endpoint| {
        let context = Context::new().unwrap();
        let builder = context.socket::<Rep>().heartbeat(INTERVAL).receive_timeout(PATIENCE);
        let mut rep = builder.open().unwrap();
        let monitor = rep.monitor_with(events()).unwrap();
        rep.bind(endpoint).map_err(|error| error.to_string())?;
        let mut program = super::start_with(language, "heartbeat_server", endpoint, Some("0.3".as_ref()));
        moment_of(EventKind::HandshakeSucceeded, &monitor)?;
        for _ in 0..3 {
            let (ping, replying) = rep.recv().expect("the peer is there again");
            assert_eq!(ping, "PING");
            rep = replying.send("PONG").unwrap();
            program.expect_line("Received: PONG")?;
            freeze_and_thaw(&program, &monitor)?;
        }
        Ok(())
    });
}

#[test]
fn a_frozen_peer_is_noticed_by_the_socket_that_connects_and_comes_back() {
    is_noticed_by_the_socket_that_connects(Rust);
}

#[test]
fn a_frozen_peer_is_noticed_by_the_socket_that_is_bound_and_comes_back() {
    is_noticed_by_the_socket_that_is_bound(Rust);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_frozen_peer_in_python_is_noticed_and_comes_back() {
    is_noticed_by_the_socket_that_connects(Python);
    is_noticed_by_the_socket_that_is_bound(Python);
}
