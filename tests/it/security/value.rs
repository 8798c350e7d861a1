//! The one value by which a socket has its security.

use ferromq::security::{
    CurveClient, CurveServer, GssapiClient, GssapiServer, Mechanism, Null, PlainClient, PlainServer,
    Principal, ZapDomain,
};
use ferromq::{Capability, ErrorKind, KeyPair, Pull, Security, Sub, has};

use super::{SERVER_PUBLIC, client, context, no_curve, server_key, server_public};
use crate::patience::kind_of;

#[test]
fn the_last_security_counts_whatever_came_before() {
    let context = context();
    let mut all: Vec<(Security, Mechanism)> = vec![
        (Null::new().into(), Mechanism::Null),
        (Null::in_domain(ZapDomain::default()).into(), Mechanism::Null),
        (PlainClient::new("admin", "secret").unwrap().into(), Mechanism::Plain),
        (PlainServer::new().into(), Mechanism::Plain),
    ];
    if !no_curve() {
        all.push((client().into(), Mechanism::Curve));
        all.push((CurveServer::new(server_key()).into(), Mechanism::Curve));
    }
    assert_eq!(context.socket::<Pull>().open().unwrap().mechanism().unwrap(), Mechanism::Null);
    for (first, _) in &all {
        for (last, mechanism) in &all {
            let builder = context.socket::<Pull>().security(first.clone()).security(last.clone());
            assert_eq!(builder.clone().open().unwrap().mechanism().unwrap(), *mechanism);
            assert_eq!(
                builder.open().unwrap().mechanism().unwrap(),
                *mechanism,
                "a builder can be used again"
            );
        }
    }
}

#[test]
fn a_transport_that_would_leave_the_mechanism_out_is_refused() {
    let context = context();
    let in_domain = || Security::from(Null::in_domain(ZapDomain::default()));
    let plain = || Security::from(PlainServer::new());
    for (security, endpoint, says) in [
        (
            in_domain(),
            "ws://127.0.0.1:*",
            "relies on NULL: libzmq does not ask the authenticator about WebSocket peers",
        ),
        (
            in_domain(),
            "udp://127.0.0.1:*",
            "relies on NULL: the transport has no handshake, and so no security",
        ),
        (plain(), "udp://127.0.0.1:*", "relies on PLAIN: the transport has no handshake, and so no security"),
        (
            plain(),
            "epgm://eth0;239.0.0.1:5555",
            "relies on PLAIN: the transport has no handshake, and so no security",
        ),
        (
            plain(),
            "norm://239.0.0.1:5555",
            "relies on PLAIN: the transport has no handshake, and so no security",
        ),
    ] {
        let socket = || context.socket::<Sub>().security(security.clone());
        let failed = socket().bind(endpoint).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::IncompatibleTransport);
        assert!(failed.to_string().ends_with(says), "{failed}");
        assert_eq!(kind_of(socket().connect(endpoint)), ErrorKind::IncompatibleTransport);
        let live = socket().open().unwrap();
        assert_eq!(kind_of(live.bind(endpoint)), ErrorKind::IncompatibleTransport);
        assert_eq!(kind_of(live.connect(endpoint)), ErrorKind::IncompatibleTransport);
    }
    context.socket::<Sub>().security(Null::new()).bind("ws://127.0.0.1:*").unwrap();
    context.socket::<Sub>().security(plain()).bind("ws://127.0.0.1:*").unwrap();
}

#[test]
fn what_libzmq_was_built_without_is_a_typed_error() {
    let context = context();
    let principal = || Principal::host_based("zmq@localhost").unwrap();
    let gssapi: [Security; 2] = [
        GssapiClient::new(principal()).into(),
        GssapiServer::new().principal(principal()).plaintext().into(),
    ];
    for security in gssapi.into_iter().filter(|_| !has(Capability::Gssapi)) {
        let failed = context.socket::<Pull>().security(security).bind("tcp://127.0.0.1:*").unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Unsupported);
        assert!(failed.to_string().ends_with("the linked libzmq was built without GSSAPI"), "{failed}");
    }
    if no_curve() {
        let error = KeyPair::generate().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(
            error.to_string(),
            "key: not supported: the linked libzmq was built without CURVE (ENOTSUP)"
        );
        assert_eq!(kind_of(server_key().public_key()), ErrorKind::Unsupported);
        let failed = context.socket::<Pull>().security(CurveServer::new(server_key())).open().unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn secrets_are_not_printed() {
    let hidden = |text: String| {
        assert!(!text.contains("JTKVSB") && !text.contains("hush"), "{text}");
        assert!(!text.contains("104, 117") && !text.contains("142, 11"), "{text}");
        text
    };
    let builder = context().socket::<Pull>();
    let shown = hidden(format!("{:?}", builder.clone().security(CurveServer::new(server_key()))));
    assert!(shown.contains("CurveServer") && shown.contains("global"), "{shown}");
    let plain = PlainClient::new("admin", "hush").unwrap();
    let shown = hidden(format!("{:?}", builder.clone().security(plain)));
    assert!(shown.contains("admin"), "{shown}");
    if no_curve() {
        return;
    }
    let keys = KeyPair::from_secret(server_key()).unwrap();
    let shown = hidden(format!("{:?}", builder.security(CurveClient::new(keys, server_public()))));
    assert!(shown.contains(SERVER_PUBLIC), "{shown}");
}

#[test]
fn values_that_plain_or_zap_cannot_carry_are_refused() {
    let long = || "x".repeat(256);
    for (outcome, expected) in [
        (
            PlainClient::new("", "secret").map(drop),
            "set plain_username: invalid option value: it is empty, which for libzmq is as good as none",
        ),
        (
            PlainClient::new("admin", "").map(drop),
            "set plain_password: invalid option value: it is empty, which for libzmq is as good as none",
        ),
        (
            PlainClient::new("admin", long()).map(drop),
            "set plain_password: invalid option value: it is longer than 255 bytes",
        ),
        (
            ZapDomain::new("").map(drop),
            "set zap_domain: invalid option value: it is empty, which for libzmq is as good as none",
        ),
        (ZapDomain::new("a\0b").map(drop), "set zap_domain = a\0b: invalid option value: it has a NUL byte"),
        (
            Principal::user("").map(drop),
            "set gssapi_principal: invalid option value: it is empty, which for libzmq is as good as none",
        ),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(kind_of(PlainClient::new(long(), "secret")), ErrorKind::InvalidOption);
    assert_eq!(kind_of(ZapDomain::new(long())), ErrorKind::InvalidOption);
    PlainClient::new(vec![b'x'; 255], vec![b'x'; 255]).unwrap();
    ZapDomain::new("x".repeat(255)).unwrap();
}
