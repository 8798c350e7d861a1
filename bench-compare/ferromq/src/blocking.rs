//! `ferromq`: blocking sockets, each on a thread.

use ferromq::{Context, Pull, Push, Rep, Req, Result};
use measure::{Role, Run};

pub fn run(run: &Run) -> Result<()> {
    let context = Context::new()?;
    match run.role {
        Role::Push => send(run, &context),
        Role::Pull => receive(run, &context),
        Role::Req => ask(run, &context),
        Role::Rep => answer(run, &context),
    }
}

fn send(run: &Run, context: &Context) -> Result<()> {
    let push = context.socket::<Push>().connect(&*run.endpoint)?;
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        push.send(message)?;
    }
    measure::stay()
}

fn receive(run: &Run, context: &Context) -> Result<()> {
    let pull = context.socket::<Pull>().bind(&*run.endpoint)?;
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
