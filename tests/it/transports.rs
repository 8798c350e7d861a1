//! Every transport, with the patterns that go over it and messages small, large and of several frames.

use std::net::TcpListener;
#[cfg(any(feature = "draft", target_os = "linux"))]
use std::net::UdpSocket;

use ferromq::{
    Capability, Context, Dealer, Endpoint, ErrorKind, Message, Pair, Pub, Pull, Push, Rep, Req, Router,
    Stream, Sub, Transport, VmciContext, XPub, XPubEvent, XSub, has,
};

use crate::link::{Directory, Place};
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, kind_of, until};
use crate::shapes::counting;

/// Longer than libzmq's batches, and than what a local socket takes at once.
const LARGE: usize = 300_000;

fn small_large_and_several() -> [Message; 3] {
    // What begins with 0 or 1 would be a subscription when it comes from an XSUB.
    let large = [b"large".to_vec(), counting(LARGE)].concat();
    ["small".into(), large.clone().into(), [b"of".to_vec(), vec![], large, b"frames".to_vec()].into()]
}

/// A transport's endpoint that is well formed.
fn example(transport: Transport) -> Endpoint {
    match transport {
        Transport::Tcp => Endpoint::tcp("127.0.0.1", 5555).unwrap(),
        Transport::Ipc => Endpoint::ipc("/tmp/socket").unwrap(),
        Transport::Inproc => Endpoint::inproc("name").unwrap(),
        Transport::Udp => Endpoint::udp("127.0.0.1", 5555).unwrap(),
        Transport::Ws => Endpoint::ws("127.0.0.1", 5555, "").unwrap(),
        Transport::Wss => Endpoint::wss("127.0.0.1", 5555, "").unwrap(),
        Transport::Pgm => Endpoint::pgm([239, 0, 0, 1].into(), 5555).unwrap(),
        Transport::Epgm => Endpoint::epgm([239, 0, 0, 1].into(), 5555).unwrap(),
        Transport::Norm => Endpoint::norm("127.0.0.1", 5555).unwrap(),
        Transport::Tipc => Endpoint::tipc_instance(5555, 0).unwrap(),
        Transport::Vmci => Endpoint::vmci(VmciContext::Id(2), 5555),
        other => panic!("{other} is new here"),
    }
}

#[test]
fn push_and_pull_go_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::every() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        for message in small_large_and_several() {
            push.send(message.clone()).unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn req_and_rep_go_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::every() {
        let (mut rep, mut req) = place.join(
            context.socket::<Rep>().receive_timeout(PATIENCE),
            context.socket::<Req>().receive_timeout(PATIENCE),
        );
        for message in small_large_and_several() {
            let awaiting = req.send(message.clone()).unwrap();
            let (request, replying) = rep.recv().unwrap();
            assert_eq!(request, message, "{}", place.endpoint());
            rep = replying.send(request).unwrap();
            let reply;
            (reply, req) = awaiting.recv().unwrap();
            assert_eq!(reply, message, "{}", place.endpoint());
        }
    }
}

#[test]
fn dealer_and_router_go_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::every() {
        let (router, dealer) = place.join(context.socket::<Router>(), context.socket::<Dealer>());
        for message in small_large_and_several() {
            dealer.send(message.clone()).unwrap();
            let (peer, received) = router.recv_from_timeout(PATIENCE).unwrap();
            assert_eq!(received, message, "{}", place.endpoint());
            router.send_to(&peer, received).unwrap();
            assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn pub_and_sub_go_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::every() {
        let (publisher, subscriber) =
            place.join(context.socket::<Pub>(), context.socket::<Sub>().subscribe(""));
        until("the subscription", || {
            publisher.send("is it there?").unwrap();
            subscriber.recv_timeout(A_WHILE).ok()
        });
        for message in small_large_and_several() {
            publisher.send(message.clone()).unwrap();
            let received = until("the message", || {
                Some(subscriber.recv_timeout(PATIENCE).unwrap()).filter(|received| received != "is it there?")
            });
            assert_eq!(received, message, "{}", place.endpoint());
        }
    }
}

#[test]
fn xpub_and_xsub_go_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::every() {
        let (publisher, subscriber) =
            place.join(context.socket::<XPub>(), context.socket::<XSub>().subscribe(""));
        let event = publisher.recv_event_timeout(PATIENCE).unwrap();
        assert_eq!(event, XPubEvent::Subscribed(vec![]), "{}", place.endpoint());
        for message in small_large_and_several() {
            publisher.send(message.clone()).unwrap();
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
            subscriber.send(message.clone()).unwrap();
            let event = publisher.recv_event_timeout(PATIENCE).unwrap();
            assert_eq!(event, XPubEvent::Message(message), "{}", place.endpoint());
        }
    }
}

#[test]
fn pair_goes_over_every_transport() {
    let context = Context::new().unwrap();
    for place in Place::every() {
        let (one, other) = place.join(context.socket::<Pair>(), context.socket::<Pair>());
        for message in small_large_and_several() {
            one.send(message.clone()).unwrap();
            assert_eq!(other.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
            other.send(message.clone()).unwrap();
            assert_eq!(one.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
        }
    }
}

#[test]
fn each_wildcard_is_told_by_the_last_endpoint_and_peers_connect_there() {
    let context = Context::new().unwrap();
    let mut wildcards: Vec<Endpoint> =
        ["tcp://127.0.0.1:*", "tcp://*:*", "ws://127.0.0.1:*", "ws://*:*/feed"]
            .map(|text| text.parse().unwrap())
            .into();
    wildcards.push(Endpoint::tcp("127.0.0.1", 0).unwrap());
    wildcards.push(Endpoint::ws("127.0.0.1", 0, "/feed").unwrap());
    if has(Capability::Ipc) && cfg!(unix) {
        wildcards.push(Endpoint::ipc_wildcard());
    }
    if Transport::Tipc.is_available() {
        wildcards.push(Endpoint::tipc_random());
    }
    for wildcard in wildcards {
        assert!(wildcard.has_wildcard());
        let pull = context.socket::<Pull>().bind(&wildcard).unwrap();
        let told = pull.last_endpoint().unwrap();
        assert!(!told.has_wildcard(), "{wildcard} became {told}");
        assert_eq!(told.transport(), wildcard.transport());
        // Connecting to 0.0.0.0 is connecting to this machine, on Unix.
        if cfg!(unix) || told.host() != Some("0.0.0.0") {
            let push = context.socket::<Push>().connect(&told).unwrap();
            push.send("found").unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "found");
        }
        match wildcard.transport() {
            // libzmq knows it by the text that bound it.
            Transport::Tipc => pull.unbind(&wildcard).unwrap(),
            _ => pull.unbind(&told).unwrap(),
        }
        assert_eq!(kind_of(context.socket::<Push>().connect(&wildcard)), ErrorKind::InvalidEndpoint);
    }
}

#[test]
fn a_websocket_is_known_by_the_text_that_bound_it_with_and_without_the_slash() {
    let context = Context::new().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (bare, slash) = (format!("ws://127.0.0.1:{port}"), format!("ws://127.0.0.1:{port}/"));
    for (bound, named) in [(&bare, &bare), (&bare, &slash), (&slash, &bare)] {
        let pull = until("the port", || context.socket::<Pull>().bind(bound).ok());
        assert_eq!(pull.last_endpoint().unwrap().as_str(), slash);
        let push = context.socket::<Push>().connect(bound).unwrap();
        push.send("over it").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "over it");
        push.disconnect(named).unwrap();
        pull.unbind(named).unwrap();
        assert_eq!(kind_of(pull.unbind(named)), ErrorKind::EndpointNotFound);
    }
}

#[test]
fn a_websocket_asks_for_its_path() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let context = Context::new().unwrap();
    for (path, asked) in [("", "/"), ("/feed?room=1", "/feed?room=1"), ("feed", "/feed")] {
        let endpoint = Endpoint::ws("127.0.0.1", port, path).unwrap();
        let _push = context.socket::<Push>().linger(ferromq::Linger::NONE).connect(&endpoint).unwrap();
        let (stream, _) = server.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut request = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stream), &mut request).unwrap();
        assert_eq!(request, format!("GET {asked} HTTP/1.1\r\n"));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_source_is_where_a_socket_connects_from() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = Endpoint::tcp("127.0.0.1", server.local_addr().unwrap().port()).unwrap();
    let context = Context::new().unwrap();
    for (host, expected) in [("127.0.0.7", "127.0.0.7"), ("lo", "127.0.0.1")] {
        let endpoint = target.with_source(host, 0).unwrap();
        let _push = context.socket::<Push>().linger(ferromq::Linger::NONE).connect(&endpoint).unwrap();
        let (_, peer) = server.accept().unwrap();
        assert_eq!(peer.ip().to_string(), expected);
        let error = context.socket::<Pull>().bind(&endpoint).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidEndpoint);
    }
}

#[test]
fn a_transport_that_is_not_there_is_unsupported_and_the_error_says_what_adds_it() {
    let context = Context::new().unwrap();
    for transport in Transport::ALL {
        let endpoint = example(transport);
        assert_eq!(endpoint.transport(), transport);
        if transport.is_available() {
            continue;
        }
        let bind = context.socket::<Pub>().bind(&endpoint).unwrap_err();
        let connect = bind.into_kept().connect(&endpoint).unwrap_err();
        let open = connect.into_kept().open().unwrap();
        for error in [
            context.socket::<Pub>().bind(&endpoint).unwrap_err().into(),
            context.socket::<Pub>().connect(&endpoint).unwrap_err().into(),
            open.bind(&endpoint).unwrap_err(),
            open.connect(&endpoint).unwrap_err(),
            open.unbind(&endpoint).unwrap_err(),
            open.disconnect(&endpoint).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            let help = match transport.capability().unwrap() {
                capability if has(capability) => "module",
                capability => capability.remedy(),
            };
            assert!(error.to_string().contains(help), "{error}");
        }
    }
}

#[test]
fn a_pattern_that_does_not_go_over_a_transport_is_refused() {
    let context = Context::new().unwrap();
    let refused = |endpoint: &Endpoint| {
        [kind_of(context.socket::<Push>().bind(endpoint)), kind_of(context.socket::<Req>().connect(endpoint))]
    };
    for transport in [Transport::Udp, Transport::Pgm, Transport::Epgm, Transport::Norm] {
        let expected = match transport.is_available() {
            true => ErrorKind::IncompatibleTransport,
            false => ErrorKind::Unsupported,
        };
        assert_eq!(refused(&example(transport)), [expected; 2], "{transport}");
    }
    for transport in Transport::ALL.into_iter().filter(|transport| *transport != Transport::Tcp) {
        let kind = kind_of(context.socket::<Stream>().connect(example(transport)));
        assert_eq!(kind, ErrorKind::IncompatibleTransport, "{transport}");
    }
}

#[cfg(unix)]
mod local {
    use std::fs;
    use std::os::unix::net::UnixListener;
    use std::path::Path;

    use super::*;

    fn ipc(path: &Path) -> Endpoint {
        Endpoint::ipc(path.to_str().unwrap()).unwrap()
    }

    #[test]
    fn a_file_that_is_not_a_socket_is_not_replaced() {
        let directory = Directory::new();
        let path = directory.path().join("precious");
        fs::write(&path, "data").unwrap();
        let error = Context::new().unwrap().socket::<Pull>().bind(ipc(&path)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddressInUse);
        assert_eq!(fs::read_to_string(&path).unwrap(), "data");
        let error = Context::new().unwrap().socket::<Pull>().bind(ipc(directory.path())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddressInUse);
    }

    #[test]
    fn a_socket_that_a_crashed_program_left_is_replaced() {
        let directory = Directory::new();
        let path = directory.path().join("stale");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let context = Context::new().unwrap();
        let pull = context.socket::<Pull>().bind(ipc(&path)).unwrap();
        let push = context.socket::<Push>().connect(ipc(&path)).unwrap();
        push.send("after the crash").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "after the crash");
    }

    #[test]
    fn a_path_is_as_long_as_the_system_takes_and_no_longer() {
        let directory = Directory::new();
        let room = if cfg!(target_os = "linux") { 108 } else { 104 };
        let base = directory.path().to_str().unwrap().len() + "/".len();
        let context = Context::new().unwrap();
        let longest = directory.path().join("x".repeat(room - 1 - base));
        let pull = context.socket::<Pull>().bind(ipc(&longest)).unwrap();
        assert_eq!(pull.last_endpoint().unwrap(), ipc(&longest));
        let push = context.socket::<Push>().connect(ipc(&longest)).unwrap();
        push.send("far").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "far");

        // libzmq would remove the file before it finds the path too long.
        let too_long = directory.path().join("x".repeat(room - base));
        fs::write(&too_long, "data").unwrap();
        let failed = context.socket::<Pull>().bind(ipc(&too_long)).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidEndpoint);
        let error = failed.into_kept().connect(ipc(&too_long)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidEndpoint);
        assert!(error.to_string().contains(&format!("at most {} bytes", room - 1)), "{error}");
        assert_eq!(fs::read_to_string(&too_long).unwrap(), "data");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_directory_that_may_not_be_written_denies_permission() {
        // Nobody makes files in sysfs, root neither.
        let error = Context::new().unwrap().socket::<Pull>().bind("ipc:///sys/ferromq").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert!(error.to_string().starts_with("bind ipc:///sys/ferromq: permission denied (E"), "{error}");
    }

    #[test]
    fn unbinding_removes_the_file_of_the_wildcard_and_leaves_that_of_a_name() {
        let context = Context::new().unwrap();
        let directory = Directory::new();
        let named = directory.path().join("named");
        let pull = context.socket::<Pull>().bind(ipc(&named)).unwrap();
        pull.bind(Endpoint::ipc_wildcard()).unwrap();
        let told = pull.last_endpoint().unwrap();
        let made = Path::new(told.path().unwrap());
        assert!(named.exists() && made.exists());
        pull.unbind(&told).unwrap();
        pull.unbind(ipc(&named)).unwrap();
        // libzmq closes in the background; the directory goes after the file.
        until("the end of the wildcard's directory", || (!made.parent().unwrap().exists()).then_some(()));
        drop((pull, context));
        assert!(named.exists());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn an_abstract_name_needs_no_file_and_is_free_once_it_is_closed() {
        let context = Context::new().unwrap();
        let endpoint = Endpoint::ipc_abstract(&format!("ferromq-free-{}", std::process::id())).unwrap();
        assert_eq!(endpoint.path(), None);
        let pull = context.socket::<Pull>().bind(&endpoint).unwrap();
        assert_eq!(pull.last_endpoint().unwrap(), endpoint);
        assert!(!Path::new(endpoint.address()).exists());
        assert_eq!(kind_of(context.socket::<Pull>().bind(&endpoint)), ErrorKind::AddressInUse);
        pull.unbind(&endpoint).unwrap();
        until("the name", || context.socket::<Pull>().bind(&endpoint).ok());
    }
}

/// Whether the transport can be tried; if not, says so.
#[cfg(target_os = "linux")]
fn is_there(transport: Transport) -> bool {
    if !transport.is_available() {
        println!("skipped: there is no {transport}");
    }
    transport.is_available()
}

#[test]
#[cfg(target_os = "linux")]
fn pub_and_sub_go_over_norm_multicast_on_one_machine() {
    if !is_there(Transport::Norm) {
        return;
    }
    let group = Endpoint::norm("239.255.83.3", unused_port()).unwrap().with_interface("lo").unwrap();
    let context = Context::new().unwrap();
    let one = group.with_node_id(1).unwrap();
    let subscriber = context.socket::<Sub>().subscribe("").connect(&one).unwrap();
    assert_eq!(subscriber.last_endpoint().unwrap(), one);
    let publisher = context.socket::<Pub>().bind(group.with_node_id(2).unwrap()).unwrap();
    until("the subscriber", || {
        publisher.send("is it there?").unwrap();
        subscriber.recv_timeout(A_WHILE).ok()
    });
    let large = counting(20_000);
    for message in [Message::from("small"), large.clone().into(), vec![vec![], large, vec![]].into()] {
        publisher.send(message.clone()).unwrap();
        let received = until("the message", || {
            Some(subscriber.recv_timeout(PATIENCE).unwrap()).filter(|received| received != "is it there?")
        });
        assert_eq!(received, message);
    }
    subscriber.disconnect(&one).unwrap();
}

/// Without the fix 0030 of libzmq it ends the process.
#[test]
#[cfg(target_os = "linux")]
fn a_multicast_engine_that_cannot_start_ends_its_connection_only() {
    let broken = [
        // Each wants the port to itself.
        (Transport::Norm, format!("norm://127.0.0.1:{}", unused_port())),
        (Transport::Norm, "norm://no-such-interface;239.255.83.4:5555".to_owned()),
        (Transport::Norm, "norm://no-such-host.invalid:5555".to_owned()),
    ];
    for (transport, endpoint) in broken {
        if !is_there(transport) {
            continue;
        }
        let context = Context::new().unwrap();
        let one = context.socket::<Sub>().subscribe("").connect(&endpoint).unwrap();
        let other = context.socket::<Sub>().subscribe("").connect(&endpoint).unwrap();
        let publisher = context.socket::<Pub>().bind(&endpoint).unwrap();
        publisher.send("to nobody").unwrap();
        assert!(one.recv_timeout(A_WHILE).is_err());
        publisher.set_linger(ferromq::Linger::NONE).unwrap();
        drop((one, other, publisher));
        does_not_hang("the end of the context", move || drop(context));
    }
}

/// An interface that is not there is found at once over `pgm` and `epgm`.
#[test]
#[cfg(target_os = "linux")]
fn pgm_knows_its_interfaces() {
    for transport in [Transport::Pgm, Transport::Epgm] {
        if !is_there(transport) {
            continue;
        }
        let context = Context::new().unwrap();
        let endpoint = example(transport).with_interface("192.0.2.1").unwrap();
        assert_eq!(kind_of(context.socket::<Pub>().bind(&endpoint)), ErrorKind::InvalidEndpoint);
        assert_eq!(kind_of(context.socket::<Sub>().connect(&endpoint)), ErrorKind::InvalidEndpoint);
    }
}

/// A port for datagrams that nobody uses; libzmq does not tell which one it was given.
#[cfg(any(feature = "draft", target_os = "linux"))]
fn unused_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[cfg(feature = "draft")]
mod draft {
    use ferromq::{Channel, Client, Dgram, Dish, Gather, Group, Peer, Radio, Scatter, Server};

    use super::*;

    fn small_and_large() -> [Message; 2] {
        let [small, large, _] = small_large_and_several();
        [small, large]
    }

    fn group(name: &str) -> Group {
        Group::new(name).unwrap()
    }

    #[test]
    fn client_and_server_go_over_every_transport() {
        let context = Context::new().unwrap();
        for place in Place::every() {
            let (server, client) = place.join(context.socket::<Server>(), context.socket::<Client>());
            for message in small_and_large() {
                client.send(message.clone()).unwrap();
                let (peer, received) = server.recv_from_timeout(PATIENCE).unwrap();
                assert_eq!(received, message, "{}", place.endpoint());
                server.send_to(&peer, received).unwrap();
                assert_eq!(client.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
            }
        }
    }

    #[test]
    fn scatter_and_gather_go_over_every_transport() {
        let context = Context::new().unwrap();
        for place in Place::every() {
            let (gather, scatter) = place.join(context.socket::<Gather>(), context.socket::<Scatter>());
            for message in small_and_large() {
                scatter.send(message.clone()).unwrap();
                assert_eq!(gather.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
            }
        }
    }

    #[test]
    fn channel_goes_over_every_transport() {
        let context = Context::new().unwrap();
        for place in Place::every() {
            let (one, other) = place.join(context.socket::<Channel>(), context.socket::<Channel>());
            for message in small_and_large() {
                one.send(message.clone()).unwrap();
                assert_eq!(other.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
                other.send(message.clone()).unwrap();
                assert_eq!(one.recv_timeout(PATIENCE).unwrap(), message, "{}", place.endpoint());
            }
        }
    }

    #[test]
    fn peer_goes_over_every_transport() {
        let context = Context::new().unwrap();
        for place in Place::every() {
            let bound = context.socket::<Peer>().bind(place.endpoint()).unwrap();
            let other = context.socket::<Peer>().open().unwrap();
            let id = other.connect_peer(bound.last_endpoint().unwrap()).unwrap();
            for message in small_and_large() {
                other.send_to(&id, message.clone()).unwrap();
                let (back, received) = bound.recv_from_timeout(PATIENCE).unwrap();
                assert_eq!(received, message, "{}", place.endpoint());
                bound.send_to(&back, received).unwrap();
                assert_eq!(other.recv_from_timeout(PATIENCE).unwrap(), (id, message), "{}", place.endpoint());
            }
        }
    }

    #[test]
    fn radio_and_dish_go_over_every_transport() {
        let context = Context::new().unwrap();
        for place in Place::every() {
            let (radio, dish) =
                place.join(context.socket::<Radio>(), context.socket::<Dish>().join(&group("tv")));
            until("the dish", || {
                radio.send_to(&group("tv"), "is it there?").unwrap();
                dish.recv_from_timeout(A_WHILE).ok()
            });
            for message in small_and_large() {
                radio.send_to(&group("radio"), "to others").unwrap();
                radio.send_to(&group("tv"), message.clone()).unwrap();
                let received = until("the message", || {
                    Some(dish.recv_from_timeout(PATIENCE).unwrap())
                        .filter(|(_, message)| message != "is it there?")
                });
                assert_eq!(received, (group("tv"), message), "{}", place.endpoint());
            }
        }
    }

    #[test]
    fn a_multicast_group_reaches_all_who_joined_it() {
        let context = Context::new().unwrap();
        let endpoint =
            Endpoint::udp("239.255.83.1", unused_port()).unwrap().with_interface("127.0.0.1").unwrap();
        let dish = || context.socket::<Dish>().join(&group("tv")).bind(&endpoint).unwrap();
        let dishes = [dish(), dish()];
        assert_eq!(dishes[0].last_endpoint().unwrap(), endpoint);
        let radio = context.socket::<Radio>().connect(&endpoint).unwrap();
        for message in [Message::from("small"), counting(8192 - 1 - 2).into()] {
            for dish in &dishes {
                // Datagrams may be lost, and sockets are opened in the background.
                let received = until("a datagram of the group", || {
                    radio.send_to(&group("tv"), message.clone()).unwrap();
                    dish.recv_from_timeout(A_WHILE).ok().filter(|(_, received)| *received == message)
                });
                assert_eq!(received, (group("tv"), message.clone()));
            }
        }
        for dish in &dishes {
            dish.unbind(&endpoint).unwrap();
        }
        radio.disconnect(&endpoint).unwrap();
    }

    #[test]
    fn dgram_hears_a_multicast_group() {
        let endpoint =
            Endpoint::udp("239.255.83.2", unused_port()).unwrap().with_interface("127.0.0.1").unwrap();
        let dgram = Context::new().unwrap().socket::<Dgram>().bind(&endpoint).unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let received = until("a datagram of the group", || {
            sender.send_to(b"to all", ("239.255.83.2", endpoint.port().unwrap())).unwrap();
            dgram.recv_from_timeout(A_WHILE).ok()
        });
        assert_eq!(received.1, "to all");
    }

    #[test]
    fn of_a_wildcard_over_udp_the_last_endpoint_tells_no_more_than_was_given() {
        let dgram = Context::new().unwrap().socket::<Dgram>().bind("udp://127.0.0.1:*").unwrap();
        assert_eq!(dgram.last_endpoint().unwrap().as_str(), "udp://127.0.0.1:*");
        dgram.unbind(dgram.last_endpoint().unwrap()).unwrap();
    }

    /// A key and a certificate for the name `ferromq.test`, made by openssl.
    #[cfg(target_os = "linux")]
    fn key_and_certificate() -> Option<(String, String)> {
        let directory = Directory::new();
        let path = |name| directory.path().join(name);
        let made = std::process::Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=ferromq.test",
            ])
            .args(["-addext", "subjectAltName=DNS:ferromq.test"])
            .arg("-keyout")
            .arg(path("key"))
            .arg("-out")
            .arg(path("certificate"))
            .output();
        if !made.is_ok_and(|made| made.status.success()) {
            println!("skipped: there is no openssl");
            return None;
        }
        let read = |name| std::fs::read_to_string(path(name)).unwrap();
        Some((read("key"), read("certificate")))
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn push_and_pull_go_over_a_websocket_with_tls() {
        if !is_there(Transport::Wss) {
            return;
        }
        let Some((key, certificate)) = key_and_certificate() else { return };
        let context = Context::new().unwrap();
        let pull = context
            .socket::<Pull>()
            .wss_key(key)
            .wss_certificate(certificate.clone())
            .bind(Endpoint::wss("127.0.0.1", 0, "/feed").unwrap())
            .unwrap();
        let told = pull.last_endpoint().unwrap();
        assert_eq!((told.transport(), told.path()), (Transport::Wss, Some("/feed")));

        let stranger = context.socket::<Push>().linger(ferromq::Linger::NONE).connect(&told).unwrap();
        stranger.try_send("the certificate is not trusted").ok();
        let push = context
            .socket::<Push>()
            .wss_trust(certificate)
            .wss_hostname("ferromq.test")
            .connect(&told)
            .unwrap();
        for message in small_large_and_several() {
            push.send(message.clone()).unwrap();
            assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), message);
        }
        assert_eq!(kind_of(pull.recv_timeout(A_WHILE)), ErrorKind::TimedOut);
    }
}
