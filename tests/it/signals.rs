//! Signals that arrive during a wait: it goes on, with the time that is left.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use ferromq::monitor::{EventKind, EventSet};
use ferromq::poll::Interest;
use ferromq::{Context, Dealer, Pair, Poller, Pull, Push, Rep, Req, Router};
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::Signal;

use crate::link::{NOBODY, Place};
use crate::patience::{PATIENCE, lingering, taking};

/// How many signals a wait must outlive.
const SIGNALS: usize = 50;

/// How long a wait with a timeout lasts; there is a signal in each millisecond of it.
const PERIOD: Duration = Duration::from_millis(200);

/// Runs `wait` under a hail of signals to its thread. The receiver that it is given hears of the [`SIGNALS`]th.
///
/// That the handler is installed with SA_RESTART makes no difference: what libzmq waits in, poll(2), is never restarted.
fn under_signals<T>(wait: impl FnOnce(Receiver<()>) -> T) -> T {
    let handled = Arc::new(AtomicBool::new(false));
    let handler = signal_hook::flag::register(signal_hook::consts::SIGUSR1, Arc::clone(&handled)).unwrap();
    let (count, ended) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (enough, hears) = channel();
    let target = pthread_self();
    let outcome = thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::SeqCst) {
                pthread_kill(target, Signal::SIGUSR1).unwrap();
                while !handled.swap(false, Ordering::SeqCst) && !ended.load(Ordering::SeqCst) {
                    thread::yield_now();
                }
                if count.fetch_add(1, Ordering::SeqCst) + 1 == SIGNALS {
                    let _ = enough.send(());
                }
                thread::sleep(Duration::from_millis(1));
            }
        });
        let _ends_the_hail = OnDrop(&ended);
        wait(hears)
    });
    signal_hook::low_level::unregister(handler);
    assert_ne!(count.load(Ordering::SeqCst), 0, "no signal was handled");
    outcome
}

/// Is set when this goes, also because of a panic.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Does something in another thread when enough signals were handled.
fn after_signals<T: Send + 'static>(
    hears: Receiver<()>,
    action: impl FnOnce() -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    thread::spawn(move || {
        hears.recv_timeout(PATIENCE).expect("enough signals");
        action()
    })
}

#[test]
fn a_receive_with_a_timeout_takes_its_time_under_signals() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let error = under_signals(|_| taking(PERIOD, || pull.recv_timeout(PERIOD).unwrap_err()));
    assert!(error.is_timeout());
    pull.set_receive_timeout(PERIOD).unwrap();
    let error = under_signals(|_| taking(PERIOD, || pull.recv().unwrap_err()));
    assert!(error.is_timeout());
    let router = context.socket::<Router>().bind("tcp://127.0.0.1:*").unwrap();
    let error = under_signals(|_| taking(PERIOD, || router.recv_from_timeout(PERIOD).unwrap_err()));
    assert!(error.is_timeout());
}

#[test]
fn a_receive_goes_on_under_signals_until_a_message_comes() {
    let context = Context::new().unwrap();
    for timeout in [None, Some(PATIENCE)] {
        for place in Place::each() {
            let (pull, push) =
                place.join(context.socket::<Pull>().receive_timeout(timeout), context.socket::<Push>());
            let message = under_signals(|hears| {
                let sending =
                    after_signals(hears, move || push.send(["after", "the signals"]).map(|()| push));
                let message = pull.recv().unwrap();
                sending.join().unwrap().unwrap();
                message
            });
            assert_eq!(message, ["after", "the signals"]);
        }
    }
}

#[test]
fn a_request_and_its_reply_outlive_signals() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::tcp().join(context.socket::<Rep>(), context.socket::<Req>());
    let awaiting = req.send("Hello").unwrap();
    let reply = under_signals(|hears| {
        let serving = after_signals(hears, move || {
            let (request, replying) = rep.recv().unwrap();
            replying.send(format!("World, {request}!")).unwrap()
        });
        let (reply, _) = awaiting.recv().unwrap();
        serving.join().unwrap();
        reply
    });
    assert_eq!(reply, "World, Hello!");
}

#[test]
fn a_send_with_a_timeout_takes_its_time_under_signals() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().bind("tcp://127.0.0.1:*").unwrap();
    for message in [ferromq::Message::from("one frame"), ["two", "frames"].into()] {
        let failed =
            under_signals(|_| taking(PERIOD, || push.send_timeout(message.clone(), PERIOD).unwrap_err()));
        assert!(failed.is_timeout());
        assert_eq!(failed.into_kept(), message);
    }
    let pair = context.socket::<Pair>().send_timeout(PERIOD).bind("inproc://nobody").unwrap();
    let failed = under_signals(|_| taking(PERIOD, || pair.send("x").unwrap_err()));
    assert!(failed.is_timeout());
}

#[test]
fn a_send_goes_on_under_signals_until_a_peer_comes() {
    let context = Context::new().unwrap();
    for timeout in [None, Some(PATIENCE)] {
        let push = context.socket::<Push>().send_timeout(timeout).bind("tcp://127.0.0.1:*").unwrap();
        let pull = context.socket::<Pull>().open().unwrap();
        let endpoint = push.last_endpoint().unwrap();
        let pull = under_signals(|hears| {
            let connecting = after_signals(hears, move || pull.connect(&endpoint).map(|()| pull));
            push.send(["after", "the signals"]).unwrap();
            connecting.join().unwrap().unwrap()
        });
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), ["after", "the signals"]);
    }
}

#[test]
fn a_long_conversation_loses_nothing_under_signals() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        // Without `mandatory` ROUTER would drop a reply whenever it has not heard yet that the queue has been read.
        let router = context.socket::<Router>().send_hwm(10).mandatory(true);
        let (router, dealer) = place.join(router, context.socket::<Dealer>().send_hwm(10));
        let echoing = thread::spawn(move || {
            for _ in 0..300 {
                let (peer, message) = router.recv_from_timeout(PATIENCE).unwrap();
                router.send_to(&peer, message).unwrap();
            }
            router
        });
        under_signals(|hears| {
            for number in 0..300 {
                dealer.send([format!("{number}"), "rest".to_owned()]).unwrap();
                assert_eq!(dealer.recv().unwrap(), [format!("{number}"), "rest".to_owned()]);
                if number == 150 {
                    hears.recv_timeout(PATIENCE).expect("enough signals");
                }
            }
        });
        echoing.join().unwrap();
    }
}

#[test]
fn lingering_is_not_cut_short_by_signals() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().linger(PERIOD).connect(NOBODY).unwrap();
    push.send("never sent").unwrap();
    under_signals(|_| taking(lingering(PERIOD), || drop((push, context))));
}

#[test]
fn a_poll_takes_its_time_under_signals() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let mut poller = Poller::new();
    poller.add(&pull, (), Interest::READABLE).unwrap();
    let events = under_signals(|_| taking(PERIOD, || poller.wait_timeout(PERIOD).unwrap().count()));
    assert_eq!(events, 0);
}

#[test]
fn a_poll_goes_on_under_signals_until_a_message_comes() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    let mut poller = Poller::new();
    poller.add(&pull, (), Interest::READABLE).unwrap();
    let events = under_signals(|hears| {
        let sending = after_signals(hears, move || push.send("x").map(|()| push));
        let events = poller.wait().unwrap().count();
        sending.join().unwrap().unwrap();
        events
    });
    assert_eq!(events, 1);
}

#[test]
fn a_monitor_is_told_everything_under_signals() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let monitor = pull.monitor_with(EventSet::LISTENING).unwrap();
    under_signals(|hears| {
        while hears.try_recv().is_err() {
            pull.bind("inproc://interrupted").unwrap();
            pull.bind("tcp://127.0.0.1:*").unwrap();
            pull.unbind(pull.last_endpoint().unwrap()).unwrap();
            pull.unbind("inproc://interrupted").unwrap();
            assert_eq!(monitor.recv().unwrap().kind(), EventKind::Listening);
        }
    });
}
