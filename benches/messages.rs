//! What a message costs before it is sent and after it is received: made, cloned, edited and converted, by one thread.
//!
//! It shows where libzmq allocates (a frame of more than 33 bytes has a buffer of its own) and where the crate does (the
//! second frame of a message needs a list); that a clone of a long frame is shared and costs the same at any length, while a
//! short one is copied; and that putting an envelope around a message does not depend on the length of what is in it.
//!
//! `cargo bench --bench messages`

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ferromq::{Frame, Message};

/// In the frame itself, in a buffer of libzmq's, in one that has to be asked for from the system.
const SIZES: [usize; 4] = [16, 256, 4096, 1 << 20];

fn group<'a>(
    criterion: &'a mut Criterion,
    name: &str,
) -> criterion::BenchmarkGroup<'a, criterion::measurement::WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1)).sample_size(30);
    group
}

fn make(criterion: &mut Criterion) {
    let mut group = group(criterion, "make");
    for size in SIZES {
        let body = vec![b'x'; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::new("one frame", size), &body[..], |bencher, body| {
            bencher.iter(|| Message::from(black_box(body)));
        });
        group.bench_with_input(BenchmarkId::new("three frames", size), &body[..], |bencher, body| {
            bencher.iter(|| Message::from([black_box(body); 3]));
        });
        group.bench_with_input(BenchmarkId::new("written in place", size), &size, |bencher, size| {
            bencher.iter(|| {
                Frame::with_len(black_box(*size), |bytes| bytes.fill(b'x')).expect("there is memory")
            });
        });
    }
    group.finish();
}

fn clone(criterion: &mut Criterion) {
    let mut group = group(criterion, "clone");
    for size in SIZES {
        let body = vec![b'x'; size];
        for frames in [1, 3] {
            let message = Message::from(vec![&body[..]; frames]);
            let id = BenchmarkId::new(format!("frames: {frames}"), size);
            group.bench_with_input(id, &message, |bencher, message| {
                bencher.iter(|| black_box(message).clone())
            });
        }
    }
    group.finish();
}

fn edit(criterion: &mut Criterion) {
    let mut group = group(criterion, "edit");
    for size in [16, 4096] {
        let body = vec![b'x'; size];
        let message = || Message::from(["id", ""]).with_body(&body);
        group.bench_function(BenchmarkId::new("an envelope taken off and put on", size), |bencher| {
            bencher.iter_batched(
                message,
                |mut message| {
                    let envelope = message.take_envelope().expect("it has one");
                    message.with_envelope(envelope)
                },
                BatchSize::SmallInput,
            );
        });
        group.bench_function(BenchmarkId::new("a frame before and a frame after", size), |bencher| {
            bencher.iter_batched(
                || Message::from(&body[..]),
                |mut message| {
                    message.push_front("first");
                    message.push_back("last");
                    message
                },
                BatchSize::SmallInput,
            );
        });
        group.bench_function(BenchmarkId::new("split and joined", size), |bencher| {
            bencher.iter_batched(
                message,
                |mut message| {
                    let rest = message.split_off(1);
                    message.append(rest);
                    message
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// Builds what the benches of [`edit`] start from.
trait WithBody {
    fn with_body(self, body: &[u8]) -> Self;
}

impl WithBody for Message {
    fn with_body(mut self, body: &[u8]) -> Message {
        self.push_back(body);
        self
    }
}

fn convert(criterion: &mut Criterion) {
    let mut group = group(criterion, "convert");
    for size in SIZES {
        let text = "x".repeat(size);
        group.throughput(Throughput::Bytes(size as u64));
        let message = Message::from(text.as_str());
        group.bench_with_input(BenchmarkId::new("to &str", size), &message, |bencher, message| {
            bencher.iter(|| black_box(message).as_str().expect("it is text").len());
        });
        group.bench_with_input(BenchmarkId::new("from String", size), &text, |bencher, text| {
            bencher.iter_batched(|| text.clone(), Message::from, BatchSize::SmallInput);
        });
        #[cfg(feature = "bytes")]
        group.bench_with_input(BenchmarkId::new("to Bytes", size), &message, |bencher, message| {
            let frame = || message[0].clone();
            bencher.iter_batched(frame, bytes::Bytes::from, BatchSize::SmallInput);
        });
        let message = Message::from([text.as_str(); 3]);
        group.bench_with_input(BenchmarkId::new("to three frames", size), &message, |bencher, message| {
            let taken = |message: Message| message.into_frames::<3>().expect("there are three");
            bencher.iter_batched(|| message.clone(), taken, BatchSize::SmallInput);
        });
    }
    group.finish();
}

criterion_group!(benches, make, clone, edit, convert);
criterion_main!(benches);
