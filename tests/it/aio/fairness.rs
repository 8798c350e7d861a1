//! A task that is never made to wait by its socket does not keep the others of its thread from running.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use ferromq::aio::{AsyncProxy, AsyncSocket};
use ferromq::{Context, Hwm, Message, Pair, Pull, Push, Socket};
use futures_lite::StreamExt;
use futures_lite::future::yield_now;
use futures_util::SinkExt;

use super::runtime::{OneThread, Runtime, SmolInOneThread, Task, on, polled};
use crate::link::Place;
use crate::patience::{PATIENCE, repetitions, under_valgrind};

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
async fn lets_others_run<R: Runtime>(what: &str, flood: impl Future<Output = ()>) {
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

    flood.await;
    over.store(true, SeqCst);
    let [turns_taken, ticks, talks] = [turns_taken, ticks, talks].map(|count| count.load(SeqCst));
    println!("{what}: {turns_taken} turns, {ticks} ticks, {talks} talks");
    assert!(turns_taken >= turns(), "{what} leaves others {turns_taken} turns");
    assert!(ticks > 0, "{what} leaves the clock no turn");
    // Valgrind has a flood end before libzmq's threads have had their turn.
    assert!(talks > 1 || under_valgrind(), "{what} leaves other sockets {talks} turns");
    takes_turns.await;
    clock.cancel().await;
    echo.cancel().await;
    talk.cancel().await;
}

async fn flooded_sockets_let_others_run<R: Runtime>() {
    let context = Context::new().unwrap();

    let pull = flooded::<R>(&context);
    let receives = async {
        for number in 0..flood() {
            assert_eq!(pull.recv().await.unwrap(), number.to_string());
        }
    };
    lets_others_run::<R>("recv", receives).await;

    let pull = flooded::<R>(&context);
    let receives = async {
        for number in 0..flood() {
            assert_eq!(pull.recv_timeout(PATIENCE).await.unwrap(), number.to_string());
        }
    };
    lets_others_run::<R>("recv_timeout", receives).await;

    let pull = flooded::<R>(&context);
    let receives = async {
        let mut messages = Vec::new();
        while messages.len() < flood() {
            pull.recv_many(&mut messages, 50).await.unwrap();
        }
    };
    lets_others_run::<R>("recv_many", receives).await;

    let pull = flooded::<R>(&context);
    let receives = async {
        assert_eq!(pull.stream().take(flood()).count().await, flood());
    };
    lets_others_run::<R>("stream", receives).await;

    let (push, _pull) = unlimited::<R>(&context);
    let sends = async {
        for number in 0..flood() {
            push.send(number.to_string()).await.unwrap();
        }
    };
    lets_others_run::<R>("send", sends).await;

    let (push, _pull) = unlimited::<R>(&context);
    let mut messages: VecDeque<_> = (0..flood()).map(|number| Message::from(number.to_string())).collect();
    let sends = async { push.send_all(&mut messages).await.unwrap() };
    lets_others_run::<R>("send_all", sends).await;

    let (push, _pull) = unlimited::<R>(&context);
    let sends = async {
        let mut sink = push.sink();
        for number in 0..flood() {
            sink.feed(number.to_string().into()).await.unwrap();
        }
        sink.flush().await.unwrap();
    };
    lets_others_run::<R>("sink", sends).await;

    let (pull, (push, _pull)) = (flooded::<R>(&context), unlimited::<R>(&context));
    let mut proxy = AsyncProxy::new(&pull, &push).unwrap();
    let passes_on = async {
        while proxy.statistics().backend.sent.messages < flood() as u64 {
            // It runs for ever; what it has done is looked at whenever it lets others run.
            assert!(polled(1, &mut pin!(proxy.run())).await.is_none());
            yield_now().await;
        }
    };
    lets_others_run::<R>("the proxy", passes_on).await;
}

#[test]
fn flooded_sockets_let_others_run_on_tokio_with_one_thread() {
    OneThread::test(flooded_sockets_let_others_run::<OneThread>());
}

#[test]
fn flooded_sockets_let_others_run_on_smol_in_one_thread() {
    SmolInOneThread::test(flooded_sockets_let_others_run::<SmolInOneThread>());
}
