//! Where a socket binds or connects.

use std::ffi::CString;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Operation, Result};

/// Where a socket binds or connects: `transport://address`.
///
/// Parsing checks what does not depend on the machine: the transport's name, and the form of the address.
/// Everything that takes an endpoint takes text as well, so that it rarely needs to be spelled:
///
/// ```
/// use ferromq::{Endpoint, ErrorKind, Transport};
///
/// let endpoint: Endpoint = "tcp://127.0.0.1:5555".parse()?;
/// assert_eq!(endpoint.transport(), Transport::Tcp);
/// assert_eq!(endpoint.host(), Some("127.0.0.1"));
/// assert_eq!(endpoint.port(), Some(5555));
///
/// let error = "tcp://localhost".parse::<Endpoint>().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidEndpoint);
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// A wildcard (`tcp://127.0.0.1:*`, `ipc://*`) lets the operating system choose;
/// [`Socket::last_endpoint`](crate::Socket::last_endpoint) tells what it chose.
///
/// Sources: zmq_tcp(7), zmq_ipc(7), zmq_inproc(7), zmq_udp(7).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Endpoint {
    text: Box<str>,
    transport: Transport,
}

/// How bytes travel; the part of an endpoint before `://`.
///
/// Not every libzmq is built with every transport: an unavailable one is an
/// [`UnknownTransport`](ErrorKind::UnknownTransport) error when it is used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Transport {
    /// TCP over IPv4 or IPv6.
    Tcp,
    /// Between processes of one machine, through a local socket.
    Ipc,
    /// Between threads of one process, within one context.
    Inproc,
    /// Unreliable datagrams, unicast or multicast; RADIO, DISH and DGRAM only.
    Udp,
    /// WebSocket (RFC 45).
    Ws,
    /// WebSocket over TLS.
    Wss,
    /// Reliable multicast over raw IP.
    Pgm,
    /// Reliable multicast encapsulated in UDP.
    Epgm,
    /// NACK-oriented reliable multicast.
    Norm,
    /// The Linux cluster protocol TIPC.
    Tipc,
    /// Between virtual machines and their VMware host.
    Vmci,
}

impl Transport {
    const ALL: [Transport; 11] = [
        Transport::Tcp,
        Transport::Ipc,
        Transport::Inproc,
        Transport::Udp,
        Transport::Ws,
        Transport::Wss,
        Transport::Pgm,
        Transport::Epgm,
        Transport::Norm,
        Transport::Tipc,
        Transport::Vmci,
    ];

    /// The name as it stands in an endpoint.
    pub fn name(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Ipc => "ipc",
            Transport::Inproc => "inproc",
            Transport::Udp => "udp",
            Transport::Ws => "ws",
            Transport::Wss => "wss",
            Transport::Pgm => "pgm",
            Transport::Epgm => "epgm",
            Transport::Norm => "norm",
            Transport::Tipc => "tipc",
            Transport::Vmci => "vmci",
        }
    }

    /// Whether addresses of this transport end in `host:port`.
    fn has_port(self) -> bool {
        matches!(self, Transport::Tcp | Transport::Udp | Transport::Ws | Transport::Wss)
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Endpoint {
    /// `tcp://host:port`. `host` is a name or an address (an IPv6 address with or without brackets); when
    /// binding, also an interface's name, or `*` for all interfaces.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `host` is empty or cannot be one.
    pub fn tcp(host: &str, port: u16) -> Result<Self> {
        let bare_ipv6 = host.contains(':') && !host.starts_with('[');
        if bare_ipv6 { format!("tcp://[{host}]:{port}") } else { format!("tcp://{host}:{port}") }.parse()
    }

    /// `ipc://path`: a file system path, or on Linux `@name` for the abstract namespace, or `*` for a new
    /// temporary path.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `path` is empty or has a NUL byte. A path longer
    /// than the operating system takes is found when binding.
    pub fn ipc(path: &str) -> Result<Self> {
        format!("ipc://{path}").parse()
    }

    /// `inproc://name`: any name, known within one context.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `name` is empty or has a NUL byte.
    pub fn inproc(name: &str) -> Result<Self> {
        format!("inproc://{name}").parse()
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How bytes travel.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// What follows `://`.
    pub fn address(&self) -> &str {
        &self.text[self.transport.name().len() + "://".len()..]
    }

    /// The host, of an endpoint that has a port: `localhost`, `*`, `::1` (without brackets).
    pub fn host(&self) -> Option<&str> {
        let (host, _) = self.host_and_port()?;
        Some(host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host))
    }

    /// The port, unless it is a wildcard or the transport has none.
    pub fn port(&self) -> Option<u16> {
        self.host_and_port()?.1.parse().ok()
    }

    fn host_and_port(&self) -> Option<(&str, &str)> {
        if self.transport.has_port() { split_port(self.transport, self.address()) } else { None }
    }

    /// The text as libzmq takes it.
    pub(crate) fn to_c(&self) -> CString {
        CString::new(&*self.text).expect("parsing refuses a NUL byte")
    }
}

/// `host` and `port` of `[source;]host:port[/path]`.
fn split_port(transport: Transport, address: &str) -> Option<(&str, &str)> {
    let target = address.rsplit_once(';').map_or(address, |(_source, target)| target);
    let target = match transport {
        Transport::Ws | Transport::Wss => target.split_once('/').map_or(target, |(target, _path)| target),
        _ => target,
    };
    target.rsplit_once(':')
}

impl FromStr for Endpoint {
    type Err = Error;

    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) and [`UnknownTransport`](ErrorKind::UnknownTransport),
    /// with the reason in the text.
    fn from_str(text: &str) -> Result<Self> {
        let refuse = |kind, reason: &str| {
            Err(Error::new(Operation::ParseEndpoint, kind).about_endpoint(text, Some(reason)))
        };
        let invalid = |reason: &str| refuse(ErrorKind::InvalidEndpoint, reason);

        if text.contains('\0') {
            return invalid("it has a NUL byte");
        }
        let Some((name, address)) = text.split_once("://") else {
            return invalid("it should read transport://address");
        };
        let Some(transport) = Transport::ALL.into_iter().find(|transport| transport.name() == name) else {
            return refuse(ErrorKind::UnknownTransport, "libzmq knows none of this name");
        };
        if address.is_empty() {
            return invalid("there is nothing after ://");
        }
        if transport.has_port() {
            let Some((host, port)) = split_port(transport, address) else {
                return invalid("there is no port, as in tcp://localhost:5555");
            };
            if host.is_empty() {
                return invalid("there is no host; to bind to all interfaces write *");
            }
            if port != "*" && (port.parse::<u16>().is_err() || port.starts_with('+')) {
                return invalid("the port should be * or a number from 0 to 65535");
            }
        }
        Ok(Endpoint { text: text.into(), transport })
    }
}

impl TryFrom<&str> for Endpoint {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl TryFrom<String> for Endpoint {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl TryFrom<&String> for Endpoint {
    type Error = Error;

    fn try_from(text: &String) -> Result<Self> {
        text.parse()
    }
}

impl From<&Endpoint> for Endpoint {
    fn from(endpoint: &Endpoint) -> Endpoint {
        endpoint.clone()
    }
}

impl AsRef<str> for Endpoint {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> ErrorKind {
        text.parse::<Endpoint>().expect_err(text).kind()
    }

    #[test]
    fn well_formed_endpoints_are_kept_to_the_letter() {
        for text in [
            "tcp://*:5555",
            "tcp://127.0.0.1:*",
            "tcp://[::1]:0",
            "tcp://eth0;10.0.0.1:5555",
            "tcp://[::]:0;[::1]:65535",
            "ipc:///run/x.sock",
            "ipc://@abstract",
            "ipc://*",
            "inproc://a b c://d",
            "udp://239.0.0.1:9",
            "ws://localhost:80/chat:1",
            "pgm://eth0;239.0.0.1:5",
        ] {
            assert_eq!(text.parse::<Endpoint>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn malformed_endpoints_are_refused_with_the_right_kind() {
        for text in [
            "",
            "localhost:5555",
            "tcp:/localhost:5555",
            "tcp://",
            "ipc://",
            "tcp://localhost",
            "tcp://:5555",
            "tcp://localhost:",
            "tcp://localhost:65536",
            "tcp://localhost:-1",
            "tcp://localhost:+1",
            "tcp://a:b",
            "ws://localhost/chat",
            "inproc://a\0b",
        ] {
            assert_eq!(kind(text), ErrorKind::InvalidEndpoint, "{text}");
        }
        for text in ["://x", "TCP://localhost:1", "http://localhost:1", " tcp://localhost:1"] {
            assert_eq!(kind(text), ErrorKind::UnknownTransport, "{text}");
        }
    }

    #[test]
    fn host_and_port_are_those_of_the_target() {
        let endpoint: Endpoint = "tcp://10.0.0.1:1;[::1]:2".parse().unwrap();
        assert_eq!((endpoint.host(), endpoint.port()), (Some("::1"), Some(2)));
        let endpoint: Endpoint = "ws://example:80/a:b".parse().unwrap();
        assert_eq!((endpoint.host(), endpoint.port()), (Some("example"), Some(80)));
        let endpoint: Endpoint = "tcp://*:*".parse().unwrap();
        assert_eq!((endpoint.host(), endpoint.port()), (Some("*"), None));
        let endpoint: Endpoint = "ipc://a:5".parse().unwrap();
        assert_eq!((endpoint.host(), endpoint.port()), (None, None));
    }

    #[test]
    fn constructors_bracket_ipv6() {
        assert_eq!(Endpoint::tcp("::1", 5).unwrap().as_str(), "tcp://[::1]:5");
        assert_eq!(Endpoint::tcp("[::1]", 5).unwrap().as_str(), "tcp://[::1]:5");
        assert!(Endpoint::tcp("", 5).is_err());
        assert!(Endpoint::inproc("").is_err());
    }
}
