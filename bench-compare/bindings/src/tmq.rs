//! tmq, as its examples use it; and `tmq-buffered` with what it has for many messages: `feed` instead of `send`, and a
//! buffered receiver.

use std::future::pending;

use futures::{Sink, SinkExt, Stream, StreamExt};
use measure::{Publication, Role, Run, WINDOW};
use tmq::dealer::Dealer;
use tmq::{Context, Message, Multipart, Result, TmqError};
use tmq::{dealer, publish, pull, push, reply, request, router, subscribe};
use tokio::time::sleep;

/// How messages are sent and received where there are many.
#[derive(Clone, Copy, PartialEq)]
pub enum Style {
    OneByOne,
    Buffered,
}

/// tmq's example of it has this.
const BUFFER: usize = 1024;

pub async fn run(context: &Context, run: &Run, style: Style) -> Result<()> {
    let endpoint = &*run.endpoint;
    match run.role {
        Role::Push => {
            let mut socket = push(context).connect(endpoint)?;
            send(run, &mut socket, style).await?;
            pending().await
        }
        Role::Pull => {
            let socket = pull(context).bind(endpoint)?;
            run.ready();
            match style {
                Style::OneByOne => receive(run, socket).await,
                Style::Buffered => receive(run, socket.buffered(BUFFER)).await,
            }
        }
        Role::Req => ask(context, run).await,
        Role::Rep => answer(context, run).await,
        Role::Dealer => keep_asking(run, dealer(context).connect(endpoint)?).await,
        Role::Router => {
            let mut socket = router(context).bind(endpoint)?;
            run.ready();
            loop {
                // The frame before the request says whose it is.
                let message = next(&mut socket).await?;
                socket.send(message).await?;
            }
        }
        Role::Pub => {
            // It does not know ZMQ_XPUB_NODROP, and so that nothing is lost its queue has no end.
            let mut socket = publish(context).set_sndhwm(0).bind(endpoint)?;
            run.ready();
            let mut publication = run.publication();
            while !publication.may_begin() {
                socket.send(Message::from(publication.greeting())).await?;
                sleep(Publication::PAUSE).await;
            }
            send(run, &mut socket, style).await?;
            loop {
                socket.send(Message::from(publication.farewell())).await?;
                sleep(Publication::PAUSE).await;
            }
        }
        Role::Sub => {
            let mut socket = subscribe(context).connect(endpoint)?.subscribe(b"")?;
            let mut subscription = run.subscription();
            while subscription.arrived(&next(&mut socket).await?[0]) {}
            pending().await
        }
    }
}

async fn next(socket: &mut (impl Stream<Item = Result<Multipart>> + Unpin)) -> Result<Multipart> {
    socket.next().await.expect("it does not end")
}

async fn send<S>(run: &Run, socket: &mut S, style: Style) -> Result<()>
where
    S: Sink<Message, Error = TmqError> + Sink<Multipart, Error = TmqError> + Unpin,
{
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        let message = Message::from(message);
        match style {
            Style::OneByOne => socket.send(message).await?,
            Style::Buffered => socket.feed(message).await?,
        }
    }
    SinkExt::<Multipart>::flush(socket).await
}

async fn receive(run: &Run, mut socket: impl Stream<Item = Result<Multipart>> + Unpin) -> Result<()> {
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(&next(&mut socket).await?[0]);
    }
    arrivals.report();
    Ok(())
}

async fn ask(context: &Context, run: &Run) -> Result<()> {
    let mut sender = request(context).connect(&run.endpoint)?;
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        let receiver = sender.send(Message::from(message).into()).await?;
        let (reply, next) = receiver.recv().await?;
        arrivals.arrived(&reply[0]);
        sender = next;
    }
    arrivals.report();
    Ok(())
}

async fn answer(context: &Context, run: &Run) -> Result<()> {
    let mut receiver = reply(context).bind(&run.endpoint)?;
    run.ready();
    loop {
        let (request, sender) = receiver.recv().await?;
        receiver = sender.send(request).await?;
    }
}

async fn keep_asking(run: &Run, mut socket: Dealer) -> Result<()> {
    let (mut requests, mut replies) = (run.messages(), run.arrivals());
    for _ in 0..WINDOW {
        if let Some(request) = requests.next() {
            socket.send(Message::from(request)).await?;
        }
    }
    while replies.awaited() > 0 {
        replies.arrived(&next(&mut socket).await?[0]);
        if let Some(request) = requests.next() {
            socket.send(Message::from(request)).await?;
        }
    }
    replies.report();
    Ok(())
}
