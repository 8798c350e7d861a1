//! What the wss transport is told: certificates and names. It needs a libzmq that was built with it.

use crate::options::Secret;
use crate::socket::table::options;

options! {
    /// The private key of a wss server, in PEM.
    ///
    /// Default: empty, none.
    WssKey ("ZMQ_WSS_KEY_PEM") = WSS_KEY_PEM as LongSecret, default Secret::default(), on connecting,
        build wss_key(impl Into<Secret>), builder_only set_wss_key, hidden;

    /// The certificate of a wss server, in PEM.
    ///
    /// Default: empty, none.
    WssCertificate ("ZMQ_WSS_CERT_PEM") = WSS_CERT_PEM as LongText, default String::new(), on connecting,
        build wss_certificate(impl Into<String>), builder_only set_wss_certificate,
        remembered wss_certificate -> String;

    /// The certificates of the authorities that a wss client trusts, in PEM.
    ///
    /// Default: empty, none.
    WssTrust ("ZMQ_WSS_TRUST_PEM") = WSS_TRUST_PEM as LongText, default String::new(), on connecting,
        build wss_trust(impl Into<String>), builder_only set_wss_trust, remembered wss_trust -> String;

    /// The name that a wss server's certificate must be for.
    ///
    /// Default: empty, the name is not checked.
    WssHostname ("ZMQ_WSS_HOSTNAME") = WSS_HOSTNAME as LongText, default String::new(), on connecting,
        build wss_hostname(impl Into<String>), builder_only set_wss_hostname,
        remembered wss_hostname -> String;

    /// Trust the authorities that the operating system trusts.
    ///
    /// Default: false.
    WssTrustSystem ("ZMQ_WSS_TRUST_SYSTEM") = WSS_TRUST_SYSTEM as Bool, default false, on connecting,
        build wss_trust_system(bool), builder_only set_wss_trust_system,
        remembered wss_trust_system -> bool;
}
