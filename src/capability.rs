//! What the linked libzmq was built with.

use std::ffi::CStr;
use std::fmt;

use crate::sys;

/// What one libzmq is built with and another without; [`has`] tells.
///
/// Most names are transports, of which there is also [`Transport::is_available`](crate::Transport::is_available).
///
/// Source: zmq_has(3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Capability {
    /// `ipc://`, between processes of one machine.
    Ipc,
    /// `ws://`, WebSocket.
    Ws,
    /// `wss://`, WebSocket over TLS.
    Wss,
    /// `tipc://`; that the kernel has TIPC as well is another question.
    Tipc,
    /// `pgm://` and `epgm://`, reliable multicast.
    Pgm,
    /// `norm://`, reliable multicast.
    Norm,
    /// `vmci://`, between VMware's virtual machines and their host.
    Vmci,
    /// CURVE, which encrypts and authenticates.
    Curve,
    /// GSSAPI, authentication by Kerberos.
    Gssapi,
    /// The draft patterns, options and functions.
    Draft,
}

impl Capability {
    /// Every capability that libzmq tells of.
    pub const ALL: [Capability; 10] = [
        Capability::Ipc,
        Capability::Ws,
        Capability::Wss,
        Capability::Tipc,
        Capability::Pgm,
        Capability::Norm,
        Capability::Vmci,
        Capability::Curve,
        Capability::Gssapi,
        Capability::Draft,
    ];

    /// The name in lower case, as in an endpoint and in `FERROMQ_WITH`.
    ///
    /// ```
    /// assert_eq!(ferromq::Capability::Wss.name(), "wss");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Capability::Ipc => "ipc",
            Capability::Ws => "ws",
            Capability::Wss => "wss",
            Capability::Tipc => "tipc",
            Capability::Pgm => "pgm",
            Capability::Norm => "norm",
            Capability::Vmci => "vmci",
            Capability::Curve => "curve",
            Capability::Gssapi => "gssapi",
            Capability::Draft => "draft",
        }
    }

    /// How a libzmq is had that is built with it.
    ///
    /// ```
    /// assert_eq!(ferromq::Capability::Norm.remedy(), "build with FERROMQ_WITH=norm");
    /// ```
    pub fn remedy(self) -> &'static str {
        match self {
            Capability::Wss => "build with FERROMQ_WITH=wss",
            Capability::Pgm => "build with FERROMQ_WITH=pgm",
            Capability::Norm => "build with FERROMQ_WITH=norm",
            Capability::Vmci => "build with FERROMQ_WITH=vmci",
            Capability::Gssapi => "build with FERROMQ_WITH=gssapi",
            Capability::Curve => "build with the feature `curve`",
            Capability::Tipc => "build for Linux",
            Capability::Ipc => "build for a platform with local sockets",
            Capability::Ws | Capability::Draft => "build without FERROMQ_SYSTEM_LIBZMQ",
        }
    }

    /// The name by which libzmq asks.
    fn asked(self) -> &'static CStr {
        match self {
            Capability::Ipc => c"ipc",
            Capability::Ws => c"WS",
            Capability::Wss => c"WSS",
            Capability::Tipc => c"tipc",
            Capability::Pgm => c"pgm",
            Capability::Norm => c"norm",
            Capability::Vmci => c"vmci",
            Capability::Curve => c"curve",
            Capability::Gssapi => c"gssapi",
            Capability::Draft => c"draft",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether the linked libzmq was built with something.
///
/// What it lacks is there in this crate all the same; using it is an [`Unsupported`](crate::ErrorKind::Unsupported)
/// error, whose text has the [remedy](Capability::remedy).
///
/// ```
/// use ferromq::{Capability, has};
///
/// if !has(Capability::Gssapi) {
///     println!("without Kerberos; {}", Capability::Gssapi.remedy());
/// }
/// ```
///
/// Source: zmq_has(3), with the names that libzmq's code has: two of them are in upper case there.
#[doc(alias = "zmq_has")]
pub fn has(capability: Capability) -> bool {
    sys::has(capability.asked())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The libzmq that is compiled here, where nothing else was asked for.
    #[test]
    #[cfg(not(ferromq_system_libzmq))]
    fn the_compiled_libzmq_has_what_the_build_says() {
        assert!(has(Capability::Draft));
        assert!(has(Capability::Ws));
        assert_eq!(has(Capability::Curve), cfg!(feature = "curve"));
        assert_eq!(has(Capability::Ipc), !cfg!(all(windows, target_env = "gnu")));
        assert_eq!(has(Capability::Tipc), cfg!(target_os = "linux"));
        let asked_for = |name| env!("FERROMQ_EXTRAS").split(',').any(|extra| extra == name);
        for extra in
            [Capability::Wss, Capability::Pgm, Capability::Norm, Capability::Vmci, Capability::Gssapi]
        {
            assert_eq!(has(extra), asked_for(extra.name()), "{extra}");
            assert!(extra.remedy().ends_with(&format!("={extra}")));
        }
    }

    /// libzmq says no to a name that it does not know, so that a wrong one would not be noticed.
    #[test]
    #[cfg(not(ferromq_system_libzmq))]
    fn the_names_are_those_in_libzmq() {
        let source = std::path::Path::new(env!("FERROMQ_ZMQ_INCLUDE")).with_file_name("src");
        let read = |file| std::fs::read_to_string(source.join(file)).unwrap();
        let (function, names) = (read("zmq.cpp"), read("address.hpp"));
        let (_, function) = function.split_once("int zmq_has (").unwrap();
        let (function, _) = function.split_once("\n}").unwrap();
        for capability in Capability::ALL {
            let name = capability.asked().to_str().unwrap();
            let literal = function.contains(&format!("strcmp (capability_, \"{name}\")"));
            let constant = function.contains(&format!("zmq::protocol_name::{name})"))
                && names.contains(&format!("{name}[] = \"{name}\""));
            assert!(literal || constant, "{name}");
        }
        assert_eq!(function.matches("strcmp").count(), Capability::ALL.len());
    }
}
