//! Programs that a test starts, reads line by line with deadlines, stops with signals, and never leaves behind.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::patience::PATIENCE;

/// What a program did not do that it should have done.
pub type Result<T> = std::result::Result<T, String>;

/// An example of this crate, which `cargo test` and `cargo build --examples` put beside the test's executable.
pub fn rust_example(name: &str) -> Command {
    let executable = env::current_exe()
        .expect("the operating system knows where this test is")
        .ancestors()
        .nth(2)
        .expect("the test is in target/PROFILE/deps")
        .join("examples")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(executable.exists(), "{} is not there: run `cargo build --examples`", executable.display());
    Command::new(executable)
}

/// A Python script of this repository, run by the interpreter that `cargo xtask test` has given pyzmq.
pub fn python_script(path: impl AsRef<Path>) -> Command {
    let python = env::var_os("FERROMQ_PYTHON")
        .expect("FERROMQ_PYTHON should name a Python that has pyzmq: `cargo xtask test` sets it");
    let script: PathBuf = [Path::new(env!("CARGO_MANIFEST_DIR")), path.as_ref()].iter().collect();
    let mut command = Command::new(python);
    command.arg(script);
    command
}

/// Runs a test that aborts the process if it fails in a process of its own. `name` is that of the test that calls this, with
/// its module.
pub fn alone(name: &str, test: impl FnOnce()) {
    const CHILD: &str = "FERROMQ_TEST_ALONE";
    if env::var_os(CHILD).is_some_and(|child| child == name) {
        return test();
    }
    let mut command =
        Command::new(env::current_exe().expect("the operating system knows where this test is"));
    command.args([name, "--exact", "--include-ignored", "--nocapture"]).env(CHILD, name);
    let mut child = Program::start(format!("{name}, alone,"), command);
    let ended = child.end(2 * PATIENCE).and_then(|(status, lines)| match status.success() {
        true if lines.iter().any(|line| line.starts_with("test result: ok. 1 passed")) => Ok(()),
        true => child.fail("is no test"),
        false => child.fail(format!("ended with {status}")),
    });
    ended.unwrap_or_else(|error| panic!("{}", explained(error, [&mut child])));
}

/// A running program. Dropping it kills it.
pub struct Program {
    name: String,
    child: Child,
    stdout: Receiver<String>,
    /// Collects stderr, until it is asked for.
    collecting: Option<JoinHandle<String>>,
    stderr: String,
}

impl Program {
    /// `name` is for messages.
    pub fn start(name: impl Into<String>, mut command: Command) -> Program {
        let name = name.into();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let (lines, stdout) = channel();
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        thread::spawn(move || {
            for line in output.lines().map_while(std::io::Result::ok) {
                // Once the program is dropped, nobody wants its lines.
                let _ = lines.send(line);
            }
        });
        let mut errors = child.stderr.take().expect("stderr is piped");
        let collecting = thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = errors.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Program { name, child, stdout, collecting: Some(collecting), stderr: String::new() }
    }

    /// The next line on stdout.
    pub fn line(&mut self) -> Result<String> {
        match self.stdout.recv_timeout(PATIENCE) {
            Ok(line) => Ok(line),
            Err(RecvTimeoutError::Timeout) => self.fail(format!("printed no further line in {PATIENCE:?}")),
            Err(RecvTimeoutError::Disconnected) => self.fail("ended instead of printing a further line"),
        }
    }

    /// The next line on stdout, if there is one within `time`.
    pub fn line_within(&mut self, time: Duration) -> Option<String> {
        self.stdout.recv_timeout(time).ok()
    }

    pub fn expect_line(&mut self, expected: &str) -> Result<()> {
        let line = self.line()?;
        if line == expected { Ok(()) } else { self.fail(format!("printed {line:?} instead of {expected:?}")) }
    }

    /// Writes a line to its stdin.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        let stdin = self.child.stdin.as_mut().expect("stdin is piped");
        writeln!(stdin, "{line}").or_else(|error| self.fail(format!("takes no input: {error}")))
    }

    /// Waits until it has ended, and returns the lines that were not read yet.
    pub fn end(&mut self, within: Duration) -> Result<(ExitStatus, Vec<String>)> {
        let deadline = Instant::now() + within;
        let left = || deadline.saturating_duration_since(Instant::now());
        let mut lines = Vec::new();
        // A program that ends closes its stdout.
        loop {
            match self.stdout.recv_timeout(left()) {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return self.fail(format!("has not ended in {within:?}")),
            }
        }
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Ok((status, lines)),
                Ok(None) if left().is_zero() => return self.fail(format!("has not ended in {within:?}")),
                Ok(None) => thread::yield_now(),
                Err(error) => return self.fail(format!("cannot be waited for: {error}")),
            }
        }
    }

    /// Waits until it has ended with exit code 0, having written nothing to stderr.
    pub fn end_well(&mut self, within: Duration) -> Result<Vec<String>> {
        let (status, lines) = self.end(within)?;
        if !status.success() {
            return self.fail(format!("ended with {status}"));
        }
        if self.stderr().is_empty() { Ok(lines) } else { self.fail("ended well, but wrote to stderr") }
    }

    /// All that it wrote to stderr; kills it first if it still runs.
    pub fn stderr(&mut self) -> &str {
        let _ = self.child.kill();
        if let Some(collecting) = self.collecting.take() {
            self.stderr = collecting.join().unwrap_or_default();
        }
        &self.stderr
    }

    #[cfg(unix)]
    pub fn signal(&self, signal: nix::sys::signal::Signal) {
        let process = nix::unistd::Pid::from_raw(self.child.id().cast_signed());
        // It fails only for a program that has ended, and then its exit code says so.
        let _ = nix::sys::signal::kill(process, signal);
    }

    fn fail<T>(&self, complaint: impl AsRef<str>) -> Result<T> {
        Err(format!("{} {}", self.name, complaint.as_ref()))
    }
}

/// The error, and what the programs have written to stderr.
pub fn explained<'a>(error: String, programs: impl IntoIterator<Item = &'a mut Program>) -> String {
    programs.into_iter().fold(error, |text, program| {
        let name = program.name.clone();
        match program.stderr().trim_end() {
            "" => text,
            stderr => format!("{text}\n\nstderr of {name}:\n{stderr}"),
        }
    })
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already; there is nothing to do about any other failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
