//! What is read and written at a time, and what frames keep of it.

use std::thread;

use ferromq::{Context, Message, Pull, Push};

use crate::link::Place;
use crate::patience::{PATIENCE, repetitions};

/// A message that no other is like, of any length up to 100,000 bytes, most of them short.
fn message(number: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(number as u64);
    let longest = [32, 40, 300, 5000, 100_000][random.usize(..5)];
    let mut bytes = vec![0; random.usize(..=longest)];
    random.fill(&mut bytes);
    bytes
}

/// Sends so many messages from a thread, over one connection as fast as it takes them.
fn stream(context: &Context, messages: usize) -> (ferromq::Socket<Pull>, thread::JoinHandle<()>) {
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    let sending = thread::spawn(move || {
        for number in 0..messages {
            push.send(message(number)).unwrap();
        }
    });
    (pull, sending)
}

#[test]
fn frames_that_are_kept_stay_as_they_came_while_others_come_and_go() {
    let messages = repetitions(20_000);
    let context = Context::new().unwrap();
    let (pull, sending) = stream(&context, messages);
    let mut random = fastrand::Rng::with_seed(7);
    let mut kept: Vec<(usize, Message)> = Vec::new();
    for number in 0..messages {
        kept.push((number, pull.recv_timeout(PATIENCE).unwrap()));
        while kept.len() > 500 {
            let (number, received) = kept.swap_remove(random.usize(..kept.len()));
            assert_eq!(received, message(number), "message {number}");
        }
    }
    sending.join().unwrap();
    // The last references are given back elsewhere, when nothing reads any more.
    drop(pull);
    drop(context);
    thread::spawn(move || {
        for (number, received) in kept {
            assert_eq!(received, message(number), "message {number}");
        }
    })
    .join()
    .unwrap();
}

#[test]
fn frames_that_are_let_go_of_by_other_threads_are_counted_right() {
    let messages = repetitions(20_000);
    let context = Context::new().unwrap();
    let (pull, sending) = stream(&context, messages);
    let checkers: Vec<_> = (0..3)
        .map(|_| {
            let (give, given) = std::sync::mpsc::sync_channel::<(usize, Message)>(100);
            let checking = thread::spawn(move || {
                for (number, received) in given {
                    assert_eq!(received[0].socket_type(), Some("PUSH"));
                    assert_eq!(received, message(number), "message {number}");
                }
            });
            (give, checking)
        })
        .collect();
    for number in 0..messages {
        let received = pull.recv_timeout(PATIENCE).unwrap();
        checkers[number % 3].0.send((number, received)).unwrap();
    }
    sending.join().unwrap();
    for (give, checking) in checkers {
        drop(give);
        checking.join().unwrap();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_frame_from_a_quiet_connection_keeps_little_memory() {
    /// How much memory the process has taken, used or not.
    fn kilobytes() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmData:")).expect("Linux tells it");
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
    if crate::patience::under_valgrind() {
        return; // It is valgrind's memory that would be counted.
    }
    const FRAMES: usize = 500;
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    let before = kilobytes();
    let kept: Vec<Message> = (0..FRAMES)
        .map(|_| {
            push.send([b'x'; 100]).unwrap();
            pull.recv_timeout(PATIENCE).unwrap()
        })
        .collect();
    let each = kilobytes().saturating_sub(before) / FRAMES;
    assert!(each < 256, "{each} KiB for each of {} frames", kept.len());
}

#[test]
fn a_compact_frame_has_the_same_bytes_and_nothing_else() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    for length in [0, 1, 32, 33, 34, 1000, 100_000] {
        let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        push.send([bytes.clone(), bytes.clone()]).unwrap();
        let mut message = pull.recv_timeout(PATIENCE).unwrap();
        message.compact().unwrap();
        assert_eq!(message, [bytes.clone(), bytes]);
        assert_eq!(message[0].socket_type().is_some(), length <= 32, "metadata of {length} bytes");
    }
}
