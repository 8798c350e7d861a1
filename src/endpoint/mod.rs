//! Where a socket binds or connects.

mod address;
mod make;
mod transport;

use std::ffi::CString;
use std::fmt;
use std::str::FromStr;

pub use make::VmciContext;
pub use transport::Transport;

use self::address::Parts;
use crate::error::{Error, ErrorKind, Operation, Result};

/// Where a socket binds or connects: `transport://address`.
///
/// Everything that takes an endpoint takes text as well, so that it rarely needs to be spelled:
///
/// ```
/// use ferromq::{Endpoint, ErrorKind, Transport};
///
/// let endpoint: Endpoint = "tcp://127.0.0.1:5555".parse()?;
/// assert_eq!(endpoint.transport(), Transport::Tcp);
/// assert_eq!(endpoint.host(), Some("127.0.0.1"));
/// assert_eq!(endpoint.port(), Some(5555));
/// assert_eq!(endpoint, Endpoint::tcp("127.0.0.1", 5555)?);
///
/// let error = "tcp://localhost".parse::<Endpoint>().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidEndpoint);
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Parsing checks what does not depend on the machine and on what the endpoint is for. Binding and connecting check the
/// rest: an endpoint with a wildcard is for binding, one with a [source](Endpoint::with_source) for connecting.
///
/// A wildcard (`tcp://127.0.0.1:*`, `ipc://*`, `tipc://<*>`) lets the operating system choose;
/// [`Socket::last_endpoint`](crate::Socket::last_endpoint) tells what it chose, except over `udp`, where libzmq does not
/// know.
///
/// Sources: zmq_tcp(7), zmq_ipc(7), zmq_inproc(7), zmq_udp(7), zmq_pgm(7), zmq_tipc(7), zmq_vmci(7); for `ws` and `norm`,
/// which have no page, libzmq's code.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Endpoint {
    text: Box<str>,
    transport: Transport,
}

impl Endpoint {
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

    /// The host, of an endpoint that has a port: `localhost`, `*`, `::1` (without brackets), the multicast group.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::tcp("::1", 5555)?.host(), Some("::1"));
    /// assert_eq!(Endpoint::inproc("name")?.host(), None);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn host(&self) -> Option<&str> {
        Some(address::bare(self.parts()?.host))
    }

    /// The port, unless it is `*` or the transport has none. (VMCI's, which has 32 bits, is in the
    /// [`address`](Endpoint::address).)
    pub fn port(&self) -> Option<u16> {
        self.parts()?.port.parse().ok()
    }

    /// What comes before the `;`: over `tcp` the host and port that a socket connects from, over `udp`, `pgm`, `epgm`
    /// and `norm` the interface that multicast uses.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// let endpoint: Endpoint = "udp://eth0;239.0.0.1:5555".parse()?;
    /// assert_eq!(endpoint.source(), Some("eth0"));
    /// assert_eq!(endpoint.host(), Some("239.0.0.1"));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn source(&self) -> Option<&str> {
        self.parts()?.source
    }

    /// The path: of an `ipc` endpoint that in the file system (`None` for an abstract name or the wildcard), of a
    /// WebSocket's that of its URL, with the slash.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::ipc("/run/feed")?.path(), Some("/run/feed"));
    /// assert_eq!(Endpoint::ws("localhost", 80, "/feed")?.path(), Some("/feed"));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn path(&self) -> Option<&str> {
        match self.transport {
            Transport::Ipc => Some(self.address()).filter(|path| *path != "*" && !path.starts_with('@')),
            _ => self.parts()?.path,
        }
    }

    /// Whether it leaves something to the operating system, a port or a name, and so is for binding only.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert!(Endpoint::tcp("127.0.0.1", 0)?.has_wildcard());
    /// assert!(!Endpoint::tcp("127.0.0.1", 5555)?.has_wildcard());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn has_wildcard(&self) -> bool {
        match self.transport {
            Transport::Ipc => self.address() == "*",
            Transport::Tipc => self.address() == "<*>",
            Transport::Vmci => self.address().contains('*'),
            _ => self.parts().is_some_and(|parts| parts.host == "*" || matches!(parts.port, "*" | "0")),
        }
    }

    fn parts(&self) -> Option<Parts<'_>> {
        Parts::of(self.transport, self.address())
    }

    /// Refuses what cannot work and what libzmq would do something else with, before it has a chance to.
    pub(crate) fn check_use(&self, operation: Operation) -> Result<()> {
        let refuse =
            |kind, reason: &str| Err(Error::new(operation, kind).about_endpoint(self.as_str(), Some(reason)));
        if let Some(missing) = self.transport.missing() {
            return refuse(ErrorKind::Unsupported, &missing);
        }
        let refused = match operation {
            Operation::Bind => address::refuses_bind(self),
            Operation::Connect => address::refuses_connect(self),
            _ => return Ok(()),
        };
        match refused {
            Some(reason) => refuse(ErrorKind::InvalidEndpoint, reason),
            None => self.check_local(operation),
        }
    }

    /// Refuses a local socket whose name is too long, or that would take the place of a file.
    #[cfg(unix)]
    fn check_local(&self, operation: Operation) -> Result<()> {
        use std::os::unix::fs::FileTypeExt;

        // The size of `sun_path`, with the NUL.
        const ROOM: usize = if cfg!(any(target_os = "linux", target_os = "android")) { 108 } else { 104 };

        let refuse =
            |kind, reason: &str| Err(Error::new(operation, kind).about_endpoint(self.as_str(), Some(reason)));
        let address = self.address();
        if self.transport != Transport::Ipc || address == "*" {
            return Ok(());
        }
        if address.len() >= ROOM {
            let reason = format!("the path of a local socket has at most {} bytes", ROOM - 1);
            return refuse(ErrorKind::InvalidEndpoint, &reason);
        }
        if address.starts_with('@') && !cfg!(any(target_os = "linux", target_os = "android")) {
            return refuse(ErrorKind::Unsupported, "names that begin with @ are Linux's");
        }
        // libzmq removes whatever has the name before it binds; a file called @name too.
        if operation == Operation::Bind
            && std::fs::metadata(address).is_ok_and(|found| !found.file_type().is_socket())
        {
            return refuse(ErrorKind::AddressInUse, "there is a file of this name that is not a socket");
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn check_local(&self, _operation: Operation) -> Result<()> {
        Ok(())
    }

    /// The text as libzmq takes it.
    pub(crate) fn to_c(&self) -> CString {
        let mut text = String::from(&*self.text);
        // libzmq adds the slash itself to what it binds, and then knows the endpoint by no other name.
        if matches!(self.transport, Transport::Ws | Transport::Wss) && self.path().is_none() {
            text.push('/');
        }
        CString::new(text).expect("parsing refuses a NUL byte")
    }
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
        if text.contains('\0') {
            return refuse(ErrorKind::InvalidEndpoint, "it has a NUL byte");
        }
        let Some((name, address)) = text.split_once("://") else {
            return refuse(ErrorKind::InvalidEndpoint, "it should read transport://address");
        };
        let Some(transport) = Transport::ALL.into_iter().find(|transport| transport.name() == name) else {
            return refuse(ErrorKind::UnknownTransport, "libzmq knows none of this name");
        };
        match address::check(transport, address) {
            Ok(()) => Ok(Endpoint { text: text.into(), transport }),
            Err(reason) => refuse(ErrorKind::InvalidEndpoint, reason),
        }
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
            "tcp://eth0:0;10.0.0.1:5555",
            "tcp://192.168.1.17:*;[fe80::1%eth0]:5555",
            "tcp://[::]:0;[::1]:65535",
            "ipc:///run/x.sock",
            "ipc://@abstract",
            "ipc://*",
            "inproc://a b c://d",
            "udp://239.0.0.1:9",
            "udp://eth0;[ff02::1]:9",
            "ws://localhost:80",
            "ws://*:*/chat?room=1",
            "wss://[::1]:443/",
            "pgm://eth0;239.0.0.1:5",
            "epgm://239.0.0.1:5",
            "norm://127.0.0.1:5",
            "norm://1,eth0;239.0.0.1:5",
            "tipc://{65,0,0}",
            "tipc://{64, 1, 4294967295}",
            "tipc://{65,7}",
            "tipc://{65,7}@1.0.0",
            "tipc://<*>",
            "tipc://<1.1.10:2735>",
            "vmci://*:*",
            "vmci://@:4294967295",
            "vmci://2:5555",
            "ipc://./*",
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
            "tcp://[]:5555",
            "tcp://localhost:",
            "tcp://localhost:65536",
            "tcp://localhost:-1",
            "tcp://localhost:+1",
            "tcp://a:b",
            "tcp://localhost:00",
            "tcp://eth0;10.0.0.1:5555",
            "tcp://:0;10.0.0.1:5555",
            "tcp://[]:0;10.0.0.1:5555",
            "ipc://*name",
            "ipc://@",
            "udp://eth0;10.0.0.1:9",
            "udp://;239.0.0.1:9",
            "ws://localhost/chat",
            "ws://localhost:80/a/b",
            "ws://localhost:80/a:b",
            "ws://localhost:80/a b",
            "ws://localhost:80/\r\nX-Header: 1",
            "ws://eth0;localhost:80/",
            "pgm://eth0;10.0.0.1:5",
            "pgm://eth0;239.0.0.1",
            "pgm://eth0;239.0.0.1:0",
            "epgm://eth0;host:5",
            "epgm://;239.0.0.1:5",
            "norm://127.0.0.1:*",
            "norm://0,127.0.0.1:5",
            "norm://-1,127.0.0.1:5",
            "norm://2147483648,127.0.0.1:5",
            "norm://eth0,239.0.0.1:5",
            "tipc://5555",
            "tipc://{63,0,0}",
            "tipc://{64,0}",
            "tipc://{65,2,1}",
            "tipc://{65,1",
            "tipc://{65,1}@1.0",
            "tipc://{65,-1}",
            "tipc://{4294967296,0}",
            "tipc://<1.1:2>",
            "vmci://5555",
            "vmci://:5555",
            "vmci://2:4294967296",
            "vmci://-1:1",
            "inproc://a\0b",
        ] {
            assert_eq!(kind(text), ErrorKind::InvalidEndpoint, "{text}");
        }
        assert_eq!(kind(&format!("ws://localhost:80/{}", "x".repeat(2048))), ErrorKind::InvalidEndpoint);
        assert_eq!(kind(&format!("ws://{}:80/", "x".repeat(256))), ErrorKind::InvalidEndpoint);
        for text in ["://x", "TCP://localhost:1", "http://localhost:1", " tcp://localhost:1"] {
            assert_eq!(kind(text), ErrorKind::UnknownTransport, "{text}");
        }
    }

    #[test]
    fn host_and_port_are_those_of_the_target() {
        let endpoint: Endpoint = "tcp://10.0.0.1:1;[::1]:2".parse().unwrap();
        assert_eq!((endpoint.host(), endpoint.port()), (Some("::1"), Some(2)));
        let endpoint: Endpoint = "ws://example:80/a".parse().unwrap();
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

    fn refusal(operation: Operation, text: &str) -> Option<ErrorKind> {
        text.parse::<Endpoint>().expect(text).check_use(operation).err().map(|error| error.kind())
    }

    #[test]
    fn wildcards_are_for_binding_only() {
        for text in [
            "tcp://*:5555",
            "tcp://127.0.0.1:*",
            "tcp://127.0.0.1:0",
            "ws://*:80",
            "ws://[::1]:*/",
            "udp://*:9",
        ] {
            assert_eq!(refusal(Operation::Bind, text), None, "{text}");
            assert_eq!(refusal(Operation::Connect, text), Some(ErrorKind::InvalidEndpoint), "{text}");
        }
        for text in ["ipc://*", "tipc://<*>", "tipc://{65,0,9}", "vmci://*:1", "vmci://2:*"] {
            let endpoint: Endpoint = text.parse().unwrap();
            assert!(address::refuses_bind(&endpoint).is_none(), "{text}");
            assert!(address::refuses_connect(&endpoint).is_some(), "{text}");
        }
    }

    #[test]
    fn sources_and_port_identities_are_for_connecting_only() {
        for text in ["tcp://127.0.0.1:0;127.0.0.1:5555", "tipc://<1.1.10:2735>"] {
            let endpoint: Endpoint = text.parse().unwrap();
            assert!(address::refuses_bind(&endpoint).is_some(), "{text}");
            assert!(address::refuses_connect(&endpoint).is_none(), "{text}");
        }
    }

    #[test]
    fn a_websocket_has_one_name_for_libzmq() {
        let to_c = |text: &str| text.parse::<Endpoint>().unwrap().to_c().into_string().unwrap();
        assert_eq!(to_c("ws://localhost:80"), "ws://localhost:80/");
        assert_eq!(to_c("ws://localhost:80/"), "ws://localhost:80/");
        assert_eq!(to_c("ws://localhost:80/x"), "ws://localhost:80/x");
        assert_eq!(to_c("tcp://localhost:80"), "tcp://localhost:80");
    }
}
