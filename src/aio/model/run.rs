//! One run after the other, until all has been tried.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::explorer::Explorer;
use super::world::{Event, Step, World, explorer, set_world, world};
use super::{Did, Do, Scenario, Socket, Watcher};
use crate::aio::shared::Shared;
use crate::aio::waiters::To;
use crate::error::Result;
use crate::poll::Readiness;

type Operation = Pin<Box<dyn Future<Output = Did>>>;

/// What is dropped, or woken, while the world is not borrowed.
struct Cast {
    shared: Arc<Shared<Socket, Watcher>>,
    /// The futures of the tasks that wait.
    operations: Vec<Option<Operation>>,
}

thread_local! {
    static CAST: RefCell<Option<Cast>> = const { RefCell::new(None) };
}

fn cast<T>(action: impl FnOnce(&mut Cast) -> T) -> T {
    CAST.with_borrow_mut(|cast| action(cast.as_mut().expect("a run has begun")))
}

/// Tries everything that can happen; how many situations there are, and how many runs it took.
pub(super) fn explore(scenario: Scenario) -> (usize, usize) {
    explorer(|explorer| *explorer = Explorer::new());
    loop {
        run(scenario);
        if !explorer(Explorer::turn) {
            break;
        }
    }
    explorer(|explorer| {
        if let Some(circle) = explorer.circle() {
            panic!("endless: tasks wake each other for ever: {circle:#?}");
        }
        (explorer.situations(), explorer.runs)
    })
}

fn run(scenario: Scenario) {
    set_world(Some(World::new(scenario)));
    let shared = Arc::new(Shared::new(Socket, Watcher));
    CAST.set(Some(Cast { shared, operations: scenario.tasks.iter().map(|_| None).collect() }));
    loop {
        if enter(None) {
            check();
        }
        let steps = world(|world| world.steps());
        if steps.is_empty() || explorer(|explorer| explorer.is_cut()) {
            break;
        }
        take(steps[explorer(|explorer| explorer.choose(steps.len()))]);
    }
    drop(CAST.take());
    set_world(None);
}

/// What may happen in the middle of a poll, at this place.
pub(super) fn happen(place: &'static str) {
    loop {
        let steps = world(|world| world.steps());
        if steps.is_empty() {
            return;
        }
        enter(Some(place));
        let chosen = explorer(|explorer| explorer.choose(steps.len() + 1));
        if chosen == 0 {
            return;
        }
        take(steps[chosen - 1]);
    }
}

/// Whether what can happen next has not been tried yet.
fn enter(place: Option<&'static str>) -> bool {
    let shared = cast(|cast| Arc::clone(&cast.shared));
    explorer(|explorer| {
        explorer.enter(|| {
            let (waiting, in_a_row) = shared.who_waits();
            world(|world| world.situation(&waiting, in_a_row, place))
        })
    })
}

fn take(step: Step) {
    world(|world| world.log.push(Event::Takes(step)));
    match step {
        Step::Poll(task) => poll(task),
        Step::Arrive => world(World::arrive),
        Step::Room(peer) => world(|world| world.make_room(peer)),
        Step::Stop => world(World::stop),
        Step::Kernel => world(World::fetch),
        Step::Reactor => {
            if let Some(waker) = world(World::react) {
                waker.wake();
            }
        }
        Step::Timer(task) => world(|world| {
            explorer(Explorer::excuse);
            world.state.tasks[task].timer = Some(true);
            world.state.tasks[task].woken = true;
        }),
        Step::Wake(task) => world(|world| {
            world.state.left.wakes -= 1;
            world.state.tasks[task].woken = true;
        }),
        Step::Cancel(task, again) => {
            drop(cast(|cast| cast.operations[task].take()));
            world(|world| {
                world.state.left.cancels -= 1;
                let end = world.scenario.tasks[task].len();
                let task = &mut world.state.tasks[task];
                task.waits = false;
                task.woken = true;
                if !again {
                    task.at = end;
                }
            });
        }
    }
}

fn poll(task: usize) {
    let waker = world(|world| {
        world.state.tasks[task].woken = false;
        world.polled = Some((task, Vec::new()));
        world.new_waker(task)
    });
    let mut operation = cast(|cast| cast.operations[task].take()).unwrap_or_else(|| begin(task));
    let outcome = operation.as_mut().poll(&mut Context::from_waker(&waker));
    match outcome {
        Poll::Pending => {
            cast(|cast| cast.operations[task] = Some(operation));
            world(|world| world.state.tasks[task].waits = true);
        }
        Poll::Ready(did) => {
            drop(operation);
            world(|world| {
                note(world, did);
                let task = &mut world.state.tasks[task];
                task.at += 1;
                task.waits = false;
                task.woken = true;
            });
        }
    }
    world(|world| {
        world.polled = None;
        world.log.push(if outcome.is_pending() { Event::Pending } else { Event::Ready });
    });
}

fn begin(task: usize) -> Operation {
    let shared = cast(|cast| Arc::clone(&cast.shared));
    let (what, at) = world(|world| {
        let at = world.state.tasks[task].at;
        (world.scenario.tasks[task][at], at)
    });
    let number = u8::try_from(task * 16 + at).expect("there are few");
    Box::pin(async move {
        match what {
            Do::Receive => shared.receive(None, Socket::receive).await.map_or(Did::Failed, Did::Received),
            Do::Send => {
                let sent = shared.send(None, To::Send, number, |socket, number| socket.send(None, number));
                sent.await.map_or(Did::Failed, Did::Sent)
            }
            Do::SendTo(peer) => {
                let sent = shared
                    .send(None, To::SendToPeer, number, |socket, number| socket.send(Some(peer), number));
                sent.await.map_or(Did::Failed, Did::Sent)
            }
            Do::Readable => {
                let attempt = |socket: &Socket| match socket.events() {
                    Ok(readiness) if !readiness.is_readable() => Poll::Pending,
                    outcome => Poll::Ready(outcome),
                };
                shared.until(To::Receive, attempt).await.flatten().map_or(Did::Failed, |_| Did::Nothing)
            }
            Do::TryReceive => match shared.with(Socket::receive) {
                Ok(number) => Did::Received(number),
                Err(error) if error.is_would_block() => Did::Nothing,
                Err(_) => Did::Failed,
            },
            Do::Look => {
                let _: Result<Readiness> = shared.with(Socket::events);
                Did::Nothing
            }
        }
    })
}

/// Whether what a task was told is so.
fn note(world: &mut World, did: Did) {
    if explorer(|explorer| explorer.is_cut()) {
        return;
    }
    match did {
        Did::Received(number) => {
            assert_eq!(number, world.state.received, "lost, doubled or out of order; {:?}", world.log);
            world.state.received += 1;
        }
        Did::Sent(number) => world.state.told.push(number),
        Did::Nothing => {}
        Did::Failed => assert!(world.is_terminated(), "failed for no reason; {:?}", world.log),
    }
}

/// Between polls: nothing was lost, and no wake-up.
fn check() {
    let places = cast(|cast| cast.shared.who_waits().0.len());
    world(|world| {
        let world = &*world;
        let World { state, log, scenario, .. } = world;
        assert_eq!(state.sent, state.told, "senders were not told what was sent; {log:?}");
        let waiting = state.tasks.iter().filter(|task| task.waits).count();
        assert!(places <= waiting, "somebody has left and kept a place; {log:?}");
        assert_eq!(state.first, state.received, "a message is lost; {log:?}");
        if !world.is_still() {
            return;
        }
        for (number, task) in state.tasks.iter().enumerate() {
            if !task.waits {
                continue;
            }
            let (possible, helped) = match scenario.tasks[number][task.at] {
                Do::Receive | Do::Readable => (world.has_message(), false),
                Do::Send => (world.has_room(0) || world.has_room(1), false),
                // Where others wait as well, they may have heard what it waits for; then its timer helps.
                Do::SendTo(peer) => {
                    (world.has_room(peer), scenario.tasks.len() > 1 && task.timer == Some(false))
                }
                Do::TryReceive | Do::Look => unreachable!("they do not wait"),
            };
            let possible = possible || world.is_terminated();
            assert!(!possible || helped, "lost wake-up: task {number} waits for ever; {log:?}\n{state:#?}");
        }
    });
}
