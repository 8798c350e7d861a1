//! Joins sockets of this crate with sockets in Node, over each transport, bound on either side.

use std::array;
use std::net::UdpSocket;

use ferromq::pattern::{Pattern, Receives, Sends};
use ferromq::state::Open;
use ferromq::{Builder, Context, Endpoint, Socket};

use crate::content::{Shapes, WINDOW, check, message};
use crate::node::{Node, Result};

/// The program in Node.
#[derive(Clone, Copy)]
pub struct Peer {
    pub role: &'static str,
    pub pattern: &'static str,
    pub shapes: Shapes,
    /// How many sockets it has.
    pub sockets: usize,
}

/// A peer that begins.
pub fn speaker(pattern: &'static str, shapes: Shapes) -> Peer {
    Peer { role: "speak", pattern, shapes, sockets: 1 }
}

/// A peer that checks what it receives, and sends it back if the pattern has a way back.
pub fn answerer(pattern: &'static str, shapes: Shapes) -> Peer {
    Peer { role: "answer", pattern, shapes, sockets: 1 }
}

impl Peer {
    /// Starts it.
    pub fn starts(
        self,
        attach: &str,
        endpoints: &[String],
        tampers: bool,
        context: &Context,
    ) -> Result<Node> {
        let mut arguments = vec![self.role, self.pattern, self.shapes.name(), attach];
        arguments.extend(endpoints.iter().map(String::as_str));
        Node::start("peer.mjs", &arguments, tampers, context)
    }
}

/// Who binds; the other side connects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binds {
    Rust,
    Node,
}

/// Holds the conversation over tcp and ipc, bound on either side; and once more with a peer whose message number 3 has a
/// wrong byte, which one of the two sides has to notice.
pub fn meet<P: Pattern, S, const N: usize>(
    peer: Peer,
    build: impl Fn(&Context) -> Builder<P, S>,
    converse: impl Fn([Socket<P, S>; N], &mut Node) -> Result<()>,
) {
    let transports: &[&str] =
        if peer.pattern == "STREAM" { &["tcp://127.0.0.1:*"] } else { &["tcp://127.0.0.1:*", "ipc://*"] };
    for &wildcard in transports {
        for binds in [Binds::Rust, Binds::Node] {
            let how = format!("{wildcard}, bound by {binds:?}");
            succeeds(&how, |context| join(peer, wildcard, binds, false, context, &build), &converse);
        }
    }
    notices_a_wrong_byte(|context| join(peer, transports[0], Binds::Rust, true, context, &build), &converse);
}

type Joined<P, S, const N: usize> = ([Socket<P, S>; N], Node);

fn join<P: Pattern, S, const N: usize>(
    peer: Peer,
    wildcard: &str,
    binds: Binds,
    tampers: bool,
    context: &Context,
    build: impl Fn(&Context) -> Builder<P, S>,
) -> Result<Joined<P, S, N>> {
    if binds == Binds::Rust {
        let sockets: [_; N] =
            array::from_fn(|_| build(context).bind(wildcard).expect("a wildcard can be bound"));
        let endpoints =
            sockets.each_ref().map(|socket| socket.last_endpoint().expect("it is bound").to_string());
        Ok((sockets, peer.starts("connect", &endpoints, tampers, context)?))
    } else {
        let mut node = peer.starts("bind", &[wildcard.to_owned()], tampers, context)?;
        let endpoints: Result<Vec<_>> = (0..peer.sockets).map(|_| node.line()).collect();
        let endpoints = endpoints.map_err(|error| format!("{error} {}", node.complaint()))?;
        let sockets = array::from_fn(|_| {
            let socket = build(context).open().expect("its options are good");
            endpoints.iter().for_each(|it| socket.connect(it.as_str()).expect("the endpoint was bound"));
            socket
        });
        Ok((sockets, node))
    }
}

/// Holds a conversation, which has to go well on both sides.
pub fn succeeds<T>(
    how: &str,
    join: impl FnOnce(&Context) -> Result<(T, Node)>,
    converse: impl Fn(T, &mut Node) -> Result<()>,
) {
    if let Err(error) = hold(join, converse) {
        panic!("{how}: {error}");
    }
}

/// Holds a conversation with a peer that tampers, and fails unless one of the two sides names the byte.
pub fn notices_a_wrong_byte<T>(
    join: impl FnOnce(&Context) -> Result<(T, Node)>,
    converse: impl Fn(T, &mut Node) -> Result<()>,
) {
    let error = hold(join, converse).expect_err("nobody has noticed the wrong byte");
    assert!(error.contains("differs at byte "), "instead of the wrong byte, this was noticed: {error}");
}

fn hold<T>(
    join: impl FnOnce(&Context) -> Result<(T, Node)>,
    converse: impl Fn(T, &mut Node) -> Result<()>,
) -> Result<()> {
    let context = Context::new().expect("there is memory for a context");
    let (sockets, mut node) = join(&context)?;
    match converse(sockets, &mut node) {
        Ok(()) => node.dismiss(),
        Err(error) => Err(format!("{error}; node says: {}", node.complaint())),
    }
}

/// The error of an operation, as a sentence.
pub fn said(error: impl Into<ferromq::Error>) -> String {
    error.into().to_string()
}

/// libzmq does not tell which port it was given for `udp://127.0.0.1:*`.
pub fn unused_udp_endpoint() -> Endpoint {
    let found = UdpSocket::bind("127.0.0.1:0").expect("there is a free port");
    let address = found.local_addr().expect("a bound socket has an address");
    format!("udp://{address}").parse().expect("it is an endpoint")
}

/// Sends each message and receives it back, with some of them on their way at any time.
pub fn exchange<P: Sends + Receives>(socket: &Socket<P, Open>, shapes: Shapes, first: usize) -> Result<()> {
    let messages = shapes.messages();
    for n in 0..messages.len() + WINDOW - 1 {
        if let Some(lengths) = messages.get(n) {
            socket.send(message(first + n, lengths)).map_err(said)?;
        }
        if let Some(back) = (n + 1).checked_sub(WINDOW) {
            check(&socket.recv().map_err(said)?, first + back, &messages[back])?;
        }
    }
    Ok(())
}

pub fn echo<P: Sends + Receives>(socket: &Socket<P, Open>, shapes: Shapes) -> Result<()> {
    for (n, lengths) in shapes.messages().iter().enumerate() {
        let received = socket.recv().map_err(said)?;
        check(&received, n, lengths)?;
        socket.send(received).map_err(said)?;
    }
    Ok(())
}

pub fn send_all<P: Sends>(socket: &Socket<P, Open>, shapes: Shapes) -> Result<()> {
    let messages = shapes.messages();
    messages.iter().enumerate().try_for_each(|(n, lengths)| socket.send(message(n, lengths)).map_err(said))
}

pub fn receive_all<P: Receives>(socket: &Socket<P, Open>, shapes: Shapes) -> Result<()> {
    let messages = shapes.messages();
    messages.iter().enumerate().try_for_each(|(n, lengths)| check(&socket.recv().map_err(said)?, n, lengths))
}
