//! REQ and REP whose futures are dropped in either phase: every reply is the one to its request.

use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use ferromq::{Context, ErrorKind, Rep, Req, Router};
use futures_lite::FutureExt;
use futures_lite::future::yield_now;

use super::runtime::{Dice, Runtime, Task, on, on_each_runtime, polled};
use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, kind_of, repetitions};

on_each_runtime! {
    conversations_survive_futures_that_are_dropped;
    a_relaxed_req_gets_the_reply_to_its_last_request;
    a_request_is_sent_again_when_no_reply_comes;
    a_strict_req_sends_no_second_request;
    a_rep_that_owes_a_reply_receives_nothing;
    a_request_that_was_not_sent_is_given_back;
}

/// To other tasks, and to the threads of libzmq that bring what is waited for.
async fn gives_way() {
    yield_now().await;
    thread::yield_now();
}

async fn conversations_survive_futures_that_are_dropped<R: Runtime>() {
    let requests = repetitions(400);
    let dropped = Arc::new(AtomicUsize::new(0));
    for place in Place::each().iter().take(3) {
        let context = Context::new().unwrap();
        let (rep, req) = place.join(context.socket::<Rep>(), context.socket::<Req>());
        let (mut rep, mut req) = (on::<R, _, _>(rep), on::<R, _, _>(req));
        let counted = Arc::clone(&dropped);
        let replying = R::spawn(async move {
            let mut dice = Dice::new(1);
            for number in 0..requests {
                let request = loop {
                    assert!(rep.replying().is_none());
                    match polled(dice.roll(3) as usize, &mut rep.recv().boxed()).await {
                        Some(received) => break received.unwrap().0,
                        None => counted.fetch_add(1, SeqCst),
                    };
                    gives_way().await;
                };
                assert_eq!(request, number.to_string());
                loop {
                    let replying = rep.replying().expect("the reply was not sent");
                    let reply = format!("reply to {request}");
                    match polled(dice.roll(3) as usize, &mut replying.send(reply).boxed()).await {
                        Some(sent) => break sent.unwrap(),
                        None => counted.fetch_add(1, SeqCst),
                    };
                }
            }
        });
        let mut dice = Dice::new(2);
        for number in 0..requests {
            while req.awaiting().is_none() {
                match polled(dice.roll(3) as usize, &mut req.send(number.to_string()).boxed()).await {
                    Some(sent) => drop(sent.unwrap()),
                    None => drop(dropped.fetch_add(1, SeqCst)),
                }
            }
            let reply = loop {
                let awaiting = req.awaiting().expect("the reply was not received");
                match polled(dice.roll(3) as usize, &mut awaiting.recv().boxed()).await {
                    Some(reply) => break reply.unwrap(),
                    None => drop(dropped.fetch_add(1, SeqCst)),
                }
                gives_way().await;
            };
            assert_eq!(reply, format!("reply to {number}"));
        }
        replying.await;
    }
    let dropped = dropped.load(SeqCst);
    println!("{dropped} futures of REQ and REP were dropped");
    assert!(dropped > requests);
}

/// The server replies late, or never, so that most replies are to a request that nobody waits for any longer.
async fn a_relaxed_req_gets_the_reply_to_its_last_request<R: Runtime>() {
    let requests = repetitions(300);
    let context = Context::new().unwrap();
    let (router, req) = Place::tcp().join(context.socket::<Router>(), context.socket::<Req>().relaxed());
    let mut req = on::<R, _, _>(req);
    let serving = thread::spawn(move || {
        let mut dice = Dice::new(3);
        loop {
            let (peer, request) = router.recv_from_timeout(PATIENCE).unwrap();
            if request.iter().last().unwrap() == "end" {
                return;
            }
            if dice.roll(3) == 0 {
                thread::sleep(Duration::from_micros(dice.roll(4000)));
            }
            if dice.roll(8) > 0 {
                router.send_to(&peer, request).unwrap();
            }
        }
    });
    let mut dice = Dice::new(4);
    let mut in_time = 0;
    for number in 0..requests {
        let timeout = Duration::from_micros(dice.roll(3000));
        let reply = match dice.roll(3) {
            0 => match req.request(number.to_string()).timeout(timeout).retries(3).await {
                Ok(reply) => Some(reply),
                Err(failed) => {
                    assert!(failed.is_timeout(), "{failed:?}");
                    assert_eq!(failed.into_kept(), number.to_string());
                    None
                }
            },
            1 => match R::within(timeout, req.request(number.to_string()).into_future()).await {
                Some(reply) => Some(reply.unwrap()),
                None => match req.awaiting() {
                    Some(awaiting) if dice.roll(2) == 0 => awaiting.recv_timeout(timeout).await.ok(),
                    _ => None,
                },
            },
            _ => {
                let awaiting = req.send(number.to_string()).await.unwrap();
                polled(1 + dice.roll(50) as usize, &mut awaiting.recv().boxed()).await.map(Result::unwrap)
            }
        };
        if let Some(reply) = reply {
            assert_eq!(reply, number.to_string());
            in_time += 1;
        }
    }
    println!("{in_time} of {requests} replies came in time");
    drop(req.send("end").await.unwrap());
    serving.join().unwrap();
}

async fn a_request_is_sent_again_when_no_reply_comes<R: Runtime>() {
    let context = Context::new().unwrap();
    let (router, req) = Place::inproc().join(context.socket::<Router>(), context.socket::<Req>().relaxed());
    let (router, mut req) = (on::<R, _, _>(router), on::<R, _, _>(req));
    let asking = R::spawn(async move { req.request("Hello").timeout(A_WHILE).retries(10).await });
    let (peer, forgotten) = router.recv_from().await.unwrap();
    let (_, again) = router.recv_from().await.unwrap();
    assert_ne!(forgotten, again, "each try has a number of its own");
    router.send_to(&peer, forgotten).await.unwrap();
    // The last of those that have come is replied to.
    let mut last = again;
    let replies: Task<()> = R::spawn(async move {
        loop {
            router.send_to(&peer, last).await.unwrap();
            last = router.recv_from().await.unwrap().1;
        }
    });
    assert_eq!(asking.await.unwrap(), "Hello");
    replies.cancel().await;
}

async fn a_strict_req_sends_no_second_request<R: Runtime>() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::inproc().join(context.socket::<Rep>(), context.socket::<Req>());
    let (mut rep, mut req) = (on::<R, _, _>(rep), on::<R, _, _>(req));
    drop(req.send("first").await.unwrap());
    let failed = req.send("second").await.map(drop).unwrap_err();
    assert_eq!((failed.kind(), failed.into_kept()), (ErrorKind::WrongState, "second".into()));
    let failed = req.try_send("second").map(drop).unwrap_err();
    assert_eq!((failed.kind(), failed.into_kept()), (ErrorKind::WrongState, "second".into()));
    assert!(req.awaiting().unwrap().try_recv().unwrap_err().is_would_block());
    assert!(req.awaiting().unwrap().recv_timeout(A_WHILE).await.unwrap_err().is_timeout());

    let (request, replying) = rep.recv().await.unwrap();
    assert_eq!(request, "first");
    replying.send("the reply").await.unwrap();
    assert_eq!(req.awaiting().unwrap().recv().await.unwrap(), "the reply");
    assert!(req.awaiting().is_none());
    let awaiting = req.send("second").await.unwrap();
    rep.recv_timeout(PATIENCE).await.unwrap().1.send_timeout("the other reply", PATIENCE).await.unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).await.unwrap(), "the other reply");
}

async fn a_rep_that_owes_a_reply_receives_nothing<R: Runtime>() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::inproc().join(context.socket::<Rep>(), context.socket::<Req>());
    let (mut rep, mut req) = (on::<R, _, _>(rep), on::<R, _, _>(req));
    assert!(rep.replying().is_none());
    assert!(rep.recv_timeout(Duration::ZERO).await.unwrap_err().is_timeout());
    let awaiting = req.send("Hello").await.unwrap();
    drop(rep.recv().await.unwrap());
    assert_eq!(kind_of(rep.recv().await.map(drop)), ErrorKind::WrongState);
    assert_eq!(kind_of(rep.recv_timeout(A_WHILE).await.map(drop)), ErrorKind::WrongState);
    assert_eq!(kind_of(rep.try_recv().map(drop)), ErrorKind::WrongState);
    rep.replying().unwrap().try_send("World").unwrap();
    assert!(rep.replying().is_none());
    assert_eq!(awaiting.recv().await.unwrap(), "World");
}

async fn a_request_that_was_not_sent_is_given_back<R: Runtime>() {
    let context = Context::new().unwrap();
    let mut req = on::<R, _, _>(context.socket::<Req>().bind(Place::inproc().endpoint()).unwrap());
    let failed = req.send_timeout("nobody is there", A_WHILE).await.map(drop).unwrap_err();
    assert!(failed.is_timeout());
    assert_eq!(failed.into_kept(), "nobody is there");
    let failed = req.try_send("nobody is there").map(drop).unwrap_err();
    assert!(failed.is_would_block());
    assert_eq!(failed.into_kept(), "nobody is there");
    let failed = req.request("nobody is there").timeout(A_WHILE).await.unwrap_err();
    assert!(failed.is_timeout());
    assert_eq!(failed.into_kept(), "nobody is there");
    assert!(req.awaiting().is_none());
}
