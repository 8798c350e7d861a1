//! Nobody who waits is forgotten: traffic in both directions at once, over each transport, with room for few messages or
//! many, to one task or several.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use ferromq::aio::{Accepts, Delivers, ReceiveHalf, SendHalf};
use ferromq::pattern::{Receives, Sends};
use ferromq::{Context, Dealer, Message, Pair, Pull, Push, Router, Socket, XPub, XSub};
use futures_lite::StreamExt;
use futures_lite::future::yield_now;
use tokio::sync::{Semaphore, mpsc};

use super::parties::Parties;
use super::runtime::{OneThread, Runtime, SeveralThreads, on, on_each_runtime};
use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, repetitions};

on_each_runtime! {
    traffic_in_both_directions_gets_through;
    subscribers_and_publishers_talk_in_both_directions;
    many_tasks_may_wait_for_one_socket;
    one_that_waits_in_vain_takes_no_news_from_another;
    a_pub_that_drops_nothing_misses_no_room;
}

on_each_runtime! { watched
    #[ignore = "takes minutes: run by cargo xtask test"]
    a_million_messages_get_through_in_both_directions;
}

async fn traffic_in_both_directions_gets_through<R: Runtime>() {
    in_both_directions::<R>(repetitions(500)).await;
}

async fn a_million_messages_get_through_in_both_directions<R: Runtime>() {
    in_both_directions::<R>(1_000_000_usize.div_ceil(27)).await;
}

/// So many messages in each direction, for each transport, each high-water mark and each of three pairs of patterns.
async fn in_both_directions<R: Runtime>(count: usize) {
    let began = Instant::now();
    let mut total = 0;
    for hwm in [1, 10, 1000] {
        for place in Place::each().iter().take(3) {
            // A name within a context becomes free only a while after its socket was dropped.
            let contexts = [(); 3].map(|()| Context::new().unwrap());
            let what = |pattern| format!("{pattern} at {}, with room for {hwm},", place.endpoint());

            let dealer = |context: &Context| context.socket::<Dealer>().send_hwm(hwm).receive_hwm(hwm);
            let pair = |context: &Context| context.socket::<Pair>().send_hwm(hwm).receive_hwm(hwm);
            let router =
                |context: &Context| context.socket::<Router>().mandatory(true).send_hwm(hwm).receive_hwm(hwm);

            let (a, b) = place.join(dealer(&contexts[0]), dealer(&contexts[0]));
            let mut parties = Parties::default();
            let share = |socket: Socket<Dealer>| Arc::new(on::<R, _, _>(socket));
            for (name, socket) in [("a DEALER", share(a)), ("the other DEALER", share(b))] {
                let sender = Arc::clone(&socket);
                parties.add::<R, _>(what(name), |party| async move {
                    for number in 0..count {
                        sender.send(number.to_string()).await.unwrap();
                        party.gets_on();
                    }
                });
                parties.add::<R, _>(what(name), |party| async move {
                    for number in 0..count {
                        assert_eq!(socket.recv().await.unwrap(), number.to_string());
                        party.gets_on();
                    }
                });
            }
            parties.end::<R>().await;

            let (a, b) = place.join(pair(&contexts[1]), pair(&contexts[1]));
            let mut parties = Parties::default();
            for (name, socket) in [("a PAIR", a), ("the other PAIR", b)] {
                let (sender, receiver) = on::<R, _, _>(socket).split();
                sends_and_receives::<R, _>(&mut parties, &what(name), sender, receiver, count);
            }
            parties.end::<R>().await;

            let (a, b) = place.join(router(&contexts[2]), dealer(&contexts[2]));
            let mut parties = Parties::default();
            let (sender, receiver) = on::<R, _, _>(b).split();
            sender.send("hello").await.unwrap();
            let (dealer, _) = a.recv_from_timeout(PATIENCE).unwrap();
            sends_and_receives::<R, _>(&mut parties, &what("the DEALER"), sender, receiver, count);
            let (sender, receiver) = on::<R, _, _>(a).split();
            parties.add::<R, _>(what("the ROUTER"), |party| async move {
                for number in 0..count {
                    sender.send_to(&dealer, number.to_string()).await.unwrap();
                    party.gets_on();
                }
            });
            parties.add::<R, _>(what("the ROUTER"), |party| async move {
                for number in 0..count {
                    assert_eq!(receiver.recv_from().await.unwrap().1, number.to_string());
                    party.gets_on();
                }
            });
            parties.end::<R>().await;
            total += 3 * count;
        }
    }
    let rate = 2.0 * total as f64 / began.elapsed().as_secs_f64();
    println!("{total} messages in each direction, {rate:.0} messages/s");
}

/// Two tasks: one sends one by one, one receives several at once.
fn sends_and_receives<R: Runtime, P: Sends + Receives + Accepts + Delivers<Delivery = Message>>(
    parties: &mut Parties,
    name: &str,
    sender: SendHalf<P, R::Reactor>,
    receiver: ReceiveHalf<P, R::Reactor>,
    count: usize,
) {
    parties.add::<R, _>(format!("{name} that sends"), |party| async move {
        for number in 0..count {
            sender.send(number.to_string()).await.unwrap();
            party.gets_on();
        }
    });
    parties.add::<R, _>(format!("{name} that receives"), |party| async move {
        let mut messages = Vec::new();
        let mut number = 0;
        while number < count {
            receiver.recv_many(&mut messages, 10).await.unwrap();
            for message in messages.drain(..) {
                assert_eq!(message, number.to_string());
                number += 1;
                party.gets_on();
            }
        }
    });
}

/// XPUB drops what a subscriber has no room for, and XSUB likewise, so that only so many messages are on their way: each is
/// sent back by the XPUB.
async fn subscribers_and_publishers_talk_in_both_directions<R: Runtime>() {
    const WINDOW: usize = 50;
    let count = repetitions(5_000);
    for place in Place::each().iter().take(3) {
        let context = Context::new().unwrap();
        let (publisher, subscriber) =
            place.join(context.socket::<XPub>(), context.socket::<XSub>().subscribe(""));
        assert_eq!(publisher.recv_timeout(PATIENCE).unwrap(), "\x01");
        let (publish, hear) = on::<R, _, _>(publisher).split();
        let (say, listen) = on::<R, _, _>(subscriber).split();
        let (heard, mut to_publish) = mpsc::unbounded_channel();
        let window = Arc::new(Semaphore::new(WINDOW));
        let room = Arc::clone(&window);
        let mut parties = Parties::default();
        parties.add::<R, _>("the XSUB that sends", |party| async move {
            for number in 0..count {
                room.acquire().await.unwrap().forget();
                say.send(number.to_string()).await.unwrap();
                party.gets_on();
            }
        });
        parties.add::<R, _>("the XPUB that receives", |party| async move {
            for _ in 0..count {
                heard.send(hear.recv().await.unwrap()).unwrap();
                party.gets_on();
            }
        });
        parties.add::<R, _>("the XPUB that sends", |party| async move {
            while let Some(message) = to_publish.recv().await {
                publish.send(message).await.unwrap();
                party.gets_on();
            }
        });
        parties.add::<R, _>("the XSUB that receives", |party| async move {
            let mut stream = listen.into_stream();
            for number in 0..count {
                assert_eq!(stream.next().await.unwrap().unwrap(), number.to_string());
                window.add_permits(1);
                party.gets_on();
            }
        });
        parties.end::<R>().await;
    }
}

async fn many_tasks_may_wait_for_one_socket<R: Runtime>() {
    const TASKS: usize = 10;
    let each = repetitions(300);
    for place in Place::each().iter().take(3) {
        let context = Context::new().unwrap();
        let (a, b) = place.join(
            context.socket::<Pair>().send_hwm(2).receive_hwm(2),
            context.socket::<Pair>().send_hwm(2).receive_hwm(2),
        );
        let (a, b) = (Arc::new(on::<R, _, _>(a)), Arc::new(on::<R, _, _>(b)));
        let received = Arc::new(Mutex::new(HashSet::new()));
        let mut parties = Parties::default();
        for task in 0..TASKS {
            for (end, socket) in [("a", &a), ("b", &b)] {
                let (sender, receiver) = (Arc::clone(socket), Arc::clone(socket));
                parties.add::<R, _>(format!("sender {task} of {end}"), |party| async move {
                    for number in 0..each {
                        sender.send(format!("{end} {task} {number}")).await.unwrap();
                        party.gets_on();
                    }
                });
                let received = Arc::clone(&received);
                parties.add::<R, _>(format!("receiver {task} of {end}"), |party| async move {
                    for _ in 0..each {
                        let message = receiver.recv().await.unwrap().to_string();
                        assert!(received.lock().unwrap().insert(message));
                        party.gets_on();
                    }
                });
            }
        }
        parties.end::<R>().await;
        assert_eq!(received.lock().unwrap().len(), 2 * TASKS * each);
    }
}

/// One task waits for what never comes, and looks again and again, at whatever happens for the other's sake.
async fn one_that_waits_in_vain_takes_no_news_from_another<R: Runtime>() {
    let count = repetitions(20_000);
    for (place, receives) in Place::each().iter().take(3).flat_map(|place| [(place, true), (place, false)]) {
        let context = Context::new().unwrap();
        let pair = || context.socket::<Pair>().send_hwm(1).receive_hwm(1);
        let (a, b) = place.join(pair(), pair());
        let socket = Arc::new(on::<R, _, _>(a));
        if receives {
            // The other end sends nothing.
            let in_vain = Arc::clone(&socket);
            let waiting = R::spawn(async move { in_vain.recv().await });
            let reads = thread::spawn(move || {
                for number in 0..count {
                    assert_eq!(b.recv_timeout(PATIENCE).unwrap(), number.to_string());
                }
            });
            for number in 0..count {
                socket.send(number.to_string()).await.unwrap();
            }
            reads.join().unwrap();
            assert!(waiting.cancel().await.is_none());
        } else {
            // The other end reads nothing.
            while socket.send_timeout("x".repeat(100_000), A_WHILE).await.is_ok() {}
            let in_vain = Arc::clone(&socket);
            let waiting = R::spawn(async move {
                // The kernel may have room for some more.
                while in_vain.send("x".repeat(100_000)).await.is_ok() {}
            });
            let writes = thread::spawn(move || {
                for number in 0..count {
                    b.send_timeout(number.to_string(), PATIENCE).unwrap();
                }
                b
            });
            for number in 0..count {
                assert_eq!(socket.recv().await.unwrap(), number.to_string());
            }
            let _open = writes.join().unwrap();
            assert!(waiting.cancel().await.is_none());
        }
    }
}

/// Such a socket claims to have room when it has none; and it also waits for subscriptions.
async fn a_pub_that_drops_nothing_misses_no_room<R: Runtime>() {
    let count = repetitions(20_000);
    let context = Context::new().unwrap();
    let (publisher, subscriber) = Place::inproc().join(
        context.socket::<XPub>().no_drop(true).send_hwm(1),
        context.socket::<XSub>().subscribe("").receive_hwm(1),
    );
    assert_eq!(publisher.recv_timeout(PATIENCE).unwrap(), "\x01");
    let publisher = Arc::new(on::<R, _, _>(publisher));
    let in_vain = Arc::clone(&publisher);
    let waiting = R::spawn(async move { in_vain.recv_event().await });
    let reads = thread::spawn(move || {
        for number in 0..count {
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), number.to_string());
        }
        subscriber
    });
    for number in 0..count {
        publisher.send(number.to_string()).await.unwrap();
    }
    assert!(waiting.cancel().await.is_none());
    drop(reads.join().unwrap());
}

/// tokio lets a task do only so much in a row, and calls everything pending then, whether something has happened or not.
async fn is_woken_after_it_has_used_its_turn_up<R: Runtime>() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    let (pull, push) = (on::<R, _, _>(pull), Arc::new(on::<R, _, _>(push)));
    for operations in 100..=140 {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        (0..operations).for_each(|number| sender.send(number).unwrap());
        yield_now().await;
        for _ in 0..operations {
            receiver.recv().await.unwrap();
        }
        let push = Arc::clone(&push);
        let sending = R::spawn(async move { push.send("at last").await });
        // With a timer, tokio would wake the task for that one's sake.
        assert_eq!(pull.recv().await.unwrap(), "at last");
        sending.await.unwrap();
    }
}

#[test]
fn a_task_is_woken_after_it_has_used_its_turn_up() {
    OneThread::test(is_woken_after_it_has_used_its_turn_up::<OneThread>());
    SeveralThreads::test(is_woken_after_it_has_used_its_turn_up::<SeveralThreads>());
}

#[test]
fn the_future_of_main_is_woken_after_it_has_used_its_turn_up() {
    let future = is_woken_after_it_has_used_its_turn_up::<SeveralThreads>();
    does_not_hang("the future", || {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future);
    });
}
