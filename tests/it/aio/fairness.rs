//! A task that is never made to wait by its socket does not keep the others of its thread from running.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use ferromq::aio::{AsyncProxy, AsyncSocket};
use ferromq::{Context, Hwm, Message, Pair, Pull, Push, Socket};
use futures_lite::StreamExt;
use futures_lite::future::yield_now;
use futures_util::SinkExt;

use super::runtime::{OneThread, Runtime, SmolInOneThread, Task, on, polled};
use crate::link::Place;
use crate::patience::{PATIENCE, repetitions};

/// So many messages that handling them takes a while.
fn flood() -> usize {
    repetitions(100_000)
}

/// How often others have their turn meanwhile, at least: after 512 operations, and some more for what is done between them.
fn turns() -> usize {
    flood() / 512 / 2
}

/// A PULL with all these messages in its queue.
fn flooded<R: Runtime>(context: &Context) -> AsyncSocket<Pull, R::Reactor> {
    let (pull, push) = Place::inproc().join(
        context.socket::<Pull>().receive_hwm(Hwm::UNLIMITED),
        context.socket::<Push>().send_hwm(Hwm::UNLIMITED),
    );
    (0..flood()).for_each(|number| push.try_send(number.to_string()).unwrap());
    on::<R, _, _>(pull)
}

/// A PUSH that always has room, as long as the PULL lives.
fn unlimited<R: Runtime>(context: &Context) -> (AsyncSocket<Push, R::Reactor>, Socket<Pull>) {
    let (pull, push) = Place::inproc().join(
        context.socket::<Pull>().receive_hwm(Hwm::UNLIMITED),
        context.socket::<Push>().send_hwm(Hwm::UNLIMITED),
    );
    (on::<R, _, _>(push), pull)
}

/// Meanwhile, another task has its turns, a timer ends, and two other sockets talk.
async fn lets_others_run<R: Runtime, F: Future<Output = ()>>(what: &str, flood: impl Fn() -> F) {
    let over = Arc::new(AtomicBool::new(false));
    let [turns_taken, ticks, talks] = [(); 3].map(|()| Arc::<AtomicUsize>::default());

    let (until, count) = (Arc::clone(&over), Arc::clone(&turns_taken));
    let takes_turns = R::spawn(async move {
        while !until.load(SeqCst) {
            count.fetch_add(1, SeqCst);
            yield_now().await;
        }
    });
    let count = Arc::clone(&ticks);
    let clock: Task<()> = R::spawn(async move {
        loop {
            R::sleep(Duration::from_millis(1)).await;
            count.fetch_add(1, SeqCst);
        }
    });
    let context = Context::new().unwrap();
    let (a, b) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    let (a, b) = (on::<R, _, _>(a), on::<R, _, _>(b));
    let echo: Task<()> = R::spawn(async move {
        loop {
            b.send(b.recv().await.unwrap()).await.unwrap();
        }
    });
    let count = Arc::clone(&talks);
    let talk: Task<()> = R::spawn(async move {
        loop {
            a.send("ping").await.unwrap();
            a.recv().await.unwrap();
            count.fetch_add(1, SeqCst);
        }
    });
    // They have begun.
    yield_now().await;

    // Clocks and sockets are woken by other threads. On a busy machine, they may get no processor during one flood.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let before = turns_taken.load(SeqCst);
        flood().await;
        let turns_taken = turns_taken.load(SeqCst) - before;
        let [ticks, talks] = [&ticks, &talks].map(|count| count.load(SeqCst));
        println!("{what}: {turns_taken} turns, {ticks} ticks, {talks} talks");
        assert!(turns_taken >= turns(), "{what} leaves others {turns_taken} turns");
        if ticks > 0 && talks > 1 {
            break;
        }
        assert!(Instant::now() < deadline, "{what} leaves the clock {ticks} turns, other sockets {talks}");
    }
    over.store(true, SeqCst);
    takes_turns.await;
    clock.cancel().await;
    echo.cancel().await;
    talk.cancel().await;
}

async fn flooded_sockets_let_others_run<R: Runtime>() {
    let context = &Context::new().unwrap();

    let receives = || {
        let pull = flooded::<R>(context);
        async move {
            for number in 0..flood() {
                assert_eq!(pull.recv().await.unwrap(), number.to_string());
            }
        }
    };
    lets_others_run::<R, _>("recv", receives).await;

    let receives = || {
        let pull = flooded::<R>(context);
        async move {
            for number in 0..flood() {
                assert_eq!(pull.recv_timeout(PATIENCE).await.unwrap(), number.to_string());
            }
        }
    };
    lets_others_run::<R, _>("recv_timeout", receives).await;

    let receives = || {
        let pull = flooded::<R>(context);
        async move {
            let mut messages = Vec::new();
            while messages.len() < flood() {
                pull.recv_many(&mut messages, 50).await.unwrap();
            }
        }
    };
    lets_others_run::<R, _>("recv_many", receives).await;

    let receives = || {
        let pull = flooded::<R>(context);
        async move { assert_eq!(pull.stream().take(flood()).count().await, flood()) }
    };
    lets_others_run::<R, _>("stream", receives).await;

    let sends = || {
        let (push, pull) = unlimited::<R>(context);
        async move {
            for number in 0..flood() {
                push.send(number.to_string()).await.unwrap();
            }
            drop(pull);
        }
    };
    lets_others_run::<R, _>("send", sends).await;

    let sends = || {
        let (push, pull) = unlimited::<R>(context);
        let mut messages: VecDeque<_> =
            (0..flood()).map(|number| Message::from(number.to_string())).collect();
        async move {
            push.send_all(&mut messages).await.unwrap();
            drop(pull);
        }
    };
    lets_others_run::<R, _>("send_all", sends).await;

    let sends = || {
        let (push, pull) = unlimited::<R>(context);
        async move {
            let mut sink = push.sink();
            for number in 0..flood() {
                sink.feed(number.to_string().into()).await.unwrap();
            }
            sink.flush().await.unwrap();
            drop(pull);
        }
    };
    lets_others_run::<R, _>("sink", sends).await;

    let passes_on = || {
        let (from, (to, pull)) = (flooded::<R>(context), unlimited::<R>(context));
        async move {
            let mut proxy = AsyncProxy::new(&from, &to).unwrap();
            while proxy.statistics().backend.sent.messages < flood() as u64 {
                // It runs for ever; what it has done is looked at whenever it lets others run.
                assert!(polled(1, &mut pin!(proxy.run())).await.is_none());
                yield_now().await;
            }
            drop(pull);
        }
    };
    lets_others_run::<R, _>("the proxy", passes_on).await;
}

#[test]
fn flooded_sockets_let_others_run_on_tokio_with_one_thread() {
    OneThread::test(flooded_sockets_let_others_run::<OneThread>());
}

#[test]
fn flooded_sockets_let_others_run_on_smol_in_one_thread() {
    SmolInOneThread::test(flooded_sockets_let_others_run::<SmolInOneThread>());
}
