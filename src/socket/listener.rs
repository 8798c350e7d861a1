//! Binding to a socket that listens already, such as one that a service manager has opened.

use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, IntoRawFd, OwnedFd};
use std::os::unix::net::UnixListener;

use super::core::Core;
use super::pattern::{HasOption, Pattern};
use super::table::patterns;
use super::{Builder, Socket};
use crate::endpoint::{Endpoint, Transport};
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::options::setting::Encoded;
use crate::sys::{Sharing, id, is_listening};

/// The option's name in this crate.
const NAME: &str = "bind_listener";

/// The types of these rows.
pub mod row {
    /// What [`bind_listener`](crate::Builder::bind_listener) uses.
    #[derive(Debug)]
    pub enum Listener {}
}

patterns!(connecting => patterns_with_option(row::Listener));

impl<P: Pattern, S> Builder<P, S> {
    /// Opens the socket and binds it to a socket of the operating system that listens already, for example one
    /// that a service manager has opened.
    ///
    /// `transport` is what peers will speak: [`Tcp`](Transport::Tcp), [`Ws`](Transport::Ws) or
    /// [`Wss`](Transport::Wss) on a TCP listener, [`Ipc`](Transport::Ipc) on a Unix one. libzmq closes the
    /// listener when the socket is closed or unbound from its
    /// [`last_endpoint`](Socket::last_endpoint); a Unix listener's path stays.
    ///
    /// # Errors
    /// With the builder and the listener: [`InvalidOption`](ErrorKind::InvalidOption) if it does not listen, or
    /// not for this transport, and those of [`bind`](Builder::bind).
    ///
    /// Source: zmq_setsockopt(3), `ZMQ_USE_FD`.
    ///
    /// ```
    /// use std::net::TcpListener;
    /// use ferromq::{Context, Pull, Transport};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    /// let port = listener.local_addr().expect("it is bound").port();
    /// let pull = Context::new()?.socket::<Pull>().bind_listener(listener, Transport::Tcp)?;
    /// assert_eq!(pull.last_endpoint()?.port(), Some(port));
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_USE_FD")]
    pub fn bind_listener(
        self,
        listener: impl Into<OwnedFd>,
        transport: Transport,
    ) -> Result<Socket<P, S>, Failed<(Self, OwnedFd)>>
    where
        P: HasOption<row::Listener>,
    {
        let listener = listener.into();
        let core = match self.try_open() {
            Ok(core) => core,
            Err(error) => return Err(Failed::new(error, (self, listener))),
        };
        match core.bind_listener(listener, transport) {
            Ok(()) => Ok(Socket::from_core(core)),
            Err(failed) => Err(failed.map(|listener| (self, listener))),
        }
    }
}

impl<P: Pattern, S> Socket<P, S> {
    /// Binds the socket to one more socket of the operating system, as [`Builder::bind_listener`] does.
    ///
    /// It takes the socket by `&mut`, so that no other thread can bind it at the same time.
    ///
    /// # Errors
    /// With the listener: as for [`Builder::bind_listener`].
    #[doc(alias = "ZMQ_USE_FD")]
    pub fn bind_listener(
        &mut self,
        listener: impl Into<OwnedFd>,
        transport: Transport,
    ) -> Result<(), Failed<OwnedFd>>
    where
        P: HasOption<row::Listener>,
    {
        self.core.bind_listener(listener.into(), transport)
    }
}

impl<K: Sharing> Core<K> {
    /// Only for a caller that no other thread can interfere with: between the two steps any bind would take the
    /// listener.
    fn bind_listener(&self, listener: OwnedFd, transport: Transport) -> Result<(), Failed<OwnedFd>> {
        let (listener, endpoint) = endpoint_of(listener, transport)?;
        let used = |fd| self.set(&Encoded::Int(id::USE_FD, fd));
        let bound = used(listener.as_raw_fd())
            .map_err(|errno| Error::from_errno(Operation::Bind, errno))
            .and_then(|()| self.bind(&endpoint));
        // It fails only once the context is shut down, and then no bind succeeds any more.
        let _ = used(-1);
        match bound {
            Ok(()) => {
                // libzmq's now: it closes it. Only a bind that succeeds has taken it.
                let _ = listener.into_raw_fd();
                Ok(())
            }
            Err(error) => Err(Failed::new(error, listener)),
        }
    }
}

/// The endpoint that a listener is at, if it is one for this transport.
fn endpoint_of(listener: OwnedFd, transport: Transport) -> Result<(OwnedFd, Endpoint), Failed<OwnedFd>> {
    let refused = |reason: &str, listener| {
        let error = Error::new(Operation::Bind, ErrorKind::InvalidOption);
        Failed::new(error.about_option(NAME, transport.to_string(), Some(reason)), listener)
    };
    if !is_listening(listener.as_fd()) {
        return Err(refused("it is not a socket that listens", listener));
    }
    let (address, listener) = match transport {
        Transport::Tcp | Transport::Ws | Transport::Wss => {
            let listener = TcpListener::from(listener);
            (listener.local_addr().ok().map(|address| address.to_string()), OwnedFd::from(listener))
        }
        Transport::Ipc => {
            let listener = UnixListener::from(listener);
            let path = listener.local_addr().ok().and_then(|address| name_of(&address));
            (path, OwnedFd::from(listener))
        }
        _ => return Err(refused("this transport takes no listener", listener)),
    };
    let endpoint = address.and_then(|address| format!("{transport}://{address}").parse::<Endpoint>().ok());
    match endpoint {
        Some(endpoint) => Ok((listener, endpoint)),
        None => Err(refused("it listens at no address of this transport", listener)),
    }
}

/// The path, or `@` and the name in the abstract namespace.
fn name_of(address: &std::os::unix::net::SocketAddr) -> Option<String> {
    if let Some(path) = address.as_pathname() {
        return path.to_str().map(str::to_owned);
    }
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;

        let name = std::str::from_utf8(address.as_abstract_name()?).ok()?;
        Some(format!("@{name}"))
    }
    #[cfg(not(target_os = "linux"))]
    None
}
