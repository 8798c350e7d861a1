//! A client that outlives its servers: whatever becomes of them, each request has its own reply or a typed error.

use std::thread;
use std::time::Duration;

use ferromq::{Context, ErrorKind, Message, Rep, Req, RequestClient, Router};

use crate::link::{NOBODY, free_endpoint};
use crate::patience::{PATIENCE, kind_of, repetitions, taking, until};

const SOON: Duration = Duration::from_millis(300);

fn client(context: &Context, endpoint: &str) -> RequestClient {
    RequestClient::connect(context.socket::<Req>(), endpoint).unwrap().timeout(SOON).retries(20)
}

#[test]
fn a_server_that_goes_and_comes_costs_a_timeout_and_no_reply() {
    let context = Context::new().unwrap();
    let endpoint = free_endpoint();
    let there = endpoint.clone();
    let servers = thread::spawn(move || {
        // Each server swallows a request, then answers some, and is gone.
        for _ in 0..5 {
            let context = Context::new().unwrap();
            // libzmq gives the port up a moment after the socket.
            let bound = || until("the port", || context.socket::<Rep>().bind(&*there).ok());
            drop(bound().recv_timeout(PATIENCE).unwrap());
            let mut rep = bound();
            for _ in 0..repetitions(10) {
                let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
                rep = replying.send(format!("reply to {request}")).unwrap();
            }
        }
    });
    let mut client = client(&context, &endpoint);
    // A reply that was on its way when its server ended is asked for again, and so there may be some left to ask.
    let mut number = 0;
    while !servers.is_finished() {
        match client.request(format!("request {number}")) {
            Ok(reply) => assert_eq!(reply, format!("reply to request {number}")),
            Err(_) => assert!(servers.is_finished()),
        }
        number += 1;
    }
    servers.join().unwrap();
    assert!(number >= 5, "{number}");
}

#[test]
fn a_late_reply_is_nobodys() {
    let context = Context::new().unwrap();
    let router = context.socket::<Router>().bind("tcp://127.0.0.1:*").unwrap();
    let mut client = client(&context, router.last_endpoint().unwrap().as_str());
    let server = thread::spawn(move || {
        let (first, request) = router.recv_from_timeout(PATIENCE).unwrap();
        assert_eq!(request, ["", "one"]);
        let (mut peer, mut request) = router.recv_from_timeout(PATIENCE).unwrap();
        // On a busy machine, further replies may be too late.
        while request == ["", "one"] {
            router.send_to(&first, ["", "too late"]).unwrap();
            router.send_to(&peer, ["", "in time"]).unwrap();
            let served = peer;
            (peer, request) = router.recv_from_timeout(PATIENCE).unwrap();
            assert!(request != ["", "two"] || peer == served, "the client stays with a server that replies");
        }
        router.send_to(&peer, ["", "next"]).unwrap();
    });
    assert_eq!(client.request("one").unwrap(), "in time");
    assert_eq!(client.timeout(PATIENCE).request("two").unwrap(), "next");
    server.join().unwrap();
}

#[test]
fn nobody_is_asked_as_often_as_was_said() {
    let context = Context::new().unwrap();
    // What is sent is there at once, and not lost with a connection that was given up before it was made.
    let router = context.socket::<Router>().bind("inproc://nobody-replies").unwrap();
    let mut client = client(&context, "inproc://nobody-replies").retries(2);
    let failed = taking(SOON * 3, || client.request("anybody?").unwrap_err());
    assert_eq!(failed.kind(), ErrorKind::GaveUp);
    assert_eq!(failed.to_string(), "receive: given up: no reply in 3 tries of 300ms");
    assert_eq!(failed.into_kept(), "anybody?");
    for _ in 0..3 {
        assert_eq!(router.recv_from_timeout(PATIENCE).unwrap().1, ["", "anybody?"]);
    }
    assert_eq!(kind_of(router.try_recv_from()), ErrorKind::WouldBlock);
    // It can be asked again.
    let server = thread::spawn(move || {
        let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
        router.send_to(&peer, ["", "here"]).unwrap();
        router
    });
    assert_eq!(client.timeout(PATIENCE).request("now?").unwrap(), "here");
    server.join().unwrap();
}

#[test]
fn the_next_server_is_asked_in_place_of_one_that_is_silent() {
    let context = Context::new().unwrap();
    let rep = context.socket::<Rep>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = rep.last_endpoint().unwrap();
    let mut client = client(&context, NOBODY).or_connect(&endpoint).unwrap();
    let server = thread::spawn(move || {
        let mut rep = rep;
        while let Ok((_, replying)) = rep.recv_timeout(PATIENCE) {
            rep = replying.send("here").unwrap();
        }
    });
    assert_eq!(client.request("anybody?").unwrap(), "here");
    // The silent one costs its timeout once.
    let mut client = client.retries(0).timeout(PATIENCE);
    assert_eq!(client.request("still?").unwrap(), "here");
    assert_eq!(client.request("still?").unwrap(), "here");
    context.shutdown();
    server.join().unwrap();
}

#[test]
fn what_is_wrong_is_said_and_given_back() {
    let context = Context::new().unwrap();
    let failed = RequestClient::connect(context.socket::<Req>(), "tcp://*:*").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidEndpoint);
    assert!(failed.into_kept().connect(NOBODY).is_ok());

    let failed = client(&context, NOBODY).or_connect("nothing").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidEndpoint);
    let mut client = failed.into_kept();
    assert_eq!(kind_of(client.request(Message::new())), ErrorKind::InvalidMessage);
    context.shutdown();
    let failed = client.request("Hello").unwrap_err();
    assert_eq!((failed.kind(), failed.into_kept()), (ErrorKind::Terminated, "Hello".into()));
}
