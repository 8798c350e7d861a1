//! What the state machine is in the middle of: libzmq's socket, the kernel, the reactor, and the tasks' executor.
//!
//! It is one thread's, and reached from the socket, the reactor and the wakers without a handle.

use std::cell::RefCell;
use std::sync::Arc;
use std::task::{Wake, Waker};

use super::explorer::Explorer;
use super::{Flaw, Scenario};
use crate::aio::waiters::To;
use crate::poll::Readiness;

/// All that decides how things go on, but for what the state machine itself keeps.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct State {
    // The socket's mailbox (mailbox.cpp, ypipe.hpp).
    pub(super) commands: Vec<Command>,
    /// The socket has got a signal for the commands, and reads on without one.
    active: bool,
    /// The socket has seen that there is no command; whoever posts one has to signal.
    asleep: bool,
    /// What is in the descriptor. It is readable if there is one.
    signals: u8,
    // Its pipes (pipe.cpp, fq.cpp, lb.cpp).
    arrived: u8,
    /// The first of the messages that are in the pipe.
    pub(super) first: u8,
    /// The socket believes that something can be in the pipe.
    in_active: bool,
    /// It has seen that nothing was; who writes has to post a command.
    pipe_asleep: bool,
    /// For how many messages each peer has room, as far as the socket knows.
    room: [u8; 2],
    terminated: bool,
    // The kernel's queue of events, and the reactor.
    edge: bool,
    armed: bool,
    stage: Stage,
    ready: bool,
    registered: Option<Whose>,
    taken: Option<Whose>,
    // What was sent and what senders were told, which must be the same.
    pub(super) sent: Vec<u8>,
    pub(super) told: Vec<u8>,
    pub(super) received: u8,
    pub(super) tasks: Vec<Task>,
    /// What may still happen.
    pub(super) left: Left,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Command {
    ActivateRead,
    ActivateWrite(usize),
    Stop,
}

/// What the reactor's thread is doing with an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Stage {
    Waiting,
    Fetched,
    Flagged,
    Taken,
}

/// Whom a waker wakes: a task, by the waker of its last poll or an old one; or everybody.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Whose {
    Task(usize),
    Nobody,
    All,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Task {
    /// The operation that it is at.
    pub(super) at: usize,
    /// It has begun the operation, and waits.
    pub(super) waits: bool,
    pub(super) woken: bool,
    /// Whether the timer that it has is over.
    pub(super) timer: Option<bool>,
}

/// How often each thing may still happen that the program does not do by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Left {
    pub(super) messages: u8,
    pub(super) rooms: [u8; 2],
    pub(super) stops: u8,
    pub(super) cancels: u8,
    /// Wake-ups for no reason.
    pub(super) wakes: u8,
    /// Times that the reactor has the task come again before it looks.
    pub(super) budgets: u8,
    /// Receives that process commands although a message is there.
    pub(super) ticks: u8,
    /// Times that the reactor is so fast that it has news again before `poll_news` has said that there is none.
    pub(super) again: u8,
}

/// What can happen next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Poll(usize),
    Arrive,
    Room(usize),
    Stop,
    Kernel,
    Reactor,
    Timer(usize),
    Wake(usize),
    /// A future is dropped; its task ends, or begins the operation again.
    Cancel(usize, bool),
}

/// For who reads how it came that something went wrong.
#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
pub(super) enum Event {
    Takes(Step),
    /// In the poll that goes on.
    Sees(Seen),
    Pending,
    Ready,
}

/// What the state machine was told in this poll, which is all that it knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Seen {
    Received(Option<u8>),
    Sent(bool),
    Failed,
    Readiness(Readiness),
    News(bool),
    SentAway,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Situation {
    pub(super) state: State,
    pub(super) waiting: Vec<(To, Whose)>,
    pub(super) in_a_row: Option<u32>,
    /// Which task is polled, and what it has seen.
    pub(super) polled: Option<(usize, Vec<Seen>)>,
    pub(super) place: Option<&'static str>,
}

pub(super) struct World {
    pub(super) scenario: Scenario,
    pub(super) state: State,
    pub(super) polled: Option<(usize, Vec<Seen>)>,
    registered: Option<Waker>,
    taken: Option<Waker>,
    /// The wakers of each task, the last one last, by the address of what they share.
    wakers: Vec<Vec<(*const (), Waker)>>,
    /// How many timers each task has had.
    pub(super) timers: Vec<usize>,
    pub(super) log: Vec<Event>,
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
    static EXPLORER: RefCell<Explorer<Situation>> = RefCell::new(Explorer::new());
}

pub(super) fn explorer<T>(action: impl FnOnce(&mut Explorer<Situation>) -> T) -> T {
    EXPLORER.with_borrow_mut(action)
}

/// Does something with the world. No waker is woken and no future dropped meanwhile.
pub(super) fn world<T>(action: impl FnOnce(&mut World) -> T) -> T {
    WORLD.with_borrow_mut(|world| action(world.as_mut().expect("a run has begun")))
}

pub(super) fn set_world(new: Option<World>) {
    WORLD.set(new);
}

/// Wakes a task, if it is still the waker of the task's last poll: nobody has to care for another.
struct TaskWaker {
    task: usize,
    poll: usize,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        world(|world| {
            if world.wakers[self.task].len() == self.poll + 1 {
                world.state.tasks[self.task].woken = true;
            }
        });
    }
}

impl World {
    pub(super) fn new(scenario: Scenario) -> Self {
        let tasks = scenario.tasks.len();
        let task = Task { at: 0, waits: false, woken: true, timer: None };
        let state = State {
            commands: Vec::new(),
            active: false,
            asleep: true,
            signals: 0,
            arrived: scenario.arrived,
            first: 0,
            in_active: true,
            pipe_asleep: false,
            room: [0; 2],
            terminated: false,
            edge: false,
            armed: false,
            stage: Stage::Waiting,
            ready: false,
            registered: None,
            taken: None,
            sent: Vec::new(),
            told: Vec::new(),
            received: 0,
            tasks: vec![task; tasks],
            left: scenario.left,
        };
        World {
            scenario,
            state,
            polled: None,
            registered: None,
            taken: None,
            wakers: vec![Vec::new(); tasks],
            timers: vec![0; tasks],
            log: Vec::new(),
        }
    }

    // Tasks.

    pub(super) fn new_waker(&mut self, task: usize) -> Waker {
        let poll = self.wakers[task].len();
        let shared = Arc::new(TaskWaker { task, poll });
        let address = Arc::as_ptr(&shared).cast();
        let waker = Waker::from(shared);
        self.wakers[task].push((address, waker.clone()));
        waker
    }

    pub(super) fn whose(&self, waker: &Waker) -> Whose {
        for (task, wakers) in self.wakers.iter().enumerate() {
            if let Some(poll) = wakers.iter().position(|(address, _)| *address == waker.data()) {
                return if poll + 1 == wakers.len() { Whose::Task(task) } else { Whose::Nobody };
            }
        }
        Whose::All
    }

    /// All that decides how things go on, but for the list of those who wait.
    pub(super) fn situation(
        &self,
        waiting: &[(To, Waker)],
        in_a_row: Option<u32>,
        place: Option<&'static str>,
    ) -> Situation {
        let mut state = self.state.clone();
        state.registered = self.registered.as_ref().map(|waker| self.whose(waker));
        state.taken = self.taken.as_ref().map(|waker| self.whose(waker));
        let waiting = waiting.iter().map(|(to, waker)| (*to, self.whose(waker))).collect();
        Situation { state, waiting, in_a_row, polled: self.polled.clone(), place }
    }

    pub(super) fn current(&self) -> usize {
        self.polled.as_ref().expect("a task is polled").0
    }

    pub(super) fn see(&mut self, seen: Seen) {
        if let Some((_, all)) = &mut self.polled {
            all.push(seen);
            self.log.push(Event::Sees(seen));
        }
    }

    /// What can happen now, besides that the task that is polled goes on.
    pub(super) fn steps(&self) -> Vec<Step> {
        let State { left, tasks, stage, .. } = &self.state;
        let mut steps = Vec::new();
        let between = self.polled.is_none();
        for (number, task) in tasks.iter().enumerate() {
            if self.is_over(number) || self.polled.as_ref().is_some_and(|(polled, _)| *polled == number) {
                continue;
            }
            if task.woken && between {
                steps.push(Step::Poll(number));
            }
            if task.waits && left.cancels > 0 {
                steps.extend([Step::Cancel(number, false), Step::Cancel(number, true)]);
            }
            if task.waits && !task.woken && between {
                steps.extend((task.timer == Some(false)).then_some(Step::Timer(number)));
                steps.extend((left.wakes > 0).then_some(Step::Wake(number)));
            }
        }
        steps.extend((left.messages > 0).then_some(Step::Arrive));
        steps.extend((0..2).filter(|peer| left.rooms[*peer] > 0).map(Step::Room));
        steps.extend((left.stops > 0).then_some(Step::Stop));
        match stage {
            Stage::Waiting => steps.extend((self.has_event() && self.may_fetch()).then_some(Step::Kernel)),
            _ => steps.push(Step::Reactor),
        }
        steps
    }

    pub(super) fn is_over(&self, task: usize) -> bool {
        self.state.tasks[task].at == self.scenario.tasks[task].len()
    }

    /// Whether nothing will happen unless the environment, a timer or chance has it happen.
    pub(super) fn is_still(&self) -> bool {
        let task_may_go_on = |task: usize| self.state.tasks[task].woken && !self.is_over(task);
        self.state.stage == Stage::Waiting
            && !self.has_event()
            && !(0..self.state.tasks.len()).any(task_may_go_on)
    }

    /// Whether there is a message, whoever knows of it.
    pub(super) fn has_message(&self) -> bool {
        self.state.first < self.state.arrived
    }

    /// Whether there is room, whoever knows of it.
    pub(super) fn has_room(&self, peer: usize) -> bool {
        self.state.room[peer] > 0 || self.state.commands.contains(&Command::ActivateWrite(peer))
    }

    pub(super) fn is_terminated(&self) -> bool {
        self.state.terminated || self.state.commands.contains(&Command::Stop)
    }

    // The environment.

    /// A message is written into the pipe.
    pub(super) fn arrive(&mut self) {
        self.state.left.messages -= 1;
        self.state.arrived += 1;
        if std::mem::take(&mut self.state.pipe_asleep) {
            self.post(Command::ActivateRead);
        }
    }

    pub(super) fn make_room(&mut self, peer: usize) {
        self.state.left.rooms[peer] -= 1;
        self.post(Command::ActivateWrite(peer));
    }

    pub(super) fn stop(&mut self) {
        self.state.left.stops -= 1;
        self.post(Command::Stop);
    }

    fn post(&mut self, command: Command) {
        self.state.commands.push(command);
        if std::mem::take(&mut self.state.asleep) {
            self.state.signals += 1;
            self.state.edge = true;
        }
    }

    // The socket.

    fn process_commands(&mut self) {
        while let Some(command) = self.next_command() {
            match command {
                Command::ActivateRead => self.state.in_active = true,
                Command::ActivateWrite(peer) => self.state.room[peer] += 1,
                Command::Stop => self.state.terminated = true,
            }
        }
    }

    fn next_command(&mut self) -> Option<Command> {
        if !self.scenario.thread_safe && !self.state.active {
            if self.state.signals == 0 {
                return None;
            }
            self.state.signals -= 1;
            self.state.active = true;
        }
        if self.state.commands.is_empty() {
            self.state.asleep = true;
            if !self.scenario.thread_safe {
                self.state.active = false;
                return self.next_command();
            }
            return None;
        }
        Some(self.state.commands.remove(0))
    }

    /// Whether processing commands would do something.
    fn has_commands(&self) -> bool {
        self.state.active || self.state.signals > 0 || !self.state.commands.is_empty()
    }

    fn check_read(&mut self) -> bool {
        if self.state.in_active && !self.has_message() {
            self.state.in_active = false;
            self.state.pipe_asleep = true;
        }
        self.state.in_active
    }

    /// `Err` if the context was shut down.
    pub(super) fn receive(&mut self) -> Result<Option<u8>, ()> {
        if self.state.left.ticks > 0 && self.has_commands() && explorer(|explorer| explorer.choose(2)) == 1 {
            self.state.left.ticks -= 1;
            self.process_commands();
        }
        if !self.state.terminated && !self.check_read() {
            self.process_commands();
        }
        if self.state.terminated {
            return Err(());
        }
        if !self.check_read() {
            return Ok(None);
        }
        self.state.first += 1;
        Ok(Some(self.state.first - 1))
    }

    /// Sends to a peer, or to one that has room; whether one has.
    pub(super) fn send(&mut self, peer: Option<usize>, number: u8) -> Result<bool, ()> {
        let throttled =
            self.state.terminated || !self.has_commands() || explorer(|explorer| explorer.choose(2)) == 1;
        if !throttled {
            self.process_commands();
        }
        if self.state.terminated {
            return Err(());
        }
        let Some(peer) =
            (0..2).find(|other| self.state.room[*other] > 0 && peer.is_none_or(|peer| peer == *other))
        else {
            return Ok(false);
        };
        self.state.room[peer] -= 1;
        self.state.sent.push(number);
        Ok(true)
    }

    pub(super) fn events(&mut self) -> Result<Readiness, ()> {
        if !self.state.terminated {
            self.process_commands();
        }
        if self.state.terminated {
            return Err(());
        }
        let writable = self.scenario.always_writable || self.state.room != [0; 2];
        Ok(Readiness::of(self.check_read(), writable))
    }

    pub(super) fn lose_a_message(&mut self) {
        self.state.first += u8::from(self.has_message());
    }

    /// What a thread-safe socket's poller does: it takes one signal.
    pub(super) fn forget_news(&mut self) {
        if self.scenario.thread_safe && self.state.signals > 0 {
            self.state.signals -= 1;
            self.state.edge |= self.state.signals > 0;
        }
    }

    // The kernel and the reactor.

    fn has_event(&self) -> bool {
        if self.scenario.level { self.state.armed && self.state.signals > 0 } else { self.state.edge }
    }

    /// A reactor could have news for ever while the descriptor is readable, if it were always the faster one.
    fn may_fetch(&self) -> bool {
        !self.is_again() || self.state.left.again > 0
    }

    fn is_again(&self) -> bool {
        self.scenario.level && self.polled.as_ref().is_some_and(|(_, seen)| seen.contains(&Seen::News(true)))
    }

    /// The reactor's thread asks the kernel for events. The kernel drops one whose descriptor is no longer readable.
    pub(super) fn fetch(&mut self) {
        self.state.left.again -= u8::from(self.is_again());
        self.state.edge = false;
        self.state.armed = false;
        if self.state.signals > 0 {
            self.state.stage = Stage::Fetched;
        }
    }

    /// The reactor's thread goes on with the event. A waker that is to be woken.
    pub(super) fn react(&mut self) -> Option<Waker> {
        let level = self.scenario.level;
        match self.state.stage {
            Stage::Waiting => unreachable!("there is an event"),
            Stage::Fetched if !level => {
                self.state.ready = true;
                self.state.stage = Stage::Flagged;
            }
            Stage::Fetched | Stage::Flagged => {
                // async-io does not count what may have happened before it was asked.
                if level && explorer(|explorer| explorer.choose(2)) == 1 {
                    self.state.ready = true;
                }
                self.taken = self.registered.take();
                self.state.stage = if self.taken.is_some() { Stage::Taken } else { Stage::Waiting };
            }
            Stage::Taken => {
                self.state.stage = Stage::Waiting;
                return self.taken.take();
            }
        }
        None
    }

    /// Whether the reactor has news; otherwise it keeps the waker.
    pub(super) fn has_news(&mut self, waker: &Waker) -> bool {
        if std::mem::take(&mut self.state.ready) {
            return true;
        }
        self.state.armed = true;
        self.registered = (self.scenario.flaw != Some(Flaw::ForgetsTheWaker)).then(|| waker.clone());
        false
    }

    /// Whether the reactor has the task come again before it looks, as tokio does with tasks that had much to do.
    pub(super) fn is_over_budget(&mut self) -> bool {
        let is_over = self.state.left.budgets > 0 && explorer(|explorer| explorer.choose(2)) == 1;
        self.state.left.budgets -= u8::from(is_over);
        is_over
    }
}
