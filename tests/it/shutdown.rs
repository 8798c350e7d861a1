//! A context that is shut down.

use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use ferromq::{
    Context, Dealer, Error, ErrorKind, Failed, Linger, Message, Pair, Pub, Pull, Push, Rep, Req, Router,
    RoutingId, Sub,
};

use crate::link::{NOBODY, Place};
use crate::patience::{PATIENCE, does_not_hang, kind_of, until};

/// A wait that would not end by itself: it reports that it begins, and returns the error that it ends with.
type Endless = Box<dyn FnOnce(Sender<()>) -> Error + Send>;

/// The three ways in which something waits long: for ever, as configured, at most so long.
macro_rules! endless {
    ($waits:ident, $context:ident, $what:literal, |$timeout:ident| $open:expr, $socket:ident => $plain:expr, $limited:expr) => {
        for form in ["for ever", "as configured", "at most"] {
            let $timeout = (form == "as configured").then_some(Duration::from_secs(3600));
            let $socket = $open;
            let wait: Endless = Box::new(move |begins| {
                // All of it moves here, or a peer would be dropped at once.
                let $socket = $socket;
                begins.send(()).unwrap();
                let ended = if form == "at most" { $limited } else { $plain };
                ended.expect_err("nothing can end this wait but the shutdown")
            });
            $waits.push((concat!($what, " "), form, wait));
        }
    };
}

const AN_HOUR: Duration = Duration::from_secs(3600);

/// The error of a failure, whatever it gives back.
fn error<T, K>(outcome: Result<T, Failed<K>>) -> Result<T, Error> {
    outcome.map_err(Error::from)
}

/// Every wait that there is, on sockets of `context`.
fn every_wait(context: &Context) -> Vec<(&'static str, &'static str, Endless)> {
    let mut waits = Vec::new();
    let bound = || Place::inproc();

    endless!(waits, context, "PULL receives", |timeout|
        context.socket::<Pull>().receive_timeout(timeout).bind(bound().endpoint()).unwrap(),
        pull => pull.recv(), pull.recv_timeout(AN_HOUR));
    endless!(waits, context, "SUB receives", |timeout|
        context.socket::<Sub>().subscribe("").receive_timeout(timeout).bind("tcp://127.0.0.1:*").unwrap(),
        sub => sub.recv(), sub.recv_timeout(AN_HOUR));
    endless!(waits, context, "PAIR receives", |timeout|
        context.socket::<Pair>().receive_timeout(timeout).bind(bound().endpoint()).unwrap(),
        pair => pair.recv(), pair.recv_timeout(AN_HOUR));
    endless!(waits, context, "DEALER receives", |timeout|
        context.socket::<Dealer>().receive_timeout(timeout).bind("tcp://127.0.0.1:*").unwrap(),
        dealer => dealer.recv(), dealer.recv_timeout(AN_HOUR));
    endless!(waits, context, "ROUTER receives", |timeout|
        context.socket::<Router>().receive_timeout(timeout).bind("tcp://127.0.0.1:*").unwrap(),
        router => router.recv_from(), router.recv_from_timeout(AN_HOUR));
    endless!(waits, context, "REP receives", |timeout|
        context.socket::<Rep>().receive_timeout(timeout).bind("tcp://127.0.0.1:*").unwrap(),
        rep => error(rep.recv()), error(rep.recv_timeout(AN_HOUR)));
    endless!(waits, context, "REQ receives", |timeout|
        context.socket::<Req>().linger(Linger::NONE).receive_timeout(timeout)
            .connect(NOBODY).unwrap().send("Hello").unwrap(),
        req => error(req.recv()), error(req.recv_timeout(AN_HOUR)));
    endless!(waits, context, "relaxed REQ receives", |timeout|
        context.socket::<Req>().relaxed().linger(Linger::NONE).receive_timeout(timeout)
            .connect(NOBODY).unwrap().send("Hello").unwrap(),
        req => error(req.recv()), error(req.recv_timeout(AN_HOUR)));

    endless!(waits, context, "REQ sends", |timeout|
        context.socket::<Req>().send_timeout(timeout).bind(bound().endpoint()).unwrap(),
        req => error(req.send("x")), error(req.send_timeout("x", AN_HOUR)));
    endless!(waits, context, "PUSH sends", |timeout|
        context.socket::<Push>().send_timeout(timeout).bind(bound().endpoint()).unwrap(),
        push => error(push.send("x")), error(push.send_timeout("x", AN_HOUR)));
    endless!(waits, context, "PUSH sends several frames", |timeout|
        context.socket::<Push>().send_timeout(timeout).bind(bound().endpoint()).unwrap(),
        push => error(push.send(["x", "y"])), error(push.send_timeout(["x", "y"], AN_HOUR)));
    endless!(waits, context, "PAIR sends", |timeout|
        context.socket::<Pair>().send_timeout(timeout).bind(bound().endpoint()).unwrap(),
        pair => error(pair.send("x")), error(pair.send_timeout("x", AN_HOUR)));
    endless!(waits, context, "DEALER sends", |timeout|
        context.socket::<Dealer>().send_timeout(timeout).bind(bound().endpoint()).unwrap(),
        dealer => error(dealer.send("x")), error(dealer.send_timeout("x", AN_HOUR)));
    endless!(waits, context, "PUB sends", |timeout| {
            let (publisher, sub) = bound().join(
                context.socket::<Pub>().no_drop(true).send_hwm(1).send_timeout(timeout),
                context.socket::<Sub>().receive_hwm(1).subscribe(""),
            );
            until("a full queue", || publisher.try_send("filling").err());
            (publisher, sub)
        },
        sockets => error(sockets.0.send("x")), error(sockets.0.send_timeout("x", AN_HOUR)));
    endless!(waits, context, "ROUTER sends", |timeout| {
            let (router, dealer) = bound().join(
                context.socket::<Router>().mandatory(true).send_hwm(1).send_timeout(timeout),
                context.socket::<Dealer>().receive_hwm(1),
            );
            dealer.send("hello").unwrap();
            let (peer, _) = router.recv_from().unwrap();
            until("a full queue", || router.try_send_to(&peer, "filling").err());
            (router, peer, dealer)
        },
        sockets => error(sockets.0.send_to(&sockets.1, "x")),
            error(sockets.0.send_to_timeout(&sockets.1, "x", AN_HOUR)));
    waits
}

#[test]
fn shutdown_ends_every_wait() {
    let context = Context::new().unwrap();
    let (begins, begun) = channel();
    let waits = every_wait(&context);
    let threads: Vec<_> = waits
        .into_iter()
        .map(|(what, form, wait)| {
            let begins = begins.clone();
            (what, form, thread::spawn(move || wait(begins)))
        })
        .collect();
    for _ in &threads {
        begun.recv_timeout(PATIENCE).expect("a thread of each wait");
    }
    context.shutdown();
    for (what, form, thread) in threads {
        let error = does_not_hang(what, move || thread.join().unwrap());
        assert_eq!(error.kind(), ErrorKind::Terminated, "{what}{form}");
        assert!(error.is_terminated());
    }
    does_not_hang("dropping the context", move || drop(context));
}

#[test]
fn after_a_shutdown_nothing_waits_any_more() {
    let context = Context::new().unwrap();
    let (begins, _begun) = channel();
    let waits = every_wait(&context);
    context.shutdown();
    does_not_hang("a wait after the shutdown", move || {
        for (what, form, wait) in waits {
            assert!(wait(begins.clone()).is_terminated(), "{what}{form}");
        }
    });
}

#[test]
fn after_a_shutdown_every_operation_is_terminated_and_gives_back_what_it_took() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let (router, dealer) = place.join(context.socket::<Router>(), context.socket::<Dealer>());
    let sub = context.socket::<Sub>().open().unwrap();
    let req = context.socket::<Req>().open().unwrap();
    let builder = context.socket::<Pull>().receive_hwm(7);
    dealer.send("unread").unwrap();
    context.shutdown();
    context.shutdown();

    // A socket learns of the shutdown when it waits, or looks for commands, which libzmq does only once in a while.
    until("the shutdown", || dealer.try_recv().err().filter(Error::is_terminated));
    until("the shutdown", || router.try_recv_from().err().filter(Error::is_terminated));
    until("the shutdown", || sub.try_recv().err().filter(Error::is_terminated));
    let message = Message::from(["two", "frames"]);
    for _ in 0..2 {
        for outcome in [
            dealer.send(message.clone()),
            dealer.try_send(message.clone()),
            dealer.send_timeout(message.clone(), AN_HOUR),
        ] {
            let failed = outcome.unwrap_err();
            assert!(failed.is_terminated());
            assert_eq!(failed.into_kept(), message);
        }
        let failed = router.send_to(&RoutingId::new("x").unwrap(), message.clone()).unwrap_err();
        assert!(failed.is_terminated());
        assert_eq!(failed.into_kept(), message);
        assert!(router.try_recv_from().unwrap_err().is_terminated());
        assert!(dealer.try_recv().unwrap_err().is_terminated());
        assert!(sub.subscribe("x").unwrap_err().is_terminated());
        assert!(sub.unsubscribe("x").unwrap_err().is_terminated());
        assert_eq!(kind_of(dealer.bind("inproc://x")), ErrorKind::Terminated);
        assert_eq!(kind_of(dealer.connect("inproc://x")), ErrorKind::Terminated);
        assert_eq!(kind_of(dealer.disconnect(place.endpoint())), ErrorKind::Terminated);
        assert_eq!(kind_of(router.unbind(place.endpoint())), ErrorKind::Terminated);
        assert_eq!(kind_of(dealer.last_endpoint()), ErrorKind::Terminated);
        assert_eq!(kind_of(dealer.linger()), ErrorKind::Terminated);
        assert_eq!(kind_of(dealer.set_linger(Linger::NONE)), ErrorKind::Terminated);
    }
    let failed = req.send("Hello").unwrap_err();
    assert!(failed.is_terminated());
    let (_req, request) = failed.into_kept();
    assert_eq!(request, "Hello");
    let failed = builder.bind("tcp://127.0.0.1:*").unwrap_err();
    assert!(failed.is_terminated());
    assert!(failed.into_kept().open().unwrap_err().is_terminated());
    assert!(format!("{dealer:?}").contains("DEALER"));
}

#[test]
fn shutdown_before_the_first_socket_lets_none_be_opened_and_hangs_nobody() {
    does_not_hang("the unused context", || {
        let context = Context::new().unwrap();
        let clone = context.clone();
        context.shutdown();
        assert!(context.socket::<Pull>().open().unwrap_err().is_terminated());
        assert!(clone.socket::<Push>().bind("inproc://x").unwrap_err().is_terminated());
    });
}

#[test]
fn what_was_sent_before_the_shutdown_still_goes_out() {
    let (sending, receiving) = (Context::new().unwrap(), Context::new().unwrap());
    let pull = receiving.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let push = sending.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
    for number in 0..100_u8 {
        push.send([number]).unwrap();
    }
    sending.shutdown();
    drop(push);
    does_not_hang("the context that has sent", move || drop(sending));
    for number in 0..100_u8 {
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap()[0], [number]);
    }
}

#[test]
fn contexts_are_shut_down_by_many_threads_while_others_open_sockets() {
    does_not_hang("shutting down", || {
        for _ in 0..crate::patience::repetitions(100) {
            let context = Context::new().unwrap();
            let opening = [0, 1].map(|_| {
                let context = context.clone();
                thread::spawn(move || {
                    let mut sockets = Vec::new();
                    loop {
                        match context.socket::<Pair>().bind("tcp://127.0.0.1:*") {
                            Ok(socket) => sockets.push(socket),
                            Err(failed) => return failed.kind(),
                        }
                        if sockets.len() > 20 {
                            sockets.clear();
                        }
                    }
                })
            });
            let closing = [0, 1].map(|_| {
                let context = context.clone();
                thread::spawn(move || context.shutdown())
            });
            drop(context);
            closing.into_iter().for_each(|thread| thread.join().unwrap());
            for kind in opening.map(|thread| thread.join().unwrap()) {
                assert_eq!(kind, ErrorKind::Terminated);
            }
        }
    });
}
