//! PAIR.

use ferromq::{Context, Message, Pair};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, until};
use crate::shapes::shapes;

#[test]
fn each_end_receives_every_shape_of_message_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (left, right) = place.join(context.socket::<Pair>(), context.socket::<Pair>());
        for message in shapes() {
            left.send(message.clone()).unwrap();
            right.send(message.clone()).unwrap();
            assert_eq!(left.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
            assert_eq!(right.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn messages_may_go_in_any_order() {
    let context = Context::new().unwrap();
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    left.send("1").unwrap();
    left.send("2").unwrap();
    right.send("a").unwrap();
    assert_eq!(right.recv().unwrap(), "1");
    left.send("3").unwrap();
    assert_eq!(left.recv().unwrap(), "a");
    assert_eq!(right.recv().unwrap(), "2");
    assert_eq!(right.recv().unwrap(), "3");
}

#[test]
fn a_second_peer_is_turned_away() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let (bound, first) = place.join(context.socket::<Pair>(), context.socket::<Pair>());
    bound.send("to the first").unwrap();
    let second = context.socket::<Pair>().connect(place.endpoint()).unwrap();
    assert_eq!(first.recv().unwrap(), "to the first");
    bound.send("to the first again").unwrap();
    assert_eq!(first.recv().unwrap(), "to the first again");
    assert!(second.try_recv().unwrap_err().is_would_block());
}

#[test]
fn a_new_peer_may_follow_one_that_has_left() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let bound = context.socket::<Pair>().bind(place.endpoint()).unwrap();
    for number in 0..10 {
        // The bound end lets the old peer go when it finds the end of its messages.
        let next = until("a place for the new peer", || {
            let next = context.socket::<Pair>().connect(place.endpoint()).unwrap();
            next.send(format!("{number}")).unwrap();
            bound.recv_timeout(A_WHILE).is_ok().then_some(next)
        });
        bound.send(["answer", ""]).unwrap();
        assert_eq!(next.recv_timeout(PATIENCE).unwrap(), ["answer", ""]);
    }
}

#[test]
fn pair_gives_a_message_back_when_its_peer_is_full_or_missing() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let bound = context.socket::<Pair>().send_hwm(3).bind(place.endpoint()).unwrap();
    for message in [Message::from("one frame"), Message::from(["two", "frames"])] {
        let failed = bound.try_send(message.clone()).unwrap_err();
        assert!(failed.is_would_block());
        assert_eq!(failed.into_kept(), message);
    }
    let peer = context.socket::<Pair>().receive_hwm(3).connect(place.endpoint()).unwrap();
    for number in 0..6_u8 {
        bound.send_timeout([[number], [number]], PATIENCE).unwrap();
    }
    let failed = bound.send_timeout([[6_u8], [6]], A_WHILE).unwrap_err();
    assert!(failed.is_timeout());
    assert_eq!(failed.into_kept(), [[6_u8], [6]]);
    for number in 0..6_u8 {
        assert_eq!(peer.recv_timeout(PATIENCE).unwrap(), [[number], [number]]);
    }
    assert!(peer.try_recv().unwrap_err().is_would_block());
}
