//! How long the tests wait, and how much they do: a test that would hang fails instead and says what it waited for.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use ferromq::{Error, ErrorKind};

/// How long to wait for what must happen; only a test that fails waits so long.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// How much later than asked a wait may end, on a machine that has other things to do.
pub const TOLERANCE: Duration = Duration::from_secs(20);

/// A wait that is long enough to be told from none, and short enough to have many of them.
pub const A_WHILE: Duration = Duration::from_millis(60);

/// Whether valgrind runs the tests, some fifty times slower. It cannot be asked without unsafe code, so whoever starts
/// it says so.
pub fn under_valgrind() -> bool {
    std::env::var_os("FERROMQ_VALGRIND").is_some_and(|value| value == "1")
}

/// So many repetitions, or fewer under valgrind.
pub fn repetitions(number: usize) -> usize {
    if under_valgrind() { number.div_ceil(20) } else { number }
}

/// Runs `action` in another thread and fails if it has not ended after [`PATIENCE`].
pub fn does_not_hang<T: Send + 'static>(what: &str, action: impl FnOnce() -> T + Send + 'static) -> T {
    ends_within(PATIENCE, what, action)
}

/// As [`does_not_hang`], for what may take longer because it does a lot.
pub fn ends_within<T: Send + 'static>(
    limit: Duration,
    what: &str,
    action: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (done, ended) = channel();
    let running = thread::spawn(move || {
        let outcome = action();
        let _ = done.send(());
        outcome
    });
    if ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
        panic!("{what} takes longer than {limit:?}");
    }
    running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Repeats `attempt` until it gives something.
pub fn until<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(outcome) = attempt() {
            return outcome;
        }
        assert!(Instant::now() < deadline, "{what} has not come about within {PATIENCE:?}");
        thread::yield_now();
    }
}

/// The least time for which a linger period holds up a context: libzmq counts it from when it handles the closing of the
/// socket, in milliseconds of a clock of its own.
pub fn lingering(period: Duration) -> Duration {
    period.saturating_sub(Duration::from_millis(20))
}

/// What `action` returns, provided that it takes `asked`: never less, and not much more.
pub fn taking<T>(asked: Duration, action: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let outcome = action();
    let took = start.elapsed();
    assert!(took >= asked, "asked to take {asked:?}, it took only {took:?}");
    assert!(took < asked + TOLERANCE, "asked to take {asked:?}, it took {took:?}");
    outcome
}

/// The kind of the error that an operation must end in.
pub fn kind_of<T, E: Into<Error>>(outcome: Result<T, E>) -> ErrorKind {
    match outcome {
        Ok(_) => panic!("it succeeded and must not"),
        Err(error) => error.into().kind(),
    }
}
