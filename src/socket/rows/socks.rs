//! Connecting through a SOCKS5 proxy.

use crate::options::Secret;
use crate::socket::table::options;

options! {
    /// The SOCKS5 proxy through which tcp endpoints are connected to, as `host:port`. The proxy resolves the
    /// endpoint's name.
    ///
    /// Default: empty, none.
    SocksProxy ("ZMQ_SOCKS_PROXY") = SOCKS_PROXY as HostAndPort, default String::new(), on connecting,
        build socks_proxy(impl Into<String>), builder_only set_socks_proxy, read socks_proxy -> String;

    /// The name by which to log in at the [proxy](crate::Builder::socks_proxy).
    ///
    /// Default: empty, do not log in. At most 255 bytes.
    SocksUsername ("ZMQ_SOCKS_USERNAME") = SOCKS_USERNAME as ShortText, default String::new(), on connecting,
        build socks_username(impl Into<String>), builder_only set_socks_username,
        read socks_username -> String;

    /// The password for the [proxy](crate::Builder::socks_proxy).
    ///
    /// Default: empty. At most 255 bytes. Used only with a [name](crate::Builder::socks_username).
    SocksPassword ("ZMQ_SOCKS_PASSWORD") = SOCKS_PASSWORD as ShortSecret, default Secret::default(),
        on connecting,
        build socks_password(impl Into<Secret>), builder_only set_socks_password,
        read socks_password -> Secret;
}
