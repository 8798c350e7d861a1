//! The stable patterns, for which Node is one more peer that we did not build.

use ferromq::{
    Context, Dealer, Hwm, Message, Pair, Pub, Pull, Push, Rep, Req, Router, Socket, Stream, StreamEvent, Sub,
    XPub, XPubEvent, XSub,
};

use crate::content::{PROBE, Shapes, check, message, same};
use crate::meeting::{answerer, echo, exchange, meet, receive_all, said, send_all, speaker};
use crate::node::Result;

const SHAPES: Shapes = Shapes::Several;

#[test]
fn req_is_answered_by_a_node_rep() {
    meet(
        answerer("REP", SHAPES),
        |context| context.socket::<Req>(),
        |[mut req], node| {
            for (n, lengths) in SHAPES.messages().iter().enumerate() {
                let reply;
                (reply, req) = req.send(message(n, lengths)).map_err(said)?.recv().map_err(said)?;
                check(&reply, n, lengths)?;
            }
            node.dismiss()
        },
    );
}

#[test]
fn rep_answers_a_node_req() {
    meet(
        speaker("REQ", SHAPES),
        |context| context.socket::<Rep>(),
        |[mut rep], node| {
            for (n, lengths) in SHAPES.messages().iter().enumerate() {
                let (request, replying) = rep.recv().map_err(said)?;
                check(&request, n, lengths)?;
                rep = replying.send(request).map_err(said)?;
            }
            node.dismiss()
        },
    );
}

#[test]
fn dealer_is_answered_by_a_node_router() {
    let build = |context: &Context| context.socket::<Dealer>();
    meet(answerer("ROUTER", SHAPES), build, |[dealer], node| {
        exchange(&dealer, SHAPES, 0)?;
        node.dismiss()
    });
}

#[test]
fn router_answers_a_node_dealer() {
    let build = |context: &Context| context.socket::<Router>().mandatory(true);
    meet(speaker("DEALER", SHAPES), build, |[router], node| {
        for (n, lengths) in SHAPES.messages().iter().enumerate() {
            let (dealer, received) = router.recv_from().map_err(said)?;
            check(&received, n, lengths)?;
            router.send_to(&dealer, received).map_err(said)?;
        }
        node.dismiss()
    });
}

#[test]
fn push_feeds_a_node_pull() {
    meet(
        answerer("PULL", SHAPES),
        |context| context.socket::<Push>(),
        |[push], node| {
            send_all(&push, SHAPES)?;
            node.dismiss()
        },
    );
}

#[test]
fn pull_takes_from_a_node_push() {
    meet(
        speaker("PUSH", SHAPES),
        |context| context.socket::<Pull>(),
        |[pull], node| {
            receive_all(&pull, SHAPES)?;
            node.dismiss()
        },
    );
}

#[test]
fn pair_is_echoed_by_a_node_pair() {
    let build = |context: &Context| context.socket::<Pair>();
    meet(answerer("PAIR", SHAPES), build, |[pair], node| {
        exchange(&pair, SHAPES, 0)?;
        node.dismiss()
    });
}

#[test]
fn pair_echoes_a_node_pair() {
    meet(
        speaker("PAIR", SHAPES),
        |context| context.socket::<Pair>(),
        |[pair], node| {
            echo(&pair, SHAPES)?;
            node.dismiss()
        },
    );
}

#[test]
fn pub_reaches_a_node_sub() {
    let build = |context: &Context| context.socket::<Pub>().send_hwm(Hwm::UNLIMITED);
    meet(answerer("SUB", SHAPES), build, |[publisher], node| {
        node.until_it_prints("probed", || publisher.send(PROBE).map_err(said))?;
        send_all(&publisher, SHAPES)?;
        node.dismiss()
    });
}

#[test]
fn sub_hears_a_node_pub() {
    let build = |context: &Context| context.socket::<Sub>().subscribe("");
    meet(speaker("PUB", SHAPES), build, |[subscriber], node| {
        if subscriber.recv().map_err(said)? != PROBE {
            return Err("received something else than a probe".to_owned());
        }
        node.tell("probed")?;
        for (n, lengths) in SHAPES.messages().iter().enumerate() {
            let mut received = subscriber.recv().map_err(said)?;
            while received == PROBE {
                received = subscriber.recv().map_err(said)?;
            }
            check(&received, n, lengths)?;
        }
        node.dismiss()
    });
}

#[test]
fn xpub_sees_what_a_node_xsub_subscribes_to() {
    let build = |context: &Context| context.socket::<XPub>().send_hwm(Hwm::UNLIMITED);
    meet(answerer("XSUB", SHAPES), build, |[publisher], node| {
        let event = |expected| {
            let event = publisher.recv_event().map_err(said)?;
            if event == expected {
                Ok(())
            } else {
                Err(format!("received {event:?} instead of {expected:?}"))
            }
        };
        event(XPubEvent::Subscribed(b"a".to_vec()))?;
        publisher.send("a").map_err(said)?;
        event(XPubEvent::Subscribed(b"b".to_vec()))?;
        event(XPubEvent::Unsubscribed(b"b".to_vec()))?;
        event(XPubEvent::Message("ready".into()))?;
        for (n, lengths) in SHAPES.messages().iter().enumerate() {
            publisher.send(["b", "nobody is subscribed"]).map_err(said)?;
            let mut message = message(n, lengths);
            message.push_front("a");
            publisher.send(message).map_err(said)?;
        }
        event(XPubEvent::Unsubscribed(b"a".to_vec()))?;
        node.dismiss()
    });
}

#[test]
fn xsub_subscribes_at_a_node_xpub() {
    meet(
        speaker("XPUB", SHAPES),
        |context| context.socket::<XSub>(),
        |[subscriber], node| {
            subscriber.subscribe("a").map_err(said)?;
            if subscriber.recv().map_err(said)? != "a" {
                return Err("received something else than the first message".to_owned());
            }
            subscriber.subscribe("b").map_err(said)?;
            subscriber.unsubscribe("b").map_err(said)?;
            subscriber.send("ready").map_err(said)?;
            for (n, lengths) in SHAPES.messages().iter().enumerate() {
                let mut received = subscriber.recv().map_err(said)?;
                if received.pop_front().is_none_or(|topic| topic.as_bytes() != b"a") {
                    return Err(format!("message {n} has another topic"));
                }
                check(&received, n, lengths)?;
            }
            subscriber.unsubscribe("a").map_err(said)?;
            node.dismiss()
        },
    );
}

#[test]
fn stream_exchanges_bytes_with_a_node_stream() {
    let build = |context: &Context| context.socket::<Stream>();
    meet(answerer("STREAM", Shapes::One), build, |[stream], node| {
        let StreamEvent::Connected(peer) = stream.recv_event().map_err(said)? else {
            return Err("the first event is not the connection".to_owned());
        };
        // A message of no bytes would end the connection.
        for (n, lengths) in Shapes::One.messages().iter().enumerate().filter(|(_, lengths)| lengths[0] > 0) {
            stream.send_to(&peer, message(n, lengths)).map_err(said)?;
        }
        receive_stream(&stream, |_| Ok(()))?;
        node.dismiss()
    });
}

#[test]
fn stream_echoes_the_bytes_of_a_node_stream() {
    let build = |context: &Context| context.socket::<Stream>();
    meet(speaker("STREAM", Shapes::One), build, |[stream], node| {
        let StreamEvent::Connected(peer) = stream.recv_event().map_err(said)? else {
            return Err("the first event is not the connection".to_owned());
        };
        receive_stream(&stream, |piece| stream.send_to(&peer, piece).map_err(said))?;
        node.dismiss()
    });
}

/// Receives all messages as one stream of bytes, in whatever pieces.
fn receive_stream(stream: &Socket<Stream>, then: impl Fn(Message) -> Result<()>) -> Result<()> {
    let messages = Shapes::One.messages();
    let expected: Vec<u8> = messages
        .iter()
        .enumerate()
        .flat_map(|(n, lengths)| {
            message(n, lengths).get(0).map_or(Vec::new(), |frame| frame.as_bytes().to_vec())
        })
        .collect();
    let mut at = 0;
    while at < expected.len() {
        let StreamEvent::Data(_, piece) = stream.recv_event().map_err(said)? else {
            return Err(format!("the connection ended after {at} bytes"));
        };
        let end = expected.len().min(at + piece.len());
        same(piece.as_bytes(), &expected[at..end])
            .map_err(|how| format!("the stream from byte {at} on {how}"))?;
        at = end;
        then(piece.into())?;
    }
    Ok(())
}
