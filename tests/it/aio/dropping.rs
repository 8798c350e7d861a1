//! Sockets that are dropped, moved and shared.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::aio::async_io::AsyncIo;
use ferromq::aio::tokio::Tokio;
use ferromq::aio::{AsyncSocket, Reactor};
use ferromq::{Context, Dealer, Linger, Message, Pair, Pull, Push, Rep, Req, Router};
use futures_lite::future::block_on;

use super::runtime::{Runtime, on, on_each_runtime};
use crate::link::{Directory, NOBODY, Place};
use crate::patience::PATIENCE;

on_each_runtime! {
    the_last_holder_of_a_context_leaves_at_once;
    what_was_sent_arrives_after_the_last_holder_has_left;
    a_socket_works_in_whichever_task_and_thread_it_is;
    a_socket_is_closed_when_nobody_holds_it_any_more;
}

async fn the_last_holder_of_a_context_leaves_at_once<R: Runtime>() {
    const LINGER: Duration = Duration::from_secs(20);
    let push = async || {
        let context = Context::new().unwrap();
        let push = context.socket::<Push>().linger(Linger::for_at_most(LINGER)).connect(NOBODY).unwrap();
        let push = on::<R, _, _>(push);
        push.send("never read").await.unwrap();
        push
    };
    let dealer = async || {
        let context = Context::new().unwrap();
        let builder = context.socket::<Dealer>().linger(Linger::for_at_most(LINGER));
        let dealer = on::<R, _, _>(builder.connect(NOBODY).unwrap());
        dealer.send("never read").await.unwrap();
        dealer
    };
    let (socket, task, sink) = (push().await, push().await, push().await.into_sink());
    let ((sender, receiver), stream) = (dealer().await.split(), dealer().await.into_stream());
    let began = Instant::now();
    drop(socket);
    R::spawn(async move { drop(task) }).await;
    drop(sink);
    drop(sender);
    drop(receiver);
    drop(stream);
    let took = began.elapsed();
    println!("five sockets were dropped in {took:?}");
    assert!(took < LINGER / 2, "it waited for {took:?}");
}

async fn what_was_sent_arrives_after_the_last_holder_has_left<R: Runtime>() {
    let directory = Directory::new();
    let endpoint = format!("ipc://{}", directory.path().join("later").display());
    let push = Context::new().unwrap().socket::<Push>().connect(endpoint.as_str()).unwrap();
    let push = on::<R, _, _>(push);
    for number in 0..100 {
        push.send(number.to_string()).await.unwrap();
    }
    drop(push);
    let pull = Context::new().unwrap().socket::<Pull>().bind(endpoint.as_str()).unwrap();
    let pull = on::<R, _, _>(pull);
    for number in 0..100 {
        assert_eq!(pull.recv().await.unwrap(), number.to_string());
    }
}

async fn a_socket_works_in_whichever_task_and_thread_it_is<R: Runtime>() {
    let context = Context::new().unwrap();
    let (mut a, b) = Place::tcp().join(context.socket::<Pair>(), context.socket::<Pair>());
    for number in 0..100 {
        let moved = on::<R, _, _>(a);
        let moved = R::spawn(async move {
            moved.send(number.to_string()).await.unwrap();
            moved
        });
        let moved = moved.await;
        assert_eq!(b.recv_timeout(PATIENCE).unwrap(), number.to_string());
        b.send(number.to_string()).unwrap();
        // Neither an executor nor a runtime is known there.
        let waiting = thread::spawn(move || {
            assert_eq!(block_on(moved.recv()).unwrap(), number.to_string());
            moved
        });
        while !waiting.is_finished() {
            futures_lite::future::yield_now().await;
        }
        a = waiting.join().unwrap().into_blocking().unwrap();
    }
}

async fn a_socket_is_closed_when_nobody_holds_it_any_more<R: Runtime>() {
    let context = Context::new().unwrap();
    let pull = on::<R, _, _>(context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap());
    let endpoint = pull.last_endpoint().unwrap();
    let pull = Arc::new(pull);
    let waiting = {
        let pull = Arc::clone(&pull);
        R::spawn(async move { pull.recv().await })
    };
    assert!(context.socket::<Pull>().bind(&endpoint).is_err());
    drop(pull);
    assert!(waiting.cancel().await.is_none());
    // Closed by a thread of libzmq's.
    let began = Instant::now();
    while context.socket::<Pull>().bind(&endpoint).is_err() {
        assert!(began.elapsed() < PATIENCE / 2, "the socket is still open");
        R::sleep(Duration::from_millis(1)).await;
    }
}

/// Compiles.
#[test]
fn futures_are_send_and_sockets_are_shared() {
    fn send<T: Send>(_: T) {}
    fn shared<T: Send + Sync>() {}

    fn all<R: Reactor>(
        push: &AsyncSocket<Push, R>,
        pull: &AsyncSocket<Pull, R>,
        router: &AsyncSocket<Router, R>,
        req: &mut AsyncSocket<Req, R>,
        rep: &mut AsyncSocket<Rep, R>,
    ) {
        send(push.send("text"));
        send(push.send_timeout("text", PATIENCE));
        send(push.send_all(&mut Default::default()));
        send(push.writable());
        send(push.sink());
        send(pull.recv());
        send(pull.recv_timeout(PATIENCE));
        send(pull.recv_many(&mut Vec::new(), 1));
        send(pull.readable());
        send(pull.stream());
        send(router.recv_from());
        send(router.send_to(&ferromq::RoutingId::received(b"peer"), Message::new()));
        send(req.send("text"));
        send(req.request("text"));
        send(async { req.send("text").await.unwrap().recv().await.unwrap() });
        send(rep.recv());
        send(async { rep.recv().await.unwrap().1.send("text").await.unwrap() });
        send(ferromq::aio::AsyncProxy::new(pull, push).unwrap().run());
        shared::<AsyncSocket<Dealer, R>>();
        shared::<AsyncSocket<Req, R>>();
        shared::<ferromq::aio::SendHalf<Dealer, R>>();
        shared::<ferromq::aio::ReceiveHalf<Dealer, R>>();
        shared::<ferromq::aio::AsyncMonitor<R>>();
    }
    let _ = (all::<Tokio>, all::<AsyncIo>);
}
