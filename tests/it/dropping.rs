//! Sockets, contexts and messages that are dropped, in every order.

use std::any::Any;
use std::thread;
use std::time::Duration;

use ferromq::{Context, Dealer, Linger, Pair, Pub, Pull, Push, Rep, Req, Router, Socket, Sub};

use crate::link::{NOBODY, Place};
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, lingering, repetitions, taking};
use crate::shapes::counting;

/// Anything, to be dropped.
type Thing = Box<dyn Any + Send>;

/// Drops the things in every order there is, made anew each time; and each in a thread of its own.
fn drop_in_every_order(what: &str, make: impl Fn() -> Vec<Thing>) {
    for order in orders(make().len()) {
        let mut things: Vec<_> = make().into_iter().map(Some).collect();
        does_not_hang(what, move || {
            for index in order {
                drop(things[index].take());
            }
        });
    }
    for _ in 0..repetitions(20) {
        let threads: Vec<_> = make().into_iter().map(|thing| thread::spawn(move || drop(thing))).collect();
        does_not_hang(what, move || threads.into_iter().for_each(|thread| thread.join().unwrap()));
    }
}

/// The permutations of 0 to `length` - 1.
fn orders(length: usize) -> Vec<Vec<usize>> {
    if length == 0 {
        return vec![vec![]];
    }
    let shorter = orders(length - 1);
    let insert = |order: &Vec<usize>, place: usize| {
        let mut order = order.clone();
        order.insert(place, length - 1);
        order
    };
    shorter.iter().flat_map(|order| (0..length).map(move |place| insert(order, place))).collect()
}

#[test]
fn sockets_and_context_may_be_dropped_in_any_order() {
    for place in Place::each() {
        drop_in_every_order(place.endpoint(), || {
            let context = Context::new().unwrap();
            let (pull, push) =
                place.join(context.socket::<Pull>(), context.socket::<Push>().linger(Linger::NONE));
            push.send("unread").unwrap();
            push.send(["unread", "as well"]).unwrap();
            push.send(counting(100_000)).unwrap();
            vec![Box::new(context), Box::new(pull), Box::new(push)]
        });
    }
}

#[test]
fn sockets_in_the_middle_of_a_conversation_may_be_dropped_in_any_order() {
    for place in [Place::inproc(), Place::tcp()] {
        drop_in_every_order(place.endpoint(), || {
            let context = Context::new().unwrap();
            let rep = context.socket::<Rep>().linger(Linger::NONE).bind(place.endpoint()).unwrap();
            let endpoint = rep.last_endpoint().unwrap();
            let req = context.socket::<Req>().linger(Linger::NONE).connect(&endpoint).unwrap();
            let relaxed = context.socket::<Req>().relaxed().linger(Linger::NONE).connect(&endpoint).unwrap();
            let awaiting = req.send("Hello").unwrap();
            let (_, replying) = rep.recv_timeout(PATIENCE).unwrap();
            let relaxed = relaxed.send(["never", "read"]).unwrap();
            vec![Box::new(context), Box::new(replying), Box::new(awaiting), Box::new(relaxed)]
        });
    }
}

#[test]
fn messages_outlive_the_sockets_and_the_context_that_they_came_from() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        push.send([counting(10), counting(5000), counting(100_000)]).unwrap();
        let message = pull.recv_timeout(PATIENCE).unwrap();
        drop((pull, push, context));
        assert_eq!(message, [counting(10), counting(5000), counting(100_000)]);
    }
}

#[test]
fn everything_sent_arrives_although_the_sender_is_dropped_at_once() {
    for place in Place::each() {
        let (sending, receiving) = match place.endpoint().starts_with("inproc") {
            true => (Context::new().unwrap(), None),
            false => (Context::new().unwrap(), Some(Context::new().unwrap())),
        };
        let pull = receiving.as_ref().unwrap_or(&sending).socket::<Pull>().bind(place.endpoint()).unwrap();
        let push = sending
            .socket::<Push>()
            .linger(Linger::FOREVER)
            .send_hwm(ferromq::Hwm::UNLIMITED)
            .connect(pull.last_endpoint().unwrap())
            .unwrap();
        for number in 0..1000 {
            push.send([format!("{number}"), String::new(), "x".repeat(number)]).unwrap();
        }
        drop(push);
        let ending = thread::spawn(move || drop(sending));
        for number in 0..1000 {
            let message = pull.recv_timeout(PATIENCE).unwrap();
            assert_eq!(message, [format!("{number}"), String::new(), "x".repeat(number)]);
        }
        assert!(pull.try_recv().unwrap_err().is_would_block());
        drop(pull);
        does_not_hang("the sender's context", move || ending.join().unwrap());
    }
}

#[test]
fn what_was_queued_before_the_peer_came_arrives_after_the_drop() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = pull.last_endpoint().unwrap();
    drop((pull, context));
    let sending = Context::new().unwrap();
    let push =
        sending.socket::<Push>().reconnect_interval(Duration::from_millis(10)).connect(&endpoint).unwrap();
    for number in 0..100_u8 {
        push.send([number]).unwrap();
    }
    drop(push);
    let ending = thread::spawn(move || drop(sending));
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind(&endpoint).unwrap();
    for number in 0..100_u8 {
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap()[0], [number]);
    }
    does_not_hang("the sender's context", move || ending.join().unwrap());
}

#[test]
fn unsent_messages_hold_the_context_for_the_linger_period_and_no_longer() {
    for period in [Duration::ZERO, Duration::from_millis(200)] {
        let context = Context::new().unwrap();

        let push = context.socket::<Push>().linger(period).connect(NOBODY).unwrap();
        push.send("never sent").unwrap();
        push.send(["never", "sent"]).unwrap();
        let dealer = context.socket::<Dealer>().linger(period).connect(NOBODY).unwrap();
        dealer.send(counting(100_000)).unwrap();
        let req = context.socket::<Req>().linger(period).connect(NOBODY).unwrap();
        let req = req.send("never sent").unwrap();
        taking(Duration::ZERO, || drop((push, dealer, req)));
        taking(lingering(period), || drop(context));
    }
}

#[test]
fn a_linger_period_set_on_a_live_socket_holds() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().linger(Linger::FOREVER).connect(NOBODY).unwrap();
    push.send("never sent").unwrap();
    push.set_linger(Linger::NONE).unwrap();
    drop(push);
    does_not_hang("the context", move || drop(context));
}

#[test]
fn inproc_connections_that_nobody_bound_hold_nobody_up() {
    for linger in [Linger::NONE, Linger::FOREVER] {
        let context = Context::new().unwrap();
        for _ in 0..repetitions(100) {
            let place = Place::inproc();
            let push = context.socket::<Push>().linger(linger).connect(place.endpoint()).unwrap();
            push.send("to nobody").unwrap();
            push.send(["to", "nobody"]).unwrap();
            let sub = context.socket::<Sub>().subscribe("x").connect(place.endpoint()).unwrap();
            sub.disconnect(place.endpoint()).unwrap();
        }
        does_not_hang("the context", move || drop(context));
    }
}

#[test]
fn every_pattern_may_be_dropped_with_peers_connecting() {
    does_not_hang("the contexts", || {
        for _ in 0..repetitions(40) {
            let context = Context::new().unwrap();
            for place in [Place::inproc, Place::tcp] {
                drop(place().join(context.socket::<Req>(), context.socket::<Rep>()));
                drop(place().join(context.socket::<Pub>(), context.socket::<Sub>().subscribe("")));
                drop(place().join(context.socket::<Push>(), context.socket::<Pull>()));
                drop(place().join(context.socket::<Pair>(), context.socket::<Pair>()));
                drop(place().join(context.socket::<Dealer>(), context.socket::<Router>()));
            }
        }
    });
}

/// A receiver that is full, and not all of the messages of a sender that has gone: the rest is with the system.
fn left_behind(place: &Place, linger: Linger) -> (Context, Socket<Pull>) {
    let (sending, receiving) = (Context::new().unwrap(), Context::new().unwrap());
    let receiver = receiving.socket::<Pull>().receive_hwm(1).linger(linger);
    let (pull, push) = place.join(receiver, sending.socket::<Push>());
    for number in 0..LEFT {
        push.send(vec![number; 1000]).unwrap();
    }
    drop(push);
    does_not_hang("the sender's context", move || drop(sending));
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), vec![0; 1000]);
    // Nothing tells when the receiver notices.
    thread::sleep(A_WHILE);
    (receiving, pull)
}

/// So many messages are more than a connection reads at a time, and few enough for the system's buffers.
const LEFT: u8 = 16;

/// The places where a sender and a receiver of two contexts meet.
fn between_contexts() -> impl Iterator<Item = Place> {
    Place::every().into_iter().filter(|place| !place.endpoint().starts_with("inproc://"))
}

#[test]
fn a_full_receiver_gets_what_came_before_the_sender_went() {
    for place in between_contexts() {
        let (_context, pull) = left_behind(&place, Linger::NONE);
        for number in 1..LEFT {
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), vec![number; 1000], "{}", place.endpoint());
        }
    }
}

#[test]
fn a_full_receiver_whose_sender_has_gone_lingers_for_nothing() {
    for place in between_contexts() {
        let (context, pull) = left_behind(&place, Linger::FOREVER);
        drop(pull);
        does_not_hang("the receiver's context", move || drop(context));
    }
}

/// What a connection has taken from its socket and could not write yet.
#[cfg(feature = "draft")]
mod taken {
    use std::io::Read;
    use std::net::TcpStream;

    use ferromq::{Endpoint, Hwm, Stream, StreamEvent};

    use super::*;

    const MESSAGES: usize = 300;
    const SIZE: usize = 20_000;
    /// More than all messages: the connection takes them in one go, and the system's buffers do not.
    const BATCH: u32 = 8 << 20;
    const BUFFER: u32 = 8192;

    /// A sender that has been dropped, and that an endpoint is for where nobody is yet: when somebody comes, the
    /// connection takes everything that was sent, and the end of it.
    fn waiting(place: &Place, sending: &Context, linger: Duration) -> Endpoint {
        let endpoint = {
            // Its context waits until the name is free again.
            let naming = Context::new().unwrap();
            naming.socket::<Pull>().bind(place.endpoint()).unwrap().last_endpoint().unwrap()
        };
        let push = sending
            .socket::<Push>()
            .reconnect_interval(Duration::from_millis(10))
            .linger(linger)
            .send_hwm(Hwm::UNLIMITED)
            .send_batch_size(BATCH)
            .send_buffer(BUFFER)
            .connect(&endpoint)
            .unwrap();
        for number in 0..MESSAGES {
            push.send(vec![number as u8; SIZE]).unwrap();
        }
        endpoint
    }

    fn receiver(endpoint: &Endpoint) -> Socket<Pull> {
        let receiving = Context::new().unwrap();
        receiving
            .socket::<Pull>()
            .receive_hwm(1)
            .receive_buffer(BUFFER)
            .linger(Linger::NONE)
            .bind(endpoint)
            .unwrap()
    }

    fn places() -> impl Iterator<Item = Place> {
        // The name that `ipc://*` stands for goes with the socket that was given it.
        between_contexts().filter(|place| place.endpoint() != "ipc://*")
    }

    #[test]
    fn it_is_written_after_the_drop() {
        for place in places() {
            let sending = Context::new().unwrap();
            let endpoint = waiting(&place, &sending, PATIENCE);
            let ending = thread::spawn(move || drop(sending));
            let pull = receiver(&endpoint);
            for number in 0..MESSAGES {
                if number == 1 {
                    // A slow receiver.
                    thread::sleep(A_WHILE);
                }
                let message = pull.recv_timeout(PATIENCE).unwrap();
                assert_eq!(message, vec![number as u8; SIZE], "{}", place.endpoint());
            }
            does_not_hang("the sender's context", move || ending.join().unwrap());
        }
    }

    #[test]
    fn it_holds_the_context_for_the_linger_period_and_no_longer() {
        let period = Duration::from_millis(300);
        for place in places() {
            let sending = Context::new().unwrap();
            let _pull = taking(lingering(period), || {
                let pull = receiver(&waiting(&place, &sending, period));
                drop(sending);
                pull
            });
        }
    }

    #[test]
    fn it_holds_nobody_up_when_the_receiver_goes() {
        for place in places() {
            let sending = Context::new().unwrap();
            let endpoint = waiting(&place, &sending, PATIENCE * 2);
            let ending = thread::spawn(move || drop(sending));
            let pull = receiver(&endpoint);
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), vec![0; SIZE]);
            thread::sleep(A_WHILE);
            assert!(!ending.is_finished(), "{}", place.endpoint());
            drop(pull);
            does_not_hang("the sender's context", move || ending.join().unwrap());
        }
    }

    #[test]
    fn a_stream_writes_it_before_the_connection_ends() {
        for disconnects in [true, false] {
            let context = Context::new().unwrap();
            let server = context
                .socket::<Stream>()
                .send_hwm(Hwm::UNLIMITED)
                .send_batch_size(BATCH)
                .send_buffer(BUFFER)
                .bind("tcp://127.0.0.1:*")
                .unwrap();
            let port = server.last_endpoint().unwrap().port().unwrap();
            let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let StreamEvent::Connected(peer) = server.recv_event_timeout(PATIENCE).unwrap() else { panic!() };
            for _ in 0..MESSAGES {
                server.send_to(&peer, vec![1; SIZE]).unwrap();
            }
            let server = disconnects.then_some(server);
            if let Some(server) = &server {
                server.disconnect_peer(&peer).unwrap();
            }
            // The socket has its part in the end of the connection.
            let ending = thread::spawn(move || {
                while server.as_ref().is_some_and(|server| server.recv_event_timeout(10 * A_WHILE).is_ok()) {}
                drop((server, context));
            });
            thread::sleep(A_WHILE);
            client.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut received = vec![0; 100_000];
            let mut length = 0;
            while let number @ 1.. = client.read(&mut received).unwrap() {
                length += number;
            }
            assert_eq!(length, MESSAGES * SIZE, "disconnects: {disconnects}");
            does_not_hang("the context", move || ending.join().unwrap());
        }
    }
}
