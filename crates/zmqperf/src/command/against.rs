//! Measurements whose other end is one of the programs that come with libzmq.
//!
//! What they do on the wire: `remote_thr` connects PUSH and sends so many messages of such a size, `local_thr` binds PULL and
//! receives them; `remote_lat` connects REQ and sends so many requests, to which `local_lat`, which binds REP, replies with the
//! same bytes. Their messages have no numbers, and nothing but them is sent.

use std::time::Duration;

use ferromq::state::Receiving;
use ferromq::{Context, Endpoint, Message, Pull, Push, Rep, Req, Socket};
use indicatif::ProgressBar;

use super::throughput::{plain, usual};
use super::{courses, label};
use crate::arguments::{Against, Ends, Latency, LibzmqProgram, Subject, Switch, Throughput};
use crate::clock::{self, Nanoseconds};
use crate::content;
use crate::failure::{Failure, Result};
use crate::far::Whereabouts;
use crate::kind::{Pattern, Transport};
use crate::latency::Latencies;
use crate::progress::{Progress, Watch, bar};
use crate::report::{Document, Run, Used};
use crate::run::{Course, Setup};
use crate::sockets;
use crate::usage;

/// Measures with `local_thr` or `remote_thr`.
pub fn throughput(arguments: &Throughput, program: LibzmqProgram) -> Result<()> {
    check_once(&arguments.pattern, Pattern::PushPull, arguments.rounds)?;
    let mut against = Meeting::new(program, &arguments.against, &arguments.ends)?;
    against.setup.hwm = arguments.hwm;
    let course = against.course(&arguments.subject, Pattern::PushPull)?;
    let messages = arguments.messages.unwrap_or_else(|| usual(&course));
    let run = match program {
        LibzmqProgram::RemoteThr => against.receive(&course, messages)?,
        LibzmqProgram::LocalThr => against.send(&course, messages)?,
        LibzmqProgram::LocalLat | LibzmqProgram::RemoteLat => {
            return Err(Failure::misuse("local_lat and remote_lat are for `zmqperf latency`"));
        }
    };
    arguments.outputs.deliver(&Document::new("throughput", vec![run]))
}

/// Measures with `local_lat` or `remote_lat`.
pub fn latency(arguments: &Latency, program: LibzmqProgram) -> Result<()> {
    check_once(&arguments.pattern, Pattern::ReqRep, arguments.rounds)?;
    let against = Meeting::new(program, &arguments.against, &arguments.ends)?;
    let course = against.course(&arguments.subject, Pattern::ReqRep)?;
    if arguments.round_trips < 2 || arguments.rate.is_some() {
        return Err(Failure::misuse(
            "the first round trip is not counted, as it waits for the connection: make two or more, without --rate",
        ));
    }
    let run = match program {
        LibzmqProgram::LocalLat => against.ask(&course, arguments.round_trips)?,
        LibzmqProgram::RemoteLat => against.reply(&course, arguments.round_trips)?,
        LibzmqProgram::LocalThr | LibzmqProgram::RemoteThr => {
            return Err(Failure::misuse("local_thr and remote_thr are for `zmqperf throughput`"));
        }
    };
    arguments.outputs.deliver(&Document::new("latency", vec![run]))
}

fn check_once(patterns: &[Pattern], pattern: Pattern, rounds: u16) -> Result<()> {
    if patterns != [pattern] || rounds != 1 {
        return Err(Failure::misuse(format!("libzmq's program does {pattern}, once, and then ends")));
    }
    Ok(())
}

/// A program, and where it is met.
struct Meeting {
    name: &'static str,
    endpoint: Endpoint,
    setup: Setup,
}

impl Meeting {
    fn new(program: LibzmqProgram, against: &Against, ends: &Ends) -> Result<Meeting> {
        let (name, binds) = match program {
            LibzmqProgram::LocalThr => ("local_thr", true),
            LibzmqProgram::RemoteThr => ("remote_thr", false),
            LibzmqProgram::LocalLat => ("local_lat", true),
            LibzmqProgram::RemoteLat => ("remote_lat", false),
        };
        let endpoint = match (binds, &against.bind, &against.connect) {
            (false, Some(endpoint), None) | (true, None, Some(endpoint)) => endpoint.clone(),
            (true, ..) => {
                return Err(Failure::misuse(format!("{name} binds: say with --connect where it waits")));
            }
            (false, ..) => {
                return Err(Failure::misuse(format!(
                    "{name} connects: say with --bind where to wait for it"
                )));
            }
        };
        let setup = Setup {
            whereabouts: Whereabouts::Peer(endpoint.clone()),
            io_threads: ends.io_threads,
            patience: ends.timeout,
            hwm: None,
        };
        Ok(Meeting { name, endpoint, setup })
    }

    fn course(&self, subject: &Subject, pattern: Pattern) -> Result<Course> {
        if subject.curve == Switch::On {
            return Err(Failure::misuse("--curve: libzmq's programs have keys of their own"));
        }
        let [course] = courses(&[pattern], subject)?[..] else {
            return Err(Failure::misuse("libzmq's program does one size over one transport, and then ends"));
        };
        let transport = match self.endpoint.transport() {
            ferromq::Transport::Tcp => Transport::Tcp,
            ferromq::Transport::Ipc => Transport::Ipc,
            ferromq::Transport::Ws => Transport::Ws,
            other => {
                return Err(Failure::misuse(format!("{}: it cannot be met over {other:?}", other.name())));
            }
        };
        Ok(Course { transport, ..course })
    }

    /// Does the work under watch, and counts what it used.
    fn measured<T: Send>(
        &self,
        course: &Course,
        total: u64,
        missing: &'static str,
        work: impl FnOnce(Context, &Progress) -> Result<T> + Send,
    ) -> Result<(T, Used)> {
        usage::forget_peak();
        let host = self.endpoint.host().unwrap_or_default();
        let context = sockets::context(self.setup.io_threads, host)?;
        let before = usage::so_far();
        let bar: ProgressBar = bar(total, &format!("{} with {}", label("", course).trim_start(), self.name));
        let progress = Progress::default();
        let watch = Watch {
            context: &context,
            progress: &progress,
            patience: self.setup.patience,
            bar: &bar,
            missing,
        };
        let theirs = context.clone();
        let done = watch.run(|| work(theirs, &progress), || Ok(()));
        bar.finish_and_clear();
        let done = done.map_err(|failure| failure.during(format!("{} at {}", self.name, self.endpoint)))?;
        Ok((done, Used::by(vec![usage::so_far().since(&before)], total)))
    }

    /// `remote_thr` sends.
    fn receive(&self, course: &Course, messages: u64) -> Result<Run> {
        let work = |context: Context, progress: &Progress| {
            let pull = context.socket::<Pull>();
            let pull = match self.setup.hwm {
                Some(hwm) => pull.receive_hwm(hwm),
                None => pull,
            };
            let pull = pull.bind(self.endpoint.clone())?;
            let (mut first, mut last) = (0, 0);
            for done in 1..=messages {
                let message = pull.recv()?;
                check(&message, course.size)?;
                if done == 1 || done == messages {
                    last = clock::now();
                    first = if done == 1 { last } else { first };
                }
                progress.set(done);
            }
            Ok(last - first)
        };
        let (elapsed, used) = self.measured(course, messages, "no message came", work)?;
        Ok(self.told(course, messages, elapsed, messages - 1, None, used))
    }

    /// `local_thr` receives. Only it knows when the last message is there; this end knows when it had given all away.
    fn send(&self, course: &Course, messages: u64) -> Result<Run> {
        let patience = self.setup.patience;
        let work = |context: Context, progress: &Progress| {
            let push = context.socket::<Push>().linger(patience);
            let push = match self.setup.hwm {
                Some(hwm) => push.send_hwm(hwm),
                None => push,
            };
            let push = push.connect(self.endpoint.clone())?;
            push.send(content::message(course.size, 0, 0)?)?;
            let first = clock::now();
            for number in 1..messages {
                push.send(content::message(course.size, number, 0)?)?;
                progress.set(number);
            }
            Ok(clock::now() - first)
        };
        // The context is dropped in there, after the last message has gone.
        let (elapsed, used) = self.measured(course, messages, "it took no message", work)?;
        Ok(self.told(course, messages, elapsed, messages - 1, None, used))
    }

    /// `local_lat` replies.
    fn ask(&self, course: &Course, count: u64) -> Result<Run> {
        let work = |context: Context, progress: &Progress| {
            let mut req = context.socket::<Req>().linger(Duration::ZERO).connect(self.endpoint.clone())?;
            let mut latencies = Latencies::new();
            let mut began = 0;
            for number in 0..count {
                let sent = clock::now();
                if number == 1 {
                    began = sent;
                }
                let (reply, ready) = req.send(content::message(course.size, number, 0)?)?.recv()?;
                let now = clock::now();
                check(&reply, course.size)?;
                if !content::has_number(reply.get(0).map_or(&[] as &[u8], |frame| frame.as_bytes()), number) {
                    return Err(Failure::new(format!(
                        "request {number} was to come back, and another message did"
                    )));
                }
                if number > 0 {
                    latencies.record((now - sent) / 2);
                }
                req = ready;
                progress.set(number + 1);
            }
            Ok((clock::now() - began, latencies))
        };
        let ((elapsed, latencies), used) = self.measured(course, count, "no reply came", work)?;
        Ok(self.told(course, count, elapsed, count - 1, Some(&latencies), used))
    }

    /// `remote_lat` asks. A round trip is the time between two of its requests.
    fn reply(&self, course: &Course, count: u64) -> Result<Run> {
        let patience = self.setup.patience;
        let work = |context: Context, progress: &Progress| {
            let mut rep: Socket<Rep, Receiving> =
                context.socket::<Rep>().linger(patience).bind(self.endpoint.clone())?;
            let mut latencies = Latencies::new();
            let (mut began, mut last) = (0, 0);
            for done in 1..=count {
                let (request, replying) = rep.recv()?;
                let now = clock::now();
                check(&request, course.size)?;
                if done == 1 {
                    began = now;
                } else {
                    latencies.record((now - last) / 2);
                }
                last = now;
                rep = replying.send(request)?;
                progress.set(done);
            }
            Ok((last - began, latencies))
        };
        let ((elapsed, latencies), used) = self.measured(course, count, "no request came", work)?;
        Ok(self.told(course, count, elapsed, count - 1, Some(&latencies), used))
    }

    fn told(
        &self,
        course: &Course,
        messages: u64,
        elapsed: Nanoseconds,
        timed: u64,
        latencies: Option<&Latencies>,
        used: Used,
    ) -> Run {
        let seconds = clock::seconds(elapsed);
        let per_second = if seconds > 0.0 { timed as f64 / seconds } else { 0.0 };
        Run {
            ends: format!("{} at {}", self.name, self.endpoint),
            latency: latencies.and_then(Latencies::summary),
            ..plain(&self.setup, course, messages, seconds, per_second, used)
        }
    }
}

fn check(message: &Message, size: usize) -> Result<()> {
    match message.get(0) {
        Some(frame) if message.len() == 1 && frame.len() == size => Ok(()),
        Some(frame) => Err(Failure::new(format!(
            "a message of {} bytes came, and --size says {size}: give both programs the same",
            frame.len()
        ))),
        None => Err(Failure::new("a message without content came")),
    }
}
