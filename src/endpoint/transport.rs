//! How bytes travel.

use std::fmt;

use crate::capability::{Capability, has};
use crate::sys;

/// How bytes travel; the part of an endpoint before `://`.
///
/// Not every libzmq is built with every transport. [`is_available`](Transport::is_available) tells; using one that is
/// not is an [`Unsupported`](crate::ErrorKind::Unsupported) error, which says how to get it.
///
/// | transport | patterns | needs |
/// |---|---|---|
/// | `tcp`, `ipc`, `ws` | all but DGRAM (STREAM: `tcp` only) | |
/// | `inproc` | all but STREAM and DGRAM | one context |
/// | `udp` | RADIO connects; DISH and DGRAM bind | feature `draft` |
/// | `wss` | as `ws` | `FERROMQ_WITH=wss` |
/// | `pgm`, `epgm` | PUB, SUB, XPUB, XSUB | `FERROMQ_WITH=pgm` |
/// | `norm` | PUB, SUB, XPUB, XSUB | `FERROMQ_WITH=norm` |
/// | `tipc` | as `tcp` | Linux, with its module `tipc` |
/// | `vmci` | as `tcp` | `FERROMQ_WITH=vmci` |
///
/// Another pattern is an [`IncompatibleTransport`](crate::ErrorKind::IncompatibleTransport) error.
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
    /// Every transport.
    pub const ALL: [Transport; 11] = [
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
    ///
    /// ```
    /// assert_eq!(ferromq::Transport::Inproc.name(), "inproc");
    /// ```
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

    /// What libzmq must be built with for it; `None` if it always is.
    ///
    /// ```
    /// use ferromq::{Capability, Transport};
    ///
    /// assert_eq!(Transport::Epgm.capability(), Some(Capability::Pgm));
    /// assert_eq!(Transport::Tcp.capability(), None);
    /// ```
    pub fn capability(self) -> Option<Capability> {
        match self {
            Transport::Tcp | Transport::Inproc | Transport::Udp => None,
            Transport::Ipc => Some(Capability::Ipc),
            Transport::Ws => Some(Capability::Ws),
            Transport::Wss => Some(Capability::Wss),
            Transport::Pgm | Transport::Epgm => Some(Capability::Pgm),
            Transport::Norm => Some(Capability::Norm),
            Transport::Tipc => Some(Capability::Tipc),
            Transport::Vmci => Some(Capability::Vmci),
        }
    }

    /// Whether it can be used: the linked libzmq was built with it and, for TIPC, the kernel has it.
    ///
    /// ```
    /// assert!(ferromq::Transport::Tcp.is_available());
    /// ```
    pub fn is_available(self) -> bool {
        self.missing().is_none()
    }

    /// What it lacks, and what would help.
    pub(crate) fn missing(self) -> Option<String> {
        match self.capability() {
            Some(capability) if !has(capability) => {
                Some(format!("the linked libzmq has no {self}; {}", capability.remedy()))
            }
            Some(Capability::Tipc) if !sys::kernel_has_tipc() => {
                Some("the kernel has no TIPC; its module is `tipc`".to_owned())
            }
            _ => None,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
