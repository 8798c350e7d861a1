//! Values as JSON and as MessagePack: written into a frame and read out of one, beside serde_json into a `Vec`.
//!
//! It shows what the two formats cost for the same values, how long their frames are (printed first), and that a value that
//! borrows its text out of the frame is read without copying it.
//!
//! `cargo bench --features json,msgpack --bench codec`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ferromq::Frame;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Task {
    id: u64,
    name: String,
    urgent: bool,
    weights: Vec<f64>,
}

/// The same, with its text left where it is.
#[derive(Deserialize)]
struct Borrowed<'a> {
    id: u64,
    name: &'a str,
}

fn tasks(number: u64) -> Vec<Task> {
    let task = |id| Task {
        id,
        name: format!("task number {id}"),
        urgent: id % 3 == 0,
        weights: (0..8).map(|weight| f64::from(weight) / 7.0).collect(),
    };
    (0..number).map(task).collect()
}

fn write(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("write");
    for number in [1, 100] {
        let tasks = tasks(number);
        let lengths =
            [Frame::from_json(&tasks), Frame::from_msgpack(&tasks)].map(|frame| frame.expect("it can").len());
        println!("{number} tasks: {} bytes of JSON, {} of MessagePack", lengths[0], lengths[1]);
        group.throughput(Throughput::Elements(number));
        group.bench_with_input(BenchmarkId::new("JSON", number), &tasks, |bencher, tasks| {
            bencher.iter(|| Frame::from_json(black_box(tasks)).expect("it can be written"));
        });
        group.bench_with_input(BenchmarkId::new("MessagePack", number), &tasks, |bencher, tasks| {
            bencher.iter(|| Frame::from_msgpack(black_box(tasks)).expect("it can be written"));
        });
        group.bench_with_input(BenchmarkId::new("JSON into a Vec", number), &tasks, |bencher, tasks| {
            bencher.iter(|| serde_json::to_vec(black_box(tasks)).expect("it can be written"));
        });
    }
    group.finish();
}

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for number in [1, 100] {
        let tasks = tasks(number);
        let json = Frame::from_json(&tasks).expect("it can be written");
        let msgpack = Frame::from_msgpack(&tasks).expect("it can be written");
        group.throughput(Throughput::Elements(number));
        group.bench_with_input(BenchmarkId::new("JSON", number), &json, |bencher, frame| {
            bencher.iter(|| black_box(frame).read_json::<Vec<Task>>().expect("it is one"));
        });
        group.bench_with_input(BenchmarkId::new("MessagePack", number), &msgpack, |bencher, frame| {
            bencher.iter(|| black_box(frame).read_msgpack::<Vec<Task>>().expect("it is one"));
        });
        group.bench_with_input(BenchmarkId::new("JSON, borrowed", number), &json, |bencher, frame| {
            bencher.iter(|| {
                let tasks = black_box(frame).read_json::<Vec<Borrowed>>().expect("it is one");
                tasks.iter().map(|task| task.id + task.name.len() as u64).sum::<u64>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, write, read);
criterion_main!(benches);
