//! Frames and messages: what they are made from, and their limits.

use std::borrow::Cow;
use std::sync::Arc;

use ferromq::{
    Context, Dealer, ErrorKind, Failed, Frame, Message, Pair, Pub, Pull, Push, Rep, Req, Router, Sub,
};

use crate::link::Place;
use crate::patience::{PATIENCE, kind_of, repetitions, under_valgrind, until};
use crate::shapes::counting;

#[test]
fn a_message_of_ten_thousand_frames_arrives_whole() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        let message: Message = (0..10_000).map(|number| format!("frame {number}")).collect();
        push.send(message.clone()).unwrap();
        let received = pull.recv_timeout(PATIENCE).unwrap();
        assert_eq!(received.len(), 10_000);
        assert!(received == message, "{}", place.endpoint());
        // What was received can be sent on.
        push.send(received).unwrap();
        assert!(pull.recv_timeout(PATIENCE).unwrap() == message);
    }
}

#[test]
fn a_frame_of_no_bytes_is_a_frame() {
    let frame = Frame::with_len(0, |bytes| assert!(bytes.is_empty())).unwrap();
    assert!(frame.is_empty());
    let message = Message::from(frame);
    assert_eq!((message.len(), message.is_empty()), (1, false));
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    push.send(message).unwrap();
    let received = pull.recv_timeout(PATIENCE).unwrap();
    assert_eq!((received.len(), received[0].len()), (1, 0));
}

#[test]
fn a_frame_that_memory_cannot_hold_is_out_of_memory() {
    // The largest lengths would overflow a computation with them. Valgrind reports that they are asked for at all.
    let lengths = if under_valgrind() {
        vec![1 << 60]
    } else {
        vec![1 << 60, usize::MAX / 2, usize::MAX - 1, usize::MAX]
    };
    for length in lengths {
        let error = Frame::with_len(length, |_| panic!("there is nothing to write to")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
        assert_eq!(error.to_string(), format!("make frame: out of memory: {length} bytes (ENOMEM)"));
    }
}

#[test]
fn a_frame_of_two_gibibytes_is_made_or_is_out_of_memory() {
    if under_valgrind() {
        return;
    }
    match Frame::with_len(2 << 30, |bytes| bytes[(2 << 30) - 1] = 7) {
        Ok(frame) => assert_eq!((frame.len(), frame[0], frame[frame.len() - 1]), (2 << 30, 0, 7)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::OutOfMemory),
    }
}

#[test]
fn a_frame_of_a_hundred_mebibytes_arrives_over_every_transport() {
    let context = Context::new().unwrap();
    let length = if under_valgrind() { 1 << 20 } else { 100 << 20 };
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        push.send(Frame::with_len(length, |bytes| bytes[length - 1] = 7).unwrap()).unwrap();
        let received = pull.recv_timeout(PATIENCE).unwrap();
        assert_eq!((received[0].len(), received[0][length - 1]), (length, 7));
    }
}

#[test]
fn a_panic_while_a_frame_is_written_frees_it() {
    let outcome = std::panic::catch_unwind(|| Frame::with_len(100_000, |_| panic!("while writing")));
    assert!(outcome.is_err());
}

#[test]
fn text_that_is_not_utf8_is_an_error_and_not_a_loss() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    push.send(b"ab\xffcd").unwrap();
    let message = pull.recv_timeout(PATIENCE).unwrap();
    let error = message.as_str().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotUtf8);
    assert_eq!(
        error.to_string(),
        "read message: not UTF-8 text: invalid utf-8 sequence of 1 bytes from index 2"
    );
    assert_eq!(kind_of(message[0].as_str()), ErrorKind::NotUtf8);
    assert_eq!(message.to_string(), "ab\u{fffd}cd");
    assert_eq!(&message[0][..], b"ab\xffcd");
}

#[test]
fn a_message_of_several_frames_is_not_one_text() {
    for message in [Message::from(["two", "frames"]), Message::new()] {
        assert_eq!(kind_of(message.as_str()), ErrorKind::InvalidMessage);
        let failed = message.clone().into_frame().unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidMessage);
        assert_eq!(failed.into_kept(), message);
    }
    assert_eq!(Message::from(vec!["one"]).into_frame().unwrap(), "one");
}

#[test]
fn frames_are_put_and_taken_at_both_ends() {
    let mut message = Message::from("b");
    message.push_front("a");
    message.push_back(vec![b'c'; 5000]);
    assert_eq!(message.len(), 3);
    assert_eq!(message.get(3), None);
    assert_eq!(message.pop_front().unwrap(), "a");
    assert_eq!(message.pop_back().unwrap(), [b'c'; 5000]);
    assert_eq!(message, "b");
    assert_eq!(message.pop_back().unwrap(), "b");
    assert!(message.pop_back().is_none());
    message.extend(["x", "y"]);
    assert_eq!(message, ["x", "y"]);
    let frames: Vec<Frame> = message.into();
    assert_eq!(Message::from(&frames[..]), ["x", "y"]);
}

/// Every type that a message can be made from, with these bytes.
fn from_every_type(bytes: &[u8]) -> Vec<Message> {
    let text = std::str::from_utf8(bytes).unwrap();
    let owned = bytes.to_vec();
    vec![
        Message::from(bytes),
        Message::from(text),
        Message::from(&owned),
        Message::from(&text.to_owned()),
        Message::from(owned.clone()),
        Message::from(text.to_owned()),
        Message::from(owned.clone().into_boxed_slice()),
        Message::from(Arc::<[u8]>::from(bytes)),
        Message::from(Cow::Borrowed(bytes)),
        Message::from(Cow::<[u8]>::Owned(owned.clone())),
        Message::from(Cow::Borrowed(text)),
        Message::from(Cow::<str>::Owned(text.to_owned())),
        Message::from(Frame::from(bytes)),
        Message::from(Frame::copied_from(bytes).unwrap()),
        Message::from(vec![bytes]),
        Message::from([owned]),
        #[cfg(feature = "bytes")]
        Message::from(bytes::Bytes::copy_from_slice(bytes)),
    ]
}

#[test]
fn a_message_is_the_same_whatever_it_is_made_from() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        // Short enough for libzmq to keep in place, copied, and handed over.
        for length in [0, 33, 34, 4095, 4096, 100_000] {
            let bytes = vec![b'x'; length];
            for message in from_every_type(&bytes) {
                assert_eq!(message, bytes);
                push.send(message).unwrap();
                assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), bytes);
            }
        }
    }
}

#[test]
fn clones_share_their_bytes_and_outlive_each_other() {
    for length in [10, 5000, 100_000] {
        let bytes = counting(length);
        for original in [Frame::from(bytes.clone()), Frame::from(&bytes)] {
            let clone = original.clone();
            let another = clone.clone();
            drop(original);
            assert_eq!(clone, bytes);
            drop(clone);
            let context = Context::new().unwrap();
            let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
            push.send(another.clone()).unwrap();
            push.send([another, Frame::new()]).unwrap();
            drop(push);
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), bytes);
            let received = pull.recv_timeout(PATIENCE).unwrap();
            drop((pull, context));
            assert_eq!(received[0], bytes);
        }
    }
}

#[test]
fn what_several_subscribers_share_stays_right_when_some_let_go_of_it() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let publisher = context.socket::<Pub>().bind(place.endpoint()).unwrap();
    let mut subscribers: Vec<_> =
        (0..4).map(|_| context.socket::<Sub>().subscribe("").connect(place.endpoint()).unwrap()).collect();
    for subscriber in &subscribers {
        until("a subscription", || {
            publisher.send("probe").unwrap();
            subscriber.recv_timeout(crate::patience::A_WHILE).ok()
        });
    }
    let bytes = counting(50_000);
    publisher.send(bytes.clone()).unwrap();
    let threads: Vec<_> = subscribers
        .drain(..)
        .map(|subscriber| {
            let bytes = bytes.clone();
            std::thread::spawn(move || {
                until("the message", || {
                    let message = subscriber.recv_timeout(PATIENCE).unwrap();
                    let copies = vec![message.clone(); 10];
                    copies.into_iter().all(|copy| copy == bytes).then_some(())
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn what_was_received_can_be_sent_on() {
    let context = Context::new().unwrap();
    let (router, req) = Place::tcp().join(context.socket::<Router>(), context.socket::<Req>());
    let (dealer, mut rep) = Place::tcp().join(context.socket::<Dealer>(), context.socket::<Rep>());
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    let mut req = req;
    for number in 0..repetitions(100) {
        let request = Message::from([vec![number as u8; number * 100], vec![]]);
        let awaiting = req.send(request.clone()).unwrap();
        let (peer, message) = router.recv_from_timeout(PATIENCE).unwrap();
        left.send(message).unwrap();
        dealer.send(right.recv_timeout(PATIENCE).unwrap()).unwrap();
        let (message, replying) = rep.recv_timeout(PATIENCE).unwrap();
        assert_eq!(message, request);
        rep = replying.send(message).unwrap();
        router.send_to(&peer, dealer.recv_timeout(PATIENCE).unwrap()).unwrap();
        let reply;
        (reply, req) = awaiting.recv_timeout(PATIENCE).unwrap();
        assert_eq!(reply, request);
    }
}

#[test]
fn a_message_is_taken_apart_into_what_it_has() {
    let three = || Message::from(("topic", vec![1, 2], [3]));
    assert_eq!(three().into_frames::<3>().unwrap(), ["topic".as_bytes(), &[1, 2], &[3]]);
    assert_eq!(<[Frame; 3]>::try_from(three()).unwrap()[0], "topic");
    assert_eq!(<[Vec<u8>; 3]>::try_from(three()).unwrap(), [b"topic".to_vec(), vec![1, 2], vec![3]]);
    assert_eq!(Vec::<Vec<u8>>::from(three()), [b"topic".to_vec(), vec![1, 2], vec![3]]);
    assert_eq!(<[String; 2]>::try_from(Message::from(["a", "b"])).unwrap(), ["a", "b"]);
    assert_eq!(String::try_from(Message::from("a")).unwrap(), "a");
    assert_eq!(Vec::<u8>::try_from(Message::from("a")).unwrap(), b"a");
    assert_eq!(Frame::try_from(Message::from("a")).unwrap(), "a");
    assert_eq!(String::try_from(Frame::from("a")).unwrap(), "a");
    assert_eq!(Vec::from(Frame::from("a")), b"a");
    assert_eq!(Message::new().into_frames::<0>().unwrap().len(), 0);
    let [only] = Message::from("a").into_frames().unwrap();
    assert_eq!(only, "a");
}

#[test]
fn a_message_that_does_not_fit_is_kept() {
    fn kept<T: TryFrom<Message, Error = Failed<Message>>>(message: &Message) -> ErrorKind {
        let Err(failed) = T::try_from(message.clone()) else { panic!("it must not succeed") };
        let kind = failed.kind();
        assert_eq!(&failed.into_kept(), message);
        kind
    }
    for message in [Message::new(), Message::from(["a", "b", "c"])] {
        assert_eq!(kept::<[Frame; 2]>(&message), ErrorKind::InvalidMessage);
        assert_eq!(kept::<[Vec<u8>; 2]>(&message), ErrorKind::InvalidMessage);
        assert_eq!(kept::<[String; 2]>(&message), ErrorKind::InvalidMessage);
        assert_eq!(kept::<Vec<u8>>(&message), ErrorKind::InvalidMessage);
        assert_eq!(kept::<String>(&message), ErrorKind::InvalidMessage);
        assert_eq!(kept::<Frame>(&message), ErrorKind::InvalidMessage);
    }
    let not_text = Message::from((b"\xff", "b"));
    assert_eq!(kept::<[String; 2]>(&not_text), ErrorKind::NotUtf8);
    assert_eq!(kept::<String>(&Message::from(b"\xff")), ErrorKind::NotUtf8);
    assert_eq!(String::try_from(Frame::from(b"\xff")).unwrap_err().into_kept(), b"\xff");
}

#[test]
fn frames_are_changed_in_the_middle_of_a_message_however_it_was_made() {
    let messages = || [Message::from("b"), Message::from(["b"]), Message::from(vec![Frame::from("b")])];
    for mut message in messages() {
        assert_eq!((message.first(), message.last()), (Some(&Frame::from("b")), Some(&Frame::from("b"))));
        message.insert(0, "a");
        message.insert(2, "d");
        message.insert(2, "c");
        assert_eq!(message, ["a", "b", "c", "d"]);
        assert_eq!((message.last().unwrap(), message.byte_len()), (&Frame::from("d"), 4));
        assert_eq!(message.split_off(4), Message::new());
        assert_eq!(message.split_off(2), ["c", "d"]);
        assert_eq!(message.remove(2), None);
        assert_eq!(message.remove(0).unwrap(), "a");
        message.append(["x", "y"]);
        message.append("z");
        assert_eq!(message.replace(1, "X").unwrap(), "x");
        assert_eq!(message.replace(4, "w").unwrap_err(), "w");
        assert_eq!(message, ["b", "X", "y", "z"]);
        message.truncate(9);
        message.truncate(1);
        assert_eq!(message, "b");
        assert_eq!(message.replace(0, "B").unwrap(), "b");
        message.clear();
        assert_eq!((message.first(), message.last(), message.byte_len()), (None, None, 0));
    }
    for mut message in messages() {
        assert_eq!(message.split_off(0), "b");
        assert!(message.is_empty());
    }
    for message in messages() {
        let outside = std::panic::catch_unwind(move || ({ message }).insert(2, "x"));
        assert!(outside.is_err());
    }
}

#[test]
fn frames_are_walked_from_both_ends() {
    for message in [Message::from("a"), Message::from(["a", "b", "c"]), Message::new()] {
        let mut backwards: Vec<Frame> = message.iter().rev().cloned().collect();
        assert_eq!(message.clone().into_iter().rev().collect::<Vec<_>>(), backwards);
        backwards.reverse();
        assert_eq!(Message::from(backwards), message);
        let (mut frames, len) = (message.iter(), message.len());
        assert_eq!((frames.next().is_some(), frames.next_back().is_some()), (len > 0, len > 1));
    }
}

#[test]
fn an_envelope_is_what_comes_before_the_first_empty_frame() {
    for (frames, envelope, rest) in [
        (vec!["", "Hello"], vec![], vec!["Hello"]),
        (vec!["a", "", "Hello"], vec!["a"], vec!["Hello"]),
        (vec!["a", "b", "", "Hello", "", "World"], vec!["a", "b"], vec!["Hello", "", "World"]),
        (vec!["a", ""], vec!["a"], vec![]),
        (vec![""], vec![], vec![]),
    ] {
        let mut message = Message::from(frames.clone());
        let taken = message.take_envelope().unwrap();
        assert_eq!((&taken, &message), (&Message::from(envelope), &Message::from(rest)));
        assert_eq!(message.with_envelope(taken), Message::from(frames));
    }
    let mut empty = Message::from("");
    assert_eq!(empty.take_envelope().unwrap(), Message::new());
    for unsplit in [Message::from("a"), Message::from(["a", "b"]), Message::new()] {
        let mut message = unsplit.clone();
        assert_eq!(message.take_envelope(), None);
        assert_eq!(message, unsplit);
    }
}

#[test]
fn an_envelope_leads_a_reply_back_through_routers() {
    let context = Context::new().unwrap();
    let (front, req) = Place::tcp().join(context.socket::<Router>(), context.socket::<Req>());
    let (service, back) = Place::tcp().join(context.socket::<Router>(), context.socket::<Dealer>());
    let awaiting = req.send(["Hello", "", "World"]).unwrap();
    let (client, mut request) = front.recv_from_timeout(PATIENCE).unwrap();
    request.push_front(client.as_bytes());
    back.send(request).unwrap();
    let (broker, mut request) = service.recv_from_timeout(PATIENCE).unwrap();
    let envelope = request.take_envelope().unwrap();
    assert_eq!((envelope.len(), &request), (1, &Message::from(["Hello", "", "World"])));
    service.send_to(&broker, request.with_envelope(envelope)).unwrap();
    let mut reply = back.recv_timeout(PATIENCE).unwrap();
    reply.pop_front();
    front.send_to(&client, reply).unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, ["Hello", "", "World"]);
}

#[test]
fn a_clone_copies_what_is_short_and_shares_what_is_long() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        for length in [0, 1, 32, 34, 1000, 5000, 100_000] {
            push.send(counting(length)).unwrap();
            let received = pull.recv_timeout(PATIENCE).unwrap().into_frame().unwrap();
            for frame in [received, Frame::from(counting(length)), Frame::from(&counting(length))] {
                let clone = frame.clone();
                let shared = length > 33;
                assert_eq!(clone.as_ptr() == frame.as_ptr(), shared, "{length}");
                assert_eq!((frame.is_shared(), clone.is_shared()), (shared, shared), "{length}");
                assert_eq!((&frame, &clone), (&counting(length).into(), &counting(length).into()));
            }
        }
    }
}
