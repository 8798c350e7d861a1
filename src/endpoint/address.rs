//! What follows `://`: the form that each transport gives it.

use std::net::{IpAddr, Ipv4Addr};

use super::{Endpoint, Transport};

/// Why an address is none; part of an error's text.
type Refused = &'static str;

/// The longest path of a WebSocket endpoint: libzmq writes it into a buffer of 8 KiB, together with the host and
/// the headers, and would send what lies behind the buffer if they did not fit.
const LONGEST_WS_PATH: usize = 2048;
/// A host name has at most 253 characters.
const LONGEST_HOST: usize = 255;

/// `[node,][source;]host:port[/path]`, as tcp, udp, ws, wss, pgm, epgm and norm have it.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) node: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    pub(super) host: &'a str,
    pub(super) port: &'a str,
    /// With its slash.
    pub(super) path: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// Takes an address apart; `None` if the transport's addresses are of another kind, or there is no port.
    pub(super) fn of(transport: Transport, address: &'a str) -> Option<Parts<'a>> {
        let (mut node, mut source, mut path, mut target) = (None, None, None, address);
        match transport {
            Transport::Ws | Transport::Wss => {
                if let Some(slash) = target.find('/') {
                    path = Some(&target[slash..]);
                    target = &target[..slash];
                }
            }
            Transport::Tcp | Transport::Udp | Transport::Pgm | Transport::Epgm | Transport::Norm => {
                if transport == Transport::Norm
                    && let Some((before, after)) = target.split_once(',')
                {
                    node = Some(before);
                    target = after;
                }
                if let Some((before, after)) = target.rsplit_once(';') {
                    source = Some(before);
                    target = after;
                }
            }
            Transport::Ipc | Transport::Inproc | Transport::Tipc | Transport::Vmci => return None,
        }
        let (host, port) = target.rsplit_once(':')?;
        Some(Parts { node, source, host, port, path })
    }
}

/// Whether `address` is one of the transport's, as far as that does not depend on the machine.
pub(super) fn check(transport: Transport, address: &str) -> Result<(), Refused> {
    if address.is_empty() {
        return Err("there is nothing after ://");
    }
    match transport {
        Transport::Inproc => Ok(()),
        Transport::Ipc => check_ipc(address),
        Transport::Tipc => Tipc::parse(address).map(drop).ok_or(
            "an address of TIPC reads {type,lower,upper} or {type,instance}, with a type above 64, or <*>",
        ),
        Transport::Vmci => check_vmci(address),
        _ => check_parts(transport, address),
    }
}

fn check_parts(transport: Transport, address: &str) -> Result<(), Refused> {
    let Some(parts) = Parts::of(transport, address) else {
        return Err("there is no port, as in tcp://localhost:5555");
    };
    let host = bare(parts.host);
    if host.is_empty() {
        return Err("there is no host; to bind to all interfaces write *");
    }
    if host.len() > LONGEST_HOST {
        return Err("a host name has at most 255 characters");
    }
    if !is_port(parts.port) {
        return Err("the port should be * or a number from 0 to 65535");
    }
    match transport {
        Transport::Tcp => check_source(parts),
        Transport::Ws | Transport::Wss => check_web(parts),
        Transport::Udp => check_udp(parts),
        _ => check_multicast(transport, parts),
    }
}

/// libzmq reads nothing but 0 as the port 0.
fn is_port(port: &str) -> bool {
    match port {
        "*" | "0" => true,
        _ => !port.starts_with('+') && port.parse::<u16>().is_ok_and(|port| port != 0),
    }
}

fn check_source(parts: Parts<'_>) -> Result<(), Refused> {
    let Some(source) = parts.source else { return Ok(()) };
    match source.rsplit_once(':') {
        Some((host, port)) if !bare(host).is_empty() && is_port(port) => Ok(()),
        _ => Err("the source needs a host and a port, which may be 0: tcp://eth0:0;10.0.0.1:5555"),
    }
}

/// libzmq 4.3.5 takes the last `/` for the beginning of the path and the last `:`, in the path too, for the end of
/// the host, and puts both into an HTTP request as they are.
fn check_web(parts: Parts<'_>) -> Result<(), Refused> {
    let path = parts.path.unwrap_or_default();
    if path.bytes().filter(|byte| *byte == b'/').count() > 1 {
        return Err("the path may have no second /, because libzmq would leave out what is before it");
    }
    if path.contains(':') {
        return Err("the path may have no :, which libzmq would take for that before the port");
    }
    if path.len() > LONGEST_WS_PATH {
        return Err("the path may have at most 2048 bytes");
    }
    if !path.bytes().chain(parts.host.bytes()).all(|byte| byte.is_ascii_graphic()) {
        return Err("host and path are part of an HTTP request, where other than visible ASCII is encoded");
    }
    if parts.host.contains(';') {
        return Err("a WebSocket has no source address");
    }
    Ok(())
}

fn check_udp(parts: Parts<'_>) -> Result<(), Refused> {
    let Some(interface) = parts.source else { return Ok(()) };
    if interface.is_empty() {
        return Err("there is no interface before the ;");
    }
    match bare(parts.host).parse::<IpAddr>() {
        Ok(group) if group.is_multicast() => Ok(()),
        _ => Err("an interface goes with the address of a multicast group: udp://eth0;239.0.0.1:5555"),
    }
}

/// PGM and NORM find in the background what is wrong with an address.
fn check_multicast(transport: Transport, parts: Parts<'_>) -> Result<(), Refused> {
    if matches!(parts.port, "*" | "0") {
        return Err("the port should be a number from 1 to 65535, because all peers must know it");
    }
    if let Some(interface) = parts.source
        && (interface.is_empty() || interface.len() > LONGEST_HOST || interface.contains([';', ',', ':']))
    {
        return Err("the interface before the ; should be its name or IPv4 address");
    }
    if transport == Transport::Norm {
        if let Some(node) = parts.node
            && !is_node_id(node)
        {
            return Err("the node id before the , should be a number from 1 to 2147483647");
        }
        if parts.host.contains([',', ';', '*']) {
            return Err("a NORM address reads host:port, interface;group:port or id,interface;group:port");
        }
        return Ok(());
    }
    match parts.host.parse::<Ipv4Addr>() {
        Ok(group) if group.is_multicast() => Ok(()),
        _ => Err("the host should be the IPv4 address of a multicast group: epgm://eth0;239.0.0.1:5555"),
    }
}

fn is_node_id(node: &str) -> bool {
    node.bytes().all(|byte| byte.is_ascii_digit()) && node.parse::<i32>().is_ok_and(|id| id > 0)
}

fn check_ipc(path: &str) -> Result<(), Refused> {
    if path.starts_with('*') && path != "*" {
        return Err("libzmq would take it for the wildcard *; write ./ before a path that begins with *");
    }
    if path == "@" {
        return Err("there is no name after the @");
    }
    Ok(())
}

fn check_vmci(address: &str) -> Result<(), Refused> {
    let (cid, port) = address.rsplit_once(':').ok_or("an address of VMCI reads cid:port")?;
    let is_number = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok()
    };
    if !matches!(cid, "*" | "@") && !is_number(cid) {
        return Err("the context id should be a number, * for any, or @ for that of this machine");
    }
    if port != "*" && !is_number(port) {
        return Err("the port should be * or a number from 0 to 4294967295");
    }
    Ok(())
}

/// An IPv6 address without its brackets.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// An address of TIPC.
enum Tipc {
    Service,
    Instance,
    Random,
    /// What a random one became.
    Port,
}

impl Tipc {
    fn parse(address: &str) -> Option<Tipc> {
        if address == "<*>" {
            return Some(Tipc::Random);
        }
        if let Some(port) = address.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            let (node, reference) = port.split_once(':')?;
            return (numbers(node, '.')?.len() == 3 && numbers(reference, ':')?.len() == 1)
                .then_some(Tipc::Port);
        }
        let (service, domain) = address.strip_prefix('{')?.split_once('}')?;
        if !domain.is_empty() && numbers(domain.strip_prefix('@')?, '.')?.len() != 3 {
            return None;
        }
        // 64 is the first that is not reserved; libzmq takes it to bind and not to connect.
        match numbers(service, ',')?[..] {
            [service, _instance] if service > 64 => Some(Tipc::Instance),
            [service, lower, upper] if service >= 64 && lower <= upper && domain.is_empty() => {
                Some(Tipc::Service)
            }
            _ => None,
        }
    }
}

fn numbers(list: &str, separator: char) -> Option<Vec<u32>> {
    // libzmq itself writes a blank after the comma.
    let number = |text: &str| {
        let digits = text.trim_start_matches(' ');
        if digits.starts_with('+') { None } else { digits.parse().ok() }
    };
    list.split(separator).map(number).collect()
}

/// Why a socket cannot bind there, whatever the machine.
pub(super) fn refuses_bind(endpoint: &Endpoint) -> Option<Refused> {
    let address = endpoint.address();
    match endpoint.transport() {
        Transport::Tcp if address.contains(';') => {
            Some("a source address is for connecting; to bind, name the interface alone")
        }
        Transport::Tipc => match Tipc::parse(address)? {
            Tipc::Port => Some("a TIPC socket gets its port identity from the system: tipc://<*>"),
            _ => None,
        },
        _ => None,
    }
}

/// Why a socket cannot connect there, whatever the machine.
pub(super) fn refuses_connect(endpoint: &Endpoint) -> Option<Refused> {
    let address = endpoint.address();
    match endpoint.transport() {
        Transport::Ipc if address == "*" => Some("the wildcard is for binding"),
        Transport::Tipc => match Tipc::parse(address)? {
            Tipc::Random => Some("the wildcard is for binding"),
            Tipc::Service => Some("a peer is one instance of a service: tipc://{type,instance}"),
            _ => None,
        },
        Transport::Vmci if address.contains('*') => Some("the wildcard is for binding"),
        transport => {
            let parts = Parts::of(transport, address)?;
            if matches!(parts.port, "*" | "0") {
                Some("a port that the system chooses is for binding")
            } else if parts.host == "*" {
                Some("all interfaces are for binding; connect to a host")
            } else {
                None
            }
        }
    }
}
