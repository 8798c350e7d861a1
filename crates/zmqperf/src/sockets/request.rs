//! The socket that sends a message and waits until it is back.

use std::time::Duration;

use ferromq::pattern::{Receives, Sends};
use ferromq::state::{Awaiting, Open, Ready};
use ferromq::{Dealer, Frame, Message, Pair, Pub, Pull, Push, Req, Socket, Sub};

use crate::failure::{Failure, Result};

/// A socket, or two, that send messages and receive them back.
pub trait Requester: Send {
    /// Sends a message and waits for it.
    fn round_trip(&mut self, message: Frame) -> Result<Message>;

    /// Waits for another message.
    fn further(&mut self) -> Result<Message>;

    /// Sends the probe, unless one that must come back is under way, and whether one came back in that time.
    fn probe(&mut self, probe: Frame, within: Duration) -> Result<bool>;
}

/// REQ, whose states are types; none only while it is used.
pub enum Asker {
    Ready(Socket<Req, Ready>),
    Awaiting(Socket<Req, Awaiting>),
    InUse,
}

impl Requester for Asker {
    #[inline]
    fn round_trip(&mut self, message: Frame) -> Result<Message> {
        let Asker::Ready(req) = std::mem::replace(self, Asker::InUse) else {
            return Err(Failure::new("a request failed before"));
        };
        let (reply, req) = req.send(message)?.recv()?;
        *self = Asker::Ready(req);
        Ok(reply)
    }

    fn further(&mut self) -> Result<Message> {
        Err(Failure::new("the reply is another message than the request"))
    }

    fn probe(&mut self, probe: Frame, within: Duration) -> Result<bool> {
        let req = match std::mem::replace(self, Asker::InUse) {
            Asker::Awaiting(req) => req,
            Asker::InUse => return Err(Failure::new("a request failed before")),
            Asker::Ready(req) => match req.send_timeout(probe, within) {
                Ok(req) => req,
                Err(failed) if failed.is_timeout() => {
                    *self = Asker::Ready(failed.into_kept().0);
                    return Ok(false);
                }
                Err(failed) => return Err(failed.into()),
            },
        };
        match req.recv_timeout(within) {
            Ok((_, req)) => {
                *self = Asker::Ready(req);
                Ok(true)
            }
            Err(failed) if failed.is_timeout() => {
                *self = Asker::Awaiting(failed.into_kept());
                Ok(false)
            }
            Err(failed) => Err(failed.into()),
        }
    }
}

macro_rules! two_way {
    ($($Pattern:ty),*) => {
        $(impl Requester for Socket<$Pattern> {
            #[inline]
            fn round_trip(&mut self, message: Frame) -> Result<Message> {
                self.send(message)?;
                Ok(self.recv()?)
            }

            fn further(&mut self) -> Result<Message> {
                Ok(self.recv()?)
            }

            fn probe(&mut self, probe: Frame, within: Duration) -> Result<bool> {
                exchange(self, self, probe, within)
            }
        })*
    };
}

two_way!(Pair, Dealer);

macro_rules! one_way_each {
    ($(($Out:ty, $Back:ty)),*) => {
        $(impl Requester for (Socket<$Out>, Socket<$Back>) {
            #[inline]
            fn round_trip(&mut self, message: Frame) -> Result<Message> {
                self.0.send(message)?;
                Ok(self.1.recv()?)
            }

            fn further(&mut self) -> Result<Message> {
                Ok(self.1.recv()?)
            }

            fn probe(&mut self, probe: Frame, within: Duration) -> Result<bool> {
                exchange(&self.0, &self.1, probe, within)
            }
        })*
    };
}

one_way_each!((Push, Pull), (Pub, Sub));

fn exchange<Out: Sends, Back: Receives>(
    out: &Socket<Out, Open>,
    back: &Socket<Back, Open>,
    probe: Frame,
    within: Duration,
) -> Result<bool> {
    match out.send_timeout(probe, within) {
        Ok(()) => {}
        Err(failed) if failed.is_timeout() => return Ok(false),
        Err(failed) => return Err(failed.into()),
    }
    match back.recv_timeout(within) {
        Ok(_) => Ok(true),
        Err(error) if error.is_timeout() => Ok(false),
        Err(error) => Err(error.into()),
    }
}
