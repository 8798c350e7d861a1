//! PUSH and PULL.

use std::collections::HashSet;

use ferromq::{Context, ErrorKind, Hwm, Message, Pull, Push};

use crate::link::Place;
use crate::patience::{PATIENCE, kind_of, until};
use crate::shapes::shapes;

#[test]
fn pull_receives_every_shape_of_message_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        for message in shapes() {
            push.send(message.clone()).unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn push_may_be_the_one_that_binds() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (push, pull) = place.join(context.socket::<Push>(), context.socket::<Pull>());
        for message in shapes() {
            push.send(message.clone()).unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn push_gives_each_worker_its_turn() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let push = context.socket::<Push>().bind(place.endpoint()).unwrap();
    let workers = [0, 1, 2].map(|_| context.socket::<Pull>().connect(place.endpoint()).unwrap());
    for task in 0..9_u8 {
        push.send([task]).unwrap();
    }
    let mut tasks = HashSet::new();
    for worker in &workers {
        for _ in 0..3 {
            tasks.insert(worker.recv_timeout(PATIENCE).unwrap()[0].to_vec());
        }
        assert!(worker.try_recv().unwrap_err().is_would_block(), "a worker got more than its share");
    }
    assert_eq!(tasks.len(), 9);
}

#[test]
fn pull_receives_from_all_of_its_senders() {
    let context = Context::new().unwrap();
    let place = Place::tcp();
    let pull = context.socket::<Pull>().bind(place.endpoint()).unwrap();
    let endpoint = pull.last_endpoint().unwrap();
    let senders = ["a", "b", "c"].map(|name| (name, context.socket::<Push>().connect(&endpoint).unwrap()));
    for (name, sender) in &senders {
        sender.send(*name).unwrap();
    }
    let names: HashSet<_> =
        senders.iter().map(|_| pull.recv_timeout(PATIENCE).unwrap().to_string()).collect();
    assert_eq!(names, HashSet::from(["a", "b", "c"].map(String::from)));
}

#[test]
fn push_gives_a_message_back_when_every_queue_is_full() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (push, pull) = place.join(
            context.socket::<Push>().send_hwm(5).send_buffer(4096),
            context.socket::<Pull>().receive_hwm(5).receive_buffer(4096),
        );
        // Long messages, so that the buffers of the kernel do not take many more.
        let long = Message::from([vec![7_u8; 200_000], vec![8_u8; 200_000]]);
        push.send_timeout(long.clone(), PATIENCE).unwrap();
        let mut sent = 1;
        let refused = until("a full queue", || match push.try_send(long.clone()) {
            Ok(()) => {
                sent += 1;
                None
            }
            Err(failed) => Some(failed),
        });
        assert!(refused.is_would_block());
        assert_eq!(refused.into_kept(), long);

        let late = push.send_timeout(long.clone(), crate::patience::A_WHILE);
        // The I/O thread may have written some of it in the meantime.
        match late {
            Ok(()) => sent += 1,
            Err(failed) => {
                assert!(failed.is_timeout());
                assert_eq!(failed.into_kept(), long);
            }
        }
        for _ in 0..sent {
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), long);
        }
        assert!(
            pull.try_recv().unwrap_err().is_would_block(),
            "a message that was given back was sent as well"
        );
        push.send_timeout("room again", PATIENCE).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "room again");
    }
}

#[test]
fn a_larger_high_water_mark_on_a_live_socket_makes_room() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let (push, pull) =
        place.join(context.socket::<Push>().send_hwm(1), context.socket::<Pull>().receive_hwm(1));
    while push.try_send("filling").is_ok() {}
    push.set_send_hwm(100).unwrap();
    // A full queue reopens when something is taken from it.
    pull.recv_timeout(PATIENCE).unwrap();
    for _ in 0..50 {
        push.send_timeout("more", PATIENCE).unwrap();
    }
    assert_eq!(push.send_hwm().unwrap(), Hwm::messages(100));
}

#[test]
fn conflate_keeps_the_newest_message() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let (pull, push) =
        place.join(context.socket::<Pull>().conflate(true), context.socket::<Push>().conflate(true));
    for number in 0..100 {
        push.send(format!("{number}")).unwrap();
    }
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "99");
    assert!(pull.try_recv().unwrap_err().is_would_block());
}

#[test]
fn conflate_refuses_a_message_of_several_frames() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().conflate(true).bind(Place::inproc().endpoint()).unwrap();
    let message = Message::from(["two", "frames"]);
    let failed = push.try_send(message.clone()).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
    assert_eq!(failed.into_kept(), message);
}

#[test]
fn push_refuses_a_message_of_no_frames() {
    let context = Context::new().unwrap();
    let (push, pull) = Place::inproc().join(context.socket::<Push>(), context.socket::<Pull>());
    for outcome in [
        push.send(Message::new()),
        push.send_timeout(Message::new(), PATIENCE),
        push.try_send(Message::new()),
        push.send(Vec::<&str>::new()),
    ] {
        let failed = outcome.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
        assert!(failed.into_kept().is_empty());
    }
    assert_eq!(kind_of(pull.try_recv()), ErrorKind::WouldBlock);
    push.send("still in order").unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "still in order");
}

#[test]
fn a_raised_send_hwm_makes_room_at_once() {
    let context = Context::new().unwrap();
    let (pull, push) =
        Place::inproc().join(context.socket::<Pull>().receive_hwm(1), context.socket::<Push>().send_hwm(1));
    let sent = (0..).take_while(|_| push.try_send("x").is_ok()).count();
    push.set_send_hwm(100).unwrap();
    push.try_send("there is room").unwrap();
    push.set_send_hwm(Hwm::UNLIMITED).unwrap();
    for _ in 0..1000 {
        push.try_send("for ever").unwrap();
    }
    for _ in 0..sent + 1001 {
        pull.try_recv().unwrap();
    }
}
