//! A frame of an owned buffer: copied into memory of libzmq's own, or handed over.
//!
//! "copied" copies, "given" hands over memory, which libzmq's thread then frees, "foreign" hands over an owner that
//! another thread has to drop. `Frame::from` copies below `OWNED_FROM` (src/message/convert.rs), which rests on this table;
//! `Frame::from_owner` always hands over. Making the buffer is part of the time, and the same in each.
//!
//! Made and dropped by one thread, ns, the best of 20 samples on a busy machine with two cores:
//!
//! | bytes | copied | given | foreign |
//! |--:|--:|--:|--:|
//! | 64 | 39 | 66 | 138 |
//! | 256 | 40 | 68 | 264 |
//! | 1024 | 80 | 77 | 232 |
//! | 2048 | 137 | 94 | 575 |
//! | 4096 | 367 | 157 | 457 |
//! | 65536 | 2975 | 1491 | 10406 |
//! | 1048576 | 68593 | 33059 | 51982 |

use std::hint::black_box;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ferromq::{Context, Frame, Pull, Push};

const SIZES: [usize; 9] = [64, 256, 512, 1024, 2048, 4096, 16_384, 65_536, 1 << 20];

/// An owner whose `Drop` could do anything, for all that the crate knows.
struct Foreign(Vec<u8>);

impl AsRef<[u8]> for Foreign {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {}
}

type Make = fn(Vec<u8>) -> Frame;

const WAYS: [(&str, Make); 3] = [
    ("copied", |buffer| Frame::from(buffer.as_slice())),
    ("given", |buffer| Frame::from_owner(buffer).expect("there is memory")),
    ("foreign", |buffer| Frame::from_owner(Foreign(buffer)).expect("there is memory")),
];

/// For each size and way, what `exchange` takes for so many frames.
fn compare(criterion: &mut Criterion, name: &str, mut exchange: impl FnMut(u64, &dyn Fn() -> Frame)) {
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1)).sample_size(20);
    for size in SIZES {
        for (way, make) in WAYS {
            let body = vec![b'x'; size];
            group.bench_function(BenchmarkId::new(way, size), |bencher| {
                bencher.iter_custom(|frames| {
                    let start = Instant::now();
                    exchange(frames, &|| make(black_box(&body).clone()));
                    start.elapsed()
                });
            });
        }
    }
    group.finish();
}

fn made_and_dropped(criterion: &mut Criterion) {
    compare(criterion, "made and dropped", |frames, make| {
        for _ in 0..frames {
            drop(black_box(make()));
        }
    });
}

/// Sent by this thread, received and dropped by another.
fn sent(criterion: &mut Criterion, name: &str, endpoint: &str) {
    let context = Context::new().expect("a context");
    let pull = context.socket::<Pull>().bind(endpoint).expect("an endpoint");
    let push =
        context.socket::<Push>().connect(pull.last_endpoint().expect("it is bound")).expect("it is bound");
    let (expect, expected) = channel::<u64>();
    let (tell, received) = channel();
    let receiving = thread::spawn(move || {
        for frames in expected {
            for _ in 0..frames {
                pull.recv().expect("a frame");
            }
            tell.send(()).expect("the bench waits");
        }
    });
    compare(criterion, name, |frames, make| {
        expect.send(frames).expect("the other thread waits");
        for _ in 0..frames {
            push.send(make()).expect("it is received");
        }
        received.recv().expect("all are received");
    });
    drop(expect);
    receiving.join().expect("it ends with the bench");
}

fn over_inproc(criterion: &mut Criterion) {
    sent(criterion, "over inproc", "inproc://frames");
}

fn over_tcp(criterion: &mut Criterion) {
    sent(criterion, "over tcp", "tcp://127.0.0.1:*");
}

criterion_group!(benches, made_and_dropped, over_inproc, over_tcp);
criterion_main!(benches);
