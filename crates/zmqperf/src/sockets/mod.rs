//! The sockets that are measured. Each is used by one thread, which waits without a limit: whoever watches that thread ends its
//! waits by shutting the context down (see [`Watch`](crate::progress::Watch)).

pub mod connect;
pub mod echo;
pub mod request;
pub mod sink;

use ferromq::pattern::{HasOption, Pattern};
use ferromq::security::{CurveClient, CurveServer};
use ferromq::{Builder, Context, KeyPair, Linger, PublicKey, option};

use crate::failure::{Failure, Result};

/// A context with so many threads of libzmq's, and room for as many sockets as a fan-out may have.
///
/// IPv6 is used only with a host that is an address of it: with a name libzmq would take the first address, and the other end
/// might listen on another.
pub fn context(io_threads: u32, host: &str) -> Result<Context> {
    Ok(Context::builder().io_threads(io_threads).max_sockets(4096).ipv6(host.contains(':')).build()?)
}

/// How a socket protects what it sends.
#[derive(Clone)]
pub enum Protection {
    /// Not at all.
    None,
    /// CURVE, with these keys of the end that binds, which lets in every client: the measuring end's keys are new each time.
    Server(KeyPair),
    /// CURVE, towards the end with this key.
    Client(PublicKey),
}

impl Protection {
    /// That of the end that binds.
    pub fn of_server(curve: bool) -> Result<Self> {
        Ok(if curve { Protection::Server(KeyPair::generate()?) } else { Protection::None })
    }

    /// That of the end that connects to a server of this key, written in Z85.
    pub fn of_client(server_key: Option<&str>) -> Result<Self> {
        match server_key {
            None => Ok(Protection::None),
            Some(key) => Ok(Protection::Client(
                key.parse().map_err(|error| Failure::from(error).during("the other end's key"))?,
            )),
        }
    }

    /// The key that clients need, in Z85.
    pub fn server_key(&self) -> Option<String> {
        match self {
            Protection::Server(keys) => Some(keys.public().to_string()),
            Protection::None | Protection::Client(_) => None,
        }
    }

    /// The builder with this protection, and without a linger: a run ends when all has arrived, or has failed.
    pub fn applied<P, S>(&self, builder: Builder<P, S>) -> Result<Builder<P, S>>
    where
        P: Pattern + HasOption<option::Security> + HasOption<option::LingerFor>,
    {
        let builder = builder.linger(Linger::NONE);
        Ok(match self {
            Protection::None => builder,
            Protection::Server(keys) => builder.security(CurveServer::new(keys.clone()).allow_any()),
            Protection::Client(server) => builder.security(CurveClient::new(KeyPair::generate()?, *server)),
        })
    }
}
