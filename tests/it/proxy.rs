//! Proxies: between which sockets, what they promise about messages, and how they are steered.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ferromq::pattern::Pattern;
use ferromq::state::Open;
use ferromq::{
    AnySocket, Builder, Context, Dealer, ErrorKind, Message, Pair, Proxy, ProxyEnd, Pub, Pull, Push, Rep,
    Req, Router, Socket, Sub, XPub, XSub, proxy, proxy_with_capture,
};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, kind_of, repetitions, until};
use crate::shapes::shapes;

/// A socket outside, and the socket of the proxy that it talks to.
fn beside<P: Pattern, Q: Pattern>(outside: Builder<P>, inside: Builder<Q>) -> (Socket<P>, Socket<Q>) {
    let (inside, outside) = Place::tcp().join(inside, outside);
    (outside, inside)
}

/// Runs the proxy until the context is shut down.
fn running(
    frontend: impl ProxyEnd + Send + 'static,
    backend: impl ProxyEnd + Send + 'static,
) -> thread::JoinHandle<ErrorKind> {
    thread::spawn(move || proxy(&frontend, &backend).unwrap_err().kind())
}

fn ends_when_shut_down(context: &Context, proxy: thread::JoinHandle<ErrorKind>) {
    context.shutdown();
    assert_eq!(does_not_hang("the proxy", || proxy.join().unwrap()), ErrorKind::Terminated);
}

#[test]
fn messages_of_every_shape_pass_both_ways() {
    let context = Context::new().unwrap();
    let (left, frontend) = beside(context.socket::<Pair>(), context.socket::<Pair>());
    let (right, backend) = beside(context.socket::<Pair>(), context.socket::<Pair>());
    let proxy = running(frontend, backend);
    for message in shapes() {
        left.send(message.clone()).unwrap();
        assert_eq!(right.recv().unwrap(), message);
        right.send(message.clone()).unwrap();
        assert_eq!(left.recv().unwrap(), message);
    }
    ends_when_shut_down(&context, proxy);
}

#[test]
fn a_broker_brings_each_reply_to_whom_it_is_for() {
    let context = Context::new().unwrap();
    let frontend = context.socket::<Router>().bind("tcp://127.0.0.1:*").unwrap();
    let backend = context.socket::<Dealer>().bind("tcp://127.0.0.1:*").unwrap();
    let (clients, workers) = (frontend.last_endpoint().unwrap(), backend.last_endpoint().unwrap());
    let proxy = running(frontend, backend);
    for _ in 0..3 {
        let mut rep = context.socket::<Rep>().connect(&workers).unwrap();
        thread::spawn(move || -> ferromq::Result<()> {
            loop {
                let (request, replying) = rep.recv()?;
                rep = replying.send(format!("re: {request}"))?;
            }
        });
    }
    thread::scope(|threads| {
        for client in 0..4 {
            let mut req = context.socket::<Req>().connect(&clients).unwrap();
            threads.spawn(move || {
                for number in 0..repetitions(100) {
                    let (reply, next) = req.send(format!("{client} {number}")).unwrap().recv().unwrap();
                    assert_eq!(reply, format!("re: {client} {number}"));
                    req = next;
                }
            });
        }
    });
    ends_when_shut_down(&context, proxy);
}

#[test]
fn a_forwarder_passes_subscriptions_up_and_messages_down() {
    let context = Context::new().unwrap();
    let (publisher, frontend) = beside(context.socket::<XPub>(), context.socket::<XSub>());
    let (subscriber, backend) = beside(context.socket::<Sub>(), context.socket::<XPub>());
    let proxy = running(frontend, backend);
    subscriber.subscribe("weather").unwrap();
    assert_eq!(publisher.recv().unwrap(), "\u{1}weather");
    publisher.send("sport 1:0").unwrap();
    publisher.send("weather Sunny today.").unwrap();
    assert_eq!(subscriber.recv().unwrap(), "weather Sunny today.");
    subscriber.unsubscribe("weather").unwrap();
    assert_eq!(publisher.recv().unwrap(), "\0weather");
    ends_when_shut_down(&context, proxy);
}

#[test]
fn there_may_be_one_direction_only() {
    let context = Context::new().unwrap();
    let (push, frontend) = beside(context.socket::<Push>(), context.socket::<Pull>());
    let (pull, backend) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let proxy = running(frontend, backend);
    for number in 0..repetitions(5000) {
        push.send(number.to_string()).unwrap();
    }
    for number in 0..repetitions(5000) {
        assert_eq!(pull.recv().unwrap(), number.to_string());
    }
    ends_when_shut_down(&context, proxy);
}

#[test]
fn the_one_direction_may_be_from_the_backend() {
    let context = Context::new().unwrap();
    let (pull, frontend) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let (push, backend) = beside(context.socket::<Push>(), context.socket::<Pull>());
    let proxy = running(frontend, backend);
    push.send("upwards").unwrap();
    assert_eq!(pull.recv().unwrap(), "upwards");
    ends_when_shut_down(&context, proxy);
}

#[test]
fn no_direction_at_all_is_unsupported() {
    let context = Context::new().unwrap();
    let (one, other) = (context.socket::<Push>().open().unwrap(), context.socket::<Push>().open().unwrap());
    let error = proxy(&one, &other).unwrap_err();
    assert_eq!(error.to_string(), "proxy: not supported: no message can pass between PUSH and PUSH");
    let failed = Proxy::new(one, other).spawn().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Unsupported);
    let (push, ..) = failed.into_kept().into_sockets();
    push.bind("inproc://still-a-socket").unwrap();

    let router = context.socket::<Router>().open().unwrap();
    let dealer = context.socket::<Dealer>().open().unwrap();
    let capture = context.socket::<Router>().open().unwrap();
    assert_eq!(kind_of(proxy_with_capture(&router, &dealer, &capture)), ErrorKind::Unsupported);
}

#[test]
fn one_socket_may_be_both_ends() {
    let context = Context::new().unwrap();
    let router = context.socket::<Router>().bind("inproc://mirror").unwrap();
    let dealer = context.socket::<Dealer>().connect("inproc://mirror").unwrap();
    let proxy = thread::spawn(move || proxy(&router, &router).unwrap_err().kind());
    for message in shapes() {
        dealer.send(message.clone()).unwrap();
        assert_eq!(dealer.recv().unwrap(), message);
    }
    ends_when_shut_down(&context, proxy);
}

#[test]
fn req_and_rep_are_ends_at_run_time() {
    let context = Context::new().unwrap();
    let frontend = AnySocket::from(context.socket::<Rep>().bind("inproc://front").unwrap());
    let backend = AnySocket::from(context.socket::<Req>().bind("inproc://back").unwrap());
    let proxy = running(frontend, backend);
    let rep = AnySocket::from(context.socket::<Rep>().connect("inproc://back").unwrap());
    thread::spawn(move || -> ferromq::Result<()> {
        loop {
            let request = rep.recv()?;
            rep.send(request)?;
        }
    });
    let mut clients: Vec<_> =
        (0..2).map(|_| Some(context.socket::<Req>().connect("inproc://front").unwrap())).collect();
    for round in 0..10 {
        let asked: Vec<_> =
            clients.iter_mut().map(|req| req.take().unwrap().send(round.to_string()).unwrap()).collect();
        for (place, req) in clients.iter_mut().zip(asked) {
            let (reply, req) = req.recv().unwrap();
            assert_eq!(reply, round.to_string());
            *place = Some(req);
        }
    }
    ends_when_shut_down(&context, proxy);
}

#[test]
fn what_nobody_can_take_stays_with_the_senders() {
    let context = Context::new().unwrap();
    let frontend = context.socket::<Pull>().receive_hwm(10).bind("inproc://front").unwrap();
    let backend = context.socket::<Push>().send_hwm(10).bind("inproc://back").unwrap();
    let push = context.socket::<Push>().send_hwm(10).connect("inproc://front").unwrap();
    let proxy = running(frontend, backend);

    // Nobody is there: nothing is taken out of the queue, which holds what both ends allow.
    let mut sent = 0;
    while push.try_send(sent.to_string()).is_ok() {
        sent += 1;
    }
    assert_eq!(sent, 20);
    let pull = context.socket::<Pull>().receive_hwm(10).connect("inproc://back").unwrap();
    let mut received = 0;
    while received < sent {
        assert_eq!(pull.recv().unwrap(), received.to_string());
        received += 1;
    }

    // Somebody is there and does not read: as much as the queues hold, and one message on the way.
    let mut filled = 40;
    for _ in 0..filled {
        push.send_timeout("more", PATIENCE).unwrap();
    }
    while push.send_timeout("more", A_WHILE).is_ok() {
        filled += 1;
        assert!(filled <= 41, "{filled} messages are under way");
    }
    for _ in 0..filled {
        assert_eq!(pull.recv().unwrap(), "more");
    }
    ends_when_shut_down(&context, proxy);
}

#[test]
fn a_full_direction_does_not_hold_up_the_other() {
    let context = Context::new().unwrap();
    let frontend = context.socket::<Dealer>().send_hwm(1).receive_hwm(1).bind("inproc://front").unwrap();
    let backend = context.socket::<Dealer>().send_hwm(1).receive_hwm(1).bind("inproc://back").unwrap();
    let left = context.socket::<Dealer>().send_hwm(1).connect("inproc://front").unwrap();
    let right = context.socket::<Dealer>().receive_hwm(1).connect("inproc://back").unwrap();
    let proxy = running(frontend, backend);
    let mut stuck = 0;
    while left.send_timeout("stuck", Duration::from_millis(100)).is_ok() {
        stuck += 1;
    }
    for number in 0..100 {
        right.send(number.to_string()).unwrap();
        assert_eq!(left.recv().unwrap(), number.to_string());
    }
    for _ in 0..stuck {
        assert_eq!(right.recv().unwrap(), "stuck");
    }
    ends_when_shut_down(&context, proxy);
}

#[test]
fn a_flood_does_not_starve_the_other_direction() {
    let context = Context::new().unwrap();
    let (left, frontend) = beside(context.socket::<Dealer>(), context.socket::<Dealer>());
    let (right, backend) = beside(context.socket::<Dealer>(), context.socket::<Dealer>());
    let proxy = running(frontend, backend);
    let over = AtomicBool::new(false);
    thread::scope(|threads| {
        let (left, over, context) = (left, &over, &context);
        // One thread floods, and answers what comes from the other side.
        let flooding = threads.spawn(move || {
            let mut echoes = 0;
            while !over.load(Ordering::Relaxed) {
                let _ = left.try_send("flood");
                if let Ok(message) = left.try_recv() {
                    assert_eq!(message, "drop in the ocean");
                    echoes += 1;
                }
            }
            echoes
        });
        for _ in 0..20 {
            right.send("drop in the ocean").unwrap();
            for _ in 0..100 {
                assert_eq!(right.recv_timeout(PATIENCE).unwrap(), "flood");
            }
        }
        until("the flood to be answered", || {
            let _ = right.try_recv();
            over.store(true, Ordering::Relaxed);
            flooding.is_finished().then_some(())
        });
        assert!(flooding.join().unwrap() > 0, "nothing came through against the flood");
        context.shutdown();
    });
    assert_eq!(proxy.join().unwrap(), ErrorKind::Terminated);
}

#[test]
fn a_peer_that_a_mandatory_router_does_not_know_does_not_end_the_proxy() {
    let context = Context::new().unwrap();
    let frontend = context.socket::<Router>().mandatory(true).bind("inproc://front").unwrap();
    let backend = context.socket::<Dealer>().bind("inproc://back").unwrap();
    let client = context.socket::<Dealer>().connect("inproc://front").unwrap();
    let worker = context.socket::<Dealer>().connect("inproc://back").unwrap();
    let proxy = Proxy::new(frontend, backend).spawn().unwrap();

    worker.send(["nobody", "lost"]).unwrap();
    worker.send("without an envelope").unwrap();
    client.send("request").unwrap();
    let mut request = worker.recv().unwrap();
    request.pop_back();
    request.push_back("reply");
    worker.send(request).unwrap();
    assert_eq!(client.recv().unwrap(), "reply");
    let stopped = proxy.stop();
    assert_eq!(stopped.statistics.undeliverable, 2);
    assert_eq!(stopped.statistics.backend.received.messages, 3);
    assert_eq!(stopped.statistics.frontend.sent.messages, 1);
}

#[test]
fn a_peer_of_a_mandatory_router_that_does_not_read_holds_its_message_up_and_nothing_spins() {
    let context = Context::new().unwrap();
    let frontend = context.socket::<Router>().mandatory(true).send_hwm(2).bind("inproc://front").unwrap();
    let backend = context.socket::<Dealer>().bind("inproc://back").unwrap();
    let client = context.socket::<Dealer>().receive_hwm(2).connect("inproc://front").unwrap();
    let worker = context.socket::<Dealer>().connect("inproc://back").unwrap();
    let proxy = Proxy::new(frontend, backend).spawn().unwrap();
    client.send("request").unwrap();
    let request = worker.recv().unwrap();
    for number in 0..50 {
        let mut reply = request.clone();
        reply.push_back(number.to_string());
        worker.send(reply).unwrap();
    }
    // The other direction goes on meanwhile.
    client.send("another").unwrap();
    assert_eq!(worker.recv().unwrap()[1], *b"another");
    for number in 0..50 {
        assert_eq!(client.recv().unwrap()[1], *number.to_string().as_bytes());
    }
    assert_eq!(proxy.stop().statistics.undeliverable, 0);
}

#[test]
fn nothing_is_lost_or_mixed_up_when_takers_come_and_go() {
    let context = Context::new().unwrap();
    // So little room that nothing gets on without takers.
    let frontend = context.socket::<Pull>().receive_hwm(5).bind("inproc://front").unwrap();
    let backend = context.socket::<Push>().send_hwm(5).bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = backend.last_endpoint().unwrap();
    let push = context.socket::<Push>().send_hwm(5).connect("inproc://front").unwrap();
    let proxy = Proxy::new(frontend, backend).spawn().unwrap();
    let total = repetitions(2000);
    let sending = thread::spawn(move || {
        for number in 0..total {
            let number = number.to_string();
            push.send(vec![number; 20]).unwrap();
        }
        push
    });
    let mut seen = 0;
    while !sending.is_finished() {
        // What a taker that goes away has in its queue goes with it, as with any PUSH; what it gets is whole.
        let pull = context.socket::<Pull>().receive_hwm(5).connect(&endpoint).unwrap();
        let mut taken = 0;
        while taken < 50 && !sending.is_finished() {
            match pull.recv_timeout(Duration::from_millis(20)) {
                Ok(message) => {
                    assert_eq!(message.len(), 20, "{message:?}");
                    assert!(message.iter().all(|frame| frame == &message[0]), "{message:?}");
                    taken += 1;
                }
                Err(_) if taken > 0 => break,
                // It has yet to connect.
                Err(_) => {}
            }
        }
        seen += taken;
    }
    assert!(seen > 0);
    let statistics = proxy.stop().statistics;
    assert_eq!(statistics.undeliverable, 0);
    assert!(statistics.frontend.received.messages - statistics.backend.sent.messages <= 1);
}

#[test]
fn the_capture_has_a_copy_of_each_direction_in_order() {
    let context = Context::new().unwrap();
    let (left, frontend) = beside(context.socket::<Pair>(), context.socket::<Pair>());
    let (right, backend) = beside(context.socket::<Pair>(), context.socket::<Pair>());
    let (log, capture) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let proxy = thread::spawn(move || proxy_with_capture(&frontend, &backend, &capture).unwrap_err().kind());
    for message in shapes() {
        left.send(message.clone()).unwrap();
        assert_eq!(right.recv().unwrap(), message);
        assert_eq!(log.recv().unwrap(), message);
        right.send(message.clone()).unwrap();
        assert_eq!(left.recv().unwrap(), message);
        assert_eq!(log.recv().unwrap(), message);
    }
    ends_when_shut_down(&context, proxy);
}

#[test]
fn a_capture_that_nobody_reads_does_not_hold_up_the_proxy() {
    let context = Context::new().unwrap();
    let (push, frontend) = beside(context.socket::<Push>(), context.socket::<Pull>());
    let (pull, backend) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let capture = context.socket::<Push>().bind("inproc://nobody-reads").unwrap();
    let proxy = Proxy::new(frontend, backend).capture(capture).spawn().unwrap();
    for number in 0..100 {
        push.send(number.to_string()).unwrap();
        assert_eq!(pull.recv().unwrap(), number.to_string());
    }
    let stopped = proxy.stop();
    assert_eq!(stopped.statistics.not_captured, 100);
    assert!(stopped.capture.is_some());
}

#[test]
fn a_publisher_captures() {
    let context = Context::new().unwrap();
    let (push, frontend) = beside(context.socket::<Push>(), context.socket::<Pull>());
    let (pull, backend) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let capture = context.socket::<Pub>().bind("inproc://published").unwrap();
    let log = context.socket::<Sub>().subscribe("").connect("inproc://published").unwrap();
    let _proxy = Proxy::new(frontend, backend).capture(capture).spawn().unwrap();
    until("a copy", || {
        push.send(["topic", "body"]).unwrap();
        assert_eq!(pull.recv().unwrap(), ["topic", "body"]);
        log.try_recv().ok().map(|copy| assert_eq!(copy, ["topic", "body"]))
    });
}

/// A proxy between two pairs, and the sockets outside.
type Steered = (Socket<Pair>, ferromq::ProxyHandle<Socket<Pair>, Socket<Pair>>, Socket<Pair>);

fn steered(context: &Context) -> Steered {
    let (left, frontend) = beside(context.socket::<Pair>(), context.socket::<Pair>());
    let (right, backend) = beside(context.socket::<Pair>(), context.socket::<Pair>());
    (left, Proxy::new(frontend, backend).spawn().unwrap(), right)
}

#[test]
fn a_paused_proxy_passes_nothing_on_and_goes_on_where_it_was() {
    let context = Context::new().unwrap();
    let (left, proxy, right) = steered(&context);
    for round in 0..repetitions(50) {
        left.send("before").unwrap();
        assert_eq!(right.recv().unwrap(), "before");
        proxy.pause();
        assert!(proxy.is_paused());
        let before = proxy.statistics();
        left.send(round.to_string()).unwrap();
        right.send("back").unwrap();
        assert!(right.recv_timeout(Duration::from_millis(5)).unwrap_err().is_timeout());
        assert!(left.try_recv().unwrap_err().is_would_block());
        assert_eq!(proxy.statistics(), before);
        proxy.resume();
        assert!(!proxy.is_paused());
        assert_eq!(right.recv().unwrap(), round.to_string());
        assert_eq!(left.recv().unwrap(), "back");
    }
}

#[test]
fn pausing_in_the_middle_of_a_flood_stops_it_at_once() {
    let context = Context::new().unwrap();
    let (push, frontend) = beside(context.socket::<Push>(), context.socket::<Pull>());
    let (pull, backend) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let proxy = Proxy::new(frontend, backend).spawn().unwrap();
    let total = repetitions(20_000);
    let sending = thread::spawn(move || {
        (0..total).for_each(|number| push.send(number.to_string()).unwrap());
        push
    });
    let mut expected = 0..total;
    for _ in 0..20 {
        for number in expected.by_ref().take(total / 40) {
            assert_eq!(pull.recv().unwrap(), number.to_string());
        }
        proxy.pause();
        let paused = proxy.statistics();
        thread::yield_now();
        assert_eq!(proxy.statistics(), paused);
        proxy.resume();
    }
    for number in expected {
        assert_eq!(pull.recv().unwrap(), number.to_string());
    }
    drop(sending.join().unwrap());
}

#[test]
fn statistics_count_messages_and_bytes_at_each_end() {
    let context = Context::new().unwrap();
    let (left, proxy, right) = steered(&context);
    left.send(["ab", "cde"]).unwrap();
    left.send("f").unwrap();
    right.recv().unwrap();
    right.recv().unwrap();
    right.send("0123456789").unwrap();
    left.recv().unwrap();
    let statistics =
        until("the statistics", || Some(proxy.statistics()).filter(|s| s.frontend.sent.messages == 1));
    assert_eq!((statistics.frontend.received.messages, statistics.frontend.received.bytes), (2, 6));
    assert_eq!((statistics.backend.sent.messages, statistics.backend.sent.bytes), (2, 6));
    assert_eq!((statistics.backend.received.messages, statistics.backend.received.bytes), (1, 10));
    assert_eq!((statistics.frontend.sent.messages, statistics.frontend.sent.bytes), (1, 10));
    assert_eq!(proxy.stop().statistics, statistics);
}

#[test]
fn stopping_gives_the_sockets_back_with_what_is_in_their_queues() {
    let context = Context::new().unwrap();
    let (left, proxy, right) = steered(&context);
    proxy.pause();
    left.send("queued").unwrap();
    let stopped = does_not_hang("stop", move || proxy.stop());
    assert!(stopped.outcome.is_ok());
    assert_eq!(stopped.frontend.recv().unwrap(), "queued");
    stopped.backend.send("by hand").unwrap();
    assert_eq!(right.recv().unwrap(), "by hand");
    // And they make a proxy again.
    let proxy = Proxy::new(stopped.frontend, stopped.backend).spawn().unwrap();
    left.send("once more").unwrap();
    assert_eq!(right.recv().unwrap(), "once more");
    drop(proxy);
}

#[test]
fn a_message_that_there_was_no_room_for_is_given_back() {
    let context = Context::new().unwrap();
    let frontend = context.socket::<Pull>().bind("inproc://front").unwrap();
    let backend = context.socket::<Push>().send_hwm(1).bind("inproc://back").unwrap();
    let push = context.socket::<Push>().connect("inproc://front").unwrap();
    let pull = context.socket::<Pull>().receive_hwm(1).connect("inproc://back").unwrap();
    for number in 0..100 {
        push.send(number.to_string()).unwrap();
    }
    let proxy = Proxy::new(frontend, backend).spawn().unwrap();
    until("the backend to be full", || (proxy.statistics().frontend.received.messages == 3).then_some(()));
    let stopped = proxy.stop();
    let mut expected = 0..;
    let mut next = || expected.next().unwrap().to_string();
    let in_queue: Vec<_> =
        std::iter::from_fn(|| pull.recv_timeout(Duration::from_millis(100)).ok()).collect();
    for message in in_queue.into_iter().chain(stopped.unsent_to_backend) {
        assert_eq!(message, next());
    }
    for _ in 3..100 {
        assert_eq!(stopped.frontend.recv().unwrap(), next());
    }
}

#[test]
fn a_shut_down_context_ends_the_proxy_running_or_paused() {
    for pause in [false, true] {
        let context = Context::new().unwrap();
        let (_left, proxy, _right) = steered(&context);
        if pause {
            proxy.pause();
        }
        assert!(!proxy.is_finished());
        context.shutdown();
        until("the end of the proxy", || proxy.is_finished().then_some(()));
        proxy.pause();
        proxy.resume();
        let stopped = proxy.stop();
        assert_eq!(stopped.outcome.unwrap_err().kind(), ErrorKind::Terminated);
    }
}

#[test]
fn a_dropped_handle_stops_the_proxy() {
    let context = Context::new().unwrap();
    let (left, proxy, _right) = steered(&context);
    left.set_linger(Duration::ZERO).unwrap();
    does_not_hang("drop", move || drop(proxy));
    // Its sockets are closed: there is nobody to take this.
    until("the socket to be gone", || left.try_send(Message::from("x")).is_err().then_some(()));
}

#[test]
fn many_threads_may_steer() {
    let context = Context::new().unwrap();
    let (left, proxy, right) = steered(&context);
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..repetitions(200) {
                    proxy.pause();
                    proxy.statistics();
                    proxy.resume();
                }
            });
        }
    });
    left.send("alive").unwrap();
    assert_eq!(right.recv().unwrap(), "alive");
}

#[cfg(unix)]
#[test]
fn signals_do_not_end_it() {
    use std::os::unix::thread::JoinHandleExt;

    use nix::sys::pthread::pthread_kill;
    use nix::sys::signal::Signal;

    // A handler without SA_RESTART, so that system calls are interrupted.
    let _handler = signal_hook::flag::register(
        signal_hook::consts::SIGUSR2,
        std::sync::Arc::new(AtomicBool::new(false)),
    )
    .unwrap();
    let context = Context::new().unwrap();
    let (push, frontend) = beside(context.socket::<Push>(), context.socket::<Pull>());
    let (pull, backend) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let proxy = running(frontend, backend);
    for number in 0..repetitions(1000) {
        pthread_kill(proxy.as_pthread_t(), Signal::SIGUSR2).unwrap();
        push.send(number.to_string()).unwrap();
        assert_eq!(pull.recv().unwrap(), number.to_string());
    }
    ends_when_shut_down(&context, proxy);
}

#[cfg(feature = "draft")]
#[test]
fn groups_survive_and_thread_safe_sockets_are_ends() {
    use ferromq::{Channel, Dish, Gather, Group, Radio, Scatter};

    let context = Context::new().unwrap();
    let weather = Group::new("weather").unwrap();
    let (radio, frontend) = beside(context.socket::<Radio>(), context.socket::<Dish>().join(&weather));
    let (dish, backend) = beside(context.socket::<Dish>().join(&weather), context.socket::<Radio>());
    let proxy = running(frontend, backend);
    let received = until("the group's message", || {
        radio.send_to(&weather, "sunny").unwrap();
        dish.try_recv_from().ok()
    });
    assert_eq!(received, (weather, Message::from("sunny")));
    ends_when_shut_down(&context, proxy);

    let context = Context::new().unwrap();
    let (left, frontend) = beside(context.socket::<Channel>(), context.socket::<Channel>());
    let (right, backend) = beside(context.socket::<Channel>(), context.socket::<Channel>());
    let proxy = running(frontend, backend);
    for number in 0..100 {
        left.send(number.to_string()).unwrap();
        right.send("back").unwrap();
        assert_eq!(right.recv().unwrap(), number.to_string());
        assert_eq!(left.recv().unwrap(), "back");
    }
    ends_when_shut_down(&context, proxy);

    let context = Context::new().unwrap();
    let (scatter, frontend) = beside(context.socket::<Scatter>(), context.socket::<Gather>());
    let (pull, backend) = beside(context.socket::<Pull>(), context.socket::<Push>());
    let proxy = running(frontend, backend);
    scatter.send("one frame").unwrap();
    assert_eq!(pull.recv().unwrap(), "one frame");
    ends_when_shut_down(&context, proxy);
}

/// Only sockets without an order of operations are ends by their type.
#[allow(dead_code)]
fn ends<P: Pattern<Initial = Open>>(socket: Socket<P, Open>) -> impl ProxyEnd {
    socket
}
