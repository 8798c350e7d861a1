//! Socket options by number, each with the one C type that libzmq reads or writes for it.

use std::ffi::{c_int, c_void};
use std::marker::PhantomData;

use super::bindings;

/// A socket option whose value is a `W` in C.
///
/// Only this module makes them, because libzmq reads past a value that is shorter than the option's type for
/// some options.
pub(crate) struct OptionId<W: ?Sized> {
    number: c_int,
    wire: PhantomData<fn(&W)>,
}

impl<W: ?Sized> Clone for OptionId<W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W: ?Sized> Copy for OptionId<W> {}

impl<W: ?Sized> OptionId<W> {
    const fn new(number: c_int) -> Self {
        OptionId { number, wire: PhantomData }
    }

    /// The value of the C constant.
    pub(crate) const fn number(self) -> c_int {
        self.number
    }
}

/// A C type of option values.
pub(crate) trait Wire {
    /// What a value is when Rust owns it.
    type Owned;

    /// Start and length of the value's bytes, for `zmq_setsockopt`.
    fn bytes(&self) -> (*const c_void, usize);
}

macro_rules! scalar_wires {
    ($($scalar:ty),*) => {
        $(impl Wire for $scalar {
            type Owned = $scalar;

            fn bytes(&self) -> (*const c_void, usize) {
                ((self as *const $scalar).cast(), size_of::<$scalar>())
            }
        })*
    };
}

scalar_wires!(c_int, i64, u64);

impl Wire for [u8] {
    type Owned = Vec<u8>;

    fn bytes(&self) -> (*const c_void, usize) {
        (self.as_ptr().cast(), self.len())
    }
}

impl Wire for str {
    type Owned = String;

    fn bytes(&self) -> (*const c_void, usize) {
        (self.as_ptr().cast(), self.len())
    }
}

/// The options, named as in C without `ZMQ_`.
pub(crate) mod id {
    use super::{OptionId, bindings, c_int};

    macro_rules! ids {
        ($($wire:ty: $($name:ident = $constant:ident),+;)+) => {
            $($(pub(crate) const $name: OptionId<$wire> = OptionId::new(bindings::$constant);)+)+
        };
    }

    ids! {
        c_int:
            LINGER = ZMQ_LINGER,
            RECONNECT_IVL = ZMQ_RECONNECT_IVL,
            RECONNECT_IVL_MAX = ZMQ_RECONNECT_IVL_MAX,
            BACKLOG = ZMQ_BACKLOG,
            SNDHWM = ZMQ_SNDHWM,
            RCVHWM = ZMQ_RCVHWM,
            SNDTIMEO = ZMQ_SNDTIMEO,
            RCVTIMEO = ZMQ_RCVTIMEO,
            SNDBUF = ZMQ_SNDBUF,
            RCVBUF = ZMQ_RCVBUF,
            ROUTER_MANDATORY = ZMQ_ROUTER_MANDATORY,
            ROUTER_HANDOVER = ZMQ_ROUTER_HANDOVER,
            PROBE_ROUTER = ZMQ_PROBE_ROUTER,
            REQ_RELAXED = ZMQ_REQ_RELAXED,
            REQ_CORRELATE = ZMQ_REQ_CORRELATE,
            XPUB_NODROP = ZMQ_XPUB_NODROP,
            INVERT_MATCHING = ZMQ_INVERT_MATCHING,
            CONFLATE = ZMQ_CONFLATE,
            TYPE = ZMQ_TYPE,
            EVENTS = ZMQ_EVENTS,
            IMMEDIATE = ZMQ_IMMEDIATE,
            IPV6 = ZMQ_IPV6,
            TCP_KEEPALIVE = ZMQ_TCP_KEEPALIVE,
            TCP_KEEPALIVE_CNT = ZMQ_TCP_KEEPALIVE_CNT,
            TCP_KEEPALIVE_IDLE = ZMQ_TCP_KEEPALIVE_IDLE,
            TCP_KEEPALIVE_INTVL = ZMQ_TCP_KEEPALIVE_INTVL,
            TCP_MAXRT = ZMQ_TCP_MAXRT,
            TOS = ZMQ_TOS,
            HANDSHAKE_IVL = ZMQ_HANDSHAKE_IVL,
            CONNECT_TIMEOUT = ZMQ_CONNECT_TIMEOUT,
            HEARTBEAT_IVL = ZMQ_HEARTBEAT_IVL,
            HEARTBEAT_TTL = ZMQ_HEARTBEAT_TTL,
            HEARTBEAT_TIMEOUT = ZMQ_HEARTBEAT_TIMEOUT;
        i64:
            MAXMSGSIZE = ZMQ_MAXMSGSIZE;
        u64:
            AFFINITY = ZMQ_AFFINITY;
        [u8]:
            ROUTING_ID = ZMQ_ROUTING_ID,
            SUBSCRIBE = ZMQ_SUBSCRIBE,
            UNSUBSCRIBE = ZMQ_UNSUBSCRIBE;
        str:
            LAST_ENDPOINT = ZMQ_LAST_ENDPOINT;
    }

    #[cfg(feature = "draft")]
    ids! {
        c_int:
            THREAD_SAFE = ZMQ_THREAD_SAFE;
    }
}
