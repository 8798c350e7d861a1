//! The runtimes that each test is run on, and what the tests do with any of them.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use async_executor::Executor;
use ferromq::Socket;
use ferromq::aio::async_io::AsyncIo;
use ferromq::aio::tokio::Tokio;
use ferromq::aio::{AsyncSocket, Reactor};
use ferromq::pattern::Pattern;
use ferromq::state::State;
use futures_lite::future::{self, block_on};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::patience::{PATIENCE, ends_within};

/// Runs `async fn name<R: Runtime>()` as a test, on each runtime. It must not take long, unless it is `watched` by itself.
macro_rules! on_each_runtime {
    (watched $($tests:tt)*) => {
        $crate::aio::runtime::on_each_runtime! { run: $($tests)* }
    };
    ($run:ident: $($(#[$attribute:meta])* $name:ident;)*) => {
        $(
            mod $name {
                use crate::aio::runtime::{OneThread, Runtime, SeveralThreads, Smol};

                #[test]
                $(#[$attribute])*
                fn on_tokio_with_one_thread() {
                    OneThread::$run(super::$name::<OneThread>());
                }

                #[test]
                $(#[$attribute])*
                fn on_tokio_with_several_threads() {
                    SeveralThreads::$run(super::$name::<SeveralThreads>());
                }

                #[test]
                $(#[$attribute])*
                fn on_smol() {
                    Smol::$run(super::$name::<Smol>());
                }
            }
        )*
    };
    ($($tests:tt)*) => {
        $crate::aio::runtime::on_each_runtime! { test: $($tests)* }
    };
}

pub(super) use on_each_runtime;

/// What runs the futures of a test.
pub trait Runtime: 'static {
    type Reactor: Reactor + Unpin;

    /// Runs a future as one of the runtime's tasks, until it has ended.
    fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T;

    /// A further task, on the runtime that this is called in.
    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Task<T>;

    /// Runs a test that must not hang. Some have thousands of messages wait for threads that have to be given a processor,
    /// which takes seconds on a busy machine.
    fn test(test: impl Future<Output = ()> + Send + 'static) {
        ends_within(6 * PATIENCE, "the test", || Self::run(test));
    }

    fn sleep(duration: Duration) -> impl Future<Output = ()> + Send {
        async move { drop(<Self::Reactor as Reactor>::sleep(duration).await) }
    }

    /// What the future gives in that time.
    fn within<T: Send>(
        limit: Duration,
        future: impl Future<Output = T> + Send,
    ) -> impl Future<Output = Option<T>> + Send {
        future::or(async { Some(future.await) }, async move {
            Self::sleep(limit).await;
            None
        })
    }
}

/// tokio, all of it in one thread.
pub struct OneThread;

/// tokio, with several threads.
pub struct SeveralThreads;

/// smol: async-executor in two threads, and async-io with its own.
pub struct Smol;

/// smol, its executor in one thread.
pub struct SmolInOneThread;

impl Runtime for OneThread {
    type Reactor = Tokio;

    fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { Self::spawn(future).await })
    }

    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Task<T> {
        Task::Tokio(tokio::spawn(future))
    }
}

impl Runtime for SeveralThreads {
    type Reactor = Tokio;

    fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        runtime.block_on(async { Self::spawn(future).await })
    }

    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Task<T> {
        Task::Tokio(tokio::spawn(future))
    }
}

thread_local! {
    /// The executor whose tasks this thread runs.
    static EXECUTOR: RefCell<Option<Arc<Executor<'static>>>> = const { RefCell::new(None) };
}

impl Runtime for Smol {
    type Reactor = AsyncIo;

    fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        run_on_smol(1, future)
    }

    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Task<T> {
        spawn_on_smol(future)
    }
}

impl Runtime for SmolInOneThread {
    type Reactor = AsyncIo;

    fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        run_on_smol(0, future)
    }

    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Task<T> {
        spawn_on_smol(future)
    }
}

/// In this thread, and so many others.
fn run_on_smol<T: Send + 'static>(others: usize, future: impl Future<Output = T> + Send + 'static) -> T {
    let executor = &Arc::new(Executor::new());
    let enter = || EXECUTOR.set(Some(Arc::clone(executor)));
    thread::scope(|threads| {
        let mut running = Vec::new();
        for _ in 0..others {
            let (lives, ended) = oneshot::channel::<()>();
            running.push(lives);
            threads.spawn(move || {
                enter();
                let _ = block_on(executor.run(ended));
            });
        }
        enter();
        block_on(executor.run(spawn_on_smol(future)))
    })
}

fn spawn_on_smol<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Task<T> {
    EXECUTOR
        .with_borrow(|executor| Task::Smol(executor.as_ref().expect("it is called in a task").spawn(future)))
}

/// A task. Dropping it may end it, or not.
pub enum Task<T> {
    Tokio(JoinHandle<T>),
    Smol(async_executor::Task<T>),
}

impl<T> Task<T> {
    /// Ends it at the point at which it waits; what it gives if it has ended before.
    pub async fn cancel(self) -> Option<T> {
        match self {
            Task::Tokio(task) => {
                task.abort();
                match task.await {
                    Ok(outcome) => Some(outcome),
                    Err(error) if error.is_cancelled() => None,
                    Err(error) => resume_unwind(error.into_panic()),
                }
            }
            Task::Smol(task) => task.cancel().await,
        }
    }
}

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match self.get_mut() {
            Task::Tokio(task) => match ready!(Pin::new(task).poll(context)) {
                Ok(outcome) => Poll::Ready(outcome),
                Err(error) => resume_unwind(error.into_panic()),
            },
            Task::Smol(task) => Pin::new(task).poll(context),
        }
    }
}

/// An async socket of the runtime's.
pub fn on<R: Runtime, P: Pattern, S: State>(socket: Socket<P, S>) -> AsyncSocket<P, R::Reactor, S::AtRest> {
    AsyncSocket::new(socket).expect("a test runs in its runtime")
}

/// What the future gives when it is polled so often, with a turn for others in between.
pub async fn polled<F: Future + Unpin>(times: usize, future: &mut F) -> Option<F::Output> {
    for time in 0..times {
        if time > 0 {
            future::yield_now().await;
        }
        let polled = poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await;
        if let Poll::Ready(outcome) = polled {
            return Some(outcome);
        }
    }
    None
}

/// Numbers that look random and are the same each time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) % sides
    }
}
