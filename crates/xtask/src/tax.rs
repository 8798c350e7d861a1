//! The instructions per message that the wrapper costs over bare C calls, counted by callgrind, against the limits in
//! `benches/tax/limits.toml`.
//!
//! Each loop of `benches/tax` runs twice, with different numbers of messages, and the difference is divided by the
//! additional messages, so that what opening and closing costs cancels out. Over inproc there is no I/O at all: the count
//! repeats, and shows the wrapper at its dearest.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use crate::Result;
use crate::cargo::Built;
use crate::invocation::{Invocation, root};
use crate::{outside, prerequisites};

const LIMITS: &str = "benches/tax/limits.toml";
/// How messages go, and how they are counted.
struct Transport {
    name: &'static str,
    endpoint: &'static str,
    few: u64,
    many: u64,
    /// What a new limit leaves for other compilers and other days, in percent of bare C.
    leeway: f64,
}

const TRANSPORTS: [Transport; 2] = [
    // libzmq's queues grow by 256.
    Transport { name: "inproc", endpoint: "inproc://tax", few: 256, many: 2304, leeway: 1.0 },
    // The threads meet in another order each time, which more messages even out.
    Transport { name: "tcp", endpoint: "tcp://127.0.0.1:*", few: 2000, many: 12_000, leeway: 2.0 },
];
/// The best counts.
const ATTEMPTS: usize = 3;

/// A line of the file: what is compared, and how many percent more of it the API may cost.
#[derive(Clone, PartialEq, Debug)]
struct Limit {
    /// `LOOP SHAPE MECHANISM TRANSPORT SIZE`, as in `api one null inproc 16`.
    name: String,
    percent: f64,
}

/// Instructions per message.
#[derive(Clone, Copy)]
struct Counted {
    bare: u64,
    api: u64,
}

impl Counted {
    fn percent(self) -> f64 {
        (self.api as f64 - self.bare as f64) * 100.0 / self.bare as f64
    }
}

/// `--renew` writes what it has counted into the file of limits.
pub fn run(arguments: &[String]) -> Result<()> {
    let renew = match arguments {
        [] => false,
        [only] if only == "--renew" => true,
        _ => return Err("it takes --renew, or nothing".to_owned()),
    };
    prerequisites::ensure(&prerequisites::to_build())?;
    prerequisites::ensure(&[prerequisites::VALGRIND])?;
    let text = fs::read_to_string(root().join(LIMITS))
        .map_err(|error| format!("{LIMITS} cannot be read: {error}."))?;
    let limits = limits_in(&text)?;
    // What the tests link, which is optimised: libsodium and libzmq need not be compiled once more.
    let build = outside::linking_the_same(Invocation::cargo(&[
        "bench",
        "--package",
        "ferromq",
        "--features",
        "tokio",
        "--bench",
        "tax",
        "--no-run",
    ]))?;
    let program = Built::of(&build)?.executable("tax")?;

    let counted = count_all(&program, &limits)?;
    println!(
        "{:<30} {:>10} {:>10} {:>9} {:>8}",
        "instructions per message", "bare C", "ferromq", "tax", "limit"
    );
    for (Limit { name, percent }, counted) in limits.iter().zip(&counted) {
        let tax = counted.percent();
        println!("{name:<30} {:>10} {:>10} {tax:>8.2}% {percent:>7}%", counted.bare, counted.api);
    }
    if renew {
        let path = root().join(LIMITS);
        return fs::write(&path, renewed(&text, &limits, &counted)?)
            .map_err(|error| format!("{} cannot be written: {error}.", path.display()));
    }
    println!();
    Invocation::new(&program, &[]).variable("FERROMQ_TAX", "throughput").run()?;
    let dear = limits.iter().zip(&counted).filter(|(limit, counted)| counted.percent() > limit.percent);
    let dear: Vec<_> = dear.map(|(limit, _)| limit.name.as_str()).collect();
    if dear.is_empty() { Ok(()) } else { Err(format!("above the limit in {LIMITS}: {}.", dear.join(", "))) }
}

/// As many at the same time as there are processors.
fn count_all(program: &Path, limits: &[Limit]) -> Result<Vec<Counted>> {
    let next = Mutex::new(0..limits.len());
    let take = || next.lock().expect("nobody panics with it").next();
    let mark = crate::limit::current_mark();
    let work = || {
        crate::limit::adopt(mark.clone());
        let mut counted = Vec::new();
        while let Some(row) = take() {
            counted.push((row, best_of_some(program, &limits[row])));
        }
        counted
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("it does not panic")).collect()
    });
    all.sort_by_key(|(row, _)| *row);
    all.into_iter().map(|(_, counted)| counted).collect()
}

/// Until one is within the limit.
fn best_of_some(program: &Path, limit: &Limit) -> Result<Counted> {
    let mut best = count(program, &limit.name)?;
    for _ in 1..ATTEMPTS {
        if best.percent() <= limit.percent {
            break;
        }
        let another = count(program, &limit.name)?;
        if another.percent() < best.percent() {
            best = another;
        }
    }
    Ok(best)
}

fn count(program: &Path, name: &str) -> Result<Counted> {
    let (which, what) = name.split_once(' ').unwrap_or((name, ""));
    let base = if which == "async" { "bare-try" } else { "bare" };
    Ok(Counted { bare: per_message(program, base, what)?, api: per_message(program, which, what)? })
}

fn per_message(program: &Path, which: &str, what: &str) -> Result<u64> {
    let words: Vec<_> = what.split(' ').collect();
    let [shape, mechanism, transport, size] = words[..] else {
        return Err(format!("in {LIMITS}, \"{what}\" should be SHAPE MECHANISM TRANSPORT SIZE."));
    };
    let Transport { endpoint, few, many, .. } = transport_called(transport)?;
    let instructions = |messages| {
        let request = format!("{which} {shape} {mechanism} {endpoint} {size} {messages}");
        let callgrind = Invocation::new("valgrind", &["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .argument(program)
            .variable("FERROMQ_TAX", &request);
        let output = callgrind.command().output().map_err(|error| callgrind.did_not_start(&error))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let collected = output.status.success().then(|| collected_in(&said)).flatten();
        collected.ok_or_else(|| format!("`{callgrind}` has counted nothing:\n{}", said.trim()))
    };
    Ok(instructions(many)?.saturating_sub(instructions(few)?) / (many - few))
}

fn transport_called(name: &str) -> Result<&'static Transport> {
    let transport = TRANSPORTS.iter().find(|transport| transport.name == name);
    transport.ok_or_else(|| format!("in {LIMITS}, {name} is no transport."))
}

/// The instructions of all threads.
fn collected_in(said: &str) -> Option<u64> {
    said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

/// The lines `"NAME" = PERCENT`; the rest is comments.
fn limits_in(text: &str) -> Result<Vec<Limit>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, percent) = line.split_once(" = ")?;
            let name = name.strip_prefix('"')?.strip_suffix('"')?.to_owned();
            Some(Limit { name, percent: percent.parse().ok()? })
        })
        .map(|limit| {
            limit.ok_or_else(|| format!("{LIMITS} should have lines of the form \"NAME\" = PERCENT."))
        })
        .collect()
}

/// The same comments, with limits that are a little above what was counted. None rises that is kept.
fn renewed(text: &str, limits: &[Limit], counted: &[Counted]) -> Result<String> {
    let mut renewed = String::new();
    for line in text.lines() {
        let row = limits.iter().position(|limit| line.starts_with(&format!("\"{}\" = ", limit.name)));
        let Some(row) = row else {
            renewed += &format!("{line}\n");
            continue;
        };
        let (Limit { name, percent: old }, counted) = (&limits[row], counted[row].percent());
        let transport = transport_called(name.split(' ').nth(3).unwrap_or(""))?;
        // What costs much above C varies more.
        let new = counted.max(0.0) * 1.05 + transport.leeway;
        let percent = if counted <= *old { new.min(*old) } else { new };
        renewed += &format!("\"{name}\" = {percent:.1}\n");
    }
    Ok(renewed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callgrind_is_understood() {
        let said = "==7== Events    : Ir\n==7== Collected : 1234567\n==7==\n";
        assert_eq!((collected_in(said), collected_in("==7== Events    : Ir")), (Some(1_234_567), None));
    }

    #[test]
    fn limits_are_read_and_renewed() {
        let names = ["api one null inproc 16", "api sub null inproc 16", "api three null inproc 16"];
        let file = |limits: [&str; 3]| {
            let lines = names.iter().zip(limits).map(|(name, percent)| format!("\"{name}\" = {percent}\n"));
            format!("# Why.\n{}", lines.collect::<String>())
        };
        let text = file(["4.0", "2", "100"]);
        let limits = limits_in(&text).expect("it is as it should be");
        assert_eq!((limits[0].percent, limits[1].name.as_str()), (4.0, names[1]));
        // One is kept but for little, one is exceeded, one became cheap.
        let counted = [1035, 1040, 1020].map(|api| Counted { bare: 1000, api });
        assert_eq!(renewed(&text, &limits, &counted), Ok(file(["4.0", "5.2", "3.1"])));
        assert!(limits_in("api = 2").is_err());
    }

    #[test]
    fn the_limits_in_the_repository_are_some() {
        let text = fs::read_to_string(root().join(LIMITS)).expect("the file is there");
        assert!(limits_in(&text).expect("it is as it should be").len() > 10);
    }
}
