//! The measuring end's sockets, which connect to those of the other end.

use std::time::Duration;

use ferromq::pattern::{HasOption, Sends};
use ferromq::state::Open;
use ferromq::{Builder, Context, Dealer, Frame, Pair, Pub, Pull, Push, Req, Socket, Sub, option};

use super::Protection;
use super::request::{Asker, Requester};
use crate::clock::{self, Nanoseconds};
use crate::content;
use crate::failure::{Failure, Result};
use crate::kind::Pattern;
use crate::progress::Progress;

/// The socket that sends a flow.
pub enum Sender {
    Push(Socket<Push>),
    Pub(Socket<Pub>),
    Pair(Socket<Pair>),
    Dealer(Socket<Dealer>),
}

macro_rules! on_socket {
    ($sender:expr, $socket:ident => $do:expr) => {
        match $sender {
            Sender::Push($socket) => $do,
            Sender::Pub($socket) => $do,
            Sender::Pair($socket) => $do,
            Sender::Dealer($socket) => $do,
        }
    };
}

/// What a sender sends.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// The length of each message.
    pub size: usize,
    /// How many there are.
    pub messages: u64,
    /// How many are to be sent in a second; none: as fast as they are taken.
    pub rate: Option<f64>,
    /// Whether they have the time at which they were to be sent.
    pub timed: bool,
    /// After so long no more are sent; none: all are.
    pub lasting: Option<Duration>,
}

/// What a sender did.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub messages: u64,
    /// When the first was to be sent.
    pub first: Nanoseconds,
    /// When the last was given to libzmq.
    pub last: Nanoseconds,
}

impl Sender {
    /// Connects a sender to all the endpoints.
    pub fn connect(
        context: &Context,
        pattern: Pattern,
        protection: &Protection,
        endpoints: &[String],
        hwm: Option<u32>,
        no_drop: bool,
    ) -> Result<Sender> {
        let sender = match pattern {
            Pattern::PushPull => Sender::Push(sending(context.socket(), protection, hwm)?.open()?),
            Pattern::PubSub => {
                Sender::Pub(sending(context.socket::<Pub>(), protection, hwm)?.no_drop(no_drop).open()?)
            }
            Pattern::Pair => Sender::Pair(sending(context.socket(), protection, hwm)?.open()?),
            Pattern::DealerRouter => Sender::Dealer(sending(context.socket(), protection, hwm)?.open()?),
            Pattern::ReqRep => {
                return Err(Failure::new("REQ and REP take turns: there is no flow of messages"));
            }
        };
        for endpoint in endpoints {
            on_socket!(&sender, socket => socket.connect(endpoint.as_str()))?;
        }
        Ok(sender)
    }

    /// Sends a probe; whether there was room for it in that time.
    pub fn probe(&self, probe: Frame, within: Duration) -> Result<bool> {
        match on_socket!(self, socket => socket.send_timeout(probe, within)) {
            Ok(()) => Ok(true),
            Err(failed) if failed.is_timeout() => Ok(false),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Sends all messages.
    pub fn send(&mut self, schedule: &Schedule, progress: &Progress) -> Result<Sent> {
        on_socket!(self, socket => send(socket, schedule, progress))
    }
}

fn sending<P>(builder: Builder<P>, protection: &Protection, hwm: Option<u32>) -> Result<Builder<P>>
where
    P: Sends + HasOption<option::SendHwm> + HasOption<option::Security> + HasOption<option::LingerFor>,
{
    let builder = protection.applied(builder)?;
    Ok(match hwm {
        Some(hwm) => builder.send_hwm(hwm),
        None => builder,
    })
}

fn send<P: Sends>(socket: &Socket<P, Open>, schedule: &Schedule, progress: &Progress) -> Result<Sent> {
    let first = clock::now();
    let end = schedule.lasting.map(|lasting| first + clock::nanoseconds(lasting));
    let mut sent = Sent { messages: 0, first, last: first };
    for number in 0..schedule.messages {
        let at = match schedule.rate {
            Some(rate) => {
                let due = first + due(number, rate);
                if !clock::wait_until(due, || progress.is_stopped()) {
                    return Err(Failure::new("stopped"));
                }
                due
            }
            None if schedule.timed => clock::now(),
            None => 0,
        };
        let message = content::message(schedule.size, number, at)?;
        match end.map(|end| end.saturating_sub(clock::now())) {
            None => socket.send(message)?,
            Some(0) => break,
            // A receiver that falls behind makes room for many messages at once, and that may take longer than is left.
            Some(left) => match socket.send_timeout(message, Duration::from_nanos(left)) {
                Ok(()) => {}
                Err(failed) if failed.is_timeout() => break,
                Err(failed) => return Err(failed.into()),
            },
        }
        sent.messages = number + 1;
        progress.set(sent.messages);
    }
    sent.last = clock::now();
    Ok(sent)
}

/// How long after the first message the one with this number is to be sent.
pub fn due(number: u64, rate: f64) -> Nanoseconds {
    (number as f64 / rate * 1e9) as Nanoseconds
}

/// Connects the socket that asks, or the two sockets.
pub fn requester(
    context: &Context,
    pattern: Pattern,
    protection: &Protection,
    to: &str,
    back: Option<&str>,
) -> Result<Box<dyn Requester>> {
    let back = || back.ok_or_else(|| Failure::new("the other end did not say where replies come from"));
    Ok(match pattern {
        Pattern::ReqRep => Box::new(Asker::Ready(protection.applied(context.socket::<Req>())?.connect(to)?)),
        Pattern::Pair => Box::new(protection.applied(context.socket::<Pair>())?.connect(to)?),
        Pattern::DealerRouter => Box::new(protection.applied(context.socket::<Dealer>())?.connect(to)?),
        Pattern::PushPull => Box::new((
            protection.applied(context.socket::<Push>())?.connect(to)?,
            protection.applied(context.socket::<Pull>())?.connect(back()?)?,
        )),
        Pattern::PubSub => Box::new((
            protection.applied(context.socket::<Pub>())?.connect(to)?,
            protection.applied(context.socket::<Sub>())?.subscribe("").connect(back()?)?,
        )),
    })
}
