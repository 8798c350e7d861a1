//! The authenticator's thread: it receives requests, has them judged, and answers.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use super::authenticator::{ENDPOINT, Shared};
use super::judge::{Deciding, Verdict};
use super::workers::{Job, Workers};
use super::{Decision, Request, log};
use crate::message::Message;
use crate::options::RoutingId;
use crate::poll::{PollItem, poll};
use crate::socket::{Pair, Router, Socket};

/// After so many requests in a row the pending ones get their turn.
const BURST: usize = 100;

pub(super) struct Server {
    zap: Socket<Router>,
    /// Rings when there is something else to do than requests.
    bell: Socket<Pair>,
    shared: Arc<Shared>,
    decision_timeout: Duration,
    workers: Workers,
    pending: HashMap<u64, Pending>,
    next: u64,
    /// What callbacks have decided.
    decisions: Receiver<Decided>,
    /// By which they tell it.
    decided: Sender<Decided>,
    /// Whose future can go on.
    woken: Arc<Mutex<Vec<u64>>>,
}

/// What a callback has decided about which request.
type Decided = (u64, Decision);

/// A request that is not decided yet.
struct Pending {
    peer: RoutingId,
    envelope: Message,
    request: Request,
    /// `None`: later than any clock can tell.
    deadline: Option<Instant>,
    decided_by: DecidedBy,
}

enum DecidedBy {
    Rules,
    /// It holds this as long as somebody wants the answer.
    Callback {
        _wanted: Arc<()>,
    },
    Future {
        deciding: Deciding,
        waker: Waker,
    },
}

impl Server {
    pub(super) fn new(
        zap: Socket<Router>,
        bell: Socket<Pair>,
        shared: Arc<Shared>,
        decision_timeout: Duration,
        callback_threads: usize,
    ) -> Server {
        let (decided, decisions) = mpsc::channel();
        Server {
            zap,
            bell,
            shared,
            decision_timeout,
            workers: Workers::new(callback_threads),
            pending: HashMap::new(),
            next: 0,
            decisions,
            decided,
            woken: Arc::default(),
        }
    }

    /// Serves until it is told to stop, or the context is shut down.
    pub(super) fn run(mut self) {
        let _end = End(Arc::clone(&self.shared));
        while !self.shared.is_stopped() {
            let timeout = self.until_next_deadline();
            let mut items = [PollItem::readable(&self.zap), PollItem::readable(&self.bell)];
            if let Err(error) = poll(&mut items, timeout) {
                log::ended(&error);
                break;
            }
            while self.bell.try_recv().is_ok() {}
            self.take_decisions();
            self.drive_woken();
            self.give_up_on_the_late();
            for _ in 0..BURST {
                match self.zap.try_recv_from() {
                    Ok((peer, message)) => self.take(peer, message),
                    Err(_) => break,
                }
            }
        }
        let pending: Vec<u64> = self.pending.keys().copied().collect();
        for id in pending {
            self.decide(id, &Decision::try_later("the authenticator was stopped"));
        }
        // libzmq closes sockets in the background; the next authenticator should find the place free.
        let _ = self.zap.unbind(ENDPOINT);
    }

    fn take(&mut self, peer: RoutingId, mut message: Message) {
        let Some(envelope) = message.take_envelope() else {
            return log::malformed("it has no envelope");
        };
        let request = match Request::parse(&message) {
            Ok(request) => request,
            Err(error) => {
                log::malformed(&error);
                if let Some(answer) = Decision::deny(error.to_string()).answer_to_malformed(&message) {
                    let _ = self.zap.try_send_to(&peer, answer.with_envelope(envelope));
                }
                return;
            }
        };
        let rules = self.shared.rules_for(request.domain());
        // An async callback runs here, to make its future.
        let verdict = catch_unwind(AssertUnwindSafe(|| rules.judge(&request)));
        let id = self.next;
        self.next += 1;
        let deadline = Instant::now().checked_add(self.decision_timeout);
        let pending = |decided_by| Pending { peer, envelope, request, deadline, decided_by };
        match verdict.unwrap_or_else(|_| Verdict::Decided(panicked())) {
            Verdict::Decided(decision) => self.answer(&pending(DecidedBy::Rules), &decision),
            Verdict::Slow(decide) => {
                let wanted = Arc::new(());
                let (decided, shared) = (self.decided.clone(), Arc::clone(&self.shared));
                let run = move || {
                    let decision = catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|_| panicked());
                    let _ = decided.send((id, decision));
                    shared.ring();
                };
                let job = Job { wanted: Arc::downgrade(&wanted), run: Box::new(run) };
                self.pending.insert(id, pending(DecidedBy::Callback { _wanted: wanted }));
                if let Err(error) = self.workers.run(job) {
                    self.decide(id, &Decision::try_later(format!("no thread for the callback: {error}")));
                }
            }
            Verdict::Async(deciding) => {
                let signal = Signal { id, woken: Arc::clone(&self.woken), shared: Arc::clone(&self.shared) };
                let waker = Waker::from(Arc::new(signal));
                self.pending.insert(id, pending(DecidedBy::Future { deciding, waker }));
                self.drive(id);
            }
        }
    }

    fn take_decisions(&mut self) {
        while let Ok((id, decision)) = self.decisions.try_recv() {
            self.decide(id, &decision);
        }
    }

    fn drive_woken(&mut self) {
        let woken = std::mem::take(&mut *self.woken.lock().unwrap_or_else(PoisonError::into_inner));
        for id in woken {
            self.drive(id);
        }
    }

    /// Lets a future go on, if it is still wanted.
    fn drive(&mut self, id: u64) {
        let Some(Pending { decided_by: DecidedBy::Future { deciding, waker }, .. }) =
            self.pending.get_mut(&id)
        else {
            return;
        };
        let mut context = Context::from_waker(waker);
        match catch_unwind(AssertUnwindSafe(|| deciding.as_mut().poll(&mut context))) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(decision)) => self.decide(id, &decision),
            Err(_) => self.decide(id, &panicked()),
        }
    }

    fn until_next_deadline(&self) -> Option<Duration> {
        let next = self.pending.values().filter_map(|pending| pending.deadline).min()?;
        Some(next.saturating_duration_since(Instant::now()))
    }

    fn give_up_on_the_late(&mut self) {
        let now = Instant::now();
        let is_late = |pending: &Pending| pending.deadline.is_some_and(|deadline| deadline <= now);
        let late: Vec<u64> =
            self.pending.iter().filter(|(_, pending)| is_late(pending)).map(|(id, _)| *id).collect();
        for id in late {
            self.decide(id, &Decision::try_later("nobody has decided in time"));
        }
    }

    fn decide(&mut self, id: u64, decision: &Decision) {
        if let Some(pending) = self.pending.remove(&id) {
            self.answer(&pending, decision);
            // A future of the application's may panic when it is dropped, too.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(pending)));
        }
    }

    fn answer(&self, pending: &Pending, decision: &Decision) {
        log::decided(&pending.request, decision);
        let answer = pending.request.answer(decision).with_envelope(pending.envelope.clone());
        // Who asked may have gone, and is not waited for: libzmq's side of the queue has no limit.
        let _ = self.zap.try_send_to(&pending.peer, answer);
    }
}

/// Notes that the thread has ended, however it does.
struct End(Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn panicked() -> Decision {
    Decision::error("the callback panicked")
}

/// Says that a future can go on.
struct Signal {
    id: u64,
    woken: Arc<Mutex<Vec<u64>>>,
    shared: Arc<Shared>,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.woken.lock().unwrap_or_else(PoisonError::into_inner).push(self.id);
        self.shared.ring();
    }
}
