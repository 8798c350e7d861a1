//! Sockets of this crate against sockets of pyzmq: every pattern, messages of many shapes, both ways to join, over TCP and IPC.

use std::time::Duration;

use ferromq::pattern::{Pattern, Receives, Sends};
use ferromq::state::Open;
use ferromq::{
    Builder, Context, Dealer, Frame, Message, Pair, Pub, Pull, Push, Rep, Req, Router, Socket, Sub,
};

use crate::patience::{PATIENCE, until};
use crate::process::{Program, Result, explained, python_script};

const PROBE: &str = "probe";

/// A message that `tests/python/peer.py` can make as well, from the lengths of its frames.
pub struct Case {
    pub lengths: String,
    pub message: Message,
}

pub fn cases() -> Vec<Case> {
    let hundred: Vec<usize> = (0..100).collect();
    [&[5][..], &[5, 0, 7], &[0], &[1 << 20], &hundred, &[256]]
        .into_iter()
        .map(|lengths| Case {
            lengths: lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(","),
            message: lengths.iter().enumerate().map(|(k, &length)| frame(k, length)).collect(),
        })
        .collect()
}

/// Byte i of frame k is 7i + k, modulo 256, so that 256 bytes have every value.
fn frame(k: usize, length: usize) -> Frame {
    (0..length).map(|i| (7 * i + k) as u8).collect::<Vec<u8>>().into()
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn req_is_answered_by_a_python_rep() {
    meet(
        "answer",
        "REP",
        |context| context.socket::<Req>().receive_timeout(PATIENCE),
        |mut req, peer| {
            for Case { lengths, message } in cases() {
                let reply;
                (reply, req) = req.send(message.clone()).map_err(said)?.recv().map_err(said)?;
                same(&reply, &message)?;
                peer.expect_line(&lengths)?;
            }
            Ok(())
        },
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn rep_answers_a_python_req() {
    meet(
        "speak",
        "REQ",
        |context| context.socket::<Rep>().receive_timeout(PATIENCE),
        |mut rep, peer| {
            for Case { lengths, message } in cases() {
                let (request, replying) = rep.recv().map_err(said)?;
                same(&request, &message)?;
                rep = replying.send(request).map_err(said)?;
                peer.expect_line(&lengths)?;
            }
            Ok(())
        },
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pub_reaches_a_python_sub() {
    meet(
        "answer",
        "SUB",
        |context| context.socket::<Pub>(),
        |publisher, peer| {
            let line = until("a probe that the subscriber receives", || {
                publisher.send(PROBE).unwrap();
                peer.line_within(Duration::from_millis(10))
            });
            assert_eq!(line, "probed");
            send_each(&publisher)?;
            expect_each(peer)
        },
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn sub_hears_a_python_pub() {
    let build = |context: &Context| context.socket::<Sub>().subscribe("").receive_timeout(PATIENCE);
    meet("speak", "PUB", build, |subscriber, peer| {
        assert_eq!(subscriber.recv().map_err(said)?, PROBE);
        peer.tell("probed")?;
        for Case { message, .. } in cases() {
            let mut received = subscriber.recv().map_err(said)?;
            while received == PROBE {
                received = subscriber.recv().map_err(said)?;
            }
            same(&received, &message)?;
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn push_feeds_a_python_pull() {
    let build = |context: &Context| context.socket::<Push>().send_timeout(PATIENCE);
    meet("answer", "PULL", build, |push, peer| {
        send_each(&push)?;
        expect_each(peer)
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pull_takes_from_a_python_push() {
    meet(
        "speak",
        "PUSH",
        |context| context.socket::<Pull>().receive_timeout(PATIENCE),
        |pull, _| {
            for Case { message, .. } in cases() {
                same(&pull.recv().map_err(said)?, &message)?;
            }
            Ok(())
        },
    );
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pair_is_echoed_by_a_python_pair() {
    let build = |context: &Context| context.socket::<Pair>().send_timeout(PATIENCE).receive_timeout(PATIENCE);
    meet("answer", "PAIR", build, |pair, peer| {
        send_each(&pair)?;
        echoes_are_whole(&pair)?;
        expect_each(peer)
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pair_echoes_a_python_pair() {
    let build = |context: &Context| context.socket::<Pair>().receive_timeout(PATIENCE);
    meet("speak", "PAIR", build, |pair, peer| {
        for Case { message, .. } in cases() {
            let received = pair.recv().map_err(said)?;
            same(&received, &message)?;
            pair.send(received).map_err(said)?;
        }
        expect_each(peer)
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn dealer_is_answered_by_a_python_router() {
    let build =
        |context: &Context| context.socket::<Dealer>().send_timeout(PATIENCE).receive_timeout(PATIENCE);
    meet("answer", "ROUTER", build, |dealer, peer| {
        send_each(&dealer)?;
        echoes_are_whole(&dealer)?;
        expect_each(peer)
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn router_answers_a_python_dealer() {
    let build = |context: &Context| context.socket::<Router>().mandatory(true).receive_timeout(PATIENCE);
    meet("speak", "DEALER", build, |router, peer| {
        for Case { message, .. } in cases() {
            let (dealer, received) = router.recv_from().map_err(said)?;
            same(&received, &message)?;
            router.send_to(&dealer, received).map_err(said)?;
        }
        expect_each(peer)
    });
}

pub fn same(received: &Message, expected: &Message) -> Result<()> {
    if received == expected { Ok(()) } else { Err(format!("received {received:?} instead of {expected:?}")) }
}

fn send_each<P: Sends>(socket: &Socket<P, Open>) -> Result<()> {
    cases().into_iter().try_for_each(|case| socket.send(case.message).map_err(said))
}

fn echoes_are_whole<P: Receives>(socket: &Socket<P, Open>) -> Result<()> {
    for Case { message, .. } in cases() {
        same(&socket.recv().map_err(said)?, &message)?;
    }
    Ok(())
}

/// The peer has received each message as it should be.
pub fn expect_each(peer: &mut Program) -> Result<()> {
    cases().iter().try_for_each(|case| peer.expect_line(&case.lengths))
}

pub fn said(error: impl Into<ferromq::Error>) -> String {
    error.into().to_string()
}

/// As [`meet_with`], with `peer.py`.
fn meet<P: Pattern, S>(
    role: &str,
    pattern: &str,
    build: impl Fn(&Context) -> Builder<P, S>,
    converse: impl Fn(Socket<P, S>, &mut Program) -> Result<()>,
) {
    meet_with("tests/python/peer.py", role, pattern, build, converse);
}

/// Joins a socket with a peer in Python of the given role and pattern, over each transport, bound on either side. The peer
/// has to end well, too.
pub fn meet_with<P: Pattern, S>(
    script: &str,
    role: &str,
    pattern: &str,
    build: impl Fn(&Context) -> Builder<P, S>,
    converse: impl Fn(Socket<P, S>, &mut Program) -> Result<()>,
) {
    let lengths: Vec<_> = cases().into_iter().map(|case| case.lengths).collect();
    let peer = |attach: &str, endpoint: &str| {
        let mut command = python_script(script);
        command.args([role, pattern, attach, endpoint]).args(&lengths);
        Program::start(format!("the {pattern} in Python"), command)
    };
    for wildcard in ["tcp://127.0.0.1:*", "ipc://*"] {
        for python_binds in [false, true] {
            let context = Context::new().unwrap();
            let (socket, mut peer) = if python_binds {
                let mut peer = peer("bind", wildcard);
                let endpoint =
                    peer.line().unwrap_or_else(|error| panic!("{}", explained(error, [&mut peer])));
                (build(&context).connect(endpoint).unwrap(), peer)
            } else {
                let socket = build(&context).bind(wildcard).unwrap();
                let peer = peer("connect", socket.last_endpoint().unwrap().as_str());
                (socket, peer)
            };
            let outcome = converse(socket, &mut peer).and_then(|()| peer.end_well(PATIENCE));
            if let Err(error) = outcome {
                let bound = if python_binds { pattern } else { P::NAME };
                panic!("{wildcard}, bound by the {bound}: {}", explained(error, [&mut peer]));
            }
        }
    }
}
