//! What the measured programs have in common: how they are called, what they send, what they check, where the clock starts
//! and stops, and the runtime of the async ones. What differs between them is only how a library is told to send and
//! receive.
//!
//! ```text
//! PROGRAM LIBRARY push|pull|req|rep ENDPOINT SIZE COUNT multi-thread|current-thread
//! ```
//!
//! PULL and REP bind, and print `ready` then. PULL and REQ print how many seconds it took when `COUNT` messages or replies
//! have arrived after a warm-up of a tenth of that. PUSH and REP stay, so that nothing is lost, until their standard input
//! ends.

use std::future::Future;
use std::io::{Read, stdin};
use std::process::exit;
use std::thread;
use std::time::Instant;

/// What a program is to do.
#[derive(Clone)]
pub struct Run {
    /// The library that is measured, and which of its ways to send and receive.
    pub library: String,
    /// The pattern's side.
    pub role: Role,
    /// Where PULL and REP bind, and PUSH and REQ connect to.
    pub endpoint: String,
    size: usize,
    warm_up: u64,
    count: u64,
    runtime: Runtime,
}

/// The side of a pattern that a program is.
#[derive(Clone, Copy)]
pub enum Role {
    /// Sends all messages.
    Push,
    /// Receives them, and measures.
    Pull,
    /// Sends a request, waits for the reply, and so on, and measures.
    Req,
    /// Sends each request back.
    Rep,
}

#[derive(Clone, Copy)]
enum Runtime {
    MultiThread,
    CurrentThread,
}

impl Run {
    /// As the command line says.
    ///
    /// # Panics
    /// If the command line is not as it should be.
    pub fn from_command_line() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let [library, role, endpoint, size, count, runtime] = &arguments[..] else {
            panic!("there should be: LIBRARY ROLE ENDPOINT SIZE COUNT RUNTIME");
        };
        let count = count.parse().expect("the count is a number");
        let size = size.parse().expect("the size is a number");
        assert!(size >= NUMBER, "there is no room for a message's number in {size} bytes");
        thread::spawn(end_with_the_parent);
        Self {
            library: library.clone(),
            role: match role.as_str() {
                "push" => Role::Push,
                "pull" => Role::Pull,
                "req" => Role::Req,
                "rep" => Role::Rep,
                _ => panic!("no role is called {role}"),
            },
            endpoint: endpoint.clone(),
            size,
            warm_up: count / 10,
            count,
            runtime: match runtime.as_str() {
                "multi-thread" => Runtime::MultiThread,
                "current-thread" => Runtime::CurrentThread,
                _ => panic!("no runtime is called {runtime}"),
            },
        }
    }

    /// Runs `work` as a task of tokio, where a program's work is; and not in `block_on`, which has a thread of its own
    /// that the multi-threaded runtime would have to wake each time.
    ///
    /// # Panics
    /// If the work does.
    pub fn on_tokio<W>(&self, work: W) -> !
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let mut builder = match self.runtime {
            Runtime::MultiThread => tokio::runtime::Builder::new_multi_thread(),
            Runtime::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        };
        let runtime = builder.enable_all().build().expect("tokio's runtime starts");
        if runtime.block_on(async { tokio::spawn(work).await }).is_err() {
            // The task has said why.
            exit(1);
        }
        // What the libraries have left running need not be waited for.
        exit(0);
    }

    /// Whether the runtime has one thread only.
    pub fn on_one_thread(&self) -> bool {
        matches!(self.runtime, Runtime::CurrentThread)
    }

    /// All messages that are sent, the warm-up first.
    pub fn messages(&self) -> Messages {
        Messages { next: 0, end: self.warm_up + self.count, bytes: vec![b'x'; self.size] }
    }

    /// Checks and times what arrives.
    pub fn arrivals(&self) -> Arrivals {
        Arrivals { expected: self.messages(), warm_up: self.warm_up, since: Instant::now() }
    }

    /// Says that the socket is bound.
    pub fn ready(&self) {
        println!("ready");
    }
}

/// Waits until the program is ended.
pub fn stay() -> ! {
    loop {
        thread::park();
    }
}

/// Whoever started us ends us, and does not leave us behind if it is killed itself.
fn end_with_the_parent() {
    // An error is an end, too.
    let _ = stdin().read_to_end(&mut Vec::new());
    exit(0);
}

/// The bytes of a message's number.
const NUMBER: usize = size_of::<u64>();

/// Messages with their number at the beginning and at the end: no two have the same bytes.
pub struct Messages {
    next: u64,
    end: u64,
    bytes: Vec<u8>,
}

impl Messages {
    /// The next message; `None` after the last.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend its own buffer")]
    pub fn next(&mut self) -> Option<&[u8]> {
        if self.next == self.end {
            return None;
        }
        let number = self.next.to_le_bytes();
        self.next += 1;
        let end = self.bytes.len() - NUMBER;
        self.bytes[end..].copy_from_slice(&number);
        self.bytes[..NUMBER].copy_from_slice(&number);
        Some(&self.bytes)
    }
}

/// What is to arrive, and when the clock started.
pub struct Arrivals {
    expected: Messages,
    warm_up: u64,
    since: Instant,
}

impl Arrivals {
    /// How many are still to arrive.
    pub fn awaited(&self) -> usize {
        usize::try_from(self.expected.end - self.expected.next).expect("they are counted in memory")
    }

    /// Takes the next message, which must be the one that was sent next.
    ///
    /// # Panics
    /// If it is another.
    #[inline]
    pub fn arrived(&mut self, message: &[u8]) {
        let number = self.expected.next;
        let expected = self.expected.next().expect("no more messages arrive than were sent");
        assert!(message == expected, "instead of message {number} there came {message:?}");
        if number + 1 == self.warm_up {
            self.since = Instant::now();
        }
    }

    /// Stops the clock, after the last message.
    ///
    /// # Panics
    /// If some are still to arrive.
    pub fn report(&self) {
        let elapsed = self.since.elapsed();
        assert_eq!(self.awaited(), 0, "it was not the last message");
        println!("seconds {}", elapsed.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> Run {
        Run {
            library: String::new(),
            role: Role::Pull,
            endpoint: String::new(),
            size: 16,
            warm_up: 1,
            count: 2,
            runtime: Runtime::CurrentThread,
        }
    }

    #[test]
    fn what_was_sent_may_arrive() {
        let (mut messages, mut arrivals) = (run().messages(), run().arrivals());
        while let Some(message) = messages.next() {
            arrivals.arrived(message);
        }
        assert_eq!(arrivals.awaited(), 0);
    }

    #[test]
    #[should_panic(expected = "instead of message 0")]
    fn a_lost_message_is_noticed() {
        let mut messages = run().messages();
        messages.next();
        run().arrivals().arrived(messages.next().expect("there are three"));
    }

    #[test]
    #[should_panic(expected = "instead of message 0")]
    fn a_message_with_other_content_is_noticed() {
        run().arrivals().arrived(&[0; 15]);
    }
}
