//! A running program of `interop/node`, which never outlives its test and never keeps it waiting.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ferromq::{Context, ShutdownHandle};

/// What went wrong, in a sentence.
pub type Result<T> = std::result::Result<T, String>;

/// How long one conversation may take; only one that fails takes so long.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often it is looked whether a program has ended.
const TICK: Duration = Duration::from_millis(5);

/// A running program. Dropping it ends it.
pub struct Node {
    child: Arc<Mutex<Child>>,
    stdin: ChildStdin,
    stdout: Receiver<String>,
    stderr: Option<JoinHandle<String>>,
    deadline: Instant,
    /// Ends the watch when it is dropped.
    _watched: Sender<()>,
}

impl Node {
    /// Starts a program of `interop/node`. When it fails, or the deadline passes, `context` is shut down, so that no wait for a message
    /// that will not come goes on.
    pub fn start(program: &str, arguments: &[&str], tampers: bool, context: &Context) -> Result<Node> {
        if env::var_os("NODE_PATH").is_none() {
            return Err("NODE_PATH is not set: run `cargo xtask interop`".to_owned());
        }
        let mut command = Command::new("node");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("node").join(program)).args(arguments);
        if tampers {
            command.env("FERROMQ_TAMPER", "1");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("node cannot be started: {error}"))?;
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = lines(child.stdout.take().expect("stdout is piped"));
        let mut errors = child.stderr.take().expect("stderr is piped");
        let stderr = thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = errors.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let child = Arc::new(Mutex::new(child));
        let deadline = Instant::now() + PATIENCE;
        let _watched = watch(Arc::clone(&child), deadline, context.shutdown_handle());
        Ok(Node { child, stdin, stdout, stderr: Some(stderr), deadline, _watched })
    }

    /// The next line that it prints.
    pub fn line(&mut self) -> Result<String> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.stdout.recv_timeout(left).map_err(|_| "node has not printed a further line".to_owned())
    }

    /// The next line that it prints, if there is one within `time`.
    pub fn line_within(&mut self, time: Duration) -> Option<String> {
        self.stdout.recv_timeout(time).ok()
    }

    pub fn expect_line(&mut self, expected: &str) -> Result<()> {
        let line = self.line()?;
        if line == expected { Ok(()) } else { Err(format!("node printed {line:?} instead of {expected:?}")) }
    }

    /// Repeats `attempt` until the program prints `expected`.
    pub fn until_it_prints(&mut self, expected: &str, mut attempt: impl FnMut() -> Result<()>) -> Result<()> {
        loop {
            attempt()?;
            match self.stdout.recv_timeout(TICK) {
                Ok(line) if line == expected => return Ok(()),
                Err(RecvTimeoutError::Timeout) if Instant::now() < self.deadline => {}
                other => return Err(format!("node has not printed {expected:?}, but: {other:?}")),
            }
        }
    }

    /// Writes a line to its standard input.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.stdin, "{line}").map_err(|error| format!("node takes no input: {error}"))
    }

    /// Lets it go, and waits until it has ended, with success and without a word of complaint.
    ///
    /// To be called before the sockets are dropped: with much of it unread, libzmq may lose the end of what it lingers for.
    pub fn dismiss(&mut self) -> Result<()> {
        // A program that has failed no longer listens, and says why at its end.
        let _ = self.tell("bye");
        let status = loop {
            match ended(&self.child)? {
                Some(status) => break status,
                None if Instant::now() >= self.deadline => {
                    return Err("node has not ended in time".to_owned());
                }
                None => thread::sleep(TICK),
            }
        };
        match self.complaint() {
            complaint if complaint.is_empty() && status.success() => Ok(()),
            complaint => Err(format!("node ended with {status}: {complaint}")),
        }
    }

    /// What it has written to its standard error; ends it if it still runs.
    pub fn complaint(&mut self) -> String {
        self.kill();
        self.stderr.take().and_then(|stderr| stderr.join().ok()).unwrap_or_default()
    }

    fn kill(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have ended by itself; there is nothing to do about any other failure.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

fn ended(child: &Mutex<Child>) -> Result<Option<ExitStatus>> {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    child.try_wait().map_err(|error| format!("node cannot be waited for: {error}"))
}

/// Shuts the context down when the program fails or the deadline passes, until what is returned is dropped.
fn watch(child: Arc<Mutex<Child>>, deadline: Instant, context: ShutdownHandle) -> Sender<()> {
    let (watched, watching) = channel();
    thread::spawn(move || {
        while watching.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            let failed = !matches!(ended(&child), Ok(status) if status.is_none_or(|status| status.success()));
            if failed || Instant::now() >= deadline {
                context.shutdown();
                return;
            }
        }
    });
    watched
}

fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(std::io::Result::ok) {
            // Once the program is dropped, nobody wants its lines.
            let _ = sender.send(line);
        }
    });
    receiver
}
