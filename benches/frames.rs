//! Making a frame of an owned buffer: copied into memory of libzmq's own, or handed over.
//!
//! `Frame::from(Vec<u8>)` copies below the size from which handing over is faster (`OWNED_FROM` in `src/message/convert.rs`). With
//! that set to 0 this benchmark shows where it is: "given" is then always handed over.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ferromq::Frame;

fn owned_buffers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("owned buffers");
    for size in [64, 256, 1024, 2048, 4096, 8192, 16_384, 65_536, 1 << 20] {
        group.throughput(Throughput::Bytes(size as u64));
        let buffer = || vec![b'x'; size];
        group.bench_with_input(BenchmarkId::new("copied", size), &size, |bencher, _| {
            bencher.iter_batched(
                buffer,
                |buffer| drop(black_box(Frame::from(buffer.as_slice()))),
                BatchSize::SmallInput,
            );
        });
        group.bench_with_input(BenchmarkId::new("given", size), &size, |bencher, _| {
            bencher.iter_batched(
                buffer,
                |buffer| drop(black_box(Frame::from(buffer))),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, owned_buffers);
criterion_main!(benches);
