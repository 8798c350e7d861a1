//! One of the processes of a measurement: what it prints is waited for, and it never outlives its `Peer`.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::Result;
use crate::invocation::Invocation;

pub struct Peer {
    name: &'static str,
    /// Its standard input stays open until it is to end.
    child: Child,
    lines: Receiver<String>,
    complaint: Option<JoinHandle<String>>,
}

impl Peer {
    pub fn start(name: &'static str, invocation: &Invocation) -> Result<Self> {
        let mut command = invocation.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| invocation.did_not_start(&error))?;
        let (sender, lines) = channel();
        let output = child.stdout.take().expect("it is piped");
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(std::io::Result::ok) {
                // Nobody listens any more once the measurement has failed.
                let _ = sender.send(line);
            }
        });
        let mut errors = child.stderr.take().expect("it is piped");
        let complaint = Some(thread::spawn(move || {
            let mut text = Vec::new();
            // What there is until an error is shown.
            let _ = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        }));
        Ok(Self { name, child, lines, complaint })
    }

    /// Waits for a line that begins so, and gives the rest of it; `None` if there is none in time.
    pub fn printed(&mut self, beginning: &str, patience: Duration) -> Result<Option<String>> {
        let deadline = Instant::now() + patience;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(beginning) {
                        return Ok(Some(rest.to_owned()));
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => return Err(self.why_it_ended()),
            }
        }
    }

    /// Its resident memory, in bytes; only Linux says it.
    pub fn resident(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status =
            status.map_err(|error| format!("nobody says how much memory {} has: {error}", self.name))?;
        resident_in(&status).ok_or_else(|| format!("{} has no memory any more", self.name))
    }

    /// Writes a line to its standard input.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        let input = self.child.stdin.as_mut().expect("it is piped");
        writeln!(input, "{line}").map_err(|error| format!("{} does not listen: {error}", self.name))
    }

    /// Whether it has ended before it should. Who has sent everything may end by itself.
    fn has_failed(&mut self) -> bool {
        match self.child.try_wait() {
            Ok(None) => false,
            Ok(Some(status)) => !status.success(),
            Err(_) => true,
        }
    }

    fn why_it_ended(&mut self) -> String {
        let status = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        let complaint = self.complaint.take().and_then(|complaint| complaint.join().ok()).unwrap_or_default();
        // A panic says where it happened first, and then what.
        let reason = complaint.lines().map(str::trim).find(|line| !line.is_empty() && !line.ends_with(':'));
        format!("{} ended ({status}): {}", self.name, reason.unwrap_or("without a word"))
    }
}

fn resident_in(status: &str) -> Option<u64> {
    let kibibytes =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    kibibytes.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to do about any other failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `peers[measuring]` prints, unless another one fails before.
pub fn race(peers: &mut [Peer], measuring: usize, beginning: &str, patience: Duration) -> Result<String> {
    const STEP: Duration = Duration::from_millis(100);
    let deadline = Instant::now() + patience;
    loop {
        if let Some(printed) = peers[measuring].printed(beginning, STEP)? {
            return Ok(printed);
        }
        if let Some(failed) = peers.iter_mut().find_map(|peer| peer.has_failed().then_some(peer)) {
            return Err(failed.why_it_ended());
        }
        if Instant::now() >= deadline {
            return Err(format!("not done after {} seconds", patience.as_secs()));
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Peer {
        Peer::start("peer", &Invocation::new("sh", &["-c", script])).expect("every Unix has sh")
    }

    #[test]
    fn the_rest_of_the_line_is_the_result() {
        let mut both = [shell("echo ready; echo seconds 1.5"), shell("sleep 30")];
        assert_eq!(race(&mut both, 0, "seconds ", SOON), Ok("1.5".to_owned()));
    }

    #[test]
    fn one_that_has_done_its_part_may_end() {
        let mut both = [shell("sleep 1; echo seconds 1.5"), shell("exit 0")];
        assert_eq!(race(&mut both, 0, "seconds ", SOON), Ok("1.5".to_owned()));
    }

    #[test]
    fn resident_memory_is_in_the_status_that_linux_gives() {
        assert_eq!(resident_in("Name:\tx\nVmRSS:\t    1234 kB\nThreads:\t3\n"), Some(1234 * 1024));
        assert_eq!(resident_in("Name:\tx\n"), None);
    }

    #[test]
    fn a_line_is_heard() {
        let mut one = [shell("read line; echo heard $line")];
        one[0].tell("go").expect("it reads");
        assert_eq!(race(&mut one, 0, "heard ", SOON), Ok("go".to_owned()));
    }

    #[test]
    fn one_that_hangs_fails_at_the_deadline() {
        let mut both = [shell("sleep 30"), shell("sleep 30")];
        let error = race(&mut both, 0, "seconds ", Duration::from_secs(1));
        assert_eq!(error, Err("not done after 1 seconds".to_owned()));
    }

    #[test]
    fn either_that_ends_is_asked_why() {
        let fails = "echo 'thread main panicked at x.rs:1:' >&2; echo 'it broke' >&2; exit 3";
        for (scripts, measuring) in [([fails, "sleep 30"], 0), ([fails, "sleep 30"], 1)] {
            let error = race(&mut scripts.map(shell), measuring, "seconds ", SOON).expect_err("one failed");
            assert_eq!(error, "peer ended (exit status: 3): it broke");
        }
    }
}
