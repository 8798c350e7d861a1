//! rzmq, set up as its own benchmark does it: without the throttle that shares a connection between its directions, and on
//! io_uring with the default settings, too. It has no calls for many messages.

use bytes::Bytes;
use measure::{Role, Run};
use rzmq::socket::{ADAPTIVE_THROTTLE, IO_URING_SESSION_ENABLED};
use rzmq::uring::{UringConfig, initialize_uring_backend};
use rzmq::{Context, Msg, Socket, SocketType};

#[derive(Clone, Copy, PartialEq)]
pub enum Backend {
    Tokio,
    IoUring,
}

pub async fn run(run: &Run, backend: Backend) {
    if backend == Backend::IoUring {
        initialize_uring_backend(UringConfig::default()).expect("io_uring starts");
    }
    let context = Context::new().expect("the context is made");
    match run.role {
        Role::Push => send(run, socket(&context, SocketType::Push, backend).await).await,
        Role::Pull => receive(run, socket(&context, SocketType::Pull, backend).await).await,
        Role::Req => ask(run, socket(&context, SocketType::Req, backend).await).await,
        Role::Rep => answer(run, socket(&context, SocketType::Rep, backend).await).await,
    }
}

async fn socket(context: &Context, kind: SocketType, backend: Backend) -> Socket {
    let socket = context.socket(kind).expect("the socket is made");
    socket.set_option(ADAPTIVE_THROTTLE, 0_i32).await.expect("the throttle is off");
    if backend == Backend::IoUring {
        socket.set_option(IO_URING_SESSION_ENABLED, true).await.expect("io_uring is on");
    }
    socket
}

fn copy(message: &[u8]) -> Msg {
    Msg::from_bytes(Bytes::copy_from_slice(message))
}

async fn send(run: &Run, socket: Socket) {
    socket.connect(&run.endpoint).await.expect("PUSH connects");
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await.expect("a message is sent");
    }
    std::future::pending().await
}

async fn receive(run: &Run, socket: Socket) {
    socket.bind(&run.endpoint).await.expect("PULL binds");
    run.ready();
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        let message = socket.recv().await.expect("a message comes");
        arrivals.arrived(message.data().unwrap_or_default());
    }
    arrivals.report();
}

async fn ask(run: &Run, socket: Socket) {
    socket.connect(&run.endpoint).await.expect("REQ connects");
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        socket.send(copy(message)).await.expect("the request is sent");
        let reply = socket.recv().await.expect("the reply comes");
        arrivals.arrived(reply.data().unwrap_or_default());
    }
    arrivals.report();
}

async fn answer(run: &Run, socket: Socket) {
    socket.bind(&run.endpoint).await.expect("REP binds");
    run.ready();
    loop {
        let request = socket.recv().await.expect("a request comes");
        socket.send(request).await.expect("the reply is sent");
    }
}
