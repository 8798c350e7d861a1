//! What the safe API costs above the C calls that it makes: messages sent and received, by one thread.
//!
//! `cargo bench --bench tax` measures time. `cargo xtask tax` counts instructions, which are repeatable, holds them against
//! the limits in `benches/tax/limits.toml`, and compares the throughput with CURVE.

mod api;
#[cfg(feature = "tokio")]
mod asynchronous;
mod bare;
mod throughput;

use std::hint::black_box;
use std::process::ExitCode;

use criterion::{BenchmarkId, Criterion, Throughput};

const SIZES: [usize; 2] = [16, 4096];

/// The keys of the "Test key values" in zmq_curve(7).
const CLIENT_PUBLIC: &str = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
const CLIENT_SECRET: &str = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
const SERVER_PUBLIC: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const SERVER_SECRET: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mechanism {
    Null,
    Curve,
}

/// What one message is: which sockets, and how much goes through them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// From PUSH to PULL.
    OneFrame,
    ThreeFrames,
    /// From DEALER to ROUTER and back.
    Router,
    /// From PUB to SUB.
    Sub,
}

fn main() -> ExitCode {
    // `cargo xtask tax` asks for one thing and nothing else.
    if let Ok(request) = std::env::var("FERROMQ_TAX") {
        return if request == "throughput" { throughput::compare() } else { count(&request) };
    }
    let mut criterion = Criterion::default().configure_from_args();
    compare(&mut criterion);
    criterion.final_summary();
    ExitCode::SUCCESS
}

/// Runs one loop: `LOOP SHAPE MECHANISM ENDPOINT SIZE MESSAGES`, as in `api router null inproc://tax 16 10000`. The loops
/// `bare-try` and `async` never wait: all that they ask for is there.
fn count(request: &str) -> ExitCode {
    let words: Vec<&str> = request.split(' ').collect();
    let [which, shape, mechanism, endpoint, size, messages] = words[..] else {
        panic!("FERROMQ_TAX should read: LOOP SHAPE MECHANISM ENDPOINT SIZE MESSAGES, or throughput");
    };
    let mechanism = match mechanism {
        "null" => Mechanism::Null,
        "curve" => Mechanism::Curve,
        _ => panic!("there is no mechanism called {mechanism}"),
    };
    let (shape, frames) = match shape {
        "one" => (Shape::OneFrame, 1),
        "three" => (Shape::ThreeFrames, 3),
        "router" => (Shape::Router, 1),
        "sub" => (Shape::Sub, 1),
        _ => panic!("there is no shape called {shape}"),
    };
    let body = vec![b'x'; size.parse().expect("a size in bytes")];
    let messages: u64 = messages.parse().expect("a number of messages");
    let bytes =
        match which {
            "bare" => bare::Pipe::open(shape, endpoint, mechanism).exchange::<0>(shape, &body, messages),
            "bare-try" => bare::Pipe::open(shape, endpoint, mechanism)
                .exchange::<{ bare::ZMQ_DONTWAIT }>(shape, &body, messages),
            "api" => api::exchange(shape, endpoint, mechanism, &body, messages)
                .expect("both ends are in this process"),
            #[cfg(feature = "tokio")]
            "async" => asynchronous::exchange(shape, endpoint, &body, messages)
                .expect("both ends are in this process"),
            _ => panic!("there is no loop called {which}, or only with the feature tokio"),
        };
    assert_eq!(bytes, body.len() as u64 * frames * messages);
    ExitCode::SUCCESS
}

fn compare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tax");
    group.throughput(Throughput::Elements(1));
    for size in SIZES {
        let body = vec![b'x'; size];
        let bare = bare::Pipe::open(Shape::OneFrame, "inproc://tax", Mechanism::Null);
        group.bench_with_input(BenchmarkId::new("bare", size), &body, |bencher, body| {
            bencher.iter(|| bare.exchange::<0>(Shape::OneFrame, black_box(body), 1));
        });
        let api = api::Pipe::open("inproc://tax", Mechanism::Null).expect("inproc needs no resources");
        group.bench_with_input(BenchmarkId::new("api", size), &body, |bencher, body| {
            bencher.iter(|| api.one_frame(black_box(body), 1).expect("both ends are in this process"));
        });
    }
    group.finish();
}
