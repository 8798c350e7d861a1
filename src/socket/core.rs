//! An open socket without its types: endpoints and options.

use std::ffi::{CStr, c_int};
#[cfg(feature = "draft")]
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use super::stream::Connections;
use crate::context::Context;
use crate::endpoint::{Endpoint, Transport};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::Linger;
use crate::options::codec::{Codec, LingerPeriod};
use crate::options::setting::Encoded;
use crate::sys::{
    AtomicFlags, Classic, Empty, Errno, Flags, OptionId, RawMessage, RawSocket, ReadWire, Sharing,
    SocketType, id,
};

/// What every socket is inside; boxed there, so that typestate moves a pointer.
pub struct Core<K = Classic> {
    pub(super) raw: RawSocket<K>,
    pub(super) socket_type: SocketType<K>,
    /// What each receive starts from.
    pub(super) empty: Empty,
    remembered: Remembered,
    /// Of a STREAM socket.
    pub(super) connections: Connections,
    /// How many endpoints the socket has whose transport is UDP.
    datagram_endpoints: AtomicI32,
    /// How the first attempt to send, or to receive, is made: without waiting where there is a timeout,
    /// because only an attempt after that needs the clock.
    send_mode: AtomicFlags,
    receive_mode: AtomicFlags,
}

/// Options that this crate must know without asking libzmq: those that libzmq does not report, and the
/// timeouts.
struct Remembered([AtomicI32; REMEMBERED.len()]);

/// Number and initial value of each remembered option.
const REMEMBERED: [(OptionId<c_int>, c_int); 7] = [
    (id::SNDTIMEO, -1),
    (id::RCVTIMEO, -1),
    (id::CONFLATE, 0),
    (id::ROUTER_MANDATORY, 0),
    (id::ROUTER_HANDOVER, 0),
    (id::PROBE_ROUTER, 0),
    (id::XPUB_NODROP, 0),
];

const SEND_TIMEOUT: usize = 0;
const RECEIVE_TIMEOUT: usize = 1;
const CONFLATE: usize = 2;

impl<K: Sharing> Core<K> {
    pub(crate) fn open(context: &Context, socket_type: SocketType<K>, pattern: &str) -> Result<Self> {
        let raw = RawSocket::open(context.raw(), socket_type)
            .map_err(|errno| Error::from_errno(Operation::OpenSocket, errno).about_detail(pattern))?;
        let remembered = Remembered(REMEMBERED.map(|(_, initial)| AtomicI32::new(initial)));
        let core = Core {
            raw,
            socket_type,
            empty: Empty::new(),
            remembered,
            connections: Connections::default(),
            datagram_endpoints: AtomicI32::new(0),
            send_mode: AtomicFlags::new(Flags::NONE),
            receive_mode: AtomicFlags::new(Flags::NONE),
        };
        // SUB and its kin have nothing to linger for, and libzmq's default there is not to.
        if !core.subscribes() {
            let linger = LingerPeriod::encode(&Linger::DEFAULT).expect("the default can be encoded");
            core.set(&Encoded::Int(id::LINGER, linger))
                .map_err(|errno| Error::from_errno(Operation::OpenSocket, errno).about_detail(pattern))?;
        }
        Ok(core)
    }

    /// Takes a socket that is open already, and asks libzmq for what has to be remembered; what it does not report
    /// is taken to have its initial value.
    pub(crate) fn adopt(
        raw: RawSocket<K>,
        socket_type: SocketType<K>,
    ) -> Result<Self, (Errno, RawSocket<K>)> {
        let mut values = REMEMBERED.map(|(_, initial)| initial);
        for (value, reported) in values.iter_mut().zip([id::SNDTIMEO, id::RCVTIMEO, id::CONFLATE]) {
            match raw.get(reported) {
                Ok(reported) => *value = reported,
                Err(errno) => return Err((errno, raw)),
            }
        }
        let core = Core {
            raw,
            socket_type,
            empty: Empty::new(),
            remembered: Remembered(values.map(AtomicI32::new)),
            connections: Connections::default(),
            // It may have some.
            datagram_endpoints: AtomicI32::new(1),
            send_mode: AtomicFlags::new(Flags::NONE),
            receive_mode: AtomicFlags::new(Flags::NONE),
        };
        core.note_timeouts();
        Ok(core)
    }

    /// Lets a first attempt wait where there is no timeout.
    fn note_timeouts(&self) {
        self.send_mode.set(first_attempt(self.send_timeout()));
        self.receive_mode.set(first_attempt(self.receive_timeout()));
    }

    pub(crate) fn bind(&self, endpoint: &Endpoint) -> Result<()> {
        self.attach(Operation::Bind, endpoint, RawSocket::bind)?;
        self.count_datagrams(endpoint, 1);
        Ok(())
    }

    pub(crate) fn connect(&self, endpoint: &Endpoint) -> Result<()> {
        self.attach(Operation::Connect, endpoint, RawSocket::connect)?;
        self.count_datagrams(endpoint, 1);
        Ok(())
    }

    pub(crate) fn unbind(&self, endpoint: &Endpoint) -> Result<()> {
        self.attach(Operation::Unbind, endpoint, RawSocket::unbind)?;
        self.count_datagrams(endpoint, -1);
        Ok(())
    }

    pub(crate) fn disconnect(&self, endpoint: &Endpoint) -> Result<()> {
        self.attach(Operation::Disconnect, endpoint, RawSocket::disconnect)?;
        self.count_datagrams(endpoint, -1);
        Ok(())
    }

    fn count_datagrams(&self, endpoint: &Endpoint, more: i32) {
        if endpoint.transport() == Transport::Udp {
            self.datagram_endpoints.fetch_add(more, Relaxed);
        }
    }

    /// Whether what is sent goes into datagrams, of which libzmq has a largest.
    #[cfg(feature = "draft")]
    pub(super) fn sends_datagrams(&self) -> bool {
        self.datagram_endpoints.load(Relaxed) > 0
    }

    /// Connects a PEER, and tells the id of the new peer.
    #[cfg(feature = "draft")]
    pub(super) fn connect_peer(&self, endpoint: &Endpoint) -> Result<NonZeroU32, Errno> {
        uninterrupted(|| self.raw.connect_peer(&endpoint.to_c()))
    }

    fn attach(
        &self,
        operation: Operation,
        endpoint: &Endpoint,
        call: fn(&RawSocket<K>, &CStr) -> Result<(), Errno>,
    ) -> Result<()> {
        // libzmq lets these patterns use transports over which what arrives does not have the form that they rely on;
        // with `inproc` a STREAM would abort the process.
        if self.is_raw() && self.raw_transport() != endpoint.transport() {
            return Err(Error::new(operation, ErrorKind::IncompatibleTransport)
                .about_endpoint(endpoint.as_str(), Some("STREAM works over tcp only, and DGRAM over udp")));
        }
        uninterrupted(|| call(&self.raw, &endpoint.to_c()))
            .map_err(|errno| Error::from_errno(operation, errno).about_endpoint(endpoint.as_str(), None))
    }

    pub(crate) fn last_endpoint(&self) -> Result<Endpoint> {
        let text = self.get(id::LAST_ENDPOINT).map_err(|errno| {
            Error::from_errno(Operation::GetOption, errno).about_option("last_endpoint", String::new(), None)
        })?;
        if text.is_empty() {
            return Err(Error::new(Operation::GetOption, ErrorKind::EndpointNotFound).about_option(
                "last_endpoint",
                String::new(),
                Some("the socket has neither bound nor connected yet"),
            ));
        }
        // Of a UDP endpoint libzmq tells only the address.
        if text.contains("://") { text.parse() } else { format!("udp://{text}").parse() }
    }

    /// Whether the pattern only subscribes.
    fn subscribes(&self) -> bool {
        #[cfg(feature = "draft")]
        if self.socket_type == SocketType::DISH {
            return true;
        }
        self.socket_type == SocketType::SUB || self.socket_type == SocketType::XSUB
    }

    /// As [`set`](Core::set), for a setting that some pattern has in another form: XSUB subscribes by sending.
    pub(crate) fn apply(&self, setting: &Encoded) -> Result<(), Errno> {
        match setting {
            Encoded::Bytes(id, topic) if self.socket_type == SocketType::XSUB => {
                let first = match id.number() {
                    number if number == id::SUBSCRIBE.number() => 1,
                    number if number == id::UNSUBSCRIBE.number() => 0,
                    _ => return self.set(setting),
                };
                let mut request = RawMessage::copied_from(&[&[first], &**topic].concat())?;
                uninterrupted(|| self.raw.send(&mut request, Flags::NONE))
            }
            _ => self.set(setting),
        }
    }

    /// Sets an option, and remembers it if it is one of those.
    pub(crate) fn set(&self, setting: &Encoded) -> Result<(), Errno> {
        uninterrupted(|| match setting {
            Encoded::Int(id, value) => self.raw.set(*id, value),
            Encoded::Signed(id, value) => self.raw.set(*id, value),
            Encoded::Unsigned(id, value) => self.raw.set(*id, value),
            Encoded::Bytes(id, value) => self.raw.set(*id, value.as_slice()),
            #[cfg(feature = "draft")]
            Encoded::Join(group) => self.raw.join(group.as_c()),
        })?;
        if let Encoded::Int(id, value) = setting {
            if let Some(cell) = self.remembered_cell(*id) {
                cell.store(*value, Relaxed);
            }
            self.note_timeouts();
        }
        Ok(())
    }

    pub(crate) fn get<W: ReadWire + ?Sized>(&self, id: OptionId<W>) -> Result<W::Owned, Errno> {
        uninterrupted(|| self.raw.get(id))
    }

    /// The value that this crate last set, of an option that it remembers.
    pub(crate) fn remembered(&self, id: OptionId<c_int>) -> c_int {
        self.remembered_cell(id).expect("asked only for options in REMEMBERED").load(Relaxed)
    }

    fn remembered_cell(&self, id: OptionId<c_int>) -> Option<&AtomicI32> {
        let slot = REMEMBERED.iter().position(|(remembered, _)| remembered.number() == id.number())?;
        Some(&self.remembered.0[slot])
    }

    /// The configured timeout in ms; -1 is none.
    #[inline(always)]
    pub(super) fn send_timeout(&self) -> c_int {
        self.remembered.0[SEND_TIMEOUT].load(Relaxed)
    }

    /// The configured timeout in ms; -1 is none.
    #[inline(always)]
    pub(super) fn receive_timeout(&self) -> c_int {
        self.remembered.0[RECEIVE_TIMEOUT].load(Relaxed)
    }

    #[inline(always)]
    pub(super) fn send_mode(&self) -> Flags {
        self.send_mode.get()
    }

    #[inline(always)]
    pub(super) fn receive_mode(&self) -> Flags {
        self.receive_mode.get()
    }

    /// Whether the socket sends and receives what is not ZMTP: there a message is an address and one frame.
    pub(super) fn is_raw(&self) -> bool {
        #[cfg(feature = "draft")]
        if self.socket_type == SocketType::DGRAM {
            return true;
        }
        self.socket_type == SocketType::STREAM
    }

    /// The one transport of a socket that [is raw](Core::is_raw).
    fn raw_transport(&self) -> Transport {
        if self.socket_type == SocketType::STREAM { Transport::Tcp } else { Transport::Udp }
    }

    pub(super) fn conflates(&self) -> bool {
        self.remembered.0[CONFLATE].load(Relaxed) != 0
    }
}

fn first_attempt(timeout: c_int) -> Flags {
    if timeout < 0 { Flags::NONE } else { Flags::DONTWAIT }
}

/// Repeats a call for as long as a signal interrupts it.
#[inline(always)]
pub(super) fn uninterrupted<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            done => return done,
        }
    }
}
