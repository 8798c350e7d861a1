//! What the safe API costs above the C calls that it makes: one message sent and received, by one thread.
//!
//! `cargo bench --bench tax` measures time; `benches/tax.sh` counts instructions, which are repeatable.

mod api;
mod bare;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};

const SIZES: [usize; 2] = [16, 4096];

fn main() {
    // benches/tax.sh asks for one loop and nothing else.
    if let Ok(request) = std::env::var("FERROMQ_TAX") {
        count(&request);
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    compare(&mut criterion);
    criterion.final_summary();
}

/// Runs one loop: `LOOP ENDPOINT SIZE MESSAGES`, as in `api inproc://tax 16 10000`.
fn count(request: &str) {
    let words: Vec<&str> = request.split(' ').collect();
    let [which, endpoint, size, messages] = words[..] else {
        panic!("FERROMQ_TAX should read: bare|api ENDPOINT SIZE MESSAGES");
    };
    let body = vec![b'x'; size.parse().expect("a size in bytes")];
    let messages: u64 = messages.parse().expect("a number of messages");
    let bytes = match which {
        "bare" => bare::Pipe::open(endpoint).exchange(&body, messages),
        "api" => api::Pipe::open(endpoint)
            .and_then(|pipe| pipe.exchange(&body, messages))
            .expect("both ends are in this process"),
        _ => panic!("there is no loop called {which}"),
    };
    assert_eq!(bytes, body.len() as u64 * messages);
}

fn compare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tax");
    group.throughput(Throughput::Elements(1));
    for size in SIZES {
        let body = vec![b'x'; size];
        let bare = bare::Pipe::open("inproc://tax");
        group.bench_with_input(BenchmarkId::new("bare", size), &body, |bencher, body| {
            bencher.iter(|| bare.exchange(black_box(body), 1));
        });
        let api = api::Pipe::open("inproc://tax").expect("inproc needs no resources");
        group.bench_with_input(BenchmarkId::new("api", size), &body, |bencher, body| {
            bencher.iter(|| api.exchange(black_box(body), 1).expect("both ends are in this process"));
        });
    }
    group.finish();
}
