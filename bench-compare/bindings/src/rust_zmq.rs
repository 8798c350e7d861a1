//! rust-zmq, with the calls that copy nothing more than they must: messages of its own, and one buffer for what arrives.
//! It has no calls for many messages.

use std::thread::sleep;

use measure::{Publication, Role, Run, WINDOW};
use zmq::{Context, Message, Result, Socket, SocketType};

pub fn run(context: &Context, run: &Run) -> Result<()> {
    let socket = context.socket(match run.role {
        Role::Push => SocketType::PUSH,
        Role::Pull => SocketType::PULL,
        Role::Req => SocketType::REQ,
        Role::Rep => SocketType::REP,
        Role::Dealer => SocketType::DEALER,
        Role::Router => SocketType::ROUTER,
        Role::Pub => SocketType::PUB,
        Role::Sub => SocketType::SUB,
    })?;
    match run.role {
        // It does not know ZMQ_XPUB_NODROP, and so that nothing is lost its queue has no end.
        Role::Pub => socket.set_sndhwm(0)?,
        Role::Sub => socket.set_subscribe(b"")?,
        _ => {}
    }
    if run.role.binds() {
        socket.bind(&run.endpoint)?;
        run.ready();
    } else {
        socket.connect(&run.endpoint)?;
    }
    match run.role {
        Role::Push => send(run, &socket),
        Role::Pull => receive(run, &socket),
        Role::Req => ask(run, &socket),
        Role::Rep => answer(&socket),
        Role::Dealer => keep_asking(run, &socket),
        Role::Router => keep_answering(&socket),
        Role::Pub => publish(run, &socket),
        Role::Sub => subscribe(run, &socket),
    }
}

fn send(run: &Run, socket: &Socket) -> Result<()> {
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(message, 0)?;
    }
    measure::stay()
}

fn receive(run: &Run, socket: &Socket) -> Result<()> {
    let (mut arrivals, mut message) = (run.arrivals(), Message::new());
    while arrivals.awaited() > 0 {
        socket.recv(&mut message, 0)?;
        arrivals.arrived(&message);
    }
    arrivals.report();
    Ok(())
}

fn ask(run: &Run, socket: &Socket) -> Result<()> {
    let (mut messages, mut arrivals, mut reply) = (run.messages(), run.arrivals(), Message::new());
    while let Some(message) = messages.next() {
        socket.send(message, 0)?;
        socket.recv(&mut reply, 0)?;
        arrivals.arrived(&reply);
    }
    arrivals.report();
    Ok(())
}

fn answer(socket: &Socket) -> Result<()> {
    loop {
        let request = socket.recv_msg(0)?;
        socket.send(request, 0)?;
    }
}

fn keep_asking(run: &Run, socket: &Socket) -> Result<()> {
    let (mut requests, mut replies, mut reply) = (run.messages(), run.arrivals(), Message::new());
    for _ in 0..WINDOW {
        if let Some(request) = requests.next() {
            socket.send(request, 0)?;
        }
    }
    while replies.awaited() > 0 {
        socket.recv(&mut reply, 0)?;
        replies.arrived(&reply);
        if let Some(request) = requests.next() {
            socket.send(request, 0)?;
        }
    }
    replies.report();
    Ok(())
}

fn keep_answering(socket: &Socket) -> Result<()> {
    loop {
        let (peer, request) = (socket.recv_msg(0)?, socket.recv_msg(0)?);
        socket.send(peer, zmq::SNDMORE)?;
        socket.send(request, 0)?;
    }
}

fn publish(run: &Run, socket: &Socket) -> Result<()> {
    let mut publication = run.publication();
    while !publication.may_begin() {
        socket.send(publication.greeting(), 0)?;
        sleep(Publication::PAUSE);
    }
    let mut messages = run.messages();
    while let Some(message) = messages.next() {
        socket.send(message, 0)?;
    }
    loop {
        socket.send(publication.farewell(), 0)?;
        sleep(Publication::PAUSE);
    }
}

fn subscribe(run: &Run, socket: &Socket) -> Result<()> {
    let (mut subscription, mut message) = (run.subscription(), Message::new());
    loop {
        socket.recv(&mut message, 0)?;
        if !subscription.arrived(&message) {
            measure::stay();
        }
    }
}
