//! Futures that are dropped wherever they wait: no message is lost, doubled or overtaken by another.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ferromq::aio::{AsyncProxy, AsyncSocket, Incoming, Outgoing};
use ferromq::{Context, Dealer, Message, Pair, Pull, Push, Router, Socket};
use futures_lite::future::{or, yield_now};
use futures_lite::{FutureExt, StreamExt};
use futures_util::Sink;

use super::runtime::{Dice, Runtime, Task, on, on_each_runtime, polled};
use crate::link::Place;
use crate::patience::{PATIENCE, repetitions};

on_each_runtime! {
    receives_that_are_dropped_lose_nothing;
    receives_of_several_that_are_dropped_lose_nothing;
    streams_that_are_dropped_lose_nothing;
    tasks_that_are_ended_while_they_receive_lose_nothing;
    sends_that_are_dropped_have_sent_nothing;
    queues_keep_what_was_not_sent;
    sinks_keep_what_was_not_sent;
    proxies_that_are_dropped_go_on_where_they_were;
    both_directions_may_be_dropped_at_once;
}

/// How many futures are dropped over each transport, at least.
fn enough() -> usize {
    repetitions(2_000)
}

/// The endpoints that the tests use: each transport once.
fn places() -> Vec<Place> {
    let mut places = Place::each();
    places.truncate(3);
    places
}

fn number(message: &Message) -> usize {
    message.as_str().unwrap().trim_end().parse().unwrap()
}

/// Sends numbers from 0 on until it is told to stop, with pauses, and returns how many.
fn stream_numbers(push: Socket<Push>, stop: Arc<AtomicBool>) -> JoinHandle<usize> {
    thread::spawn(move || {
        let mut dice = Dice::new(1);
        for number in 0.. {
            if stop.load(SeqCst) {
                return number;
            }
            push.send_timeout(number.to_string(), PATIENCE).unwrap();
            if dice.roll(8) == 0 {
                (0..dice.roll(4)).for_each(|_| thread::yield_now());
            }
            if dice.roll(512) == 0 {
                thread::sleep(Duration::from_micros(dice.roll(2000)));
            }
        }
        unreachable!()
    })
}

/// Lets the future have a try, of every sort by turns: it is polled once or several times and dropped, or races against a timer or
/// against another that is ready soon. What it gives, unless it was dropped.
async fn try_for_a_while<R: Runtime, T: Send>(
    dice: &mut Dice,
    future: impl Future<Output = T> + Send,
) -> Option<T> {
    let mut future = future.boxed();
    match dice.roll(64) {
        0 => R::within(Duration::from_micros(dice.roll(2000)), future).await,
        1 => {
            or(async { Some(future.await) }, async {
                for _ in 0..dice.roll(20) {
                    yield_now().await;
                }
                None
            })
            .await
        }
        // It is dropped before it has done anything.
        2 => None,
        3..16 => polled(2 + dice.roll(3) as usize, &mut future).await,
        _ => polled(1, &mut future).await,
    }
}

/// Over each transport: `receive` tries to receive from numbers that a peer sends, until it was in vain often enough.
/// It puts them at the end, in the very step in which it has them.
async fn receiving<R: Runtime, F>(mut receive: impl FnMut(Arc<AsyncSocket<Pull, R::Reactor>>, Dice) -> F)
where
    F: Future<Output = Vec<usize>> + Send,
{
    for place in places() {
        let context = Context::new().unwrap();
        let (pull, push) =
            place.join(context.socket::<Pull>().receive_hwm(100), context.socket::<Push>().send_hwm(100));
        let pull = Arc::new(on::<R, _, _>(pull));
        let stop = Arc::new(AtomicBool::new(false));
        let mut streaming = Some(stream_numbers(push, Arc::clone(&stop)));
        let mut dice = Dice::new(2);
        let (mut next, mut dropped, mut sent) = (0, 0, None);
        while sent != Some(next) {
            let received = receive(Arc::clone(&pull), Dice::new(dice.roll(u64::from(u32::MAX)))).await;
            dropped += usize::from(received.is_empty());
            for number in received {
                assert_eq!(number, next, "{}", place.endpoint());
                next += 1;
            }
            if dropped >= enough() && next >= enough() {
                stop.store(true, SeqCst);
                if streaming.as_ref().is_some_and(JoinHandle::is_finished) {
                    sent = streaming.take().map(|thread| thread.join().unwrap());
                }
            }
            if next % 64 == 0 {
                yield_now().await;
            }
        }
        assert!(pull.try_recv().unwrap_err().is_would_block());
        println!("{}: {next} received, {dropped} dropped", place.endpoint());
    }
}

async fn receives_that_are_dropped_lose_nothing<R: Runtime>() {
    receiving::<R, _>(|pull, mut dice| async move {
        let timeout = (dice.roll(2) == 0).then_some(PATIENCE);
        let receive = async {
            match timeout {
                None => pull.recv().await,
                Some(timeout) => pull.recv_timeout(timeout).await,
            }
        };
        let received = try_for_a_while::<R, _>(&mut dice, receive).await;
        received.map(|message| number(&message.unwrap())).into_iter().collect()
    })
    .await;
}

async fn receives_of_several_that_are_dropped_lose_nothing<R: Runtime>() {
    receiving::<R, _>(|pull, mut dice| async move {
        let mut messages = Vec::new();
        let max = 1 + dice.roll(20) as usize;
        let count = try_for_a_while::<R, _>(&mut dice, pull.recv_many(&mut messages, max)).await;
        assert_eq!(messages.len(), count.map_or(0, Result::unwrap));
        messages.iter().map(number).collect()
    })
    .await;
}

async fn streams_that_are_dropped_lose_nothing<R: Runtime>() {
    receiving::<R, _>(|pull, mut dice| async move {
        let mut stream = Incoming::new(pull);
        let received = try_for_a_while::<R, _>(&mut dice, stream.next()).await;
        received.map(|message| number(&message.unwrap().unwrap())).into_iter().collect()
    })
    .await;
}

async fn tasks_that_are_ended_while_they_receive_lose_nothing<R: Runtime>() {
    receiving::<R, _>(|pull, mut dice| async move {
        let received = Arc::new(Mutex::new(Vec::new()));
        let task: Task<()> = {
            let received = Arc::clone(&received);
            R::spawn(async move {
                loop {
                    let message = pull.recv().await.unwrap();
                    received.lock().unwrap().push(number(&message));
                }
            })
        };
        for _ in 0..dice.roll(4) {
            yield_now().await;
        }
        task.cancel().await;
        let received = received.lock().unwrap();
        received.clone()
    })
    .await;
}

/// Over each transport: `send` tries to send the numbers from the given one on to a slow peer, until it was in vain often enough; and
/// returns the next number.
async fn sending<R: Runtime, F>(mut send: impl FnMut(Arc<AsyncSocket<Push, R::Reactor>>, usize, Dice) -> F)
where
    F: Future<Output = usize> + Send,
{
    for place in places() {
        let context = Context::new().unwrap();
        // So little that the kernel has room for, too.
        let (pull, push) = place.join(
            context.socket::<Pull>().receive_hwm(1).receive_buffer(4096),
            context.socket::<Push>().send_hwm(1).send_buffer(4096),
        );
        let push = Arc::new(on::<R, _, _>(push));
        let reading = thread::spawn(move || {
            let mut dice = Dice::new(3);
            for expected in 0.. {
                let message = pull.recv_timeout(PATIENCE).unwrap();
                if message == "end" {
                    assert!(pull.try_recv().unwrap_err().is_would_block());
                    return expected;
                }
                assert_eq!(number(&message), expected);
                if dice.roll(8) == 0 {
                    thread::sleep(Duration::from_micros(dice.roll(200)));
                }
            }
            unreachable!()
        });
        let mut dice = Dice::new(4);
        let (mut next, mut dropped) = (0, 0);
        while dropped < enough() || next < enough() / 4 {
            let first = next;
            next = send(Arc::clone(&push), first, Dice::new(dice.roll(u64::from(u32::MAX)))).await;
            dropped += usize::from(next == first);
        }
        push.send("end").await.unwrap();
        println!("{}: {next} sent, {dropped} dropped", place.endpoint());
        assert_eq!(reading.join().unwrap(), next);
    }
}

/// A message with this number, too long for many of them to be on their way.
fn numbered(number: usize) -> Message {
    format!("{number:<2000}").into()
}

async fn sends_that_are_dropped_have_sent_nothing<R: Runtime>() {
    sending::<R, _>(|push, next, mut dice| async move {
        let timeout = (dice.roll(2) == 0).then_some(PATIENCE);
        let send = async {
            match timeout {
                None => push.send(numbered(next)).await,
                Some(timeout) => push.send_timeout(numbered(next), timeout).await,
            }
        };
        match try_for_a_while::<R, _>(&mut dice, send).await {
            Some(sent) => {
                sent.unwrap();
                next + 1
            }
            None => next,
        }
    })
    .await;
}

async fn queues_keep_what_was_not_sent<R: Runtime>() {
    sending::<R, _>(|push, next, mut dice| async move {
        let end = next + 1 + dice.roll(5) as usize;
        let mut queue: VecDeque<_> = (next..end).map(numbered).collect();
        if let Some(sent) = try_for_a_while::<R, _>(&mut dice, push.send_all(&mut queue)).await {
            sent.unwrap();
            assert!(queue.is_empty());
        }
        end - queue.len()
    })
    .await;
}

async fn sinks_keep_what_was_not_sent<R: Runtime>() {
    sending::<R, _>(|push, next, mut dice| async move {
        let mut sink = Outgoing::new(push);
        let mut fed = false;
        let feed_and_flush = async {
            poll_fn(|context| Pin::new(&mut sink).poll_ready(context)).await.unwrap();
            Pin::new(&mut sink).start_send(numbered(next)).unwrap();
            fed = true;
            poll_fn(|context| Pin::new(&mut sink).poll_flush(context)).await.unwrap();
        };
        let flushed = try_for_a_while::<R, _>(&mut dice, feed_and_flush).await.is_some();
        match sink.into_parts().1 {
            Some(unsent) => {
                assert!(fed && !flushed && number(&unsent) == next);
                next
            }
            None => next + usize::from(fed),
        }
    })
    .await;
}

async fn proxies_that_are_dropped_go_on_where_they_were<R: Runtime>() {
    let context = Context::new().unwrap();
    let (front, dealer) =
        Place::tcp().join(context.socket::<Router>(), context.socket::<Dealer>().send_hwm(10));
    let (back, worker) =
        Place::tcp().join(context.socket::<Dealer>().send_hwm(1), context.socket::<Router>());
    let (front, back) = (on::<R, _, _>(front), on::<R, _, _>(back));
    let messages = enough();
    let echo = thread::spawn(move || {
        for _ in 0..messages {
            // Both envelopes: of the proxy's DEALER, and of its ROUTER.
            let (peer, message) = worker.recv_from_timeout(PATIENCE).unwrap();
            worker.send_to(&peer, message).unwrap();
        }
        worker
    });
    let asks = thread::spawn(move || {
        let (mut sent, mut received) = (0, 0);
        while received < messages {
            if sent < messages && sent - received < 50 {
                dealer.send_timeout(sent.to_string(), PATIENCE).unwrap();
                sent += 1;
            } else {
                let message = dealer.recv_timeout(PATIENCE).unwrap();
                assert_eq!(number(&message), received);
                received += 1;
            }
        }
    });
    let mut proxy = AsyncProxy::new(&front, &back).unwrap();
    let mut dice = Dice::new(5);
    let mut dropped = 0;
    while !asks.is_finished() {
        let ended = try_for_a_while::<R, _>(&mut dice, proxy.run()).await;
        assert!(ended.is_none(), "{ended:?}");
        dropped += 1;
        yield_now().await;
    }
    asks.join().unwrap();
    drop(echo.join().unwrap());
    println!("the proxy was dropped {dropped} times");
    let statistics = proxy.statistics();
    assert_eq!(statistics.frontend.received.messages, messages as u64);
    assert_eq!(statistics.backend.sent.messages, messages as u64);
    assert_eq!(statistics.undeliverable, 0);
}

async fn both_directions_may_be_dropped_at_once<R: Runtime>() {
    let messages = enough();
    let dropped = Arc::new(AtomicUsize::new(0));
    for place in places() {
        let context = Context::new().unwrap();
        let (a, b) = place.join(
            context.socket::<Pair>().send_hwm(3).receive_hwm(3),
            context.socket::<Pair>().send_hwm(3).receive_hwm(3),
        );
        let mut tasks = Vec::new();
        for (seed, socket) in [(6, a), (7, b)] {
            let (sender, receiver) = on::<R, _, _>(socket).split();
            let [dropped_sends, dropped_receives] = [(); 2].map(|()| Arc::clone(&dropped));
            tasks.push(R::spawn(async move {
                let mut dice = Dice::new(seed);
                let mut next = 0;
                while next < messages {
                    match try_for_a_while::<R, _>(&mut dice, sender.send(next.to_string())).await {
                        Some(sent) => {
                            sent.unwrap();
                            next += 1;
                        }
                        None => {
                            dropped_sends.fetch_add(1, SeqCst);
                            yield_now().await;
                        }
                    }
                }
                // Closed when both have ended.
                drop(sender);
            }));
            tasks.push(R::spawn(async move {
                let mut dice = Dice::new(seed + 2);
                let mut next = 0;
                while next < messages {
                    match try_for_a_while::<R, _>(&mut dice, receiver.recv()).await {
                        Some(message) => {
                            assert_eq!(number(&message.unwrap()), next);
                            next += 1;
                        }
                        None => {
                            dropped_receives.fetch_add(1, SeqCst);
                            yield_now().await;
                        }
                    }
                }
            }));
        }
        for task in tasks {
            task.await;
        }
    }
    println!("{} dropped in both directions", dropped.load(SeqCst));
}
