//! From blocking to async and back, and between runtimes: nothing that is queued is lost.

use std::thread;

use ferromq::{Context, ErrorKind, Pair, Pull, Push, Rep, Req};

use super::runtime::{OneThread, Runtime, on, on_each_runtime};
use crate::link::{Directory, Place};
use crate::patience::{PATIENCE, kind_of};

on_each_runtime! {
    what_is_queued_to_be_received_stays;
    what_is_queued_to_be_sent_stays;
    conversations_go_on;
    sockets_in_the_middle_of_a_conversation_are_given_back;
    halves_make_a_whole_again;
}

async fn what_is_queued_to_be_received_stays<R: Runtime>() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (mut pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        (0..100).for_each(|number| push.send(number.to_string()).unwrap());
        for number in (0..100).step_by(4) {
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), number.to_string());
            let asynchronous = on::<R, _, _>(pull);
            assert_eq!(asynchronous.recv().await.unwrap(), (number + 1).to_string());
            assert_eq!(asynchronous.recv().await.unwrap(), (number + 2).to_string());
            pull = asynchronous.into_blocking().unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), (number + 3).to_string());
        }
        // The last message had come before the runtime watched, and yet it is told of.
        push.send("the last").unwrap();
        while !pull.events().unwrap().is_readable() {
            thread::yield_now();
        }
        let pull = on::<R, _, _>(pull);
        pull.readable().await.unwrap();
        assert_eq!(pull.recv().await.unwrap(), "the last");
    }
}

async fn what_is_queued_to_be_sent_stays<R: Runtime>() {
    let directory = Directory::new();
    let endpoint = format!("ipc://{}", directory.path().join("later").display());
    let context = Context::new().unwrap();
    let mut push = context.socket::<Push>().connect(endpoint.as_str()).unwrap();
    for number in (0..100).step_by(2) {
        push.send(number.to_string()).unwrap();
        let asynchronous = on::<R, _, _>(push);
        asynchronous.send((number + 1).to_string()).await.unwrap();
        push = asynchronous.into_blocking().unwrap();
    }
    let pull = on::<R, _, _>(context.socket::<Pull>().bind(endpoint.as_str()).unwrap());
    for number in 0..100 {
        assert_eq!(pull.recv().await.unwrap(), number.to_string());
    }
}

async fn conversations_go_on<R: Runtime>() {
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (mut rep, mut req) = place.join(context.socket::<Rep>(), context.socket::<Req>());
        for number in 0..3 {
            let awaiting = req.send(number.to_string()).unwrap();
            let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
            let (mut asks, mut replies) = (on::<R, _, _>(awaiting), on::<R, _, _>(replying));
            replies.replying().expect("it owes a reply").send(request).await.unwrap();
            let reply = asks.awaiting().expect("it awaits a reply").recv().await.unwrap();
            assert_eq!(reply, number.to_string());
            assert!(asks.awaiting().is_none() && replies.replying().is_none());
            (rep, req) = (replies.into_blocking().unwrap(), asks.into_blocking().unwrap());
        }
    }
}

async fn sockets_in_the_middle_of_a_conversation_are_given_back<R: Runtime>() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::tcp().join(context.socket::<Rep>(), context.socket::<Req>());
    let (mut rep, mut req) = (on::<R, _, _>(rep), on::<R, _, _>(req));
    drop(req.send("one").await.unwrap());
    drop(rep.recv().await.unwrap());
    let failed = req.into_blocking().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::WrongState);
    req = failed.into_kept();
    let failed = rep.into_blocking().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::WrongState);
    rep = failed.into_kept();
    rep.replying().unwrap().send("reply").await.unwrap();
    assert_eq!(req.awaiting().unwrap().recv().await.unwrap(), "reply");

    drop(req.send("two").await.unwrap());
    drop(rep.recv().await.unwrap());
    let (req, rep) = (req.into_any(), rep.into_any());
    assert_eq!(kind_of(req.send("three")), ErrorKind::WrongState);
    assert_eq!(kind_of(rep.try_recv()), ErrorKind::WrongState);
    rep.send("second reply").unwrap();
    assert_eq!(req.recv_timeout(PATIENCE).unwrap(), "second reply");
}

async fn halves_make_a_whole_again<R: Runtime>() {
    let context = Context::new().unwrap();
    let (a, b) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    let (sender, receiver) = on::<R, _, _>(a).split();
    let (other_sender, other_receiver) = on::<R, _, _>(b).split();
    let failed = sender.reunite(other_receiver).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::WrongState);
    let (sender, other_receiver) = failed.into_kept();
    other_sender.send("Hello").await.unwrap();
    let a = sender.reunite(receiver).unwrap();
    assert_eq!(a.recv().await.unwrap(), "Hello");
    let b = other_sender.reunite(other_receiver).unwrap().into_blocking().unwrap();
    a.send("World").await.unwrap();
    assert_eq!(b.recv_timeout(PATIENCE).unwrap(), "World");
}

#[test]
fn a_socket_moves_from_tokio_to_smol_and_back() {
    let context = Context::new().unwrap();
    let (mut pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    (0..40).for_each(|number| push.send(number.to_string()).unwrap());
    for number in (0..40).step_by(2) {
        pull = OneThread::run(async move {
            let pull = pull.into_tokio().unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).await.unwrap(), number.to_string());
            pull.into_blocking().unwrap()
        });
        pull = futures_lite::future::block_on(async move {
            let pull = pull.into_async_io().unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).await.unwrap(), (number + 1).to_string());
            pull.into_blocking().unwrap()
        });
    }
}
