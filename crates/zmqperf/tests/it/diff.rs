//! `zmqperf diff`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Ended, fails, object_with, run};

fn result(runs: Value) -> Value {
    json!({ "tool": "zmqperf", "version": "0.1.0", "command": "throughput", "runs": runs })
}

fn a_run(size: u32, rate: f64, p99: f64) -> Value {
    json!({
        "pattern": "push-pull", "transport": "tcp", "size": size, "curve": false,
        "messages_per_second": rate, "p99_us": p99, "max_us": 10.0 * p99,
    })
}

/// What `diff` says of the two, with these further arguments.
fn compared(before: &Value, after: &Value, further: &[&str]) -> Ended {
    let here = tempfile::tempdir().unwrap();
    let [one, two] = [("a.json", before), ("b.json", after)].map(|(name, result)| {
        let path = here.path().join(name);
        fs::write(&path, result.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let mut arguments = vec![&*one, &*two];
    arguments.extend(further);
    run("diff", &arguments)
}

#[test]
fn what_got_worse_by_more_than_the_threshold_is_exit_status_3() {
    let before = result(json!([a_run(16, 1000.0, 100.0), a_run(32, 900.0, 100.0)]));
    for (rate, p99, further, code) in [
        (1000.0, 100.0, &[] as &[&str], 0),
        (901.0, 109.0, &[], 0),
        (899.0, 100.0, &[], 3),
        (1000.0, 111.0, &[], 3),
        (2000.0, 50.0, &[], 0),
        (899.0, 111.0, &["--threshold", "15%"], 0),
        (990.0, 100.0, &["--threshold", "0.5"], 3),
        (500.0, 100.0, &["--metric", "p99_us"], 0),
        (500.0, 100.0, &["--metric", "p99_us,messages_per_second"], 3),
        (1000.0, 150.0, &["--metric", "max_us"], 3),
    ] {
        let after = result(json!([a_run(16, rate, p99), a_run(32, 900.0, 100.0)]));
        let ended = compared(&before, &after, further);
        assert_eq!((ended.code, &*ended.stderr), (Some(code), ""), "{rate} {p99} {further:?}: {ended:?}");
        assert_eq!(ended.stdout.contains("WORSE"), code == 3, "{ended:?}");
    }
}

#[test]
fn verdicts_are_one_object_with_runs_that_only_one_result_has() {
    let before = result(json!([a_run(16, 1000.0, 100.0), a_run(32, 900.0, 100.0)]));
    let mut alone = a_run(16, 400.0, 100.0);
    for (name, value) in [("tool", "zmqperf"), ("command", "throughput")] {
        alone[name] = value.into();
    }
    let ended = compared(&before, &alone, &["--json", "-"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let verdicts: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(verdicts["worse"], true);
    assert_eq!(verdicts["only_before"], json!(["throughput push-pull tcp 32 B"]));
    assert_eq!(verdicts["only_after"], json!([]));
    let line = &verdicts["comparisons"][0];
    assert_eq!((&line["metric"], &line["verdict"]), (&"messages_per_second".into(), &"worse".into()));
    assert_eq!(line["change_percent"], -60.0);
}

#[test]
fn what_is_no_pair_of_results_is_a_failure() {
    let here = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        fs::write(here.path().join(name), text).unwrap();
        here.path().join(name).to_str().unwrap().to_owned()
    };
    let good = write("good.json", &result(json!([a_run(16, 1.0, 1.0)])).to_string());
    let other = write("other.json", &result(json!([a_run(64, 1.0, 1.0)])).to_string());
    let twice = write("twice.json", &result(json!([a_run(16, 1.0, 1.0), a_run(16, 2.0, 2.0)])).to_string());
    let wrong = write("wrong.json", r#"{ "tool": "another" }"#);
    let broken = write("broken.json", "{");
    for (after, says) in [
        (&*other, "no number in common"),
        (&*twice, "two runs of the same"),
        (&*wrong, "no result of zmqperf"),
        (&*broken, "broken.json: EOF"),
        ("missing.json", "missing.json: "),
    ] {
        fails("diff", &[&good, after], 1, says);
    }
    fails("diff", &[&good, &good, "--metric", "beauty"], 2, "no such number; there are messages_per_second");
}

#[test]
fn results_of_every_command_can_be_compared_with_themselves() {
    let here = tempfile::tempdir().unwrap();
    let path = here.path().join("a.json");
    for line in [
        "throughput --transport inproc --messages 1000 --size 16,32",
        "latency --transport inproc --round-trips 100",
        "fanout --transport inproc --messages 100 --rate 5000 --subscribers 1,2",
        "ramp --transport inproc --from 500 --to 1000 --step 50ms --latency-limit 20s --keep-up 1%",
    ] {
        let measured = object_with(line, &[]);
        fs::write(&path, measured.to_string()).unwrap();
        let ended = run("diff --threshold 0", &[text(&path), text(&path)]);
        assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{line}: {ended:?}");
        assert!(ended.stdout.contains("messages_per_second"), "{line}: {ended:?}");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
