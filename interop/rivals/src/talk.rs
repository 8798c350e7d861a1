//! A conversation, whatever the library.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt, BufReader, Stdin};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
const PROBE: &[u8] = b"probe";

pub type Result<T> = std::result::Result<T, String>;
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;
pub type Frames = Vec<Bytes>;

/// A socket.
pub trait Talks {
    fn send(&mut self, frames: Frames) -> Waiting<'_, ()>;
    fn receive(&mut self) -> Waiting<'_, Frames>;
}

/// The lines on the standard input.
pub struct Lines(tokio::io::Lines<BufReader<Stdin>>);

impl Lines {
    pub fn new() -> Lines {
        Lines(BufReader::new(tokio::io::stdin()).lines())
    }

    pub async fn next(&mut self) -> Option<String> {
        self.0.next_line().await.ok().flatten()
    }
}

/// The first line of a conversation.
pub struct Invitation {
    pub role: String,
    pub pattern: String,
    pub other: String,
    pub binds: bool,
    pub endpoint: String,
    pub curve: bool,
    pub heartbeats: u64,
    messages: Vec<Frames>,
}

impl Invitation {
    pub fn from_line(line: &str) -> Invitation {
        let words: Vec<&str> = line.split(' ').collect();
        let [role, pattern, other, attach, endpoint, security, heartbeats, messages] = words[..] else {
            panic!("it is told {line}");
        };
        let length = |length: &str| length.parse().expect("a length");
        Invitation {
            role: role.to_owned(),
            pattern: pattern.to_owned(),
            other: other.to_owned(),
            binds: attach == "bind",
            endpoint: endpoint.to_owned(),
            curve: security == "curve",
            heartbeats: heartbeats.parse().expect("milliseconds"),
            messages: messages
                .split('/')
                .enumerate()
                .map(|(n, frames)| {
                    frames.split(',').enumerate().map(|(k, it)| frame(n, k, length(it))).collect()
                })
                .collect(),
        }
    }

    /// The name of a ROUTER that another ROUTER has to know.
    pub fn name(&self) -> Option<&'static str> {
        let both = self.pattern == "ROUTER" && self.other == "ROUTER";
        both.then_some(if self.role == "speak" { "speaks" } else { "answers" })
    }

    pub async fn talk(&self, socket: &mut dyn Talks, lines: &mut Lines) -> Result<()> {
        if self.role == "speak" { self.speak(socket, lines).await } else { self.answer(socket).await }
    }

    async fn speak(&self, socket: &mut dyn Talks, lines: &mut Lines) -> Result<()> {
        match self.pattern.as_str() {
            "PUB" | "RADIO" => {
                while timeout(Duration::from_millis(5), lines.next()).await.is_err() {
                    socket.send(vec![Bytes::from_static(PROBE)]).await?;
                }
            }
            "XPUB" => expect(&receive(socket).await?, &[Bytes::from_static(&[1])], "subscription")?,
            _ => {}
        }
        let envelope: Frames = match (self.pattern.as_str(), self.other.as_str()) {
            ("DEALER", "REP") => vec![Bytes::new()],
            ("ROUTER", "ROUTER") => vec![Bytes::from_static(b"answers")],
            _ => Vec::new(),
        };
        for (n, message) in self.messages.iter().enumerate() {
            let enclosed = [&envelope[..], message].concat();
            self.send(socket, enclosed.clone()).await?;
            if !["PUB", "XPUB", "PUSH", "RADIO", "SCATTER"].contains(&self.pattern.as_str()) {
                let reply = receive(socket).await.map_err(|error| format!("message {n}: {error}"))?;
                expect(&reply, &enclosed, &format!("message {n}"))?;
            }
        }
        Ok(())
    }

    async fn send(&self, socket: &mut dyn Talks, frames: Frames) -> Result<()> {
        let mut attempts = 0;
        loop {
            let sent = timeout(PATIENCE, socket.send(frames.clone()))
                .await
                .unwrap_or(Err("send: timeout".to_owned()));
            match sent {
                // Here a message is refused as long as there is no peer; a ROUTER of every library does that.
                Err(_) if attempts < 1000 => attempts += 1,
                outcome => return outcome,
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn answer(&self, socket: &mut dyn Talks) -> Result<()> {
        let envelope = match (self.other.as_str(), self.pattern.as_str()) {
            ("REQ", "ROUTER") => 2,
            (_, "ROUTER" | "SERVER") => 1,
            _ => 0,
        };
        let mut probed = false;
        for (n, message) in self.messages.iter().enumerate() {
            let mut received = receive(socket).await.map_err(|error| format!("message {n}: {error}"))?;
            while received == [PROBE] {
                if !probed {
                    println!("probed");
                    probed = true;
                }
                received = receive(socket).await.map_err(|error| format!("message {n}: {error}"))?;
            }
            expect(received.get(envelope..).unwrap_or_default(), message, &format!("message {n}"))?;
            if ["REP", "ROUTER", "DEALER", "PAIR", "CHANNEL", "SERVER"].contains(&self.pattern.as_str()) {
                socket.send(received).await?;
            }
        }
        Ok(())
    }
}

async fn receive(socket: &mut dyn Talks) -> Result<Frames> {
    timeout(PATIENCE, socket.receive()).await.unwrap_or(Err("receive: timeout".to_owned()))
}

/// Byte i of frame k of message n is 7i + k + n, modulo 256.
fn frame(number: usize, k: usize, length: usize) -> Bytes {
    (0..length).map(|i| (7 * i + k + number) as u8).collect::<Vec<u8>>().into()
}

fn expect(received: &[Bytes], expected: &[Bytes], what: &str) -> Result<()> {
    let lengths =
        |frames: &[Bytes]| frames.iter().map(Bytes::len).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let (got, wanted) = (lengths(received), lengths(expected));
    if got != wanted {
        return Err(format!("{what} has frames of {got} bytes instead of {wanted}"));
    }
    if received == expected { Ok(()) } else { Err(format!("{what} has a wrong byte")) }
}
