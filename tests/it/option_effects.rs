//! What options do, tried on the wire.

use std::time::Duration;

use ferromq::{
    ConnectOptions, Context, Dealer, ErrorKind, Hwm, Pub, Pull, Push, Router, RoutingId, Stream, Sub, XPub,
    XPubEvent,
};

use crate::link::NOBODY;
use crate::patience::{A_WHILE, PATIENCE, until};

#[test]
fn a_subscriber_with_more_topics_than_its_high_water_mark_loses_some_unless_it_is_raised() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<XPub>().bind("inproc://many-topics").unwrap();
    let subscriber = context.socket::<Sub>().send_hwm(10_000).receive_hwm(10_000).open().unwrap();
    for topic in 0..5000 {
        subscriber.subscribe(format!("topic {topic}")).unwrap();
    }
    subscriber.connect("inproc://many-topics").unwrap();
    for _ in 0..5000 {
        let event = publisher.recv_event_timeout(PATIENCE).unwrap();
        assert!(matches!(event, XPubEvent::Subscribed(_)));
    }
    assert_eq!(publisher.topics_count().unwrap(), 5000);
    assert_eq!(subscriber.topics_count().unwrap(), 5000);
}

#[test]
fn xpub_reports_more_when_it_is_verbose() {
    let context = Context::new().unwrap();
    let seen = |name: &str, publisher: ferromq::Builder<XPub>| {
        let endpoint = format!("inproc://{name}");
        let publisher = publisher.bind(&endpoint).unwrap();
        // The publisher notices what its peers do in calls of its own.
        let drain = || std::iter::from_fn(|| publisher.try_recv_event().ok()).count();
        let join = || context.socket::<Sub>().subscribe("weather").connect(&endpoint).unwrap();
        let (first, mut events) = (join(), drain());
        let second = join();
        events += drain();
        for subscriber in [first, second] {
            subscriber.unsubscribe("weather").unwrap();
            events += drain();
        }
        events
    };
    assert_eq!(seen("quiet", context.socket()), 2);
    assert_eq!(seen("verbose", context.socket().verbose(true)), 3);
    assert_eq!(seen("verboser", context.socket().verboser(true)), 4);
    assert_eq!(seen("the-last-counts", context.socket().verboser(true).verbose(true)), 3);
}

#[test]
fn a_manual_xpub_decides_what_its_peers_get() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<XPub>().manual(true).bind("inproc://manual").unwrap();
    let subscriber =
        context.socket::<Sub>().subscribe("A").subscribe("B").connect("inproc://manual").unwrap();
    assert_eq!(publisher.recv_event_timeout(PATIENCE).unwrap(), XPubEvent::Subscribed(b"A".to_vec()));
    publisher.subscribe_peer("B").unwrap();
    publisher.send("A is what it asked for").unwrap();
    publisher.send("B is what it gets").unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "B is what it gets");
}

#[test]
fn the_last_value_goes_to_the_new_subscriber_alone() {
    let context = Context::new().unwrap();
    let cache = context.socket::<XPub>().manual_last_value(true).bind("inproc://cache").unwrap();
    let join = || {
        let subscriber = context.socket::<Sub>().subscribe("weather").connect("inproc://cache").unwrap();
        assert!(matches!(cache.recv_event_timeout(PATIENCE).unwrap(), XPubEvent::Subscribed(_)));
        cache.subscribe_peer("weather").unwrap();
        cache.send("weather Sunny today.").unwrap();
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), "weather Sunny today.");
        subscriber
    };
    let first = join();
    let second = join();
    cache.send("weather Rain.").unwrap();
    assert_eq!(first.recv_timeout(PATIENCE).unwrap(), "weather Rain.", "and not the last value again");
    assert_eq!(second.recv_timeout(PATIENCE).unwrap(), "weather Rain.");
}

#[test]
fn a_welcome_message_reaches_each_new_subscriber() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<XPub>().welcome_message("W first").bind("inproc://welcome").unwrap();
    assert_eq!(publisher.welcome_message(), b"W first");
    let join = || {
        let subscriber = context.socket::<Sub>().subscribe("W").connect("inproc://welcome").unwrap();
        // The publisher notices it in a call of its own.
        let _ = publisher.try_recv_event();
        subscriber
    };
    let first = join();
    assert_eq!(first.recv_timeout(PATIENCE).unwrap(), "W first");
    publisher.set_welcome_message("W second").unwrap();
    let second = join();
    assert_eq!(second.recv_timeout(PATIENCE).unwrap(), "W second");
    publisher.set_welcome_message("").unwrap();
    let third = join();
    assert!(third.recv_timeout(A_WHILE).unwrap_err().is_timeout());
    assert_eq!(publisher.welcome_message(), b"");
}

#[test]
fn a_router_names_the_peer_that_it_connects_to() {
    let context = Context::new().unwrap();
    let dealer = context.socket::<Dealer>().bind("tcp://127.0.0.1:*").unwrap();
    let (named, other) = (RoutingId::new("named").unwrap(), RoutingId::new("other").unwrap());
    let router = context
        .socket::<Router>()
        .mandatory(true)
        .connect_with(dealer.last_endpoint().unwrap(), &ConnectOptions::new().routing_id(named.clone()))
        .unwrap();
    router.send_to(&named, "the first word").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "the first word");
    assert_eq!(router.send_to(&other, "nobody").unwrap_err().kind(), ErrorKind::HostUnreachable);
    dealer.send("reply").unwrap();
    assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (named, "reply".into()));

    // The option was for that connection alone.
    let second = context.socket::<Dealer>().routing_id(other.clone()).bind("inproc://second").unwrap();
    router.connect("inproc://second").unwrap();
    second.send("hello").unwrap();
    assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (other, "hello".into()));
}

#[test]
fn a_stream_names_the_connection_that_it_makes() {
    let context = Context::new().unwrap();
    let server = context.socket::<Stream>().bind("tcp://127.0.0.1:*").unwrap();
    let id = RoutingId::new("server").unwrap();
    let options = ConnectOptions::new().routing_id(id.clone());
    let client = context.socket::<Stream>().connect_with(server.last_endpoint().unwrap(), &options).unwrap();
    let ferromq::StreamEvent::Connected(peer) = client.recv_event_timeout(PATIENCE).unwrap() else {
        panic!()
    };
    assert_eq!(peer, id);
}

#[test]
fn a_routing_id_that_cannot_be_is_refused_and_a_failed_connect_leaves_none_behind() {
    let context = Context::new().unwrap();
    let router = context.socket::<Router>().open().unwrap();
    for id in [&b""[..], b"\0abc", &[b'x'; 256]] {
        let options = ConnectOptions::new().routing_id(RoutingId::received(id));
        let error = router.connect_with(NOBODY, &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption, "{error}");
        assert_eq!(error.option(), Some("routing_id"));
    }
    let options = ConnectOptions::new().routing_id(RoutingId::new("peer").unwrap());
    let immediate = context.socket::<Router>().immediate(true).connect_with(NOBODY, &options).unwrap_err();
    assert_eq!(
        immediate.to_string(),
        "connect routing_id = peer: invalid option value: not together with `immediate`"
    );

    let too_long = format!("ipc:///tmp/{}", "x".repeat(200));
    assert_eq!(router.connect_with(&too_long, &options).unwrap_err().kind(), ErrorKind::InvalidEndpoint);
    // Were the id still there, two would have it.
    router.connect("inproc://nameless").unwrap();
    router.connect_with("inproc://peer", &options).unwrap();
}

#[test]
fn a_routing_id_that_another_peer_has_is_refused_until_it_has_gone() {
    let context = Context::new().unwrap();
    let peer = RoutingId::new("peer").unwrap();
    let options = ConnectOptions::new().routing_id(peer.clone());
    let dealer = context.socket::<Dealer>().bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = dealer.last_endpoint().unwrap();
    let router = context.socket::<Router>().connect_with(&endpoint, &options).unwrap();
    let error = router.connect_with("inproc://other", &options).unwrap_err();
    assert_eq!(error.to_string(), "connect routing_id = peer: invalid option value: another peer has it");
    // What was refused leaves nothing behind.
    router.connect("inproc://other").unwrap();

    router.disconnect(&endpoint).unwrap();
    until("the id is free", || router.connect_with(&endpoint, &options).ok());
    router.send_to(&peer, "again").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "again");
}

/// Answers one SOCKS5 client that logs in as `me` with `secret`, connects it where it wants to go and passes the bytes on.
fn socks_proxy() -> std::net::SocketAddr {
    use std::io::{Read, Write, copy};
    use std::net::{TcpListener, TcpStream};

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut take = |len: usize| {
            let mut bytes = vec![0; len];
            client.read_exact(&mut bytes).unwrap();
            (bytes, client.try_clone().unwrap())
        };
        let (greeting, _) = take(2);
        let (methods, mut reply) = take(usize::from(greeting[1]));
        assert!(methods.contains(&2), "the client does not log in: {methods:?}");
        reply.write_all(&[5, 2]).unwrap();
        let (login, mut reply) = take(2 + "me".len() + 1 + "secret".len());
        assert_eq!(login, b"\x01\x02me\x06secret");
        reply.write_all(&[1, 0]).unwrap();
        let (request, _) = take(4);
        assert_eq!(request, [5, 1, 0, 1], "connect, to an IPv4 address");
        let (target, mut reply) = take(6);
        let port = u16::from_be_bytes([target[4], target[5]]);
        let server =
            TcpStream::connect((std::net::Ipv4Addr::new(target[0], target[1], target[2], target[3]), port))
                .unwrap();
        reply.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        let (mut from_server, mut to_client) = (server.try_clone().unwrap(), reply);
        std::thread::spawn(move || copy(&mut from_server, &mut to_client));
        let _ = copy(&mut client, &mut { server });
    });
    address
}

#[test]
fn a_connection_goes_through_a_socks_proxy_that_it_logs_in_to() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let push = context
        .socket::<Push>()
        .socks_proxy(socks_proxy().to_string())
        .socks_username("me")
        .socks_password("secret")
        .immediate(true)
        .connect(pull.last_endpoint().unwrap())
        .unwrap();
    push.send_timeout("through the proxy", PATIENCE).unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "through the proxy");
    for (proxy, reason) in [("nowhere", "it should read host:port"), ("host:*", "it should read host:port")] {
        let error = context.socket::<Push>().socks_proxy(proxy).open().unwrap_err();
        assert!(error.to_string().ends_with(reason), "{error}");
    }
}

#[test]
fn metadata_is_checked_before_libzmq_sees_it() {
    let context = Context::new().unwrap();
    let push = || context.socket::<Push>().metadata("X-Station", "north");
    for (builder, reason) in [
        (push().metadata("Station", "north"), "the key should begin with X-"),
        (push().metadata("X-", "v"), "there is nothing after X-"),
        (push().metadata("X-A:B", "v"), "the key has a colon"),
        (push().metadata(&format!("X-{}", "a".repeat(254)), "v"), "the key is longer than 255 bytes"),
        (push().metadata("X-A", ""), "the value is empty"),
        (push().metadata("X-A", "a\0b"), "it has a NUL byte"),
        (push().metadata("X-Station", "south"), "the key is set already"),
        (push().metadata("X-STATION", "south"), "the key is set already"),
    ] {
        let error = builder.open().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert!(error.to_string().ends_with(reason), "{error}");
    }
    // The shortest and the longest that there are; 4 bytes would be refused by libzmq, and are no key.
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let push = push()
        .metadata("X-A", "v")
        .metadata(&format!("X-{}", "a".repeat(253)), &"v".repeat(100_000))
        .connect(pull.last_endpoint().unwrap())
        .unwrap();
    push.send("it arrives").unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "it arrives");
}

#[test]
fn an_option_that_this_libzmq_was_built_without_is_unsupported() {
    let context = Context::new().unwrap();
    let error = context.socket::<Push>().vmci_buffer_size(65_536).open().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "set vmci_buffer_size = 65536: not supported: the linked libzmq does not have this option (EINVAL)"
    );
}

#[test]
fn keepalive_values_that_the_operating_system_refuses_are_refused_at_once() {
    let context = Context::new().unwrap();
    let push = || context.socket::<Push>().tcp_keepalive(true);
    for builder in [
        push().tcp_keepalive_count(0),
        push().tcp_keepalive_count(128),
        push().tcp_keepalive_idle(Duration::ZERO),
        push().tcp_keepalive_idle(Duration::from_secs(32_768)),
        push().tcp_keepalive_interval(Duration::from_secs(32_768)),
    ] {
        assert_eq!(builder.open().unwrap_err().kind(), ErrorKind::InvalidOption);
    }
    // With the most that is allowed, connections are made.
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let push = push()
        .tcp_keepalive_count(127)
        .tcp_keepalive_idle(Duration::from_secs(32_767))
        .tcp_keepalive_interval(Duration::from_secs(32_767))
        .connect(pull.last_endpoint().unwrap())
        .unwrap();
    push.send("connected").unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "connected");
}

#[test]
fn a_pub_socket_may_be_told_not_to_drop() {
    let context = Context::new().unwrap();
    let publisher = context.socket::<Pub>().no_drop(true).send_hwm(1).bind("inproc://no-drop").unwrap();
    let subscriber = context
        .socket::<Sub>()
        .subscribe("")
        .receive_hwm(Hwm::messages(1))
        .connect("inproc://no-drop")
        .unwrap();
    let mut sent = 0;
    while publisher.try_send("x").is_ok() {
        sent += 1;
        assert!(sent < 1000);
    }
    for _ in 0..sent {
        subscriber.recv_timeout(PATIENCE).unwrap();
    }
}

#[cfg(unix)]
mod listeners {
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixListener;

    use ferromq::Transport;

    use super::*;

    #[test]
    fn a_socket_accepts_from_a_tcp_listener_and_closes_it_when_it_unbinds() {
        let context = Context::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut pull = context.socket::<Pull>().bind_listener(listener, Transport::Tcp).unwrap();
        let endpoint = pull.last_endpoint().unwrap();
        assert_eq!(endpoint.as_str(), format!("tcp://{address}"));
        let push = context.socket::<Push>().connect(&endpoint).unwrap();
        push.send("through the listener").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "through the listener");

        // The next bind is an ordinary one.
        pull.bind("tcp://127.0.0.1:*").unwrap();
        assert_ne!(pull.last_endpoint().unwrap(), endpoint);
        // And it takes more listeners.
        pull.bind_listener(TcpListener::bind("127.0.0.1:0").unwrap(), Transport::Tcp).unwrap();

        pull.unbind(&endpoint).unwrap();
        drop(push);
        until("the listener is closed", || TcpListener::bind(address).ok());
    }

    #[test]
    fn a_socket_accepts_from_a_unix_listener() {
        let context = Context::new().unwrap();
        let path = std::env::temp_dir().join(format!("ferromq-listener-{}", std::process::id()));
        let listener = UnixListener::bind(&path).unwrap();
        let pull = context.socket::<Pull>().bind_listener(listener, Transport::Ipc).unwrap();
        assert_eq!(pull.last_endpoint().unwrap().address(), path.to_str().unwrap());
        let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
        push.send("through the path").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "through the path");
        drop((push, pull, context));
        assert!(path.exists(), "whoever made the path removes it");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_no_listener_for_the_transport_comes_back_with_the_reason() {
        let context = Context::new().unwrap();
        let listening = TcpListener::bind("127.0.0.1:0").unwrap();
        let connected = TcpStream::connect(listening.local_addr().unwrap()).unwrap();
        let file = std::fs::File::open("/dev/null").unwrap();
        let cases: [(OwnedFd, Transport, &str); 6] = [
            (connected.into(), Transport::Tcp, "it is not a socket that listens"),
            (
                UdpSocket::bind("127.0.0.1:0").unwrap().into(),
                Transport::Tcp,
                "it is not a socket that listens",
            ),
            (file.into(), Transport::Tcp, "it is not a socket that listens"),
            (
                listening.try_clone().unwrap().into(),
                Transport::Ipc,
                "it listens at no address of this transport",
            ),
            (listening.try_clone().unwrap().into(), Transport::Udp, "this transport takes no listener"),
            (listening.try_clone().unwrap().into(), Transport::Inproc, "this transport takes no listener"),
        ];
        for (fd, transport, reason) in cases {
            let failed = context.socket::<Pull>().bind_listener(fd, transport).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::InvalidOption);
            assert!(failed.to_string().ends_with(reason), "{failed}");
            let (builder, _still_open) = failed.into_kept();
            builder.open().unwrap();
        }
    }

    #[test]
    fn a_listener_comes_back_when_the_bind_fails() {
        let context = Context::builder().io_threads(0).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut pull = context.socket::<Pull>().open().unwrap();
        let failed = pull.bind_listener(listener, Transport::Tcp).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::NoIoThread);
        let listener = TcpListener::from(failed.into_kept());
        TcpStream::connect(address).unwrap();
        listener.accept().expect("it still listens");
        context.shutdown();
        assert!(pull.bind_listener(listener, Transport::Tcp).unwrap_err().is_terminated());
    }
}

#[cfg(feature = "draft")]
mod draft {
    use ferromq::{Linger, Notify};

    use super::*;

    #[test]
    fn batches_of_any_size_carry_messages_of_any_size() {
        let context = Context::new().unwrap();
        for size in [64, 72, 8192, 262_144, 1 << 26] {
            let pull = context.socket::<Pull>().receive_batch_size(size).bind("tcp://127.0.0.1:*").unwrap();
            let push = context
                .socket::<Push>()
                .send_batch_size(size)
                .linger(Linger::NONE)
                .connect(pull.last_endpoint().unwrap())
                .unwrap();
            assert_eq!((pull.receive_batch_size().unwrap(), push.send_batch_size().unwrap()), (size, size));
            for message in crate::shapes::shapes() {
                push.send(message.clone()).unwrap();
                assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), message, "batches of {size}");
            }
        }
        // With 8 and less, libzmq writes outside of its memory.
        for size in [0, 1, 8, 63, 68, (1 << 26) + 8, u32::MAX] {
            let push = context.socket::<Push>();
            assert_eq!(
                push.clone().send_batch_size(size).open().unwrap_err().kind(),
                ErrorKind::InvalidOption
            );
            assert_eq!(push.receive_batch_size(size).open().unwrap_err().kind(), ErrorKind::InvalidOption);
        }
    }

    /// Above 6 the process needs a right, and libzmq aborts without it.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_priority_and_busy_polling_are_set_or_refused() {
        let context = Context::new().unwrap();
        let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
        let push = || context.socket::<Push>().priority(6);
        for builder in [push(), push().priority(1_000_000), push().busy_poll(Duration::from_micros(50))] {
            match builder.connect(pull.last_endpoint().unwrap()) {
                Ok(push) => {
                    push.send("connected").unwrap();
                    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "connected");
                }
                Err(failed) => assert_eq!(failed.kind(), ErrorKind::InvalidOption, "{failed}"),
            }
        }
        let fraction = push().busy_poll(Duration::from_nanos(1500)).open().unwrap_err();
        assert_eq!(
            fraction.to_string(),
            "set busy_poll = Some(1.5µs): invalid option value: it counts in whole microseconds"
        );
    }

    #[test]
    fn a_router_is_told_when_a_peer_comes_and_goes() {
        let context = Context::new().unwrap();
        let router = context
            .socket::<Router>()
            .notify(Notify::CONNECT | Notify::DISCONNECT)
            .bind("tcp://127.0.0.1:*")
            .unwrap();
        let id = RoutingId::new("worker").unwrap();
        let dealer = context
            .socket::<Dealer>()
            .routing_id(id.clone())
            .connect(router.last_endpoint().unwrap())
            .unwrap();
        assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (id.clone(), "".into()));
        drop(dealer);
        assert_eq!(router.recv_from_timeout(PATIENCE).unwrap(), (id, "".into()));
    }

    #[test]
    fn hello_disconnect_and_hiccup_messages_tell_of_a_peer() {
        let context = Context::new().unwrap();
        let router = || {
            let router = context.socket::<Router>().hello_message("hello from the router");
            router.disconnect_message("gone").linger(Linger::NONE)
        };
        let first = router().bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = first.last_endpoint().unwrap();
        let id = RoutingId::new("worker").unwrap();
        let dealer = context
            .socket::<Dealer>()
            .routing_id(id.clone())
            .hello_message("hello from the dealer")
            .hiccup_message("hiccup")
            .connect(&endpoint)
            .unwrap();
        assert_eq!(dealer.hello_message(), b"hello from the dealer");
        assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "hello from the router");
        assert_eq!(first.recv_from_timeout(PATIENCE).unwrap(), (id.clone(), "hello from the dealer".into()));

        drop(first);
        assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "hiccup");
        let second = until("the port is free", || router().bind(&endpoint).ok());
        assert_eq!(second.recv_from_timeout(PATIENCE).unwrap(), (id.clone(), "hello from the dealer".into()));
        assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "hello from the router");
        drop(dealer);
        assert_eq!(second.recv_from_timeout(PATIENCE).unwrap(), (id, "gone".into()));
    }
}
