//! What it costs to ask many sockets which of them has something, and how that grows with their number.
//!
//! `Poller` keeps what it waits for, `poll::poll` is given it each time; both are beside one `try_recv` on every socket. One
//! of the sockets is ready, the last one, or none is. It shows the price of a socket that is waited for: for libzmq each is
//! a question for its events, and each that has none a file descriptor for the system to watch.
//!
//! `cargo bench --bench poller`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ferromq::poll::{Interest, PollItem, poll};
use ferromq::{Context, Poller, Pull, Push, Socket};

const NUMBERS: [usize; 4] = [1, 10, 100, 1000];

/// So many sockets, of which only the last has a message, if any has.
fn sockets(number: usize, ready: bool) -> (Vec<Socket<Pull>>, Vec<Socket<Push>>) {
    let context = Context::builder().max_sockets(4096).build().expect("a context");
    let pulls: Vec<_> = (0..number)
        .map(|index| context.socket::<Pull>().bind(format!("inproc://{index}")).expect("an endpoint"))
        .collect();
    let pushes: Vec<_> = (0..number)
        .map(|index| context.socket::<Push>().connect(format!("inproc://{index}")).expect("it is bound"))
        .collect();
    if ready {
        pushes[number - 1].send("x").expect("there is room");
    }
    (pulls, pushes)
}

fn compare(criterion: &mut Criterion, name: &str, ready: bool) {
    let mut group = criterion.benchmark_group(name);
    for number in NUMBERS {
        let (pulls, _pushes) = sockets(number, ready);
        let found = usize::from(ready);

        let mut poller = Poller::new();
        for (token, pull) in pulls.iter().enumerate() {
            poller.add(pull, token, Interest::READABLE).expect("it is open");
        }
        group.bench_function(BenchmarkId::new("Poller", number), |bencher| {
            bencher.iter(|| assert_eq!(poller.try_wait().expect("all are open").count(), found));
        });

        let mut items: Vec<_> = pulls.iter().map(PollItem::readable).collect();
        group.bench_function(BenchmarkId::new("poll", number), |bencher| {
            bencher.iter(|| {
                let ready = poll(black_box(&mut items), std::time::Duration::ZERO).expect("all are open");
                assert_eq!(ready, found);
            });
        });

        // The one that has a message is not read, so that it stays ready.
        let silent = &pulls[..number - found];
        group.bench_function(BenchmarkId::new("try_recv", number), |bencher| {
            bencher.iter(|| silent.iter().for_each(|pull| assert!(pull.try_recv().is_err())));
        });
    }
    group.finish();
}

fn none_is_ready(criterion: &mut Criterion) {
    compare(criterion, "none is ready", false);
}

fn one_is_ready(criterion: &mut Criterion) {
    compare(criterion, "the last is ready", true);
}

criterion_group!(benches, none_is_ready, one_is_ready);
criterion_main!(benches);
