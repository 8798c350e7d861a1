//! One run of one contender: two processes, or one where the transport is inproc.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use super::measurement::{Measurement, Pattern, Transport};
use super::peer::{self, Peer};
use super::programs::Program;
use super::results::Round;
use crate::Result;
use crate::invocation::Invocation;

/// Whoever takes longer hangs, or might as well.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Trial<'a> {
    pub name: &'static str,
    pub program: &'a Program,
    pub measurement: &'a Measurement,
    pub runtime: &'static str,
    /// How many messages or round trips, without the warm-up.
    pub count: u64,
}

impl Trial<'_> {
    pub fn run(&self) -> Result<Round> {
        let place = Place::new(self.measurement.transport)?;
        match self.program {
            Program::Ours(program) => self.ours(program, &place.endpoint),
            Program::Perf { directory, with_curve } => {
                if self.measurement.transport == Transport::Curve && !with_curve {
                    return Err("this libzmq was built without CURVE".to_owned());
                }
                self.perf(&|tool| Invocation::new(directory.join(tool), &[]), &place.endpoint)
            }
        }
    }

    /// With a program that follows the command line of `bench-compare/measure`.
    fn ours(&self, program: &Invocation, endpoint: &str) -> Result<Round> {
        let Measurement { pattern, transport, size } = *self.measurement;
        let start = |role: &str| {
            let (size, count) = (size.to_string(), self.count.to_string());
            Peer::start(self.name, &program.clone().arguments([role, endpoint, &size, &count, self.runtime]))
        };
        let [binding, connecting] = pattern.roles();
        let (mut peers, measuring) = if transport == Transport::Inproc {
            (vec![start(&format!("{binding}+{connecting}"))?], 0)
        } else {
            let mut binding = start(&binding)?;
            binding.printed("ready", PATIENCE)?.ok_or("it does not bind")?;
            (vec![binding, start(&connecting)?], pattern.measuring())
        };
        if let Pattern::PubSub(_) = pattern {
            peer::race(&mut peers, measuring, "joined", PATIENCE)?;
            // The publisher is always the first.
            peers[0].tell("go")?;
        }
        let told = peer::race(&mut peers, measuring, "seconds ", PATIENCE)?;
        self.round(&told).ok_or_else(|| format!("\"{told}\" is no result"))
    }

    /// From `SECONDS of MESSAGES`.
    fn round(&self, told: &str) -> Option<Round> {
        let (seconds, arrived) = told.split_once(" of ")?;
        let (seconds, arrived): (f64, f64) = (seconds.parse().ok()?, arrived.parse().ok()?);
        #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52")]
        let count = self.count as f64;
        // The last message of the warm-up is the first that is timed; where it is lost, one fewer can arrive.
        let lost = if arrived + 1.0 >= count { 0.0 } else { 1.0 - arrived / count };
        (seconds > 0.0 && arrived > 0.0).then(|| Round { rate: arrived / seconds, lost })
    }

    /// With libzmq's own programs, which have no warm-up but the first message.
    fn perf(&self, tool: &dyn Fn(&str) -> Invocation, endpoint: &str) -> Result<Round> {
        let Measurement { pattern, transport, size } = *self.measurement;
        let (size, count) = (size.to_string(), self.count.to_string());
        let kind = if pattern.is_latency() { "lat" } else { "thr" };
        let (beginning, unit) = match pattern.is_latency() {
            true => ("average latency: ", " [us]"),
            false => ("mean throughput: ", " [msg/s]"),
        };
        let (mut peers, measuring) = if transport == Transport::Inproc {
            let both = tool(&format!("inproc_{kind}")).arguments([&size, &count]);
            (vec![Peer::start(self.name, &both)?], 0)
        } else {
            let curve = if transport == Transport::Curve { &["1"] as &[_] } else { &[] };
            let endpoint = endpoint.trim_start_matches("curve+");
            let start = |side: &str| {
                let side =
                    tool(&format!("{side}_{kind}")).arguments([endpoint, &size, &count]).arguments(curve);
                Peer::start(self.name, &side)
            };
            (vec![start("local")?, start("remote")?], pattern.measuring())
        };
        let told = peer::race(&mut peers, measuring, beginning, PATIENCE)?;
        let number: Option<f64> = told.strip_suffix(unit).and_then(|number| number.parse().ok());
        let number =
            number.filter(|number| *number > 0.0).ok_or_else(|| format!("\"{told}\" is no result"))?;
        let rate = if pattern.is_latency() { 1e6 / number / 2.0 } else { number };
        Ok(Round { rate, lost: 0.0 })
    }
}

/// An endpoint, and the file that it leaves.
struct Place {
    endpoint: String,
    file: Option<PathBuf>,
}

impl Place {
    fn new(transport: Transport) -> Result<Self> {
        let tcp = || free_port().map(|port| format!("tcp://127.0.0.1:{port}"));
        let (endpoint, file) = match transport {
            Transport::Tcp => (tcp()?, None),
            Transport::Curve => (format!("curve+{}", tcp()?), None),
            Transport::Inproc => ("inproc://compare".to_owned(), None),
            Transport::Ipc => {
                let file = std::env::temp_dir().join(format!("compare-{}.ipc", std::process::id()));
                (format!("ipc://{}", file.display()), Some(file))
            }
        };
        Ok(Self { endpoint, file })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // Some remove it themselves.
            let _ = fs::remove_file(file);
        }
    }
}

fn free_port() -> Result<u16> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|error| format!("there is no free TCP port: {error}"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn trial(
        pattern: Pattern,
        transport: Transport,
        run: impl Fn(&Trial<'_>) -> Result<Round>,
    ) -> Result<Round> {
        let measurement = Measurement { pattern, transport, size: 16 };
        let program = Program::Ours(Invocation::new("true", &[]));
        run(&Trial { name: "it", program: &program, measurement: &measurement, runtime: "", count: 100 })
    }

    #[test]
    fn what_has_not_arrived_is_lost() {
        let round = |told: &str| {
            trial(Pattern::PubSub(1), Transport::Tcp, |trial| trial.round(told).ok_or("none".to_owned()))
        };
        assert_eq!(round("2.0 of 100"), Ok(Round { rate: 50.0, lost: 0.0 }));
        assert_eq!(round("2.0 of 99"), Ok(Round { rate: 49.5, lost: 0.0 }));
        assert_eq!(round("2.0 of 60"), Ok(Round { rate: 30.0, lost: 0.4 }));
        assert!(round("2.0 of 0").is_err() && round("2.0").is_err());
    }

    #[test]
    fn the_publisher_is_told_when_all_have_joined() {
        let script = "echo ready; echo joined; read line && echo seconds $line of 50";
        let program =
            Invocation::new("sh", &["-c", &script.replace("$line", "$(test $line = go && echo 0.5)")]);
        let result =
            trial(Pattern::PubSub(1), Transport::Inproc, |trial| trial.ours(&program, "inproc://it"));
        assert_eq!(result, Ok(Round { rate: 100.0, lost: 0.5 }));
    }

    #[test]
    fn libzmqs_own_programs_are_understood() {
        let told = |line: &str| Invocation::new("sh", &["-c", &format!("echo '{line}'; sleep 30")]);
        let latency = trial(Pattern::ReqRep, Transport::Inproc, |trial| {
            trial.perf(&|_| told("average latency: 25.000 [us]"), "")
        });
        assert_eq!(latency, Ok(Round { rate: 20_000.0, lost: 0.0 }));
        let throughput = trial(Pattern::PushPull, Transport::Inproc, |trial| {
            trial.perf(&|_| told("mean throughput: 1000 [msg/s]"), "")
        });
        assert_eq!(throughput, Ok(Round { rate: 1000.0, lost: 0.0 }));
    }
}
