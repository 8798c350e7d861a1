//! `ferromq`: blocking sockets; and `ferromq-batches`, with large batches.

use ferromq::{Builder, Context, Pull, Push, Rep, Req, Result};
use measure::{Role, Run};

use crate::batches;

pub fn run(run: &Run, batch: Option<u32>) -> Result<()> {
    let context = Context::new()?;
    match run.role {
        Role::Push => send(run, batches(context.socket(), batch)),
        Role::Pull => receive(run, batches(context.socket(), batch)),
        Role::Req => ask(run, &context),
        Role::Rep => answer(run, &context),
    }
}

fn send(run: &Run, push: Builder<Push>) -> Result<()> {
    let push = push.connect(&*run.endpoint)?;
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        push.send(message)?;
    }
    measure::stay()
}

fn receive(run: &Run, pull: Builder<Pull>) -> Result<()> {
    let pull = pull.bind(&*run.endpoint)?;
    run.ready();
    let mut arrivals = run.arrivals();
    while arrivals.awaited() > 0 {
        arrivals.arrived(&pull.recv()?[0]);
    }
    arrivals.report();
    Ok(())
}

fn ask(run: &Run, context: &Context) -> Result<()> {
    let mut req = context.socket::<Req>().connect(&*run.endpoint)?;
    let (mut messages, mut arrivals) = (run.messages(), run.arrivals());
    while let Some(message) = messages.next() {
        let (reply, ready) = req.send(message)?.recv()?;
        arrivals.arrived(&reply[0]);
        req = ready;
    }
    arrivals.report();
    Ok(())
}

fn answer(run: &Run, context: &Context) -> Result<()> {
    let mut rep = context.socket::<Rep>().bind(&*run.endpoint)?;
    run.ready();
    loop {
        let (request, replying) = rep.recv()?;
        rep = replying.send(request)?;
    }
}
