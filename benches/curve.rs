//! CURVE: what keys cost, what a handshake costs, and what encryption leaves of the throughput.
//!
//! A handshake is measured from `connect` to the first message, beside the same without encryption, so that the difference
//! is CURVE's. Throughput is between two threads over loopback TCP, in bytes a second: long messages show the cipher, short
//! ones what each message costs besides.
//!
//! `cargo bench --bench curve`

use std::hint::black_box;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ferromq::security::{CurveClient, CurveServer};
use ferromq::{Context, KeyPair, Linger, PublicKey, Pull, Push, Result, Socket};

const LOOPBACK: &str = "tcp://127.0.0.1:*";

fn keys(criterion: &mut Criterion) {
    let pair = KeyPair::generate().expect("CURVE is there");
    let text = pair.public().to_string();
    let mut group = criterion.benchmark_group("keys");
    group.bench_function("generate", |bencher| bencher.iter(|| KeyPair::generate().expect("CURVE is there")));
    group.bench_function("public from secret", |bencher| {
        bencher.iter(|| black_box(pair.secret()).public_key().expect("CURVE is there"));
    });
    group.bench_function("to Z85", |bencher| bencher.iter(|| black_box(pair.public()).to_string()));
    group.bench_function("from Z85", |bencher| {
        bencher.iter(|| black_box(&text).parse::<PublicKey>().expect("it is one"));
    });
    group.finish();
}

/// A PULL that is bound, and what PUSH needs to connect to it; with CURVE if there are keys.
struct Side {
    context: Context,
    pull: Socket<Pull>,
    keys: Option<(KeyPair, PublicKey)>,
}

impl Side {
    fn open(curve: bool) -> Result<Side> {
        let context = Context::new()?;
        let (pull, keys) = (context.socket::<Pull>(), if curve { Some(KeyPair::generate()?) } else { None });
        match keys {
            None => Ok(Side { pull: pull.bind(LOOPBACK)?, context, keys: None }),
            Some(server) => {
                let keys = Some((KeyPair::generate()?, server.public()));
                let pull = pull.security(CurveServer::new(server).allow_any()).bind(LOOPBACK)?;
                Ok(Side { context, pull, keys })
            }
        }
    }

    fn connect(&self) -> Result<Socket<Push>> {
        let mut push = self.context.socket::<Push>().linger(Linger::NONE);
        if let Some((client, server)) = &self.keys {
            let client = KeyPair::from_secret(client.secret().clone())?;
            push = push.security(CurveClient::new(client, *server));
        }
        Ok(push.connect(self.pull.last_endpoint()?)?)
    }
}

fn handshake(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("from connect to the first message");
    group.sample_size(30).measurement_time(Duration::from_secs(3));
    for (name, curve) in [("NULL", false), ("CURVE", true)] {
        let side = Side::open(curve).expect("the sockets");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let push = side.connect().expect("it is bound");
                push.send("x").expect("there is room");
                side.pull.recv().expect("it was sent");
            });
        });
    }
    group.finish();
}

fn throughput(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("throughput");
    group.sample_size(20).measurement_time(Duration::from_secs(2));
    for size in [16, 256, 4096, 65_536] {
        let body = vec![b'x'; size];
        group.throughput(Throughput::Bytes(size as u64));
        for (name, curve) in [("NULL", false), ("CURVE", true)] {
            let side = Side::open(curve).expect("the sockets");
            let push = side.connect().expect("it is bound");
            let (expect, expected) = channel::<u64>();
            let (tell, received) = channel();
            let receiving = thread::spawn(move || {
                for messages in expected {
                    (0..messages).for_each(|_| drop(side.pull.recv().expect("it is sent")));
                    tell.send(()).expect("the bench waits");
                }
            });
            group.bench_function(BenchmarkId::new(name, size), |bencher| {
                bencher.iter_custom(|messages| {
                    let start = Instant::now();
                    expect.send(messages).expect("the other thread waits");
                    (0..messages).for_each(|_| push.send(&body[..]).expect("it is received"));
                    received.recv().expect("all are received");
                    start.elapsed()
                });
            });
            drop(expect);
            receiving.join().expect("it ends with the bench");
        }
    }
    group.finish();
}

criterion_group!(benches, keys, handshake, throughput);
criterion_main!(benches);
