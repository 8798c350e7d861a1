//! The other end of a conversation: a process that holds one after the other, or ferromq itself, on another thread.
//!
//! The process is given four keys as arguments (of the server the public and the secret one, then of the client), and prints
//! which library it has. Then it reads lines. The first of each conversation is
//! `speak|answer PATTERN OTHER'S-PATTERN bind|connect ENDPOINT null|curve HEARTBEAT-MS MESSAGES`,
//! with messages such as `5/0,7`: one of one frame and one of two. It prints `at ENDPOINT` once it is bound, `done` when it has
//! said and heard all, or `failed: ...`; and keeps the socket until it reads `close`, which it answers by `closed`.
//! A subscriber prints `probed` when the first probe arrives; a publisher reads that, and sends probes until then.

use std::env;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use ferromq::{Context, KeyPair};

use super::plan::{Library, Meeting, Outcome, Role, Transport};
use super::talk::{Aside, End, HEARTBEAT_INTERVAL, Keys, QUIET, Result};
use crate::link::Directory;
use crate::process::Program;

/// How long a conversation that goes well may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);
/// The same for one that is expected to fail.
const LITTLE_PATIENCE: Duration = Duration::from_secs(2);
/// So many complaints are enough.
const MANY: usize = 30;
/// How long an answer to a probe is waited for.
const MOMENT: Duration = Duration::from_millis(5);

/// Starts the process for a library, given the keys.
pub type Start<'a> = dyn Fn() -> Command + 'a;

/// Holds every conversation with a library that there is, and says of each that it did not end as the plan says.
pub fn hold_all(library: &Library, start: Option<&Start>) -> Vec<String> {
    let mut host = Host {
        library,
        start,
        program: None,
        keys: Keys {
            server: KeyPair::generate().expect("CURVE is there"),
            client: KeyPair::generate().expect("CURVE is there"),
        },
        directory: Directory::new(),
        held: 0,
    };
    let mut complaints = Vec::new();
    // To look at some of them: part of what a complaint says.
    let only = env::var("FERROMQ_MATRIX").unwrap_or_default();
    for meeting in library.meetings() {
        if !meeting.to_string().contains(&only) {
            continue;
        }
        let outcome = library.exception(&meeting).map(|exception| exception.outcome);
        let patience = if outcome.is_some() { LITTLE_PATIENCE } else { PATIENCE };
        let held = match outcome {
            Some(Outcome::Absent) => continue,
            _ => host.hold(&meeting, patience),
        };
        let complaint = match (held, outcome) {
            (Ok(()), None) => continue,
            (Err(error), Some(Outcome::Fails(how))) if error.contains(how) => continue,
            (Ok(()), Some(_)) => format!("{meeting}: it works, and the plan says that it does not"),
            (Err(error), _) => format!("{meeting}: {error}"),
        };
        complaints.push(complaint);
        if complaints.len() == MANY {
            complaints.push("No more are tried.".to_owned());
            break;
        }
    }
    complaints
}

struct Host<'a> {
    library: &'a Library,
    /// `None` for ferromq.
    start: Option<&'a Start<'a>>,
    program: Option<Program>,
    keys: Keys,
    directory: Directory,
    held: usize,
}

impl Host<'_> {
    fn hold(&mut self, meeting: &Meeting, patience: Duration) -> Result<()> {
        self.held += 1;
        let wildcard = match meeting.transport {
            Transport::Tcp => "tcp://127.0.0.1:*".to_owned(),
            Transport::Ws => "ws://127.0.0.1:*".to_owned(),
            Transport::Ipc => format!("ipc://{}/{}", self.directory.path().display(), self.held),
        };
        if self.start.is_none() {
            self.hold_with_ourselves(meeting, &wildcard, patience)
        } else {
            self.hold_with_program(meeting, &wildcard, patience)
        }
    }

    fn hold_with_ourselves(&self, meeting: &Meeting, wildcard: &str, patience: Duration) -> Result<()> {
        let ends = [Role::Speaks, Role::Answers].map(|role| End { meeting, role, patience, quiet: QUIET });
        let contexts = [new_context()?, new_context()?];
        let open = |k: usize| ends[k].open(&contexts[k], &self.keys);
        let sockets = [open(0)?, open(1)?];
        let (binds, connects) = if meeting.binds == Role::Speaks { (0, 1) } else { (1, 0) };
        sockets[binds].bind(wildcard).map_err(|error| error.to_string())?;
        let endpoint = sockets[binds].last_endpoint().map_err(|error| error.to_string())?;
        sockets[connects].connect(endpoint).map_err(|error| error.to_string())?;
        let [speaks, answers] = sockets;
        let (say, hear) = channel();
        let outcomes = thread::scope(|threads| {
            let answering = threads.spawn(|| {
                let outcome = ends[1].talk(&answers, &mut Whisper { say: Some(say), hear: None });
                (outcome, answers)
            });
            let spoken = ends[0].talk(&speaks, &mut Whisper { say: None, hear: Some(hear) });
            (spoken, answering.join().expect("it does not panic").0)
        });
        // The answerer knows more: when it fails, the speaker waits.
        outcomes.1.and(outcomes.0)
    }

    fn hold_with_program(&mut self, meeting: &Meeting, wildcard: &str, patience: Duration) -> Result<()> {
        let outcome = self.talk_with_program(meeting, wildcard, patience);
        if outcome.is_err() {
            // Who knows what it waits for.
            self.program = None;
        }
        outcome
    }

    fn talk_with_program(&mut self, meeting: &Meeting, wildcard: &str, patience: Duration) -> Result<()> {
        let mut program = match self.program.take() {
            Some(program) => program,
            None => self.start()?,
        };
        let end = End { meeting, role: meeting.ours, patience, quiet: QUIET };
        let context = new_context()?;
        let socket = end.open(&context, &self.keys)?;
        if meeting.they_bind() {
            program.tell(&invitation(meeting, "bind", wildcard))?;
            let endpoint = next(&mut program, patience)?;
            let endpoint = endpoint.strip_prefix("at ").ok_or_else(|| format!("they said: {endpoint}"))?;
            socket.connect(endpoint).map_err(|error| error.to_string())?;
        } else {
            socket.bind(wildcard).map_err(|error| error.to_string())?;
            let endpoint = socket.last_endpoint().map_err(|error| error.to_string())?;
            program.tell(&invitation(meeting, "connect", endpoint.as_str()))?;
        }
        if let Err(error) = end.talk(&socket, &mut Lines(&mut program)) {
            // It may know more.
            let theirs = program.line_within(Duration::from_millis(100)).unwrap_or_default();
            return Err(format!("{error}; {theirs}"));
        }
        for (tell, expected) in [(None, "done"), (Some("close"), "closed")] {
            if let Some(line) = tell {
                program.tell(line)?;
            }
            let line = next(&mut program, patience)?;
            if line != expected {
                return Err(format!("they said: {line}"));
            }
        }
        self.program = Some(program);
        Ok(())
    }

    fn start(&self) -> Result<Program> {
        let mut command = self.start.expect("there is a program for every other library")();
        command.args([self.keys.server.public().to_string(), self.keys.server.secret().to_z85().to_string()]);
        command.args([self.keys.client.public().to_string(), self.keys.client.secret().to_z85().to_string()]);
        let mut program = Program::start(self.library.name, command);
        let expected = format!("{} {}", self.library.name, self.library.version);
        let line = next(&mut program, PATIENCE)?;
        if line == expected { Ok(program) } else { Err(format!("{line} instead of {expected}")) }
    }
}

fn new_context() -> Result<Context> {
    Context::new().map_err(|error| error.to_string())
}

fn next(program: &mut Program, patience: Duration) -> Result<String> {
    program.line_within(patience).ok_or_else(|| format!("they have said nothing for {patience:?}"))
}

fn invitation(meeting: &Meeting, attach: &str, endpoint: &str) -> String {
    let (role, other) = match meeting.ours {
        Role::Speaks => ("answer", Role::Speaks),
        Role::Answers => ("speak", Role::Answers),
    };
    let messages: Vec<String> = meeting
        .pair
        .messages()
        .iter()
        .map(|lengths| lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(","))
        .collect();
    let security = if meeting.curve { "curve" } else { "null" };
    let heartbeats = if meeting.heartbeats { HEARTBEAT_INTERVAL.as_millis() } else { 0 };
    let (theirs, ours, messages) = (meeting.theirs(), meeting.pattern(other), messages.join("/"));
    format!("{role} {theirs} {ours} {attach} {endpoint} {security} {heartbeats} {messages}")
}

/// Between a program and us.
struct Lines<'a>(&'a mut Program);

impl Aside for Lines<'_> {
    fn say_probed(&mut self) -> Result<()> {
        self.0.tell("probed")
    }

    fn hear_probed(&mut self) -> Result<bool> {
        match self.0.line_within(MOMENT) {
            None => Ok(false),
            Some(line) if line == "probed" => Ok(true),
            Some(line) => Err(format!("they said: {line}")),
        }
    }
}

/// Between two threads.
struct Whisper {
    say: Option<Sender<()>>,
    hear: Option<Receiver<()>>,
}

impl Aside for Whisper {
    fn say_probed(&mut self) -> Result<()> {
        let say = self.say.as_ref().expect("the answerer says it");
        say.send(()).map_err(|_| "the publisher has gone".to_owned())
    }

    fn hear_probed(&mut self) -> Result<bool> {
        let hear = self.hear.as_ref().expect("the speaker hears it");
        match hear.recv_timeout(MOMENT) {
            Ok(()) => Ok(true),
            Err(RecvTimeoutError::Timeout) => Ok(false),
            Err(RecvTimeoutError::Disconnected) => Err("the subscriber has gone".to_owned()),
        }
    }
}
