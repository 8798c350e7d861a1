//! An open socket without its types: endpoints and options.

use std::ffi::{CStr, c_int};
#[cfg(feature = "draft")]
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::spin::Spin;
use super::stream::Connections;
use crate::context::Context;
use crate::endpoint::{Endpoint, Transport};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::Linger;
use crate::options::codec::{Codec, LingerPeriod};
use crate::options::setting::{Encoded, RowWire, Setting};
use crate::security::{Mechanism, Security, SecuritySetting};
use crate::sys::{
    AtomicFlags, Classic, Empty, Errno, Flags, OptionId, RawMessage, RawSocket, ReadWire, Sharing,
    SocketType, id,
};

/// What every socket is inside; boxed there, so that typestate moves a pointer.
pub struct Core<K = Classic> {
    pub(crate) raw: RawSocket<K>,
    pub(super) socket_type: SocketType<K>,
    /// What each receive starts from.
    pub(super) empty: Empty,
    remembered: Remembered,
    /// The options that were set and that libzmq does not report.
    notes: Mutex<Vec<Encoded>>,
    /// Of a STREAM socket.
    pub(super) connections: Connections,
    /// How many endpoints the socket has whose transport is UDP.
    datagram_endpoints: AtomicI32,
    /// The mechanism that must not be left out on any connection.
    relies_on: Option<Mechanism>,
    follower: Mutex<Option<Weak<dyn Follower>>>,
    /// How the first attempt to send, or to receive, is made: without waiting where there is a timeout,
    /// because only an attempt after that needs the clock.
    send_mode: AtomicFlags,
    receive_mode: AtomicFlags,
    /// Shared with the async socket, which looks without the socket's lock.
    pub(crate) spin: Arc<Spin>,
}

/// Is told what a monitor is not: which endpoints the program has the socket connect to.
pub(crate) trait Follower: Send + Sync {
    /// The socket is about to be connected there.
    fn connects(&self, endpoint: &Endpoint);

    /// The socket was disconnected from there.
    fn disconnects(&self, endpoint: &Endpoint);
}

/// Options that sending and receiving must know without asking libzmq.
struct Remembered([AtomicI32; REMEMBERED.len()]);

/// Number and initial value of each remembered option.
const REMEMBERED: [(OptionId<c_int>, c_int); 3] = [(id::SNDTIMEO, -1), (id::RCVTIMEO, -1), (id::CONFLATE, 0)];

const SEND_TIMEOUT: usize = 0;
const RECEIVE_TIMEOUT: usize = 1;
const CONFLATE: usize = 2;

/// How much goes through one system call, in bytes, with a system's libzmq: its own 8192 are too few for messages of more than
/// some bytes. In the compiled one batches grow by themselves (docs/design.md, "Batches").
#[cfg(ferromq_system_libzmq)]
const BATCH: c_int = 1 << 16;

/// Where libzmq looks for whom it asks whom to let in (RFC 27).
const AUTHENTICATOR: &str = "inproc://zeromq.zap.01";

impl<K: Sharing> Core<K> {
    pub(crate) fn open(context: &Context, socket_type: SocketType<K>, pattern: &str) -> Result<Self> {
        let raw = RawSocket::open(context.raw(), socket_type)
            .map_err(|errno| Error::from_errno(Operation::OpenSocket, errno).about_detail(pattern))?;
        let core = Core::around(raw, socket_type);
        #[cfg(ferromq_system_libzmq)]
        for batch in [id::IN_BATCH_SIZE, id::OUT_BATCH_SIZE] {
            // A system libzmq may not know the option, and then has a size of its own.
            let _ = core.raw.set(batch, &BATCH);
        }
        // SUB and its kin have nothing to linger for, and libzmq's default there is not to.
        if !core.subscribes() && context.lingers() {
            let linger = LingerPeriod::encode(&Linger::DEFAULT).expect("the default can be encoded");
            core.set(&Encoded::Int(id::LINGER, linger))
                .map_err(|errno| Error::from_errno(Operation::OpenSocket, errno).about_detail(pattern))?;
        }
        Ok(core)
    }

    /// Takes a socket that is open already, and asks libzmq for what sending and receiving must know. Other options
    /// that it does not report are taken to be as they are on a fresh socket.
    pub(crate) fn adopt(
        raw: RawSocket<K>,
        socket_type: SocketType<K>,
    ) -> Result<Self, (Errno, RawSocket<K>)> {
        let mut values = REMEMBERED.map(|(_, initial)| initial);
        for (value, (option, _)) in values.iter_mut().zip(REMEMBERED) {
            match raw.get(option) {
                Ok(reported) => *value = reported,
                Err(errno) => return Err((errno, raw)),
            }
        }
        let mut core = Core::around(raw, socket_type);
        core.remembered = Remembered(values.map(AtomicI32::new));
        // It may have some.
        core.datagram_endpoints = AtomicI32::new(1);
        core.note_timeouts();
        Ok(core)
    }

    fn around(raw: RawSocket<K>, socket_type: SocketType<K>) -> Self {
        Core {
            raw,
            socket_type,
            empty: Empty::new(),
            remembered: Remembered(REMEMBERED.map(|(_, initial)| AtomicI32::new(initial))),
            notes: Mutex::default(),
            connections: Connections::default(),
            datagram_endpoints: AtomicI32::new(0),
            relies_on: None,
            follower: Mutex::default(),
            send_mode: AtomicFlags::new(Flags::NONE),
            receive_mode: AtomicFlags::new(Flags::NONE),
            spin: Arc::new(Spin::new()),
        }
    }

    /// Lets a first attempt wait where there is no timeout, and nothing to do before.
    fn note_timeouts(&self) {
        self.send_mode.set(first_attempt(self.send_timeout()));
        let spins = self.spin.is_on();
        self.receive_mode.set(if spins { Flags::DONTWAIT } else { first_attempt(self.receive_timeout()) });
    }

    pub(super) fn set_spin(&self, at_most: Duration) {
        self.spin.set(at_most);
        self.note_timeouts();
    }

    /// Gives a socket that is neither bound nor connected its security, once.
    pub(crate) fn secure(&mut self, security: &Security) -> Result<()> {
        security.check_supported()?;
        for setting in security.settings() {
            let set = uninterrupted(|| match setting {
                SecuritySetting::Int(id, value) => self.raw.set(id, &value),
                SecuritySetting::Bytes(id, value) => self.raw.set(id, value),
            });
            set.map_err(|errno| match errno {
                // The values are right: it is the option that this libzmq, an old one, does not know.
                Errno::EINVAL => {
                    security.refused(ErrorKind::Unsupported, "the linked libzmq does not take it")
                }
                _ => Error::from_errno(Operation::SetOption, errno).about_option(
                    "security",
                    format!("{security:?}"),
                    None,
                ),
            })?;
        }
        self.relies_on = security.relies_on();
        Ok(())
    }

    pub(crate) fn bind(&self, endpoint: &Endpoint) -> Result<()> {
        if endpoint.as_str() == AUTHENTICATOR && !self.socket_type.answers_zap() {
            return Err(Error::new(Operation::Bind, ErrorKind::Unsupported).about_endpoint(
                AUTHENTICATOR,
                Some("an authenticator is a REP, ROUTER or SERVER; libzmq would end the process"),
            ));
        }
        self.attach(Operation::Bind, endpoint, RawSocket::bind)?;
        self.count_datagrams(endpoint, 1);
        Ok(())
    }

    pub(crate) fn connect(&self, endpoint: &Endpoint) -> Result<()> {
        self.tell(|follower| follower.connects(endpoint));
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
        self.tell(|follower| follower.disconnects(endpoint));
        self.count_datagrams(endpoint, -1);
        Ok(())
    }

    /// Tells this one from now on, and the one before no more.
    pub(crate) fn be_followed_by(&self, follower: Weak<dyn Follower>) {
        *self.follower.lock().unwrap_or_else(PoisonError::into_inner) = Some(follower);
    }

    fn tell(&self, news: impl FnOnce(&dyn Follower)) {
        let follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(follower) = follower.and_then(|follower| follower.upgrade()) {
            news(&*follower);
        }
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
        self.tell(|follower| follower.connects(endpoint));
        uninterrupted(|| self.raw.connect_peer(&endpoint.to_c()))
    }

    /// Whether this socket may be bound or connected there; what libzmq would find out too late, or not at all.
    pub(super) fn check_endpoint(&self, operation: Operation, endpoint: &Endpoint) -> Result<()> {
        // libzmq lets these patterns use transports over which what arrives does not have the form that they rely on;
        // with `inproc` a STREAM would abort the process.
        if self.is_raw() && self.raw_transport() != endpoint.transport() {
            return Err(Error::new(operation, ErrorKind::IncompatibleTransport)
                .about_endpoint(endpoint.as_str(), Some("STREAM works over tcp only, and DGRAM over udp")));
        }
        if let Some(mechanism) = self.relies_on
            && let Some(reason) = mechanism.unfit_for(endpoint.transport())
        {
            let reason = format!("for a socket that relies on {mechanism}: {reason}");
            return Err(Error::new(operation, ErrorKind::IncompatibleTransport)
                .about_endpoint(endpoint.as_str(), Some(&reason)));
        }
        endpoint.check_use(operation)
    }

    fn attach(
        &self,
        operation: Operation,
        endpoint: &Endpoint,
        call: fn(&RawSocket<K>, &CStr) -> Result<(), Errno>,
    ) -> Result<()> {
        self.check_endpoint(operation, endpoint)?;
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

    /// Sets an option of the table, and keeps the value if libzmq does not report it.
    pub(crate) fn configure(&self, setting: &Setting) -> Result<(), Errno> {
        self.apply(&setting.value)?;
        if setting.remembered {
            let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
            notes.retain(|note| note.number() != setting.value.number());
            notes.push(setting.value.clone());
        }
        Ok(())
    }

    /// The value that an option which libzmq does not report was set to, if it was.
    pub(crate) fn noted<W: RowWire + ?Sized>(&self, id: OptionId<W>) -> Option<W::Owned> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.iter().find(|note| note.number() == id.number()).and_then(W::value)
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

    /// Sets an option, and remembers it if sending and receiving must know it.
    pub(crate) fn set(&self, setting: &Encoded) -> Result<(), Errno> {
        uninterrupted(|| match setting {
            Encoded::Int(id, value) => self.raw.set(*id, value),
            Encoded::Signed(id, value) => self.raw.set(*id, value),
            Encoded::Unsigned(id, value) => self.raw.set(*id, value),
            Encoded::Bytes(id, value) => self.raw.set(*id, value.as_slice()),
            Encoded::Text(id, value) => self.raw.set(*id, value.as_str()),
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

    /// The configured timeout; `None` is none.
    #[cfg(all(unix, feature = "aio"))]
    pub(crate) fn send_limit(&self) -> Option<Duration> {
        limit(self.send_timeout())
    }

    /// The configured timeout; `None` is none.
    #[cfg(all(unix, feature = "aio"))]
    pub(crate) fn receive_limit(&self) -> Option<Duration> {
        limit(self.receive_timeout())
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
    pub(crate) fn is_raw(&self) -> bool {
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

#[cfg(all(unix, feature = "aio"))]
fn limit(timeout: c_int) -> Option<Duration> {
    u64::try_from(timeout).ok().map(Duration::from_millis)
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
