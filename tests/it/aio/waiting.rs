//! How long operations wait, how they end otherwise, and what they give back then.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::aio::{AsyncMonitor, AsyncProxy};
use ferromq::{Context, ErrorKind, Message, Pair, Pull, Push, Rep, Req, Router, RoutingId};
#[cfg(feature = "draft")]
use ferromq::{Gather, Scatter};
use futures_lite::StreamExt;

use super::runtime::{Runtime, on, on_each_runtime, polled};
use crate::link::{NOBODY, Place};
use crate::patience::{A_WHILE, PATIENCE, kind_of};

on_each_runtime! {
    the_timeouts_of_the_socket_are_kept_to;
    no_time_is_enough_for_what_is_there;
    what_was_not_sent_is_given_back;
    queues_begin_with_what_could_not_be_sent;
    shutting_down_ends_every_wait;
    a_wait_ends_with_the_message_and_not_with_its_timeout;
}

async fn the_timeouts_of_the_socket_are_kept_to<R: Runtime>() {
    let context = Context::new().unwrap();
    let builder = context.socket::<Pair>().receive_timeout(A_WHILE).send_timeout(A_WHILE);
    let pair = on::<R, _, _>(builder.bind(Place::inproc().endpoint()).unwrap());
    let began = Instant::now();
    assert!(pair.recv().await.unwrap_err().is_timeout());
    assert!(began.elapsed() >= A_WHILE);
    let began = Instant::now();
    let failed = pair.send("nobody is there").await.unwrap_err();
    assert!(failed.is_timeout() && began.elapsed() >= A_WHILE);
    assert_eq!(failed.into_kept(), "nobody is there");
    let began = Instant::now();
    let mut queue = VecDeque::from([Message::from("nobody is there")]);
    assert!(pair.send_all(&mut queue).await.unwrap_err().is_timeout());
    assert!(began.elapsed() >= A_WHILE);
    assert_eq!(queue, ["nobody is there"]);
    assert!(pair.recv_many(&mut Vec::new(), 3).await.unwrap_err().is_timeout());

    // Set on the live socket, and overruled by a call.
    pair.with(|pair| pair.set_receive_timeout(None)).unwrap();
    assert!(polled(3, &mut pin!(pair.recv())).await.is_none());
    let began = Instant::now();
    assert!(pair.recv_timeout(2 * A_WHILE).await.unwrap_err().is_timeout());
    assert!(began.elapsed() >= 2 * A_WHILE);
    assert!(pair.recv_timeout(Duration::ZERO).await.unwrap_err().is_timeout());
    assert!(R::within(A_WHILE, pair.recv_timeout(Duration::MAX)).await.is_none());
}

/// Also when it is the turn of others.
async fn no_time_is_enough_for_what_is_there<R: Runtime>() {
    const COUNT: usize = 1000;
    let context = Context::new().unwrap();
    let (pull, push) =
        Place::inproc().join(context.socket::<Pull>().receive_hwm(COUNT as u32), context.socket::<Push>());
    let (pull, push) = (on::<R, _, _>(pull), on::<R, _, _>(push));
    for number in 0..COUNT {
        push.send_timeout(number.to_string(), Duration::ZERO).await.unwrap();
    }
    for number in 0..COUNT {
        assert_eq!(pull.recv_timeout(Duration::ZERO).await.unwrap(), number.to_string());
    }
    assert!(pull.recv_timeout(Duration::ZERO).await.unwrap_err().is_timeout());
}

async fn what_was_not_sent_is_given_back<R: Runtime>() {
    let context = Context::new().unwrap();
    let push = on::<R, _, _>(context.socket::<Push>().bind(Place::inproc().endpoint()).unwrap());
    let failed = push.try_send(["two", "frames"]).unwrap_err();
    assert!(failed.is_would_block());
    assert_eq!(failed.into_kept(), ["two", "frames"]);
    let failed = push.send_timeout(["two", "frames"], A_WHILE).await.unwrap_err();
    assert!(failed.is_timeout());
    assert_eq!(failed.into_kept(), ["two", "frames"]);
    let failed = push.send(Message::new()).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::InvalidMessage);

    let router = context.socket::<Router>().mandatory(true).bind(Place::inproc().endpoint()).unwrap();
    let router = on::<R, _, _>(router);
    let nobody = RoutingId::new("nobody").unwrap();
    let failed = router.send_to(&nobody, "Hello?").await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::HostUnreachable);
    assert_eq!(failed.into_kept(), "Hello?");
    let mut queue = VecDeque::from([(nobody, Message::from("Hello?"))]);
    assert_eq!(kind_of(router.send_all(&mut queue).await), ErrorKind::HostUnreachable);
    assert_eq!(queue[0].1, "Hello?");
}

async fn queues_begin_with_what_could_not_be_sent<R: Runtime>() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    let push = on::<R, _, _>(push);
    let mut queue = VecDeque::from(["1".into(), "2".into(), Message::new(), "3".into()]);
    assert_eq!(kind_of(push.send_all(&mut queue).await), ErrorKind::InvalidMessage);
    assert_eq!(queue, [Message::new(), "3".into()]);
    queue.pop_front();
    push.send_all(&mut queue).await.unwrap();
    for expected in ["1", "2", "3"] {
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), expected);
    }

    #[cfg(feature = "draft")]
    {
        let (gather, scatter) = Place::inproc().join(context.socket::<Gather>(), context.socket::<Scatter>());
        let scatter = on::<R, _, _>(scatter);
        let mut queue: VecDeque<Message> = ["1".into(), ["a", "b"].into(), "2".into()].into();
        assert_eq!(kind_of(scatter.send_all(&mut queue).await), ErrorKind::InvalidMessage);
        assert_eq!(queue, [Message::from(["a", "b"]), "2".into()]);
        assert_eq!(gather.recv_timeout(PATIENCE).unwrap(), "1");
    }
}

async fn shutting_down_ends_every_wait<R: Runtime>() {
    let context = Context::new().unwrap();
    // Nobody is at the other end of any.
    let pair = || {
        let place = Place::inproc();
        on::<R, _, _>(context.socket::<Pair>().bind(place.endpoint()).unwrap())
    };
    let tell = |ended: bool, what: &str| assert!(ended, "{what} ended otherwise");
    let mut tasks = Vec::new();
    let socket = Arc::new(pair());
    let shared = || Arc::clone(&socket);
    let ends = [shared(), shared(), shared(), shared(), shared(), shared(), shared(), shared()];
    let [a, b, c, d, e, f, g, h] = ends;
    tasks.push(R::spawn(async move { tell(a.recv().await.unwrap_err().is_terminated(), "recv") }));
    tasks.push(R::spawn(async move {
        tell(b.recv_timeout(PATIENCE).await.unwrap_err().is_terminated(), "recv_timeout");
    }));
    tasks.push(R::spawn(async move {
        let failed = c.send("kept").await.unwrap_err();
        tell(failed.is_terminated() && failed.into_kept() == "kept", "send");
    }));
    tasks.push(R::spawn(async move { tell(d.readable().await.unwrap_err().is_terminated(), "readable") }));
    tasks.push(R::spawn(async move { tell(e.writable().await.unwrap_err().is_terminated(), "writable") }));
    tasks.push(R::spawn(async move {
        let mut stream = f.stream();
        tell(stream.next().await.unwrap().unwrap_err().is_terminated(), "the stream");
        tell(stream.next().await.is_none(), "the ended stream");
    }));
    tasks.push(R::spawn(async move {
        let mut queue = VecDeque::from([Message::from("kept")]);
        tell(g.send_all(&mut queue).await.unwrap_err().is_terminated() && queue.len() == 1, "send_all");
    }));
    tasks.push(R::spawn(async move {
        tell(h.recv_many(&mut Vec::new(), 9).await.unwrap_err().is_terminated(), "recv_many");
    }));
    let (front, back) = (pair(), pair());
    tasks.push(R::spawn(async move {
        let ended = AsyncProxy::new(&front, &back).unwrap().run().await;
        tell(ended.unwrap_err().is_terminated(), "the proxy");
    }));
    let mut monitor = AsyncMonitor::<R::Reactor>::new(pair().monitor().unwrap()).unwrap();
    tasks.push(R::spawn(async move { while monitor.next().await.is_some() {} }));
    let mut rep = on::<R, _, _>(context.socket::<Rep>().bind(Place::inproc().endpoint()).unwrap());
    tasks.push(R::spawn(async move { tell(rep.recv().await.unwrap_err().is_terminated(), "REP") }));
    let mut req = on::<R, _, _>(context.socket::<Req>().linger(Duration::ZERO).connect(NOBODY).unwrap());
    tasks.push(R::spawn(async move {
        let replied = async {
            let awaiting = req.send("Hello?").await?;
            awaiting.recv().await
        };
        tell(replied.await.unwrap_err().is_terminated(), "REQ");
    }));
    let mut lonely = on::<R, _, _>(context.socket::<Req>().bind(Place::inproc().endpoint()).unwrap());
    tasks.push(R::spawn(async move {
        let failed = lonely.request("kept").await.unwrap_err();
        tell(failed.is_terminated() && failed.into_kept() == "kept", "a request");
    }));
    #[cfg(feature = "draft")]
    {
        let gather = on::<R, _, _>(context.socket::<Gather>().bind(Place::inproc().endpoint()).unwrap());
        tasks.push(R::spawn(async move { tell(gather.recv().await.unwrap_err().is_terminated(), "GATHER") }));
        let scatter = on::<R, _, _>(context.socket::<Scatter>().bind(Place::inproc().endpoint()).unwrap());
        tasks.push(R::spawn(async move {
            tell(scatter.send("kept").await.unwrap_err().is_terminated(), "SCATTER");
        }));
    }
    // They have begun to wait, most of them.
    R::sleep(A_WHILE).await;
    let ending = context.clone();
    thread::spawn(move || ending.shutdown()).join().unwrap();
    for task in tasks {
        task.await;
    }
    assert!(socket.try_recv().unwrap_err().is_terminated());
}

async fn a_wait_ends_with_the_message_and_not_with_its_timeout<R: Runtime>() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    let (pull, push) = (on::<R, _, _>(pull), on::<R, _, _>(push));
    let sending = R::spawn(async move {
        for number in 0..10 {
            push.send(number.to_string()).await.unwrap();
            R::sleep(Duration::from_millis(3)).await;
        }
    });
    for number in 0..10 {
        // Some of them time out, and lose nothing.
        let message = loop {
            match pull.recv_timeout(Duration::from_millis(2)).await {
                Ok(message) => break message,
                Err(error) => assert!(error.is_timeout()),
            }
        };
        assert_eq!(message, number.to_string());
    }
    sending.await;
}

#[test]
fn outside_of_tokio_the_socket_is_given_back() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    push.send("kept").unwrap();
    let failed = pull.into_tokio().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::NoRuntime);
    let pull = failed.into_kept();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "kept");
    let failed = pull.monitor().unwrap().into_tokio().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::NoRuntime);
    assert!(failed.into_kept().try_recv().unwrap_err().is_would_block());
}

#[test]
fn a_socket_whose_runtime_is_gone_says_so_and_keeps_what_is_queued() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pull = runtime.block_on(async { pull.into_tokio().unwrap() });
    drop(runtime);
    let error = futures_lite::future::block_on(pull.recv()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    assert!(error.to_string().contains("the runtime"), "{error}");
    push.send("kept").unwrap();
    assert_eq!(pull.into_blocking().unwrap().recv_timeout(PATIENCE).unwrap(), "kept");
}
