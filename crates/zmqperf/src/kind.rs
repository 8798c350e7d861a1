//! What is measured: patterns and transports.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The sockets at both ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// PUSH to PULL
    PushPull,
    /// PUB to SUB
    PubSub,
    /// REQ and REP, in turn
    ReqRep,
    /// DEALER to ROUTER
    DealerRouter,
    /// PAIR to PAIR
    Pair,
}

/// How the bytes travel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP
    Tcp,
    /// Sockets of the file system, within a machine
    Ipc,
    /// Memory, within one process
    Inproc,
    /// WebSocket
    Ws,
}

fn name<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&name(self))
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&name(self))
    }
}
