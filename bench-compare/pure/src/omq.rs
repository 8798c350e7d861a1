//! omq-tokio, as its documentation uses it, with the context that goes with the runtime, as in its own benchmark; and
//! `omq-tokio-many` with what it has for many messages.

use std::collections::VecDeque;

use measure::{Role, Run};
use omq_tokio::{Context, Endpoint, Message, Options, Socket, SocketType, TrySendError};

/// How messages are sent and received where there are many.
#[derive(Clone, Copy)]
pub enum Style {
    /// `send` and `recv`.
    OneByOne,
    /// `try_send_many` and `recv_many_into`.
    Many,
}

/// As many as omq-tokio takes and gives at once, at most.
const MANY: usize = 128;

pub async fn run(run: &Run, style: Style) {
    // One thread for everything, or a thread of its own for I/O, which is its default.
    let context = if run.on_one_thread() { Context::current() } else { Context::new() };
    let socket = |kind| context.socket(kind, Options::default());
    match (run.role, style) {
        (Role::Push, Style::OneByOne) => send(run, socket(SocketType::Push)).await,
        (Role::Push, Style::Many) => send_many(run, socket(SocketType::Push)).await,
        (Role::Pull, Style::OneByOne) => receive(run, socket(SocketType::Pull)).await,
        (Role::Pull, Style::Many) => receive_many(run, socket(SocketType::Pull)).await,
        (Role::Req, _) => ask(run, socket(SocketType::Req)).await,
        (Role::Rep, _) => answer(run, socket(SocketType::Rep)).await,
    }
}

fn endpoint(run: &Run) -> Endpoint {
    run.endpoint.parse().expect("it is an endpoint")
}

fn only_frame(message: &Message) -> &[u8] {
    message.part_slice(0).expect("a message has a frame")
}

async fn send(run: &Run, socket: Socket) {
    socket.connect(endpoint(run)).await.expect("PUSH connects");
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(Message::from_slice(message)).await.expect("a message is sent");
    }
    std::future::pending().await
}

async fn send_many(run: &Run, socket: Socket) {
    socket.connect(endpoint(run)).await.expect("PUSH connects");
    let mut messages = run.messages();
    let mut batch = VecDeque::with_capacity(MANY);
    loop {
        while batch.len() < MANY
            && let Some(message) = messages.next()
        {
            batch.push_back(Message::from_slice(message));
        }
        if batch.is_empty() {
            break;
        }
        match socket.try_send_many(&mut batch, MANY) {
            Ok(_) => {}
            Err(TrySendError::Full(message)) => socket.send(message).await.expect("a message is sent"),
            Err(error) => panic!("messages are not sent: {error}"),
        }
    }
    std::future::pending().await
}

async fn receive(run: &Run, socket: Socket) {
    socket.bind(endpoint(run)).await.expect("PULL binds");
    run.ready();
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(only_frame(&socket.recv().await.expect("a message comes")));
    }
    arrivals.report();
}

async fn receive_many(run: &Run, socket: Socket) {
    socket.bind(endpoint(run)).await.expect("PULL binds");
    run.ready();
    let mut arrivals = run.arrivals();
    let mut batch = Vec::with_capacity(MANY);
    while arrivals.awaited() > 0 {
        socket.recv_many_into(MANY, &mut batch).await.expect("messages come");
        for message in batch.drain(..) {
            arrivals.arrived(only_frame(&message));
        }
    }
    arrivals.report();
}

async fn ask(run: &Run, socket: Socket) {
    socket.connect(endpoint(run)).await.expect("REQ connects");
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        socket.send(Message::from_slice(message)).await.expect("the request is sent");
        arrivals.arrived(only_frame(&socket.recv().await.expect("the reply comes")));
    }
    arrivals.report();
}

async fn answer(run: &Run, socket: Socket) {
    socket.bind(endpoint(run)).await.expect("REP binds");
    run.ready();
    loop {
        let request = socket.recv().await.expect("a request comes");
        socket.send(request).await.expect("the reply is sent");
    }
}
