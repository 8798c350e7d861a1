//! Security: libzmq's many options for it are one value here.

use crate::error::{Error, Operation, Result};
use crate::security::{Mechanism, Security};
use crate::socket::Socket;
use crate::socket::builder::Builder;
use crate::socket::pattern::{HasOption, Pattern};
use crate::socket::table::patterns;
use crate::sys::id;

/// The type of the option.
pub mod row {
    /// The option [`security`](crate::Builder::security).
    #[derive(Debug)]
    pub enum Security {}
}

// The patterns that speak ZMTP. To STREAM and DGRAM libzmq grants no security, whatever they are set to.
patterns!(zmtp => patterns_with_option(row::Security));

impl<P: Pattern, S> Builder<P, S> {
    /// Authenticates and encrypts, on every connection of the socket but those over `inproc`.
    ///
    /// Takes what the module [`security`](crate::security) holds: [`CurveServer`](crate::security::CurveServer),
    /// [`PlainClient`](crate::security::PlainClient), ... The last value counts. Default: neither.
    ///
    /// ```
    /// use ferromq::security::{CurveClient, CurveServer};
    /// use ferromq::{Context, KeyPair, Rep, Req};
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// let (server, client) = (KeyPair::generate()?, KeyPair::generate()?);
    /// let security = CurveClient::new(client, server.public());
    ///
    /// let context = Context::new()?;
    /// let rep = context
    ///     .socket::<Rep>()
    ///     .security(CurveServer::new(server).allow_any())
    ///     .bind("tcp://127.0.0.1:*")?;
    /// let req = context.socket::<Req>().security(security).connect(rep.last_endpoint()?)?;
    ///
    /// let req = req.send("psst")?;
    /// let (request, _rep) = rep.recv()?;
    /// assert_eq!(request, "psst");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the socket is opened: [`Unsupported`](crate::ErrorKind::Unsupported) if the linked libzmq was built
    /// without the mechanism. When it binds or connects:
    /// [`IncompatibleTransport`](crate::ErrorKind::IncompatibleTransport) if the mechanism does not exist over the
    /// transport.
    ///
    /// Source: zmq_setsockopt(3), the `ZMQ_CURVE_*`, `ZMQ_PLAIN_*`, `ZMQ_GSSAPI_*` and `ZMQ_ZAP_*`.
    #[doc(alias = "ZMQ_CURVE_SERVER")]
    #[doc(alias = "ZMQ_PLAIN_SERVER")]
    #[doc(alias = "ZMQ_GSSAPI_SERVER")]
    #[doc(alias = "ZMQ_ZAP_DOMAIN")]
    pub fn security(self, security: impl Into<Security>) -> Self
    where
        P: HasOption<row::Security>,
    {
        self.with_security(security.into())
    }
}

impl<P: Pattern, S> Socket<P, S> {
    /// The security mechanism of the socket, as libzmq reports it.
    ///
    /// # Errors
    /// [`Terminated`](crate::ErrorKind::Terminated).
    #[doc(alias = "ZMQ_MECHANISM")]
    pub fn mechanism(&self) -> Result<Mechanism>
    where
        P: HasOption<row::Security>,
    {
        match self.core.get(id::MECHANISM) {
            Ok(number) => Ok(Mechanism::from_number(number)),
            Err(errno) => Err(Error::from_errno(Operation::GetOption, errno).about_option(
                "mechanism",
                String::new(),
                None,
            )),
        }
    }

    // Never callable: it is there for the compiler's message.
    #[doc(hidden)]
    pub fn set_security(&self, _: impl Into<Security>) -> Result<()>
    where
        P: crate::socket::pattern::HasLiveOption<row::Security>,
    {
        Ok(())
    }
}

/// The options that `security` sets, and `mechanism` reads.
#[cfg(test)]
pub(super) const OPTIONS: [&str; 16] = [
    "ZMQ_MECHANISM",
    "ZMQ_PLAIN_SERVER",
    "ZMQ_PLAIN_USERNAME",
    "ZMQ_PLAIN_PASSWORD",
    "ZMQ_CURVE_SERVER",
    "ZMQ_CURVE_PUBLICKEY",
    "ZMQ_CURVE_SECRETKEY",
    "ZMQ_CURVE_SERVERKEY",
    "ZMQ_GSSAPI_SERVER",
    "ZMQ_GSSAPI_PRINCIPAL",
    "ZMQ_GSSAPI_SERVICE_PRINCIPAL",
    "ZMQ_GSSAPI_PLAINTEXT",
    "ZMQ_GSSAPI_PRINCIPAL_NAMETYPE",
    "ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE",
    "ZMQ_ZAP_DOMAIN",
    "ZMQ_ZAP_ENFORCE_DOMAIN",
];
