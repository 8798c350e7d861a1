//! Options that are sets of reasons or events, and one that is a choice of modes.

use std::fmt;
use std::ops::BitOr;

macro_rules! sets {
    ($(
        $(#[$doc:meta])*
        $Set:ident { $($(#[$member_doc:meta])* $MEMBER:ident = $bit:literal $name:literal,)+ }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
            pub struct $Set(u8);

            impl $Set {
                /// The empty set.
                pub const NONE: $Set = $Set(0);
                $($(#[$member_doc])* pub const $MEMBER: $Set = $Set($bit);)+

                /// The members, and their names.
                pub(crate) const MEMBERS: &'static [($Set, &'static str)] = &[$(($Set::$MEMBER, $name)),+];

                /// Whether all of `other` is in this set.
                pub const fn contains(self, other: $Set) -> bool {
                    self.0 & other.0 == other.0
                }

                pub(crate) fn bits(self) -> u8 {
                    self.0
                }

                /// The members among these bits.
                pub(crate) fn from_bits(bits: u8) -> $Set {
                    $Set(bits & ($($bit)|+))
                }
            }

            /// The union.
            impl BitOr for $Set {
                type Output = $Set;

                fn bitor(self, other: $Set) -> $Set {
                    $Set(self.0 | other.0)
                }
            }

            impl fmt::Debug for $Set {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(concat!(stringify!($Set), "("))?;
                    let members = $Set::MEMBERS.iter().filter(|(member, _)| self.contains(*member));
                    for (nth, (_, name)) in members.enumerate() {
                        write!(f, "{}{name}", if nth == 0 { "" } else { " | " })?;
                    }
                    f.write_str(")")
                }
            }
        )*
    };
}

sets! {
    /// After what a lost or refused connection is not tried again.
    ///
    /// ```
    /// use ferromq::{Context, Req, ReconnectStop};
    ///
    /// let reasons = ReconnectStop::CONNECTION_REFUSED | ReconnectStop::HANDSHAKE_FAILED;
    /// let req = Context::new()?.socket::<Req>().reconnect_stop(reasons).open()?;
    /// assert_eq!(req.reconnect_stop()?, reasons);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ReconnectStop {
        /// The peer's machine refused the connection: nobody listens there.
        #[doc(alias = "ZMQ_RECONNECT_STOP_CONN_REFUSED")]
        CONNECTION_REFUSED = 1 "connection_refused",
        /// The handshake failed: the peer does not speak ZMTP, or security turned one of the two away.
        #[doc(alias = "ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED")]
        HANDSHAKE_FAILED = 2 "handshake_failed",
        /// The endpoint was disconnected by [`Socket::disconnect`](crate::Socket::disconnect).
        #[doc(alias = "ZMQ_RECONNECT_STOP_AFTER_DISCONNECT")]
        AFTER_DISCONNECT = 4 "after_disconnect",
    }
}

#[cfg(feature = "draft")]
sets! {
    /// Of which events of its peers a ROUTER is told.
    ///
    /// ```
    /// use ferromq::{Context, Notify, Router};
    ///
    /// let context = Context::new()?;
    /// let router = context.socket::<Router>().notify(Notify::CONNECT | Notify::DISCONNECT).open()?;
    /// assert!(router.notify()?.contains(Notify::CONNECT));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    Notify {
        /// A peer has connected.
        #[doc(alias = "ZMQ_NOTIFY_CONNECT")]
        CONNECT = 1 "connect",
        /// A peer has gone.
        #[doc(alias = "ZMQ_NOTIFY_DISCONNECT")]
        DISCONNECT = 2 "disconnect",
    }
}

/// How fast a NORM sender sends.
#[cfg(feature = "draft")]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NormMode {
    /// As fast as [`rate`](crate::Builder::rate) says.
    #[doc(alias = "ZMQ_NORM_FIXED")]
    Fixed,
    /// As fast as TCP would, by congestion control.
    #[doc(alias = "ZMQ_NORM_CC")]
    Congestion,
    /// By congestion control that tolerates loss.
    #[doc(alias = "ZMQ_NORM_CCL")]
    LossTolerant,
    /// By congestion control that also heeds explicit congestion notification.
    #[doc(alias = "ZMQ_NORM_CCE")]
    Explicit,
    /// By explicit congestion notification only.
    #[doc(alias = "ZMQ_NORM_CCE_ECNONLY")]
    ExplicitOnly,
}

#[cfg(feature = "draft")]
impl NormMode {
    /// The modes in the order of their numbers in C, and their names.
    pub(crate) const ALL: [(NormMode, &'static str); 5] = [
        (NormMode::Fixed, "fixed"),
        (NormMode::Congestion, "congestion"),
        (NormMode::LossTolerant, "loss_tolerant"),
        (NormMode::Explicit, "explicit"),
        (NormMode::ExplicitOnly, "explicit_only"),
    ];
}
