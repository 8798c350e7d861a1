//! A receive that looks for a moment before it waits.

use std::thread;
use std::time::Duration;

use ferromq::{Context, ErrorKind, Pull, Push, Rep, Req};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, kind_of, repetitions, taking};

const SPIN: Duration = Duration::from_micros(50);

#[test]
fn it_is_off_unless_asked_for_and_can_be_changed() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    assert_eq!(pull.spin(), Duration::ZERO);
    pull.set_spin(SPIN);
    assert_eq!(pull.spin(), SPIN);
    assert_eq!(context.socket::<Pull>().spin(SPIN).open().unwrap().spin(), SPIN);
}

#[test]
fn a_conversation_goes_on_with_it() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (mut rep, mut req) =
            place.join(context.socket::<Rep>().spin(SPIN), context.socket::<Req>().spin(SPIN));
        let requests = repetitions(2000);
        let answering = thread::spawn(move || {
            for _ in 0..requests {
                let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
                rep = replying.send(request).unwrap();
            }
        });
        for number in 0..requests {
            let (reply, ready) =
                req.send([number.to_string(), "twice".into()]).unwrap().recv_timeout(PATIENCE).unwrap();
            assert_eq!(reply, [number.to_string(), "twice".into()]);
            req = ready;
        }
        answering.join().unwrap();
    }
}

#[test]
fn a_wait_ends_when_it_was_asked_to() {
    let context = Context::new().unwrap();
    // Longer than the timeout, which counts.
    for spin in [SPIN, PATIENCE] {
        let (pull, _push) = Place::inproc()
            .join(context.socket::<Pull>().spin(spin).receive_timeout(A_WHILE), context.socket::<Push>());
        assert_eq!(kind_of(pull.try_recv()), ErrorKind::WouldBlock);
        assert_eq!(kind_of(taking(A_WHILE, || pull.recv())), ErrorKind::TimedOut);
        assert_eq!(kind_of(taking(A_WHILE, || pull.recv_timeout(A_WHILE))), ErrorKind::TimedOut);
    }
}

#[test]
fn a_shutdown_ends_it() {
    let context = Context::new().unwrap();
    let (pull, push) =
        Place::inproc().join(context.socket::<Pull>().spin(PATIENCE), context.socket::<Push>());
    let shutdown = context.shutdown_handle();
    let waiting = thread::spawn(move || kind_of(pull.recv()));
    does_not_hang("the shutdown", move || {
        shutdown.shutdown();
        assert_eq!(waiting.join().unwrap(), ErrorKind::Terminated);
    });
    drop(push);
}

#[test]
#[cfg(all(unix, feature = "tokio"))]
fn async_sockets_have_it_too() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let context = Context::new().unwrap();
        let (rep, req) =
            Place::tcp().join(context.socket::<Rep>().spin(SPIN), context.socket::<Req>().spin(SPIN));
        let (mut rep, mut req) = (rep.into_tokio().unwrap(), req.into_tokio().unwrap());
        let requests = repetitions(2000);
        let answering = tokio::spawn(async move {
            for _ in 0..requests {
                let (request, replying) = rep.recv().await.unwrap();
                replying.send(request).await.unwrap();
            }
        });
        for number in 0..requests {
            let reply = req.request(number.to_string()).timeout(PATIENCE).await.unwrap();
            assert_eq!(reply, number.to_string());
        }
        answering.await.unwrap();

        let pull = context.socket::<Pull>().spin(SPIN).bind("inproc://nobody-sends").unwrap();
        let pull = pull.into_tokio().unwrap();
        assert_eq!(kind_of(pull.recv_timeout(A_WHILE).await), ErrorKind::TimedOut);
    });
}
