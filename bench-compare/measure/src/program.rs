//! The process: the sides that it has, the runtime of the async ones, and what it says to whoever started it.

use std::future::Future;
use std::io::stdin;
use std::panic;
use std::process::exit;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::side::{Role, Run};

/// How often is looked for what another side does.
const MOMENT: Duration = Duration::from_millis(1);

/// What the sides of one process share.
#[derive(Default)]
pub(crate) struct Program {
    ready: AtomicBool,
    may_begin: AtomicBool,
    subscribers: usize,
    joined: AtomicUsize,
    clocks: usize,
    stopped: Mutex<Vec<(Duration, u64)>>,
}

impl Program {
    pub(crate) fn ready(&self) {
        println!("ready");
        self.ready.store(true, Ordering::Release);
    }

    pub(crate) fn may_begin(&self) -> bool {
        self.may_begin.load(Ordering::Acquire)
    }

    /// One more subscriber has heard the publisher.
    pub(crate) fn joined(&self) {
        if self.joined.fetch_add(1, Ordering::AcqRel) + 1 == self.subscribers {
            println!("joined");
        }
    }

    /// One more clock has stopped: so many messages in this time.
    pub(crate) fn stopped(&self, elapsed: Duration, arrived: u64) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.push((elapsed, arrived));
        if stopped.len() == self.clocks {
            // The slowest counts, and what has arrived at each on average.
            let elapsed = stopped.iter().map(|(elapsed, _)| *elapsed).max().unwrap_or_default();
            let arrived: u64 = stopped.iter().map(|(_, arrived)| arrived).sum();
            println!("seconds {} of {}", elapsed.as_secs_f64(), arrived / self.clocks as u64);
        }
    }

    /// Whoever started us ends us, and does not leave us behind if it is killed itself.
    fn listen(&self) {
        // An error is an end, too.
        for line in stdin().lines().map_while(Result::ok) {
            if line == "go" {
                self.may_begin.store(true, Ordering::Release);
            }
        }
        exit(0);
    }
}

/// What this process is to do.
pub struct Sides {
    sides: Vec<Run>,
    program: Arc<Program>,
    on_one_thread: bool,
}

impl Sides {
    /// As the command line says.
    ///
    /// # Panics
    /// If the command line is not as it should be.
    pub fn from_command_line() -> Self {
        let sides = Self::read(std::env::args().skip(1).collect());
        let program = sides.program.clone();
        thread::spawn(move || program.listen());
        // A side that fails is not waited for by the others.
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            usual(panic);
            exit(1);
        }));
        sides
    }

    fn read(arguments: Vec<String>) -> Self {
        let [library, roles, endpoint, size, count, runtime] = &arguments[..] else {
            panic!("there should be: LIBRARY ROLE ENDPOINT SIZE COUNT RUNTIME");
        };
        let size = size.parse().expect("the size is a number");
        assert!(size >= 8, "there is no room for a message's number in {size} bytes");
        let count: u64 = count.parse().expect("the count is a number");
        let on_one_thread = match runtime.as_str() {
            "multi-thread" => false,
            "current-thread" => true,
            _ => panic!("no runtime is called {runtime}"),
        };
        let roles: Vec<Role> = roles
            .split('+')
            .flat_map(|name| {
                let role = Role::parse(name).unwrap_or_else(|| panic!("no role is called {name}"));
                std::iter::repeat_n(role.0, role.1)
            })
            .collect();
        let program = Arc::new(Program {
            subscribers: roles.iter().filter(|role| **role == Role::Sub).count(),
            clocks: roles.iter().filter(|role| role.measures()).count(),
            ..Program::default()
        });
        let (endpoint, curve) = match endpoint.strip_prefix("curve+") {
            Some(endpoint) => (endpoint, true),
            None => (endpoint.as_str(), false),
        };
        let side = |role: Role| Run {
            library: library.clone(),
            role,
            endpoint: endpoint.to_owned(),
            curve,
            size,
            warm_up: (count / 10).max(1),
            count,
            on_one_thread,
            program: program.clone(),
        };
        Self { sides: roles.into_iter().map(side).collect(), program: program.clone(), on_one_thread }
    }

    /// The library that is measured.
    pub fn library(&self) -> &str {
        &self.sides[0].library
    }

    /// Those that bind, and those that connect.
    fn split(self) -> (Vec<Run>, Vec<Run>) {
        self.sides.into_iter().partition(|side| side.role.binds())
    }

    /// Does `work` on a thread for each side.
    pub fn on_threads(self, work: impl Fn(Run) + Clone + Send + 'static) -> ! {
        let program = self.program.clone();
        let (binding, connecting) = self.split();
        let bound_here = !binding.is_empty();
        let start = |side| {
            let work = work.clone();
            thread::spawn(move || work(side));
        };
        binding.into_iter().for_each(start);
        while bound_here && !connecting.is_empty() && !program.ready.load(Ordering::Acquire) {
            thread::sleep(MOMENT);
        }
        connecting.into_iter().for_each(start);
        stay()
    }

    /// Does `work` as a task of tokio for each side, where a program's work is; and not in `block_on`, which has a thread
    /// of its own that the multi-threaded runtime would have to wake each time.
    ///
    /// # Panics
    /// If the runtime does not start.
    pub fn on_tokio<W>(self, work: impl Fn(Run) -> W) -> !
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let mut builder = match self.on_one_thread {
            false => tokio::runtime::Builder::new_multi_thread(),
            true => tokio::runtime::Builder::new_current_thread(),
        };
        let runtime = builder.enable_all().build().expect("tokio's runtime starts");
        runtime.block_on(async {
            let program = self.program.clone();
            let (binding, connecting) = self.split();
            let bound_here = !binding.is_empty();
            let start = |side| drop(tokio::spawn(work(side)));
            binding.into_iter().for_each(start);
            while bound_here && !connecting.is_empty() && !program.ready.load(Ordering::Acquire) {
                tokio::time::sleep(MOMENT).await;
            }
            connecting.into_iter().for_each(start);
            std::future::pending().await
        })
    }
}

/// Waits until the program is ended.
pub fn stay() -> ! {
    loop {
        thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(roles: &str, endpoint: &str) -> Sides {
        let arguments = ["library", roles, endpoint, "16", "100", "multi-thread"];
        Sides::read(arguments.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_side_for_each_subscriber() {
        let sides = read("pub-3+sub-3", "inproc://it");
        assert_eq!((sides.program.subscribers, sides.program.clocks), (3, 3));
        let (binding, connecting) = sides.split();
        assert_eq!((binding.len(), connecting.len()), (1, 3));
    }

    #[test]
    fn an_endpoint_says_whether_it_is_encrypted() {
        let side = |endpoint| read("push", endpoint).sides.remove(0);
        let (plain, encrypted) = (side("tcp://127.0.0.1:5555"), side("curve+tcp://127.0.0.1:5555"));
        assert_eq!(plain.endpoint, encrypted.endpoint);
        assert_eq!((plain.curve, encrypted.curve), (false, true));
    }

    #[test]
    #[should_panic(expected = "no role is called pusch")]
    fn a_wrong_role_is_named() {
        read("pusch", "inproc://it");
    }
}
