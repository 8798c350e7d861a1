//! What the events of a monitor come to.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::state::{Addresses, ConnectionState, Peer, Refusal};
use crate::endpoint::Endpoint;
use crate::error::ErrorKind;
use crate::monitor::{EventKind, MonitorEvent};

/// libzmq says at once that it will try again, and does not say that it will not. So much later it is clear.
const GRACE: Duration = Duration::from_secs(1);

/// The connections of one socket.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    connections: Vec<Connection>,
    /// The endpoints that accept connections.
    listening: Vec<Box<str>>,
    /// The endpoints that libzmq connects to, by the names that its events have for them.
    attempts: Vec<Attempt>,
    /// The endpoints that the socket has disconnected from, of which late events may tell.
    left: Vec<Endpoint>,
    refused: Option<Refusal>,
    disconnected: Option<Instant>,
    /// Why there are no more events.
    end: Option<ErrorKind>,
}

#[derive(Debug)]
struct Connection {
    peer: Peer,
    accepted: bool,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Handshaking,
    /// Its end will be told next.
    Failed,
    Ready,
}

#[derive(Debug)]
struct Attempt {
    endpoint: Box<str>,
    /// When a connection, or an attempt to make one, ended that was not followed by another attempt yet.
    over: Option<Instant>,
}

impl Attempt {
    fn is_given_up(&self, now: Instant) -> bool {
        self.over.is_some_and(|over| now.saturating_duration_since(over) >= GRACE)
    }
}

impl Ledger {
    /// Enters an event.
    pub(super) fn enter(&mut self, event: &MonitorEvent, now: Instant) {
        let connects_to = event.remote().or(event.address()).unwrap_or_default();
        match event.kind() {
            EventKind::MonitorStopped => self.end(ErrorKind::MonitorStopped),
            EventKind::Listening => {
                self.listening.push(event.local().or(event.address()).unwrap_or_default().into());
            }
            EventKind::Accepted => self.open(event, true, now),
            _ if self.left.iter().any(|left| is_at(left, connects_to)) => {}
            EventKind::ConnectDelayed | EventKind::ConnectRetried { .. } => self.attempt(connects_to, None),
            EventKind::Connected => {
                self.attempt(connects_to, None);
                self.open(event, false, now);
            }
            EventKind::HandshakeSucceeded => {
                if let Some(index) = self.find(event, [Stage::Handshaking]) {
                    self.connections[index].stage = Stage::Ready;
                    self.connections[index].peer.since = now;
                    self.refused = None;
                }
            }
            EventKind::Disconnected => {
                // If there are several that cannot be told apart, as over `ipc`, the failed one ends first.
                let stages = [Stage::Failed, Stage::Ready, Stage::Handshaking];
                if let Some(index) = self.find(event, stages) {
                    let ended = self.connections.swap_remove(index);
                    if ended.stage == Stage::Ready {
                        self.disconnected = Some(now);
                    }
                    if !ended.accepted {
                        self.attempt(connects_to, Some(now));
                    }
                }
            }
            EventKind::Closed => self.close(event, connects_to, now),
            kind => {
                if let Some(refusal) = Refusal::told_by(kind) {
                    self.refused = Some(refusal);
                    if let Some(index) = self.find(event, [Stage::Handshaking]) {
                        self.connections[index].stage = Stage::Failed;
                    }
                }
            }
        }
    }

    /// There will be no more events.
    pub(super) fn end(&mut self, reason: ErrorKind) {
        self.end.get_or_insert(reason);
    }

    /// The socket is about to connect there.
    pub(super) fn connects(&mut self, endpoint: &Endpoint) {
        self.left.retain(|left| left != endpoint);
    }

    /// The socket has disconnected from there, of which libzmq tells nothing.
    pub(super) fn disconnects(&mut self, endpoint: &Endpoint) {
        let is_there = |address: &Option<Box<str>>| address.as_deref().is_some_and(|a| is_at(endpoint, a));
        self.connections.retain(|connection| {
            let addresses = &connection.peer.addresses;
            connection.accepted || !(is_there(&addresses.remote) || is_there(&addresses.only))
        });
        self.attempts.retain(|attempt| !is_at(endpoint, &attempt.endpoint));
        self.left.push(endpoint.clone());
    }

    pub(super) fn state(&self, now: Instant) -> ConnectionState {
        let is_any = |stage| self.connections.iter().any(|connection| connection.stage == stage);
        let tries = self.attempts.iter().any(|attempt| !attempt.is_given_up(now));
        if self.end.is_some() {
            ConnectionState::Closed
        } else if is_any(Stage::Ready) {
            ConnectionState::Ready { peers: self.ready().count() }
        } else if is_any(Stage::Handshaking) {
            ConnectionState::Handshaking
        } else if let Some(refusal) = self.refused.filter(|_| tries) {
            ConnectionState::Refused(refusal)
        } else if let Some(since) = self.disconnected.filter(|_| tries || !self.listening.is_empty()) {
            ConnectionState::Disconnected { since }
        } else if tries {
            ConnectionState::Connecting
        } else if !self.listening.is_empty() {
            ConnectionState::Listening
        } else if !self.attempts.is_empty() {
            ConnectionState::GaveUp { refused: self.refused }
        } else {
            ConnectionState::Idle
        }
    }

    /// The peers with which messages can flow.
    pub(super) fn ready(&self) -> impl Iterator<Item = &Peer> {
        self.connections.iter().filter(|connection| connection.stage == Stage::Ready).map(|c| &c.peer)
    }

    pub(super) fn refused(&self) -> Option<Refusal> {
        self.refused
    }

    pub(super) fn ended(&self) -> Option<ErrorKind> {
        self.end
    }

    /// When the state may change though nothing is told.
    pub(super) fn next_change(&self, now: Instant) -> Option<Duration> {
        let waiting = self.attempts.iter().filter(|attempt| !attempt.is_given_up(now));
        waiting.filter_map(|attempt| Some((attempt.over? + GRACE).saturating_duration_since(now))).min()
    }

    fn attempt(&mut self, endpoint: &str, over: Option<Instant>) {
        match self.attempts.iter_mut().find(|attempt| &*attempt.endpoint == endpoint) {
            Some(attempt) => attempt.over = over,
            None => self.attempts.push(Attempt { endpoint: endpoint.into(), over }),
        }
    }

    fn open(&mut self, event: &MonitorEvent, accepted: bool, now: Instant) {
        let peer = Peer { addresses: Addresses::of(event), since: now };
        self.connections.push(Connection { peer, accepted, stage: Stage::Handshaking });
    }

    /// What listened does so no more, and gives up what it has accepted; or an attempt to connect is over.
    fn close(&mut self, event: &MonitorEvent, connects_to: &str, now: Instant) {
        let local = event.local().or(event.address()).unwrap_or_default();
        if let Some(index) = self.listening.iter().position(|listening| **listening == *local) {
            let listened = self.listening.swap_remove(index).parse::<Endpoint>();
            self.connections.retain(|connection| {
                let addresses = &connection.peer.addresses;
                let address = addresses.local.as_deref().or(addresses.only.as_deref());
                let there = listened.as_ref().is_ok_and(|end| address.is_some_and(|a| was_bound_at(end, a)));
                !(connection.accepted && there)
            });
        } else if event.local().is_none() {
            self.attempt(connects_to, Some(now));
        }
    }

    /// The connection that an event is about, in the first of these stages in which there is one.
    fn find<const N: usize>(&self, event: &MonitorEvent, stages: [Stage; N]) -> Option<usize> {
        let addresses = Addresses::of(event);
        stages.into_iter().find_map(|stage| {
            let is_such = |c: &Connection| c.stage == stage && c.peer.addresses == addresses;
            self.connections.iter().position(is_such)
        })
    }
}

impl Addresses {
    fn of(event: &MonitorEvent) -> Self {
        let owned = |address: Option<&str>| address.map(Into::into);
        Addresses { local: owned(event.local()), remote: owned(event.remote()), only: owned(event.address()) }
    }
}

/// Whether `address`, by which an event calls what a socket connects to, is that of `endpoint`. libzmq first calls it as the
/// program has, and once it has resolved the name by its number.
fn is_at(endpoint: &Endpoint, address: &str) -> bool {
    let is_name = |endpoint: &Endpoint| endpoint.host().is_some_and(|host| host.parse::<IpAddr>().is_err());
    endpoint.as_str() == address
        || address.parse::<Endpoint>().is_ok_and(|told| {
            let same_port = endpoint.port().is_some() && endpoint.port() == told.port();
            told.transport() == endpoint.transport() && same_port && (is_name(endpoint) || is_name(&told))
        })
}

/// Whether a connection whose own address is `address` was accepted at `listened`, which may be every address of the machine.
fn was_bound_at(listened: &Endpoint, address: &str) -> bool {
    listened.as_str() == address
        || address.parse::<Endpoint>().is_ok_and(|own| {
            let same_port = listened.port().is_some() && listened.port() == own.port();
            let everywhere = listened.host().and_then(|host| host.parse::<IpAddr>().ok());
            own.transport() == listened.transport()
                && same_port
                && everywhere.is_some_and(|host| host.is_unspecified())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;
    use crate::sys::event;

    /// An event as a libzmq tells it that has both addresses.
    fn full(number: u64, value: u64, local: &str, remote: &str) -> MonitorEvent {
        let mut message: Message = [number, 1, value].map(|n| n.to_ne_bytes().to_vec()).into();
        message.push_back(local);
        message.push_back(remote);
        MonitorEvent::read(&message)
    }

    /// As one tells it that has one address only.
    fn old(number: u64, address: &str) -> MonitorEvent {
        let number = u16::try_from(number).unwrap().to_ne_bytes();
        let event = [&number[..], &7_u32.to_ne_bytes()].concat();
        MonitorEvent::read(&[event, address.into()].into())
    }

    fn after(events: &[MonitorEvent], now: Instant) -> Ledger {
        let mut ledger = Ledger::default();
        for event in events {
            ledger.enter(event, now);
        }
        ledger
    }

    #[test]
    fn one_address_is_enough_to_count_peers() {
        let now = Instant::now();
        let bound = "tcp://127.0.0.1:5555";
        let mut events = vec![old(event::LISTENING, bound)];
        for _ in 0..3 {
            events.extend([old(event::ACCEPTED, bound), old(event::HANDSHAKE_SUCCEEDED, bound)]);
        }
        events.extend([old(event::ACCEPTED, bound), old(event::HANDSHAKE_FAILED_NO_DETAIL, bound)]);
        assert_eq!(after(&events, now).state(now), ConnectionState::Ready { peers: 3 });
        events.push(old(event::DISCONNECTED, bound));
        assert_eq!(after(&events, now).state(now), ConnectionState::Ready { peers: 3 });
        events.push(old(event::DISCONNECTED, bound));
        assert_eq!(after(&events, now).state(now), ConnectionState::Ready { peers: 2 });
        events.push(old(event::CLOSED, bound));
        assert_eq!(after(&events, now).state(now), ConnectionState::Idle);
    }

    #[test]
    fn silence_after_an_attempt_is_giving_up_and_a_further_attempt_is_not() {
        let now = Instant::now();
        let to = "tcp://127.0.0.1:5555";
        let mut events = vec![full(event::CONNECT_DELAYED, 115, "", to), full(event::CLOSED, 7, "", to)];
        let ledger = after(&events, now);
        assert_eq!(ledger.state(now), ConnectionState::Connecting);
        assert_eq!(ledger.next_change(now), Some(GRACE));
        assert_eq!(ledger.state(now + GRACE), ConnectionState::GaveUp { refused: None });
        assert_eq!(ledger.next_change(now + GRACE), None);

        events.push(full(event::CONNECT_RETRIED, 60_000, "", to));
        let ledger = after(&events, now);
        assert_eq!(ledger.state(now + GRACE), ConnectionState::Connecting);
        assert_eq!(ledger.next_change(now), None);
    }

    #[test]
    fn a_late_event_of_what_was_disconnected_is_nothing() {
        let now = Instant::now();
        let (from, to) = ("tcp://127.0.0.1:40000", "tcp://127.0.0.1:5555");
        let endpoint: Endpoint = "tcp://localhost:5555".parse().unwrap();
        let connected = [full(event::CONNECTED, 7, from, to), full(event::HANDSHAKE_SUCCEEDED, 0, from, to)];
        let mut ledger = after(&connected, now);
        ledger.disconnects(&endpoint);
        assert_eq!(ledger.state(now), ConnectionState::Idle);
        for event in &connected {
            ledger.enter(event, now);
        }
        assert_eq!(ledger.state(now), ConnectionState::Idle);
        ledger.connects(&endpoint);
        for event in &connected {
            ledger.enter(event, now);
        }
        assert_eq!(ledger.state(now), ConnectionState::Ready { peers: 1 });
    }

    #[test]
    fn names_and_numbers_of_a_host_meet_at_their_port() {
        let at = |endpoint: &str, address| is_at(&endpoint.parse().unwrap(), address);
        assert!(at("tcp://localhost:5555", "tcp://127.0.0.1:5555"));
        assert!(at("tcp://127.0.0.1:5555", "tcp://localhost:5555"));
        assert!(at("ipc:///tmp/x", "ipc:///tmp/x"));
        assert!(!at("tcp://localhost:5555", "tcp://127.0.0.1:5556"));
        assert!(!at("tcp://127.0.0.1:5555", "tcp://127.0.0.2:5555"));
        assert!(!at("tcp://localhost:5555", "ws://localhost:5555/"));
        assert!(!at("ipc:///tmp/x", "ipc:///tmp/y"));
    }
}
