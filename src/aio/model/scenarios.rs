//! What is tried.

use std::thread;
use std::time::Instant;

use super::run::explore;
use super::world::Left;
use super::{Do, Flaw, Scenario};

const NOTHING: Left =
    Left { messages: 0, rooms: [0, 0], stops: 0, cancels: 0, wakes: 0, budgets: 0, ticks: 0, again: 0 };

fn of(tasks: &'static [&'static [Do]], left: Left) -> Scenario {
    Scenario { tasks, arrived: 0, left, level: false, thread_safe: false, always_writable: false, flaw: None }
}

/// Tries it with each kind of reactor and of socket.
fn all(scenario: Scenario) {
    for (level, thread_safe) in [(false, false), (false, true), (true, false), (true, true)] {
        one(Scenario { level, thread_safe, ..scenario });
    }
}

fn one(scenario: Scenario) {
    let begun = Instant::now();
    let (situations, runs) = explore(scenario);
    let name = thread::current().name().unwrap_or_default().to_owned();
    println!("{name}: {situations} situations, {runs} runs, {:?}", begun.elapsed());
}

#[test]
fn one_receives() {
    all(of(&[&[Do::Receive, Do::Receive]], Left { messages: 2, budgets: 1, ticks: 1, again: 1, ..NOTHING }));
}

#[test]
fn one_sends() {
    all(of(&[&[Do::Send, Do::Send]], Left { rooms: [1, 1], budgets: 1, again: 1, ..NOTHING }));
}

#[test]
fn one_sends_to_a_peer() {
    let scenario = of(&[&[Do::SendTo(0)]], Left { rooms: [1, 1], cancels: 1, ..NOTHING });
    one(Scenario { always_writable: true, ..scenario });
    one(Scenario { always_writable: true, level: true, ..scenario });
}

#[test]
fn one_receives_and_one_sends() {
    let tasks: &[&[Do]] = &[&[Do::Receive], &[Do::Send]];
    all(of(tasks, Left { messages: 1, rooms: [1, 0], ..NOTHING }));
    one(of(tasks, Left { messages: 1, rooms: [1, 0], cancels: 1, ..NOTHING }));
}

#[test]
fn two_receive() {
    all(of(&[&[Do::Receive], &[Do::Receive]], Left { messages: 1, cancels: 1, ..NOTHING }));
}

#[test]
fn one_receives_and_one_sends_to_a_peer() {
    let scenario = of(&[&[Do::Receive], &[Do::SendTo(0)]], Left { rooms: [1, 0], messages: 1, ..NOTHING });
    one(Scenario { always_writable: true, ..scenario });
}

#[test]
fn two_send_to_two_peers() {
    let scenario = of(&[&[Do::SendTo(0)], &[Do::SendTo(1)]], Left { rooms: [1, 0], ..NOTHING });
    one(Scenario { always_writable: true, ..scenario });
}

#[test]
fn one_looks_while_others_wait() {
    one(of(&[&[Do::Receive], &[Do::Send], &[Do::Look]], Left { messages: 1, rooms: [1, 0], ..NOTHING }));
}

#[test]
fn all_hear_of_the_end() {
    all(of(&[&[Do::Receive], &[Do::Send], &[Do::Look]], Left { stops: 1, ..NOTHING }));
}

#[test]
fn two_wait_until_it_is_readable_and_then_receive() {
    let tasks: &[&[Do]] = &[&[Do::Readable, Do::TryReceive], &[Do::Readable, Do::TryReceive]];
    one(of(tasks, Left { messages: 2, ..NOTHING }));
}

#[test]
fn one_that_need_not_wait_lets_others_have_their_turn() {
    const MANY: u8 = 130;
    let scenario = Scenario { arrived: MANY, ..of(&[&[Do::Receive; MANY as usize]], NOTHING) };
    let (situations, _) = explore(scenario);
    assert_eq!(
        situations,
        1 + usize::from(MANY) + 1,
        "one poll for each message, and one in which it is sent away"
    );
}

/// The same with more of everything: `cargo test --release --lib at_length -- --ignored`.
mod at_length {
    use super::*;

    #[test]
    #[ignore = "takes minutes"]
    fn one_receives() {
        let left = Left { messages: 2, wakes: 1, cancels: 2, budgets: 1, ticks: 1, again: 1, ..NOTHING };
        all(of(&[&[Do::Receive, Do::Receive]], left));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn one_sends() {
        let left = Left { rooms: [1, 1], wakes: 1, cancels: 2, budgets: 1, again: 1, ..NOTHING };
        all(of(&[&[Do::Send, Do::Send]], left));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn one_receives_and_one_sends() {
        let left = Left { messages: 2, rooms: [1, 0], cancels: 1, budgets: 1, ..NOTHING };
        all(of(&[&[Do::Receive, Do::Receive], &[Do::Send]], left));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn two_receive_and_one_sends() {
        let left = Left { messages: 2, rooms: [1, 0], cancels: 1, ..NOTHING };
        all(of(&[&[Do::Receive], &[Do::Receive], &[Do::Send]], left));
    }

    #[test]
    #[ignore = "takes minutes"]
    fn one_receives_and_two_send_to_two_peers() {
        let tasks: &[&[Do]] = &[&[Do::SendTo(0)], &[Do::SendTo(1)], &[Do::Receive]];
        let scenario = of(tasks, Left { rooms: [1, 0], ..NOTHING });
        all(Scenario { always_writable: true, ..scenario });
    }

    #[test]
    #[ignore = "takes minutes"]
    fn one_looks_while_others_wait_and_the_end_comes() {
        let left = Left { messages: 1, rooms: [1, 0], stops: 1, ..NOTHING };
        all(of(&[&[Do::Receive], &[Do::Send], &[Do::Look, Do::Look]], left));
    }
}

// What is wrong is found.

#[test]
#[should_panic(expected = "lost wake-up")]
fn a_socket_that_fails_and_is_then_ready_for_nothing_leaves_tasks_waiting() {
    let scenario = of(&[&[Do::Receive], &[Do::Look]], Left { stops: 1, ..NOTHING });
    one(Scenario { flaw: Some(Flaw::SaysNothingOfFailure), ..scenario });
}

#[test]
#[should_panic(expected = "lost wake-up")]
fn a_reactor_that_forgets_the_waker_leaves_tasks_waiting() {
    let scenario = of(&[&[Do::Receive]], Left { messages: 1, ..NOTHING });
    one(Scenario { flaw: Some(Flaw::ForgetsTheWaker), ..scenario });
}

#[test]
#[should_panic(expected = "a message is lost")]
fn a_socket_that_loses_a_message_is_found_out() {
    let scenario = of(&[&[Do::Receive]], Left { messages: 1, ..NOTHING });
    one(Scenario { flaw: Some(Flaw::LosesAMessage), ..scenario });
}

/// As XPUB does that waits for slow subscribers. Who sends on it has to try again after a while.
#[test]
#[should_panic(expected = "lost wake-up")]
fn a_socket_that_claims_to_have_room_leaves_senders_waiting() {
    let scenario = of(&[&[Do::Send], &[Do::Send]], Left { rooms: [1, 0], ..NOTHING });
    one(Scenario { always_writable: true, ..scenario });
}
