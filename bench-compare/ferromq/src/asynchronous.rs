//! `ferromq-tokio`: async sockets; and `ferromq-tokio-many` with what they have for many messages.

use std::collections::VecDeque;
use std::future::pending;

use ferromq::aio::tokio::Socket;
use ferromq::{Context, Dealer, Message, Pub, Pull, Push, Rep, Req, Result, Router, Sub};
use measure::{Publication, Role, Run, WINDOW};
use tokio::time::sleep;

use crate::{MANY, socket};

/// How messages are sent and received where there are many.
#[derive(Clone, Copy)]
pub enum Style {
    /// `send` and `recv`.
    OneByOne,
    /// `send_all` and `recv_many`.
    Many,
}

pub async fn run(context: &Context, run: &Run, style: Style) -> Result<()> {
    let endpoint = &*run.endpoint;
    match run.role {
        Role::Push => {
            let push = socket::<Push>(context, run)?.connect(endpoint)?.into_tokio()?;
            match style {
                Style::OneByOne => send(run, &push).await?,
                Style::Many => send_many(run, &push).await?,
            }
            pending().await
        }
        Role::Pull => {
            let pull = socket::<Pull>(context, run)?.bind(endpoint)?.into_tokio()?;
            run.ready();
            match style {
                Style::OneByOne => receive(run, &pull).await,
                Style::Many => receive_many(run, &pull).await,
            }
        }
        Role::Req => ask(run, socket::<Req>(context, run)?.connect(endpoint)?.into_tokio()?).await,
        Role::Rep => {
            let rep = socket::<Rep>(context, run)?.bind(endpoint)?.into_tokio()?;
            run.ready();
            answer(rep).await
        }
        Role::Dealer => {
            let dealer = socket::<Dealer>(context, run)?.connect(endpoint)?.into_tokio()?;
            keep_asking(run, &dealer).await
        }
        Role::Router => {
            let router = socket::<Router>(context, run)?.bind(endpoint)?.into_tokio()?;
            run.ready();
            keep_answering(&router).await
        }
        Role::Pub => {
            let publisher = socket::<Pub>(context, run)?.no_drop(true).bind(endpoint)?.into_tokio()?;
            run.ready();
            publish(run, &publisher, style).await
        }
        Role::Sub => {
            let sub = socket::<Sub>(context, run)?.subscribe("").connect(endpoint)?.into_tokio()?;
            subscribe(run, &sub, style).await
        }
    }
}

async fn send(run: &Run, push: &Socket<Push>) -> Result<()> {
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        push.send(message).await?;
    }
    Ok(())
}

async fn send_many(run: &Run, push: &Socket<Push>) -> Result<()> {
    let mut messages = run.messages();
    let mut batch = VecDeque::with_capacity(MANY);
    loop {
        while batch.len() < MANY
            && let Some(message) = messages.next()
        {
            batch.push_back(Message::from(message));
        }
        if batch.is_empty() {
            return Ok(());
        }
        push.send_all(&mut batch).await?;
    }
}

async fn receive(run: &Run, pull: &Socket<Pull>) -> Result<()> {
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(&pull.recv().await?[0]);
    }
    arrivals.report();
    Ok(())
}

async fn receive_many(run: &Run, pull: &Socket<Pull>) -> Result<()> {
    let mut arrivals = run.arrivals();
    let mut batch = Vec::with_capacity(MANY);
    while arrivals.awaited() > 0 {
        pull.recv_many(&mut batch, MANY).await?;
        for message in batch.drain(..) {
            arrivals.arrived(&message[0]);
        }
    }
    arrivals.report();
    Ok(())
}

async fn ask(run: &Run, mut req: Socket<Req>) -> Result<()> {
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        arrivals.arrived(&req.request(message).await?[0]);
    }
    arrivals.report();
    Ok(())
}

async fn answer(mut rep: Socket<Rep>) -> Result<()> {
    loop {
        let (request, replying) = rep.recv().await?;
        replying.send(request).await?;
    }
}

async fn keep_asking(run: &Run, dealer: &Socket<Dealer>) -> Result<()> {
    let (mut requests, mut replies) = (run.messages(), run.arrivals());
    for _ in 0..WINDOW {
        if let Some(request) = requests.next() {
            dealer.send(request).await?;
        }
    }
    while replies.awaited() > 0 {
        replies.arrived(&dealer.recv().await?[0]);
        if let Some(request) = requests.next() {
            dealer.send(request).await?;
        }
    }
    replies.report();
    Ok(())
}

async fn keep_answering(router: &Socket<Router>) -> Result<()> {
    loop {
        let (peer, request) = router.recv_from().await?;
        router.send_to(&peer, request).await?;
    }
}

async fn publish(run: &Run, publisher: &Socket<Pub>, style: Style) -> Result<()> {
    let mut publication = run.publication();
    while !publication.may_begin() {
        publisher.send(publication.greeting()).await?;
        sleep(Publication::PAUSE).await;
    }
    let mut messages = run.messages();
    match style {
        Style::OneByOne => {
            while let Some(message) = messages.next() {
                publisher.send(message).await?;
            }
        }
        Style::Many => {
            let mut batch = VecDeque::with_capacity(MANY);
            while let Some(message) = messages.next() {
                batch.push_back(Message::from(message));
                if batch.len() == MANY {
                    publisher.send_all(&mut batch).await?;
                }
            }
            publisher.send_all(&mut batch).await?;
        }
    }
    loop {
        publisher.send(publication.farewell()).await?;
        sleep(Publication::PAUSE).await;
    }
}

async fn subscribe(run: &Run, sub: &Socket<Sub>, style: Style) -> Result<()> {
    let mut subscription = run.subscription();
    match style {
        Style::OneByOne => while subscription.arrived(&sub.recv().await?[0]) {},
        Style::Many => {
            let mut batch = Vec::with_capacity(MANY);
            loop {
                sub.recv_many(&mut batch, MANY).await?;
                if !batch.drain(..).all(|message| subscription.arrived(&message[0])) {
                    break;
                }
            }
        }
    }
    pending().await
}
