//! Sockets that move between threads, and many threads with a socket each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::{Context, Dealer, Message, Pull, Push, Rep, Req, Router};

use crate::link::Place;
use crate::patience::{PATIENCE, repetitions, under_valgrind};

#[test]
fn a_socket_works_in_whichever_thread_it_is() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (mut pull, mut push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        for number in 0..repetitions(100) {
            let sending = thread::spawn(move || {
                push.send([format!("{number}"), String::new()]).unwrap();
                push
            });
            let receiving = thread::spawn(move || {
                let message = pull.recv_timeout(PATIENCE).unwrap();
                assert_eq!(message, [format!("{number}"), String::new()]);
                pull
            });
            push = sending.join().unwrap();
            pull = receiving.join().unwrap();
        }
    }
}

#[test]
fn a_socket_in_the_middle_of_a_conversation_moves_with_its_state() {
    let context = Context::new().unwrap();
    let (mut rep, mut req) = Place::tcp().join(context.socket::<Rep>(), context.socket::<Req>());
    let (to_other, from_main) = channel();
    let (to_main, from_other) = channel();
    let other = thread::spawn(move || {
        for (awaiting, replying) in from_main {
            let replying: ferromq::Socket<Rep, ferromq::state::Replying> = replying;
            let awaiting: ferromq::Socket<Req, ferromq::state::Awaiting> = awaiting;
            let rep = replying.send("World").unwrap();
            let (reply, req) = awaiting.recv_timeout(PATIENCE).unwrap();
            assert_eq!(reply, "World");
            to_main.send((req, rep)).unwrap();
        }
    });
    for _ in 0..repetitions(200) {
        let awaiting = req.send("Hello").unwrap();
        let (_, replying) = rep.recv_timeout(PATIENCE).unwrap();
        to_other.send((awaiting, replying)).unwrap();
        (req, rep) = from_other.recv_timeout(PATIENCE).unwrap();
    }
    drop(to_other);
    other.join().unwrap();
}

#[test]
fn eight_dealers_in_eight_threads_each_get_their_own_echo() {
    let period = Duration::from_millis(if under_valgrind() { 500 } else { 1000 });
    for place in [Place::inproc(), Place::tcp()] {
        let context = Context::new().unwrap();
        let router = context.socket::<Router>().mandatory(true).bind(place.endpoint()).unwrap();
        let endpoint = router.last_endpoint().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let dealers: Vec<_> = (0..8)
            .map(|thread| {
                let (context, endpoint, stop) = (context.clone(), endpoint.clone(), Arc::clone(&stop));
                thread::spawn(move || {
                    let dealer = context.socket::<Dealer>().connect(&endpoint).unwrap();
                    let mut count = 0_usize;
                    while !stop.load(Ordering::Relaxed) {
                        // A few under way at once, of several sizes.
                        let messages: Vec<Message> = (count..count + 5)
                            .map(|number| {
                                [format!("{thread}: {number}"), "x".repeat(number % 100 * 100)].into()
                            })
                            .collect();
                        for message in &messages {
                            dealer.send(message.clone()).unwrap();
                        }
                        for message in messages {
                            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), message);
                        }
                        count += 5;
                    }
                    count
                })
            })
            .collect();
        let end = Instant::now() + period;
        while !dealers.iter().all(|dealer| dealer.is_finished()) {
            if Instant::now() > end {
                stop.store(true, Ordering::Relaxed);
            }
            if let Ok((peer, message)) = router.recv_from_timeout(Duration::from_millis(10)) {
                router.send_to(&peer, message).unwrap();
            }
        }
        for dealer in dealers {
            assert!(dealer.join().unwrap() > 0);
        }
    }
}

#[test]
fn one_context_serves_many_threads_that_open_and_close_sockets() {
    let context = Context::new().unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let context = context.clone();
            thread::spawn(move || {
                for _ in 0..repetitions(40) {
                    let place = Place::inproc();
                    let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
                    push.send(["one", "two"]).unwrap();
                    drop(push);
                    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), ["one", "two"]);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
