//! Binding and connecting, and undoing both.

use std::time::Duration;

use ferromq::{Context, Endpoint, ErrorKind, Pub, Pull, Push, Rep, Req, Transport};

use crate::link::{Directory, NOBODY, Place};
use crate::patience::{PATIENCE, kind_of, until};

#[test]
fn a_wildcard_port_is_told_by_the_last_endpoint() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let first = pull.last_endpoint().unwrap();
    assert_eq!((first.transport(), first.host()), (Transport::Tcp, Some("127.0.0.1")));
    assert_ne!(first.port().unwrap(), 0);
    pull.bind("tcp://127.0.0.1:0").unwrap();
    let second = pull.last_endpoint().unwrap();
    assert_ne!(first, second);
    for endpoint in [&first, &second] {
        let push = context.socket::<Push>().connect(endpoint).unwrap();
        assert_eq!(push.last_endpoint().unwrap(), *endpoint);
        push.send(endpoint.as_str()).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), endpoint.as_str());
    }
}

#[test]
fn an_endpoint_is_given_as_any_kind_of_text() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let endpoint: Endpoint = "inproc://as-an-endpoint".parse().unwrap();
    pull.bind(&endpoint).unwrap();
    pull.unbind(endpoint).unwrap();
    pull.bind(Endpoint::inproc("made").unwrap()).unwrap();
    pull.bind("inproc://as-text").unwrap();
    pull.bind(String::from("inproc://as-owned-text")).unwrap();
    pull.bind(String::from("inproc://as-borrowed-text")).unwrap();
}

#[test]
fn a_socket_that_is_bound_nowhere_has_no_last_endpoint() {
    let pull = Context::new().unwrap().socket::<Pull>().open().unwrap();
    assert_eq!(kind_of(pull.last_endpoint()), ErrorKind::EndpointNotFound);
}

#[test]
fn a_port_in_use_gives_the_builder_back_to_bind_elsewhere() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let holder = context.socket::<Pull>().bind(place.endpoint()).unwrap();
        let taken = holder.last_endpoint().unwrap();
        if taken.transport() == Transport::Ipc {
            // libzmq removes the file that is in the way and binds there itself.
            continue;
        }
        let builder = context.socket::<Pull>().receive_hwm(7);
        let failed = builder.bind(&taken).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::AddressInUse);
        assert_eq!(failed.error().endpoint(), Some(taken.as_str()));
        let elsewhere = failed.into_kept().bind(Place::tcp().endpoint()).unwrap();
        assert_eq!(elsewhere.receive_hwm().unwrap(), 7.into());

        // A live socket stays as it is, too.
        assert_eq!(kind_of(elsewhere.bind(&taken)), ErrorKind::AddressInUse);
        let push = context.socket::<Push>().connect(elsewhere.last_endpoint().unwrap()).unwrap();
        push.send("still in order").unwrap();
        assert_eq!(elsewhere.recv_timeout(PATIENCE).unwrap(), "still in order");
    }
}

#[test]
fn a_closed_socket_frees_its_port() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        if place.endpoint() == "ipc://*" {
            // Its directory goes with it.
            continue;
        }
        let pull = context.socket::<Pull>().bind(place.endpoint()).unwrap();
        let endpoint = pull.last_endpoint().unwrap();
        pull.close();
        until("the port", || context.socket::<Pull>().bind(&endpoint).ok());
    }
}

#[test]
fn one_socket_serves_several_endpoints_of_several_transports() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    for place in Place::each() {
        pull.bind(place.endpoint()).unwrap();
        let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
        push.send(place.endpoint()).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), place.endpoint());
    }
}

#[test]
fn connecting_comes_before_binding_as_well_as_after_it() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let endpoint = match place.endpoint() {
            "ipc://*" => continue,
            wildcard if wildcard.ends_with('*') => {
                // With its context the finder is quite gone, and takes no connection that was meant for another.
                let finder = Context::new().unwrap().socket::<Pull>().bind(wildcard).unwrap();
                finder.last_endpoint().unwrap()
            }
            named => named.parse().unwrap(),
        };
        let push = context.socket::<Push>().connect(&endpoint).unwrap();
        push.send(["sent", "before", "the bind"]).unwrap();
        let pull = until("the port", || context.socket::<Pull>().bind(&endpoint).ok());
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), ["sent", "before", "the bind"]);
    }
}

#[test]
fn an_unbound_endpoint_is_free_for_another_socket_and_its_peers_go_there() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        if place.endpoint() == "ipc://*" {
            continue;
        }
        let reconnecting = context.socket::<Push>().reconnect_interval(Duration::from_millis(10));
        let (old, push) = place.join(context.socket::<Pull>(), reconnecting);
        let endpoint = old.last_endpoint().unwrap();
        push.send("before").unwrap();
        assert_eq!(old.recv_timeout(PATIENCE).unwrap(), "before");
        old.unbind(&endpoint).unwrap();
        assert_eq!(kind_of(old.unbind(&endpoint)), ErrorKind::EndpointNotFound);
        let new = until("the port", || context.socket::<Pull>().bind(&endpoint).ok());
        if endpoint.transport() == Transport::Inproc {
            // There is no connection to be made again: the two sockets stay joined.
            push.send("after").unwrap();
            assert_eq!(old.recv_timeout(PATIENCE).unwrap(), "after");
            continue;
        }
        until("a message to the new socket", || {
            push.send("after").unwrap();
            // The old socket keeps its end of the connection until it finds that no more messages follow.
            let _ = old.try_recv();
            new.recv_timeout(Duration::from_millis(10)).ok()
        });
    }
}

#[test]
fn a_disconnected_socket_talks_to_its_other_peers_only() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (old, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        push.send("to the old").unwrap();
        assert_eq!(old.recv_timeout(PATIENCE).unwrap(), "to the old");
        let new = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
        push.disconnect(old.last_endpoint().unwrap()).unwrap();
        push.connect(new.last_endpoint().unwrap()).unwrap();
        for number in 0..4 {
            push.send(format!("{number}")).unwrap();
            assert_eq!(new.recv_timeout(PATIENCE).unwrap(), format!("{number}"));
        }
        assert_eq!(kind_of(old.try_recv()), ErrorKind::WouldBlock);
    }
}

#[test]
fn unbinding_or_disconnecting_what_never_was_is_an_error() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().bind("inproc://here").unwrap();
    for elsewhere in ["inproc://elsewhere", NOBODY, "ipc:///nowhere"] {
        assert_eq!(kind_of(push.disconnect(elsewhere)), ErrorKind::EndpointNotFound, "{elsewhere}");
        assert_eq!(kind_of(push.unbind(elsewhere)), ErrorKind::EndpointNotFound, "{elsewhere}");
    }
    assert_eq!(kind_of(push.disconnect("nonsense")), ErrorKind::InvalidEndpoint);
    assert_eq!(kind_of(push.unbind("nonsense://here")), ErrorKind::UnknownTransport);
}

#[test]
fn malformed_endpoints_are_refused_and_the_builder_is_given_back() {
    let context = Context::new().unwrap();
    for (text, expected) in [
        ("", ErrorKind::InvalidEndpoint),
        ("localhost:5555", ErrorKind::InvalidEndpoint),
        ("tcp://localhost", ErrorKind::InvalidEndpoint),
        ("tcp://127.0.0.1:70000", ErrorKind::InvalidEndpoint),
        ("inproc://with\0nul", ErrorKind::InvalidEndpoint),
        ("carrier-pigeon://coop", ErrorKind::UnknownTransport),
    ] {
        let failed = context.socket::<Rep>().receive_hwm(7).bind(text).unwrap_err();
        assert_eq!(failed.kind(), expected, "{text}");
        let failed = failed.into_kept().connect(text).unwrap_err();
        assert_eq!(failed.kind(), expected, "{text}");
        let rep = failed.into_kept().bind("tcp://127.0.0.1:*").unwrap();
        assert_eq!(rep.receive_hwm().unwrap(), 7.into());
        assert_eq!(kind_of(rep.bind(text)), expected, "{text}");
        assert_eq!(kind_of(rep.connect(text)), expected, "{text}");
    }
}

#[test]
fn what_only_libzmq_can_refuse_is_refused_with_the_right_kind() {
    let context = Context::new().unwrap();
    for (endpoint, expected) in [
        ("tcp://no-such-interface:*", ErrorKind::NoSuchInterface),
        // An address for documentation, which no machine has.
        ("tcp://192.0.2.1:5555", ErrorKind::AddressNotAvailable),
    ] {
        let failed = context.socket::<Rep>().bind(endpoint).unwrap_err();
        assert_eq!(failed.kind(), expected, "{endpoint}");
        failed.into_kept().bind("tcp://127.0.0.1:*").unwrap();
    }
    // To connect, a host name is needed that can be one; whether there is such a host is found out in the background.
    assert_eq!(kind_of(context.socket::<Req>().connect("tcp://not a host:5555")), ErrorKind::InvalidEndpoint);
    let req = context.socket::<Req>().connect("tcp://no-such-host.invalid:5555").unwrap();
    let awaiting = req.send("to nobody").unwrap();
    awaiting.set_linger(ferromq::Linger::NONE).unwrap();
    assert!(awaiting.try_recv().unwrap_err().is_would_block());
}

#[test]
fn pub_does_not_work_over_udp() {
    let context = Context::new().unwrap();
    let failed = context.socket::<Pub>().bind("udp://127.0.0.1:5555").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::IncompatibleTransport);
    let failed = failed.into_kept().connect("udp://127.0.0.1:5555").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::IncompatibleTransport);
    failed.into_kept().bind("tcp://127.0.0.1:*").unwrap();
}

#[test]
fn inproc_names_belong_to_their_context() {
    let (one, other) = (Context::new().unwrap(), Context::new().unwrap());
    let _one = one.socket::<Pull>().bind("inproc://name").unwrap();
    let _other = other.socket::<Pull>().bind("inproc://name").unwrap();
    assert_eq!(kind_of(one.socket::<Pull>().bind("inproc://name")), ErrorKind::AddressInUse);
}

#[test]
#[cfg(unix)]
fn a_local_socket_with_a_wildcard_leaves_no_file_behind() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("ipc://*").unwrap();
    let path = std::path::PathBuf::from(pull.last_endpoint().unwrap().address());
    assert!(path.exists());
    drop((pull, context));
    assert!(!path.exists());
    assert!(!path.parent().unwrap().exists(), "the directory was made for it");
}

#[test]
#[cfg(unix)]
fn a_local_socket_with_a_name_leaves_its_file_for_the_next_to_take() {
    let directory = Directory::new();
    let path = directory.path().join("socket");
    for _ in 0..3 {
        let context = Context::new().unwrap();
        let pull = context.socket::<Pull>().bind(format!("ipc://{}", path.display())).unwrap();
        drop((pull, context));
        assert!(path.exists());
    }
}

#[test]
#[cfg(unix)]
fn a_local_socket_needs_a_path_that_can_be_one() {
    let context = Context::new().unwrap();
    let too_long = format!("ipc:///{}", "x".repeat(200));
    assert_eq!(kind_of(context.socket::<Pull>().bind(&too_long)), ErrorKind::InvalidEndpoint);
    let failed = context.socket::<Pull>().bind("ipc:///no/such/directory/socket").unwrap_err();
    assert!(failed.error().errno().is_some());
    failed.into_kept().bind("tcp://127.0.0.1:*").unwrap();
}
