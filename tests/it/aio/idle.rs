//! Sockets that wait cost nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use ferromq::aio::AsyncMonitor;
use ferromq::{Context, Dealer, Pull, Push, Rep, Router, Sub};
#[cfg(feature = "draft")]
use ferromq::{Gather, Scatter};
use futures_lite::future::yield_now;
use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
use nix::sys::time::TimeValLike;

use super::runtime::{OneThread, Runtime, SeveralThreads, Smol, Task, on};
use crate::link::Place;
use crate::patience::PATIENCE;
use crate::process::alone;

/// What this process has used of all processors.
fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let microseconds = (usage.user_time() + usage.system_time()).num_microseconds();
    Duration::from_micros(microseconds.try_into().unwrap())
}

/// So many sockets that wait, a tenth of them with a monitor that waits as well.
async fn wait<R: Runtime>(sockets: usize, time: Duration) {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
    let context = Context::builder().max_sockets(10_000).build().unwrap();
    let begun = Arc::new(AtomicUsize::new(0));
    let mut tasks: Vec<Task<()>> = Vec::new();
    let mut begin = |future: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        let begun = Arc::clone(&begun);
        tasks.push(R::spawn(async move {
            begun.fetch_add(1, SeqCst);
            future.await;
        }));
    };
    for number in 0..sockets {
        let place = Place::inproc();
        match number % 10 {
            0 => {
                let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
                let monitor = AsyncMonitor::<R::Reactor>::new(pull.monitor().unwrap()).unwrap();
                let pull = on::<R, _, _>(pull);
                begin(Box::pin(async move { drop(monitor.recv().await) }));
                begin(Box::pin(async move { drop(pull.recv().await) }));
            }
            1 => {
                let (router, dealer) = place.join(context.socket::<Router>(), context.socket::<Dealer>());
                let (router, dealer) = (on::<R, _, _>(router), on::<R, _, _>(dealer));
                dealer.send("Hello").await.unwrap();
                drop(router.recv_from().await.unwrap());
                begin(Box::pin(async move { drop(router.recv_from().await) }));
                begin(Box::pin(async move { drop(dealer.recv().await) }));
            }
            2 => {
                let mut rep = on::<R, _, _>(context.socket::<Rep>().bind(place.endpoint()).unwrap());
                begin(Box::pin(async move { drop(rep.recv().await) }));
            }
            3 | 4 => {
                let push = on::<R, _, _>(context.socket::<Push>().bind(place.endpoint()).unwrap());
                begin(Box::pin(async move { drop(push.send("nobody is there").await) }));
            }
            #[cfg(feature = "draft")]
            5 => {
                let gather = on::<R, _, _>(context.socket::<Gather>().bind(place.endpoint()).unwrap());
                begin(Box::pin(async move { drop(gather.recv().await) }));
            }
            #[cfg(feature = "draft")]
            6 => {
                let scatter = on::<R, _, _>(context.socket::<Scatter>().bind(place.endpoint()).unwrap());
                begin(Box::pin(async move { drop(scatter.send("nobody is there").await) }));
            }
            7 => {
                // Two tasks.
                let dealer =
                    Arc::new(on::<R, _, _>(context.socket::<Dealer>().bind(place.endpoint()).unwrap()));
                let sends = Arc::clone(&dealer);
                begin(Box::pin(async move { drop(sends.send("nobody is there").await) }));
                begin(Box::pin(async move { drop(dealer.recv().await) }));
            }
            _ => {
                let subscriber = context.socket::<Sub>().subscribe("").connect("tcp://127.0.0.1:9").unwrap();
                subscriber.disconnect("tcp://127.0.0.1:9").unwrap();
                let subscriber = on::<R, _, _>(subscriber);
                begin(Box::pin(async move { drop(subscriber.recv().await) }));
            }
        }
    }
    while begun.load(SeqCst) < tasks.len() {
        yield_now().await;
    }
    // At first, the connections still have something to do, and nothing tells when they have done it.
    let uses = async || {
        let before = processor_time();
        R::sleep(time).await;
        processor_time() - before
    };
    let deadline = Instant::now() + PATIENCE;
    let mut used = uses().await;
    while used >= time / 50 && Instant::now() < deadline {
        used = uses().await;
    }
    println!("{sockets} sockets and {} tasks that wait use {used:?} in {time:?}", tasks.len());
    assert!(used < time / 50, "{sockets} sockets that wait use {used:?} in {time:?}");
}

const FEW: (usize, Duration) = (200, Duration::from_secs(2));
const MANY: (usize, Duration) = (1000, Duration::from_secs(10));

fn wait_alone<R: Runtime>(test: &str, (sockets, time): (usize, Duration)) {
    alone(&format!("aio::idle::{test}"), || R::run(wait::<R>(sockets, time)));
}

#[test]
fn sockets_that_wait_cost_nothing_on_tokio_with_one_thread() {
    wait_alone::<OneThread>("sockets_that_wait_cost_nothing_on_tokio_with_one_thread", FEW);
}

#[test]
fn sockets_that_wait_cost_nothing_on_tokio_with_several_threads() {
    wait_alone::<SeveralThreads>("sockets_that_wait_cost_nothing_on_tokio_with_several_threads", FEW);
}

#[test]
fn sockets_that_wait_cost_nothing_on_smol() {
    wait_alone::<Smol>("sockets_that_wait_cost_nothing_on_smol", FEW);
}

#[test]
#[ignore = "takes ten seconds: run by cargo xtask test"]
fn a_thousand_sockets_that_wait_cost_nothing_on_tokio_with_one_thread() {
    wait_alone::<OneThread>("a_thousand_sockets_that_wait_cost_nothing_on_tokio_with_one_thread", MANY);
}

#[test]
#[ignore = "takes ten seconds: run by cargo xtask test"]
fn a_thousand_sockets_that_wait_cost_nothing_on_tokio_with_several_threads() {
    wait_alone::<SeveralThreads>(
        "a_thousand_sockets_that_wait_cost_nothing_on_tokio_with_several_threads",
        MANY,
    );
}

#[test]
#[ignore = "takes ten seconds: run by cargo xtask test"]
fn a_thousand_sockets_that_wait_cost_nothing_on_smol() {
    wait_alone::<Smol>("a_thousand_sockets_that_wait_cost_nothing_on_smol", MANY);
}
