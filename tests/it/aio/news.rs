//! News for an async socket reaches all whom it concerns, also when it comes at an unlucky moment.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use ferromq::{Context, Pub, Pull, Push, Sub};
use tokio::runtime::Builder;
use tokio::spawn;
use tokio::task::{coop, yield_now};

use crate::patience::does_not_hang;

#[test]
fn a_task_that_has_used_up_its_budget_is_woken() {
    does_not_hang("the receive", || {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let context = Context::new().unwrap();
            let pull = context.socket::<Pull>().bind("inproc://late").unwrap().into_tokio().unwrap();
            let push = context.socket::<Push>().connect("inproc://late").unwrap();
            let mut receiving = pin!(pull.recv());
            while coop::has_budget_remaining() {
                coop::consume_budget().await;
            }
            let mut push = Some(push);
            let received = poll_fn(|context| {
                let outcome = receiving.as_mut().poll(context);
                if let Some(push) = push.take() {
                    assert!(outcome.is_pending());
                    thread::spawn(move || push.send("news").unwrap());
                }
                outcome
            });
            assert_eq!(received.await.unwrap(), "news");
        });
    });
}

#[test]
fn all_who_wait_hear_of_the_shutdown() {
    does_not_hang("the receive", || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let context = Context::new().unwrap();
            let pull = context.socket::<Pull>().bind("inproc://nobody-sends").unwrap().into_tokio().unwrap();
            let pull = Arc::new(pull);
            let receiver = Arc::clone(&pull);
            let receiving = spawn(async move { receiver.recv().await });
            yield_now().await;
            context.shutdown();
            // Whoever uses the socket first takes the news.
            assert!(pull.try_recv().unwrap_err().is_terminated());
            assert!(receiving.await.unwrap().unwrap_err().is_terminated());
        });
    });
}

#[test]
fn publishers_that_do_not_drop_do_not_take_room_from_each_other_for_ever() {
    does_not_hang("the send", || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let context = Context::new().unwrap();
            let publisher = context.socket::<Pub>().no_drop(true).send_hwm(1);
            let publisher = Arc::new(publisher.bind("inproc://topics").unwrap().into_tokio().unwrap());
            let subscribe = |topic| {
                let sub = context.socket::<Sub>().receive_hwm(1).subscribe(topic);
                sub.connect("inproc://topics").unwrap()
            };
            let (a, _b) = (subscribe("a"), subscribe("b"));
            while publisher.try_send("a").is_ok() {}
            while publisher.try_send("b").is_ok() {}
            let sender = Arc::clone(&publisher);
            let sending = spawn(async move { sender.send("a").await });
            yield_now().await;
            while a.try_recv().is_ok() {}
            // Whoever tries first takes the news, although there is no room for this message.
            let mut other = pin!(publisher.send("b"));
            poll_fn(|context| {
                assert!(other.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
            sending.await.unwrap().unwrap();
        });
    });
}

#[test]
fn a_panic_in_the_middle_takes_no_news_along() {
    does_not_hang("the receive", || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let context = Context::new().unwrap();
            let pull = context.socket::<Pull>().bind("inproc://tasks").unwrap().into_tokio().unwrap();
            let push = context.socket::<Push>().connect("inproc://tasks").unwrap();
            let pull = Arc::new(pull);
            let receiver = Arc::clone(&pull);
            let receiving = spawn(async move { receiver.recv().await });
            yield_now().await;
            push.send("Task 0").unwrap();
            let other = Arc::clone(&pull);
            let panics = spawn(async move {
                other.with(|socket| {
                    assert!(socket.events().unwrap().is_readable());
                    panic!("on purpose");
                })
            });
            assert!(panics.await.unwrap_err().is_panic());
            assert_eq!(receiving.await.unwrap().unwrap(), "Task 0");
        });
    });
}
