//! Async sockets of this crate against those of pyzmq's asyncio: messages of many shapes, both ways to join, over TCP and IPC.

use ferromq::{Dealer, Message, Pair, Pull, Push, Rep, Req, Router, Sub, XPub};

use super::runtime::{OneThread, Runtime, SeveralThreads, Smol, on};
use crate::patience::PATIENCE;
use crate::peers::{Case, cases, expect_each, meet_with, said, same};
use crate::process::Result;

/// Has a socket talk with a peer in Python of the given role and pattern, on each runtime. A peer that receives then says
/// what it has received.
macro_rules! meet {
    ($role:literal, $pattern:literal, $build:expr, |$socket:ident| $converse:block) => {
        meet!(OneThread, $role, $pattern, $build, |$socket| $converse);
        meet!(SeveralThreads, $role, $pattern, $build, |$socket| $converse);
        meet!(Smol, $role, $pattern, $build, |$socket| $converse);
    };
    ($R:ty, $role:literal, $pattern:literal, $build:expr, |$socket:ident| $converse:block) => {
        meet_with("tests/python/asyncio_peer.py", $role, $pattern, $build, |socket, peer| {
            let conversation = async {
                #[allow(unused_mut)]
                let mut $socket = on::<$R, _, _>(socket);
                $converse;
                Ok(())
            };
            let outcome: Option<Result<()>> = <$R>::run(<$R>::within(PATIENCE, conversation));
            outcome.unwrap_or_else(|| Err("the conversation does not end".to_owned()))?;
            let only_sends = $role == "speak" && matches!($pattern, "PUSH" | "XPUB");
            if only_sends { Ok(()) } else { expect_each(peer) }
        });
    };
}

fn messages() -> impl Iterator<Item = Message> {
    cases().into_iter().map(|Case { message, .. }| message)
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn push_feeds_a_pull_in_asyncio() {
    meet!("answer", "PULL", |context| context.socket::<Push>(), |push| {
        push.send_all(&mut messages().collect()).await.map_err(said)?;
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pull_takes_from_a_push_in_asyncio() {
    meet!("speak", "PUSH", |context| context.socket::<Pull>(), |pull| {
        for message in messages() {
            same(&pull.recv().await.map_err(said)?, &message)?;
        }
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pub_reaches_a_sub_in_asyncio() {
    meet!("answer", "SUB", |context| context.socket::<XPub>(), |publisher| {
        publisher.recv_event().await.map_err(said)?;
        for message in messages() {
            publisher.send(message).await.map_err(said)?;
        }
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn sub_hears_a_pub_in_asyncio() {
    meet!("speak", "XPUB", |context| context.socket::<Sub>().subscribe(""), |subscriber| {
        for message in messages() {
            same(&subscriber.recv().await.map_err(said)?, &message)?;
        }
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn req_is_answered_by_a_rep_in_asyncio() {
    meet!("answer", "REP", |context| context.socket::<Req>(), |req| {
        for message in messages() {
            let reply = req.request(message.clone()).await.map_err(said)?;
            same(&reply, &message)?;
        }
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn rep_answers_a_req_in_asyncio() {
    meet!("speak", "REQ", |context| context.socket::<Rep>(), |rep| {
        for message in messages() {
            let (request, replying) = rep.recv().await.map_err(said)?;
            same(&request, &message)?;
            replying.send(request).await.map_err(said)?;
        }
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn dealer_is_answered_by_a_router_in_asyncio() {
    meet!("answer", "ROUTER", |context| context.socket::<Dealer>(), |dealer| {
        for message in messages() {
            dealer.send(message).await.map_err(said)?;
        }
        for message in messages() {
            same(&dealer.recv().await.map_err(said)?, &message)?;
        }
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn router_answers_a_dealer_in_asyncio() {
    meet!("speak", "DEALER", |context| context.socket::<Router>().mandatory(true), |router| {
        for message in messages() {
            let (dealer, received) = router.recv_from().await.map_err(said)?;
            same(&received, &message)?;
            router.send_to(&dealer, received).await.map_err(said)?;
        }
    });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pair_and_a_pair_in_asyncio_send_and_receive_at_once() {
    meet!("speak", "PAIR", |context| context.socket::<Pair>(), |pair| {
        let (sender, receiver) = pair.split();
        for message in messages() {
            same(&receiver.recv().await.map_err(said)?, &message)?;
            sender.send(message).await.map_err(said)?;
        }
    });
}
