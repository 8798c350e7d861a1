//! How ferromq and libzmq grow: with peers, with subscriptions, and with connections, whose memory is counted.
//!
//! `--growth [--scale X] [--page]`; at scale 1 it takes a few minutes. Both programs are started by turns, and each point is
//! measured in [`ROUNDS`] rounds, of which the median counts.

use std::time::{Duration, Instant};

use super::contenders::OURS;
use super::libzmq::Libzmq;
use super::{machine, minutes, page, programs};
use crate::invocation::Invocation;
use crate::{Result, prerequisites};

mod lines;
pub mod text;
mod trial;

use trial::Trial;

/// ferromq, and libzmq in C.
pub const NAMES: [&str; 2] = ["ferromq", "c"];
const ROUNDS: usize = 3;
const PEERS: [usize; 4] = [1, 10, 100, 1000];
const SUBSCRIPTIONS: [usize; 6] = [1, 10, 100, 1000, 10_000, 100_000];
/// Idle pairs, and how many of them then carry [`BURST`] messages each: 1 MiB.
const PAIRS: [usize; 2] = [1000, 5000];
const BUSY: usize = 1000;
const BURST: usize = 4096;
const CONNECTIONS: usize = 10_000;
/// How often each of them sends a request and has its reply.
const REQUESTS: usize = 5;

/// What one contender showed, in the order of [`NAMES`]; or why it showed nothing.
pub type Both<T> = [Result<T>; 2];

/// Everything that was measured.
pub struct Growth {
    pub conditions: String,
    pub by_peers: Vec<(usize, Both<f64>)>,
    pub by_subscriptions: Vec<(usize, Both<f64>)>,
    pub idle: Vec<(usize, Both<f64>)>,
    pub busy: (usize, Both<f64>),
    pub held: (usize, Both<Held>),
}

/// Many connections to one ROUTER.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// Seconds until all had shaken hands, and for all requests and replies.
    pub connecting: f64,
    pub serving: f64,
    pub replies: usize,
    /// Bytes for each connection, in the ROUTER's process, and in those of the DEALERs.
    pub server: f64,
    pub clients: f64,
}

/// `--growth` has been taken from the arguments.
pub fn run(arguments: &[&String]) -> Result<()> {
    let (scale, is_page) = settings(arguments)?;
    let started = Instant::now();
    let growth = measure(scale)?;
    println!("\n{}\n\n{}", text::growth(&growth), text::memory(&growth));
    println!("\nThat took {}.", minutes(started.elapsed()));
    if is_page { page::write_growth(&growth) } else { Ok(()) }
}

fn settings(arguments: &[&String]) -> Result<(f64, bool)> {
    let (mut scale, mut is_page) = (1.0, false);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--page" => is_page = true,
            "--scale" => {
                let value = arguments.next().and_then(|value| value.parse().ok());
                let value = value.filter(|scale| *scale > 0.0 && *scale <= 100.0);
                scale = value.ok_or("after --scale there should be a number such as 0.1")?;
            }
            other => return Err(format!("--growth goes with --scale and --page, not with {other}")),
        }
    }
    Ok((scale, is_page))
}

fn measure(scale: f64) -> Result<Growth> {
    prerequisites::ensure(&prerequisites::to_build())?;
    let libzmq = Libzmq::build()?;
    let ours = Invocation::new(programs::build(OURS)?.executable("growth")?, &[]);
    let both = [ours, Invocation::new(libzmq.growth_program()?, &[])].map(Trial::new);
    let rounds = if scale < 1.0 { 1 } else { ROUNDS };

    let by_peers =
        points(&PEERS, rounds, &both, "messages/s from so many PUSH to one PULL", |trial, peers| {
            trial.push_pull(peers, scaled(3e6, scale).max(peers))
        });
    let by_subscriptions = points(
        &SUBSCRIPTIONS,
        rounds,
        &both,
        "messages/s to a SUB with so many subscriptions",
        |trial, subscriptions| trial.pub_sub(subscriptions, scaled(2e6, scale)),
    );
    let pairs = PAIRS.map(|pairs| scaled(as_number(pairs), scale.min(1.0)));
    let idle =
        points(&pairs, 1, &both, "bytes for each of so many idle pairs", |trial, pairs| trial.idle(pairs));
    let busy_pairs = scaled(as_number(BUSY), scale.min(1.0));
    let busy = points(&[busy_pairs], 1, &both, "bytes for each of so many busy pairs", |trial, pairs| {
        trial.busy(pairs, BURST)
    });
    let connections = scaled(as_number(CONNECTIONS), scale.min(1.0));
    println!("\n{connections} connections to one ROUTER");
    let held = [0, 1].map(|index| {
        let held = both[index].held(connections, REQUESTS);
        println!("{:>20}  {held:?}", NAMES[index]);
        held
    });
    let conditions = format!(
        "{}; `c`: {}; two processes over loopback tcp; default options, but a backlog of 4096 and no send HWM on SUB; \
         median of {rounds} rounds, memory of one",
        machine()?,
        libzmq.version()
    );
    let busy = busy.into_iter().next().expect("there is one point");
    Ok(Growth { conditions, by_peers, by_subscriptions, idle, busy, held: (connections, held) })
}

/// The median of the rounds at each point; whoever fails once has failed there.
fn points(
    at: &[usize],
    rounds: usize,
    both: &[Trial; 2],
    title: &str,
    measure: impl Fn(&Trial, usize) -> Result<f64>,
) -> Vec<(usize, Both<f64>)> {
    println!("\n{title}");
    let point = |&point: &usize| {
        let mut measured = [Ok(Vec::new()), Ok(Vec::new())];
        for round in 0..rounds {
            for turn in 0..2 {
                let index = (round + turn) % 2;
                let Ok(values) = &mut measured[index] else { continue };
                match measure(&both[index], point) {
                    Ok(value) => values.push(value),
                    Err(error) => measured[index] = Err(error),
                }
            }
        }
        let measured = measured.map(|values| values.map(median));
        for (name, value) in NAMES.iter().zip(&measured) {
            println!("{point:>10} {name:>10}  {value:?}");
        }
        (point, measured)
    };
    at.iter().map(point).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a small positive number")]
fn scaled(count: f64, scale: f64) -> usize {
    (count * scale).max(1.0).round() as usize
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn as_number(count: usize) -> f64 {
    count as f64
}

/// How long a step may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(40);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_ones() {
        assert_eq!((median(vec![3.0, 1.0, 2.0]), median(vec![4.0, 1.0, 2.0, 9.0])), (2.0, 3.0));
    }

    #[test]
    fn something_is_left_at_any_scale() {
        assert_eq!((scaled(1000.0, 0.1), scaled(10.0, 0.001)), (100, 1));
    }

    #[test]
    fn only_its_own_options_go_with_it() {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let read = |list: &[&str]| settings(&words(list).iter().collect::<Vec<_>>());
        assert_eq!(read(&["--page", "--scale", "0.5"]), Ok((0.5, true)));
        assert!(read(&["--scale"]).is_err() && read(&["--rounds", "3"]).is_err());
    }
}
