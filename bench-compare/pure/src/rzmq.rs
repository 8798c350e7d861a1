//! rzmq, set up as its own benchmark does it: without the throttle that shares a connection between its directions, and on
//! io_uring with the default settings, too. It has no calls for many messages.

use std::future::pending;

use bytes::Bytes;
use measure::{Publication, Role, Run, Sides, WINDOW};
use rzmq::socket::{ADAPTIVE_THROTTLE, IO_URING_SESSION_ENABLED, SUBSCRIBE, XPUB_NODROP};
use rzmq::uring::{UringConfig, initialize_uring_backend};
use rzmq::{Context, Msg, Socket, SocketType, ZmqError};
use tokio::time::sleep;

#[derive(Clone, Copy, PartialEq)]
pub enum Backend {
    Tokio,
    IoUring,
}

pub fn run(sides: Sides, backend: Backend) -> ! {
    let context = std::sync::OnceLock::new();
    sides.on_tokio(move |run| {
        let start = || {
            if backend == Backend::IoUring {
                initialize_uring_backend(UringConfig::default()).expect("io_uring starts");
            }
            Context::new().expect("the context is made")
        };
        let context = Context::clone(context.get_or_init(start));
        async move { work(&context, &run, backend).await.expect("messages are sent and received") }
    })
}

async fn work(context: &Context, run: &Run, backend: Backend) -> Result<(), ZmqError> {
    let socket = context.socket(match run.role {
        Role::Push => SocketType::Push,
        Role::Pull => SocketType::Pull,
        Role::Req => SocketType::Req,
        Role::Rep => SocketType::Rep,
        Role::Dealer => SocketType::Dealer,
        Role::Router => SocketType::Router,
        Role::Pub => SocketType::Pub,
        Role::Sub => SocketType::Sub,
    })?;
    socket.set_option(ADAPTIVE_THROTTLE, 0_i32).await?;
    if backend == Backend::IoUring {
        socket.set_option(IO_URING_SESSION_ENABLED, true).await?;
    }
    match run.role {
        Role::Pub => socket.set_option(XPUB_NODROP, 1_i32).await?,
        Role::Sub => socket.set_option_raw(SUBSCRIBE, b"").await?,
        _ => {}
    }
    if run.role.binds() {
        socket.bind(&run.endpoint).await?;
        run.ready();
    } else {
        socket.connect(&run.endpoint).await?;
    }
    match run.role {
        Role::Push => {
            send(run, &socket).await?;
            pending().await
        }
        Role::Pull => receive(run, &socket).await,
        Role::Req => ask(run, &socket).await,
        Role::Rep => loop {
            socket.send(socket.recv().await?).await?;
        },
        Role::Dealer => keep_asking(run, &socket).await,
        // The frame before the request says whose it is.
        Role::Router => loop {
            socket.send_multipart(socket.recv_multipart().await?).await?;
        },
        Role::Pub => publish(run, &socket).await,
        Role::Sub => {
            let mut subscription = run.subscription();
            while subscription.arrived(socket.recv().await?.data().unwrap_or_default()) {}
            pending().await
        }
    }
}

fn copy(message: &[u8]) -> Msg {
    Msg::from_bytes(Bytes::copy_from_slice(message))
}

async fn send(run: &Run, socket: &Socket) -> Result<(), ZmqError> {
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await?;
    }
    Ok(())
}

async fn receive(run: &Run, socket: &Socket) -> Result<(), ZmqError> {
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(socket.recv().await?.data().unwrap_or_default());
    }
    arrivals.report();
    Ok(())
}

async fn ask(run: &Run, socket: &Socket) -> Result<(), ZmqError> {
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await?;
        arrivals.arrived(socket.recv().await?.data().unwrap_or_default());
    }
    arrivals.report();
    Ok(())
}

async fn keep_asking(run: &Run, socket: &Socket) -> Result<(), ZmqError> {
    let (mut requests, mut replies) = (run.messages(), run.arrivals());
    for _ in 0..WINDOW {
        if let Some(request) = requests.next() {
            socket.send(copy(request)).await?;
        }
    }
    while replies.awaited() > 0 {
        replies.arrived(socket.recv().await?.data().unwrap_or_default());
        if let Some(request) = requests.next() {
            socket.send(copy(request)).await?;
        }
    }
    replies.report();
    Ok(())
}

async fn publish(run: &Run, socket: &Socket) -> Result<(), ZmqError> {
    let mut publication = run.publication();
    while !publication.may_begin() {
        socket.send(copy(publication.greeting())).await?;
        sleep(Publication::PAUSE).await;
    }
    send(run, socket).await?;
    loop {
        socket.send(copy(publication.farewell())).await?;
        sleep(Publication::PAUSE).await;
    }
}
