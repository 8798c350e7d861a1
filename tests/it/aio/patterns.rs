//! Each pattern, there and back: whoever waits first is woken, to receive and to send.

#[cfg(feature = "draft")]
use std::net::{SocketAddrV4, UdpSocket};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use ferromq::aio::AsyncSocket;
use ferromq::monitor::EventKind;
use ferromq::pattern::{Receives, Sends};
use ferromq::{
    Builder, Context, Dealer, Pair, Pull, Push, Rep, Req, Router, Socket, Stream, StreamEvent, Sub, XPub,
    XPubEvent, XSub,
};
#[cfg(feature = "draft")]
use ferromq::{Channel, Client, Dgram, Dish, Gather, Group, Peer, Radio, Scatter, Server};
use futures_lite::{FutureExt, StreamExt};

use super::runtime::{Runtime, on, on_each_runtime, polled};
use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE};

on_each_runtime! {
    whoever_waits_first_receives;
    requests_wait_for_peers_and_replies;
    subscriptions_are_events;
    streams_exchange_bytes;
    whoever_waits_for_room_sends_when_there_is_some;
    a_router_waits_for_a_peer_that_is_full;
    a_pub_that_drops_nothing_waits_and_does_not_spin;
    monitors_tell_what_happens;
}

#[cfg(feature = "draft")]
on_each_runtime! {
    draft_patterns_receive_when_they_wait_first;
    a_server_waits_for_a_client_that_is_full;
    datagrams_come_and_go;
}

/// What the future gives, which has to wait for what happens then.
async fn waits<T>(future: impl Future<Output = T>, then: impl Future<Output = ()>) -> T {
    let mut future = pin!(future);
    assert!(polled(1, &mut future).await.is_none(), "it should have had to wait");
    then.await;
    future.await
}

/// One that receives first, then the other.
async fn converse<R: Runtime, P: Sends + Receives, Q: Sends + Receives>(
    bound: Socket<P>,
    connected: Socket<Q>,
) {
    let (bound, connected) = (on::<R, _, _>(bound), on::<R, _, _>(connected));
    for text in ["one", "two", "three"] {
        let there = waits(bound.recv(), async { connected.send(text).await.unwrap() });
        assert_eq!(there.await.unwrap(), text);
        let back = waits(connected.recv_timeout(PATIENCE), async {
            bound.send_timeout(text, PATIENCE).await.unwrap();
        });
        assert_eq!(back.await.unwrap(), text);
    }
}

async fn passes<R: Runtime, P: Receives, Q: Sends>(receives: Socket<P>, sends: Socket<Q>) {
    let (receives, sends) = (on::<R, _, _>(receives), on::<R, _, _>(sends));
    for text in ["one", "two", "three"] {
        let received = waits(receives.recv(), async { sends.send(text).await.unwrap() });
        assert_eq!(received.await.unwrap(), text);
    }
    let readable = waits(receives.readable(), async { sends.try_send("four").unwrap() });
    readable.await.unwrap();
    assert_eq!(receives.try_recv().unwrap(), "four");
    assert!(receives.try_recv().unwrap_err().is_would_block());
}

async fn whoever_waits_first_receives<R: Runtime>() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        passes::<R, _, _>(pull, push).await;

        let context = Context::new().unwrap();
        let (a, b) = place.join(context.socket::<Pair>(), context.socket::<Pair>());
        converse::<R, _, _>(a, b).await;

        let context = Context::new().unwrap();
        let (a, b) = place.join(context.socket::<Dealer>(), context.socket::<Dealer>());
        converse::<R, _, _>(a, b).await;

        let context = Context::new().unwrap();
        let (publisher, subscriber) =
            place.join(context.socket::<XPub>(), context.socket::<Sub>().subscribe(""));
        assert_eq!(publisher.recv_timeout(PATIENCE).unwrap(), "\x01");
        passes::<R, _, _>(subscriber, publisher).await;

        let context = Context::new().unwrap();
        let (router, dealer) = place.join(context.socket::<Router>(), context.socket::<Dealer>());
        let (router, dealer) = (on::<R, _, _>(router), on::<R, _, _>(dealer));
        for text in ["one", "two"] {
            let there = waits(router.recv_from(), async { dealer.send([text, ""]).await.unwrap() });
            let (peer, message) = there.await.unwrap();
            assert_eq!(message, [text, ""]);
            let back = waits(dealer.recv(), async { router.send_to(&peer, message).await.unwrap() });
            assert_eq!(back.await.unwrap(), [text, ""]);
        }
    }
}

async fn requests_wait_for_peers_and_replies<R: Runtime>() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (rep, req) = place.join(context.socket::<Rep>(), context.socket::<Req>());
        let (mut rep, mut req) = (on::<R, _, _>(rep), on::<R, _, _>(req));
        for text in ["one", "two"] {
            let mut asking = Some(&mut req);
            let received = waits(rep.recv(), async {
                drop(asking.take().unwrap().send(text).await.unwrap());
            });
            let (request, replying) = received.await.unwrap();
            assert_eq!(request, text);
            let reply =
                waits(req.awaiting().unwrap().recv(), async { replying.send(request).await.unwrap() });
            assert_eq!(reply.await.unwrap(), text);
        }
    }
}

async fn subscriptions_are_events<R: Runtime>() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (publisher, subscriber) = place.join(context.socket::<XPub>(), context.socket::<XSub>());
        let (publisher, subscriber) = (on::<R, _, _>(publisher), on::<R, _, _>(subscriber));
        let subscribed = waits(publisher.recv_event(), async { subscriber.subscribe("topic").unwrap() });
        assert_eq!(subscribed.await.unwrap(), XPubEvent::Subscribed("topic".into()));
        let heard = waits(subscriber.recv(), async { publisher.send("topic: news").await.unwrap() });
        assert_eq!(heard.await.unwrap(), "topic: news");
        let said = waits(publisher.recv_event_timeout(PATIENCE), async {
            subscriber.send("from the audience").await.unwrap();
        });
        assert_eq!(said.await.unwrap(), XPubEvent::Message("from the audience".into()));
        let unsubscribed = waits(publisher.recv_event(), async { subscriber.unsubscribe("topic").unwrap() });
        assert_eq!(unsubscribed.await.unwrap(), XPubEvent::Unsubscribed("topic".into()));
        assert!(publisher.try_recv_event().unwrap_err().is_would_block());
    }
}

async fn streams_exchange_bytes<R: Runtime>() {
    let context = Context::new().unwrap();
    let server = on::<R, _, _>(context.socket::<Stream>().bind("tcp://127.0.0.1:*").unwrap());
    let client = on::<R, _, _>(context.socket::<Stream>().open().unwrap());
    let endpoint = server.last_endpoint().unwrap();
    let mut events = server.stream();
    let mut to_server = None;
    let connected = waits(events.next(), async {
        to_server = Some(client.with(|client| client.connect_peer(endpoint)).unwrap());
    });
    let Some(Ok(StreamEvent::Connected(to_client))) = connected.await else { panic!("no connection") };
    let to_server = to_server.unwrap();
    assert_eq!(client.recv_event().await.unwrap(), StreamEvent::Connected(to_server.clone()));

    let data = waits(events.next(), async { client.send_to(&to_server, "Hello").await.unwrap() });
    assert_eq!(data.await.unwrap().unwrap(), StreamEvent::Data(to_client.clone(), "Hello".into()));
    let data = waits(client.recv_event_timeout(PATIENCE), async {
        server.send_all(&mut [(to_client.clone(), "World".into())].into()).await.unwrap();
    });
    assert_eq!(data.await.unwrap(), StreamEvent::Data(to_server, "World".into()));
    let ended = waits(events.next(), async { drop(client) });
    assert_eq!(ended.await.unwrap().unwrap(), StreamEvent::Disconnected(to_client));
}

/// Fills the queue, so that the sender has to wait, until the other reads.
async fn waits_for_room<R: Runtime, P: Sends, Q: Receives>(
    place: &Place,
    sends: impl Fn(&Context) -> Builder<P>,
    receives: impl Fn(&Context) -> Builder<Q>,
) {
    let context = Context::new().unwrap();
    let (receiver, sender) = place.join(receives(&context), sends(&context));
    let (receiver, sender) = (on::<R, _, _>(receiver), on::<R, _, _>(sender));
    let long = || "x".repeat(2000);
    let fill = async || {
        let mut filled = 0;
        // Over a network, what is on its way leaves the queue.
        while sender.send_timeout(long(), A_WHILE).await.is_ok() {
            filled += 1;
        }
        filled
    };
    let take = async |number| {
        for _ in 0..number {
            assert_eq!(receiver.recv_timeout(PATIENCE).await.unwrap()[0].len(), 2000);
        }
    };

    let mut filled = fill().await;
    let mut sending = sender.send(long()).boxed();
    // On a busy machine, the queue is still being emptied after that while.
    while let Some(sent) = polled(1, &mut sending).await {
        sent.unwrap();
        filled += 1;
        sending = sender.send(long()).boxed();
    }
    take(filled).await;
    sending.await.unwrap();
    take(1).await;

    let mut filled = fill().await;
    let mut waiting = sender.writable().boxed();
    while let Some(writable) = polled(1, &mut waiting).await {
        writable.unwrap();
        sender.try_send(long()).unwrap();
        filled += 1;
        waiting = sender.writable().boxed();
    }
    take(filled).await;
    waiting.await.unwrap();
    sender.try_send("there is room").unwrap();
    assert_eq!(receiver.recv().await.unwrap(), "there is room");
}

async fn whoever_waits_for_room_sends_when_there_is_some<R: Runtime>() {
    for place in Place::each().iter().take(3) {
        waits_for_room::<R, _, _>(
            place,
            |context| context.socket::<Push>().send_hwm(1).send_buffer(4096),
            |context| context.socket::<Pull>().receive_hwm(1).receive_buffer(4096),
        )
        .await;
        waits_for_room::<R, _, _>(
            place,
            |context| context.socket::<Dealer>().send_hwm(1).send_buffer(4096),
            |context| context.socket::<Dealer>().receive_hwm(1).receive_buffer(4096),
        )
        .await;
        waits_for_room::<R, _, _>(
            place,
            |context| context.socket::<Pair>().send_hwm(1).send_buffer(4096),
            |context| context.socket::<Pair>().receive_hwm(1).receive_buffer(4096),
        )
        .await;
        #[cfg(feature = "draft")]
        {
            waits_for_room::<R, _, _>(
                place,
                |context| context.socket::<Scatter>().send_hwm(1).send_buffer(4096),
                |context| context.socket::<Gather>().receive_hwm(1).receive_buffer(4096),
            )
            .await;
            waits_for_room::<R, _, _>(
                place,
                |context| context.socket::<Channel>().send_hwm(1).send_buffer(4096),
                |context| context.socket::<Channel>().receive_hwm(1).receive_buffer(4096),
            )
            .await;
        }
    }
}

async fn a_router_waits_for_a_peer_that_is_full<R: Runtime>() {
    let context = Context::new().unwrap();
    let (router, dealer) = Place::inproc().join(
        context.socket::<Router>().mandatory(true).send_hwm(1),
        context.socket::<Dealer>().receive_hwm(1),
    );
    let (router, dealer) = (on::<R, _, _>(router), on::<R, _, _>(dealer));
    dealer.send("ready").await.unwrap();
    let (peer, _) = router.recv_from().await.unwrap();
    let full = loop {
        if let Err(failed) = router.try_send_to(&peer, "x") {
            break failed;
        }
    };
    assert!(full.is_would_block());
    let late = router.send_to_timeout(&peer, "late", A_WHILE).await.unwrap_err();
    assert!(late.is_timeout());
    assert_eq!(late.into_kept(), "late");
    let sent = waits(router.send_to(&peer, "patient"), async {
        assert_eq!(dealer.recv().await.unwrap(), "x");
    });
    sent.await.unwrap();
    while dealer.recv().await.unwrap() != "patient" {}
}

/// libzmq says of such a socket that it has room when it has none.
async fn a_pub_that_drops_nothing_waits_and_does_not_spin<R: Runtime>() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(
        context.socket::<XPub>().no_drop(true).send_hwm(1),
        context.socket::<Sub>().subscribe("").receive_hwm(1),
    );
    assert_eq!(publisher.recv_timeout(PATIENCE).unwrap(), "\x01");
    let publisher = Arc::new(on::<R, _, _>(publisher));
    let mut filled = 0;
    while publisher.try_send("x").is_ok() {
        filled += 1;
    }
    let polls = Arc::new(AtomicUsize::new(0));
    let wait_to_send = || {
        let (publisher, polls) = (Arc::clone(&publisher), Arc::clone(&polls));
        R::spawn(async move {
            let mut sending = publisher.send("waited").boxed();
            std::future::poll_fn(|context| {
                polls.fetch_add(1, SeqCst);
                sending.poll(context)
            })
            .await
        })
    };
    let waiting = [wait_to_send(), wait_to_send()];
    R::sleep(A_WHILE).await;
    let while_full = polls.load(SeqCst);
    assert!(while_full < 100, "two that wait were polled {while_full} times in {A_WHILE:?}");
    for _ in 0..filled {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "x");
    }
    let subscriber = on::<R, _, _>(subscriber);
    for sent in waiting {
        assert_eq!(subscriber.recv().await.unwrap(), "waited");
        sent.await.unwrap();
    }
}

async fn monitors_tell_what_happens<R: Runtime>() {
    let context = Context::new().unwrap();
    let pull = on::<R, _, _>(context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap());
    let mut monitor = ferromq::aio::AsyncMonitor::<R::Reactor>::new(pull.monitor().unwrap()).unwrap();
    assert!(monitor.try_recv().unwrap_err().is_would_block());
    assert!(monitor.recv_timeout(A_WHILE).await.unwrap_err().is_timeout());
    let endpoint = pull.last_endpoint().unwrap();
    let mut push = None;
    let accepted = waits(monitor.recv(), async {
        push = Some(context.socket::<Push>().connect(endpoint).unwrap());
    });
    assert!(matches!(accepted.await.unwrap().kind(), EventKind::Accepted));
    let shaken = monitor.find(|event| event.kind() == EventKind::HandshakeSucceeded);
    shaken.await.expect("the handshake succeeds");
    drop(push);
    let ended = monitor.find(|event| event.kind() == EventKind::Disconnected);
    ended.await.expect("the connection ends");
    drop(pull);
    while monitor.next().await.is_some() {}
    assert!(monitor.next().await.is_none());
}

#[cfg(feature = "draft")]
async fn draft_patterns_receive_when_they_wait_first<R: Runtime>() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (gather, scatter) = place.join(context.socket::<Gather>(), context.socket::<Scatter>());
        passes::<R, _, _>(gather, scatter).await;

        let context = Context::new().unwrap();
        let (a, b) = place.join(context.socket::<Channel>(), context.socket::<Channel>());
        converse::<R, _, _>(a, b).await;

        let context = Context::new().unwrap();
        let (server, client) = place.join(context.socket::<Server>(), context.socket::<Client>());
        let (server, client) = (on::<R, _, _>(server), on::<R, _, _>(client));
        for text in ["one", "two"] {
            let there = waits(server.recv_from(), async { client.send(text).await.unwrap() });
            let (peer, message) = there.await.unwrap();
            let back = waits(client.recv(), async { server.send_to(&peer, message).await.unwrap() });
            assert_eq!(back.await.unwrap(), text);
        }

        let context = Context::new().unwrap();
        let bound = context.socket::<Peer>().bind(place.endpoint()).unwrap();
        let endpoint = bound.last_endpoint().unwrap();
        let connects = context.socket::<Peer>().open().unwrap();
        let to_bound = connects.connect_peer(endpoint).unwrap();
        let (bound, connects) = (on::<R, _, _>(bound), on::<R, _, _>(connects));
        let there = waits(bound.recv_from(), async { connects.send_to(&to_bound, "Hello").await.unwrap() });
        let (back, message) = there.await.unwrap();
        let came_back = waits(connects.recv_from(), async { bound.send_to(&back, message).await.unwrap() });
        assert_eq!(came_back.await.unwrap(), (to_bound, "Hello".into()));

        let group = Group::new("tv").unwrap();
        let context = Context::new().unwrap();
        let (radio, dish) = place.join(context.socket::<Radio>(), context.socket::<Dish>().join(&group));
        let (radio, dish) = (on::<R, _, _>(radio), on::<R, _, _>(dish));
        // A group takes a moment to arrive.
        let received = loop {
            radio.send_to(&group, "news").await.unwrap();
            if let Ok(received) = dish.recv_from_timeout(A_WHILE).await {
                break received;
            }
        };
        assert_eq!(received, (group, "news".into()));
    }
}

#[cfg(feature = "draft")]
async fn a_server_waits_for_a_client_that_is_full<R: Runtime>() {
    let context = Context::new().unwrap();
    let (server, client) = Place::inproc()
        .join(context.socket::<Server>().send_hwm(1), context.socket::<Client>().receive_hwm(1));
    let (server, client): (_, AsyncSocket<Client, R::Reactor>) =
        (on::<R, _, _>(server), on::<R, _, _>(client));
    client.send("ready").await.unwrap();
    let (peer, _) = server.recv_from().await.unwrap();
    while server.try_send_to(&peer, "x").is_ok() {}
    let late = server.send_to_timeout(&peer, "late", A_WHILE).await.unwrap_err();
    assert!(late.is_timeout());
    assert_eq!(late.into_kept(), "late");
    let sent = waits(server.send_to(&peer, "patient"), async {
        assert_eq!(client.recv().await.unwrap(), "x");
    });
    sent.await.unwrap();
    while client.recv().await.unwrap() != "patient" {}
}

#[cfg(feature = "draft")]
async fn datagrams_come_and_go<R: Runtime>() {
    let unused = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dgram = Context::new().unwrap().socket::<Dgram>().bind(format!("udp://{unused}")).unwrap();
    let dgram = on::<R, _, _>(dgram);
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    other.set_read_timeout(Some(PATIENCE)).unwrap();
    let address: SocketAddrV4 = other.local_addr().unwrap().to_string().parse().unwrap();
    let mut receive = dgram.recv_from().boxed();
    assert!(polled(1, &mut receive).await.is_none());
    // libzmq opens its UDP sockets in the background.
    let received = loop {
        other.send_to(b"ping", unused).unwrap();
        if let Some(received) = R::within(A_WHILE, &mut receive).await {
            break received.unwrap();
        }
    };
    assert_eq!(received, (address, "ping".into()));
    dgram.send_to(&address, "pong").await.unwrap();
    let mut buffer = [0; 16];
    assert_eq!(other.recv(&mut buffer).unwrap(), 4);
    assert_eq!(&buffer[..4], b"pong");
}
