//! Where a peer comes from, and which origins a rule is about.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

use crate::error::{Error, ErrorKind, Operation, Result};

/// Where a peer comes from, as libzmq tells the authenticator.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PeerAddress {
    /// Over TCP or WebSocket. An IPv4 address that arrived at an IPv6 socket is an IPv4 address here.
    Ip(IpAddr),
    /// Over IPC, where the system tells who the peer is: on Linux and macOS.
    Process {
        /// The user's number.
        user: u32,
        /// The group's number.
        group: u32,
        /// The process id, which Linux tells.
        process: Option<u32>,
    },
    /// Anything else, as libzmq has it; often empty.
    Other(String),
}

impl PeerAddress {
    pub(super) fn read(text: &str) -> PeerAddress {
        // A link-local address has its interface behind it.
        let address = text.split_once('%').map_or(text, |(address, _)| address);
        if let Ok(address) = address.parse::<IpAddr>() {
            return PeerAddress::Ip(address.to_canonical());
        }
        // Before the numbers there is nothing, or the machine's name for itself; behind them, on macOS, nothing.
        let mut numbers = text.rsplitn(4, ':').map(str::parse);
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(process), Some(Ok(group)), Some(Ok(user)), Some(_)) => {
                PeerAddress::Process { user, group, process: process.ok() }
            }
            _ => PeerAddress::Other(text.into()),
        }
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeerAddress::Ip(address) => address.fmt(f),
            PeerAddress::Process { user, group, process } => {
                match process {
                    Some(process) => write!(f, "process {process}")?,
                    None => write!(f, "a process")?,
                }
                write!(f, " of user {user}, group {group}")
            }
            PeerAddress::Other(text) if text.is_empty() => f.write_str("an unknown address"),
            PeerAddress::Other(text) => f.write_str(text),
        }
    }
}

/// Which peers a rule is about: those of an IP address or network, of a user of this machine, or over IPC.
///
/// ```
/// use std::net::Ipv4Addr;
/// use ferromq::zap::Origin;
///
/// let office: Origin = "192.168.7.0/24".parse()?;
/// let own = Origin::from(Ipv4Addr::LOCALHOST);
/// assert_eq!(own, "127.0.0.1".parse()?);
/// assert!("192.168.7.0/33".parse::<Origin>().is_err());
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Origin(Kind);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Kind {
    Network(IpNet),
    Ipc,
    User(u32),
}

impl Origin {
    /// All processes of this machine that connect over IPC. libzmq knows them on Linux and macOS; elsewhere no peer is of
    /// this origin.
    pub const IPC: Origin = Origin(Kind::Ipc);

    /// The processes of a user of this machine that connect over IPC, by the user's number. As for
    /// [`IPC`](Origin::IPC), on Linux and macOS.
    pub const fn user(user: u32) -> Origin {
        Origin(Kind::User(user))
    }

    pub(super) fn covers(&self, address: &PeerAddress) -> bool {
        match (self.0, address) {
            (Kind::Network(network), PeerAddress::Ip(address)) => network.contains(address),
            (Kind::Ipc, PeerAddress::Process { .. }) => true,
            (Kind::User(known), PeerAddress::Process { user, .. }) => known == *user,
            _ => false,
        }
    }
}

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Origin {
        Origin(Kind::Network(address.to_canonical().into()))
    }
}

impl From<Ipv4Addr> for Origin {
    fn from(address: Ipv4Addr) -> Origin {
        IpAddr::V4(address).into()
    }
}

impl From<Ipv6Addr> for Origin {
    fn from(address: Ipv6Addr) -> Origin {
        IpAddr::V6(address).into()
    }
}

/// Reads an address, `127.0.0.1` or `::1`, or a network, `10.0.0.0/8`.
impl FromStr for Origin {
    type Err = Error;

    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption).
    fn from_str(text: &str) -> Result<Self> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(address.into());
        }
        match text.parse::<IpNet>() {
            Ok(network) => Ok(Origin(Kind::Network(canonical(network.trunc())))),
            Err(_) => Err(Error::new(Operation::Authenticate, ErrorKind::InvalidOption)
                .about_detail(format!("{text:?} is neither an IP address nor a network such as 10.0.0.0/8"))),
        }
    }
}

/// IPv4 networks in the clothes of IPv6 as what they are, because that is what addresses become.
fn canonical(network: IpNet) -> IpNet {
    match network {
        IpNet::V6(mapped) if mapped.prefix_len() >= 96 => match mapped.addr().to_ipv4_mapped() {
            Some(address) => Ipv4Net::new_assert(address, mapped.prefix_len() - 96).into(),
            None => network,
        },
        _ => network,
    }
}

impl TryFrom<&str> for Origin {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                network.addr().fmt(f)
            }
            Kind::Network(network) => network.fmt(f),
            Kind::Ipc => f.write_str("ipc"),
            Kind::User(user) => write!(f, "user {user}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(origin: &str, address: &str) -> bool {
        origin.parse::<Origin>().unwrap().covers(&PeerAddress::read(address))
    }

    #[test]
    fn a_network_covers_its_addresses_in_either_form() {
        assert!(covers("10.0.0.0/8", "10.255.0.1"));
        assert!(covers("10.1.2.3/8", "10.255.0.1"));
        assert!(!covers("10.0.0.0/8", "11.0.0.1"));
        assert!(covers("10.0.0.0/8", "::ffff:10.0.0.1"));
        assert!(covers("::ffff:10.0.0.0/104", "10.0.0.1"));
        assert!(covers("::ffff:10.0.0.1", "10.0.0.1"));
        assert!(covers("::/0", "::1"));
        assert!(!covers("::/0", "127.0.0.1"));
        assert!(!covers("0.0.0.0/0", "::1"));
        assert!(covers("fe80::/10", "fe80::1%eth0"));
        assert!(!covers("0.0.0.0/0", "") && !covers("0.0.0.0/0", ":0:0:1") && !covers("::/0", "nonsense"));
    }

    #[test]
    fn peers_over_ipc_are_known_by_their_user() {
        let address = PeerAddress::read(":1000:100:4711");
        assert_eq!(address, PeerAddress::Process { user: 1000, group: 100, process: Some(4711) });
        assert_eq!(PeerAddress::read("localhost:1000:100:4711"), address);
        let unknown = PeerAddress::Process { user: 1000, group: 100, process: None };
        assert_eq!(PeerAddress::read(":1000:100:"), unknown);
        assert!(Origin::user(1000).covers(&address) && Origin::IPC.covers(&address));
        assert!(!Origin::user(0).covers(&address));
        assert!(!Origin::IPC.covers(&PeerAddress::read("")), "it may be a TCP peer that has gone");
        for odd in [":1000:100", ":-1:2:3", "1:2:3", ":x:2:3", ":::", "a:b:c:d"] {
            assert_eq!(PeerAddress::read(odd), PeerAddress::Other(odd.into()));
        }
    }

    #[test]
    fn an_origin_is_written_as_it_is_read() {
        for text in ["127.0.0.1", "::1", "10.0.0.0/8", "fe80::/10", "0.0.0.0/0"] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
        }
        for wrong in ["", "localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.1:80", " 10.0.0.1"] {
            assert_eq!(wrong.parse::<Origin>().unwrap_err().kind(), ErrorKind::InvalidOption, "{wrong}");
        }
    }
}
