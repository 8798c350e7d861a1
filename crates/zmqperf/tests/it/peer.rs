//! The other end on another machine; and what happens when it dies.

use std::thread;
use std::time::{Duration, Instant};

use ferromq::{Context, Rep};

use crate::program::{Ended, Program, fails, is_plausible, number, object_with, run};

/// Whatever takes longer does not happen.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn everything_can_be_measured_with_a_peer_that_serves() {
    let (mut serving, peer) = Program::serve();
    for (line, runs) in [
        (
            "throughput --pattern push-pull,pub-sub,req-rep,dealer-router,pair --transport tcp,ipc,ws --messages 1000",
            15,
        ),
        ("latency --pattern push-pull,pub-sub,req-rep,dealer-router,pair --curve --round-trips 50", 5),
        ("fanout --subscribers 2,3 --messages 200 --rate 4000", 2),
        (
            "ramp --pattern push-pull,req-rep --from 500 --to 1000 --step 50ms --latency-limit 20s --keep-up 1%",
            2,
        ),
    ] {
        let object = object_with(line, &["--peer", &peer]);
        let measured = object["runs"].as_array().unwrap();
        assert_eq!(measured.len(), runs, "{line}");
        for run in measured {
            is_plausible(run);
            assert_eq!(run["ends"], peer, "{run}");
            if cfg!(unix) {
                let processes = run["processes"].as_array().unwrap();
                assert!(processes.iter().any(|process| process["pid"] == serving.child.id()), "{run}");
            }
            if run.get("lost").is_some() {
                assert_eq!(number(run, "lost"), 0.0, "{run}");
            }
        }
    }
    assert!(serving.child.try_wait().unwrap().is_none(), "it goes on serving");
}

#[test]
fn sockets_of_a_peer_are_reached_where_it_is_reached_itself() {
    let (_serving, peer) = Program::serve();
    let peer = peer.replace("127.0.0.1", "localhost");
    let object = object_with("throughput --transport tcp,ws,ipc --messages 1000 --curve", &["--peer", &peer]);
    for run in object["runs"].as_array().unwrap() {
        assert_eq!((&run["ends"], number(run, "lost")), (&peer.as_str().into(), 0.0), "{run}");
    }
}

/// Starts a measurement that would take hours; and waits until the peer refuses another one because of it.
fn long_measurement(peer: &str, command: &str) -> Program {
    let start = || Program::start(command, &["--peer", peer, "--timeout", "1s"]);
    let mut running = start();
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let ended = run("latency --round-trips 1 --warm-up 0 --timeout 20s", &["--peer", peer]);
        // The other one was first, and this one was refused.
        if running.child.try_wait().unwrap().is_some() {
            running = start();
        } else if ended.code == Some(1) {
            assert!(ended.stderr.contains("it is busy with another measurement"), "{ended:?}");
            return running;
        }
    }
    panic!("the peer is never busy with {command}");
}

/// One sentence, whatever the measurement was doing when its peer died.
fn says_for_what_it_waited(ended: &Ended) -> bool {
    let says = [
        "the other end took no message for 1s",
        "no reply came for 1s",
        "did not answer within 1s",
        "no message got through within 1s",
        "no message came back within 1s",
    ];
    ended.stderr.lines().count() == 1 && says.iter().any(|says| ended.stderr.contains(says))
}

#[test]
fn a_peer_that_is_killed_is_an_error_and_not_a_wait() {
    for command in ["throughput --messages 1000000000000", "latency --round-trips 1000000000000"] {
        let (mut serving, peer) = Program::serve();
        let running = long_measurement(&peer, command);
        serving.child.kill().unwrap();
        let ended = running.end();
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""), "{ended:?}");
        assert!(says_for_what_it_waited(&ended), "{ended:?}");
    }
}

#[test]
#[cfg(unix)]
fn a_peer_that_stands_still_is_an_error_and_not_a_wait() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let (serving, peer) = Program::serve();
    let running = long_measurement(&peer, "throughput --messages 1000000000000");
    kill(Pid::from_raw(serving.child.id().cast_signed()), Signal::SIGSTOP).unwrap();
    let ended = running.end();
    assert_eq!((ended.code, &*ended.stdout), (Some(1), ""), "{ended:?}");
    assert!(says_for_what_it_waited(&ended), "{ended:?}");
}

#[test]
fn a_measurement_that_is_killed_does_not_keep_the_peer_from_the_next() {
    let (_serving, peer) = Program::serve();
    let running = long_measurement(&peer, "throughput --messages 1000000000000");
    drop(running);
    // It takes a moment until it is known that nobody asks any more.
    let deadline = Instant::now() + PATIENCE;
    while run("latency --round-trips 10", &["--peer", &peer]).code != Some(0) {
        assert!(Instant::now() < deadline, "the peer is busy still");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_other_process_that_is_killed_is_an_error_and_not_a_wait() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let running = Program::start("throughput --messages 1000000000000 --timeout 30s", &[]);
    let children = format!("/proc/{0}/task/{0}/children", running.child.id());
    let other = loop {
        if let Ok(pid) = std::fs::read_to_string(&children).unwrap().trim().parse() {
            break pid;
        }
        thread::yield_now();
    };
    kill(Pid::from_raw(other), Signal::SIGKILL).unwrap();
    let ended = running.end();
    assert_eq!((ended.code, &*ended.stdout), (Some(1), ""), "{ended:?}");
    assert!(ended.stderr.contains("the other process"), "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_other_process_ends_with_the_one_that_started_it() {
    let running = Program::start("throughput --messages 1000000000000 --timeout 30s", &[]);
    let children = format!("/proc/{0}/task/{0}/children", running.child.id());
    let other = loop {
        let pid = std::fs::read_to_string(&children).unwrap().trim().to_owned();
        if !pid.is_empty() {
            break pid;
        }
        thread::yield_now();
    };
    drop(running);
    // Its directory goes with it, or it is a zombie until somebody has taken notice.
    let status = format!("/proc/{other}/stat");
    let deadline = Instant::now() + PATIENCE;
    while std::fs::read_to_string(&status).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(Instant::now() < deadline, "process {other} is there still");
        thread::yield_now();
    }
}

#[test]
fn nobody_there_and_somebody_else_there_are_errors() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("tcp://{free}");
    fails("throughput --timeout 300ms", &["--peer", &nobody], 1, "did not answer within 300ms");

    let context = Context::new().unwrap();
    for (answer, says) in [
        ("Hello", "no answer of zmqperf's"),
        (r#"{ "reply": "clock", "now": 1 }"#, "something else than it was asked"),
        (r#"{ "reply": "refused", "reason": "I speak version 7" }"#, "I speak version 7"),
    ] {
        let rep = context.socket::<Rep>().bind("tcp://127.0.0.1:*").unwrap();
        let somebody = rep.last_endpoint().unwrap().to_string();
        thread::scope(|scope| {
            scope.spawn(|| {
                let (_, replying) = rep.recv().unwrap();
                replying.send(answer).unwrap();
            });
            fails("throughput --timeout 5s", &["--peer", &somebody], 1, says);
        });
    }
}

#[test]
fn a_peer_refuses_what_it_does_not_understand_and_goes_on() {
    let (_serving, peer) = Program::serve();
    let context = Context::new().unwrap();
    for (request, says) in [
        ("Hello", "this is no request of zmqperf's"),
        (r#"{ "session": "a", "action": "hello", "protocol": 99 }"#, "version 99"),
        (r#"{ "session": "a", "action": "status" }"#, "there is no such run"),
    ] {
        let req = context.socket::<ferromq::Req>().connect(peer.as_str()).unwrap();
        let (reply, _) = req.send(request).unwrap().recv_timeout(PATIENCE).unwrap();
        assert!(reply.as_str().unwrap().contains(says), "{reply}");
    }
    assert_eq!(run("latency --round-trips 10", &["--peer", &peer]).code, Some(0));
}
