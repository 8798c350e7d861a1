//! The programs that come with libzmq, played by sockets here: what they do on the wire is all that matters.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use ferromq::{Context, Pull, Push, Rep, Req};

use crate::program::{Ended, Program, number};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);

/// A port that is free now. Who binds it next is the program that is told of it.
fn endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("tcp://{}", listener.local_addr().unwrap())
}

#[track_caller]
fn result(ended: &Ended) -> Value {
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{ended:?}");
    let object: Value = serde_json::from_str(&ended.stdout).unwrap();
    let rate = number(&object, "messages_per_second");
    assert!(rate > 1.0 && rate < 1e9, "{object}");
    assert!(!cfg!(unix) || number(&object, "cpu_seconds") > 0.0, "{object}");
    object
}

#[test]
fn what_remote_thr_sends_is_measured_where_it_arrives() {
    let endpoint = endpoint();
    let line = "throughput --size 64 --messages 20000 --json - --against remote_thr --bind";
    let running = Program::start(line, &[&endpoint]);
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().connect(endpoint.as_str()).unwrap();
    for _ in 0..20_000 {
        push.send_timeout(vec![0; 64], PATIENCE).unwrap();
    }
    let object = result(&running.end());
    assert_eq!((number(&object, "messages"), &object["pattern"]), (20_000.0, &"push-pull".into()));
    assert_eq!(object["ends"], format!("remote_thr at {endpoint}"));
}

#[test]
fn local_thr_is_sent_what_it_expects_and_nothing_else() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = pull.last_endpoint().unwrap().to_string();
    let line = "throughput --size 64 --messages 20000 --json - --against local_thr --connect";
    let running = Program::start(line, &[&endpoint]);
    for _ in 0..20_000 {
        let message = pull.recv_timeout(PATIENCE).unwrap();
        assert_eq!((message.len(), message[0].len()), (1, 64));
    }
    result(&running.end());
    assert!(pull.try_recv().unwrap_err().is_would_block());
}

#[test]
fn local_lat_is_asked_as_often_as_it_expects() {
    let context = Context::new().unwrap();
    let mut rep = context.socket::<Rep>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = rep.last_endpoint().unwrap().to_string();
    let line = "latency --size 16 --round-trips 300 --json - --against local_lat --connect";
    let running = Program::start(line, &[&endpoint]);
    for _ in 0..300 {
        let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
        assert_eq!((request.len(), request[0].len()), (1, 16));
        rep = replying.send(request).unwrap();
    }
    let object = result(&running.end());
    assert_eq!((number(&object, "samples"), &object["pattern"]), (299.0, &"req-rep".into()));
    assert!(rep.try_recv().is_err());
}

#[test]
fn remote_lat_is_answered_and_its_round_trips_are_measured() {
    let endpoint = endpoint();
    let line = "latency --size 16 --round-trips 300 --json - --against remote_lat --bind";
    let running = Program::start(line, &[&endpoint]);
    let context = Context::new().unwrap();
    let mut req = context.socket::<Req>().connect(endpoint.as_str()).unwrap();
    for number in 0..300_u128 {
        let (reply, ready) = req.send(number.to_le_bytes()).unwrap().recv_timeout(PATIENCE).unwrap();
        assert_eq!(reply[0].as_bytes(), number.to_le_bytes());
        req = ready;
    }
    let object = result(&running.end());
    assert_eq!(number(&object, "samples"), 299.0);
}

#[test]
fn a_program_that_does_something_else_is_an_error() {
    let context = Context::new().unwrap();
    let rep = context.socket::<Rep>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = rep.last_endpoint().unwrap().to_string();
    let line = "latency --size 16 --round-trips 300 --against local_lat --connect";
    let running = Program::start(line, &[&endpoint]);
    thread::scope(|scope| {
        scope.spawn(move || {
            let (_, replying) = rep.recv_timeout(PATIENCE).unwrap();
            replying.send("too short").unwrap();
        });
        let ended = running.end();
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""), "{ended:?}");
        assert!(ended.stderr.contains("a message of 9 bytes came, and --size says 16"), "{ended:?}");
    });
    let line = "throughput --against remote_thr --timeout 200ms --bind tcp://127.0.0.1:*";
    let ended = Program::start(line, &[]).end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("no message came for 200ms (after 0)"), "{ended:?}");
}
