//! What a message costs in allocations of Rust's. (libzmq allocates for frames of more than 33 bytes by itself.)
#![forbid(unsafe_code)]

use ferromq::poll::Interest;
use ferromq::{Context, Pair, Poller, Router};

/// The allocations of this thread while `work` runs.
fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

#[test]
fn a_message_of_one_frame_is_sent_and_received_without_an_allocation() {
    let context = Context::new().unwrap();
    let left = context.socket::<Pair>().bind("inproc://allocations").unwrap();
    let right = context.socket::<Pair>().connect("inproc://allocations").unwrap();
    for size in [0, 16, 4096] {
        let body = vec![b'x'; size];
        let count = allocations(|| {
            left.send(body.as_slice()).unwrap();
            assert_eq!(right.recv().unwrap()[0].len(), size);
        });
        assert_eq!(count, 0, "{size} bytes");
    }
}

#[test]
fn a_receive_that_would_block_allocates_nothing() {
    let context = Context::new().unwrap();
    let pair = context.socket::<Pair>().bind("inproc://would-block").unwrap();
    assert_eq!(allocations(|| assert!(pair.try_recv().unwrap_err().is_would_block())), 0);
    assert_eq!(allocations(|| assert!(pair.try_send("x").unwrap_err().is_would_block())), 0);
}

#[test]
fn a_router_learns_the_sender_without_an_allocation() {
    let context = Context::new().unwrap();
    let router = context.socket::<Router>().bind("inproc://senders").unwrap();
    let dealer = context.socket::<ferromq::Dealer>().connect("inproc://senders").unwrap();
    dealer.send("hello").unwrap();
    let count = allocations(|| {
        let (peer, message) = router.recv_from().unwrap();
        assert_eq!(message, "hello");
        router.send_to(&peer, message).unwrap();
    });
    assert_eq!(count, 0);
    assert_eq!(dealer.recv().unwrap(), "hello");
}

#[test]
fn a_wait_for_many_allocates_nothing() {
    let context = Context::new().unwrap();
    let left = context.socket::<Pair>().bind("inproc://waited-for").unwrap();
    let right = context.socket::<Pair>().connect("inproc://waited-for").unwrap();
    let mut poller = Poller::new();
    poller.add(&left, 'l', Interest::READABLE | Interest::WRITABLE).unwrap();
    poller.add(&right, 'r', Interest::READABLE).unwrap();
    let count = allocations(|| {
        for (token, readiness) in poller.wait().unwrap() {
            assert!(token == 'l' && readiness.is_writable());
            poller.set_interest(token, Interest::READABLE).unwrap();
        }
        assert_eq!(poller.try_wait().unwrap().count(), 0);
    });
    assert_eq!(count, 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 1);
}
