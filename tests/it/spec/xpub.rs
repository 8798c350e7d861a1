//! Subscriptions: what XPUB is told of them, and what a manual XPUB makes of them.

use ferromq::{Context, ErrorKind, Message, Pub, Socket, Sub, XPub, XPubEvent, XSub};

use crate::link::Place;
use crate::patience::{PATIENCE, until};

fn subscribed(topic: &str) -> XPubEvent {
    XPubEvent::Subscribed(topic.into())
}

fn unsubscribed(topic: &str) -> XPubEvent {
    XPubEvent::Unsubscribed(topic.into())
}

fn next(publisher: &Socket<XPub>) -> XPubEvent {
    publisher.recv_event_timeout(PATIENCE).expect("an event")
}

/// Asserts that `publisher` has nothing to tell: the next event is one that only now comes about.
fn nothing_more(publisher: &Socket<XPub>, subscriber: &Socket<XSub>) {
    subscriber.send(b"\x01the marker").unwrap();
    assert_eq!(next(publisher), subscribed("the marker"));
    subscriber.send(b"\x00the marker").unwrap();
    assert_eq!(next(publisher), unsubscribed("the marker"));
}

/// Source: tests/test_xpub_verbose.cpp, test_xpub_verbose_one_sub
#[test]
fn verbose_tells_of_a_subscription_that_a_peer_repeats() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (publisher, subscriber) = place.join(context.socket::<XPub>(), context.socket::<XSub>());
        subscriber.send(b"\x01A").unwrap();
        assert_eq!(next(&publisher), subscribed("A"));
        subscriber.send(b"\x01B").unwrap();
        assert_eq!(next(&publisher), subscribed("B"));
        subscriber.send(b"\x01A").unwrap();
        nothing_more(&publisher, &subscriber);

        publisher.set_verbose(true).unwrap();
        subscriber.send(b"\x01A").unwrap();
        assert_eq!(next(&publisher), subscribed("A"));
        for topic in ["A", "B"] {
            publisher.send(topic).unwrap();
            assert_eq!(
                subscriber.recv_timeout(PATIENCE).unwrap(),
                topic,
                "once, however often it is subscribed"
            );
        }
    }
}

/// Source: tests/test_xpub_verbose.cpp, test_xpub_verbose_two_subs
#[test]
fn verbose_tells_of_every_subscriber_and_of_the_last_unsubscription_only() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let publisher = context.socket::<XPub>().verbose(true).bind(place.endpoint()).unwrap();
    let [first, second] = [0, 1].map(|_| context.socket::<XSub>().connect(place.endpoint()).unwrap());
    for subscriber in [&first, &second] {
        subscriber.send(b"\x01A").unwrap();
        assert_eq!(next(&publisher), subscribed("A"));
    }
    first.send(b"\x00A").unwrap();
    nothing_more(&publisher, &first);
    second.send(b"\x00A").unwrap();
    assert_eq!(next(&publisher), unsubscribed("A"));
}

/// Source: tests/test_xpub_verbose.cpp, test_xpub_verboser_one_sub and test_xpub_verboser_two_subs
#[test]
fn verboser_tells_of_every_unsubscription_that_its_peers_send() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let publisher = context.socket::<XPub>().verboser(true).bind(place.endpoint()).unwrap();
    let [first, second] = [0, 1].map(|_| context.socket::<XSub>().connect(place.endpoint()).unwrap());
    for subscriber in [&first, &second, &second] {
        subscriber.send(b"\x01A").unwrap();
        assert_eq!(next(&publisher), subscribed("A"));
    }
    // XSUB itself keeps all but the last unsubscription of its own.
    second.send(b"\x00A").unwrap();
    nothing_more(&publisher, &second);
    for subscriber in [&first, &second] {
        subscriber.send(b"\x00A").unwrap();
        assert_eq!(next(&publisher), unsubscribed("A"));
    }
    first.send(b"\x00A").unwrap();
    nothing_more(&publisher, &first);
}

/// Source: tests/test_xsub_verbose.cpp, test_xsub_verbose_unsubscribe
#[test]
#[cfg(feature = "draft")]
fn a_verbose_xsub_passes_every_unsubscription_on() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) =
        Place::inproc().join(context.socket::<XPub>().verboser(true), context.socket::<XSub>());
    subscriber.send(b"\x00A").unwrap();
    nothing_more(&publisher, &subscriber);
    subscriber.set_verbose_unsubscribe(true).unwrap();
    subscriber.send(b"\x00A").unwrap();
    assert_eq!(next(&publisher), unsubscribed("A"), "of a topic that nobody subscribed to");
    for _ in 0..2 {
        subscriber.send(b"\x01A").unwrap();
        assert_eq!(next(&publisher), subscribed("A"));
    }
    for _ in 0..2 {
        subscriber.send(b"\x00A").unwrap();
        assert_eq!(next(&publisher), unsubscribed("A"));
    }
}

/// Source: tests/test_xpub_manual.cpp, test_unsubscribe_manual; the same in tests/test_xpub_manual_last_value.cpp
#[test]
fn a_manual_xpub_takes_a_subscription_back_that_it_made() {
    let context = Context::new().unwrap();
    for (place, last_value) in Place::each()
        .into_iter()
        .flat_map(|place| [(place, false)])
        .chain([(Place::inproc(), true), (Place::tcp(), true)])
    {
        let builder = context.socket::<XPub>();
        let builder = if last_value { builder.manual_last_value(true) } else { builder.manual(true) };
        let (publisher, subscriber) = place.join(builder, context.socket::<XSub>());
        for topic in ["A", "B"] {
            subscriber.send(format!("\x01{topic}")).unwrap();
            assert_eq!(next(&publisher), subscribed(topic));
            publisher.subscribe_peer(format!("X{topic}")).unwrap();
        }
        subscriber.send(b"\x00A").unwrap();
        assert_eq!(next(&publisher), unsubscribed("A"));
        publisher.unsubscribe_peer("XA").unwrap();
        for message in ["A", "B", "XA", "XB"] {
            publisher.send(message).unwrap();
        }
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "XB");
        assert!(subscriber.try_recv().unwrap_err().is_would_block());
        // What the peer asked for is told when it leaves, not what it got.
        drop(subscriber);
        assert_eq!(next(&publisher), unsubscribed("B"));
    }
}

/// Source: tests/test_xpub_manual.cpp, test_unsubscribe_cleanup; the same in tests/test_xpub_manual_last_value.cpp
#[test]
fn a_manual_xpub_forgets_a_peer_that_has_left_with_all_that_it_had() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<XPub>().manual(true).bind("tcp://127.0.0.1:*").unwrap();
    let join = |asks: &str, gets: &str| {
        let subscriber = context.socket::<XSub>().connect(publisher.last_endpoint().unwrap()).unwrap();
        subscriber.send(format!("\x01{asks}")).unwrap();
        assert_eq!(next(&publisher), subscribed(asks));
        publisher.subscribe_peer(gets).unwrap();
        for message in ["XA", "XB"] {
            publisher.send(message).unwrap();
        }
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), gets);
        subscriber
    };
    drop(join("A", "XA"));
    assert_eq!(next(&publisher), unsubscribed("A"));
    let second = join("B", "XB");
    publisher.send("XB").unwrap();
    assert_eq!(second.recv_timeout(PATIENCE).unwrap(), "XB");
}

/// Source: tests/test_xpub_manual.cpp, test_xpub_proxy_unsubscribe_on_disconnect; the same in
/// tests/test_xpub_manual_last_value.cpp
#[test]
fn a_relay_by_hand_tells_the_publisher_when_its_last_subscriber_has_left() {
    let context = Context::new().unwrap();
    let frontend = context.socket::<XSub>().bind("tcp://127.0.0.1:*").unwrap();
    let backend = context.socket::<XPub>().manual(true).bind("tcp://127.0.0.1:*").unwrap();
    let publisher = context.socket::<XPub>().connect(frontend.last_endpoint().unwrap()).unwrap();
    let subscribers = [0, 1].map(|_| {
        let endpoint = backend.last_endpoint().unwrap();
        let subscriber = context.socket::<Sub>().subscribe("1").connect(endpoint).unwrap();
        assert_eq!(next(&backend), subscribed("1"));
        backend.subscribe_peer("1").unwrap();
        frontend.send(b"\x011").unwrap();
        subscriber
    });
    assert_eq!(next(&publisher), subscribed("1"));

    publisher.send(["1", "X"]).unwrap();
    backend.send(frontend.recv_timeout(PATIENCE).unwrap()).unwrap();
    for subscriber in &subscribers {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), ["1", "X"]);
    }

    drop(subscribers);
    for _ in 0..2 {
        assert_eq!(next(&backend), unsubscribed("1"));
        frontend.send(b"\x001").unwrap();
    }
    assert_eq!(next(&publisher), unsubscribed("1"));
    publisher.send(["1", "to nobody"]).unwrap();
    frontend.subscribe("end").unwrap();
    assert_eq!(next(&publisher), subscribed("end"));
    publisher.send("end").unwrap();
    assert_eq!(frontend.recv_timeout(PATIENCE).unwrap(), "end");
}

/// Source: tests/test_xpub_manual.cpp, test_missing_subscriptions; the same in tests/test_xpub_manual_last_value.cpp
#[test]
fn a_manual_xpub_gives_each_subscriber_what_that_one_asked_for() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let publisher = context.socket::<XPub>().manual(true).bind(place.endpoint()).unwrap();
        let endpoint = publisher.last_endpoint().unwrap();
        let topics = ["1", "2", "3"];
        let subscribers =
            topics.map(|topic| context.socket::<Sub>().subscribe(topic).connect(&endpoint).unwrap());
        // They come in any order, all at once.
        for _ in topics {
            let XPubEvent::Subscribed(topic) = next(&publisher) else { panic!("no subscription") };
            publisher.subscribe_peer(topic).unwrap();
        }
        for topic in topics {
            publisher.send([topic, "X"]).unwrap();
        }
        for (subscriber, topic) in subscribers.iter().zip(topics) {
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), [topic, "X"]);
        }
    }
}

/// Source: tests/test_xpub_manual_last_value.cpp, test_manual_last_value
#[test]
fn only_the_message_after_a_subscription_is_for_the_new_subscriber_alone() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let publisher = context.socket::<XPub>().manual_last_value(true).bind(place.endpoint()).unwrap();
    let join = || {
        let subscriber = context.socket::<Sub>().subscribe("A").connect(place.endpoint()).unwrap();
        assert_eq!(next(&publisher), subscribed("A"));
        publisher.subscribe_peer("A").unwrap();
        subscriber
    };
    let (first, second) = (join(), join());
    publisher.send(["A", "for the second"]).unwrap();
    publisher.send(["A", "for both"]).unwrap();
    assert_eq!(second.recv_timeout(PATIENCE).unwrap(), ["A", "for the second"]);
    for subscriber in [&first, &second] {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), ["A", "for both"]);
    }
}

/// Source: tests/test_xpub_manual.cpp, test_user_message
#[test]
fn xsub_sends_what_is_no_subscription_to_xpub_as_a_message() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (publisher, subscriber) = place.join(context.socket::<XPub>(), context.socket::<XSub>());
        for message in [Message::from(b"\x02A"), "".into(), ["several", "frames"].into()] {
            subscriber.send(message.clone()).unwrap();
            assert_eq!(next(&publisher), XPubEvent::Message(message));
        }
    }
}

/// Source: tests/test_xpub_manual.cpp, test_user_message_multi
#[test]
fn with_only_first_subscribe_the_later_frames_of_a_message_are_no_subscriptions() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(
        context.socket::<XPub>().only_first_subscribe(true),
        context.socket::<XSub>().only_first_subscribe(true),
    );
    for message in [[&b"ABC"[..], b"\x00BC"], [b"ABC", b"\x01BC"]] {
        subscriber.send(message).unwrap();
        assert_eq!(next(&publisher), XPubEvent::Message(message.into()));
    }
    assert_eq!(publisher.topics_count().unwrap(), 0);
}

/// Source: tests/test_xpub_manual.cpp, test_basic, and zmq_setsockopt(3)
#[test]
fn an_xpub_that_is_not_manual_cannot_subscribe_its_peers() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(context.socket::<XPub>(), context.socket::<XSub>());
    subscriber.send(b"\x01A").unwrap();
    assert_eq!(next(&publisher), subscribed("A"));
    assert_eq!(publisher.subscribe_peer("B").unwrap_err().kind(), ErrorKind::WrongState);
    assert_eq!(publisher.unsubscribe_peer("A").unwrap_err().kind(), ErrorKind::WrongState);
}

/// Source: tests/test_sub_forward.cpp, test
#[test]
fn a_relay_by_hand_passes_subscriptions_up_and_messages_down() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let backend = context.socket::<XPub>().bind("tcp://127.0.0.1:*").unwrap();
        let frontend = context.socket::<XSub>().bind(place.endpoint()).unwrap();
        let publisher = context.socket::<XPub>().connect(frontend.last_endpoint().unwrap()).unwrap();
        let subscriber =
            context.socket::<Sub>().subscribe("").connect(backend.last_endpoint().unwrap()).unwrap();
        frontend.send(backend.recv_timeout(PATIENCE).unwrap()).unwrap();
        assert_eq!(next(&publisher), subscribed(""));
        for message in [Message::from(""), ["", "X"].into()] {
            publisher.send(message.clone()).unwrap();
            backend.send(frontend.recv_timeout(PATIENCE).unwrap()).unwrap();
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), message);
        }
    }
}

/// Source: tests/test_pubsub_topics_count.cpp, test_independent_topic_prefixes and test_nested_topic_prefixes
#[test]
fn both_sides_count_topics_also_when_one_begins_with_another() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(context.socket::<Pub>(), context.socket::<Sub>());
    let count_is = |expected: usize| {
        assert_eq!(subscriber.topics_count().unwrap(), expected);
        until("the publisher knows", || {
            publisher.send("it takes notice when it sends").unwrap();
            (publisher.topics_count().unwrap() == expected).then_some(())
        });
    };
    let topics = ["a", "ab", "abc", "xyz", "xy", "x", "topic 1", "topic 2"];
    for (number, topic) in topics.iter().enumerate() {
        subscriber.subscribe(topic).unwrap();
        count_is(number + 1);
    }
    for (number, topic) in topics.iter().enumerate() {
        subscriber.unsubscribe(topic).unwrap();
        count_is(topics.len() - number - 1);
    }
}
