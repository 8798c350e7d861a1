//! zeromq, as its examples use it; it has no calls for many messages, no inproc, and no way for a PUB to wait for its
//! subscribers.

use std::future::pending;

use bytes::Bytes;
use measure::{Publication, Role, Run, WINDOW};
use tokio::time::sleep;
use zeromq::{
    DealerSocket, PubSocket, PullSocket, PushSocket, RepSocket, ReqSocket, RouterSocket, SubSocket,
};
use zeromq::{Socket, SocketRecv, SocketSend, ZmqMessage, ZmqResult};

pub async fn run(run: &Run) -> ZmqResult<()> {
    match run.role {
        Role::Push => send(run, connected(run).await?).await,
        Role::Pull => receive(run, bound(run).await?).await,
        Role::Req => ask(run, connected(run).await?).await,
        Role::Rep => answer(bound::<RepSocket>(run).await?).await,
        Role::Dealer => keep_asking(run, connected(run).await?).await,
        // The frame before the request says whose it is.
        Role::Router => answer(bound::<RouterSocket>(run).await?).await,
        Role::Pub => publish(run, bound(run).await?).await,
        Role::Sub => subscribe(run, connected(run).await?).await,
    }
}

async fn bound<S: Socket>(run: &Run) -> ZmqResult<S> {
    let mut socket = S::new();
    socket.bind(&run.endpoint).await?;
    run.ready();
    Ok(socket)
}

async fn connected<S: Socket>(run: &Run) -> ZmqResult<S> {
    let mut socket = S::new();
    socket.connect(&run.endpoint).await?;
    Ok(socket)
}

fn copy(message: &[u8]) -> ZmqMessage {
    Bytes::copy_from_slice(message).into()
}

fn only_frame(message: &ZmqMessage) -> &[u8] {
    message.get(0).expect("a message has a frame")
}

async fn send(run: &Run, mut socket: PushSocket) -> ZmqResult<()> {
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await?;
    }
    pending().await
}

async fn receive(run: &Run, mut socket: PullSocket) -> ZmqResult<()> {
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(only_frame(&socket.recv().await?));
    }
    arrivals.report();
    Ok(())
}

async fn ask(run: &Run, mut socket: ReqSocket) -> ZmqResult<()> {
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await?;
        arrivals.arrived(only_frame(&socket.recv().await?));
    }
    arrivals.report();
    Ok(())
}

async fn answer(mut socket: impl SocketSend + SocketRecv) -> ZmqResult<()> {
    loop {
        let request = socket.recv().await?;
        socket.send(request).await?;
    }
}

async fn keep_asking(run: &Run, mut socket: DealerSocket) -> ZmqResult<()> {
    let (mut requests, mut replies) = (run.messages(), run.arrivals());
    for _ in 0..WINDOW {
        if let Some(request) = requests.next() {
            socket.send(copy(request)).await?;
        }
    }
    while replies.awaited() > 0 {
        replies.arrived(only_frame(&socket.recv().await?));
        if let Some(request) = requests.next() {
            socket.send(copy(request)).await?;
        }
    }
    replies.report();
    Ok(())
}

async fn publish(run: &Run, mut socket: PubSocket) -> ZmqResult<()> {
    let mut publication = run.publication();
    while !publication.may_begin() {
        socket.send(copy(publication.greeting())).await?;
        sleep(Publication::PAUSE).await;
    }
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await?;
    }
    loop {
        socket.send(copy(publication.farewell())).await?;
        sleep(Publication::PAUSE).await;
    }
}

async fn subscribe(run: &Run, mut socket: SubSocket) -> ZmqResult<()> {
    socket.subscribe("").await?;
    let mut subscription = run.subscription();
    while subscription.arrived(only_frame(&socket.recv().await?)) {}
    pending().await
}
