//! Messages between sockets of one process: PUSH/PULL, DEALER/ROUTER and PUB/SUB, of one frame and of three.
//!
//! "by one thread" sends a message and receives it: no thread is woken, so that it is what libzmq's pipes and the crate
//! cost. "between threads" is a stream of messages from one thread to another, in messages a second, or, from DEALER to ROUTER
//! and back, round trips: there the waking of threads counts most, and it is what programs see.
//!
//! `cargo bench --bench inproc`

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ferromq::{Context, Dealer, Message, Pub, Pull, Push, Result, Router, Socket, Sub};

const SIZES: [usize; 2] = [16, 4096];
const FRAMES: [usize; 2] = [1, 3];

/// Each number of frames with each size, and a message of that kind.
fn messages() -> impl Iterator<Item = (String, Message)> {
    let pairs = FRAMES.into_iter().flat_map(|frames| SIZES.map(|size| (frames, size)));
    pairs
        .map(|(frames, size)| (format!("{frames} x {size} B"), Message::from(vec![vec![b'x'; size]; frames])))
}

fn push_and_pull() -> Result<(Socket<Push>, Socket<Pull>)> {
    let context = Context::new()?;
    let pull = context.socket::<Pull>().bind("inproc://bench")?;
    Ok((context.socket::<Push>().connect("inproc://bench")?, pull))
}

fn dealer_and_router() -> Result<(Socket<Dealer>, Socket<Router>)> {
    let context = Context::new()?;
    let router = context.socket::<Router>().bind("inproc://bench")?;
    Ok((context.socket::<Dealer>().connect("inproc://bench")?, router))
}

/// So many subscribers, once all of them are known.
fn pub_and_subs(number: usize) -> Result<(Socket<Pub>, Vec<Socket<Sub>>)> {
    let context = Context::new()?;
    let publisher = context.socket::<Pub>().bind("inproc://bench")?;
    let subscribers: Result<Vec<_>> =
        (0..number).map(|_| Ok(context.socket::<Sub>().subscribe("").connect("inproc://bench")?)).collect();
    let subscribers = subscribers?;
    let mut missing: Vec<_> = subscribers.iter().collect();
    while !missing.is_empty() {
        publisher.send("")?;
        missing.retain(|subscriber| subscriber.try_recv().is_err());
    }
    subscribers.iter().for_each(|subscriber| while subscriber.try_recv().is_ok() {});
    Ok((publisher, subscribers))
}

fn by_one_thread(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("by one thread");
    group.throughput(Throughput::Elements(1));
    for (kind, message) in messages() {
        let (push, pull) = push_and_pull().expect("the sockets");
        group.bench_function(BenchmarkId::new("PUSH/PULL", &kind), |bencher| {
            bencher.iter(|| {
                push.send(message.clone()).expect("there is room");
                pull.recv().expect("it was sent")
            });
        });
        let (dealer, router) = dealer_and_router().expect("the sockets");
        group.bench_function(BenchmarkId::new("DEALER/ROUTER and back", &kind), |bencher| {
            bencher.iter(|| {
                dealer.send(message.clone()).expect("there is room");
                let (peer, message) = router.recv_from().expect("it was sent");
                router.send_to(&peer, message).expect("there is room");
                dealer.recv().expect("it was sent")
            });
        });
        for number in [1, 8] {
            let (publisher, subscribers) = pub_and_subs(number).expect("the sockets");
            group.bench_function(BenchmarkId::new(format!("PUB/SUB x {number}"), &kind), |bencher| {
                bencher.iter(|| {
                    publisher.send(message.clone()).expect("it drops what does not fit");
                    subscribers.iter().for_each(|subscriber| drop(subscriber.recv().expect("it was sent")));
                });
            });
        }
    }
    group.finish();
}

fn between_threads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("between threads");
    group.throughput(Throughput::Elements(1)).sample_size(20).measurement_time(Duration::from_secs(2));
    for (kind, message) in messages() {
        let (push, pull) = push_and_pull().expect("the sockets");
        let (expect, expected) = channel::<u64>();
        let (tell, received) = channel();
        let receiving = thread::spawn(move || {
            for messages in expected {
                (0..messages).for_each(|_| drop(pull.recv().expect("it is sent")));
                tell.send(()).expect("the bench waits");
            }
        });
        group.bench_function(BenchmarkId::new("PUSH/PULL", &kind), |bencher| {
            bencher.iter_custom(|messages| {
                let start = Instant::now();
                expect.send(messages).expect("the other thread waits");
                (0..messages).for_each(|_| push.send(message.clone()).expect("it is received"));
                received.recv().expect("all are received");
                start.elapsed()
            });
        });
        drop(expect);
        receiving.join().expect("it ends with the bench");

        let (dealer, router) = dealer_and_router().expect("the sockets");
        let answering = thread::spawn(move || {
            loop {
                let (peer, message) = router.recv_from().expect("it is open");
                if message.is_empty() || message[0].is_empty() {
                    break;
                }
                router.send_to(&peer, message).expect("the peer is there");
            }
        });
        group.bench_function(BenchmarkId::new("DEALER/ROUTER and back", &kind), |bencher| {
            bencher.iter(|| {
                dealer.send(message.clone()).expect("there is room");
                dealer.recv().expect("it is answered")
            });
        });
        dealer.send("").expect("there is room");
        answering.join().expect("it ends with the bench");
    }
    group.finish();
}

criterion_group!(benches, by_one_thread, between_threads);
criterion_main!(benches);
