//! ferromq beside other ways to ZeroMQ, on one machine in one run: the packages in `bench-compare`, which are no members of
//! the workspace, because they depend on the rivals.
//!
//! Every measurement is made by two processes over loopback TCP, with the default options of each library. A round has
//! each library once, so that whatever else the machine does meets all of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use crate::cargo::{Built, target_directory};
use crate::invocation::{Invocation, root};
use crate::{Result, outside, prerequisites};

mod peer;
mod table;

const DIRECTORY: &str = "bench-compare";
/// The package that depends on this workspace.
const OURS: &str = "ferromq";
/// What the others are compared with: one's own blocking sockets, and the binding that is in use.
const BASES: [&str; 2] = ["ferromq", "tmq"];
/// Whoever takes longer hangs, or might as well.
const PATIENCE: Duration = Duration::from_secs(60);

/// A library, and one of its ways to send and receive.
struct Contender {
    name: &'static str,
    /// Where its program is.
    package: &'static str,
    /// The crate that is measured, unless it is ferromq.
    rival: Option<&'static str>,
    /// What it is for.
    patterns: &'static [Pattern],
}

const CONTENDERS: &[Contender] = &[
    Contender { name: "ferromq", package: OURS, rival: None, patterns: BOTH },
    Contender { name: "ferromq-tokio", package: OURS, rival: None, patterns: BOTH },
    Contender { name: "ferromq-tokio-many", package: OURS, rival: None, patterns: MANY },
    Contender { name: "ferromq-batches", package: OURS, rival: None, patterns: MANY },
    Contender { name: "ferromq-tokio-batches", package: OURS, rival: None, patterns: MANY },
    Contender { name: "ferromq-tokio-many-batches", package: OURS, rival: None, patterns: MANY },
    Contender { name: "tmq", package: "tmq", rival: Some("tmq"), patterns: BOTH },
    Contender { name: "tmq-buffered", package: "tmq", rival: Some("tmq"), patterns: MANY },
    Contender { name: "omq-tokio", package: "pure", rival: Some("omq-tokio"), patterns: BOTH },
    Contender { name: "omq-tokio-many", package: "pure", rival: Some("omq-tokio"), patterns: MANY },
    Contender { name: "zeromq", package: "pure", rival: Some("zeromq"), patterns: BOTH },
    Contender { name: "rzmq", package: "pure", rival: Some("rzmq"), patterns: BOTH },
    Contender { name: "rzmq-io-uring", package: "pure", rival: Some("rzmq"), patterns: BOTH },
];
const BOTH: &[Pattern] = &[Pattern::PushPull, Pattern::ReqRep];
/// What is for many messages.
const MANY: &[Pattern] = &[Pattern::PushPull];

impl Contender {
    fn is_for(&self, measurement: &Measurement) -> bool {
        self.patterns.contains(&measurement.pattern)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Pattern {
    PushPull,
    ReqRep,
}

impl Pattern {
    /// The side that binds, and the one that connects.
    fn roles(self) -> [&'static str; 2] {
        match self {
            Self::PushPull => ["pull", "push"],
            Self::ReqRep => ["rep", "req"],
        }
    }

    /// The side that has the clock: where the last message arrives.
    fn measuring(self) -> usize {
        match self {
            Self::PushPull => 0,
            Self::ReqRep => 1,
        }
    }

    /// Messages, or round trips: a second or so.
    fn count(self) -> u64 {
        match self {
            Self::PushPull => 2_000_000,
            Self::ReqRep => 20_000,
        }
    }
}

/// One of the tables.
#[derive(Clone, Copy)]
struct Measurement {
    pattern: Pattern,
    size: usize,
}

impl Measurement {
    fn title(&self) -> String {
        let (size, count) = (self.size, self.pattern.count());
        match self.pattern {
            Pattern::PushPull => format!("PUSH/PULL, {size} B, {count} messages: thousand messages/s"),
            Pattern::ReqRep => format!("REQ/REP, {size} B, {count} round trips: microseconds one way"),
        }
    }

    /// What the table shows of a run of so many seconds.
    fn value(&self, seconds: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52")]
        let count = self.pattern.count() as f64;
        match self.pattern {
            Pattern::PushPull => count / seconds / 1e3,
            Pattern::ReqRep => seconds / count / 2.0 * 1e6,
        }
    }
}

/// `[--rounds N] [--sizes A,B] [--runtime multi-thread|current-thread] [NAME...]`
pub fn run(arguments: &[String]) -> Result<()> {
    let settings = Settings::read(arguments)?;
    prerequisites::ensure(&prerequisites::to_build())?;
    let programs = settings.programs()?;

    let measurements = settings.measurements();
    let mut results = vec![vec![Vec::new(); settings.contenders.len()]; measurements.len()];
    for round in 0..settings.rounds {
        for (measurement, results) in measurements.iter().zip(&mut results) {
            println!("\nround {} of {}: {}", round + 1, settings.rounds, measurement.title());
            for turn in 0..settings.contenders.len() {
                // Another one begins each time.
                let index = (round + turn) % settings.contenders.len();
                let contender = settings.contenders[index];
                if !contender.is_for(measurement) {
                    continue;
                }
                let result = measure(contender, &programs[index], measurement, &settings);
                println!("{:>26}  {}", contender.name, table::shown(&result));
                results[index].push(result);
            }
        }
    }

    println!("\n{}", settings.conditions()?);
    for (measurement, results) in measurements.iter().zip(&results) {
        let rows = settings.contenders.iter().map(|contender| contender.name).zip(results);
        let rows: Vec<_> = rows.filter(|(_, results)| !results.is_empty()).collect();
        println!("\n{}\n\n{}", measurement.title(), table::markdown(&rows, &BASES));
    }
    Ok(())
}

/// Builds the program that measures what is in `package`.
fn build(package: &str) -> Result<PathBuf> {
    let directory = format!("{DIRECTORY}/{package}");
    let build = if package == OURS {
        outside::cargo("build", &directory)?
    } else {
        let manifest = format!("{directory}/Cargo.toml");
        let target = target_directory()?;
        Invocation::cargo(&["build", "--manifest-path", &manifest, "--target-dir"]).argument(target)
    };
    Built::of(&build.argument("--release"))?.executable(&format!("compare-{package}"))
}

/// Starts both sides, and gives what the one with the clock has measured.
fn measure(
    contender: &Contender,
    program: &Invocation,
    measurement: &Measurement,
    settings: &Settings,
) -> Result<f64> {
    let pattern = measurement.pattern;
    let endpoint = format!("tcp://127.0.0.1:{}", free_port()?);
    let start = |role: &str| {
        let (size, count) = (measurement.size.to_string(), pattern.count().to_string());
        let arguments = [role, &endpoint, &size, &count, settings.runtime];
        peer::Peer::start(contender.name, &program.clone().arguments(arguments))
    };
    let [binding, connecting] = pattern.roles();
    let mut binding = start(binding)?;
    binding.printed("ready", PATIENCE)?.ok_or("it does not bind")?;
    let mut both = [binding, start(connecting)?];
    let seconds = peer::race(&mut both, pattern.measuring(), "seconds ", PATIENCE)?;
    let seconds: f64 = seconds.parse().map_err(|_| format!("\"{seconds}\" is no number of seconds"))?;
    Ok(measurement.value(seconds))
}

fn free_port() -> Result<u16> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|error| format!("there is no free TCP port: {error}"))
}

struct Settings {
    rounds: usize,
    /// Of the messages of PUSH. Requests have the first of them.
    sizes: Vec<usize>,
    /// Of tokio, for all that are async.
    runtime: &'static str,
    contenders: Vec<&'static Contender>,
}

/// What the examples of all rivals run on, and then the other.
const RUNTIMES: [&str; 2] = ["multi-thread", "current-thread"];

impl Settings {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut settings =
            Self { rounds: 5, sizes: vec![16, 256], runtime: RUNTIMES[0], contenders: Vec::new() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("something is missing after {argument}"));
            match argument.as_str() {
                "--rounds" => {
                    let rounds = value()?.parse().ok().filter(|rounds| *rounds > 0);
                    settings.rounds = rounds.ok_or("after --rounds there should be a number")?;
                }
                "--sizes" => {
                    let sizes = value()?.split(',').map(|size| size.parse().ok().filter(|size| *size >= 8));
                    let sizes = sizes.collect::<Option<_>>();
                    settings.sizes =
                        sizes.ok_or("after --sizes there should be numbers from 8, as in 16,256")?;
                }
                "--runtime" => {
                    let value = value()?;
                    let runtime = RUNTIMES.into_iter().find(|runtime| runtime == value);
                    settings.runtime = runtime
                        .ok_or(format!("after --runtime there should be {}", RUNTIMES.join(" or ")))?;
                }
                name => {
                    let contender = CONTENDERS.iter().find(|contender| contender.name == name);
                    let names: Vec<_> = CONTENDERS.iter().map(|contender| contender.name).collect();
                    let unknown = || format!("nothing is called {name}; there are: {}", names.join(", "));
                    settings.contenders.push(contender.ok_or_else(unknown)?);
                }
            }
        }
        if settings.contenders.is_empty() {
            settings.contenders = CONTENDERS.iter().collect();
        }
        Ok(settings)
    }

    /// What to start for each contender.
    fn programs(&self) -> Result<Vec<Invocation>> {
        let mut built = HashMap::new();
        let program = |contender: &&Contender| {
            let executable = match built.entry(contender.package) {
                Entry::Occupied(built) => built.into_mut(),
                Entry::Vacant(missing) => missing.insert(build(contender.package)?),
            };
            Ok(Invocation::new(&*executable, &[contender.name]))
        };
        self.contenders.iter().map(program).collect()
    }

    fn measurements(&self) -> Vec<Measurement> {
        let throughput = self.sizes.iter().map(|&size| Measurement { pattern: Pattern::PushPull, size });
        let latency = Measurement { pattern: Pattern::ReqRep, size: self.sizes[0] };
        throughput.chain([latency]).collect()
    }

    /// What one has to know to repeat it.
    fn conditions(&self) -> Result<String> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut versions = Vec::new();
        for contender in &self.contenders {
            let Some(rival) = contender.rival else { continue };
            let lock = root().join(DIRECTORY).join(contender.package).join("Cargo.lock");
            let lock = std::fs::read_to_string(&lock)
                .map_err(|error| format!("{} cannot be read: {error}", lock.display()))?;
            let version = locked_version(&lock, rival).ok_or(format!("{rival} is not in Cargo.lock"))?;
            versions.push(format!("{rival} {version}"));
        }
        versions.dedup();
        Ok(format!(
            "Loopback TCP between two processes, {cores} cores, tokio's {} runtime, {} rounds; {}.",
            self.runtime,
            self.rounds,
            versions.join(", ")
        ))
    }
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, version) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    version.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Settings> {
        Settings::read(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn everything_is_compared_unless_some_are_named() {
        let all = read(&[]).expect("nothing need be said");
        assert_eq!((all.rounds, all.contenders.len()), (5, CONTENDERS.len()));
        assert_eq!(all.measurements().len(), 3);
        let some = read(&["--rounds", "7", "--sizes", "64", "tmq"]).expect("it is right");
        assert_eq!((some.rounds, some.sizes, some.contenders.len()), (7, vec![64], 1));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |arguments| read(arguments).err().expect("it is wrong");
        assert!(error(&["mtq"]).contains("nothing is called mtq; there are: ferromq, "));
        assert!(error(&["--runtime", "smol"]).contains("multi-thread or current-thread"));
        assert!(error(&["--sizes", "16,4"]).contains("numbers from 8"));
        assert!(error(&["--rounds"]).contains("missing after --rounds"));
        assert!(error(&["--rounds", "0"]).contains("a number"));
    }

    #[test]
    fn what_is_compared_with_is_compared() {
        for base in BASES {
            assert!(CONTENDERS.iter().any(|contender| contender.name == base), "{base}");
        }
    }

    #[test]
    fn throughput_is_messages_and_latency_half_a_round_trip() {
        let value = |pattern: Pattern| Measurement { pattern, size: 16 }.value(2.0);
        assert_eq!((value(Pattern::PushPull), value(Pattern::ReqRep)), (1000.0, 50.0));
    }

    #[test]
    fn a_version_is_found_in_the_lock_file() {
        let lock = "name = \"zmq\"\nversion = \"1.0\"\n\nname = \"tmq\"\nversion = \"0.5.0\"\n";
        assert_eq!(locked_version(lock, "tmq"), Some("0.5.0"));
        assert_eq!(locked_version(lock, "rzmq"), None);
    }
}
