//! zeromq, as its examples use it; it has no calls for many messages.

use bytes::Bytes;
use measure::{Role, Run};
use zeromq::{PullSocket, PushSocket, RepSocket, ReqSocket, Socket, SocketRecv, SocketSend, ZmqMessage};

pub async fn run(run: &Run) {
    match run.role {
        Role::Push => send(run).await,
        Role::Pull => receive(run).await,
        Role::Req => ask(run).await,
        Role::Rep => answer(run).await,
    }
}

fn copy(message: &[u8]) -> ZmqMessage {
    Bytes::copy_from_slice(message).into()
}

fn only_frame(message: &ZmqMessage) -> &[u8] {
    message.get(0).expect("a message has a frame")
}

async fn send(run: &Run) {
    let mut socket = PushSocket::new();
    socket.connect(&run.endpoint).await.expect("PUSH connects");
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await.expect("a message is sent");
    }
    std::future::pending().await
}

async fn receive(run: &Run) {
    let mut socket = PullSocket::new();
    socket.bind(&run.endpoint).await.expect("PULL binds");
    run.ready();
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(only_frame(&socket.recv().await.expect("a message comes")));
    }
    arrivals.report();
}

async fn ask(run: &Run) {
    let mut socket = ReqSocket::new();
    socket.connect(&run.endpoint).await.expect("REQ connects");
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await.expect("the request is sent");
        arrivals.arrived(only_frame(&socket.recv().await.expect("the reply comes")));
    }
    arrivals.report();
}

async fn answer(run: &Run) {
    let mut socket = RepSocket::new();
    socket.bind(&run.endpoint).await.expect("REP binds");
    run.ready();
    loop {
        let request = socket.recv().await.expect("a request comes");
        socket.send(request).await.expect("the reply is sent");
    }
}
