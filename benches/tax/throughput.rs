//! How many messages a second go over TCP with CURVE, through the API and through bare C calls.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::{Mechanism, Shape, api, bare};

const ENDPOINT: &str = "tcp://127.0.0.1:*";
const SIZES: [usize; 3] = [16, 256, 4096];
/// How many messages are on their way; fewer than the high-water marks let through.
const WINDOW: u64 = 500;
/// How many connections of each of the two are tried, because one may be lucky with its threads and buffers.
const PAIRS: usize = 8;
/// Of each of the two, in turns, so that what else the machine does hits both.
const ROUNDS: usize = 40;
/// How long a round takes, about.
const ROUND: Duration = Duration::from_millis(10);
/// What the API should reach of what bare C does, in the best of some attempts.
const AIM: f64 = 0.98;
const ATTEMPTS: usize = 3;
/// What it has to reach. The gate is the number of instructions; times depend on what else the machine does, but not so
/// much.
const LEAST: f64 = 0.9;

/// Prints a row for each attempt at each size, and fails if the API is much slower in all of them.
pub fn compare() -> ExitCode {
    println!(
        "{:<12} {:>8} {:>10} {:>10} {:>9} {:>9}",
        "CURVE, tcp", "frame", "bare C/s", "ferromq/s", "ratio", "aim"
    );
    let fast_enough = SIZES.map(|size| {
        let mut best = 0.0;
        for _ in 0..ATTEMPTS {
            best = ratio(size).max(best);
            if best >= AIM {
                break;
            }
        }
        best >= LEAST
    });
    if fast_enough == [true; 3] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn ratio(size: usize) -> f64 {
    let body = vec![b'x'; size];
    let (mut of_bare, mut of_api, mut times) = (Vec::new(), Vec::new(), 1);
    for pair in 0..PAIRS {
        let bare = bare::Pipe::open(Shape::OneFrame, ENDPOINT, Mechanism::Curve);
        let api = api::Pipe::open(ENDPOINT, Mechanism::Curve).expect("there is a free port");
        let by_bare = |times| assert_eq!(bare.stream(&body, WINDOW, times), size as u64 * WINDOW * times);
        let by_api = |times| {
            let bytes = api.stream(&body, WINDOW, times).expect("both ends are in this process");
            assert_eq!(bytes, size as u64 * WINDOW * times);
        };
        // The handshakes are over after the first.
        by_bare(5);
        by_api(5);
        if pair == 0 {
            times = (ROUND.as_secs_f64() / seconds(|| by_bare(10)) * 10.0).ceil() as u64;
        }
        for round in 0..ROUNDS {
            // Neither is always the one that goes first.
            if (pair + round) % 2 == 0 {
                of_bare.push(seconds(|| by_bare(times)));
                of_api.push(seconds(|| by_api(times)));
            } else {
                of_api.push(seconds(|| by_api(times)));
                of_bare.push(seconds(|| by_bare(times)));
            }
        }
    }
    let per_second = |of: Vec<f64>| (WINDOW * times) as f64 / median(of);
    let (bare, api) = (per_second(of_bare), per_second(of_api));
    println!("{:<12} {size:>6} B {bare:>10.0} {api:>10.0} {:>9.3} {AIM:>9}", "", api / bare);
    api / bare
}

fn seconds(action: impl FnOnce()) -> f64 {
    let start = Instant::now();
    action();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
