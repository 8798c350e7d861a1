//! What XPUB and STREAM receive.

use std::time::Duration;

use super::reactor::Reactor;
use super::socket::AsyncSocket;
use crate::error::Result;
use crate::socket::{Socket, Stream, StreamEvent, XPub, XPubEvent};

macro_rules! events {
    ($($Pattern:ty: $Event:ty;)*) => {
        $(
            /// Events.
            impl<R: Reactor> AsyncSocket<$Pattern, R> {
                /// Receives an event. Dropping the future loses nothing.
                ///
                /// # Errors
                /// As for [`Socket::recv_event`].
                pub async fn recv_event(&self) -> Result<$Event> {
                    self.shared.receive(None, Socket::<$Pattern>::try_recv_event).await
                }

                /// Receives an event, waiting at most `timeout`.
                ///
                /// # Errors
                /// As for [`Socket::recv_event_timeout`].
                pub async fn recv_event_timeout(&self, timeout: Duration) -> Result<$Event> {
                    self.shared.receive(Some(timeout), Socket::<$Pattern>::try_recv_event).await
                }

                /// Receives an event if there is one.
                ///
                /// # Errors
                /// As for [`Socket::try_recv_event`].
                pub fn try_recv_event(&self) -> Result<$Event> {
                    self.with(Socket::<$Pattern>::try_recv_event)
                }
            }
        )*
    };
}

events! {
    XPub: XPubEvent;
    Stream: StreamEvent;
}
