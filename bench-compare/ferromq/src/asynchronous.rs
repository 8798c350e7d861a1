//! `ferromq-tokio`: async sockets; `ferromq-tokio-many` with what they have for many messages; and each of the two with
//! large batches.

use std::collections::VecDeque;

use ferromq::aio::tokio::Socket;
use ferromq::{Context, Message, Pull, Push, Rep, Req, Result};
use measure::{Role, Run};

use crate::batches;

/// How messages are sent and received where there are many.
#[derive(Clone, Copy)]
pub enum Style {
    /// `send` and `recv`.
    OneByOne,
    /// `send_all` and `recv_many`.
    Many,
}

/// As many as omq-tokio has.
const MANY: usize = 128;

pub async fn run(run: &Run, style: Style, batch: Option<u32>) -> Result<()> {
    let context = Context::new()?;
    let endpoint = &*run.endpoint;
    match run.role {
        Role::Push => {
            let push = batches(context.socket::<Push>(), batch).connect(endpoint)?.into_tokio()?;
            match style {
                Style::OneByOne => send(run, &push).await?,
                Style::Many => send_many(run, &push).await?,
            }
            std::future::pending().await
        }
        Role::Pull => {
            let pull = batches(context.socket::<Pull>(), batch).bind(endpoint)?.into_tokio()?;
            run.ready();
            match style {
                Style::OneByOne => receive(run, &pull).await,
                Style::Many => receive_many(run, &pull).await,
            }
        }
        Role::Req => ask(run, context.socket::<Req>().connect(endpoint)?.into_tokio()?).await,
        Role::Rep => {
            let rep = context.socket::<Rep>().bind(endpoint)?.into_tokio()?;
            run.ready();
            answer(rep).await
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
