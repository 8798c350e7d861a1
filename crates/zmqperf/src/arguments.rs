//! The command line.

mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ferromq::Endpoint;

use crate::kind::{Pattern, Transport};
use values::{Sizes, control_endpoint, duration, duration_or_none, factor, percent, rate};

/// Measures ZeroMQ under load.
///
/// Each measurement has two ends: this one, which sends and has the clock, and the other, which it starts by itself as another
/// process, or which `zmqperf serve` is on another machine.
#[derive(Parser, Debug)]
#[command(version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// How many messages per second arrive when they are sent as fast as possible
    Throughput(Throughput),
    /// How long a message takes there and back, halved
    Latency(Latency),
    /// What each of many subscribers gets of what one publisher sends
    Fanout(Fanout),
    /// Raises the load step by step until what arrives falls behind what is sent
    Ramp(Ramp),
    /// Is the other end, for measurements with `--peer`
    Serve(Serve),
    /// Compares two results, and fails if something got worse
    Diff(Diff),
}

/// What is sent through what.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is measured")]
pub struct Subject {
    /// How bytes travel; a list such as `tcp,ipc` measures each
    #[arg(long, value_enum, value_delimiter = ',', default_value = "tcp")]
    pub transport: Vec<Transport>,
    /// How long messages are, in bytes: a number, a list, or `A..B`, which doubles from A to B; `K` and `M` are 1024 and 1024²
    #[arg(long, value_name = "BYTES", default_value = "256")]
    pub size: Sizes,
    /// Whether the connection is encrypted and authenticated by CURVE
    #[arg(long, value_enum, num_args = 0..=1, default_value = "off", default_missing_value = "on")]
    pub curve: Switch,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// Where the other end is, and what is set for all runs.
#[derive(Args, Debug)]
#[command(next_help_heading = "The ends")]
pub struct Ends {
    /// In how many processes the two ends are [default: 2, and 1 over inproc]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=2), conflicts_with = "peer")]
    pub processes: Option<u8>,
    /// The other end is there already: where `zmqperf serve` listens, such as tcp://10.0.0.2:7000
    #[arg(long, value_name = "ENDPOINT", value_parser = control_endpoint)]
    pub peer: Option<Endpoint>,
    /// Threads of libzmq's, at each end
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub io_threads: u32,
    /// Give up when nothing has happened for so long
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub timeout: Duration,
}

/// Where the results go.
#[derive(Args, Debug)]
#[command(next_help_heading = "Results")]
pub struct Outputs {
    /// Writes one JSON object to the file; `-` is stdout, without the table
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Writes a line of CSV for each run; `-` is stdout, without the table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Writes a page with tables and plots
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Throughput {
    /// Which sockets; a list measures each
    #[arg(long, value_enum, value_delimiter = ',', default_value = "push-pull")]
    pub pattern: Vec<Pattern>,
    /// How many messages are sent; of req-rep, how many requests [default: a million, but at most 1 GiB; of req-rep 20000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..))]
    pub messages: Option<u64>,
    /// Measures everything so many times, in turns, and tells of each the round in the middle
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub rounds: u16,
    /// High-water mark of the sockets at both ends, in messages; 0 is none [default: libzmq's, 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1_000_000_000))]
    pub hwm: Option<u32>,
    #[command(flatten)]
    pub subject: Subject,
    #[command(flatten)]
    pub ends: Ends,
    #[command(flatten)]
    pub against: Against,
    #[command(flatten)]
    pub outputs: Outputs,
}

#[derive(Args, Debug)]
pub struct Latency {
    /// Which sockets; a list measures each
    #[arg(long, value_enum, value_delimiter = ',', default_value = "req-rep")]
    pub pattern: Vec<Pattern>,
    /// How many round trips
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub round_trips: u64,
    /// How many are made before, and not counted
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub warm_up: u64,
    /// How many begin in a second; the time counts from when one should have begun [default: each when the last is over]
    #[arg(long, value_name = "PER SECOND", value_parser = rate)]
    pub rate: Option<f64>,
    /// Measures everything so many times, in turns, and tells of each the round in the middle
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub rounds: u16,
    #[command(flatten)]
    pub subject: Subject,
    #[command(flatten)]
    pub ends: Ends,
    #[command(flatten)]
    pub against: Against,
    #[command(flatten)]
    pub outputs: Outputs,
}

#[derive(Args, Debug)]
pub struct Fanout {
    /// How many subscribers; a list measures each
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "8",
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub subscribers: Vec<u16>,
    /// How many messages the publisher sends
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(2..))]
    pub messages: u64,
    /// How many it sends in a second; latencies count from when a message should have been sent [default: as fast as it can]
    #[arg(long, value_name = "PER SECOND", value_parser = rate)]
    pub rate: Option<f64>,
    /// The publisher waits for slow subscribers, where PUB drops what they have no room for
    #[arg(long)]
    pub no_drop: bool,
    /// Measures everything so many times, in turns, and tells of each the round in the middle
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub rounds: u16,
    /// How long a receiver is busy with each message before it takes the next
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration_or_none)]
    pub work: Duration,
    /// High-water mark of the sockets at both ends, in messages; 0 is none [default: libzmq's, 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1_000_000_000))]
    pub hwm: Option<u32>,
    #[command(flatten)]
    pub subject: Subject,
    #[command(flatten)]
    pub ends: Ends,
    #[command(flatten)]
    pub outputs: Outputs,
}

#[derive(Args, Debug)]
pub struct Ramp {
    /// Which sockets; a list measures each
    #[arg(long, value_enum, value_delimiter = ',', default_value = "push-pull")]
    pub pattern: Vec<Pattern>,
    /// The first rate, in messages per second
    #[arg(long, value_name = "PER SECOND", default_value = "1000", value_parser = rate)]
    pub from: f64,
    /// The last rate, if the knee is not found before
    #[arg(long, value_name = "PER SECOND", default_value = "20000000", value_parser = rate)]
    pub to: f64,
    /// Each rate is so many times the one before
    #[arg(long, value_name = "TIMES", default_value = "2", value_parser = factor)]
    pub factor: f64,
    /// How often the knee is looked for between the last good rate and the first bad one
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub refine: u32,
    /// How long each step is
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub step: Duration,
    /// A step is good if at least this share of what was offered is delivered in its time
    #[arg(long, value_name = "PERCENT", default_value = "95%", value_parser = percent)]
    pub keep_up: f64,
    /// A step is good if 99% of the messages are no later than this
    #[arg(long, value_name = "TIME", default_value = "10ms", value_parser = duration)]
    pub latency_limit: Duration,
    /// How long a receiver is busy with each message before it takes the next
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration_or_none)]
    pub work: Duration,
    /// High-water mark of the sockets at both ends, in messages; 0 is none [default: libzmq's, 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1_000_000_000))]
    pub hwm: Option<u32>,
    #[command(flatten)]
    pub subject: Subject,
    #[command(flatten)]
    pub ends: Ends,
    #[command(flatten)]
    pub outputs: Outputs,
}

/// libzmq's own programs at the other end.
#[derive(Args, Debug)]
#[command(next_help_heading = "Against libzmq's own programs")]
pub struct Against {
    /// The other end is this program, which you start yourself
    #[arg(long, value_enum, conflicts_with_all = ["peer", "processes"])]
    pub against: Option<LibzmqProgram>,
    /// Where to wait for remote_thr and remote_lat
    #[arg(long, value_name = "ENDPOINT", requires = "against")]
    pub bind: Option<Endpoint>,
    /// Where local_thr and local_lat wait
    #[arg(long, value_name = "ENDPOINT", requires = "against", conflicts_with = "bind")]
    pub connect: Option<Endpoint>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum LibzmqProgram {
    /// Binds PULL and receives
    LocalThr,
    /// Connects PUSH and sends
    RemoteThr,
    /// Binds REP and replies
    LocalLat,
    /// Connects REQ and asks
    RemoteLat,
}

#[derive(Args, Debug)]
pub struct Serve {
    /// Where to listen, such as tcp://*:7000; the sockets that are measured get ports of their own
    #[arg(long, value_name = "ENDPOINT", value_parser = control_endpoint, default_value = "tcp://127.0.0.1:*")]
    pub bind: Endpoint,
    /// Ends with its input; how zmqperf starts its own other end
    #[arg(long, hide = true, conflicts_with = "bind")]
    pub child: bool,
}

#[derive(Args, Debug)]
pub struct Diff {
    /// The result to compare with
    pub before: PathBuf,
    /// The result that should be no worse
    pub after: PathBuf,
    /// How much worse a number may be
    #[arg(long, value_name = "PERCENT", default_value = "10%", value_parser = percent)]
    pub threshold: f64,
    /// Judges only these numbers, such as messages_per_second,p99_us
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub metric: Vec<String>,
    /// Writes one JSON object to the file; `-` is stdout, without the table
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
