//! Options as a user sets them. That every row of the table is right is a unit test beside the table.

use std::time::Duration;

use ferromq::{Context, Dealer, ErrorKind, Hwm, Linger, Pair, Pull, Push, Req, RoutingId, Sub};

use crate::link::NOBODY;
use crate::patience::kind_of;

#[test]
fn a_value_out_of_range_is_refused_when_the_socket_opens_naming_option_and_value() {
    let context = Context::new().unwrap();
    let push = || context.socket::<Push>();
    let texts = [
        (push().send_hwm(0), "set send_hwm = Hwm(0): invalid option value: for no limit say Hwm::UNLIMITED"),
        (
            push().send_hwm(u32::MAX),
            "set send_hwm = Hwm(4294967295): invalid option value: it is above 2147483647",
        ),
        (
            push().linger(Duration::MAX),
            "set linger = Linger(18446744073709551615.999999999s): invalid option value: it is longer than \
             2147483647 ms (24 days)",
        ),
        (
            push().send_timeout(Duration::from_secs(3_000_000)),
            "set send_timeout = Some(3000000s): invalid option value: it is longer than 2147483647 ms (24 days)",
        ),
        (
            push().reconnect_interval(Duration::ZERO),
            "set reconnect_interval = Some(0ns): invalid option value: libzmq takes 0 for never; say None for that",
        ),
        (
            push().heartbeat_ttl(Duration::from_millis(50)),
            "set heartbeat_ttl = Some(50ms): invalid option value: it counts in tenths of a second",
        ),
        (
            push().tcp_keepalive_idle(Duration::from_millis(1500)),
            "set tcp_keepalive_idle = Some(1.5s): invalid option value: it counts in whole seconds",
        ),
        (push().backlog(u32::MAX), "set backlog = 4294967295: invalid option value: it is above 2147483647"),
    ];
    for (builder, expected) in texts {
        let failed = builder.bind("tcp://127.0.0.1:*").unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidOption);
        assert_eq!(failed.to_string(), expected);
        let again = failed.into_kept().open().unwrap_err();
        assert_eq!(again.to_string(), expected, "the builder remembers what it was not given");
    }
}

#[test]
fn a_live_socket_refuses_the_same_values_and_keeps_the_old() {
    let push = Context::new().unwrap().socket::<Push>().send_hwm(7).open().unwrap();
    let error = push.set_send_hwm(0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "set send_hwm = Hwm(0): invalid option value: for no limit say Hwm::UNLIMITED"
    );
    assert_eq!(push.send_hwm().unwrap(), Hwm::messages(7));
    assert_eq!(kind_of(push.set_send_timeout(Duration::MAX)), ErrorKind::InvalidOption);
    assert_eq!(push.configured_send_timeout().unwrap(), None);
}

#[test]
fn routing_ids_that_are_libzmqs_own_are_refused() {
    for (id, expected) in [
        (&b""[..], "set routing_id: invalid option value: it is empty"),
        (
            b"\x00abc",
            "set routing_id = \\x00abc: invalid option value: ids that begin with a zero byte are libzmq's own",
        ),
    ] {
        let error = RoutingId::new(id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(kind_of(RoutingId::new([b'x'; 256])), ErrorKind::InvalidOption);
    let context = Context::new().unwrap();
    let dealer = context.socket::<Dealer>().routing_id(RoutingId::received(b"\x00abc"));
    assert_eq!(kind_of(dealer.open()), ErrorKind::InvalidOption);
}

#[test]
fn the_last_value_that_a_builder_is_given_counts() {
    let context = Context::new().unwrap();
    let pair = context.socket::<Pair>().send_hwm(1).receive_hwm(2).send_hwm(Hwm::UNLIMITED).open().unwrap();
    assert_eq!(pair.send_hwm().unwrap(), Hwm::UNLIMITED);
    assert_eq!(pair.receive_hwm().unwrap(), Hwm::messages(2));
    let pair = context.socket::<Pair>().linger(Linger::NONE).linger(Linger::FOREVER).open().unwrap();
    assert_eq!(pair.linger().unwrap(), Linger::FOREVER);
}

#[test]
fn a_builder_can_be_used_again() {
    let context = Context::new().unwrap();
    let builder = context.socket::<Sub>().subscribe("a").receive_hwm(5);
    let one = builder.clone().open().unwrap();
    let other = builder.receive_hwm(6).open().unwrap();
    assert_eq!(one.receive_hwm().unwrap(), Hwm::messages(5));
    assert_eq!(other.receive_hwm().unwrap(), Hwm::messages(6));
}

#[test]
fn live_options_change_what_they_say() {
    let context = Context::new().unwrap();
    let pair = context.socket::<Pair>().bind("inproc://pair").unwrap();
    pair.set_linger(Linger::NONE).unwrap();
    assert_eq!(pair.linger().unwrap(), Linger::NONE);
    pair.set_linger(Duration::from_micros(1500)).unwrap();
    assert_eq!(pair.linger().unwrap(), Duration::from_millis(2).into());
    pair.set_receive_hwm(Hwm::UNLIMITED).unwrap();
    assert_eq!(pair.receive_hwm().unwrap(), Hwm::UNLIMITED);
    pair.set_receive_timeout(Duration::from_millis(7)).unwrap();
    assert_eq!(pair.configured_receive_timeout().unwrap(), Some(Duration::from_millis(7)));
    pair.set_send_timeout(None).unwrap();
    assert_eq!(pair.configured_send_timeout().unwrap(), None);
}

#[test]
fn sockets_linger_for_thirty_seconds_and_sub_not_at_all() {
    let context = Context::new().unwrap();
    assert_eq!(context.socket::<Push>().open().unwrap().linger().unwrap(), Linger::DEFAULT);
    assert_eq!(context.socket::<Req>().open().unwrap().linger().unwrap(), Linger::DEFAULT);
    assert_eq!(context.socket::<Pull>().open().unwrap().linger().unwrap(), Linger::DEFAULT);
    assert_eq!(context.socket::<Sub>().open().unwrap().linger().unwrap(), Linger::NONE);
    assert_eq!(Linger::DEFAULT.period(), Some(Duration::from_secs(30)));
}

#[test]
fn a_message_above_the_size_limit_closes_the_connection_that_it_comes_from() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().max_message_size(1000).bind("tcp://127.0.0.1:*").unwrap();
    let endpoint = pull.last_endpoint().unwrap();
    let allowed = context.socket::<Push>().connect(&endpoint).unwrap();
    let refused = context.socket::<Push>().reconnect_interval(None).connect(&endpoint).unwrap();
    refused.send([0_u8; 1001]).unwrap();
    // Unless the connection is gone already.
    let _ = refused.try_send("after it");
    allowed.send([0_u8; 1000]).unwrap();
    assert_eq!(pull.recv_timeout(crate::patience::PATIENCE).unwrap()[0].len(), 1000);
    assert!(pull.recv_timeout(crate::patience::A_WHILE).unwrap_err().is_timeout());
}

#[test]
fn immediate_queues_for_finished_connections_only() {
    let context = Context::new().unwrap();
    let eager = context.socket::<Push>().linger(Linger::NONE).connect(NOBODY).unwrap();
    eager.try_send("queued at once").unwrap();
    let careful = context.socket::<Push>().immediate(true).connect(NOBODY).unwrap();
    assert!(careful.immediate().unwrap());
    assert!(careful.try_send("nobody is there").unwrap_err().is_would_block());
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    careful.connect(pull.last_endpoint().unwrap()).unwrap();
    careful.send_timeout("somebody is there", crate::patience::PATIENCE).unwrap();
    assert_eq!(pull.recv_timeout(crate::patience::PATIENCE).unwrap(), "somebody is there");
}
