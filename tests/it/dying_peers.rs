//! Peers that come and go, or change their minds, in the middle of long messages: a message arrives whole or not at all.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use ferromq::pattern::{Receives, Sends};
use ferromq::{
    Context, Dealer, Endpoint, Failed, Message, Pair, Pub, Pull, Push, Router, RoutingId, Socket, Sub,
};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, under_valgrind, until};

/// So many frames that a peer often goes while a message is being sent.
fn long() -> usize {
    if under_valgrind() { 1000 } else { 20_000 }
}

/// How long to go on.
fn period() -> Duration {
    Duration::from_millis(if under_valgrind() { 3000 } else { 1000 })
}

/// A message of so many frames, each of which says where it belongs: number, index, number of frames.
fn numbered(number: u64, frames: usize) -> Message {
    (0..frames).map(|index| label(number, index, frames)).collect()
}

fn label(number: u64, index: usize, frames: usize) -> [u8; 24] {
    let mut label = [0; 24];
    label[..8].copy_from_slice(&number.to_be_bytes());
    label[8..16].copy_from_slice(&(index as u64).to_be_bytes());
    label[16..].copy_from_slice(&(frames as u64).to_be_bytes());
    label
}

/// The number of a message, if it is whole.
fn number_of(message: &Message) -> u64 {
    let number = u64::from_be_bytes(message[0][..8].try_into().unwrap());
    for (index, frame) in message.iter().enumerate() {
        let expected = label(number, index, message.len());
        assert!(
            frame == &expected,
            "frame {index} of {} is {frame:?} instead of {expected:?}",
            message.len()
        );
    }
    number
}

/// Numbers without a pattern, the same in each run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Sends in one of the three forms until the message is taken; each refusal must give all of it back.
fn send_at_last<P: Sends>(
    socket: &Socket<P>,
    number: u64,
    frames: usize,
    dice: &mut Dice,
    between: fn(&Socket<P>),
) {
    let mut message = numbered(number, frames);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let sent = match dice.below(3) {
            0 => socket.try_send(message),
            1 => socket.send_timeout(message, Duration::from_millis(1)),
            _ => socket.send(message),
        };
        let Err(failed) = sent else { return };
        assert!(failed.is_would_block() || failed.is_timeout(), "{failed}");
        message = failed.into_kept();
        assert_eq!(message.len(), frames, "the message that came back is not whole");
        assert_eq!(number_of(&message), number);
        assert!(Instant::now() < deadline, "nobody takes message {number}");
        between(socket);
    }
}

/// What a peer does with its life, other than to receive.
type Whims<P> = fn(&Socket<P>, &mut Dice);

/// A thread in which one peer after the other lives, until it is told to stop. It returns the numbers that they received.
fn peers<P: Receives>(
    open: impl Fn() -> Socket<P> + Send + 'static,
    whims: Whims<P>,
    seed: u64,
    stop: &Arc<AtomicBool>,
) -> thread::JoinHandle<Vec<u64>> {
    let stop = Arc::clone(stop);
    thread::spawn(move || {
        let (mut received, mut dice) = (Vec::new(), Dice(seed));
        while !stop.load(Ordering::Relaxed) {
            let socket = open();
            for _ in 0..dice.below(4) {
                whims(&socket, &mut dice);
                if let Ok(message) = socket.recv_timeout(Duration::from_millis(dice.below(20))) {
                    received.push(number_of(&message));
                }
            }
            // It goes at any moment, and not always right after a message.
            let moment = Instant::now() + Duration::from_micros(dice.below(5_000));
            while Instant::now() < moment {}
        }
        received
    })
}

/// Sends to peers of pattern `Q` that come and go.
fn storm<P: Sends, Q: Receives>(
    sender: Socket<P>,
    open: fn(&Context, &Endpoint) -> Socket<Q>,
    context: &Context,
    whims: Whims<Q>,
    between: fn(&Socket<P>),
) {
    let endpoint = sender.last_endpoint().unwrap();
    let opener = || {
        let (context, endpoint) = (context.clone(), endpoint.clone());
        move || open(&context, &endpoint)
    };
    let stop = Arc::new(AtomicBool::new(false));
    let living = [peers(opener(), whims, 1, &stop), peers(opener(), whims, 0x5eed, &stop)];
    let (mut number, mut dice) = (0, Dice(42));
    let end = Instant::now() + period();
    while Instant::now() < end {
        number += 1;
        let frames = if dice.below(8) == 0 { 1 + dice.below(3) as usize } else { long() };
        send_at_last(&sender, number, frames, &mut dice, between);
        between(&sender);
    }
    stop.store(true, Ordering::Relaxed);
    let received: Vec<u64> = living.into_iter().flat_map(|peers| peers.join().unwrap()).collect();
    let distinct: HashSet<_> = received.iter().collect();
    assert_eq!(distinct.len(), received.len(), "a message was received twice");
    assert!(received.iter().all(|received| *received <= number));

    // Whatever went wrong on the way, the socket works.
    until("a message to a fresh peer", || {
        let fresh = open(context, &endpoint);
        for _ in 0..10 {
            number += 1;
            between(&sender);
            let _ = sender.send_timeout(numbered(number, 3), Duration::from_millis(10));
            if let Ok(message) = fresh.recv_timeout(Duration::from_millis(10)) {
                assert_eq!((number_of(&message) <= number, message.len()), (true, 3));
                return Some(());
            }
        }
        None
    });
}

fn pull(context: &Context, endpoint: &Endpoint) -> Socket<Pull> {
    context.socket::<Pull>().receive_hwm(2).connect(endpoint).unwrap()
}

fn dealer(context: &Context, endpoint: &Endpoint) -> Socket<Dealer> {
    context.socket::<Dealer>().receive_hwm(2).connect(endpoint).unwrap()
}

fn pair(context: &Context, endpoint: &Endpoint) -> Socket<Pair> {
    context.socket::<Pair>().receive_hwm(2).connect(endpoint).unwrap()
}

/// Only receives.
fn simple<P: Receives>(_: &Socket<P>, _: &mut Dice) {}

/// Changes its high-water mark, and so that of its `inproc` peer, at any time.
macro_rules! fickle {
    () => {
        |socket, dice| {
            for _ in 0..dice.below(200) {
                let mark = 1 + dice.below(5) as u32;
                socket.set_receive_hwm(mark).unwrap();
            }
        }
    };
}

/// Has nothing to do between two messages.
fn nothing<P: Sends>(_: &Socket<P>) {}

/// Receives, for only then a peer that has left is noticed.
fn look<P: Sends + Receives>(socket: &Socket<P>) {
    assert!(socket.try_recv().unwrap_err().is_would_block());
}

#[test]
fn a_message_stays_with_its_peer_when_another_peer_leaves() {
    for _ in 0..10 {
        let context = Context::new().unwrap();
        let place = Place::inproc();
        let push = context.socket::<Push>().bind(place.endpoint()).unwrap();
        let mut peers = [0, 1, 2].map(|_| Some(context.socket::<Pull>().connect(place.endpoint()).unwrap()));
        push.send(numbered(0, 1)).unwrap();
        push.send(numbered(1, 1)).unwrap();
        // It is the third's turn, and the second leaves meanwhile.
        peers[1].take();
        push.send(numbered(2, long())).unwrap();
        let (first, third) = (peers[0].as_ref().unwrap(), peers[2].as_ref().unwrap());
        let numbers: HashSet<_> =
            [first, third].map(|peer| number_of(&peer.recv_timeout(PATIENCE).unwrap())).into();
        assert_eq!(numbers, HashSet::from([0, 2]));
        assert!(first.try_recv().unwrap_err().is_would_block());
    }
}

#[test]
fn a_message_comes_from_one_peer_when_another_was_disconnected() {
    for _ in 0..10 {
        let context = Context::new().unwrap();
        let places = [Place::inproc(), Place::inproc(), Place::inproc()];
        let [first, second, third] =
            places.each_ref().map(|place| context.socket::<Push>().bind(place.endpoint()).unwrap());
        let pull = context.socket::<Pull>().open().unwrap();
        for place in &places {
            pull.connect(place.endpoint()).unwrap();
        }
        first.send(numbered(0, 1)).unwrap();
        second.send(numbered(1, 1)).unwrap();
        second.send(numbered(2, 1)).unwrap();
        third.send(numbered(3, long())).unwrap();
        assert_eq!(number_of(&pull.recv().unwrap()), 0);
        assert_eq!(number_of(&pull.recv().unwrap()), 1);
        // It is the third's turn, and the second agrees to the end of its connection meanwhile.
        let agreeing = thread::spawn(move || until("the end", || second.try_send("too late").err()));
        pull.disconnect(places[1].endpoint()).unwrap();
        assert_eq!(number_of(&pull.recv_timeout(PATIENCE).unwrap()), 3);
        agreeing.join().unwrap();
    }
}

/// Sends a long message to a peer that lowers its high-water mark in the middle of it. Over `inproc` that is the sender's
/// mark as well, so that there is no more room for the rest.
fn full_in_the_middle<S, Q: Receives>(
    join: impl Fn() -> (S, Socket<Q>),
    try_send: fn(&S, Message) -> Result<(), Failed<Message>>,
    lower_receive_hwm: fn(&Socket<Q>),
    drops: bool,
) {
    /// More than the lowered mark allows, less than the marks of both ends.
    const QUEUED: u64 = 1500;
    let mut dice = Dice(7);
    for _ in 0..if under_valgrind() { 2 } else { 20 } {
        let (sender, receiver) = join();
        let mut expected: Vec<_> = (1..=QUEUED + 1).collect();
        for number in 1..=QUEUED {
            try_send(&sender, numbered(number, 1)).unwrap();
        }
        let long = numbered(QUEUED + 1, long());
        let moment = Instant::now() + Duration::from_micros(dice.below(10_000));
        let (has_ended, ended) = channel();
        let receiving = thread::spawn(move || {
            while Instant::now() < moment {}
            lower_receive_hwm(&receiver);
            ended.recv().unwrap();
            let mut numbers = Vec::new();
            while numbers.last() != Some(&0) {
                numbers.push(number_of(&receiver.recv_timeout(PATIENCE).unwrap()));
            }
            numbers
        });
        if let Err(failed) = try_send(&sender, long) {
            assert!(failed.is_would_block());
            assert_eq!(number_of(&failed.into_kept()), QUEUED + 1);
            expected.pop();
        }
        has_ended.send(()).unwrap();
        until("the last message", || {
            let _ = try_send(&sender, numbered(0, 2));
            receiving.is_finished().then_some(())
        });
        let mut received = receiving.join().unwrap();
        assert_eq!(received.pop(), Some(0));
        if drops && received.len() < expected.len() {
            expected.pop();
        }
        assert_eq!(received, expected);
    }
}

#[test]
fn pair_finishes_a_message_in_whose_middle_its_peer_lowers_the_high_water_mark() {
    let context = Context::new().unwrap();
    let join = || Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    full_in_the_middle(
        join,
        |socket, message| socket.try_send(message),
        |right| right.set_receive_hwm(1).unwrap(),
        false,
    );
}

#[test]
fn push_finishes_a_message_in_whose_middle_its_peer_lowers_the_high_water_mark() {
    let context = Context::new().unwrap();
    let join = || Place::inproc().join(context.socket::<Push>(), context.socket::<Pull>());
    full_in_the_middle(
        join,
        |socket, message| socket.try_send(message),
        |pull| pull.set_receive_hwm(1).unwrap(),
        false,
    );
}

#[test]
fn router_finishes_a_message_in_whose_middle_its_peer_lowers_the_high_water_mark() {
    let context = Context::new().unwrap();
    let join = || {
        let router = context.socket::<Router>().mandatory(true);
        let (router, dealer) = Place::inproc().join(router, context.socket::<Dealer>());
        dealer.send("hello").unwrap();
        let (peer, _) = router.recv_from_timeout(PATIENCE).unwrap();
        ((router, peer), dealer)
    };
    let try_send = |(router, peer): &(Socket<Router>, RoutingId), message| router.try_send_to(peer, message);
    full_in_the_middle(join, try_send, |dealer| dealer.set_receive_hwm(1).unwrap(), false);
}

#[test]
fn pub_finishes_a_message_in_whose_middle_its_peer_lowers_the_high_water_mark() {
    let context = Context::new().unwrap();
    for no_drop in [false, true] {
        let join = || {
            let publisher = context.socket::<Pub>().no_drop(no_drop);
            let (publisher, sub) = Place::inproc().join(publisher, context.socket::<Sub>().subscribe(""));
            until("a subscription", || {
                publisher.send(numbered(0, 1)).unwrap();
                sub.recv_timeout(A_WHILE).ok()
            });
            (publisher, sub)
        };
        full_in_the_middle(
            join,
            |socket, message| socket.try_send(message),
            |sub| sub.set_receive_hwm(1).unwrap(),
            true,
        );
    }
}

#[test]
fn push_keeps_messages_whole_while_tcp_peers_come_and_go() {
    let context = Context::new().unwrap();
    let sender = context.socket::<Push>().send_hwm(2).bind(Place::tcp().endpoint()).unwrap();
    storm(sender, pull, &context, simple, nothing);
}

#[test]
fn push_keeps_messages_whole_while_inproc_peers_come_and_go() {
    let context = Context::new().unwrap();
    let sender = context.socket::<Push>().send_hwm(2).bind(Place::inproc().endpoint()).unwrap();
    storm(sender, pull, &context, simple, nothing);
}

#[test]
fn push_keeps_messages_whole_while_peers_change_their_high_water_marks() {
    let context = Context::new().unwrap();
    let sender = context.socket::<Push>().send_hwm(2).bind(Place::inproc().endpoint()).unwrap();
    storm(sender, pull, &context, fickle!(), nothing);
}

#[test]
fn dealer_keeps_messages_whole_while_tcp_peers_come_and_go() {
    let context = Context::new().unwrap();
    let sender = context.socket::<Dealer>().send_hwm(2).bind(Place::tcp().endpoint()).unwrap();
    storm(sender, dealer, &context, simple, look);
}

#[test]
fn dealer_keeps_messages_whole_while_inproc_peers_come_and_go() {
    let context = Context::new().unwrap();
    let sender = context.socket::<Dealer>().send_hwm(2).bind(Place::inproc().endpoint()).unwrap();
    storm(sender, dealer, &context, simple, look);
}

#[test]
fn dealer_keeps_messages_whole_while_peers_change_their_high_water_marks() {
    let context = Context::new().unwrap();
    let sender = context.socket::<Dealer>().send_hwm(2).bind(Place::inproc().endpoint()).unwrap();
    storm(sender, dealer, &context, fickle!(), look);
}

#[test]
fn pair_keeps_messages_whole_while_inproc_peers_come_and_go() {
    let context = Context::new().unwrap();
    let sender = context
        .socket::<Pair>()
        .send_hwm(2)
        .send_timeout(Duration::from_millis(5))
        .bind(Place::inproc().endpoint())
        .unwrap();
    storm(sender, pair, &context, simple, look);
}

#[test]
fn pair_keeps_messages_whole_while_tcp_peers_come_and_go() {
    let context = Context::new().unwrap();
    let sender = context
        .socket::<Pair>()
        .send_hwm(2)
        .send_timeout(Duration::from_millis(5))
        .bind(Place::tcp().endpoint())
        .unwrap();
    storm(sender, pair, &context, simple, look);
}

#[test]
fn pair_keeps_messages_whole_while_peers_change_their_high_water_marks() {
    let context = Context::new().unwrap();
    let sender = context
        .socket::<Pair>()
        .send_hwm(2)
        .send_timeout(Duration::from_millis(5))
        .bind(Place::inproc().endpoint())
        .unwrap();
    storm(sender, pair, &context, fickle!(), look);
}
