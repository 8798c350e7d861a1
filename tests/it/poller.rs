//! Waiting for many sockets and file descriptors.

use std::thread;
use std::time::Duration;

use ferromq::poll::{Interest, PollItem, Readiness, poll};
use ferromq::{Context, Dealer, ErrorKind, Pair, Poller, Pub, Pull, Push, Rep, Req, Router, Sub};

use crate::link::{NOBODY, Place};
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, kind_of, taking, under_valgrind, until};

/// What is ready now.
fn ready<T: Copy + PartialEq>(poller: &Poller<'_, T>) -> Vec<(T, Readiness)> {
    poller.try_wait().unwrap().collect()
}

/// Waits until something is ready, with patience.
fn wait<T: Copy + PartialEq>(poller: &Poller<'_, T>) -> Vec<(T, Readiness)> {
    let events: Vec<_> = poller.wait_timeout(PATIENCE).unwrap().collect();
    assert!(!events.is_empty(), "nothing was ready in {PATIENCE:?}");
    events
}

#[test]
fn a_socket_that_can_be_read_is_found_by_its_token() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        let quiet = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
        let mut poller = Poller::new();
        poller.add(&quiet, "quiet", Interest::READABLE).unwrap();
        poller.add(&pull, "pull", Interest::READABLE).unwrap();
        assert_eq!(ready(&poller), []);
        push.send("x").unwrap();
        let events = wait(&poller);
        assert!(matches!(&events[..], [("pull", found)] if found.is_readable() && !found.is_writable()));
    }
}

#[test]
fn what_is_ready_and_not_used_is_ready_again() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        let mut poller = Poller::new();
        poller.add(&pull, (), Interest::READABLE).unwrap();
        push.send("one").unwrap();
        push.send("two").unwrap();
        for _ in 0..3 {
            assert_eq!(wait(&poller).len(), 1);
        }
        pull.recv_timeout(PATIENCE).unwrap();
        assert_eq!(wait(&poller).len(), 1);
        pull.recv_timeout(PATIENCE).unwrap();
        assert_eq!(ready(&poller), []);
    }
}

#[test]
fn sockets_of_all_patterns_are_waited_for_together() {
    let context = Context::new().unwrap();
    let place = Place::tcp;
    let (pull, push) = place().join(context.socket::<Pull>(), context.socket::<Push>());
    let (router, dealer) = place().join(context.socket::<Router>(), context.socket::<Dealer>());
    let (left, right) = place().join(context.socket::<Pair>(), context.socket::<Pair>());
    let (sub, publisher) = place().join(context.socket::<Sub>().subscribe(""), context.socket::<Pub>());
    let (rep, req) = place().join(context.socket::<Rep>(), context.socket::<Req>());
    let mut poller = Poller::new();
    poller.add(&pull, "PULL", Interest::READABLE).unwrap();
    poller.add(&router, "ROUTER", Interest::READABLE).unwrap();
    poller.add(&left, "PAIR", Interest::READABLE).unwrap();
    poller.add(&sub, "SUB", Interest::READABLE).unwrap();
    poller.add(&rep, "REP", Interest::READABLE).unwrap();
    assert_eq!(ready(&poller), []);
    push.send("x").unwrap();
    dealer.send("x").unwrap();
    right.send("x").unwrap();
    let _req = req.send("x").unwrap();
    let all = until("all five are readable", || {
        publisher.send("x").unwrap();
        let found = ready(&poller);
        (found.len() == 5).then_some(found)
    });
    let tokens: Vec<_> = all.iter().map(|(token, _)| *token).collect();
    assert_eq!(tokens, ["PULL", "ROUTER", "PAIR", "SUB", "REP"]);
}

#[test]
fn a_socket_is_writable_when_somebody_can_take_a_message() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().send_hwm(1).bind("tcp://127.0.0.1:*").unwrap();
    let mut poller = Poller::new();
    poller.add(&push, 7, Interest::WRITABLE | Interest::READABLE).unwrap();
    assert_eq!(ready(&poller), [], "nobody is there");
    let pull = context.socket::<Pull>().receive_hwm(1).connect(push.last_endpoint().unwrap()).unwrap();
    let events = wait(&poller);
    assert!(matches!(&events[..], [(7, found)] if found.is_writable() && !found.is_readable()));
    assert_eq!(push.events().unwrap(), events[0].1);
    drop(pull);
    until("the peer has gone", || ready(&poller).is_empty().then_some(()));
}

#[test]
fn interest_can_change_while_events_are_looked_through() {
    let context = Context::new().unwrap();
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    let mut poller = Poller::new();
    poller.add(&left, 'l', Interest::WRITABLE).unwrap();
    poller.add(&right, 'r', Interest::READABLE).unwrap();
    for (token, found) in poller.wait().unwrap() {
        assert!(token == 'l' && found.is_writable());
        poller.set_interest('l', Interest::READABLE).unwrap();
    }
    assert_eq!(poller.interest('l'), Some(Interest::READABLE));
    assert_eq!(ready(&poller), []);
    left.send("x").unwrap();
    assert_eq!(wait(&poller)[0].0, 'r');
    poller.set_interest('r', Interest::NONE).unwrap();
    assert_eq!(ready(&poller), []);
    poller.set_interest('r', Interest::READABLE).unwrap();
    assert_eq!(wait(&poller)[0].0, 'r');
}

#[test]
fn what_was_removed_is_waited_for_no_longer() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    push.send("x").unwrap();
    let mut poller = Poller::new();
    poller.add(&pull, 1, Interest::READABLE).unwrap();
    poller.add(&push, 2, Interest::WRITABLE).unwrap();
    assert_eq!(wait(&poller).len(), 2);
    poller.remove(1).unwrap();
    assert_eq!(poller.len(), 1);
    assert_eq!(wait(&poller)[0].0, 2);
    assert_eq!(kind_of(poller.remove(1)), ErrorKind::NotRegistered);
    assert_eq!(kind_of(poller.set_interest(1, Interest::NONE)), ErrorKind::NotRegistered);
    assert_eq!(poller.interest(1), None);
    poller.add(&pull, 1, Interest::READABLE).unwrap();
    assert_eq!(wait(&poller).len(), 2);
}

#[test]
fn the_same_socket_or_token_twice_is_refused() {
    let context = Context::new().unwrap();
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    let mut poller = Poller::new();
    poller.add(&left, 1, Interest::READABLE).unwrap();
    assert_eq!(kind_of(poller.add(&left, 2, Interest::WRITABLE)), ErrorKind::AlreadyRegistered);
    assert_eq!(kind_of(poller.add(&right, 1, Interest::READABLE)), ErrorKind::AlreadyRegistered);
    assert_eq!(poller.len(), 1);
    poller.add(&right, 2, Interest::READABLE).unwrap();
}

#[test]
fn a_timeout_is_no_error_and_never_too_short() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let mut poller = Poller::new();
    poller.add(&pull, (), Interest::READABLE).unwrap();
    for time in [Duration::from_nanos(1), Duration::from_micros(1500), A_WHILE] {
        for _ in 0..5 {
            assert_eq!(taking(time, || poller.wait_timeout(time).unwrap().count()), 0);
        }
        assert_eq!(taking(time, || poll(&mut [PollItem::readable(&pull)], time).unwrap()), 0);
    }
    assert_eq!(poller.try_wait().unwrap().count(), 0);
}

#[test]
fn a_wait_longer_than_the_clock_ends_when_a_message_comes() {
    let context = Context::new().unwrap();
    for time in [Duration::MAX, Duration::from_secs(u64::from(u32::MAX)), Duration::from_millis(1 << 31)] {
        let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
        let count = does_not_hang("the wait", move || {
            let mut poller = Poller::new();
            poller.add(&pull, (), Interest::READABLE).unwrap();
            let sending = thread::spawn(move || {
                thread::sleep(A_WHILE);
                push.send("x").unwrap();
                push
            });
            let count = poller.wait_timeout(time).unwrap().count();
            sending.join().unwrap();
            count
        });
        assert_eq!(count, 1);
    }
}

#[test]
fn an_empty_poller_sleeps_or_refuses() {
    let poller: Poller<'_, ()> = Poller::new();
    assert!(poller.is_empty());
    assert_eq!(kind_of(poller.wait()), ErrorKind::NothingToWaitFor);
    assert_eq!(kind_of(poll(&mut [], None)), ErrorKind::NothingToWaitFor);
    assert_eq!(taking(A_WHILE, || poller.wait_timeout(A_WHILE).unwrap().count()), 0);
    assert_eq!(poller.try_wait().unwrap().count(), 0);
}

#[test]
fn shutting_the_context_down_ends_a_wait() {
    for interest in [Interest::READABLE, Interest::NONE] {
        let context = Context::new().unwrap();
        let elsewhere = Context::new().unwrap();
        let kind = does_not_hang("the wait", {
            let context = context.clone();
            move || {
                let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
                let other = elsewhere.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
                let mut poller = Poller::new();
                poller.add(&other, 'o', Interest::READABLE).unwrap();
                poller.add(&pull, 'p', interest).unwrap();
                let shutting = thread::spawn(move || {
                    thread::sleep(A_WHILE);
                    context.shutdown();
                });
                let kind = kind_of(poller.wait());
                shutting.join().unwrap();
                // And every wait after that.
                assert_eq!(kind_of(poller.try_wait()), kind);
                assert_eq!(kind_of(poll(&mut [PollItem::writable(&pull)], None)), kind);
                kind
            }
        });
        assert_eq!(kind, ErrorKind::Terminated);
    }
}

#[test]
fn req_and_rep_are_polled_although_each_operation_changes_their_type() {
    let context = Context::new().unwrap();
    let (mut rep, mut req) = Place::tcp().join(context.socket::<Rep>(), context.socket::<Req>());
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    let (mut replies, mut tasks) = (0, 0);
    while replies < 3 || tasks < 3 {
        push.send("task").unwrap();
        let awaiting = req.send("question").unwrap();
        loop {
            let mut items =
                [PollItem::readable(&rep), PollItem::readable(&pull), PollItem::readable(&awaiting)];
            let count = poll(&mut items, PATIENCE).unwrap();
            assert_ne!(count, 0, "nothing came in {PATIENCE:?}");
            let [question, task, reply] = items.map(|item| item.readiness());
            if question.is_readable() {
                let (question, replying) = rep.try_recv().unwrap();
                rep = replying.send(question).unwrap();
            }
            if task.is_readable() {
                pull.try_recv().unwrap();
                tasks += 1;
            }
            if reply.is_readable() {
                break;
            }
        }
        (_, req) = awaiting.try_recv().unwrap();
        replies += 1;
    }
}

#[test]
fn an_item_may_be_there_twice_in_one_poll() {
    let context = Context::new().unwrap();
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    right.send("x").unwrap();
    let mut items = [PollItem::readable(&left), PollItem::writable(&left), PollItem::readable(&right)];
    assert_eq!(poll(&mut items, PATIENCE).unwrap(), 2);
    assert!(items[0].readiness().is_readable() && !items[0].readiness().is_writable());
    assert!(items[1].readiness().is_writable() && !items[1].readiness().is_readable());
    assert!(items[2].readiness().is_none());
    left.recv().unwrap();
    items[1].set_interest(Interest::READABLE);
    assert_eq!(poll(&mut items, Duration::ZERO).unwrap(), 0);
    assert!(items.iter().all(|item| item.readiness().is_none()));
}

#[test]
fn a_poller_that_is_forgotten_or_dropped_first_leaves_the_sockets_alone() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    let mut forgotten = Poller::new();
    forgotten.add(&pull, (), Interest::READABLE).unwrap();
    assert_eq!(ready(&forgotten), []);
    // valgrind would call it a leak, which it is.
    if !under_valgrind() {
        std::mem::forget(forgotten);
    }
    let mut dropped = Poller::new();
    dropped.add(&pull, (), Interest::READABLE).unwrap();
    assert_eq!(ready(&dropped), []);
    drop(dropped);
    push.send("x").unwrap();
    assert_eq!(pull.recv().unwrap(), "x");
    does_not_hang("closing", move || drop((pull, push, context)));
}

#[test]
fn events_come_in_the_order_in_which_their_sockets_were_added() {
    let context = Context::new().unwrap();
    let sockets: Vec<_> =
        (0..40).map(|_| Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>())).collect();
    let mut poller = Poller::new();
    for (number, (left, right)) in sockets.iter().enumerate() {
        poller.add(left, number, Interest::READABLE).unwrap();
        if number % 3 == 0 {
            right.send("x").unwrap();
        }
    }
    let events = poller.wait().unwrap();
    assert!(events.map(|(number, _)| number).eq((0..14).map(|third| 3 * third)));
}

#[test]
fn a_wait_within_a_wait_brings_the_rest_up_to_date() {
    let context = Context::new().unwrap();
    let (first, to_first) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    let (second, to_second) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    let mut poller = Poller::new();
    poller.add(&first, 1, Interest::READABLE).unwrap();
    poller.add(&second, 2, Interest::READABLE).unwrap();
    to_first.send("x").unwrap();
    to_second.send("x").unwrap();
    let mut events = poller.wait().unwrap();
    assert_eq!(events.next().unwrap().0, 1);
    second.recv().unwrap();
    assert_eq!(poller.wait().unwrap().count(), 1);
    assert_eq!(events.next(), None);
}

#[test]
fn a_socket_in_background_connection_is_no_event() {
    let context = Context::new().unwrap();
    let sub = context.socket::<Sub>().subscribe("").connect(NOBODY).unwrap();
    let mut poller = Poller::new();
    poller.add(&sub, (), Interest::READABLE).unwrap();
    assert_eq!(taking(A_WHILE, || poller.wait_timeout(A_WHILE).unwrap().count()), 0);
}

#[cfg(unix)]
mod descriptors {
    use std::io::{Read, Write};
    use std::net::Shutdown;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn a_file_descriptor_is_waited_for_beside_a_socket() {
        let context = Context::new().unwrap();
        let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
        let (mut near, mut far) = UnixStream::pair().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&near, "fd", Interest::READABLE).unwrap();
        poller.add(&pull, "socket", Interest::READABLE).unwrap();
        assert_eq!(ready(&poller), []);
        far.write_all(b"x").unwrap();
        let events = wait(&poller);
        assert!(matches!(&events[..], [("fd", found)] if found.is_readable() && !found.is_error()));
        push.send("x").unwrap();
        until("both are readable", || (ready(&poller).len() == 2).then_some(()));
        drop(poller);
        near.read_exact(&mut [0]).unwrap();
    }

    #[test]
    fn only_what_was_asked_for_is_told_but_for_errors() {
        let (near, mut far) = UnixStream::pair().unwrap();
        far.write_all(b"x").unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&near, (), Interest::WRITABLE).unwrap();
        let found = wait(&poller)[0].1;
        assert!(found.is_writable() && !found.is_readable() && !found.is_error());
        poller.set_interest((), Interest::NONE).unwrap();
        assert_eq!(taking(A_WHILE, || poller.wait_timeout(A_WHILE).unwrap().count()), 0);
        drop(far);
        let found = wait(&poller)[0].1;
        assert!(found.is_error() && !found.is_readable());
    }

    #[test]
    fn the_end_of_a_stream_is_readable() {
        let (near, far) = UnixStream::pair().unwrap();
        far.shutdown(Shutdown::Write).unwrap();
        let mut items = [PollItem::fd(&near, Interest::READABLE)];
        assert_eq!(poll(&mut items, PATIENCE).unwrap(), 1);
        assert!(items[0].readiness().is_readable());
    }

    #[test]
    fn the_same_descriptor_twice_is_refused() {
        let (near, far) = UnixStream::pair().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&near, 1, Interest::READABLE).unwrap();
        assert_eq!(kind_of(poller.add_fd(&near, 2, Interest::READABLE)), ErrorKind::AlreadyRegistered);
        assert_eq!(kind_of(poller.add_fd(&far, 1, Interest::READABLE)), ErrorKind::AlreadyRegistered);
        poller.add_fd(&far, 2, Interest::READABLE).unwrap();
    }

    /// As many as the process may have open, and one more.
    #[cfg(target_os = "linux")]
    #[test]
    fn more_descriptors_than_the_process_may_open_are_an_error() {
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let limit = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
        let limit: usize = limit.split_whitespace().next().unwrap().parse().unwrap_or(usize::MAX);
        if limit > 5_000_000 {
            return; // too much memory to ask for in a test
        }
        let (near, _far) = UnixStream::pair().unwrap();
        let mut items: Vec<_> = (0..=limit).map(|_| PollItem::fd(&near, Interest::READABLE)).collect();
        assert_eq!(kind_of(poll(&mut items, None)), ErrorKind::LimitReached);
    }
}

/// libzmq waits for thread-safe sockets in another way.
#[cfg(feature = "draft")]
mod thread_safe {
    use ferromq::{Client, Server};

    use super::*;

    #[test]
    fn a_thread_safe_socket_is_waited_for_beside_others() {
        let context = Context::new().unwrap();
        for place in Place::each() {
            let (server, client) = place.join(context.socket::<Server>(), context.socket::<Client>());
            let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
            let mut poller = Poller::new();
            poller.add(&pull, "pull", Interest::READABLE).unwrap();
            poller.add(&server, "server", Interest::READABLE).unwrap();
            poller.add(&push, "push", Interest::NONE).unwrap();
            assert_eq!(ready(&poller), []);
            client.send("x").unwrap();
            for _ in 0..3 {
                assert_eq!(wait(&poller)[0].0, "server");
            }
            server.try_recv_from().unwrap();
            push.send("x").unwrap();
            assert_eq!(wait(&poller)[0].0, "pull");
            poller.set_interest("server", Interest::WRITABLE).unwrap();
            assert_eq!(wait(&poller).len(), 2);
            assert_eq!(taking(A_WHILE, || poll(&mut [PollItem::readable(&server)], A_WHILE).unwrap()), 0);
        }
    }

    #[test]
    fn a_message_for_a_thread_safe_socket_ends_a_wait() {
        let context = Context::new().unwrap();
        let (server, client) = Place::tcp().join(context.socket::<Server>(), context.socket::<Client>());
        let sending = thread::spawn(move || {
            thread::sleep(A_WHILE);
            client.send("x").unwrap();
            client
        });
        let (near, _far) = Place::tcp().join(context.socket::<Pair>(), context.socket::<Pair>());
        let mut poller = Poller::new();
        poller.add(&near, 1, Interest::READABLE).unwrap();
        poller.add(&server, 2, Interest::READABLE).unwrap();
        assert_eq!(wait(&poller)[0].0, 2);
        sending.join().unwrap();
    }

    #[test]
    fn two_threads_poll_one_thread_safe_socket_while_others_use_it() {
        let context = Context::new().unwrap();
        let (server, client) = Place::tcp().join(context.socket::<Server>(), context.socket::<Client>());
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut poller = Poller::new();
                    poller.add(&server, (), Interest::READABLE).unwrap();
                    for _ in 0..200 {
                        poller.wait_timeout(Duration::from_millis(1)).unwrap().count();
                    }
                });
            }
            for _ in 0..200 {
                client.send("x").unwrap();
                server.recv_from_timeout(PATIENCE).unwrap();
            }
        });
    }

    /// libzmq itself aborts here.
    #[test]
    fn a_context_that_was_shut_down_ends_a_wait_for_both_kinds() {
        let (context, elsewhere) = (Context::new().unwrap(), Context::new().unwrap());
        let pull = context.socket::<Pull>().bind("inproc://pull").unwrap();
        let server = elsewhere.socket::<Server>().bind("inproc://server").unwrap();
        context.shutdown();
        assert_eq!(kind_of(pull.try_recv()), ErrorKind::Terminated);
        let mut poller = Poller::new();
        poller.add(&server, 1, Interest::READABLE).unwrap();
        poller.add(&pull, 2, Interest::READABLE).unwrap();
        assert_eq!(kind_of(poller.wait()), ErrorKind::Terminated);
    }

    #[test]
    fn shutting_the_context_of_a_thread_safe_socket_down_ends_a_wait() {
        let context = Context::new().unwrap();
        let server = context.socket::<Server>().bind("inproc://server").unwrap();
        let kind = does_not_hang("the wait", move || {
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(A_WHILE);
                    context.shutdown();
                });
                kind_of(poll(&mut [PollItem::readable(&server)], None))
            })
        });
        assert_eq!(kind, ErrorKind::Terminated);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_descriptor_beside_a_thread_safe_socket_is_told_like_any_other() {
        use std::io::Write;
        use std::os::unix::net::UnixStream;

        let context = Context::new().unwrap();
        let server = context.socket::<Server>().bind("inproc://server").unwrap();
        let (near, mut far) = UnixStream::pair().unwrap();
        let mut poller = Poller::new();
        poller.add(&server, "server", Interest::READABLE).unwrap();
        poller.add_fd(&near, "fd", Interest::READABLE).unwrap();
        assert_eq!(ready(&poller), []);
        far.write_all(b"x").unwrap();
        assert!(wait(&poller)[0].1.is_readable());
        poller.set_interest("fd", Interest::NONE).unwrap();
        assert_eq!(ready(&poller), []);
        drop(far);
        let (token, found) = wait(&poller)[0];
        assert!(token == "fd" && found.is_error() && !found.is_readable());
    }
}
