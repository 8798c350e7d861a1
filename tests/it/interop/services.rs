//! The services of §3, which are async.

use std::time::{Duration, Instant};

use ferromq::{Context, Req};

use super::Language::{self, Python, Rust};
use super::{Then, at_a_free_port, end, fails_in_one_line, in_every_mix, in_use, line, start, stopped};
use crate::patience::PATIENCE;
use crate::process::explained;

/// Those that take further requests while they work on one.
const SIDE_BY_SIDE: [(Language, &str); 3] =
    [(Rust, "async_zmq_service"), (Rust, "async_zmq_service_smol"), (Python, "async_zmq_service")];

const ONE_BY_ONE: [(Language, &str); 2] = [(Rust, "pyzmq_service"), (Python, "pyzmq_service")];

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pyzmq_client_prints_both_frames_of_the_reply() {
    for (service, status) in [("pyzmq_service", "OK"), ("async_zmq_service", "ACK")] {
        let response = format!("Received response: {status}, Original request: Hello from client!");
        in_every_mix(
            &end(service, [line("Received request: Hello from client!")], Then::Waits),
            &end("pyzmq_client", [line(response)], Then::Ends),
        );
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn async_zmq_service_serves_programs_in_both_languages_at_the_same_time() {
    let response = "Received response: ACK, Original request: Hello from client!";
    let client = end("pyzmq_client", [line(response)], Then::Ends);
    for (language, service) in SIDE_BY_SIDE {
        at_a_free_port(|endpoint| {
            let mut serving = start(language, service, endpoint);
            let running = [Rust, Python, Rust, Python].map(|language| client.start(language, endpoint));
            running.into_iter().try_for_each(|mut program| {
                let printed = client.prints_its_lines(&mut program);
                let ended = printed.and_then(|()| client.ends_well(&mut program, false));
                ended.map_err(|error| explained(error, [&mut program, &mut serving]))
            })
        });
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn async_zmq_service_takes_a_second_for_any_number_of_clients() {
    /// If each waited for the one before, they would take as many seconds.
    const CLIENTS: u32 = 40;
    for (language, service) in SIDE_BY_SIDE {
        at_a_free_port(|endpoint| {
            let mut serving = start(language, service, endpoint);
            let context = Context::new().unwrap();
            let ask = |number: u32| {
                let req = context.socket::<Req>().receive_timeout(PATIENCE).connect(endpoint).unwrap();
                req.send(number.to_string()).expect("a connected REQ sends")
            };
            let first = ask(0);
            // The service is there once this has arrived.
            serving.expect_line("Received request: 0").map_err(|error| explained(error, [&mut serving]))?;
            let began = Instant::now();
            let mut asking = vec![first];
            asking.extend((1..CLIENTS).map(ask));
            for (number, awaiting) in asking.into_iter().enumerate() {
                let (reply, _) = awaiting.recv().expect("each client gets a reply");
                assert_eq!(reply, ["ACK".to_owned(), number.to_string()], "{service} in {language:?}");
            }
            let took = began.elapsed();
            assert!(took < Duration::from_secs(1) * CLIENTS / 4, "{service} in {language:?} took {took:?}");
            Ok(())
        });
    }
}

#[test]
fn async_zmq_service_replies_to_those_who_have_asked_before_it_ends() {
    at_a_free_port(|endpoint| {
        let mut serving = start(Rust, "async_zmq_service", endpoint);
        let context = Context::new().unwrap();
        let req = context.socket::<Req>().receive_timeout(PATIENCE).connect(endpoint).unwrap();
        let awaiting = req.send("last").expect("a connected REQ sends");
        let arrived = serving.expect_line("Received request: last");
        let ended = arrived.and_then(|()| stopped(&mut serving, true));
        ended.map_err(|error| explained(error, [&mut serving]))?;
        assert_eq!(awaiting.recv().expect("it has asked in time").0, ["ACK", "last"]);
        Ok(())
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_bad_endpoint_is_an_error_of_one_line_in_a_service() {
    let (_taken, in_use) = in_use();
    for (language, service) in SIDE_BY_SIDE.into_iter().chain(ONE_BY_ONE) {
        fails_in_one_line(start(language, service, &in_use), "ddress already in use");
        fails_in_one_line(start(language, service, "nonsense"), "nonsense");
    }
}
