//! ferromq's end of a conversation.

use std::thread;
use std::time::{Duration, Instant};

use ferromq::security::{CurveClient, CurveServer};
use ferromq::{
    AnySocket, Channel, Client, Context, Dealer, Dish, Frame, Gather, Group, KeyPair, Linger, Message, Pair,
    PeerId, Pub, Pull, Push, Radio, Rep, Req, Router, RoutingId, Scatter, Server, Stream, Sub, XPub, XSub,
    option,
};

use super::plan::{Meeting, Role};

/// What went wrong, in a sentence.
pub type Result<T> = std::result::Result<T, String>;

/// What is published until the subscriber says that it arrives. It is also the group in which a RADIO sends.
const PROBE: &str = "probe";
/// How long the connection is quiet after the first message with heartbeats, so that there are some.
pub const QUIET: Duration = Duration::from_millis(20);
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(5);

/// What is said beside the sockets.
pub trait Aside {
    /// Tells the other end that a probe has arrived.
    fn say_probed(&mut self) -> Result<()>;
    /// Whether the other end says so within a moment.
    fn hear_probed(&mut self) -> Result<bool>;
}

/// The keys of whoever binds, and of whoever connects.
pub struct Keys {
    pub server: KeyPair,
    pub client: KeyPair,
}

/// One end of a meeting.
pub struct End<'a> {
    pub meeting: &'a Meeting,
    pub role: Role,
    pub patience: Duration,
    pub quiet: Duration,
}

fn said(error: impl Into<ferromq::Error>) -> String {
    error.into().to_string()
}

/// Opens a socket of the pattern of that name with the options that the meeting wants.
macro_rules! open {
    ($end:expr, $context:expr, $keys:expr, zmtp [$($P:ident)*], plain [$($Q:ident)*]) => {
        match $end.pattern().to_ascii_lowercase() {
            $(name if name == stringify!($P).to_ascii_lowercase() => {
                // Once both have said that they are done, nothing is on its way.
                let mut builder = $context.socket::<$P>().linger(Linger::NONE);
                if $end.meeting.heartbeats {
                    builder = builder
                        .heartbeat_interval(HEARTBEAT_INTERVAL)
                        .heartbeat_timeout($end.patience)
                        .heartbeat_ttl($end.patience);
                }
                if $end.meeting.curve && $end.role == $end.meeting.binds {
                    builder = builder.security(CurveServer::new($keys.server.clone()).allow_any());
                } else if $end.meeting.curve {
                    builder = builder.security(CurveClient::new($keys.client.clone(), $keys.server.public()));
                }
                builder.open().map_err(said)?.into_any()
            })*
            $(name if name == stringify!($Q).to_ascii_lowercase() => {
                $context.socket::<$Q>().open().map_err(said)?.into_any()
            })*
            name => return Err(format!("there is no {name}")),
        }
    };
}

impl End<'_> {
    fn pattern(&self) -> &'static str {
        self.meeting.pattern(self.role)
    }

    /// The name of a ROUTER that another ROUTER has to know.
    fn name(&self) -> Option<&'static str> {
        let both = self.meeting.pair.speaks == "ROUTER" && self.meeting.pair.answers == "ROUTER";
        both.then_some(if self.role == Role::Speaks { "speaks" } else { "answers" })
    }

    pub fn open(&self, context: &Context, keys: &Keys) -> Result<AnySocket> {
        let socket = open!(self, context, keys,
            zmtp [Req Rep Dealer Router Pub Sub XPub XSub Push Pull Pair Client Server Radio Dish Scatter Gather Channel],
            plain [Stream]);
        match self.pattern() {
            "SUB" => socket.subscribe("").map_err(said)?,
            "DISH" => socket.join(&group()).map_err(said)?,
            "ROUTER" => socket.set::<option::Mandatory>(true).map_err(said)?,
            _ => {}
        }
        if let Some(name) = self.name() {
            socket.set::<option::OwnRoutingId>(Some(RoutingId::new(name).map_err(said)?)).map_err(said)?;
        }
        Ok(socket)
    }

    /// Holds its part of the conversation.
    pub fn talk(&self, socket: &AnySocket, aside: &mut dyn Aside) -> Result<()> {
        let messages: Vec<Message> =
            self.meeting.pair.messages().iter().enumerate().map(|(n, lengths)| message(n, lengths)).collect();
        match self.role {
            Role::Speaks => self.speak(socket, &messages, aside),
            Role::Answers => self.answer(socket, &messages, aside),
        }
    }

    fn speak(&self, socket: &AnySocket, messages: &[Message], aside: &mut dyn Aside) -> Result<()> {
        match self.pattern() {
            "PUB" | "RADIO" => {
                let deadline = Instant::now() + self.patience;
                while !aside.hear_probed()? {
                    if Instant::now() > deadline {
                        return Err("no probe arrives: timed out".to_owned());
                    }
                    self.send(socket, PROBE.into())?;
                }
            }
            "XPUB" => {
                expect(&socket.recv_timeout(self.patience).map_err(said)?, &[1].into(), "subscription")?
            }
            "STREAM" => return self.speak_in_a_stream(socket, messages),
            _ => {}
        }
        // What a REP or a ROUTER takes off and puts back.
        let envelope: Option<Frame> = match (self.pattern(), self.meeting.pair.answers) {
            ("DEALER", "REP") => Some("".into()),
            ("ROUTER", _) => Some("answers".into()),
            _ => None,
        };
        let has_way_back = !["PUB", "XPUB", "PUSH", "RADIO", "SCATTER"].contains(&self.pattern());
        for (n, message) in messages.iter().enumerate() {
            let enclosed: Message = envelope.iter().cloned().chain(message.iter().cloned()).collect();
            self.send(socket, enclosed.clone())?;
            if has_way_back {
                let reply =
                    socket.recv_timeout(self.patience).map_err(|error| format!("{}: {error}", nth(n)))?;
                expect(&reply, &enclosed, &nth(n))?;
            }
            if n == 0 && self.meeting.heartbeats {
                thread::sleep(self.quiet);
            }
        }
        Ok(())
    }

    fn send(&self, socket: &AnySocket, message: Message) -> Result<()> {
        if self.pattern() == "RADIO" {
            return socket.send_to_timeout(&group(), message, self.patience).map_err(said);
        }
        let deadline = Instant::now() + self.patience;
        let mut message = message;
        loop {
            match socket.send_timeout(message, self.patience) {
                Ok(()) => return Ok(()),
                // A ROUTER learns only from the handshake who the other is.
                Err(failed) if failed.kind() == ferromq::ErrorKind::HostUnreachable => {
                    if Instant::now() > deadline {
                        return Err(said(failed));
                    }
                    message = failed.into_kept();
                    thread::yield_now();
                }
                Err(failed) => return Err(said(failed)),
            }
        }
    }

    fn answer(&self, socket: &AnySocket, messages: &[Message], aside: &mut dyn Aside) -> Result<()> {
        match self.pattern() {
            "XSUB" => socket.send_timeout([1].as_slice(), self.patience).map_err(said)?,
            "STREAM" => return self.answer_in_a_stream(socket, messages),
            _ => {}
        }
        // The frames in front that name the way back.
        let envelope = match (self.meeting.pair.speaks, self.pattern()) {
            ("REQ", "ROUTER") => 2,
            (_, "ROUTER") => 1,
            _ => 0,
        };
        let mut probed = false;
        for (n, message) in messages.iter().enumerate() {
            if self.pattern() == "SERVER" {
                let (client, received) = socket
                    .recv_from_timeout::<PeerId>(self.patience)
                    .map_err(|error| format!("{}: {error}", nth(n)))?;
                expect(&received, message, &nth(n))?;
                socket.send_to_timeout(&client, received, self.patience).map_err(said)?;
                continue;
            }
            let mut received = self.receive(socket).map_err(|error| format!("{}: {error}", nth(n)))?;
            while received == PROBE {
                if !probed {
                    aside.say_probed()?;
                    probed = true;
                }
                received = self.receive(socket).map_err(|error| format!("{}: {error}", nth(n)))?;
            }
            let body: Message = received.iter().skip(envelope).cloned().collect();
            expect(&body, message, &nth(n))?;
            if ["REP", "ROUTER", "DEALER", "PAIR", "CHANNEL"].contains(&self.pattern()) {
                socket.send_timeout(received, self.patience).map_err(said)?;
            }
            if n == 0 && self.meeting.heartbeats {
                thread::sleep(self.quiet);
            }
        }
        Ok(())
    }

    fn receive(&self, socket: &AnySocket) -> ferromq::Result<Message> {
        if self.pattern() != "DISH" {
            return socket.recv_timeout(self.patience);
        }
        socket.recv_from_timeout::<Group>(self.patience).map(|(_, message)| message)
    }

    fn speak_in_a_stream(&self, socket: &AnySocket, messages: &[Message]) -> Result<()> {
        let connection = self.connection(socket)?;
        let text = all_bytes(messages);
        for piece in text.chunks(100_000) {
            let enclosed = Message::from((connection.clone(), piece.to_vec()));
            socket.send_timeout(enclosed, self.patience).map_err(said)?;
        }
        self.take_stream(socket, &text, |_| Ok(()))
    }

    fn answer_in_a_stream(&self, socket: &AnySocket, messages: &[Message]) -> Result<()> {
        self.connection(socket)?;
        self.take_stream(socket, &all_bytes(messages), |piece| {
            socket.send_timeout(piece, self.patience).map_err(said)
        })
    }

    /// The name of the connection, from the notice that it has begun.
    fn connection(&self, socket: &AnySocket) -> Result<Frame> {
        let notice = socket.recv_timeout(self.patience).map_err(said)?;
        match notice.into_frames() {
            Ok([connection, nothing]) if nothing.is_empty() => Ok(connection),
            other => Err(format!("instead of a connection: {other:?}")),
        }
    }

    fn take_stream(
        &self,
        socket: &AnySocket,
        text: &[u8],
        then: impl Fn(Message) -> Result<()>,
    ) -> Result<()> {
        let mut at = 0;
        while at < text.len() {
            let received =
                socket.recv_timeout(self.patience).map_err(|error| format!("byte {at}: {error}"))?;
            let piece = received.get(1).ok_or("a piece without a connection")?;
            let expected = text.get(at..at + piece.len()).unwrap_or_default();
            if piece.as_bytes() != expected || expected.is_empty() {
                return Err(format!("the stream differs after byte {at}"));
            }
            at += piece.len();
            then(received)?;
        }
        Ok(())
    }
}

fn group() -> Group {
    Group::new(PROBE).expect("it is short")
}

fn all_bytes(messages: &[Message]) -> Vec<u8> {
    let frames: Vec<&[u8]> = messages.iter().flat_map(Message::iter).map(Frame::as_bytes).collect();
    frames.concat()
}

fn nth(number: usize) -> String {
    format!("message {number}")
}

/// Byte i of frame k of message n is 7i + k + n, modulo 256.
fn message(number: usize, lengths: &[usize]) -> Message {
    let frame = |(k, &length): (usize, &usize)| {
        let all: Vec<u8> = (0..256).map(|i| (7 * i + k + number) as u8).collect();
        // Without a loop over bytes, which takes long where it is not optimised.
        let mut bytes = all.repeat(length.div_ceil(256));
        bytes.truncate(length);
        Frame::from(bytes)
    };
    lengths.iter().enumerate().map(frame).collect()
}

fn expect(received: &Message, expected: &Message, what: &str) -> Result<()> {
    if received == expected {
        return Ok(());
    }
    let lengths =
        |message: &Message| message.iter().map(|frame| frame.len().to_string()).collect::<Vec<_>>().join(",");
    let (received, expected) = (lengths(received), lengths(expected));
    if received == expected {
        return Err(format!("{what} has a wrong byte"));
    }
    Err(format!("{what} has frames of {received} bytes instead of {expected}"))
}
