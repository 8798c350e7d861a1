//! PUB and SUB.

use ferromq::{Context, ErrorKind, Message, Pub, Socket, Sub, XPub, XPubEvent, XSub};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, kind_of, until};
use crate::shapes::shapes;

/// Publishes `probe`, which must match a subscription, until the subscriber has received it, and takes all of them.
///
/// A subscription takes a moment to reach the publisher; what it publishes before is lost.
fn settle(publisher: &Socket<Pub>, subscriber: &Socket<Sub>, probe: &str) {
    until("a subscription", || {
        publisher.send(probe).unwrap();
        // So long that no more than a few probes are ever under way: PUB would drop what comes after a thousand.
        subscriber.recv_timeout(A_WHILE).ok()
    });
    let last = format!("{probe} (the last)");
    publisher.send(&last).unwrap();
    until("the last probe", || (subscriber.recv_timeout(PATIENCE).unwrap() == last).then_some(()));
}

#[test]
fn sub_receives_every_shape_of_message_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (publisher, subscriber) =
            place.join(context.socket::<Pub>(), context.socket::<Sub>().subscribe(""));
        settle(&publisher, &subscriber, "probe");
        for message in shapes() {
            publisher.send(message.clone()).unwrap();
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn sub_may_be_the_one_that_binds() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (subscriber, publisher) =
            place.join(context.socket::<Sub>().subscribe(""), context.socket::<Pub>());
        settle(&publisher, &subscriber, "probe");
        publisher.send(["weather", "Sunny"]).unwrap();
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), ["weather", "Sunny"]);
    }
}

#[test]
fn every_subscriber_receives_every_message() {
    let context = Context::new().unwrap();
    let place = Place::tcp();
    let publisher = context.socket::<Pub>().bind(place.endpoint()).unwrap();
    let endpoint = publisher.last_endpoint().unwrap();
    let subscribers = [0, 1, 2].map(|_| context.socket::<Sub>().subscribe("").connect(&endpoint).unwrap());
    for subscriber in &subscribers {
        settle(&publisher, subscriber, "probe");
    }
    let long = Message::from(vec![b'x'; 10_000]);
    publisher.send(long.clone()).unwrap();
    for subscriber in &subscribers {
        until("the message", || (subscriber.recv_timeout(PATIENCE).unwrap() == long).then_some(()));
    }
}

#[test]
fn sub_receives_only_what_begins_with_its_topics() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::tcp()
        .join(context.socket::<Pub>(), context.socket::<Sub>().subscribe("weather").subscribe("end"));
    settle(&publisher, &subscriber, "weather probe");
    for message in ["sport 1:0", "weathe", "weather", "weather Sunny", "Weather", "the end", "end"] {
        publisher.send(message).unwrap();
    }
    // The first frame decides.
    publisher.send(["sport", "weather"]).unwrap();
    publisher.send(["end", "sport"]).unwrap();
    for expected in ["weather", "weather Sunny", "end"] {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), expected);
    }
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), ["end", "sport"]);
}

#[test]
fn sub_receives_nothing_before_it_subscribes_and_after_it_unsubscribes() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(context.socket::<Pub>(), context.socket::<Sub>());
    publisher.send("before").unwrap();
    assert!(subscriber.try_recv().unwrap_err().is_would_block());

    subscriber.subscribe("a").unwrap();
    subscriber.subscribe("b").unwrap();
    settle(&publisher, &subscriber, "a");
    settle(&publisher, &subscriber, "b");

    // A topic that was subscribed to twice is received until it is unsubscribed from twice.
    subscriber.subscribe("a").unwrap();
    subscriber.unsubscribe("a").unwrap();
    settle(&publisher, &subscriber, "a");
    subscriber.unsubscribe("a").unwrap();
    subscriber.unsubscribe("never subscribed to").unwrap();
    publisher.send("a").unwrap();
    publisher.send("b: the marker").unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "b: the marker");
}

#[test]
fn a_topic_is_bytes_and_may_have_any_length() {
    let context = Context::new().unwrap();
    for topic in [vec![0_u8], vec![0xff, 0x00], vec![b't'; 5000]] {
        let (publisher, subscriber) =
            Place::tcp().join(context.socket::<Pub>(), context.socket::<Sub>().subscribe(&topic));
        until("the message", || {
            publisher.send(b"another topic").unwrap();
            publisher.send(&topic).unwrap();
            subscriber.recv_timeout(A_WHILE).ok().map(|received| assert_eq!(received, topic))
        });
    }
}

#[test]
fn pub_never_waits_without_a_subscriber() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<Pub>().bind("tcp://127.0.0.1:*").unwrap();
    for _ in 0..3000 {
        publisher.send("nobody listens").unwrap();
        publisher.try_send("nobody listens").unwrap();
        publisher.send_timeout(["nobody", "listens"], PATIENCE).unwrap();
    }
}

#[test]
fn pub_drops_when_the_subscriber_is_full() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc()
        .join(context.socket::<Pub>().send_hwm(5), context.socket::<Sub>().receive_hwm(5).subscribe(""));
    settle(&publisher, &subscriber, "probe");
    for number in 0..1000 {
        publisher.send([format!("{number}"), "rest".to_owned()]).unwrap();
    }
    // Those that there was room for are whole and in order.
    let mut numbers = Vec::new();
    while let Ok(message) = subscriber.try_recv() {
        assert_eq!((message.len(), message[1].as_str().unwrap()), (2, "rest"));
        numbers.push(message[0].as_str().unwrap().parse::<u32>().unwrap());
    }
    assert!((1..100).contains(&numbers.len()), "the marks of both ends are 10 together, {numbers:?} arrived");
    assert!(numbers.is_sorted());
    settle(&publisher, &subscriber, "after the loss");
}

#[test]
fn pub_with_no_drop_gives_the_message_back_when_a_subscriber_is_full() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(
        context.socket::<Pub>().send_hwm(5).no_drop(true),
        context.socket::<Sub>().receive_hwm(5).subscribe(""),
    );
    assert!(publisher.no_drop());
    settle(&publisher, &subscriber, "probe");
    let message = Message::from(["two", "frames"]);
    let mut sent = 0;
    let refused = until("a full subscriber", || match publisher.try_send(message.clone()) {
        Ok(()) => {
            sent += 1;
            None
        }
        Err(failed) => Some(failed),
    });
    assert!(refused.is_would_block());
    assert_eq!(refused.into_kept(), message);
    let late = publisher.send_timeout(message.clone(), A_WHILE).unwrap_err();
    assert!(late.is_timeout());
    assert_eq!(late.into_kept(), message);

    publisher.set_no_drop(false).unwrap();
    publisher.send("dropped").unwrap();
    for _ in 0..sent {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), message);
    }
    assert!(subscriber.try_recv().unwrap_err().is_would_block());
}

#[test]
fn inverted_matching_sends_what_was_not_subscribed_to() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(
        context.socket::<Pub>().invert_matching(true),
        context.socket::<Sub>().invert_matching(true).subscribe("a"),
    );
    settle(&publisher, &subscriber, "b");
    publisher.send("a").unwrap();
    publisher.send("c").unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "c");
}

#[test]
fn a_subscriber_that_comes_back_is_served_again() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<Pub>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = publisher.last_endpoint().unwrap();
    let subscriber = context.socket::<Sub>().subscribe("").connect(&endpoint).unwrap();
    settle(&publisher, &subscriber, "first");
    subscriber.disconnect(&endpoint).unwrap();
    assert_eq!(kind_of(subscriber.disconnect(&endpoint)), ErrorKind::EndpointNotFound);
    subscriber.connect(&endpoint).unwrap();
    settle(&publisher, &subscriber, "second");
}

#[test]
fn subscriptions_inside_a_message_leave_the_rest_of_it_whole() {
    let context = Context::new().unwrap();
    for place in [Place::inproc(), Place::tcp()] {
        let (publisher, one) = place.join(context.socket::<XPub>(), context.socket::<XSub>());
        let other = context.socket::<XSub>().connect(publisher.last_endpoint().unwrap()).unwrap();
        let event = || publisher.recv_event_timeout(PATIENCE).unwrap();
        one.send(["a", "\x01topic", "b"]).unwrap();
        assert_eq!(event(), XPubEvent::Subscribed(b"topic".into()));
        assert_eq!(event(), XPubEvent::Message(["a", "b"].into()));
        // It is there already, and so no event.
        one.send(["c", "\x01topic"]).unwrap();
        assert_eq!(event(), XPubEvent::Message("c".into()));
        other.subscribe("other").unwrap();
        assert_eq!(event(), XPubEvent::Subscribed(b"other".into()));
        one.send(["\x01third", "d", "e", "\x00third"]).unwrap();
        assert_eq!(event(), XPubEvent::Subscribed(b"third".into()));
        assert_eq!(event(), XPubEvent::Unsubscribed(b"third".into()));
        assert_eq!(event(), XPubEvent::Message(["d", "e"].into()));
    }
}

#[test]
fn a_manual_xpub_subscribes_whose_event_it_has_received_whatever_others_say() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<XPub>().manual(true).bind("inproc://manual-subscriptions").unwrap();
    let connect =
        || context.socket::<XSub>().receive_timeout(PATIENCE).connect("inproc://manual-subscriptions");
    let [talker, guest, stranger] = [connect().unwrap(), connect().unwrap(), connect().unwrap()];
    // All is there before the first is received.
    talker.send(["a few", "words"]).unwrap();
    guest.subscribe("guest").unwrap();
    stranger.subscribe("stranger").unwrap();
    let event = || publisher.recv_event_timeout(PATIENCE).unwrap();
    assert_eq!(event(), XPubEvent::Message(["a few", "words"].into()));
    assert_eq!(kind_of(publisher.subscribe_peer("secret")), ErrorKind::HostUnreachable);
    assert_eq!(event(), XPubEvent::Subscribed(b"guest".into()));
    publisher.subscribe_peer("secret").unwrap();
    assert_eq!(event(), XPubEvent::Subscribed(b"stranger".into()));
    publisher.send("secret").unwrap();
    assert_eq!(guest.recv().unwrap(), "secret");
    for other in [&talker, &stranger] {
        assert!(other.try_recv().unwrap_err().is_would_block());
    }
}
