//! Sockets whose pattern is known at run time only.

use std::time::Duration;

use ferromq::{
    AnySocket, Context, Dealer, ErrorKind, Message, Pair, Pub, Pull, Push, Rep, Req, Router, RoutingId,
    SocketKind, Stream, StreamEvent, Sub, option,
};

use crate::link::Place;
use crate::patience::{PATIENCE, does_not_hang, kind_of, until};
use crate::shapes::shapes;

const SHORT: Duration = Duration::from_millis(10);

fn any(context: &Context, kind: SocketKind) -> AnySocket {
    AnySocket::open(context, kind).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

/// What is compiled in.
fn kinds() -> impl Iterator<Item = SocketKind> {
    SocketKind::ALL.iter().copied().filter(|kind| cfg!(feature = "draft") || !kind.is_draft())
}

#[test]
fn every_kind_opens_and_is_what_it_says() {
    let context = Context::new().unwrap();
    for kind in kinds() {
        assert_eq!(any(&context, kind).kind(), kind);
    }
}

#[cfg(not(feature = "draft"))]
#[test]
fn a_draft_kind_is_unsupported_without_the_feature() {
    let context = Context::new().unwrap();
    let opened = AnySocket::open(&context, SocketKind::Server);
    assert_eq!(kind_of(opened.map(drop)), ErrorKind::Unsupported);
}

#[test]
fn messages_of_every_shape_go_through_over_every_transport() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (left, right) = place.join(context.socket::<Pair>(), context.socket::<Pair>());
        let (left, right) = (left.into_any(), right.into_any());
        for message in shapes() {
            left.send(message.clone()).unwrap();
            assert_eq!(right.recv().unwrap(), message);
        }
    }
}

#[test]
fn what_a_kind_cannot_do_is_unsupported_and_the_message_is_kept() {
    let context = Context::new().unwrap();
    for kind in kinds() {
        let socket = any(&context, kind);
        if !kind.sends() {
            let failed = socket.send(["not", "sent"]).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::Unsupported, "{kind}");
            assert_eq!(failed.into_kept(), ["not", "sent"]);
        }
        if !kind.receives() {
            assert_eq!(kind_of(socket.recv()), ErrorKind::Unsupported, "{kind}");
        }
        if !matches!(kind, SocketKind::Router | SocketKind::Stream) {
            let peer = RoutingId::new("peer").unwrap();
            let failed = socket.send_to(&peer, "not sent").unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::Unsupported, "{kind}");
            assert_eq!(failed.into_kept(), "not sent");
            assert_eq!(kind_of(socket.recv_from::<RoutingId>()), ErrorKind::Unsupported, "{kind}");
        }
        if !matches!(kind, SocketKind::Sub | SocketKind::XSub) {
            assert_eq!(kind_of(socket.subscribe("")), ErrorKind::Unsupported, "{kind}");
        }
        if kind != SocketKind::Req {
            assert_eq!(kind_of(socket.relax()), ErrorKind::Unsupported, "{kind}");
        }
    }
}

#[test]
fn what_would_wait_says_so_in_each_form_and_keeps_the_message() {
    let context = Context::new().unwrap();
    let push = any(&context, SocketKind::Push);
    let failed = push.try_send(["a", "b"]).unwrap_err();
    assert!(failed.is_would_block());
    let failed = push.send_timeout(failed.into_kept(), SHORT).unwrap_err();
    assert!(failed.is_timeout());
    push.set::<option::SendTimeout>(Some(SHORT)).unwrap();
    let failed = push.send(failed.into_kept()).unwrap_err();
    assert!(failed.is_timeout());
    assert_eq!(failed.into_kept(), ["a", "b"]);

    let pull = any(&context, SocketKind::Pull);
    assert_eq!(kind_of(pull.try_recv()), ErrorKind::WouldBlock);
    assert_eq!(kind_of(pull.recv_timeout(SHORT)), ErrorKind::TimedOut);
    pull.set::<option::ReceiveTimeout>(Some(SHORT)).unwrap();
    assert_eq!(kind_of(pull.recv()), ErrorKind::TimedOut);
}

#[test]
fn req_and_rep_out_of_turn_are_in_the_wrong_state_and_go_on_after_it() {
    let context = Context::new().unwrap();
    let rep = any(&context, SocketKind::Rep);
    let req = any(&context, SocketKind::Req);
    rep.bind("inproc://turns").unwrap();
    req.connect("inproc://turns").unwrap();

    assert_eq!(kind_of(req.recv()), ErrorKind::WrongState);
    assert_eq!(kind_of(rep.send("no request")), ErrorKind::WrongState);
    for round in 0..3 {
        req.send(["request", "of two frames"]).unwrap();
        let failed = req.send(["another", "request"]).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::WrongState);
        assert_eq!(failed.into_kept(), ["another", "request"], "round {round}");
        assert_eq!(rep.recv().unwrap(), ["request", "of two frames"]);
        assert_eq!(kind_of(rep.recv()), ErrorKind::WrongState);
        rep.send("reply").unwrap();
        assert_eq!(req.recv().unwrap(), "reply");
    }
}

#[test]
fn a_relaxed_req_may_send_again() {
    let context = Context::new().unwrap();
    let rep = any(&context, SocketKind::Rep);
    let req = any(&context, SocketKind::Req);
    rep.bind("inproc://relaxed").unwrap();
    req.relax().unwrap();
    req.connect("inproc://relaxed").unwrap();
    req.send("first").unwrap();
    req.send("second").unwrap();
    for reply in ["late", "right"] {
        rep.recv().unwrap();
        rep.send(reply).unwrap();
    }
    assert_eq!(req.recv().unwrap(), "right");
}

#[test]
fn the_pattern_comes_back_only_where_it_fits() {
    let context = Context::new().unwrap();
    let failed = context.socket::<Push>().open().unwrap().into_any().try_into_socket::<Pull>().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Unsupported);
    assert_eq!(failed.to_string(), "convert socket: not supported: it is a PUSH socket and no PULL");
    failed.into_kept().try_into_socket::<Push>().unwrap();
}

#[test]
fn req_and_rep_come_back_only_in_their_first_state() {
    let context = Context::new().unwrap();
    let rep = context.socket::<Rep>().bind("inproc://first-state").unwrap();
    let req = context.socket::<Req>().connect("inproc://first-state").unwrap();

    // From a typed socket that is midway, and from one that got there at run time.
    let failed = req.send("request").unwrap().into_any().try_into_socket::<Req>().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::WrongState);
    let rep = rep.into_any();
    rep.recv().unwrap();
    let rep = rep.try_into_socket::<Rep>().unwrap_err().into_kept();
    rep.send("reply").unwrap();
    let rep = rep.try_into_socket::<Rep>().unwrap();

    let req = failed.into_kept();
    assert_eq!(req.recv().unwrap(), "reply");
    let req = req.try_into_socket::<Req>().unwrap();
    let req = req.send("typed again").unwrap();
    let (request, replying) = rep.recv().unwrap();
    assert_eq!(request, "typed again");
    replying.send("yes").unwrap();
    assert_eq!(req.recv().unwrap().0, "yes");
}

#[test]
fn a_router_needs_a_name_and_a_message() {
    let context = Context::new().unwrap();
    let router = any(&context, SocketKind::Router);
    let failed = router.send("only a name").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    assert_eq!(failed.into_kept(), "only a name");
    assert_eq!(kind_of(router.send(Message::new())), ErrorKind::InvalidMessage);

    router.set::<option::Mandatory>(true).unwrap();
    assert!(router.get::<option::Mandatory>().unwrap());
    let failed = router.send(["nobody", "message"]).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::HostUnreachable);
    assert_eq!(failed.into_kept(), ["nobody", "message"]);
}

#[test]
fn a_router_answers_by_envelope_and_by_name() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::tcp().join(context.socket::<Router>(), context.socket::<Dealer>());
    let router = router.into_any();
    dealer.send(["", "hello"]).unwrap();
    let mut message = router.recv().unwrap();
    assert_eq!(message.len(), 3);
    message.pop_back();
    message.push_back("by envelope");
    router.send(message).unwrap();
    assert_eq!(dealer.recv().unwrap(), ["", "by envelope"]);

    dealer.send("again").unwrap();
    let (peer, _) = router.recv_from::<RoutingId>().unwrap();
    router.send_to(&peer, ["by", "name"]).unwrap();
    assert_eq!(dealer.recv().unwrap(), ["by", "name"]);
}

#[test]
fn a_stream_tells_connections_data_and_ends_and_keeps_count_of_them() {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    let context = Context::new().unwrap();
    let server = any(&context, SocketKind::Stream);
    server.bind("tcp://127.0.0.1:*").unwrap();
    let port = server.last_endpoint().unwrap().port().unwrap();
    let mut first = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let began = server.recv_timeout(PATIENCE).unwrap();
    assert_eq!((began.len(), began[1].len()), (2, 0));
    first.write_all(b"hi").unwrap();
    let data = server.recv_timeout(PATIENCE).unwrap();
    assert_eq!((&data[0], data[1].as_bytes()), (&began[0], &b"hi"[..]));

    let failed = server.send([&data[0][..], b"three", b"frames"]).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    assert_eq!(failed.into_kept().len(), 3);
    let failed = server.send(["nobody", "data"]).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::HostUnreachable);
    assert_eq!(failed.into_kept(), ["nobody", "data"]);

    server.send([&data[0][..], b"bye"]).unwrap();
    let mut reply = [0; 3];
    first.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"bye");

    // The typed socket knows that the connection had begun.
    let server = server.try_into_socket::<Stream>().unwrap();
    drop(first);
    assert!(matches!(server.recv_event_timeout(PATIENCE).unwrap(), StreamEvent::Disconnected(_)));

    let mut second = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let server = server.into_any();
    let end = server.recv_timeout(PATIENCE).unwrap();
    assert_eq!((end.len(), end[1].len()), (2, 0));
    server.send([&end[0][..], b"last words"]).unwrap();
    server.send(end).unwrap();
    let reading = std::thread::spawn(move || second.read_to_end(&mut Vec::new()));
    // libzmq ends the connection in later calls.
    until("the end of a connection", || {
        let _ = server.try_recv();
        reading.is_finished().then_some(())
    });
    assert_eq!(reading.join().unwrap().unwrap(), b"last words".len());
}

#[test]
fn an_option_of_another_kind_is_unsupported() {
    let context = Context::new().unwrap();
    let pull = any(&context, SocketKind::Pull);
    let error = pull.set::<option::SendHwm>(10.into()).unwrap_err();
    assert_eq!((error.kind(), error.option()), (ErrorKind::Unsupported, Some("send_hwm")));
    assert_eq!(kind_of(pull.get::<option::SendHwm>()), ErrorKind::Unsupported);
    assert_eq!(kind_of(pull.set::<option::ReceiveHwm>(0.into())), ErrorKind::InvalidOption);
}

#[test]
fn a_timeout_that_was_set_before_the_pattern_was_forgotten_still_counts() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().receive_timeout(SHORT).open().unwrap();
    assert_eq!(kind_of(does_not_hang("recv", move || pull.into_any().recv())), ErrorKind::TimedOut);
}

#[test]
fn subscriptions_work() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<Pub>().bind("inproc://any-sub").unwrap();
    let sub = any(&context, SocketKind::Sub);
    sub.subscribe("a").unwrap();
    sub.connect("inproc://any-sub").unwrap();
    publisher.send("b1").unwrap();
    publisher.send("a1").unwrap();
    assert_eq!(sub.recv().unwrap(), "a1");
    sub.unsubscribe("a").unwrap();
    until("the end of the subscription", || {
        publisher.send("a2").unwrap();
        sub.try_recv().is_err().then_some(())
    });
    sub.try_into_socket::<Sub>().unwrap();
}

#[test]
fn binding_and_connecting_come_undone() {
    let context = Context::new().unwrap();
    let pull = any(&context, SocketKind::Pull);
    assert_eq!(kind_of(pull.last_endpoint()), ErrorKind::EndpointNotFound);
    pull.bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = pull.last_endpoint().unwrap();
    pull.unbind(&endpoint).unwrap();
    assert_eq!(kind_of(pull.unbind(&endpoint)), ErrorKind::EndpointNotFound);
    pull.connect(&endpoint).unwrap();
    pull.disconnect(&endpoint).unwrap();
    assert_eq!(kind_of(pull.bind("no transport")), ErrorKind::InvalidEndpoint);
}

#[test]
fn it_moves_to_another_thread() {
    let context = Context::new().unwrap();
    let (push, pull) = Place::inproc().join(context.socket::<Push>(), context.socket::<Pull>());
    let (push, pull) = (push.into_any(), pull.into_any());
    std::thread::spawn(move || push.send("from there").unwrap()).join().unwrap();
    assert_eq!(pull.recv().unwrap(), "from there");
}

#[cfg(feature = "draft")]
mod draft {
    use ferromq::{Client, Dish, Group, PeerId, Radio, Server};

    use super::*;

    #[test]
    fn a_server_answers_by_name_and_with_the_frame_it_received() {
        let context = Context::new().unwrap();
        let (server, client) = Place::tcp().join(context.socket::<Server>(), context.socket::<Client>());
        let server = server.into_any();
        client.send("hello").unwrap();
        let (peer, _) = server.recv_from::<PeerId>().unwrap();
        server.send_to(&peer, "by name").unwrap();
        assert_eq!(client.recv().unwrap(), "by name");

        client.send("echo").unwrap();
        server.send(server.recv().unwrap()).unwrap();
        assert_eq!(client.recv().unwrap(), "echo");

        let failed = server.send("to nobody").unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::HostUnreachable);
        assert_eq!(failed.into_kept(), "to nobody");
        assert_eq!(kind_of(server.recv_from::<RoutingId>()), ErrorKind::Unsupported);
        let failed = server.send(["two", "frames"]).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
        server.try_into_socket::<Server>().unwrap();
    }

    #[test]
    fn a_dgram_echoes_what_it_received() {
        use std::net::UdpSocket;

        let context = Context::new().unwrap();
        let dgram = any(&context, SocketKind::Dgram);
        dgram.bind("udp://127.0.0.1:*").unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        let peer: std::net::SocketAddrV4 = other.local_addr().unwrap().to_string().parse().unwrap();
        dgram.send_to(&peer, "where am I?").unwrap();
        let (_, address) = other.recv_from(&mut [0; 16]).unwrap();
        other.send_to(b"there", address).unwrap();
        let received = dgram.recv_timeout(PATIENCE).unwrap();
        assert_eq!(received[1], *b"there");
        dgram.send(received).unwrap();
        let mut echo = [0; 5];
        other.recv(&mut echo).unwrap();
        assert_eq!(&echo, b"there");
        assert_eq!(kind_of(dgram.send(["no address", "x"])), ErrorKind::InvalidMessage);
        assert_eq!(kind_of(dgram.send("x")), ErrorKind::InvalidMessage);
    }

    #[test]
    fn groups_are_kept_on_the_frame() {
        let context = Context::new().unwrap();
        let (radio, dish) = Place::inproc().join(context.socket::<Radio>(), context.socket::<Dish>());
        let (radio, dish) = (radio.into_any(), dish.into_any());
        let weather = Group::new("weather").unwrap();
        dish.join(&weather).unwrap();
        until("the DISH to have joined", || {
            radio.send_to(&weather, "sunny").unwrap();
            dish.try_recv_from::<Group>().ok()
        });
        radio.send_to(&weather, "rain").unwrap();
        let message = until("the next", || dish.try_recv().ok().filter(|message| *message == "rain"));
        radio.send(message).unwrap();
        assert_eq!(dish.recv_from::<Group>().unwrap(), (weather, "rain".into()));
    }
}
