//! One side of a measurement.

use std::sync::Arc;

use crate::fan_out::{Publication, Subscription};
use crate::messages::{Arrivals, Messages};
use crate::program::Program;

/// What one side is to do.
#[derive(Clone)]
pub struct Run {
    /// The library that is measured, and which of its ways to send and receive.
    pub library: String,
    /// The pattern's side.
    pub role: Role,
    /// Where it binds or connects to.
    pub endpoint: String,
    /// Whether that is encrypted.
    pub curve: bool,
    pub(crate) size: usize,
    pub(crate) warm_up: u64,
    pub(crate) count: u64,
    pub(crate) on_one_thread: bool,
    pub(crate) program: Arc<Program>,
}

/// The side of a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// Sends all messages.
    Push,
    /// Receives them, and measures.
    Pull,
    /// Sends a request, waits for the reply, and so on, and measures.
    Req,
    /// Sends each request back.
    Rep,
    /// Keeps [`WINDOW`](crate::WINDOW) requests under way, and measures.
    Dealer,
    /// Sends each request back.
    Router,
    /// Sends all messages to all subscribers.
    Pub,
    /// Receives them, and measures.
    Sub,
}

impl Role {
    /// The role with this name, and on how many sides.
    pub(crate) fn parse(name: &str) -> Option<(Self, usize)> {
        let (name, subscribers) = match name.split_once('-') {
            Some((name, subscribers)) => (name, Some(subscribers.parse().ok().filter(|count| *count > 0)?)),
            None => (name, None),
        };
        let role = match (name, subscribers) {
            ("push", None) => Self::Push,
            ("pull", None) => Self::Pull,
            ("req", None) => Self::Req,
            ("rep", None) => Self::Rep,
            ("dealer", None) => Self::Dealer,
            ("router", None) => Self::Router,
            ("pub", Some(_)) => Self::Pub,
            ("sub", Some(subscribers)) => return Some((Self::Sub, subscribers)),
            _ => return None,
        };
        Some((role, 1))
    }

    /// Whether it binds. The others connect.
    pub fn binds(self) -> bool {
        matches!(self, Self::Pull | Self::Rep | Self::Router | Self::Pub)
    }

    /// Whether it has the clock.
    pub(crate) fn measures(self) -> bool {
        matches!(self, Self::Pull | Self::Req | Self::Dealer | Self::Sub)
    }
}

impl Run {
    /// Whether the runtime has one thread only.
    pub fn on_one_thread(&self) -> bool {
        self.on_one_thread
    }

    /// All messages that are sent, the warm-up first.
    pub fn messages(&self) -> Messages {
        Messages::new(self.size, self.warm_up + self.count)
    }

    /// Checks and times what arrives.
    pub fn arrivals(&self) -> Arrivals {
        Arrivals::new(self)
    }

    /// What a PUB sends besides the messages.
    pub fn publication(&self) -> Publication {
        Publication::new(self)
    }

    /// Checks and times what arrives at a SUB.
    pub fn subscription(&self) -> Subscription {
        Subscription::new(self)
    }

    /// Says that the socket is bound.
    pub fn ready(&self) {
        self.program.ready();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_its_name_and_a_number_only_with_subscribers() {
        assert_eq!(Role::parse("push"), Some((Role::Push, 1)));
        assert_eq!(Role::parse("sub-8"), Some((Role::Sub, 8)));
        assert_eq!(Role::parse("pub-8"), Some((Role::Pub, 1)));
        for wrong in ["", "pub", "sub-0", "push-2", "sub-x"] {
            assert_eq!(Role::parse(wrong), None, "{wrong}");
        }
    }
}
