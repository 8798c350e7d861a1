//! Connecting again, or not.

use std::time::Duration;

use ferromq::monitor::EventKind;
use ferromq::{Context, Linger, Monitor, Pull, Push, ReconnectStop};

use crate::link::NOBODY;
use crate::patience::{A_WHILE, PATIENCE, until};

fn wait_for(monitor: &Monitor, is_it: impl Fn(EventKind) -> bool) {
    until("the event", || is_it(monitor.recv_timeout(PATIENCE).expect("an event").kind()).then_some(()));
}

fn nothing_more(monitor: &Monitor) {
    let more = monitor.recv_timeout(A_WHILE);
    assert!(more.is_err(), "{more:?}");
}

/// Source: tests/test_reconnect_options.cpp, reconnect_default and reconnect_stop_on_refused
#[test]
fn a_refused_connection_is_tried_again_unless_that_is_to_stop() {
    let context = Context::new().unwrap();
    let soon = Duration::from_millis(1);
    let push = context.socket::<Push>().reconnect_interval(soon).linger(Linger::NONE).open().unwrap();
    let monitor = push.monitor().unwrap();
    push.connect(NOBODY).unwrap();
    for _ in 0..3 {
        wait_for(&monitor, |kind| matches!(kind, EventKind::ConnectRetried { .. }));
    }

    let push = context
        .socket::<Push>()
        .reconnect_interval(soon)
        .reconnect_stop(ReconnectStop::CONNECTION_REFUSED)
        .linger(Linger::NONE)
        .open()
        .unwrap();
    let monitor = push.monitor().unwrap();
    push.connect(NOBODY).unwrap();
    wait_for(&monitor, |kind| kind == EventKind::Closed);
    nothing_more(&monitor);
}

/// Source: tests/test_reconnect_ivl.cpp, test_reconnect_ivl_tcp_ipv4 and test_reconnect_ivl_ipc
#[test]
fn a_lost_connection_is_made_again_unless_the_interval_is_none() {
    let context = Context::new().unwrap();
    let interval = Duration::from_millis(1);
    for (interval, again) in [(Some(interval), true), (None, false)] {
        let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = pull.last_endpoint().unwrap();
        let push = context.socket::<Push>().reconnect_interval(interval).linger(Linger::NONE).open().unwrap();
        let monitor = push.monitor().unwrap();
        push.connect(&endpoint).unwrap();
        wait_for(&monitor, |kind| kind == EventKind::HandshakeSucceeded);
        drop(pull);
        wait_for(&monitor, |kind| kind == EventKind::Disconnected);
        let _pull = until("the port is free", || context.socket::<Pull>().bind(&endpoint).ok());
        if again {
            wait_for(&monitor, |kind| kind == EventKind::HandshakeSucceeded);
        } else {
            nothing_more(&monitor);
        }
    }
}
