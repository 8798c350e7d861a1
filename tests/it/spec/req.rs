//! Which replies REQ takes.

use ferromq::{Context, Message, Rep, Req, Router, RoutingId};

use crate::link::Place;
use crate::patience::PATIENCE;

/// Source: tests/test_spec_req.cpp, test_req_only_listens_to_current_peer
#[test]
fn req_takes_a_reply_from_no_other_peer_than_the_one_it_asked() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let id = RoutingId::new("asker").unwrap();
    let req = context.socket::<Req>().routing_id(id.clone()).bind(place.endpoint()).unwrap();
    let routers =
        [0, 1].map(|_| context.socket::<Router>().mandatory(true).connect(place.endpoint()).unwrap());

    let mut req = req;
    for _ in 0..4 {
        let awaiting = req.send("question").unwrap();
        let asked = crate::patience::until("a router that is asked", || {
            routers.iter().position(|router| router.try_recv_from().is_ok())
        });
        routers[1 - asked].send_to(&id, ["", "forged"]).unwrap();
        routers[asked].send_to(&id, ["", "genuine"]).unwrap();
        let (reply, ready) = awaiting.recv_timeout(PATIENCE).unwrap();
        assert_eq!(reply, "genuine");
        req = ready;
    }
}

/// Over other transports libzmq closes the connection instead.
///
/// Source: tests/test_invalid_rep.cpp, test_invalid_rep
#[test]
fn req_skips_a_reply_without_the_delimiter_over_inproc() {
    let context = Context::new().unwrap();
    let (router, req) = Place::inproc().join(context.socket::<Router>(), context.socket::<Req>());
    let awaiting = req.send("question").unwrap();
    let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
    router.send_to(&peer, "no delimiter").unwrap();
    router.send_to(&peer, ["no", "delimiter", ""]).unwrap();
    router.send_to(&peer, ["", "answer"]).unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "answer");
}

/// Source: tests/test_req_correlate.cpp, test_req_correlate
#[test]
fn relaxed_req_numbers_its_requests_and_takes_the_reply_of_that_number_only() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (router, req) = place.join(context.socket::<Router>(), context.socket::<Req>().relaxed());
        let first = req.send(["ABC", "DEF"]).unwrap();
        let (peer, request) = router.recv_from_timeout(PATIENCE).unwrap();
        let number = request[0].as_bytes().to_vec();
        assert_eq!(number.len(), 4);
        assert_eq!(request, [&number[..], b"", b"ABC", b"DEF"]);

        let second = first.send("XYZ").unwrap();
        let (_, request) = router.recv_from_timeout(PATIENCE).unwrap();
        let newer = request[0].as_bytes().to_vec();
        assert_ne!(number, newer);

        let reply = |frames: &[&[u8]]| {
            router.send_to(&peer, frames.iter().copied().collect::<Message>()).unwrap();
        };
        if place.endpoint().starts_with("inproc") {
            // Over other transports libzmq closes the connection instead.
            reply(&[b"\x01\x02\x03", b"", b"a number that is too short"]);
            reply(&[&newer, b"no delimiter"]);
            reply(&[b"", b"no number"]);
        }
        reply(&[&number, b"", b"the earlier request"]);
        reply(&[&newer, b"", b"GHI", b""]);
        assert_eq!(second.recv_timeout(PATIENCE).unwrap().0, ["GHI", ""]);
    }
}

/// Source: tests/test_req_relaxed.cpp, test_case_1 to test_case_3
#[test]
fn relaxed_req_keeps_the_connection_to_a_rep_of_which_it_wants_no_reply_any_more() {
    let context = Context::new().unwrap();
    let reps = [0, 1, 2].map(|_| context.socket::<Rep>().bind("tcp://127.0.0.1:*").unwrap());
    let req = context.socket::<Req>().relaxed().open().unwrap();
    for rep in &reps {
        req.connect(rep.last_endpoint().unwrap()).unwrap();
    }
    let [first, second, third] = reps;
    let req = req.send(["A", "B"]).unwrap();
    let (request, first) = first.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request, ["A", "B"]);
    let req = req.send(["C", "D"]).unwrap();
    let (request, second) = second.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request, ["C", "D"]);
    let first = first.send("to a request that is over").unwrap();
    let second = second.send("OK").unwrap();
    let (reply, req) = req.recv_timeout(PATIENCE).unwrap();
    assert_eq!(reply, "OK");
    drop(second);

    let req = req.send("E").unwrap();
    let (request, third) = third.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request, "E");
    let third = third.send(["F", "G"]).unwrap();
    let (reply, req) = req.recv_timeout(PATIENCE).unwrap();
    assert_eq!(reply, ["F", "G"]);
    drop(third);

    let _req = req.send("J").unwrap();
    assert_eq!(first.recv_timeout(PATIENCE).unwrap().0, "J", "it is the first one's turn again");
}

/// Source: tests/test_req_relaxed.cpp, test_case_4
#[test]
fn of_requests_that_wait_for_their_server_the_last_is_the_one_answered() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let req = context.socket::<Req>().relaxed().connect(place.endpoint()).unwrap();
    let req = req.send("to be discarded").unwrap().send("to be answered").unwrap();
    let router = context.socket::<Router>().bind(place.endpoint()).unwrap();
    for _ in 0..2 {
        let (peer, request) = router.recv_from_timeout(PATIENCE).unwrap();
        router.send_to(&peer, request).unwrap();
    }
    assert_eq!(req.recv_timeout(PATIENCE).unwrap().0, "to be answered");
}
