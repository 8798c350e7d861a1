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
    pub(super) const fn new(number: c_int) -> Self {
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

/// The empty text is a null pointer: that is how libzmq takes a text back.
impl Wire for str {
    type Owned = String;

    fn bytes(&self) -> (*const c_void, usize) {
        if self.is_empty() { (std::ptr::null(), 0) } else { (self.as_ptr().cast(), self.len()) }
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
            EVENTS = ZMQ_EVENTS,
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
            HEARTBEAT_TIMEOUT = ZMQ_HEARTBEAT_TIMEOUT,
            RATE = ZMQ_RATE,
            RECOVERY_IVL = ZMQ_RECOVERY_IVL,
            MULTICAST_HOPS = ZMQ_MULTICAST_HOPS,
            MULTICAST_MAXTPDU = ZMQ_MULTICAST_MAXTPDU,
            MULTICAST_LOOP = ZMQ_MULTICAST_LOOP,
            RECONNECT_STOP = ZMQ_RECONNECT_STOP,
            LOOPBACK_FASTPATH = ZMQ_LOOPBACK_FASTPATH,
            USE_FD = ZMQ_USE_FD,
            VMCI_CONNECT_TIMEOUT = ZMQ_VMCI_CONNECT_TIMEOUT,
            XPUB_VERBOSE = ZMQ_XPUB_VERBOSE,
            XPUB_VERBOSER = ZMQ_XPUB_VERBOSER,
            XPUB_MANUAL = ZMQ_XPUB_MANUAL,
            XPUB_MANUAL_LAST_VALUE = ZMQ_XPUB_MANUAL_LAST_VALUE,
            ONLY_FIRST_SUBSCRIBE = ZMQ_ONLY_FIRST_SUBSCRIBE,
            STREAM_NOTIFY = ZMQ_STREAM_NOTIFY,
            TOPICS_COUNT = ZMQ_TOPICS_COUNT;
        i64:
            MAXMSGSIZE = ZMQ_MAXMSGSIZE;
        u64:
            AFFINITY = ZMQ_AFFINITY,
            VMCI_BUFFER_SIZE = ZMQ_VMCI_BUFFER_SIZE,
            VMCI_BUFFER_MIN_SIZE = ZMQ_VMCI_BUFFER_MIN_SIZE,
            VMCI_BUFFER_MAX_SIZE = ZMQ_VMCI_BUFFER_MAX_SIZE;
        [u8]:
            ROUTING_ID = ZMQ_ROUTING_ID,
            CONNECT_ROUTING_ID = ZMQ_CONNECT_ROUTING_ID,
            METADATA = ZMQ_METADATA,
            XPUB_WELCOME_MSG = ZMQ_XPUB_WELCOME_MSG,
            SUBSCRIBE = ZMQ_SUBSCRIBE,
            UNSUBSCRIBE = ZMQ_UNSUBSCRIBE;
        str:
            SOCKS_PROXY = ZMQ_SOCKS_PROXY,
            SOCKS_USERNAME = ZMQ_SOCKS_USERNAME,
            SOCKS_PASSWORD = ZMQ_SOCKS_PASSWORD,
            BINDTODEVICE = ZMQ_BINDTODEVICE,
            LAST_ENDPOINT = ZMQ_LAST_ENDPOINT;
    }

    #[cfg(any(feature = "draft", ferromq_system_libzmq))]
    ids! {
        c_int:
            IN_BATCH_SIZE = ZMQ_IN_BATCH_SIZE,
            OUT_BATCH_SIZE = ZMQ_OUT_BATCH_SIZE;
    }

    #[cfg(feature = "draft")]
    ids! {
        c_int:
            THREAD_SAFE = ZMQ_THREAD_SAFE,
            ROUTER_NOTIFY = ZMQ_ROUTER_NOTIFY,
            XSUB_VERBOSE_UNSUBSCRIBE = ZMQ_XSUB_VERBOSE_UNSUBSCRIBE,
            PRIORITY = ZMQ_PRIORITY,
            BUSY_POLL = ZMQ_BUSY_POLL,
            WSS_TRUST_SYSTEM = ZMQ_WSS_TRUST_SYSTEM,
            NORM_MODE = ZMQ_NORM_MODE,
            NORM_UNICAST_NACK = ZMQ_NORM_UNICAST_NACK,
            NORM_BUFFER_SIZE = ZMQ_NORM_BUFFER_SIZE,
            NORM_SEGMENT_SIZE = ZMQ_NORM_SEGMENT_SIZE,
            NORM_BLOCK_SIZE = ZMQ_NORM_BLOCK_SIZE,
            NORM_NUM_PARITY = ZMQ_NORM_NUM_PARITY,
            NORM_NUM_AUTOPARITY = ZMQ_NORM_NUM_AUTOPARITY,
            NORM_PUSH = ZMQ_NORM_PUSH;
        [u8]:
            HELLO_MSG = ZMQ_HELLO_MSG,
            DISCONNECT_MSG = ZMQ_DISCONNECT_MSG,
            HICCUP_MSG = ZMQ_HICCUP_MSG,
            WSS_KEY_PEM = ZMQ_WSS_KEY_PEM,
            WSS_CERT_PEM = ZMQ_WSS_CERT_PEM,
            WSS_TRUST_PEM = ZMQ_WSS_TRUST_PEM,
            WSS_HOSTNAME = ZMQ_WSS_HOSTNAME;
    }

    // Security.
    ids! {
        c_int:
            MECHANISM = ZMQ_MECHANISM,
            PLAIN_SERVER = ZMQ_PLAIN_SERVER,
            CURVE_SERVER = ZMQ_CURVE_SERVER,
            GSSAPI_SERVER = ZMQ_GSSAPI_SERVER,
            GSSAPI_PLAINTEXT = ZMQ_GSSAPI_PLAINTEXT,
            GSSAPI_PRINCIPAL_NAMETYPE = ZMQ_GSSAPI_PRINCIPAL_NAMETYPE,
            GSSAPI_SERVICE_PRINCIPAL_NAMETYPE = ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE,
            ZAP_ENFORCE_DOMAIN = ZMQ_ZAP_ENFORCE_DOMAIN;
        [u8]:
            PLAIN_USERNAME = ZMQ_PLAIN_USERNAME,
            PLAIN_PASSWORD = ZMQ_PLAIN_PASSWORD,
            CURVE_PUBLICKEY = ZMQ_CURVE_PUBLICKEY,
            CURVE_SECRETKEY = ZMQ_CURVE_SECRETKEY,
            CURVE_SERVERKEY = ZMQ_CURVE_SERVERKEY,
            GSSAPI_PRINCIPAL = ZMQ_GSSAPI_PRINCIPAL,
            GSSAPI_SERVICE_PRINCIPAL = ZMQ_GSSAPI_SERVICE_PRINCIPAL,
            ZAP_DOMAIN = ZMQ_ZAP_DOMAIN;
    }
}

/// The values of `ZMQ_MECHANISM`.
pub(crate) mod mechanism {
    use super::{bindings, c_int};

    pub(crate) const NULL: c_int = bindings::ZMQ_NULL;
    pub(crate) const PLAIN: c_int = bindings::ZMQ_PLAIN;
    pub(crate) const CURVE: c_int = bindings::ZMQ_CURVE;
    pub(crate) const GSSAPI: c_int = bindings::ZMQ_GSSAPI;
}

/// The values of `ZMQ_GSSAPI_PRINCIPAL_NAMETYPE`.
pub(crate) mod gssapi_name {
    use super::{bindings, c_int};

    pub(crate) const HOST_BASED: c_int = bindings::ZMQ_GSSAPI_NT_HOSTBASED;
    pub(crate) const USER: c_int = bindings::ZMQ_GSSAPI_NT_USER_NAME;
    pub(crate) const KERBEROS: c_int = bindings::ZMQ_GSSAPI_NT_KRB5_PRINCIPAL;
}
