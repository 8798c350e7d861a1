//! A program that runs beside us: its lines are shown under its name, and it ends with us at the latest.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::invocation::Invocation;

/// A started program. Dropping it ends it.
pub struct Program {
    name: &'static str,
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Program {
    pub fn start(name: &'static str, invocation: &Invocation) -> Result<Self> {
        let mut command = invocation.command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| invocation.did_not_start(&error))?;
        let (sender, lines) = channel();
        show_lines(name, child.stdout.take(), sender.clone());
        show_lines(name, child.stderr.take(), sender);
        Ok(Self { name, child, lines, seen: Vec::new() })
    }

    pub fn name(&self) -> &str {
        self.name
    }

    /// Waits until it has ended by itself, or fails: at the deadline, or if `server` ends before.
    pub fn wait(&mut self, deadline: Instant, server: &mut Program) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if let Some(status) = server.ended()? {
                return Err(format!(
                    "the {} ended ({status}) before the {} had its reply.",
                    server.name, self.name
                ));
            }
            if Instant::now() >= deadline {
                return Err(format!("the {} has not ended in time.", self.name));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until it has printed `line`, or fails at the deadline.
    pub fn printed(&mut self, line: &str, deadline: Instant) -> Result<()> {
        while !self.seen.iter().any(|seen| seen == line) {
            let left = deadline.saturating_duration_since(Instant::now());
            let next = self.lines.recv_timeout(left);
            self.seen.push(next.map_err(|_| format!("the {} has not printed \"{line}\".", self.name))?);
        }
        Ok(())
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().map_err(|error| format!("the {} cannot be waited for: {error}.", self.name))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to do about any other failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Shows each line of `output` under the program's name, and passes it on.
fn show_lines(name: &'static str, output: Option<impl Read + Send + 'static>, lines: Sender<String>) {
    let Some(output) = output else { return };
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(std::io::Result::ok) {
            println!("{name:>13} | {line}");
            // Nobody listens any more once the program is dropped; its lines are still worth showing.
            let _ = lines.send(line);
        }
    });
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(name: &'static str, script: &str) -> Program {
        Program::start(name, &Invocation::new("sh", &["-c", script])).expect("every Unix has sh")
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(10)
    }

    #[test]
    fn a_printed_line_is_seen_even_after_the_end() {
        let mut server = shell("server", "sleep 30");
        let mut client = shell("client", "echo one; echo two");
        assert!(client.wait(soon(), &mut server).expect("it ends").success());
        client.printed("two", soon()).expect("it was printed");
        assert_eq!(client.printed("three", soon()), Err("the client has not printed \"three\".".to_owned()));
    }

    #[test]
    fn a_client_that_hangs_fails_at_the_deadline() {
        let mut server = shell("server", "sleep 30");
        let mut client = shell("client", "sleep 30");
        let error = client.wait(Instant::now() + Duration::from_millis(50), &mut server);
        assert_eq!(error, Err("the client has not ended in time.".to_owned()));
    }

    #[test]
    fn a_server_that_ends_early_is_named() {
        let mut server = shell("server", "exit 3");
        let mut client = shell("client", "sleep 30");
        let error = client.wait(soon(), &mut server).expect_err("the server is gone");
        assert!(error.starts_with("the server ended (exit status: 3) before"), "{error}");
    }
}
