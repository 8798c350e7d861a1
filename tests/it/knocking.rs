//! Servers with security, and clients that knock until they are let in.

use std::time::Duration;

use ferromq::{Builder, Context, Pull, Push, Security, Socket};

use crate::patience::{A_WHILE, PATIENCE};

/// How soon a client that was turned away tries again.
pub const TICK: Duration = Duration::from_millis(20);

pub fn server(context: &Context, security: impl Into<Security>) -> Socket<Pull> {
    context.socket::<Pull>().security(security).bind("tcp://127.0.0.1:*").unwrap()
}

/// A PUSH that queues nothing before its handshake has succeeded, and tries again and again.
pub fn knocks(context: &Context, security: impl Into<Security>) -> Builder<Push> {
    context.socket::<Push>().security(security).immediate(true).reconnect_interval(TICK)
}

pub fn knocking(context: &Context, security: impl Into<Security>, server: &Socket<Pull>) -> Socket<Push> {
    knocks(context, security).connect(server.last_endpoint().unwrap()).unwrap()
}

pub fn gets_in(context: &Context, security: impl Into<Security>, server: &Socket<Pull>) {
    is_let_in(&knocking(context, security, server), server);
}

/// A client that knocks already.
pub fn is_let_in(client: &Socket<Push>, server: &Socket<Pull>) {
    client.send_timeout("let in", PATIENCE).unwrap();
    assert_eq!(server.recv_timeout(PATIENCE).unwrap(), "let in");
}

pub fn stays_outside(client: &Socket<Push>, server: &Socket<Pull>) {
    assert!(client.send_timeout("not let in", A_WHILE).unwrap_err().is_timeout());
    assert!(server.try_recv().unwrap_err().is_would_block());
}
