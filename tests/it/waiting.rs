//! The three forms of waiting, on every pattern: how long they take, and what they end with.

use std::any::Any;
use std::thread;
use std::time::Duration;

use ferromq::{
    Context, Dealer, Error, ErrorKind, Failed, Message, Pair, Pub, Pull, Push, Rep, Req, Router, RoutingId,
    Socket, Sub,
};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, kind_of, taking, until};

/// Does something in another thread, when the caller has probably begun to wait.
fn later<T: Send + 'static>(action: impl FnOnce() -> T + Send + 'static) -> thread::JoinHandle<T> {
    thread::spawn(move || {
        thread::sleep(A_WHILE);
        action()
    })
}

/// Receives on one pattern, `$Sender` being the peer that sends.
macro_rules! receiving {
    ($($pattern:ident: $Receiver:ty as $binds:expr, from $Sender:ty,
        $recv:ident, $recv_timeout:ident, $try_recv:ident;)*) => {$(
        mod $pattern {
            use super::*;

            #[test]
            fn receive_with_a_timeout_ends_when_it_was_asked_to() {
                let socket = $binds(&Context::new().unwrap()).bind(Place::inproc().endpoint()).unwrap();
                for asked in [A_WHILE, Duration::from_micros(1500), Duration::from_nanos(1), Duration::ZERO] {
                    assert_eq!(taking(asked, || kind_of(socket.$recv_timeout(asked))), ErrorKind::TimedOut);
                }
            }

            #[test]
            fn receive_ends_after_the_configured_timeout() {
                let context = Context::new().unwrap();
                let socket = $binds(&context).receive_timeout(A_WHILE).open().unwrap();
                assert_eq!(taking(A_WHILE, || kind_of(socket.$recv())), ErrorKind::TimedOut);
                socket.set_receive_timeout(2 * A_WHILE).unwrap();
                assert_eq!(taking(2 * A_WHILE, || kind_of(socket.$recv())), ErrorKind::TimedOut);
                socket.set_receive_timeout(Duration::ZERO).unwrap();
                assert_eq!(kind_of(socket.$recv()), ErrorKind::TimedOut);
            }

            #[test]
            fn a_timeout_for_one_receive_leaves_the_configured_one_alone() {
                let context = Context::new().unwrap();
                let socket = $binds(&context).receive_timeout(A_WHILE).open().unwrap();
                assert!(socket.$recv_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
                assert!(socket.$try_recv().unwrap_err().is_would_block());
                assert_eq!(socket.configured_receive_timeout().unwrap(), Some(A_WHILE));
                assert_eq!(taking(A_WHILE, || kind_of(socket.$recv())), ErrorKind::TimedOut);
                socket.set_receive_timeout(None).unwrap();
                assert!(socket.$recv_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
                assert_eq!(socket.configured_receive_timeout().unwrap(), None);
            }

            #[test]
            fn try_receive_does_not_wait() {
                let context = Context::new().unwrap();
                for timeout in [None, Some(Duration::from_secs(3600))] {
                    let socket = $binds(&context).receive_timeout(timeout).open().unwrap();
                    let error = does_not_hang("try_recv", move || socket.$try_recv().unwrap_err());
                    assert!(error.is_would_block());
                }
            }

            #[test]
            fn every_form_of_receive_waits_for_what_comes_late() {
                let context = Context::new().unwrap();
                for form in ["for ever", "configured", "at most", "as long as can be said"] {
                    let (socket, sender) = Place::inproc().join($binds(&context), context.socket::<$Sender>());
                    let sending = later(move || sender.send(["late", ""]).unwrap());
                    does_not_hang(form, move || {
                        let received = match form {
                            "for ever" => socket.$recv(),
                            "configured" => {
                                socket.set_receive_timeout(PATIENCE).unwrap();
                                socket.$recv()
                            }
                            "at most" => socket.$recv_timeout(PATIENCE),
                            _ => socket.$recv_timeout(Duration::MAX),
                        };
                        received.expect(form);
                    });
                    sending.join().unwrap();
                }
            }

            #[test]
            fn every_form_of_receive_takes_what_is_there() {
                let context = Context::new().unwrap();
                let (socket, sender) = Place::inproc().join($binds(&context), context.socket::<$Sender>());
                for _ in 0..5 {
                    // To PUB the subscription comes with the first message that it sends after some time.
                    until("a message", || {
                        sender.send("here").unwrap();
                        socket.$recv_timeout(Duration::ZERO).ok()
                    });
                }
                let send = || sender.send(["here", "at once"]).unwrap();
                send();
                socket.$recv().unwrap();
                send();
                socket.$recv_timeout(Duration::ZERO).unwrap();
                send();
                socket.$recv_timeout(Duration::MAX).unwrap();
                send();
                socket.$try_recv().unwrap();
                socket.set_receive_timeout(Duration::ZERO).unwrap();
                send();
                socket.$recv().unwrap();
                assert!(socket.$try_recv().unwrap_err().is_would_block());
            }
        }
    )*};
}

receiving! {
    sub: Sub as (|context: &Context| context.socket::<Sub>().subscribe("")), from Pub,
        recv, recv_timeout, try_recv;
    pull: Pull as Context::socket::<Pull>, from Push, recv, recv_timeout, try_recv;
    pair: Pair as Context::socket::<Pair>, from Pair, recv, recv_timeout, try_recv;
    dealer: Dealer as Context::socket::<Dealer>, from Dealer, recv, recv_timeout, try_recv;
    router: Router as Context::socket::<Router>, from Dealer, recv_from, recv_from_timeout, try_recv_from;
}

#[test]
fn rep_waits_for_a_request_as_long_as_it_is_asked_to() {
    let context = Context::new().unwrap();
    let (rep, req) =
        Place::inproc().join(context.socket::<Rep>().receive_timeout(2 * A_WHILE), context.socket::<Req>());
    let failed = taking(A_WHILE, || rep.recv_timeout(A_WHILE)).unwrap_err();
    assert!(failed.is_timeout());
    let failed = taking(2 * A_WHILE, || failed.into_kept().recv()).unwrap_err();
    assert!(failed.is_timeout());
    let failed = failed.into_kept().try_recv().unwrap_err();
    assert!(failed.is_would_block());
    let failed = failed.into_kept().recv_timeout(Duration::ZERO).unwrap_err();
    assert!(failed.is_timeout());
    let rep = failed.into_kept();
    rep.set_receive_timeout(None).unwrap();

    let asking = later(|| req.send("late").unwrap());
    let (rep, awaiting) = does_not_hang("recv", move || {
        let (request, replying) = rep.recv().unwrap();
        assert_eq!(request, "late");
        (replying.send("reply").unwrap(), asking.join().unwrap())
    });
    let (_, req) = awaiting.recv().unwrap();
    let asking = later(|| req.send("late").unwrap());
    let (_, replying) = does_not_hang("recv_timeout", || rep.recv_timeout(Duration::MAX).unwrap());
    replying.try_send("reply").unwrap();
    asking.join().unwrap().try_recv().unwrap();
}

#[test]
fn req_waits_for_a_reply_as_long_as_it_is_asked_to() {
    let context = Context::new().unwrap();
    let (rep, req) =
        Place::inproc().join(context.socket::<Rep>(), context.socket::<Req>().receive_timeout(2 * A_WHILE));
    let awaiting = req.send("Hello").unwrap();
    let failed = taking(A_WHILE, || awaiting.recv_timeout(A_WHILE)).unwrap_err();
    assert!(failed.is_timeout());
    let failed = taking(2 * A_WHILE, || failed.into_kept().recv()).unwrap_err();
    assert!(failed.is_timeout());
    let failed = failed.into_kept().try_recv().unwrap_err();
    assert!(failed.is_would_block());
    let awaiting = failed.into_kept();
    awaiting.set_receive_timeout(None).unwrap();

    let (_, replying) = rep.recv().unwrap();
    let answering = later(|| replying.send("World").unwrap());
    let (reply, req) = does_not_hang("recv", || awaiting.recv().unwrap());
    assert_eq!(reply, "World");
    let awaiting = req.send("Hello again").unwrap();
    let (_, replying) = answering.join().unwrap().recv().unwrap();
    let answering = later(|| replying.send("World").unwrap());
    does_not_hang("recv_timeout", || awaiting.recv_timeout(Duration::MAX).unwrap());
    answering.join().unwrap();
}

/// A socket that cannot send.
struct Stuck<S> {
    socket: S,
    /// Makes it able to; what it returns is to be kept.
    relief: Box<dyn FnOnce() -> Box<dyn Any + Send> + Send>,
}

/// A socket that cannot send because it has no peer.
macro_rules! without_peer {
    ($Pattern:ty, $Peer:ty, $timeout:expr) => {{
        let context = Context::new().unwrap();
        let place = Place::inproc();
        let socket = context.socket::<$Pattern>().send_timeout($timeout).bind(place.endpoint()).unwrap();
        let relief = move || -> Box<dyn Any + Send> {
            Box::new(context.socket::<$Peer>().connect(place.endpoint()).unwrap())
        };
        Stuck { socket, relief: Box::new(relief) }
    }};
}

/// A PUB that drops nothing, with a subscriber that does not receive.
fn publisher(timeout: Option<Duration>) -> Stuck<Socket<Pub>> {
    let context = Context::new().unwrap();
    let (socket, subscriber) = Place::inproc().join(
        context.socket::<Pub>().send_hwm(1).no_drop(true).send_timeout(timeout),
        context.socket::<Sub>().receive_hwm(1).subscribe(""),
    );
    until("a full queue", || socket.try_send("filling").err());
    let relief = move || -> Box<dyn Any + Send> {
        subscriber.recv().unwrap();
        subscriber.recv().unwrap();
        Box::new(subscriber)
    };
    Stuck { socket, relief: Box::new(relief) }
}

/// A mandatory ROUTER with a peer that does not receive, and the peer's name.
fn router(timeout: Option<Duration>) -> (Stuck<Socket<Router>>, RoutingId) {
    let context = Context::new().unwrap();
    let (socket, dealer) = Place::inproc().join(
        context.socket::<Router>().send_hwm(1).mandatory(true).send_timeout(timeout),
        context.socket::<Dealer>().receive_hwm(1),
    );
    dealer.send("hello").unwrap();
    let (peer, _) = socket.recv_from().unwrap();
    until("a full queue", || socket.try_send_to(&peer, "filling").err());
    let relief = move || -> Box<dyn Any + Send> {
        dealer.recv().unwrap();
        dealer.recv().unwrap();
        Box::new(dealer)
    };
    (Stuck { socket, relief: Box::new(relief) }, peer)
}

/// One form of sending, with what came of it.
#[derive(Clone, Copy, Debug)]
enum Form {
    AsConfigured,
    AtMost(Duration),
    Never,
}

type Sent = Result<(), (Error, Message)>;
type Sending<S> = fn(S, Message, Form) -> (S, Sent);

/// Checks all forms of sending on one pattern; `stuck` makes a socket with this send timeout that cannot send.
fn send_waits<S: Send + 'static>(stuck: impl Fn(Option<Duration>) -> Stuck<S>, send: Sending<S>) {
    let given_back = |sent: Sent, message: &Message| {
        let (error, kept) = sent.expect_err("nobody can take it");
        assert_eq!(&kept, message);
        error.kind()
    };
    for message in [Message::from("one frame"), Message::from(["two", "frames"])] {
        let Stuck { socket, relief: _relief } = stuck(Some(2 * A_WHILE));
        let (socket, sent) = taking(2 * A_WHILE, || send(socket, message.clone(), Form::AsConfigured));
        assert_eq!(given_back(sent, &message), ErrorKind::TimedOut);
        let (socket, sent) = taking(A_WHILE, || send(socket, message.clone(), Form::AtMost(A_WHILE)));
        assert_eq!(given_back(sent, &message), ErrorKind::TimedOut);
        let (socket, sent) = send(socket, message.clone(), Form::AtMost(Duration::ZERO));
        assert_eq!(given_back(sent, &message), ErrorKind::TimedOut);
        let (socket, sent) = send(socket, message.clone(), Form::Never);
        assert_eq!(given_back(sent, &message), ErrorKind::WouldBlock);
        // The timeouts of single calls have left the configured one alone.
        let (_, sent) = taking(2 * A_WHILE, || send(socket, message.clone(), Form::AsConfigured));
        assert_eq!(given_back(sent, &message), ErrorKind::TimedOut);

        for (configured, form) in [
            (None, Form::AsConfigured),
            (Some(PATIENCE), Form::AsConfigured),
            (None, Form::AtMost(PATIENCE)),
            (Some(Duration::from_millis(1)), Form::AtMost(Duration::MAX)),
        ] {
            let Stuck { socket, relief } = stuck(configured);
            let relieved = later(relief);
            let message = message.clone();
            let (_, sent) = does_not_hang("send", move || send(socket, message, form));
            assert!(sent.is_ok(), "{form:?} with {configured:?} ended in {sent:?}");
            relieved.join().unwrap();
        }
    }
}

/// All forms of sending on a socket that is used by reference.
macro_rules! sending {
    ($P:ty) => {
        |socket: Socket<$P>, message, form| {
            let sent = match form {
                Form::AsConfigured => socket.send(message),
                Form::AtMost(timeout) => socket.send_timeout(message, timeout),
                Form::Never => socket.try_send(message),
            };
            (socket, sent.map_err(Failed::into_parts))
        }
    };
}

#[test]
fn push_waits_for_a_peer_as_long_as_it_is_asked_to() {
    send_waits(|timeout| without_peer!(Push, Pull, timeout), sending!(Push));
}

#[test]
fn dealer_waits_for_a_peer_as_long_as_it_is_asked_to() {
    send_waits(|timeout| without_peer!(Dealer, Router, timeout), sending!(Dealer));
}

#[test]
fn pair_waits_for_a_peer_as_long_as_it_is_asked_to() {
    send_waits(|timeout| without_peer!(Pair, Pair, timeout), sending!(Pair));
}

#[test]
fn pub_without_dropping_waits_for_its_subscriber_as_long_as_it_is_asked_to() {
    send_waits(publisher, sending!(Pub));
}

#[test]
fn mandatory_router_waits_for_its_peer_as_long_as_it_is_asked_to() {
    send_waits(
        |timeout| {
            let (Stuck { socket, relief }, peer) = router(timeout);
            Stuck { socket: (socket, peer), relief }
        },
        |(socket, peer), message, form| {
            let sent = match form {
                Form::AsConfigured => socket.send_to(&peer, message),
                Form::AtMost(timeout) => socket.send_to_timeout(&peer, message, timeout),
                Form::Never => socket.try_send_to(&peer, message),
            };
            ((socket, peer), sent.map_err(Failed::into_parts))
        },
    );
}

#[test]
fn req_waits_for_a_peer_as_long_as_it_is_asked_to() {
    send_waits(
        |timeout| {
            let Stuck { socket, relief } = without_peer!(Req, Rep, timeout);
            Stuck { socket: Some(socket), relief }
        },
        |req, message, form| {
            let req: Socket<Req> = req.expect("a failed send gives the socket back");
            let sent = match form {
                Form::AsConfigured => req.send(message),
                Form::AtMost(timeout) => req.send_timeout(message, timeout),
                Form::Never => req.try_send(message),
            };
            match sent {
                Ok(_awaiting) => (None, Ok(())),
                Err(failed) => {
                    let (error, (req, message)) = failed.into_parts();
                    (Some(req), Err((error, message)))
                }
            }
        },
    );
}
