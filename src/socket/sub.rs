//! SUB: receives what it subscribed to.

use super::pattern::{Pattern, Receives, Subscribes, pattern};
use super::state::Open;
use super::{Builder, Socket};
use crate::error::{Error, Operation, Result};
use crate::options::setting::{Encoded, Setting};
use crate::sys::id;

/// SUB receives from its [PUB](crate::Pub) peers the messages whose first frame begins with a topic that it
/// subscribed to.
///
/// Without a subscription it receives nothing; a subscription to the empty topic receives everything. Source:
/// RFC 29. See [`Pub`](crate::Pub) for an example.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_SUB")]
pub enum Sub {}

pattern!(Sub is SUB, initially Open);

impl Receives for Sub {}
impl Subscribes for Sub {}

impl<P: Pattern, S> Builder<P, S> {
    /// Subscribes to `topic` before the socket binds or connects; may be called several times.
    #[doc(alias = "ZMQ_SUBSCRIBE")]
    pub fn subscribe(self, topic: impl AsRef<[u8]>) -> Self
    where
        P: Subscribes,
    {
        self.with_subscription(topic.as_ref())
    }

    pub(crate) fn with_subscription(self, topic: &[u8]) -> Self {
        self.with_setting(Setting {
            name: "subscribe",
            shown: topic.escape_ascii().to_string(),
            value: Encoded::Bytes(id::SUBSCRIBE, topic.to_vec()),
            remembered: false,
        })
    }
}

impl<P: Pattern, S> Socket<P, S> {
    /// Subscribes to messages that begin with `topic`; the empty topic is every message.
    ///
    /// A topic that is subscribed to twice must be unsubscribed from twice.
    #[doc(alias = "ZMQ_SUBSCRIBE")]
    pub fn subscribe(&self, topic: impl AsRef<[u8]>) -> Result<()>
    where
        P: Subscribes,
    {
        self.change_subscription(Operation::Subscribe, Encoded::Bytes(id::SUBSCRIBE, topic.as_ref().to_vec()))
    }

    /// Takes one subscription to `topic` back. That there was none is not an error.
    #[doc(alias = "ZMQ_UNSUBSCRIBE")]
    pub fn unsubscribe(&self, topic: impl AsRef<[u8]>) -> Result<()>
    where
        P: Subscribes,
    {
        self.change_subscription(
            Operation::Unsubscribe,
            Encoded::Bytes(id::UNSUBSCRIBE, topic.as_ref().to_vec()),
        )
    }

    fn change_subscription(&self, operation: Operation, setting: Encoded) -> Result<()> {
        self.core.apply(&setting).map_err(|errno| Error::from_errno(operation, errno))
    }
}
