//! Every pattern over every transport, in one process and in two, with CURVE and without.

use serde_json::Value;

use crate::program::{is_plausible, number, object};

const PATTERNS: &str = "push-pull,pub-sub,req-rep,dealer-router,pair";

#[track_caller]
fn measured(line: &str, runs: usize, is_right: impl Fn(&Value)) {
    let object = object(line);
    let measured = object["runs"].as_array().unwrap();
    assert_eq!(measured.len(), runs, "{line}");
    for run in measured {
        is_plausible(run);
        is_right(run);
    }
}

fn nothing_is_lost(run: &Value) {
    assert_eq!(number(run, "messages"), 2000.0);
    if run["pattern"] != "req-rep" {
        assert_eq!((number(run, "lost"), number(run, "reordered")), (0.0, 0.0), "{run}");
        let events = number(run, "messages_per_second") * number(run, "seconds");
        assert!((events - 1999.0).abs() < 0.01, "{run}");
    }
}

fn latencies_are_those_of_all_round_trips(run: &Value) {
    assert_eq!(number(run, "samples"), 200.0, "{run}");
    // One way is half of a round trip, and nothing else happens in between.
    let inferred = number(run, "seconds") / 200.0 / 2.0 * 1e6;
    assert!((0.2..=1.01).contains(&(number(run, "mean_us") / inferred)), "{run}");
}

#[test]
fn throughput_of_every_pattern_over_every_transport() {
    for patterns in ["tcp,ipc", "inproc,ws"] {
        let line = format!("throughput --pattern {PATTERNS} --transport {patterns} --messages 2000");
        measured(&line, 10, nothing_is_lost);
    }
}

#[test]
fn latency_of_every_pattern_over_every_transport() {
    let line = format!(
        "latency --pattern {PATTERNS} --transport tcp,ipc,inproc,ws --size 16 --round-trips 200 --warm-up 20"
    );
    measured(&line, 20, latencies_are_those_of_all_round_trips);
}

#[test]
fn every_pattern_within_one_process() {
    let line = format!(
        "throughput --pattern {PATTERNS} --transport tcp,ipc,ws --processes 1 --messages 2000 --size 64"
    );
    measured(&line, 15, |run| {
        nothing_is_lost(run);
        assert_eq!(run["ends"], "one process");
    });
}

#[test]
fn every_pattern_with_curve() {
    let line = format!("throughput --pattern {PATTERNS} --transport tcp,ipc,ws --curve --messages 2000");
    measured(&line, 15, |run| {
        nothing_is_lost(run);
        assert_eq!(run["curve"], true);
    });
    let line =
        format!("latency --pattern {PATTERNS} --transport tcp --curve on --round-trips 200 --warm-up 10");
    measured(&line, 5, latencies_are_those_of_all_round_trips);
}

#[test]
fn messages_of_every_length_are_counted_and_compared() {
    for pattern in ["push-pull", "req-rep", "pub-sub"] {
        let line = format!("throughput --pattern {pattern} --size 0,1,7,13,14,16..128,100K --messages 2000");
        measured(&line, 10, nothing_is_lost);
        let line = format!("latency --pattern {pattern} --size 0,1,13,64K --round-trips 200 --transport ipc");
        measured(&line, 4, latencies_are_those_of_all_round_trips);
    }
}
