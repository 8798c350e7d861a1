//! REQ and REP, in strict turn and relaxed.

use std::time::{Duration, Instant};

use ferromq::{Context, ErrorKind, Message, Rep, Req};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, taking, until};
use crate::shapes::shapes;

#[test]
fn request_and_reply_have_every_shape_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (mut rep, mut req) = place.join(context.socket::<Rep>(), context.socket::<Req>());
        for message in shapes() {
            let awaiting = req.send(message.clone()).unwrap();
            let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
            assert_eq!(request, message, "{}", place.endpoint());
            rep = replying.send(message.clone()).unwrap();
            let reply;
            (reply, req) = awaiting.recv_timeout(PATIENCE).unwrap();
            assert_eq!(reply, message, "{}", place.endpoint());
        }
    }
}

#[test]
fn rep_may_be_the_one_that_connects() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (req, rep) = place.join(context.socket::<Req>(), context.socket::<Rep>());
        let awaiting = req.send_timeout("Hello", PATIENCE).unwrap();
        let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
        replying.send_timeout(format!("World, {request}!"), PATIENCE).unwrap();
        assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "World, Hello!");
    }
}

#[test]
fn relaxed_req_exchanges_every_shape_of_message_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (mut rep, mut req) = place.join(context.socket::<Rep>(), context.socket::<Req>().relaxed());
        for message in shapes() {
            let awaiting = req.send(message.clone()).unwrap();
            let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
            assert_eq!(request, message);
            rep = replying.send(message.clone()).unwrap();
            let reply;
            (reply, req) = awaiting.recv_timeout(PATIENCE).unwrap();
            assert_eq!(reply, message);
        }
    }
}

#[test]
fn rep_answers_each_req_its_own_request() {
    let context = Context::new().unwrap();
    let place = Place::tcp();
    let mut rep = context.socket::<Rep>().bind(place.endpoint()).unwrap();
    let endpoint = rep.last_endpoint().unwrap();
    let asked: Vec<_> = (0..5)
        .map(|number| {
            let req = context.socket::<Req>().connect(&endpoint).unwrap();
            (number, req.send(format!("{number}")).unwrap())
        })
        .collect();
    for _ in 0..5 {
        let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
        rep = replying.send(format!("answer to {request}")).unwrap();
    }
    for (number, awaiting) in asked {
        assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, format!("answer to {number}"));
    }
}

#[test]
fn req_gives_its_turn_to_the_next_rep() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let mut req = context.socket::<Req>().bind(place.endpoint()).unwrap();
    let mut reps =
        ["a", "b"].map(|name| (name, Some(context.socket::<Rep>().connect(place.endpoint()).unwrap())));
    for expected in ["a", "b", "a", "b"] {
        let awaiting = req.send("whose turn?").unwrap();
        for (name, rep) in &mut reps {
            *rep = Some(match rep.take().unwrap().try_recv() {
                Ok((_, replying)) => replying.send(*name).unwrap(),
                Err(failed) => failed.into_kept(),
            });
        }
        let reply;
        (reply, req) = awaiting.recv_timeout(PATIENCE).unwrap();
        assert_eq!(reply, expected);
    }
}

#[test]
fn req_whose_server_is_gone_times_out_and_is_given_back() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::tcp().join(context.socket::<Rep>(), context.socket::<Req>());
    let awaiting = req.send("Hello").unwrap();
    let (_, replying) = rep.recv_timeout(PATIENCE).unwrap();
    drop(replying);
    let failed = taking(A_WHILE, || awaiting.recv_timeout(A_WHILE)).unwrap_err();
    assert!(failed.is_timeout());
    let failed = failed.into_kept().try_recv().unwrap_err();
    assert!(failed.is_would_block());
    let failed = failed.into_kept().recv_timeout(A_WHILE).unwrap_err();
    assert!(failed.is_timeout());
}

#[test]
fn relaxed_req_asks_a_restarted_server_again() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::tcp().join(
        context.socket::<Rep>(),
        context.socket::<Req>().relaxed().reconnect_interval(Duration::from_millis(10)),
    );
    let endpoint = rep.last_endpoint().unwrap();
    let mut awaiting = req.send("Hello").unwrap();
    let (_, replying) = rep.recv_timeout(PATIENCE).unwrap();
    drop(replying);
    let asked_until = Instant::now() + PATIENCE;

    // The port is free when the old server is quite gone.
    let servers_context = Context::new().unwrap();
    let mut rep = until("the port", || servers_context.socket::<Rep>().bind(&endpoint).ok());
    let serving = std::thread::spawn(move || -> ferromq::Result<()> {
        loop {
            let (request, replying) = rep.recv()?;
            rep = replying.send(format!("World, {request}!"))?;
        }
    });
    let reply = loop {
        match awaiting.recv_timeout(A_WHILE) {
            Ok((reply, _)) => break reply,
            Err(failed) => {
                assert!(failed.is_timeout());
                assert!(asked_until > Instant::now(), "no reply from the restarted server");
                awaiting = failed.into_kept().send("Hello").unwrap();
            }
        }
    };
    assert_eq!(reply, "World, Hello!");
    servers_context.shutdown();
    assert!(serving.join().unwrap().unwrap_err().is_terminated());
}

#[test]
fn relaxed_req_discards_late_replies_to_earlier_requests() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (rep, req) = place.join(context.socket::<Rep>(), context.socket::<Req>().relaxed());
        let awaiting = req.send("first").unwrap();
        let awaiting = awaiting.send("second").unwrap();
        let awaiting = awaiting.try_send("third").unwrap();
        let mut rep = rep;
        for expected in ["first", "second", "third"] {
            let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
            assert_eq!(request, expected);
            rep = replying.send(format!("reply to the {request}")).unwrap();
        }
        let (reply, _req) = awaiting.recv_timeout(PATIENCE).unwrap();
        assert_eq!(reply, "reply to the third", "{}", place.endpoint());
    }
}

#[test]
fn rep_may_reply_to_a_req_that_has_left() {
    let context = Context::new().unwrap();
    let place = Place::tcp();
    let (rep, req) = place.join(context.socket::<Rep>(), context.socket::<Req>());
    let endpoint = rep.last_endpoint().unwrap();
    let awaiting = req.send("Hello").unwrap();
    let (_, replying) = rep.recv_timeout(PATIENCE).unwrap();
    drop(awaiting);
    let rep = replying.send(["to", "nobody"]).unwrap();
    let awaiting = context.socket::<Req>().connect(&endpoint).unwrap().send("next").unwrap();
    let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request, "next");
    replying.send("fine").unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "fine");
}

#[test]
fn req_without_a_server_gives_socket_and_request_back() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let req = context.socket::<Req>().bind(place.endpoint()).unwrap();
    let request = Message::from(["two", "frames"]);

    let failed = req.try_send(request.clone()).unwrap_err();
    assert!(failed.is_would_block());
    let (req, kept) = failed.into_kept();
    assert_eq!(kept, request);

    let failed = req.send_timeout(kept, A_WHILE).unwrap_err();
    assert!(failed.is_timeout());
    let (req, kept) = failed.into_kept();
    assert_eq!(kept, request);

    let rep = context.socket::<Rep>().connect(place.endpoint()).unwrap();
    let awaiting = req.send(kept).unwrap();
    let (received, replying) = rep.recv_timeout(PATIENCE).unwrap();
    assert_eq!(received, request);
    replying.send("fine").unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "fine");
}

#[test]
fn a_message_of_no_frames_is_neither_a_request_nor_a_reply() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::inproc().join(context.socket::<Rep>(), context.socket::<Req>());
    let failed = req.send(Message::new()).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    let (req, nothing) = failed.into_kept();
    assert!(nothing.is_empty());
    let awaiting = req.send("Hello").unwrap();
    let (_, replying) = rep.recv_timeout(PATIENCE).unwrap();
    let failed = replying.send(Message::new()).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    let (replying, nothing) = failed.into_kept();
    assert!(nothing.is_empty());
    replying.send("World").unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "World");
}
