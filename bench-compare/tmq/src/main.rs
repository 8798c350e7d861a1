//! tmq, as its examples use it; and `tmq-buffered` with what it has for many messages: `feed` instead of `send`, and a
//! buffered receiver.

use futures::{SinkExt, Stream, StreamExt};
use measure::{Role, Run};
use tmq::{Context, Message, Multipart, pull, push, reply, request};

/// tmq's example of it has this.
const BUFFER: usize = 1024;

fn main() {
    let run = Run::from_command_line();
    let buffered = match run.library.as_str() {
        "tmq" => false,
        "tmq-buffered" => true,
        other => panic!("this is not {other}"),
    };
    run.clone().on_tokio(async move {
        match run.role {
            Role::Push => send(&run, buffered).await,
            Role::Pull if buffered => {
                let socket = pull(&Context::new()).bind(&run.endpoint).expect("PULL binds");
                receive(&run, socket.buffered(BUFFER)).await;
            }
            Role::Pull => receive(&run, pull(&Context::new()).bind(&run.endpoint).expect("PULL binds")).await,
            Role::Req => ask(&run).await,
            Role::Rep => answer(&run).await,
        }
    });
}

async fn send(run: &Run, buffered: bool) {
    let mut socket = push(&Context::new()).connect(&run.endpoint).expect("PUSH connects");
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        let message = Message::from(message);
        let sent = if buffered { socket.feed(message).await } else { socket.send(message).await };
        sent.expect("a message is sent");
    }
    SinkExt::<Multipart>::flush(&mut socket).await.expect("the messages are sent");
    std::future::pending().await
}

async fn receive(run: &Run, mut socket: impl Stream<Item = tmq::Result<Multipart>> + Unpin) {
    run.ready();
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        let message = socket.next().await.expect("it does not end").expect("a message comes");
        arrivals.arrived(&message[0]);
    }
    arrivals.report();
}

async fn ask(run: &Run) {
    let mut sender = request(&Context::new()).connect(&run.endpoint).expect("REQ connects");
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        let receiver = sender.send(Message::from(message).into()).await.expect("the request is sent");
        let (reply, next) = receiver.recv().await.expect("the reply comes");
        arrivals.arrived(&reply[0]);
        sender = next;
    }
    arrivals.report();
}

async fn answer(run: &Run) {
    let mut receiver = reply(&Context::new()).bind(&run.endpoint).expect("REP binds");
    run.ready();
    loop {
        let (request, sender) = receiver.recv().await.expect("a request comes");
        receiver = sender.send(request).await.expect("the reply is sent");
    }
}
