//! Many messages at a time.

use std::collections::VecDeque;

use ferromq::{
    Context, Dealer, ErrorKind, Hwm, Message, Pub, Pull, Push, Router, RoutingId, Stream, StreamEvent, Sub,
};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, kind_of, taking, until};

fn numbered(numbers: std::ops::Range<usize>) -> VecDeque<Message> {
    numbers.map(|number| Message::from(number.to_string())).collect()
}

/// Messages as they are compared.
fn texts(messages: impl IntoIterator<Item = Message>) -> Vec<String> {
    messages.into_iter().map(|message| message.to_string()).collect()
}

#[test]
fn many_arrive_in_order_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        let mut queue = numbered(0..5000);
        let sending = std::thread::spawn(move || {
            push.send_all(&mut queue).unwrap();
            assert!(queue.is_empty());
            push
        });
        let mut received = Vec::new();
        while received.len() < 5000 {
            let before = received.len();
            let count = pull.recv_many_timeout(&mut received, 300, PATIENCE).unwrap();
            assert!(
                (1..=300).contains(&count) && received.len() == before + count,
                "{count} more than {before}"
            );
        }
        assert_eq!(texts(received), texts(numbered(0..5000)), "{}", place.endpoint());
        sending.join().unwrap();
    }
}

#[test]
fn what_finds_no_room_stays_in_the_queue() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let push = context
        .socket::<Push>()
        .send_hwm(Hwm::messages(10))
        .send_timeout(A_WHILE)
        .bind(place.endpoint())
        .unwrap();
    let mut queue = numbered(0..100);
    assert_eq!(kind_of(push.try_send_many(&mut queue)), ErrorKind::WouldBlock);
    assert_eq!(kind_of(taking(A_WHILE, || push.send_many(&mut queue))), ErrorKind::TimedOut);
    assert_eq!(kind_of(taking(A_WHILE, || push.send_many_timeout(&mut queue, A_WHILE))), ErrorKind::TimedOut);
    assert_eq!(queue.len(), 100);

    let pull = context.socket::<Pull>().receive_hwm(Hwm::messages(10)).connect(place.endpoint()).unwrap();
    let sent = push.send_many(&mut queue).unwrap();
    assert_eq!(sent, 20, "what both queues hold");
    assert_eq!(queue.front().unwrap(), "20");
    let mut received = Vec::new();
    assert_eq!(pull.recv_many(&mut received, usize::MAX).unwrap(), 20);
    until("the end of the queue", || {
        let _ = push.try_send_many(&mut queue);
        let _ = pull.try_recv_many(&mut received, 100);
        (received.len() == 100).then_some(())
    });
    assert!(queue.is_empty());
    assert_eq!(texts(received), texts(numbered(0..100)));
}

#[test]
fn a_message_that_cannot_be_sent_stops_the_batch_and_is_first_in_the_queue() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    let mut queue: VecDeque<Message> = ["a".into(), "b".into(), Message::new(), "c".into()].into();
    assert_eq!(push.send_many(&mut queue).unwrap(), 2);
    assert_eq!(kind_of(push.send_many(&mut queue)), ErrorKind::InvalidMessage);
    assert_eq!(kind_of(push.send_all(&mut queue)), ErrorKind::InvalidMessage);
    assert!(queue.pop_front().unwrap().is_empty());
    push.send_all(&mut queue).unwrap();
    let mut received = Vec::new();
    pull.recv_many_timeout(&mut received, 10, PATIENCE).unwrap();
    assert_eq!(texts(received), ["a", "b", "c"]);
}

#[test]
fn nothing_is_asked_of_nothing() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    assert_eq!(push.send_many(&mut VecDeque::new()).unwrap(), 0);
    assert_eq!(pull.recv_many(&mut Vec::new(), 0).unwrap(), 0);
    assert_eq!(kind_of(pull.try_recv_many(&mut Vec::new(), 1)), ErrorKind::WouldBlock);
    let late = taking(A_WHILE, || pull.recv_many_timeout(&mut Vec::new(), 1, A_WHILE));
    assert_eq!(kind_of(late), ErrorKind::TimedOut);
}

#[test]
fn peers_are_named_and_events_told() {
    let context = Context::new().unwrap();
    let name = RoutingId::new("worker").unwrap();
    let (router, dealer) =
        Place::tcp().join(context.socket::<Router>(), context.socket::<Dealer>().routing_id(name.clone()));
    dealer.send_all(&mut numbered(0..3)).unwrap();
    let mut received = Vec::new();
    while received.len() < 3 {
        router.recv_many_timeout(&mut received, 3, PATIENCE).unwrap();
    }
    assert!(received.iter().all(|(peer, _)| *peer == name));
    router.send_all(&mut received.into()).unwrap();
    assert_eq!(texts((0..3).map(|_| dealer.recv_timeout(PATIENCE).unwrap())), ["0", "1", "2"]);

    let (server, client) = Place::tcp().join(context.socket::<Stream>(), context.socket::<Stream>());
    let mut events = Vec::new();
    server.recv_many_timeout(&mut events, 10, PATIENCE).unwrap();
    assert!(matches!(events[..], [StreamEvent::Connected(_)]), "{events:?}");
    drop(client);
}

#[test]
fn a_publisher_never_waits() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let publisher = context.socket::<Pub>().bind(place.endpoint()).unwrap();
    assert_eq!(publisher.try_send_many(&mut numbered(0..10)).unwrap(), 10);
    let subscriber = context.socket::<Sub>().subscribe("").connect(place.endpoint()).unwrap();
    until("the subscription", || {
        publisher.send("Is anybody there?").unwrap();
        subscriber.try_recv().ok()
    });
    while subscriber.try_recv().is_ok() {}
    let mut received = Vec::new();
    publisher.send_all(&mut numbered(10..20)).unwrap();
    while received.len() < 10 {
        subscriber.recv_many_timeout(&mut received, 100, PATIENCE).unwrap();
    }
    assert_eq!(texts(received), texts(numbered(10..20)));
}

#[test]
fn a_shutdown_ends_the_wait_and_leaves_the_queue() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().bind(Place::inproc().endpoint()).unwrap();
    let shutdown = context.shutdown_handle();
    let waiting = std::thread::spawn(move || {
        let mut queue = numbered(0..3);
        (kind_of(push.send_many(&mut queue)), queue.len())
    });
    does_not_hang("the shutdown", move || {
        shutdown.shutdown();
        assert_eq!(waiting.join().unwrap(), (ErrorKind::Terminated, 3));
    });
}
