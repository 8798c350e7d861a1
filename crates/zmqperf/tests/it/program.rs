//! Runs the command, and never for ever.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Whoever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a run of the command came to.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A run of the command, which is killed when it is dropped.
pub struct Program {
    pub child: Child,
    stdout: Option<mpsc::Receiver<String>>,
    stderr: mpsc::Receiver<String>,
}

impl Program {
    /// Starts the command with the words of the line, and further arguments.
    pub fn start(line: &str, further: &[&str]) -> Program {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zmqperf"))
            .args(line.split_whitespace())
            .args(further)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = read(child.stdout.take().unwrap());
        let stderr = read(child.stderr.take().unwrap());
        Program { child, stdout: Some(stdout), stderr }
    }

    /// Starts `zmqperf serve`; and where it listens.
    pub fn serve() -> (Program, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zmqperf"))
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (told, tells) = mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        thread::spawn(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).unwrap();
            told.send(line).unwrap();
        });
        let stderr = read(child.stderr.take().unwrap());
        let program = Program { child, stdout: None, stderr };
        let line = tells.recv_timeout(PATIENCE).expect("`zmqperf serve` says where it listens");
        let endpoint = line.trim().strip_prefix("zmqperf: listening at ").expect("it says where");
        (program, endpoint.to_owned())
    }

    /// Waits until it ends.
    pub fn end(mut self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        let rest = || deadline.saturating_duration_since(Instant::now());
        // Its output ends with it.
        let stdout = self.stdout.take().map_or(Ok(String::new()), |stdout| stdout.recv_timeout(rest()));
        let stdout = stdout.expect("the command ends");
        let stderr = self.stderr.recv_timeout(rest()).expect("the command ends");
        Ended { code: self.child.wait().unwrap().code(), stdout, stderr }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        // The test may have ended.
        let _ = sender.send(String::from_utf8(bytes).unwrap());
    });
    receiver
}

/// Runs the command.
pub fn run(line: &str, further: &[&str]) -> Ended {
    Program::start(line, further).end()
}

/// The one JSON object that it prints with `--json -`, and nothing else.
#[track_caller]
pub fn object(line: &str) -> Value {
    object_with(line, &[])
}

/// As [`object`], with further arguments.
#[track_caller]
pub fn object_with(line: &str, further: &[&str]) -> Value {
    let ended = run(&format!("{line} --json -"), further);
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{line}: {ended:?}");
    assert_eq!(ended.stdout.lines().count(), 1, "{line}: {ended:?}");
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert!(value.is_object() && value["tool"] == "zmqperf", "{line}: {value}");
    value
}

/// It fails with this code and a sentence on stderr that has these words, and prints nothing.
#[track_caller]
pub fn fails(line: &str, further: &[&str], code: i32, says: &str) {
    let ended = run(line, further);
    assert_eq!((ended.code, &*ended.stdout), (Some(code), ""), "{line}: {ended:?}");
    assert!(ended.stderr.contains(says), "{line}: {ended:?}");
}

/// The number of that name.
#[track_caller]
pub fn number(object: &Value, name: &str) -> f64 {
    object[name].as_f64().unwrap_or_else(|| panic!("there is no number {name} in {object}"))
}

/// Latencies grow with the percentile, and all of this was used.
#[track_caller]
pub fn is_plausible(run: &Value) {
    let rate = number(run, "messages_per_second");
    assert!(rate > 1.0 && rate < 1e9, "{run}");
    let megabytes = rate * number(run, "size") / 1e6;
    assert!((number(run, "megabytes_per_second") - megabytes).abs() <= megabytes * 1e-6, "{run}");
    assert!(number(run, "seconds") > 0.0 && number(run, "seconds") < 60.0, "{run}");
    if cfg!(unix) {
        let cpu = number(run, "cpu_seconds");
        assert!(cpu > 0.0 && cpu < 60.0, "{run}");
        assert!(number(run, "peak_rss_bytes") > 1e6, "{run}");
        assert!(number(run, "context_switches") > 0.0, "{run}");
        let processes = run["processes"].as_array().unwrap();
        let peaks: f64 = processes.iter().map(|process| number(process, "peak_rss_bytes")).sum();
        assert_eq!(peaks, number(run, "peak_rss_bytes"), "{run}");
        let both = if run["ends"] == "one process" || run["transport"] == "inproc" { 1 } else { 2 };
        assert_eq!(processes.len(), both, "{run}");
    }
    if run.get("p50_us").is_some() {
        let names = ["min_us", "p50_us", "p90_us", "p99_us", "p999_us", "p9999_us", "max_us"];
        let latencies = names.map(|name| number(run, name));
        assert!(latencies.is_sorted() && latencies[0] > 0.0 && latencies[6] < 60e6, "{run}");
        let mean = number(run, "mean_us");
        assert!(latencies[0] <= mean * 1.001 && mean <= latencies[6] * 1.001, "{run}");
    }
}
