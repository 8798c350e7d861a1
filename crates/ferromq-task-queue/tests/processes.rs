//! What the queue promises, tried on processes that are killed and frozen.
#![cfg(unix)]
#![forbid(unsafe_code)]

#[allow(dead_code, missing_docs)]
#[path = "../../../tests/it/patience.rs"]
mod patience;
#[allow(dead_code, missing_docs)]
#[path = "../../../tests/it/process.rs"]
mod process;

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, SystemTime};

use ferromq::{Context, Dealer, Linger};
use ferromq_task_queue::{Client, TaskResult};
use nix::sys::signal::Signal;

use patience::{PATIENCE, does_not_hang, until};
use process::{Program, python_script, rust_example};

/// A broker and workers as processes, at ports that stay the same.
struct Queue {
    clients: String,
    workers: String,
    broker: Program,
    running: Vec<Program>,
}

#[derive(Clone, Copy)]
enum Language {
    Rust,
    Python,
}

impl Queue {
    fn start() -> Queue {
        let [clients, workers] = free_endpoints();
        let broker = broker(&clients, &workers);
        Queue { clients, workers, broker, running: Vec::new() }
    }

    fn add_worker(&mut self, language: Language, work: u32) {
        let mut command = match language {
            Language::Rust => rust_example("task_worker"),
            Language::Python => python_script("python/worker.py"),
        };
        command.args([&self.workers, &work.to_string()]);
        self.running.push(Program::start("worker", command));
    }

    /// A client in this process.
    fn client(&self) -> Client {
        let context = Context::new().unwrap();
        Client::new(context.socket::<Dealer>().linger(Linger::NONE), &*self.clients).unwrap()
    }

    fn kill_broker(&mut self) {
        self.broker.signal(Signal::SIGKILL);
        self.broker.end(PATIENCE).unwrap();
    }

    fn restart_broker(&mut self) {
        self.broker = broker(&self.clients, &self.workers);
    }

    /// Has tasks done until each worker has had one: by then, it handles signals, however late it was started.
    fn until_each_worker_works(&mut self) {
        let mut client = self.client();
        let mut idle: Vec<_> = self.running.iter_mut().collect();
        until("a task for each worker", || {
            idle.retain_mut(|worker| worker.line_within(Duration::ZERO).is_none());
            let tasks = 0..2 * idle.len();
            client
                .submit_all(tasks.map(|number| number.to_string()))
                .for_each(|result| drop(result.unwrap()));
            idle.is_empty().then_some(())
        });
    }

    /// Stops all, and gives what the broker says it has done.
    fn stop(mut self) -> String {
        for worker in &mut self.running {
            worker.signal(Signal::SIGINT);
            worker.end_well(PATIENCE).unwrap();
        }
        self.broker.signal(Signal::SIGINT);
        self.broker.end_well(PATIENCE).unwrap().pop().unwrap()
    }
}

fn broker(clients: &str, workers: &str) -> Program {
    let mut command: Command = rust_example("task_broker");
    command.args([clients, workers]);
    let mut broker = Program::start("broker", command);
    assert_eq!(broker.line().unwrap(), format!("clients: {clients}, workers: {workers}"));
    broker
}

/// Endpoints whose ports are free now, and stay so while the broker is away: systems do not give such low ones to
/// connections.
fn free_endpoints() -> [String; 2] {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + (std::process::id() * 64 % 20_000) as u16;
    [(); 2].map(|()| {
        loop {
            let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
            if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return format!("tcp://127.0.0.1:{port}");
            }
        }
    })
}

/// Chance, which a failure tells how to repeat.
struct Chance(u64);

impl Chance {
    fn new() -> Chance {
        let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64;
        println!("seed: {seed}");
        Chance(seed | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Ticks off each task when its result comes: the right one, and only once.
struct Ticked {
    done: Vec<bool>,
    left: usize,
}

impl Ticked {
    fn of(tasks: u64) -> Ticked {
        Ticked { done: vec![false; tasks as usize], left: tasks as usize }
    }

    fn off(&mut self, result: TaskResult) {
        let number = result.id.number();
        let square = result.outcome.unwrap_or_else(|error| panic!("task {number} is {error}"));
        assert_eq!(square, (number * number).to_string(), "task {number}");
        let before = std::mem::replace(&mut self.done[number as usize], true);
        assert!(!before, "the result of task {number} was reported twice");
        self.left -= 1;
    }
}

/// Has `tasks` squared while `disturb` does what it likes after each result, and expects each result exactly once.
fn all_are_squared(tasks: u64, queue: &mut Queue, mut disturb: impl FnMut(&mut Queue, usize)) {
    let mut client = queue.client();
    let mut ticked = Ticked::of(tasks);
    let mut to_submit = (0..tasks).peekable();
    while ticked.left > 0 {
        while let Some(number) = to_submit.peek()
            && client.submit(number.to_string()).is_ok()
        {
            to_submit.next();
        }
        let result = client.next_result(PATIENCE).unwrap();
        ticked.off(result.unwrap_or_else(|| panic!("{} results have not come", ticked.left)));
        disturb(queue, ticked.left);
    }
    assert_eq!(client.under_way(), 0);
    let more = client.next_result(Duration::ZERO).unwrap();
    assert!(more.is_none(), "{more:?} was reported after everything");
}

/// Kills a worker about every 250 results, and the broker in the middle; one worker is frozen for most of the time.
fn killing_now_and_then(language: impl Fn(usize) -> Language) {
    let mut chance = Chance::new();
    let mut queue = Queue::start();
    for number in 0..4 {
        queue.add_worker(language(number), 1);
    }
    let mut killed = 0;
    let mut frozen = None;
    all_are_squared(10_000, &mut queue, |queue, left| {
        if chance.below(250) == 0 {
            let victim = chance.below(queue.running.len());
            queue.running.remove(victim).signal(Signal::SIGKILL);
            queue.add_worker(language(killed), 1);
            killed += 1;
        }
        match left {
            9000 => {
                let worker = queue.running.remove(0);
                worker.signal(Signal::SIGSTOP);
                frozen = Some(worker);
            }
            5000 => {
                queue.kill_broker();
                queue.restart_broker();
            }
            // What it then has to say is of a task of the first broker.
            1000 => {
                let worker = frozen.take().expect("it was frozen before");
                worker.signal(Signal::SIGCONT);
                queue.running.push(worker);
            }
            _ => {}
        }
    });
    queue.until_each_worker_works();
    println!("{killed} workers killed; the second broker: {}", queue.stop());
    assert!(killed > 10, "only {killed} workers were killed");
}

#[test]
fn each_result_is_reported_once_though_workers_and_the_broker_are_killed() {
    killing_now_and_then(|_| Language::Rust);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn workers_of_rust_and_python_are_killed_and_each_result_is_reported_once() {
    killing_now_and_then(|number| if number % 2 == 0 { Language::Python } else { Language::Rust });
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_worker_in_python_outlives_its_broker() {
    let mut queue = Queue::start();
    queue.add_worker(Language::Python, 0);
    all_are_squared(300, &mut queue, |queue, left| {
        if left == 150 {
            queue.kill_broker();
            queue.restart_broker();
        }
    });
    queue.stop();
}

#[test]
fn a_frozen_worker_loses_its_task_and_its_late_result_is_not_reported() {
    let mut queue = Queue::start();
    queue.add_worker(Language::Rust, 500);
    let mut client = queue.client();
    client.submit("0").unwrap();
    queue.running[0].expect_line("Received task: 0").unwrap();
    queue.running[0].signal(Signal::SIGSTOP);

    queue.add_worker(Language::Rust, 0);
    let mut ticked = Ticked::of(2);
    ticked.off(client.next_result(PATIENCE).unwrap().expect("another worker gets the task"));

    // Thawed, it finishes the task, finds out that it was in vain, and is given others.
    queue.running[0].signal(Signal::SIGCONT);
    queue.running.remove(1).signal(Signal::SIGKILL);
    client.submit("1").unwrap();
    ticked.off(client.next_result(PATIENCE).unwrap().expect("the thawed worker does tasks again"));
    queue.running[0].expect_line("Received task: 1").unwrap();
    assert!(client.next_result(Duration::from_secs(1)).unwrap().is_none());
    let statistics = queue.stop();
    assert!(statistics.contains("accepted: 2,") && statistics.contains("completed: 2,"), "{statistics}");
}

#[test]
fn the_programs_work_together_and_end_at_ctrl_c() {
    work_together(Language::Rust);
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn the_programs_in_python_work_together_and_end_at_ctrl_c() {
    work_together(Language::Python);
}

fn work_together(language: Language) {
    let mut queue = Queue::start();
    // The client waits for a worker.
    let mut client = start_client(language, &queue.clients, 20);
    queue.add_worker(language, 0);
    let mut lines = client.end_well(PATIENCE).unwrap();
    lines.sort_by_key(|line| line.split_once(':').unwrap().0.parse::<u32>().unwrap());
    assert_eq!(lines, (0..20).map(|n| format!("{n}: {}", n * n)).collect::<Vec<_>>());

    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut waiting = start_client(language, &format!("tcp://{}", silent.local_addr().unwrap()), 1);
    // It has set its handlers of signals before it connects.
    let _connection = does_not_hang("connecting", move || silent.accept().unwrap());
    assert_eq!(waiting.line_within(Duration::from_secs(1)), None);
    waiting.signal(Signal::SIGINT);
    assert_eq!(waiting.end_well(PATIENCE).unwrap(), [""; 0]);
    queue.stop();
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_client_in_python_gets_each_result_once_though_workers_and_the_broker_are_killed() {
    let mut queue = Queue::start();
    for _ in 0..2 {
        queue.add_worker(Language::Rust, 1);
    }
    let mut client = start_client(Language::Python, &queue.clients, 2000);
    let mut numbers = Vec::new();
    for results in 1..=2000 {
        let line = client.line().unwrap();
        let (task, square) = line.split_once(": ").unwrap();
        let task: u64 = task.parse().unwrap();
        assert_eq!(square, (task * task).to_string());
        numbers.push(task);
        if results % 500 == 0 {
            queue.running.remove(0).signal(Signal::SIGKILL);
            queue.add_worker(Language::Rust, 1);
        }
        if results == 800 {
            queue.kill_broker();
            queue.restart_broker();
        }
    }
    assert_eq!(client.end_well(PATIENCE).unwrap(), [""; 0]);
    numbers.sort();
    assert_eq!(numbers, (0..2000).collect::<Vec<_>>());
    queue.until_each_worker_works();
    queue.stop();
}

fn start_client(language: Language, endpoint: &str, tasks: u32) -> Program {
    let mut command = match language {
        Language::Rust => rust_example("task_client"),
        Language::Python => python_script("python/client.py"),
    };
    command.args([endpoint, &tasks.to_string()]);
    Program::start("client", command)
}
