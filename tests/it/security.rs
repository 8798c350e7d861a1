//! Who gets in and who does not: keys, NULL, PLAIN and CURVE, judged by an authenticator written by hand.

use std::time::Duration;

use ferromq::pattern::Pattern;
use ferromq::security::{
    CurveClient, CurveServer, GssapiClient, GssapiServer, Mechanism, Null, PlainClient, PlainServer,
    Principal, ZapDomain,
};
use ferromq::{
    Builder, Capability, Context, Dealer, ErrorKind, KeyPair, Pair, Pub, PublicKey, Pull, Push, Rep, Req,
    Router, SecretKey, Security, Socket, Sub, has,
};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, kind_of, under_valgrind, until};
use crate::process::{Program, Result, alone, explained, python_script};
use crate::zap_handler::{Authenticator, Question, ZAP};

/// The keys of the "Test key values" in zmq_curve(7).
const CLIENT_PUBLIC: &str = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
const CLIENT_SECRET: &str = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
const SERVER_PUBLIC: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const SERVER_SECRET: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

fn context() -> Context {
    Context::new().unwrap()
}

fn server_key() -> SecretKey {
    SERVER_SECRET.parse().unwrap()
}

fn server_public() -> PublicKey {
    SERVER_PUBLIC.parse().unwrap()
}

/// Whether this libzmq has CURVE. Only a build without the feature may lack it.
fn no_curve() -> bool {
    let missing = KeyPair::generate().is_err();
    assert!(!missing || cfg!(not(feature = "curve")), "libzmq was built without CURVE");
    missing
}

fn client() -> CurveClient {
    CurveClient::new(KeyPair::generate().unwrap(), server_public())
}

fn server(context: &Context, security: impl Into<Security>) -> Socket<Pull> {
    context.socket::<Pull>().security(security).bind("tcp://127.0.0.1:*").unwrap()
}

/// How soon a client that was turned away tries again.
const TICK: Duration = Duration::from_millis(5);

/// How long a handshake may take where libzmq lets go of a peer only after that time.
fn soon() -> Duration {
    if under_valgrind() { 100 * A_WHILE } else { 3 * A_WHILE }
}

/// A PUSH that queues nothing before its handshake has succeeded, and tries again and again.
fn knocking(context: &Context, security: impl Into<Security>, server: &Socket<Pull>) -> Socket<Push> {
    let builder = context.socket::<Push>().security(security).immediate(true).reconnect_interval(TICK);
    builder.connect(server.last_endpoint().unwrap()).unwrap()
}

fn gets_in(context: &Context, security: impl Into<Security>, server: &Socket<Pull>) {
    let push = knocking(context, security, server);
    push.send_timeout("let in", PATIENCE).unwrap();
    assert_eq!(server.recv_timeout(PATIENCE).unwrap(), "let in");
}

fn stays_outside(client: &Socket<Push>, server: &Socket<Pull>) {
    assert!(client.send_timeout("not let in", A_WHILE).unwrap_err().is_timeout());
    assert!(server.try_recv().unwrap_err().is_would_block());
}

#[test]
fn curve_that_allows_any_lets_in_any_key_and_asks_nobody() {
    if no_curve() {
        return;
    }
    let context = context();
    let authenticator = Authenticator::start(&context, |_| false);
    let pull = server(&context, CurveServer::new(server_key()).allow_any());
    gets_in(&context, client(), &pull);
    gets_in(&context, client(), &pull);
    authenticator.is_not_asked();
    drop(authenticator);
    gets_in(&context, client(), &pull);
}

#[test]
fn a_curve_client_with_another_servers_key_stays_outside() {
    if no_curve() {
        return;
    }
    let context = context();
    let pull = server(&context, CurveServer::new(server_key()).allow_any());
    let other = KeyPair::generate().unwrap().public();
    let mistaken = knocking(&context, CurveClient::new(KeyPair::generate().unwrap(), other), &pull);
    stays_outside(&mistaken, &pull);
    gets_in(&context, client(), &pull);
    stays_outside(&mistaken, &pull);
}

#[test]
fn a_peer_of_another_mechanism_stays_outside() {
    if no_curve() {
        return;
    }
    let context = context();
    let _authenticator = Authenticator::start(&context, |_| true);
    let plain_client = || PlainClient::new("admin", "secret").unwrap();
    let curve = server(&context, CurveServer::new(server_key()).allow_any());
    let plain = server(&context, PlainServer::new());
    let null = server(&context, Null::new());
    let outside = [
        (knocking(&context, Null::new(), &curve), &curve),
        (knocking(&context, plain_client(), &curve), &curve),
        (knocking(&context, Null::new(), &plain), &plain),
        (knocking(&context, client(), &plain), &plain),
        (knocking(&context, plain_client(), &null), &null),
        (knocking(&context, client(), &null), &null),
    ];
    for (client, server) in &outside {
        stays_outside(client, server);
    }
    gets_in(&context, client(), &curve);
    gets_in(&context, plain_client(), &plain);
    gets_in(&context, Null::new(), &null);
    for (client, server) in &outside {
        stays_outside(client, server);
    }
}

#[test]
fn nobody_gets_in_until_there_is_an_authenticator() {
    let context = context();
    let mut doors = vec![
        (Security::from(PlainServer::new()), PlainClient::new("admin", "secret").unwrap().into()),
        (Null::in_domain(ZapDomain::default()).into(), Security::default()),
    ];
    if !no_curve() {
        doors.push((CurveServer::new(server_key()).into(), client().into()));
    }
    for (door, key) in doors {
        // Where there is no authenticator, libzmq lets go of a NULL peer only when the handshake has taken too long.
        let builder = context.socket::<Pull>().security(door).handshake_timeout(soon());
        let pull = builder.bind("tcp://127.0.0.1:*").unwrap();
        let push = knocking(&context, key, &pull);
        stays_outside(&push, &pull);
        let _authenticator = Authenticator::start(&context, |_| true);
        push.send_timeout("let in", PATIENCE).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "let in");
    }
}

#[test]
fn the_authenticator_judges_the_keys_of_curve_clients() {
    if no_curve() {
        return;
    }
    let context = context();
    let (known, unknown) = (client(), client());
    let key = known.public_key();
    let authenticator =
        Authenticator::start(&context, move |question| question.credentials == [key.as_bytes()]);
    let pull = server(&context, CurveServer::new(server_key()).domain(ZapDomain::new("lab").unwrap()));

    let outside = knocking(&context, unknown.clone(), &pull);
    let expected = |client: &CurveClient| Question {
        domain: "lab".to_owned(),
        address: "127.0.0.1".to_owned(),
        mechanism: "CURVE".to_owned(),
        credentials: vec![client.public_key().as_bytes().to_vec()],
    };
    assert_eq!(authenticator.question(), expected(&unknown));
    stays_outside(&outside, &pull);
    gets_in(&context, known.clone(), &pull);
    while authenticator.question() != expected(&known) {}
    stays_outside(&outside, &pull);
}

#[test]
fn the_authenticator_judges_names_and_passwords() {
    let context = context();
    // Bytes that C would end a string at, and the longest there are.
    let (name, password) = (b"ad\0min".to_vec(), vec![0xff; 255]);
    let expected = [name.clone(), password.clone()];
    let authenticator = Authenticator::start(&context, move |question| question.credentials == expected);
    let pull = server(&context, PlainServer::new());

    let plain = |name: &[u8], password: &[u8]| PlainClient::new(name, password).unwrap();
    let outside: Vec<_> = [(&b"ad\0min"[..], &password[1..]), (b"ad", &password), (b"\0", b"\0")]
        .into_iter()
        .map(|(name, password)| {
            let push = knocking(&context, plain(name, password), &pull);
            let question = authenticator.question();
            assert_eq!(question.mechanism, "PLAIN");
            assert_eq!(question.domain, "global");
            stays_outside(&push, &pull);
            push
        })
        .collect();
    gets_in(&context, plain(&name, &password), &pull);
    for push in &outside {
        stays_outside(push, &pull);
    }
}

#[test]
fn the_authenticator_judges_the_addresses_of_null_peers() {
    let context = context();
    let authenticator = Authenticator::start(&context, |question| question.domain == "open");
    let closed = server(&context, Null::in_domain(ZapDomain::new("closed").unwrap()));
    let push = knocking(&context, Null::new(), &closed);
    let question = authenticator.question();
    assert_eq!(
        (&*question.domain, &*question.mechanism, &*question.address),
        ("closed", "NULL", "127.0.0.1")
    );
    assert!(question.credentials.is_empty());
    stays_outside(&push, &closed);
    let open = server(&context, Null::in_domain(ZapDomain::new("open").unwrap()));
    gets_in(&context, Null::new(), &open);
    stays_outside(&push, &closed);
}

#[test]
fn curve_works_over_every_transport_of_streams_and_in_every_pattern() {
    if no_curve() {
        return;
    }
    let context = context();
    let secured = || CurveServer::new(server_key()).allow_any();
    let mut endpoints = vec!["tcp://127.0.0.1:*", "ws://127.0.0.1:*/path"];
    if cfg!(unix) {
        endpoints.push("ipc://*");
    }
    for endpoint in endpoints {
        let pull = context.socket::<Pull>().security(secured()).bind(endpoint).unwrap();
        gets_in(&context, client(), &pull);
    }
    let tcp = Place::tcp();
    let (rep, req) =
        tcp.join(context.socket::<Rep>().security(secured()), context.socket::<Req>().security(client()));
    let awaiting = req.send("Hello").unwrap();
    let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request, "Hello");
    replying.send("World").unwrap();
    assert_eq!(awaiting.recv_timeout(PATIENCE).unwrap().0, "World");
    let (router, dealer) = tcp
        .join(context.socket::<Router>().security(client()), context.socket::<Dealer>().security(secured()));
    dealer.send("whoever binds may be the client").unwrap();
    assert_eq!(router.recv_from_timeout(PATIENCE).unwrap().1, "whoever binds may be the client");
    // inproc joins without any handshake.
    let (left, right) = Place::inproc()
        .join(context.socket::<Pair>().security(secured()), context.socket::<Pair>().security(Null::new()));
    left.send("within one program").unwrap();
    assert_eq!(right.recv_timeout(PATIENCE).unwrap(), "within one program");
}

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
fn only_what_can_answer_may_be_bound_where_libzmq_asks() {
    fn refused<P: Pattern, S>(builder: Builder<P, S>) {
        let failed = builder.bind(ZAP).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Unsupported, "{}", P::NAME);
        let live = failed.into_kept().open().unwrap();
        let error = live.bind(ZAP).unwrap_err();
        assert_eq!(
            error.to_string(),
            "bind inproc://zeromq.zap.01: not supported: an authenticator is a REP, ROUTER or SERVER; libzmq would end \
             the process"
        );
    }
    let context = context();
    refused(context.socket::<Req>());
    refused(context.socket::<Dealer>());
    refused(context.socket::<Pub>());
    refused(context.socket::<Sub>());
    refused(context.socket::<Push>());
    refused(context.socket::<Pull>());
    refused(context.socket::<Pair>());
    let rep = context.socket::<Rep>().bind(ZAP).unwrap();
    assert_eq!(kind_of(context.socket::<Rep>().bind(ZAP)), ErrorKind::AddressInUse);
    rep.unbind(ZAP).unwrap();
    context.socket::<Router>().bind(ZAP).unwrap();
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

#[test]
fn the_keys_of_the_manual_belong_together() {
    if no_curve() {
        return;
    }
    for (public, secret) in [(CLIENT_PUBLIC, CLIENT_SECRET), (SERVER_PUBLIC, SERVER_SECRET)] {
        let (public, secret): (PublicKey, SecretKey) = (public.parse().unwrap(), secret.parse().unwrap());
        assert_eq!(secret.public_key().unwrap(), public);
        assert_eq!(KeyPair::new(public, secret.clone()).unwrap(), KeyPair::from_secret(secret).unwrap());
    }
    let error = KeyPair::new(CLIENT_PUBLIC.parse().unwrap(), server_key()).unwrap_err();
    assert_eq!(error.to_string(), "key: invalid key: the public key does not belong to the secret one");
}

#[test]
fn generated_keys_are_new_and_survive_every_text_form() {
    if no_curve() {
        return;
    }
    let (one, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    assert!(one != other && one.secret() != other.secret() && one.public() != other.public());
    let (public, secret) = (one.public(), one.secret());
    assert_eq!(public.to_string().parse::<PublicKey>().unwrap(), public);
    assert_eq!(PublicKey::from_hex(&public.to_hex().to_uppercase()).unwrap(), public);
    assert_eq!(PublicKey::from_bytes(*public.as_bytes()).unwrap(), public);
    assert_eq!(secret.to_z85().parse::<SecretKey>().unwrap(), *secret);
    assert_eq!(SecretKey::from_hex(&secret.to_hex()).unwrap(), *secret);
    assert_eq!(SecretKey::from_bytes(secret.as_bytes()).unwrap(), *secret);
}

/// libzmq would take the first two as keys of which only a part is set.
#[test]
fn a_text_that_is_not_a_whole_key_is_refused_with_the_reason() {
    let with = |place: usize, character: &str| {
        let mut text = SERVER_SECRET.to_owned();
        text.replace_range(place..place + 1, character);
        text
    };
    for (text, reason) in [
        (with(5, "\0"), "character 6 is not one of Z85's"),
        (with(35, "\0"), "character 36 is not one of Z85's"),
        (with(39, " "), "character 40 is not one of Z85's"),
        (with(39, "é"), "character 40 is not one of Z85's"),
        (with(0, "#####").chars().take(40).collect(), "characters 1 to 5 stand for more than 32 bits"),
        (SERVER_SECRET[1..].to_owned(), "it has 39 characters; in Z85 a key has 40"),
        (format!("{SERVER_SECRET}\n"), "it has 41 characters; in Z85 a key has 40"),
        (String::new(), "it has 0 characters; in Z85 a key has 40"),
        ("0".repeat(40), "all its bytes are zero"),
    ] {
        let expected = format!("key: invalid key: {reason}");
        assert_eq!(text.parse::<SecretKey>().unwrap_err().to_string(), expected);
        let error = text.parse::<PublicKey>().unwrap_err();
        assert_eq!((error.to_string(), error.kind()), (expected, ErrorKind::InvalidKey));
    }
    for (digits, reason) in [
        ("0".repeat(64), "all its bytes are zero"),
        ("1".repeat(63), "it has 63 digits; in hexadecimal a key has 64"),
        (format!("{}g", "1".repeat(63)), "character 64 is not a hexadecimal digit"),
    ] {
        let expected = format!("key: invalid key: {reason}");
        assert_eq!(PublicKey::from_hex(&digits).unwrap_err().to_string(), expected);
        assert_eq!(SecretKey::from_hex(&digits).unwrap_err().to_string(), expected);
    }
    assert_eq!(kind_of(PublicKey::from_bytes([0; 32])), ErrorKind::InvalidKey);
    assert_eq!(kind_of(SecretKey::from_bytes(&[0; 32])), ErrorKind::InvalidKey);
}

#[cfg(feature = "serde")]
#[test]
fn public_keys_are_text_in_json() {
    let text = serde_json::to_string(&server_public()).unwrap();
    assert_eq!(text, format!("{SERVER_PUBLIC:?}"));
    assert_eq!(serde_json::from_str::<PublicKey>(&text).unwrap(), server_public());
    let error = serde_json::from_str::<PublicKey>("\"too short\"").unwrap_err();
    assert!(error.to_string().contains("it has 9 characters"), "{error}");
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_rust_server_judges_python_clients() {
    let context = context();
    let secured: [(Security, &str, [&str; 2], [&str; 2]); 2] = [
        (
            CurveServer::new(server_key()).into(),
            "curve",
            [CLIENT_SECRET, SERVER_PUBLIC],
            // A key pair like any other, and one that the authenticator does not know.
            [SERVER_SECRET, SERVER_PUBLIC],
        ),
        (PlainServer::new().into(), "plain", ["admin", "secret"], ["admin", "Secret"]),
    ];
    let client_key: PublicKey = CLIENT_PUBLIC.parse().unwrap();
    let authenticator = Authenticator::start(&context, move |question| {
        question.credentials == [client_key.as_bytes()]
            || question.credentials == [b"admin".to_vec(), b"secret".to_vec()]
    });
    for (security, mechanism, honest, rogue) in secured {
        let mut rep = context
            .socket::<Rep>()
            .security(security)
            .receive_timeout(PATIENCE)
            .bind("tcp://127.0.0.1:*")
            .unwrap();
        let endpoint = rep.last_endpoint().unwrap();
        let peer = |keys: [&str; 2], says: &str| {
            python(&["client", mechanism, endpoint.as_str(), keys[0], keys[1], says])
        };
        let mut outside = peer(rogue, "refused");
        authenticator.question();
        for _ in 0..2 {
            let mut inside = peer(honest, "Hello");
            let conversation = rep.recv().map_err(|failed| failed.to_string());
            let (request, replying) =
                conversation.unwrap_or_else(|error| panic!("{}", explained(error, [&mut inside])));
            assert_eq!(request, "Hello", "{mechanism}");
            rep = replying.send("World").unwrap();
            ends_well(inside.expect_line("World"), &mut inside);
        }
        let Err(failed) = rep.recv_timeout(A_WHILE) else { panic!("the rogue got in") };
        assert!(failed.is_timeout());
        assert!(outside.line_within(A_WHILE).is_none(), "the rogue got an answer");
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn the_authenticator_of_pyzmq_judges_rust_clients() {
    let pair = |secret: &str| KeyPair::from_secret(secret.parse().unwrap()).unwrap();
    let curve = |secret, server| Security::from(CurveClient::new(pair(secret), server));
    let plain = |name, password| Security::from(PlainClient::new(name, password).unwrap());
    let other_server = KeyPair::generate().unwrap().public();
    let conversations: [(&str, [&str; 2], Security, Vec<Security>); 2] = [
        (
            "curve",
            [SERVER_SECRET, CLIENT_PUBLIC],
            curve(CLIENT_SECRET, server_public()),
            vec![
                curve(SERVER_SECRET, server_public()),
                curve(CLIENT_SECRET, other_server),
                plain("admin", "secret"),
                Null::new().into(),
            ],
        ),
        (
            "plain",
            ["admin", "secret"],
            plain("admin", "secret"),
            vec![plain("admin", "Secret"), plain("nobody", "secret"), Null::new().into()],
        ),
    ];
    for (mechanism, keys, honest, rogues) in conversations {
        let mut peer = python(&["server", mechanism, "tcp://127.0.0.1:*", keys[0], keys[1]]);
        let endpoint = peer.line().unwrap_or_else(|error| panic!("{}", explained(error, [&mut peer])));
        let context = context();
        let req = |security: &Security| {
            let builder = context.socket::<Req>().security(security.clone()).immediate(true);
            builder.receive_timeout(PATIENCE).connect(endpoint.as_str()).unwrap()
        };
        let rogues: Vec<_> = rogues.iter().map(req).collect();
        for _ in 0..2 {
            let (reply, _) = req(&honest).send("Hello").unwrap().recv().unwrap();
            assert_eq!(reply, "World, Hello!", "{mechanism}");
        }
        for rogue in rogues {
            assert!(rogue.send_timeout("Hello", A_WHILE).unwrap_err().is_timeout(), "{mechanism}");
        }
        let outcome = peer.tell("end");
        ends_well(outcome, &mut peer);
    }
}

fn python(arguments: &[&str]) -> Program {
    let mut command = python_script("tests/python/secured.py");
    command.args(arguments);
    Program::start(format!("the {} of {} in Python", arguments[0], arguments[1]), command)
}

fn ends_well(outcome: Result<()>, peer: &mut Program) {
    let outcome = outcome.and_then(|()| peer.end_well(PATIENCE));
    outcome.map(drop).unwrap_or_else(|error| panic!("{}", explained(error, [peer])));
}

/// libzmq reads one answer to a question.
#[test]
fn a_second_answer_of_the_authenticator_is_ignored() {
    let context = context();
    let authenticator = context.socket::<Router>().receive_timeout(PATIENCE).bind(ZAP).unwrap();
    let pull = server(&context, PlainServer::new());
    let push = knocking(&context, PlainClient::new("admin", "secret").unwrap(), &pull);
    let (asker, request) = authenticator.recv_from().unwrap();
    let id = String::from_utf8_lossy(&request[2]).into_owned();
    for status in ["200", "400"] {
        authenticator.send_to(&asker, ["", "1.0", &id, status, "", "", ""]).unwrap();
    }
    push.send_timeout("let in", PATIENCE).unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "let in");
}

#[test]
fn a_null_client_asks_again_for_every_connection() {
    let context = context();
    let authenticator = Authenticator::start(&context, |_| true);
    let pull = server(&context, Null::new());
    let endpoint = pull.last_endpoint().unwrap();
    let push = context
        .socket::<Push>()
        .security(Null::in_domain(ZapDomain::default()))
        .immediate(true)
        .reconnect_interval(TICK)
        .handshake_timeout(soon())
        .connect(&endpoint)
        .unwrap();
    push.send_timeout("let in", PATIENCE).unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "let in");
    drop(pull);
    until("the client knows that its connection is gone", || push.try_send("lost").is_err().then_some(()));
    drop(authenticator);
    let pull = until("the port is free again", || context.socket::<Pull>().bind(&endpoint).ok());
    stays_outside(&push, &pull);
    let _authenticator = Authenticator::start(&context, |_| true);
    push.send_timeout("let in again", PATIENCE).unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "let in again");
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_client_hangs_up_on_a_server_with_a_worthless_short_term_key() {
    alone("security::a_client_hangs_up_on_a_server_with_a_worthless_short_term_key", || {
        let mut command = python_script("tests/python/hostile_curve.py");
        command.arg(SERVER_SECRET);
        let mut peer = Program::start("the hostile server in Python", command);
        let outcome = peer.line().and_then(|endpoint| {
            let context = context();
            let builder =
                context.socket::<Push>().security(client()).immediate(true).reconnect_interval(TICK);
            let push = builder.connect(endpoint).unwrap();
            peer.expect_line("hung up")?;
            assert!(push.try_send("to nobody").unwrap_err().is_would_block());
            let pull = server(&context, CurveServer::new(server_key()).allow_any());
            push.connect(pull.last_endpoint().unwrap()).unwrap();
            push.send_timeout("to the honest one", PATIENCE).unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "to the honest one");
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{}", explained(error, [&mut peer])));
    });
}
