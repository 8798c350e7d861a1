//! Endpoints out of their parts.

use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use super::{Endpoint, Transport};
use crate::error::{Error, ErrorKind, Operation, Result};

/// The machine that a VMCI socket binds or connects to.
///
/// ```
/// use ferromq::{Endpoint, VmciContext};
///
/// assert_eq!(Endpoint::vmci(VmciContext::Any, 5555).as_str(), "vmci://*:5555");
/// assert_eq!(Endpoint::vmci(VmciContext::Id(2), 5555).as_str(), "vmci://2:5555");
/// ```
///
/// Source: zmq_vmci(7).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum VmciContext {
    /// `*`: all of this machine's, when binding.
    Any,
    /// `@`: that of this machine.
    Local,
    /// The context id of a virtual machine, or 2 for the host.
    Id(u32),
}

/// Endpoints out of their parts. Where a port may be left to the operating system, 0 does.
impl Endpoint {
    /// `tcp://host:port`. `host` is a name or an address (an IPv6 address with or without brackets); when
    /// binding, also an interface's name, or `*` for all interfaces.
    ///
    /// IPv6 is used only with the option [`ipv6`](crate::ContextBuilder::ipv6).
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `host` is empty or cannot be one.
    ///
    /// ```
    /// use ferromq::{Context, Endpoint, Pull};
    ///
    /// let pull = Context::new()?.socket::<Pull>().bind(Endpoint::tcp("127.0.0.1", 0)?)?;
    /// assert_ne!(pull.last_endpoint()?.port(), Some(0));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn tcp(host: &str, port: u16) -> Result<Self> {
        format!("tcp://{}:{port}", bracketed(host)).parse()
    }

    /// The same `tcp` endpoint, connected to from a host (or interface) and port of this machine; 0 is any port.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) for another transport, or if `host` is empty. Binding to such an
    /// endpoint is an error, too.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// let endpoint = Endpoint::tcp("10.0.0.1", 5555)?.with_source("eth1", 0)?;
    /// assert_eq!(endpoint.as_str(), "tcp://eth1:0;10.0.0.1:5555");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn with_source(&self, host: &str, port: u16) -> Result<Self> {
        if self.transport() != Transport::Tcp {
            return Err(self.refused("only a tcp endpoint has a source with a port"));
        }
        format!("tcp://{}:{port};{}", bracketed(host), self.target()).parse()
    }

    /// `ipc://path`: a file system path, or on Linux `@name` for the abstract namespace, or `*` for a new
    /// temporary path.
    ///
    /// The socket's file is made by binding, in place of a socket that is there already, and stays when the socket is
    /// closed; that of the wildcard goes.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `path` is empty or has a NUL byte. A path longer
    /// than the operating system takes is found when binding or connecting.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::ipc("/run/feed.sock")?.as_str(), "ipc:///run/feed.sock");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn ipc(path: &str) -> Result<Self> {
        format!("ipc://{path}").parse()
    }

    /// `ipc://@name`: a name in Linux's abstract namespace, without a file; it is free again when the socket is closed.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `name` is empty or has a NUL byte.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::ipc_abstract("feed")?.as_str(), "ipc://@feed");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn ipc_abstract(name: &str) -> Result<Self> {
        format!("ipc://@{name}").parse()
    }

    /// `ipc://*`, to bind to a new path in the directory for temporary files.
    ///
    /// ```
    /// # #[cfg(unix)] {
    /// use ferromq::{Context, Endpoint, Pull, Push};
    ///
    /// let context = Context::new()?;
    /// let pull = context.socket::<Pull>().bind(Endpoint::ipc_wildcard())?;
    /// let push = context.socket::<Push>().connect(pull.last_endpoint()?)?;
    /// # }
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn ipc_wildcard() -> Self {
        well_formed("ipc://*".to_owned())
    }

    /// `inproc://name`: any name, known within one context.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `name` is empty or has a NUL byte.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::inproc("results")?.as_str(), "inproc://results");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn inproc(name: &str) -> Result<Self> {
        format!("inproc://{name}").parse()
    }

    /// `udp://host:port`. RADIO connects to a host or multicast group; DISH and DGRAM bind to an interface (name,
    /// address or `*`) or multicast group.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `host` is empty.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// let group = Endpoint::udp("239.0.0.1", 5555)?.with_interface("eth0")?;
    /// assert_eq!(group.as_str(), "udp://eth0;239.0.0.1:5555");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn udp(host: &str, port: u16) -> Result<Self> {
        format!("udp://{}:{port}", bracketed(host)).parse()
    }

    /// `ws://host:port/path`, a WebSocket. A `path` that is empty is `/`.
    ///
    /// ZeroMQ sends the path when it connects and does not look at it when it is bound.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `host` is empty, or for a path that libzmq would not send as it
    /// is: with a second slash, with a colon, with what a URL has to encode.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::ws("example.org", 80, "/feed")?.as_str(), "ws://example.org:80/feed");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn ws(host: &str, port: u16, path: &str) -> Result<Self> {
        format!("ws://{}:{port}/{}", bracketed(host), path.strip_prefix('/').unwrap_or(path)).parse()
    }

    /// `wss://host:port/path`, a WebSocket over TLS; otherwise as [`ws`](Endpoint::ws).
    ///
    /// # Errors
    /// As for [`ws`](Endpoint::ws).
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::wss("example.org", 443, "")?.as_str(), "wss://example.org:443/");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn wss(host: &str, port: u16, path: &str) -> Result<Self> {
        format!("wss://{}:{port}/{}", bracketed(host), path.strip_prefix('/').unwrap_or(path)).parse()
    }

    /// `pgm://group:port`, multicast over raw IP, which takes privileges; the interface is the system's choice unless
    /// [`with_interface`](Endpoint::with_interface) names it.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `group` is not multicast, or `port` is 0.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// let group = Endpoint::pgm([239, 0, 0, 1].into(), 5555)?;
    /// assert_eq!(group.as_str(), "pgm://239.0.0.1:5555");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn pgm(group: Ipv4Addr, port: u16) -> Result<Self> {
        format!("pgm://{group}:{port}").parse()
    }

    /// `epgm://group:port`, PGM inside UDP; otherwise as [`pgm`](Endpoint::pgm).
    ///
    /// # Errors
    /// As for [`pgm`](Endpoint::pgm).
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// let group = Endpoint::epgm([239, 0, 0, 1].into(), 5555)?.with_interface("eth0")?;
    /// assert_eq!(group.as_str(), "epgm://eth0;239.0.0.1:5555");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn epgm(group: Ipv4Addr, port: u16) -> Result<Self> {
        format!("epgm://{group}:{port}").parse()
    }

    /// `norm://host:port`: a multicast group, or one peer. [`with_interface`](Endpoint::with_interface) chooses the
    /// interface for a group.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) if `host` is empty or `port` is 0.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// let group = Endpoint::norm("239.0.0.1", 5555)?.with_interface("eth0")?.with_node_id(7)?;
    /// assert_eq!(group.as_str(), "norm://7,eth0;239.0.0.1:5555");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn norm(host: &str, port: u16) -> Result<Self> {
        format!("norm://{host}:{port}").parse()
    }

    /// The same multicast endpoint on one interface, which is named or given by its address.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) unless it is an endpoint of `udp`, `pgm`, `epgm` or `norm`, for
    /// `udp` one of a multicast group; or if `interface` cannot be one.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert!(Endpoint::udp("10.0.0.1", 5555)?.with_interface("eth0").is_err());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn with_interface(&self, interface: &str) -> Result<Self> {
        let transport = self.transport();
        match transport {
            Transport::Udp | Transport::Pgm | Transport::Epgm => {
                format!("{transport}://{interface};{}", self.target()).parse()
            }
            Transport::Norm => {
                let node = self.parts().and_then(|parts| parts.node);
                let node = node.map_or_else(String::new, |node| format!("{node},"));
                format!("{transport}://{node}{interface};{}", self.target()).parse()
            }
            _ => Err(self.refused("this transport has no multicast, for which an interface is chosen")),
        }
    }

    /// The same `norm` endpoint with the number by which NORM tells its nodes apart, from 1 to 2147483647. Without one
    /// it is made out of the machine's address, so that two sockets on one machine need different ones.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) for another transport or another number.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::norm("127.0.0.1", 5555)?.with_node_id(2)?.as_str(), "norm://2,127.0.0.1:5555");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn with_node_id(&self, id: u32) -> Result<Self> {
        if self.transport() != Transport::Norm {
            return Err(self.refused("only a norm endpoint has a node id"));
        }
        let interface = self.source().map_or_else(String::new, |interface| format!("{interface};"));
        format!("norm://{id},{interface}{}", self.target()).parse()
    }

    /// `tipc://{service,lower,upper}`, to bind to the instances of a service: its number, from 64, and the first and
    /// last instance.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) for a reserved number, below 64, or an empty range.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::tipc_service(5555, 0..=100)?.as_str(), "tipc://{5555,0,100}");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn tipc_service(service: u32, instances: RangeInclusive<u32>) -> Result<Self> {
        format!("tipc://{{{service},{},{}}}", instances.start(), instances.end()).parse()
    }

    /// `tipc://{service,instance}`, to connect to an instance of a service, wherever in the cluster it is.
    ///
    /// # Errors
    /// [`InvalidEndpoint`](ErrorKind::InvalidEndpoint) for a number below 65: libzmq does not connect to service 64.
    ///
    /// ```
    /// use ferromq::Endpoint;
    ///
    /// assert_eq!(Endpoint::tipc_instance(5555, 50)?.as_str(), "tipc://{5555,50}");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn tipc_instance(service: u32, instance: u32) -> Result<Self> {
        format!("tipc://{{{service},{instance}}}").parse()
    }

    /// `tipc://<*>`, to bind to an address that the system chooses;
    /// [`last_endpoint`](crate::Socket::last_endpoint) tells it.
    ///
    /// ```
    /// assert_eq!(ferromq::Endpoint::tipc_random().as_str(), "tipc://<*>");
    /// ```
    pub fn tipc_random() -> Self {
        well_formed("tipc://<*>".to_owned())
    }

    /// `vmci://context:port`, between VMware's virtual machines and their host.
    ///
    /// ```
    /// use ferromq::{Endpoint, VmciContext};
    ///
    /// assert_eq!(Endpoint::vmci(VmciContext::Local, 5555).as_str(), "vmci://@:5555");
    /// ```
    pub fn vmci(context: VmciContext, port: u32) -> Self {
        well_formed(match context {
            VmciContext::Any => format!("vmci://*:{port}"),
            VmciContext::Local => format!("vmci://@:{port}"),
            VmciContext::Id(id) => format!("vmci://{id}:{port}"),
        })
    }

    /// `host:port`, without what comes before.
    fn target(&self) -> &str {
        let address = self.address();
        let address = address.rsplit_once(',').map_or(address, |(_node, rest)| rest);
        address.rsplit_once(';').map_or(address, |(_source, target)| target)
    }

    fn refused(&self, reason: &str) -> Error {
        Error::new(Operation::ParseEndpoint, ErrorKind::InvalidEndpoint)
            .about_endpoint(self.as_str(), Some(reason))
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() }
}

fn well_formed(text: String) -> Endpoint {
    text.parse().expect("it is made of checked parts")
}
