//! The messages, as `PROTOCOL.md` has them: to and from frames.

use ferromq::{Frame, Message};

/// The first frame of every message.
const VERSION: &str = "FTQ1";

/// Names a task among those of its client, or one handing of a task to a worker. Whoever did not make it up knows nothing
/// of what is in it.
pub type Id = [u8; 8];

/// Why a message is not understood.
pub type Malformed = &'static str;

/// How a task has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Ok,
    Failed,
    Lost,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::Failed => "FAILED",
            Status::Lost => "LOST",
        }
    }

    fn read(frames: &mut Frames) -> Result<Self, Malformed> {
        let word = frames.next("the status is missing")?;
        let known = [Status::Ok, Status::Failed, Status::Lost].into_iter();
        known.into_iter().find(|status| word == status.word()).ok_or("no such status")
    }
}

#[derive(PartialEq, Debug)]
pub enum FromClient {
    Submit {
        id: Id,
        task: Message,
    },
    /// The tasks whose results it waits for.
    Ping(Vec<Id>),
}

#[derive(PartialEq, Debug)]
pub enum ToClient {
    Result {
        id: Id,
        status: Status,
        result: Message,
    },
    Busy(Id),
    /// Those of the ping that the broker does not know.
    Pong(Vec<Id>),
    Refused(String),
}

#[derive(PartialEq, Debug)]
pub enum FromWorker {
    Ready,
    Heartbeat,
    Done { ticket: Id, status: Status, result: Message },
    Bye,
}

#[derive(PartialEq, Debug)]
pub enum ToWorker {
    Task { ticket: Id, task: Message },
    Heartbeat,
    Unknown,
    Refused(String),
}

impl FromClient {
    pub fn read(message: Message) -> Result<Self, Malformed> {
        let (command, mut frames) = Frames::open(message)?;
        match &*command {
            b"SUBMIT" => Ok(FromClient::Submit { id: frames.id()?, task: frames.body()? }),
            b"PING" => Ok(FromClient::Ping(frames.ids()?)),
            b"READY" | b"HEARTBEAT" | b"DONE" | b"BYE" => Err("this endpoint is for clients"),
            _ => Err("no such command"),
        }
    }

    pub fn write(self) -> Message {
        match self {
            FromClient::Submit { id, task } => with_head(&[b"SUBMIT", &id], task),
            FromClient::Ping(ids) => message(&[b"PING", &ids.concat()]),
        }
    }
}

impl ToClient {
    pub fn read(message: Message) -> Result<Self, Malformed> {
        let (command, mut frames) = Frames::open(message)?;
        match &*command {
            b"RESULT" => Ok(ToClient::Result {
                id: frames.id()?,
                status: Status::read(&mut frames)?,
                result: frames.body()?,
            }),
            b"BUSY" => Ok(ToClient::Busy(frames.only_id()?)),
            b"PONG" => Ok(ToClient::Pong(frames.ids()?)),
            b"REFUSED" => Ok(ToClient::Refused(frames.text()?)),
            _ => Err("no such command"),
        }
    }

    pub fn write(self) -> Message {
        match self {
            ToClient::Result { id, status, result } => {
                with_head(&[b"RESULT", &id, status.word().as_bytes()], result)
            }
            ToClient::Busy(id) => message(&[b"BUSY", &id]),
            ToClient::Pong(ids) => message(&[b"PONG", &ids.concat()]),
            ToClient::Refused(reason) => message(&[b"REFUSED", reason.as_bytes()]),
        }
    }
}

impl FromWorker {
    pub fn read(message: Message) -> Result<Self, Malformed> {
        let (command, mut frames) = Frames::open(message)?;
        match &*command {
            b"READY" => frames.end().map(|()| FromWorker::Ready),
            b"HEARTBEAT" => frames.end().map(|()| FromWorker::Heartbeat),
            b"BYE" => frames.end().map(|()| FromWorker::Bye),
            b"DONE" => {
                let (ticket, status) = (frames.id()?, Status::read(&mut frames)?);
                match status {
                    Status::Lost => Err("no such status"),
                    _ => Ok(FromWorker::Done { ticket, status, result: frames.body()? }),
                }
            }
            b"SUBMIT" | b"PING" => Err("this endpoint is for workers"),
            _ => Err("no such command"),
        }
    }

    pub fn write(self) -> Message {
        match self {
            FromWorker::Ready => message(&[b"READY"]),
            FromWorker::Heartbeat => message(&[b"HEARTBEAT"]),
            FromWorker::Bye => message(&[b"BYE"]),
            FromWorker::Done { ticket, status, result } => {
                with_head(&[b"DONE", &ticket, status.word().as_bytes()], result)
            }
        }
    }
}

impl ToWorker {
    pub fn read(message: Message) -> Result<Self, Malformed> {
        let (command, mut frames) = Frames::open(message)?;
        match &*command {
            b"TASK" => Ok(ToWorker::Task { ticket: frames.id()?, task: frames.body()? }),
            b"HEARTBEAT" => frames.end().map(|()| ToWorker::Heartbeat),
            b"UNKNOWN" => frames.end().map(|()| ToWorker::Unknown),
            b"REFUSED" => Ok(ToWorker::Refused(frames.text()?)),
            _ => Err("no such command"),
        }
    }

    pub fn write(self) -> Message {
        match self {
            ToWorker::Task { ticket, task } => with_head(&[b"TASK", &ticket], task),
            ToWorker::Heartbeat => message(&[b"HEARTBEAT"]),
            ToWorker::Unknown => message(&[b"UNKNOWN"]),
            ToWorker::Refused(reason) => message(&[b"REFUSED", reason.as_bytes()]),
        }
    }
}

fn message(frames: &[&[u8]]) -> Message {
    [VERSION.as_bytes()].iter().chain(frames).copied().collect()
}

/// The frames of a task or result behind these.
fn with_head(head: &[&[u8]], body: Message) -> Message {
    let mut message = message(head);
    message.extend(body);
    message
}

/// What is left of a message that is read from the front.
struct Frames(Message);

impl Frames {
    /// The command, and what follows it.
    fn open(message: Message) -> Result<(Frame, Self), Malformed> {
        let mut frames = Frames(message);
        match frames.0.pop_front() {
            Some(version) if version == VERSION => {}
            _ => return Err("the first frame is not FTQ1"),
        }
        let command = frames.next("the command is missing")?;
        Ok((command, frames))
    }

    fn next(&mut self, missing: Malformed) -> Result<Frame, Malformed> {
        self.0.pop_front().ok_or(missing)
    }

    fn id(&mut self) -> Result<Id, Malformed> {
        let frame = self.next("the id is missing")?;
        frame.as_bytes().try_into().map_err(|_| "an id has 8 bytes")
    }

    fn only_id(mut self) -> Result<Id, Malformed> {
        let id = self.id()?;
        self.end().map(|()| id)
    }

    fn ids(mut self) -> Result<Vec<Id>, Malformed> {
        let frame = self.next("the ids are missing")?;
        self.end()?;
        let (ids, rest) = frame.as_chunks();
        if rest.is_empty() { Ok(ids.to_vec()) } else { Err("an id has 8 bytes") }
    }

    fn text(mut self) -> Result<String, Malformed> {
        let frame = self.next("the reason is missing")?;
        self.end().map(|()| frame.to_string())
    }

    fn body(self) -> Result<Message, Malformed> {
        if self.0.is_empty() { Err("a task or result has at least one frame") } else { Ok(self.0) }
    }

    fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err("there are frames behind the end") }
    }
}
