//! What is measured, and how it is told.

use std::fs;

use serde_json::Value;

use crate::program::{is_plausible, number, object, run};

#[test]
fn the_throughput_of_push_and_pull_is_one_object() {
    let object = object("throughput --pattern push-pull --transport tcp --size 256 --messages 200000");
    is_plausible(&object);
    assert_eq!((number(&object, "messages"), number(&object, "lost")), (200_000.0, 0.0));
    assert!(object.get("runs").is_none());
}

#[test]
fn the_latency_of_request_and_reply_is_one_object() {
    let object = object("latency --pattern req-rep --transport tcp --size 16 --round-trips 2000");
    is_plausible(&object);
    assert_eq!(number(&object, "samples"), 2000.0);
}

#[test]
fn a_round_that_is_told_lies_between_the_lowest_and_the_highest() {
    let object = object("throughput --transport inproc --messages 5000 --rounds 3 --size 32");
    is_plausible(&object);
    let rounds = &object["rounds"];
    assert_eq!(rounds["count"], 3);
    let [low, high] =
        ["lowest_messages_per_second", "highest_messages_per_second"].map(|name| number(rounds, name));
    assert!(low <= number(&object, "messages_per_second") && number(&object, "messages_per_second") <= high);
}

#[test]
fn with_a_rate_the_time_counts_that_a_message_had_to_wait_for_those_before_it() {
    // Nobody answers a million requests per second in turn, so each is later than the one before; a measurement that
    // begins to count when it gets round to sending does not see that.
    let closed = object("latency --size 16 --round-trips 2000");
    let open = object("latency --size 16 --round-trips 2000 --rate 1e6");
    is_plausible(&open);
    let behind = number(&open, "seconds") * 1e6 - 2000.0;
    assert!((0.4..0.6).contains(&(number(&open, "max_us") / behind)), "{open}");
    assert!(number(&open, "p50_us") > 10.0 * number(&closed, "p50_us"), "{open}\n{closed}");
}

#[test]
fn with_a_rate_that_is_kept_the_run_takes_as_long_as_that() {
    let object = object("latency --transport inproc --round-trips 200 --rate 1000");
    let seconds = number(&object, "seconds");
    assert!((0.199..2.0).contains(&seconds), "{object}");
}

#[test]
fn each_of_many_subscribers_gets_everything_at_a_rate_that_all_can_take() {
    for transport in ["tcp", "ipc", "inproc", "ws"] {
        let object =
            object(&format!("fanout --subscribers 3 --messages 400 --rate 4000 --transport {transport}"));
        is_plausible(&object);
        assert_eq!((number(&object, "delivered"), number(&object, "lost")), (1200.0, 0.0), "{object}");
        let each = object["each"].as_array().unwrap();
        assert_eq!(each.len(), 3, "{object}");
        for subscriber in each {
            assert_eq!(
                (number(subscriber, "received"), number(subscriber, "lost")),
                (400.0, 0.0),
                "{object}"
            );
            assert!(number(subscriber, "messages_per_second") > 10.0, "{object}");
            assert!(number(subscriber, "p50_us") <= number(subscriber, "p99_us"), "{object}");
        }
    }
}

#[test]
fn what_a_publisher_drops_is_counted_and_it_drops_nothing_when_it_is_told_to_wait() {
    let dropping = object("fanout --subscribers 2 --messages 50000 --hwm 1 --size 16");
    let (delivered, lost) = (number(&dropping, "delivered"), number(&dropping, "lost"));
    assert_eq!(delivered + lost, 100_000.0, "{dropping}");
    assert!(lost > 0.0 && delivered > 0.0, "{dropping}");
    let waiting = object("fanout --subscribers 1,2 --messages 20000 --hwm 100 --size 16 --no-drop");
    for run in waiting["runs"].as_array().unwrap() {
        let subscribers = number(run, "subscribers");
        assert_eq!((number(run, "delivered"), number(run, "lost")), (20_000.0 * subscribers, 0.0), "{run}");
    }
}

#[test]
fn subscribers_that_work_on_each_message_fall_behind() {
    let busy = object("fanout --subscribers 2 --messages 60 --size 16 --work 10ms --no-drop");
    assert_eq!((number(&busy, "delivered"), number(&busy, "lost")), (120.0, 0.0), "{busy}");
    for subscriber in busy["each"].as_array().unwrap() {
        assert!(number(subscriber, "messages_per_second") < 100.1, "{busy}");
        // The message in the middle waits for the thirty before it, which take 300 ms.
        assert!(number(subscriber, "p50_us") > 100_000.0, "{busy}");
    }
}

#[test]
fn a_publisher_that_waits_for_slow_subscribers_is_not_taken_for_one_that_hangs() {
    // A subscriber makes room for five messages at a time, on which it works for longer than the timeout.
    let line = "fanout --subscribers 1 --messages 20 --size 16 --no-drop --transport inproc";
    let busy = object(&format!("{line} --hwm 5 --work 250ms --timeout 1s"));
    assert_eq!((number(&busy, "delivered"), number(&busy, "lost")), (20.0, 0.0), "{busy}");
}

#[test]
fn a_ramp_ends_at_the_last_rate_if_that_is_sustained() {
    for pattern in ["push-pull", "req-rep", "pub-sub"] {
        let ramp = object(&format!(
            "ramp --pattern {pattern} --from 500 --to 2000 --step 100ms --keep-up 1% --latency-limit 20s"
        ));
        is_plausible(&ramp);
        assert_eq!(ramp["knee_found"], false, "{ramp}");
        let steps = ramp["steps"].as_array().unwrap();
        let mut offered: Vec<f64> = steps.iter().map(|step| number(step, "offered")).collect();
        // A step in which the machine did nothing at all is tried once more.
        offered.dedup();
        assert_eq!(offered, [500.0, 1000.0, 2000.0], "{ramp}");
        let last = steps.last().unwrap();
        assert_eq!(number(&ramp, "knee_messages_per_second"), number(last, "delivered"), "{ramp}");
        assert!(
            steps.iter().all(|step| number(step, "delivered") <= number(step, "offered") * 1.001),
            "{ramp}"
        );
    }
}

#[test]
fn a_ramp_finds_the_knee_between_a_rate_that_is_sustained_and_one_that_is_not() {
    let ramp = object(
        "ramp --from 1000 --to 1e9 --factor 100 --refine 2 --step 100ms --keep-up 2% --latency-limit 20s",
    );
    assert_eq!(ramp["knee_found"], true, "{ramp}");
    let steps = ramp["steps"].as_array().unwrap();
    let failed: Vec<f64> = steps
        .iter()
        .filter(|step| step.get("failed").is_some())
        .map(|step| number(step, "offered"))
        .collect();
    // What fails once is tried once more, and that is what counts.
    let not_sustained = failed.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    let lowest = not_sustained.fold(f64::MAX, f64::min);
    assert!(lowest < f64::MAX && number(&ramp, "rate") < lowest, "{ramp}");
}

#[test]
fn a_ramp_does_not_wait_for_what_receivers_that_work_will_never_catch_up_with() {
    // Twenty seconds of work are in the queues when the step ends.
    let ramp =
        object("ramp --from 200000 --to 200000 --step 100ms --work 20ms --latency-limit 20s --keep-up 10%");
    assert_eq!(ramp["knee_messages_per_second"], Value::Null, "{ramp}");
    let steps = ramp["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 2, "{ramp}");
    for step in steps {
        assert!(number(step, "received") < number(step, "sent"), "{ramp}");
        assert!(number(step, "delivered") < 51.0, "{ramp}");
    }
}

#[test]
fn a_ramp_whose_first_rate_is_too_high_has_no_knee_and_says_so() {
    let line = "ramp --transport inproc --from 1e9 --to 1e9 --step 50ms";
    let ramp = object(line);
    assert_eq!((&ramp["knee_messages_per_second"], &ramp["knee_found"]), (&Value::Null, &Value::Bool(false)));
    let ended = run(line, &[]);
    assert!(ended.code == Some(0) && ended.stdout.contains("begin lower, with --from"), "{ended:?}");
}

#[test]
fn results_go_to_files_and_people_get_a_table() {
    let here = tempfile::tempdir().unwrap();
    let [json, csv, html] = ["a.json", "a.csv", "a.html"].map(|name| here.path().join(name));
    let paths = [&json, &csv, &html].map(|path| path.to_str().unwrap());
    let line = "throughput --pattern push-pull,pub-sub --transport tcp,inproc --size 16..64 --messages 1000";
    let ended = run(line, &["--json", paths[0], "--csv", paths[1], "--html", paths[2]]);
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{ended:?}");
    let table: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(table.len(), 13, "{ended:?}");
    assert!(table[0].starts_with("pattern    transport  bytes"), "{ended:?}");

    let object: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let runs = object["runs"].as_array().unwrap();
    let sizes: Vec<f64> = runs.iter().map(|run| number(run, "size")).collect();
    assert_eq!(sizes, [16.0, 32.0, 64.0].repeat(4));

    let csv = fs::read_to_string(csv).unwrap();
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 13);
    assert!(lines.iter().all(|line| line.len() == lines[0].len()));
    let column = lines[0].iter().position(|name| *name == "messages_per_second").unwrap();
    for (line, run) in lines[1..].iter().zip(runs) {
        let rate: f64 = line[column].parse().unwrap();
        assert!((rate - number(run, "messages_per_second")).abs() < 0.01);
    }
    is_a_page(&fs::read_to_string(html).unwrap(), 2);
}

#[test]
fn every_command_draws_its_page() {
    for (line, plots) in [
        ("latency --pattern req-rep,pair --size 16,32 --round-trips 100 --transport inproc", 3),
        ("fanout --subscribers 2,3 --messages 100 --rate 2000 --transport inproc", 2),
        ("ramp --from 500 --to 1000 --step 50ms --latency-limit 20s --keep-up 1% --transport inproc", 2),
    ] {
        let ended = run(line, &["--html", "-"]);
        assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{line}: {ended:?}");
        is_a_page(&ended.stdout, plots);
    }
}

/// It has so many plots, nothing to load and nothing that runs, and every element that is opened is closed.
#[track_caller]
fn is_a_page(html: &str, plots: usize) {
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    assert_eq!(html.matches("<svg").count(), plots);
    assert!(html.contains("prefers-color-scheme: dark"));
    for missing in ["<script", "src=", "href=", "url(", "NaN", "inf\"", "-inf"] {
        assert!(!html.contains(missing), "{missing}");
    }
    for name in
        ["svg", "figure", "table", "tr", "td", "th", "text", "span", "p", "div", "style", "head", "body"]
    {
        let opened = html.matches(&format!("<{name}>")).count() + html.matches(&format!("<{name} ")).count();
        assert_eq!(opened, html.matches(&format!("</{name}>")).count(), "{name}");
    }
}
