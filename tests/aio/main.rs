//! Async sockets, on each runtime.
#![cfg(all(unix, feature = "tokio", feature = "async-io"))]

use std::time::{Duration, Instant};

use ferromq::{AsyncIo, AsyncSocket, Context, Dealer, Pull, Push, Reactor, Tokio};
use std::future::Future;

const PATIENCE: Duration = Duration::from_secs(40);

fn on_each_runtime() {}

async fn numbers_arrive<R: Reactor>(count: u32) {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
    let (pull, push) = (AsyncSocket::<_, R>::new(pull).unwrap(), AsyncSocket::<_, R>::new(push).unwrap());
    let sending = async {
        for number in 0..count {
            push.send(&number.to_be_bytes()[..]).await.unwrap();
        }
    };
    let receiving = async {
        for number in 0..count {
            assert_eq!(pull.recv().await.unwrap(), number.to_be_bytes()[..]);
        }
    };
    let start = Instant::now();
    futures_lite::future::zip(sending, receiving).await;
    println!("{:.2} M/s", f64::from(count) / start.elapsed().as_secs_f64() / 1e6);
}

async fn duplex<R: Reactor>(
    count: u32,
) -> (
    impl Future<Output = ()> + Send,
    impl Future<Output = ()> + Send,
    impl Future<Output = ()> + Send,
    impl Future<Output = ()> + Send,
) {
    let context = Context::new().unwrap();
    let left = context.socket::<Dealer>().send_hwm(10).receive_hwm(10).bind("tcp://127.0.0.1:*").unwrap();
    let right = context.socket::<Dealer>().connect(left.last_endpoint().unwrap()).unwrap();
    let (left, right) = (AsyncSocket::<_, R>::new(left).unwrap(), AsyncSocket::<_, R>::new(right).unwrap());
    let send = move |socket: AsyncSocket<Dealer, R>| async move {
        for number in 0..count {
            socket.send(&number.to_be_bytes()[..]).await.unwrap();
        }
    };
    let receive = move |socket: AsyncSocket<Dealer, R>| async move {
        for number in 0..count {
            assert_eq!(socket.recv().await.unwrap(), number.to_be_bytes()[..]);
        }
    };
    (send(left.clone()), receive(left), send(right.clone()), receive(right))
}

#[test]
fn tokio_current() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime
        .block_on(async { tokio::time::timeout(PATIENCE, numbers_arrive::<Tokio>(300_000)).await.unwrap() });
}

#[test]
fn tokio_multi() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::time::timeout(PATIENCE, async {
            let start = Instant::now();
            let (a, b, c, d) = duplex::<Tokio>(200_000).await;
            let tasks = [tokio::spawn(a), tokio::spawn(b), tokio::spawn(c), tokio::spawn(d)];
            for task in tasks {
                task.await.unwrap();
            }
            println!("{:?}", start.elapsed());
        })
        .await
        .unwrap()
    });
}

#[test]
fn smol() {
    futures_lite::future::block_on(numbers_arrive::<AsyncIo>(300_000));
}

#[test]
fn smol_duplex() {
    let executor = async_executor::Executor::new();
    futures_lite::future::block_on(executor.run(async {
        let (a, b, c, d) = duplex::<AsyncIo>(100_000).await;
        let tasks = [executor.spawn(a), executor.spawn(b), executor.spawn(c), executor.spawn(d)];
        for task in tasks {
            task.await;
        }
    }));
}
