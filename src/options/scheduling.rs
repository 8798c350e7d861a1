//! Scheduling of libzmq's threads.

/// How the operating system schedules the threads of a context, on Linux; see sched(7).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum SchedulingPolicy {
    /// As any other thread (`SCHED_OTHER`).
    Other,
    /// As any other thread, and as one that computes much (`SCHED_BATCH`).
    Batch,
    /// Only when nothing else wants to run (`SCHED_IDLE`).
    Idle,
    /// In real time, until it waits (`SCHED_FIFO`). Needs a [priority](crate::ContextBuilder::thread_priority).
    Fifo,
    /// In real time, in turn with others of its priority (`SCHED_RR`). Needs a
    /// [priority](crate::ContextBuilder::thread_priority).
    RoundRobin,
}

impl SchedulingPolicy {
    /// The policies with Linux's numbers.
    pub(crate) const NUMBERS: [(SchedulingPolicy, i32); 5] = [
        (SchedulingPolicy::Other, 0),
        (SchedulingPolicy::Fifo, 1),
        (SchedulingPolicy::RoundRobin, 2),
        (SchedulingPolicy::Batch, 3),
        (SchedulingPolicy::Idle, 5),
    ];
}
