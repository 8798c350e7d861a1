//! `ferromq`: blocking sockets; `ferromq-many` with what they have for many messages; and `ferromq-spin`, which looks for
//! requests and replies before it waits.

use std::collections::VecDeque;
use std::thread::sleep;
use std::time::Duration;

use ferromq::{Context, Dealer, Message, Pub, Pull, Push, Rep, Req, Result, Router, Sub};
use measure::{Publication, Role, Run, WINDOW};

use crate::{MANY, socket};

/// How messages are sent and received.
#[derive(Clone, Copy, PartialEq)]
pub enum Style {
    /// `send` and `recv`.
    OneByOne,
    /// `send_all` and `recv_many`.
    Many,
    /// `send` and `recv`, with `spin`.
    Spinning,
}

impl Style {
    fn spin(self) -> Duration {
        Duration::from_micros(if self == Style::Spinning { 50 } else { 0 })
    }
}

pub fn run(context: &Context, run: &Run, style: Style) -> Result<()> {
    match run.role {
        Role::Push if style == Style::Many => send_many(context, run),
        Role::Pull if style == Style::Many => receive_many(context, run),
        Role::Push => send(context, run),
        Role::Pull => receive(context, run),
        Role::Req => ask(context, run, style.spin()),
        Role::Rep => answer(context, run, style.spin()),
        Role::Dealer => keep_asking(context, run),
        Role::Router => keep_answering(context, run),
        Role::Pub => publish(context, run),
        Role::Sub => subscribe(context, run),
    }
}

fn send(context: &Context, run: &Run) -> Result<()> {
    let push = socket::<Push>(context, run)?.connect(&*run.endpoint)?;
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        push.send(message)?;
    }
    measure::stay()
}

fn receive(context: &Context, run: &Run) -> Result<()> {
    let pull = socket::<Pull>(context, run)?.bind(&*run.endpoint)?;
    run.ready();
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(&pull.recv()?[0]);
    }
    arrivals.report();
    Ok(())
}

fn send_many(context: &Context, run: &Run) -> Result<()> {
    let push = socket::<Push>(context, run)?.connect(&*run.endpoint)?;
    let mut messages = run.messages();
    let mut batch = VecDeque::with_capacity(MANY);
    loop {
        while batch.len() < MANY
            && let Some(message) = messages.next()
        {
            batch.push_back(Message::from(message));
        }
        if batch.is_empty() {
            measure::stay();
        }
        push.send_all(&mut batch)?;
    }
}

fn receive_many(context: &Context, run: &Run) -> Result<()> {
    let pull = socket::<Pull>(context, run)?.bind(&*run.endpoint)?;
    run.ready();
    let mut arrivals = run.arrivals();
    let mut batch = Vec::with_capacity(MANY);
    while arrivals.awaited() > 0 {
        pull.recv_many(&mut batch, MANY)?;
        for message in batch.drain(..) {
            arrivals.arrived(&message[0]);
        }
    }
    arrivals.report();
    Ok(())
}

fn ask(context: &Context, run: &Run, spin: Duration) -> Result<()> {
    let mut req = socket::<Req>(context, run)?.spin(spin).connect(&*run.endpoint)?;
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        let (reply, ready) = req.send(message)?.recv()?;
        arrivals.arrived(&reply[0]);
        req = ready;
    }
    arrivals.report();
    Ok(())
}

fn answer(context: &Context, run: &Run, spin: Duration) -> Result<()> {
    let mut rep = socket::<Rep>(context, run)?.spin(spin).bind(&*run.endpoint)?;
    run.ready();
    loop {
        let (request, replying) = rep.recv()?;
        rep = replying.send(request)?;
    }
}

fn keep_asking(context: &Context, run: &Run) -> Result<()> {
    let dealer = socket::<Dealer>(context, run)?.connect(&*run.endpoint)?;
    let (mut requests, mut replies) = (run.messages(), run.arrivals());
    for _ in 0..WINDOW {
        if let Some(request) = requests.next() {
            dealer.send(request)?;
        }
    }
    while replies.awaited() > 0 {
        replies.arrived(&dealer.recv()?[0]);
        if let Some(request) = requests.next() {
            dealer.send(request)?;
        }
    }
    replies.report();
    Ok(())
}

fn keep_answering(context: &Context, run: &Run) -> Result<()> {
    let router = socket::<Router>(context, run)?.bind(&*run.endpoint)?;
    run.ready();
    loop {
        let (peer, request) = router.recv_from()?;
        router.send_to(&peer, request)?;
    }
}

fn publish(context: &Context, run: &Run) -> Result<()> {
    let publisher = socket::<Pub>(context, run)?.no_drop(true).bind(&*run.endpoint)?;
    run.ready();
    let mut publication = run.publication();
    while !publication.may_begin() {
        publisher.send(publication.greeting())?;
        sleep(Publication::PAUSE);
    }
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        publisher.send(message)?;
    }
    loop {
        publisher.send(publication.farewell())?;
        sleep(Publication::PAUSE);
    }
}

fn subscribe(context: &Context, run: &Run) -> Result<()> {
    let sub = socket::<Sub>(context, run)?.subscribe("").connect(&*run.endpoint)?;
    let mut subscription = run.subscription();
    while subscription.arrived(&sub.recv()?[0]) {}
    measure::stay()
}
