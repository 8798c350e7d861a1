//! How many messages the high-water marks let through.

use ferromq::{Builder, Context, Hwm, Pub, Pull, Push, Socket, Sub};

use crate::link::Place;
use crate::patience::{PATIENCE, until};

/// Sends until there is no room, or enough was sent.
fn fill(push: &Socket<Push>, at_most: usize) -> usize {
    (0..at_most).take_while(|number| push.try_send(number.to_string()).is_ok()).count()
}

/// A pair over `inproc`, joined in either order.
fn joined(bind_first: bool, push: Builder<Push>, pull: Builder<Pull>) -> (Socket<Push>, Socket<Pull>) {
    let place = Place::inproc();
    if bind_first {
        let pull = pull.bind(place.endpoint()).unwrap();
        (push.connect(place.endpoint()).unwrap(), pull)
    } else {
        let push = push.connect(place.endpoint()).unwrap();
        (push, pull.bind(place.endpoint()).unwrap())
    }
}

/// Source: tests/test_hwm.cpp, test_defaults and test_finite_both_bind_first to test_infinite_receive_inproc_connect_first
#[test]
fn over_inproc_the_marks_of_both_sides_add_up_and_no_limit_on_either_is_no_limit() {
    const MANY: usize = 10_000;
    let context = Context::new().unwrap();
    let messages = Hwm::messages;
    for (send, receive, expected) in [
        (messages(1000), messages(1000), 2000),
        (messages(2), messages(3), 5),
        (messages(1), messages(1), 2),
        (Hwm::UNLIMITED, Hwm::UNLIMITED, MANY),
        (messages(1), Hwm::UNLIMITED, MANY),
        (Hwm::UNLIMITED, messages(1), MANY),
    ] {
        for bind_first in [true, false] {
            let (push, pull) = joined(
                bind_first,
                context.socket::<Push>().send_hwm(send),
                context.socket::<Pull>().receive_hwm(receive),
            );
            assert_eq!(fill(&push, MANY), expected, "{send} and {receive}, bind first: {bind_first}");
            for number in 0..expected {
                assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), number.to_string());
            }
            assert!(pull.try_recv().unwrap_err().is_would_block());
            push.send("there is room again").unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "there is room again");
        }
    }
}

/// Source: tests/test_sockopt_hwm.cpp, test_change_before_connected
#[test]
fn a_mark_that_is_changed_before_the_peer_comes_counts() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let push = context.socket::<Push>().send_hwm(2).open().unwrap();
    push.set_send_hwm(5).unwrap();
    push.bind(place.endpoint()).unwrap();
    assert_eq!(push.send_hwm().unwrap(), 5.into());
    let _pull = context.socket::<Pull>().receive_hwm(1).connect(place.endpoint()).unwrap();
    assert_eq!(fill(&push, 100), 6);
}

/// Source: tests/test_sockopt_hwm.cpp, test_decrease_when_full
#[test]
fn lowering_the_mark_of_a_full_queue_loses_nothing_and_holds_afterwards() {
    let context = Context::new().unwrap();
    let (push, pull) =
        joined(true, context.socket::<Push>().send_hwm(100), context.socket::<Pull>().receive_hwm(1));
    let sent = fill(&push, 1000);
    assert_eq!(sent, 101);
    push.set_send_hwm(70).unwrap();
    assert_eq!(fill(&push, 1000), 0);
    for number in 0..sent {
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), number.to_string());
    }
    until("room", || push.try_send("there is room").ok());
    let sent = 1 + fill(&push, 1000);
    assert!((8..=71).contains(&sent), "{sent} messages found room");
}

/// Source: tests/test_hwm_pubsub.cpp, test_defaults_large and test_defaults_small
#[test]
fn a_subscriber_receives_all_of_what_its_marks_have_room_for() {
    let context = Context::new().unwrap();
    for (send, receive, number) in [(1000, 1000, 1000), (1, 1, 2), (100, 100, 200)] {
        let (publisher, subscriber) = Place::inproc().join(
            context.socket::<Pub>().send_hwm(send),
            context.socket::<Sub>().receive_hwm(receive).subscribe(""),
        );
        // The publisher takes notice of the subscription when it sends.
        for message in 0..number {
            publisher.send(message.to_string()).unwrap();
        }
        for message in 0..number {
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), message.to_string());
        }
        assert!(subscriber.try_recv().unwrap_err().is_would_block());
    }
}

/// Source: tests/test_hwm_pubsub.cpp, test_reset_hwm
#[test]
fn a_subscriber_that_has_caught_up_is_sent_everything_again() {
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(
        context.socket::<Pub>().send_hwm(11_024),
        context.socket::<Sub>().receive_hwm(11_024).subscribe(""),
    );
    for number in [9999, 1100, 9999] {
        for message in 0..number {
            publisher.send(message.to_string()).unwrap();
        }
        for message in 0..number {
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), message.to_string());
        }
        assert!(subscriber.try_recv().unwrap_err().is_would_block());
    }
}
