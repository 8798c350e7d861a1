//! omq-tokio, as its documentation uses it, with the context that goes with the runtime, as in its own benchmark; and
//! `omq-tokio-many` with what it has for many messages.

use std::collections::VecDeque;
use std::future::pending;

use measure::{Publication, Role, Run, Sides, WINDOW};
use omq_tokio::{Context, Endpoint, Message, Options, Socket, SocketType, TrySendError};
use tokio::time::sleep;

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

pub fn run(sides: Sides, style: Style) -> ! {
    let context = std::sync::OnceLock::new();
    sides.on_tokio(move |run| {
        // One thread for everything, or a thread of its own for I/O, which is its default.
        let new = || if run.on_one_thread() { Context::current() } else { Context::new() };
        let context = Context::clone(context.get_or_init(new));
        async move { work(&context, &run, style).await.expect("messages are sent and received") }
    })
}

async fn work(context: &Context, run: &Run, style: Style) -> omq_tokio::Result<()> {
    // The publisher waits for its subscribers, as in omq's own benchmark.
    let options = || Options { xpub_nodrop: true, ..Options::default() };
    let socket = match run.role {
        Role::Push => context.socket(SocketType::Push, Options::default()),
        Role::Pull => context.socket(SocketType::Pull, Options::default()),
        Role::Req => context.socket(SocketType::Req, Options::default()),
        Role::Rep => context.socket(SocketType::Rep, Options::default()),
        Role::Dealer => context.socket(SocketType::Dealer, Options::default()),
        Role::Router => context.socket(SocketType::Router, Options::default()),
        Role::Pub => context.socket(SocketType::Pub, options()),
        Role::Sub => context.socket(SocketType::Sub, Options::default()),
    };
    let endpoint: Endpoint = run.endpoint.parse()?;
    if run.role.binds() {
        socket.bind(endpoint).await?;
        run.ready();
    } else {
        if run.role == Role::Sub {
            socket.subscribe("").await?;
        }
        socket.connect(endpoint).await?;
    }
    match run.role {
        Role::Push => {
            send(run, &socket, style).await?;
            pending().await
        }
        Role::Pull => receive(run, &socket, style).await,
        Role::Req => ask(run, &socket).await,
        Role::Dealer => keep_asking(run, &socket).await,
        // The frame before the request says whose it is.
        Role::Rep | Role::Router => loop {
            socket.send(socket.recv().await?).await?;
        },
        Role::Pub => publish(run, &socket, style).await,
        Role::Sub => subscribe(run, &socket, style).await,
    }
}

fn only_frame(message: &Message) -> &[u8] {
    message.part_slice(0).expect("a message has a frame")
}

async fn send(run: &Run, socket: &Socket, style: Style) -> omq_tokio::Result<()> {
    let mut messages = run.messages();
    let Style::Many = style else {
        while let Some(message) = messages.next() {
            socket.send(Message::from_slice(message)).await?;
        }
        return Ok(());
    };
    let mut batch = VecDeque::with_capacity(MANY);
    loop {
        while batch.len() < MANY
            && let Some(message) = messages.next()
        {
            batch.push_back(Message::from_slice(message));
        }
        if batch.is_empty() {
            return Ok(());
        }
        match socket.try_send_many(&mut batch, MANY) {
            Ok(_) => {}
            Err(TrySendError::Full(message)) => socket.send(message).await?,
            Err(error) => panic!("messages are not sent: {error}"),
        }
    }
}

async fn receive(run: &Run, socket: &Socket, style: Style) -> omq_tokio::Result<()> {
    let mut arrivals = run.arrivals();
    let mut batch = Vec::with_capacity(MANY);
    while arrivals.awaited() > 0 {
        match style {
            Style::OneByOne => arrivals.arrived(only_frame(&socket.recv().await?)),
            Style::Many => {
                socket.recv_many_into(MANY, &mut batch).await?;
                batch.drain(..).for_each(|message| arrivals.arrived(only_frame(&message)));
            }
        }
    }
    arrivals.report();
    Ok(())
}

async fn ask(run: &Run, socket: &Socket) -> omq_tokio::Result<()> {
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        socket.send(Message::from_slice(message)).await?;
        arrivals.arrived(only_frame(&socket.recv().await?));
    }
    arrivals.report();
    Ok(())
}

async fn keep_asking(run: &Run, socket: &Socket) -> omq_tokio::Result<()> {
    let (mut requests, mut replies) = (run.messages(), run.arrivals());
    for _ in 0..WINDOW {
        if let Some(request) = requests.next() {
            socket.send(Message::from_slice(request)).await?;
        }
    }
    while replies.awaited() > 0 {
        replies.arrived(only_frame(&socket.recv().await?));
        if let Some(request) = requests.next() {
            socket.send(Message::from_slice(request)).await?;
        }
    }
    replies.report();
    Ok(())
}

async fn publish(run: &Run, socket: &Socket, style: Style) -> omq_tokio::Result<()> {
    let mut publication = run.publication();
    while !publication.may_begin() {
        socket.send(Message::from_slice(publication.greeting())).await?;
        sleep(Publication::PAUSE).await;
    }
    send(run, socket, style).await?;
    loop {
        socket.send(Message::from_slice(publication.farewell())).await?;
        sleep(Publication::PAUSE).await;
    }
}

async fn subscribe(run: &Run, socket: &Socket, style: Style) -> omq_tokio::Result<()> {
    let mut subscription = run.subscription();
    let mut batch = Vec::with_capacity(MANY);
    loop {
        let more = match style {
            Style::OneByOne => subscription.arrived(only_frame(&socket.recv().await?)),
            Style::Many => {
                socket.recv_many_into(MANY, &mut batch).await?;
                batch.drain(..).all(|message| subscription.arrived(only_frame(&message)))
            }
        };
        if !more {
            pending::<()>().await;
        }
    }
}
