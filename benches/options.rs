//! What reading and setting options costs, and what it adds to opening a socket.
//!
//! An option is one call of libzmq; it shows what its type adds to that (durations, text), and what a builder with many
//! options adds to a socket that is opened with none.
//!
//! `cargo bench --bench options`

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use ferromq::{Context, Dealer, Hwm, Linger, RoutingId};

fn get(criterion: &mut Criterion) {
    let context = Context::new().expect("a context");
    let dealer = context
        .socket::<Dealer>()
        .routing_id(RoutingId::new("client-1").expect("it is one"))
        .bind("inproc://options");
    let dealer = dealer.expect("an endpoint");
    let mut group = criterion.benchmark_group("get");
    group.bench_function("linger", |bencher| bencher.iter(|| dealer.linger().expect("it is open")));
    group.bench_function("send_hwm", |bencher| bencher.iter(|| dealer.send_hwm().expect("it is open")));
    group.bench_function("routing_id", |bencher| bencher.iter(|| dealer.routing_id().expect("it is open")));
    group.bench_function("last_endpoint", |bencher| {
        bencher.iter(|| dealer.last_endpoint().expect("it is open"))
    });
    group.bench_function("events", |bencher| bencher.iter(|| dealer.events().expect("it is open")));
    group.finish();
}

fn set(criterion: &mut Criterion) {
    let context = Context::new().expect("a context");
    let dealer = context.socket::<Dealer>().bind("inproc://options").expect("an endpoint");
    let mut group = criterion.benchmark_group("set");
    group.bench_function("linger", |bencher| {
        bencher.iter(|| dealer.set_linger(black_box(Linger::NONE)).expect("it is open"));
    });
    group.bench_function("receive_timeout", |bencher| {
        bencher.iter(|| dealer.set_receive_timeout(black_box(Duration::from_secs(1))).expect("it is open"));
    });
    group.finish();
}

fn open(criterion: &mut Criterion) {
    let context = Context::new().expect("a context");
    let mut group = criterion.benchmark_group("open and close");
    group.bench_function("no options", |bencher| {
        bencher.iter(|| context.socket::<Dealer>().open().expect("there is room"));
    });
    group.bench_function("eight options", |bencher| {
        bencher.iter(|| {
            let builder = context.socket::<Dealer>().linger(Linger::NONE).send_hwm(Hwm::UNLIMITED);
            let builder = builder.receive_hwm(Hwm::UNLIMITED).receive_timeout(Duration::from_secs(1));
            let builder = builder.send_timeout(Duration::from_secs(1)).immediate(true);
            let builder = builder.handshake_timeout(Duration::from_secs(5)).max_message_size(1 << 20);
            builder.open().expect("there is room")
        });
    });
    group.finish();
}

criterion_group!(benches, get, set, open);
criterion_main!(benches);
