//! Events of a socket's connections, which libzmq sends to a second socket.

use std::ffi::{CStr, c_int};
use std::ptr;

use super::bindings;
use super::draft;
use super::errno::Errno;
use super::socket::RawSocket;

/// A set of events, by the numbers that libzmq gives them.
pub(crate) type MonitorEvents = u64;

/// How events are written in messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EventVersion {
    /// A number of 16 bits and a value of 32 bits in one part; one address.
    One,
    /// Each number and value in a part of 64 bits; both addresses.
    Two,
}

macro_rules! numbers {
    ($($name:ident = $constant:ident),* $(,)?) => {
        $(pub(crate) const $name: u64 = super::bindings::$constant as u64;)*
    };
}

/// The events, named as in C without `ZMQ_EVENT_`.
pub(crate) mod event {
    numbers! {
        CONNECTED = ZMQ_EVENT_CONNECTED,
        CONNECT_DELAYED = ZMQ_EVENT_CONNECT_DELAYED,
        CONNECT_RETRIED = ZMQ_EVENT_CONNECT_RETRIED,
        LISTENING = ZMQ_EVENT_LISTENING,
        BIND_FAILED = ZMQ_EVENT_BIND_FAILED,
        ACCEPTED = ZMQ_EVENT_ACCEPTED,
        ACCEPT_FAILED = ZMQ_EVENT_ACCEPT_FAILED,
        CLOSED = ZMQ_EVENT_CLOSED,
        CLOSE_FAILED = ZMQ_EVENT_CLOSE_FAILED,
        DISCONNECTED = ZMQ_EVENT_DISCONNECTED,
        MONITOR_STOPPED = ZMQ_EVENT_MONITOR_STOPPED,
        HANDSHAKE_FAILED_NO_DETAIL = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL,
        HANDSHAKE_SUCCEEDED = ZMQ_EVENT_HANDSHAKE_SUCCEEDED,
        HANDSHAKE_FAILED_PROTOCOL = ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
        HANDSHAKE_FAILED_AUTH = ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
        PIPES_STATS = ZMQ_EVENT_PIPES_STATS,
        ALL_V1 = ZMQ_EVENT_ALL_V1,
        ALL_V2 = ZMQ_EVENT_ALL_V2,
    }
}

/// The values of `HANDSHAKE_FAILED_PROTOCOL`, named as in C without `ZMQ_PROTOCOL_ERROR_`.
pub(crate) mod protocol_error {
    numbers! {
        ZMTP_UNSPECIFIED = ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED,
        ZMTP_UNEXPECTED_COMMAND = ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND,
        ZMTP_INVALID_SEQUENCE = ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE,
        ZMTP_KEY_EXCHANGE = ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE,
        ZMTP_MALFORMED_COMMAND_UNSPECIFIED = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED,
        ZMTP_MALFORMED_COMMAND_MESSAGE = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE,
        ZMTP_MALFORMED_COMMAND_HELLO = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO,
        ZMTP_MALFORMED_COMMAND_INITIATE = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE,
        ZMTP_MALFORMED_COMMAND_ERROR = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR,
        ZMTP_MALFORMED_COMMAND_READY = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY,
        ZMTP_MALFORMED_COMMAND_WELCOME = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME,
        ZMTP_INVALID_METADATA = ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA,
        ZMTP_CRYPTOGRAPHIC = ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC,
        ZMTP_MECHANISM_MISMATCH = ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH,
        ZAP_UNSPECIFIED = ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED,
        ZAP_MALFORMED_REPLY = ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY,
        ZAP_BAD_REQUEST_ID = ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID,
        ZAP_BAD_VERSION = ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION,
        ZAP_INVALID_STATUS_CODE = ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE,
        ZAP_INVALID_METADATA = ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA,
        WS_UNSPECIFIED = ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED,
    }
}

impl EventVersion {
    /// The richest that the linked libzmq has.
    pub(crate) fn best() -> Self {
        if draft::zmq_socket_monitor_versioned().is_some() { EventVersion::Two } else { EventVersion::One }
    }

    /// The events that can be told this way.
    pub(crate) fn events(self) -> MonitorEvents {
        match self {
            EventVersion::One => event::ALL_V1,
            EventVersion::Two => event::ALL_V2,
        }
    }
}

/// The socket's monitor has a lock of its own in libzmq, so that these may be called for a thread-safe socket
/// by any thread.
impl<K> RawSocket<K> {
    /// Sends the events, as messages of version [`EventVersion::best`], to whoever connects a PAIR to
    /// `endpoint`, which has to be of `inproc`. Stops the monitor before.
    pub(crate) fn start_monitor(&self, endpoint: &CStr, events: MonitorEvents) -> Result<(), Errno> {
        if let Some(zmq_socket_monitor_versioned) = draft::zmq_socket_monitor_versioned() {
            // SAFETY: the socket is open and ours (I1, I2), or libzmq locks its monitor; the string is
            // NUL-terminated and only read.
            let status = unsafe {
                zmq_socket_monitor_versioned(
                    self.as_ptr(),
                    endpoint.as_ptr(),
                    events,
                    bindings::ZMQ_CURRENT_EVENT_VERSION_DRAFT,
                    bindings::ZMQ_PAIR,
                )
            };
            return Errno::check(status).map(drop);
        }
        let events = c_int::try_from(events & event::ALL_V1).expect("the events of version 1 are 16 bits");
        // SAFETY: as above.
        let status = unsafe { bindings::zmq_socket_monitor(self.as_ptr(), endpoint.as_ptr(), events) };
        Errno::check(status).map(drop)
    }

    /// Stops the monitor, if there is one; its last event is `MONITOR_STOPPED`.
    pub(crate) fn stop_monitor(&self) -> Result<(), Errno> {
        // SAFETY: as in `start_monitor`; without an endpoint, the other arguments are not looked at.
        let status = unsafe { bindings::zmq_socket_monitor(self.as_ptr(), ptr::null(), 0) };
        Errno::check(status).map(drop)
    }

    /// Has an event `PIPES_STATS` sent for each connection. `ENOTSUP` if the linked libzmq cannot do that.
    pub(crate) fn request_pipe_stats(&self) -> Result<(), Errno>
    where
        K: super::socket::Sharing,
    {
        // The libzmq that this crate compiles locks a thread-safe socket here; others do not.
        let locked = !K::THREAD_SAFE || !cfg!(ferromq_system_libzmq);
        let Some(zmq_socket_monitor_pipes_stats) = draft::zmq_socket_monitor_pipes_stats().filter(|_| locked)
        else {
            return Err(Errno::ENOTSUP);
        };
        // SAFETY: the socket is open and ours (I1, I2), or libzmq locks it (fix 0029).
        Errno::check(unsafe { zmq_socket_monitor_pipes_stats(self.as_ptr()) }).map(drop)
    }
}
