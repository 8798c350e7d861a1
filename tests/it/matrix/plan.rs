//! What meets what, and how: the tests try all of it, and `page.rs` writes it down.
//!
//! Part of the integration tests, of the package `interop` and of `xtask`; so it needs the standard library only.

use std::fmt;

/// What is on the other side.
pub struct Library {
    pub name: &'static str,
    pub version: &'static str,
    /// Ends the sentence "It is ...".
    pub is: &'static str,
    pub transports: &'static [Transport],
    pub curve: bool,
    pub heartbeats: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    Tcp,
    Ipc,
    Ws,
}

use Transport::{Ipc, Tcp, Ws};

pub const FERROMQ: Library = Library {
    name: "ferromq",
    version: "0.1",
    is: "this crate, in another context",
    transports: &[Tcp, Ipc, Ws],
    curve: true,
    heartbeats: true,
};

pub const PYZMQ: Library = Library {
    name: "pyzmq",
    version: "27.1.0",
    is: "libzmq 4.3.5 as its wheel brings it, without drafts and WebSockets",
    transports: &[Tcp, Ipc],
    curve: true,
    heartbeats: true,
};

pub const ZEROMQ_JS: Library = Library {
    name: "zeromq.js",
    version: "6.8.0",
    is: "libzmq 4.3.5 as npm's `zeromq` brings it, with drafts",
    transports: &[Tcp, Ipc, Ws],
    curve: true,
    heartbeats: true,
};

pub const OMQ_TOKIO: Library = Library {
    name: "omq-tokio",
    version: "0.33.0",
    is: "written anew in Rust; its WebSockets are not tried",
    transports: &[Tcp, Ipc],
    curve: true,
    heartbeats: true,
};

pub const ZEROMQ_RS: Library = Library {
    name: "zeromq",
    version: "0.7.0",
    is: "written anew in Rust",
    transports: &[Tcp, Ipc],
    curve: false,
    heartbeats: false,
};

pub const LIBRARIES: [&Library; 5] = [&FERROMQ, &PYZMQ, &ZEROMQ_JS, &OMQ_TOKIO, &ZEROMQ_RS];

/// Two patterns that talk: the first begins, and the second sends back what it gets if there is a way back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    pub speaks: &'static str,
    pub answers: &'static str,
    pub is_draft: bool,
}

const fn stable(speaks: &'static str, answers: &'static str) -> Pair {
    Pair { speaks, answers, is_draft: false }
}

/// The patterns of the drafts have messages of one frame.
const fn draft(speaks: &'static str, answers: &'static str) -> Pair {
    Pair { speaks, answers, is_draft: true }
}

pub const PAIRS: [Pair; 17] = [
    stable("REQ", "REP"),
    stable("REQ", "ROUTER"),
    stable("DEALER", "REP"),
    stable("DEALER", "ROUTER"),
    stable("DEALER", "DEALER"),
    stable("ROUTER", "ROUTER"),
    stable("PUB", "SUB"),
    stable("PUB", "XSUB"),
    stable("XPUB", "SUB"),
    stable("XPUB", "XSUB"),
    stable("PUSH", "PULL"),
    stable("PAIR", "PAIR"),
    stable("STREAM", "STREAM"),
    draft("CLIENT", "SERVER"),
    draft("RADIO", "DISH"),
    draft("SCATTER", "GATHER"),
    draft("CHANNEL", "CHANNEL"),
];

impl Pair {
    /// What each conversation is about, as the lengths of the frames of its messages: messages of one frame, of many, with empty
    /// ones at every place, and of a megabyte.
    pub fn messages(self) -> Vec<Vec<usize>> {
        let mut messages = vec![vec![5], vec![256], vec![0], vec![1_100_000]];
        if !self.is_draft {
            messages.extend([vec![1, 2, 3], (0..100).collect()]);
            messages.extend([vec![0, 0], vec![0, 5], vec![5, 0], vec![5, 0, 7]]);
            messages.push(vec![200_000, 5, 100_000]);
        }
        messages
    }

    /// STREAM is plain TCP, which knows neither CURVE nor ZMTP's heartbeats.
    pub fn is_zmtp(self) -> bool {
        self.speaks != "STREAM"
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Speaks,
    Answers,
}

use Role::{Answers, Speaks};

/// One conversation.
#[derive(Clone, Copy, Debug)]
pub struct Meeting {
    pub pair: Pair,
    /// What ferromq does; the library does the other.
    pub ours: Role,
    /// Whose socket is bound.
    pub binds: Role,
    pub transport: Transport,
    /// The socket that is bound is the server.
    pub curve: bool,
    pub heartbeats: bool,
}

impl Role {
    pub fn other(self) -> Role {
        if self == Speaks { Answers } else { Speaks }
    }
}

impl Meeting {
    pub fn pattern(&self, role: Role) -> &'static str {
        if role == Speaks { self.pair.speaks } else { self.pair.answers }
    }

    /// The pattern of the library's socket.
    pub fn theirs(&self) -> &'static str {
        self.pattern(self.ours.other())
    }

    /// Whether the library's socket is bound.
    pub fn they_bind(&self) -> bool {
        self.binds != self.ours
    }
}

impl fmt::Display for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = self.pattern(self.ours);
        write!(f, "{}/{} over {:?}: ", self.pair.speaks, self.pair.answers, self.transport)?;
        let (role, place) = (
            if self.ours == Speaks { "first" } else { "second" },
            if self.they_bind() { "connects" } else { "binds" },
        );
        write!(f, "ferromq is the {role}, {ours}, and {place}")?;
        f.write_str(if self.curve { ", with CURVE" } else { "" })?;
        f.write_str(if self.heartbeats { ", with heartbeats" } else { "" })
    }
}

/// A conversation that does not come about with a library.
pub struct Exception {
    library: &'static str,
    applies: fn(&Meeting) -> bool,
    pub outcome: Outcome,
    /// What is seen, for the page.
    pub note: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// There is nothing to try: the library has no such thing.
    Absent,
    /// It is tried, and fails each time with an error that has this text.
    Fails(&'static str),
}

/// The first that applies counts.
pub static EXCEPTIONS: &[Exception] = &[
    Exception {
        library: "pyzmq",
        applies: |meeting| meeting.pair.is_draft,
        outcome: Outcome::Absent,
        note: "pyzmq: the libzmq in its wheels has no draft patterns.",
    },
    Exception {
        library: "omq-tokio",
        applies: |meeting| {
            ["PUB", "XPUB", "RADIO"].contains(&meeting.pair.speaks)
                && meeting.ours == Answers
                && !meeting.curve
        },
        outcome: Outcome::Fails("message 3"),
        note: "omq-tokio: what its PUB, XPUB or RADIO publishes unencrypted in a frame of a megabyte does not arrive, and `send` reports success.",
    },
    Exception {
        library: "zeromq.js",
        applies: |meeting| meeting.pair.answers == "DISH" && meeting.ours == Speaks && meeting.heartbeats,
        outcome: Outcome::Absent,
        note: "zeromq.js: its DISH takes a heartbeat for a group without a body and ends the connection, so it is tried without heartbeats. (In the libzmq that ferromq compiles that is fixed, 0009.)",
    },
    Exception {
        library: "omq-tokio",
        applies: |meeting| meeting.pair.speaks == "STREAM",
        outcome: Outcome::Absent,
        note: "omq-tokio: it has STREAM, which is not tried here.",
    },
    Exception {
        library: "zeromq",
        applies: |meeting| meeting.pair.is_draft || ["PAIR", "STREAM"].contains(&meeting.pair.speaks),
        outcome: Outcome::Absent,
        note: "zeromq: it has no such pattern.",
    },
];

impl Library {
    /// Every conversation that there could be.
    pub fn meetings(&self) -> Vec<Meeting> {
        let flags: fn(bool) -> &'static [bool] = |has| if has { &[false, true] } else { &[false] };
        // With ourselves there is no difference.
        let roles: &[Role] = if self.name == FERROMQ.name { &[Speaks] } else { &[Speaks, Answers] };
        let mut meetings = Vec::new();
        for pair in PAIRS {
            let transports = if pair.is_zmtp() { self.transports } else { &[Tcp] };
            for &transport in transports {
                for &ours in roles {
                    for binds in [Speaks, Answers] {
                        for &curve in flags(self.curve && pair.is_zmtp()) {
                            for &heartbeats in flags(self.heartbeats && pair.is_zmtp()) {
                                meetings.push(Meeting { pair, ours, binds, transport, curve, heartbeats });
                            }
                        }
                    }
                }
            }
        }
        meetings
    }

    /// Why the conversation does not come about, if it does not.
    pub fn exception(&self, meeting: &Meeting) -> Option<&'static Exception> {
        let concerns = |exception: &&Exception| exception.library == self.name;
        EXCEPTIONS.iter().filter(concerns).find(|exception| (exception.applies)(meeting))
    }
}
