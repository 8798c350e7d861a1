//! Sockets from configuration files in TOML, JSON and YAML.

use std::time::Duration;

use ferromq::{
    Context, ErrorKind, Hwm, Linger, Pull, Push, ReconnectStop, Req, Router, RoutingId, SocketConfig, Sub,
};

use crate::patience::PATIENCE;

fn toml(text: &str) -> SocketConfig {
    toml::from_str(text).unwrap()
}

fn toml_error(text: &str) -> String {
    toml::from_str::<SocketConfig>(text).unwrap_err().message().to_owned()
}

#[test]
fn the_same_configuration_can_be_written_in_toml_json_and_yaml() {
    let from_toml = toml(
        r#"
        connect = "tcp://127.0.0.1:9"
        routing_id = "worker-1"
        linger = "none"
        send_hwm = 5
        receive_hwm = "unlimited"
        receive_timeout = "1m 30s"
        reconnect_interval = "none"
        tcp_keepalive = true
        affinity = 1
        reconnect_stop = ["connection_refused", "handshake_failed"]

        [metadata]
        X-Station = "north"
        "#,
    );
    let from_json: SocketConfig = serde_json::from_str(
        r#"{
            "connect": ["tcp://127.0.0.1:9"], "routing_id": "worker-1", "linger": "none", "send_hwm": 5,
            "receive_hwm": "unlimited", "receive_timeout": "1m 30s", "reconnect_interval": "none",
            "tcp_keepalive": true, "affinity": 1,
            "reconnect_stop": ["connection_refused", "handshake_failed"], "metadata": { "X-Station": "north" }
        }"#,
    )
    .unwrap();
    let from_yaml: SocketConfig = serde_norway::from_str(
        "connect: [tcp://127.0.0.1:9]
routing_id: worker-1
linger: none
send_hwm: 5
receive_hwm: unlimited
receive_timeout: 1m 30s
reconnect_interval: none
tcp_keepalive: true
affinity: 1
reconnect_stop: [connection_refused, handshake_failed]
metadata: { X-Station: north }
",
    )
    .unwrap();
    assert_eq!(from_toml, from_json);
    assert_eq!(from_toml, from_yaml);

    let req = from_toml.open::<Req>(&Context::new().unwrap()).unwrap();
    assert_eq!(req.last_endpoint().unwrap().as_str(), "tcp://127.0.0.1:9");
    assert_eq!(req.routing_id().unwrap(), Some(RoutingId::new("worker-1").unwrap()));
    assert_eq!(req.linger().unwrap(), Linger::NONE);
    assert_eq!(req.send_hwm().unwrap(), Hwm::messages(5));
    assert_eq!(req.receive_hwm().unwrap(), Hwm::UNLIMITED);
    assert_eq!(req.configured_receive_timeout().unwrap(), Some(Duration::from_secs(90)));
    assert_eq!(req.reconnect_interval().unwrap(), None);
    assert_eq!(req.tcp_keepalive().unwrap(), Some(true));
    assert_eq!(req.affinity().unwrap(), 1);
    let reasons = ReconnectStop::CONNECTION_REFUSED | ReconnectStop::HANDSHAKE_FAILED;
    assert_eq!(req.reconnect_stop().unwrap(), reasons);
}

#[test]
fn a_configuration_is_written_as_it_was_read() {
    let config = toml(
        r#"
        bind = ["tcp://127.0.0.1:*"]
        subscribe = ["weather", "sport"]
        linger = "forever"
        receive_timeout = "100ms"
        tcp_keepalive = "none"
        conflate = true
        affinity = 3
        reconnect_stop = ["after_disconnect"]
        metadata = { X-Station = "north", X-Unit = "C" }
        "#,
    );
    let text = toml::to_string(&config).unwrap();
    assert_eq!(toml(&text), config, "{text}");
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<SocketConfig>(&text).unwrap(), config, "{text}");
    let text = serde_norway::to_string(&config).unwrap();
    assert_eq!(serde_norway::from_str::<SocketConfig>(&text).unwrap(), config, "{text}");

    let null: SocketConfig = serde_json::from_str(r#"{"send_timeout": null}"#).unwrap();
    assert_eq!(toml::to_string(&null).unwrap(), "send_timeout = \"none\"\n");
    null.open::<Push>(&Context::new().unwrap()).unwrap();
}

#[test]
fn a_configured_publisher_and_subscriber_talk() {
    let context = Context::new().unwrap();
    let push = toml("bind = ['inproc://a', 'inproc://b']").open::<Push>(&context).unwrap();
    let pull = toml("connect = 'inproc://b'").open::<Pull>(&context).unwrap();
    push.send("through b").unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "through b");

    let sub = toml("subscribe = ['weather', 'sport']").open::<Sub>(&context).unwrap();
    assert_eq!(sub.topics_count().unwrap(), 2);
}

#[test]
fn a_wrong_key_or_value_is_an_error_that_names_the_key() {
    let unknown = toml_error("recieve_hwm = 5");
    assert!(unknown.starts_with("recieve_hwm: there is no such key; there are "), "{unknown}");
    for key in ["receive_hwm,", "bind,", "connect,", "subscribe,", "metadata,", "heartbeat_interval,"] {
        assert!(unknown.contains(key), "{key} {unknown}");
    }
    for (text, expected) in [
        ("immediate = 1", "immediate: expected true or false, found a number"),
        ("send_hwm = -1", "send_hwm: expected a number of messages, or \"unlimited\", found a number"),
        ("send_hwm = 0", "set send_hwm = Hwm(0): invalid option value: for no limit say Hwm::UNLIMITED"),
        (
            "heartbeat_ttl = '50ms'",
            "set heartbeat_ttl = Some(50ms): invalid option value: it counts in tenths of a second",
        ),
        (
            "receive_timeout = 2",
            "receive_timeout: expected a duration such as \"2s\" or \"100ms\", or \"none\", found a number",
        ),
        (
            "receive_timeout = '2'",
            "receive_timeout: expected a duration such as \"2s\" or \"100ms\", or \"none\", found a text",
        ),
        ("type_of_service = 256", "type_of_service: expected a number from 0 to 255, found a number"),
        ("routing_id = ''", "routing_id: expected a text of 1 to 255 bytes, found a text"),
        (
            "reconnect_stop = ['never']",
            "reconnect_stop: expected a list of \"connection_refused\", \"handshake_failed\" and \
             \"after_disconnect\", found a list",
        ),
        ("connect = 5", "connect: expected a text or a list of texts, found a number"),
        (
            "connect = ['tcp://localhost']",
            "connect: endpoint tcp://localhost: invalid endpoint: there is no port, as in tcp://localhost:5555",
        ),
        ("subscribe = 5", "subscribe: expected a text or a list of texts, found a number"),
        (
            "socks_proxy = 'nowhere'",
            "set socks_proxy = \"nowhere\": invalid option value: it should read host:port",
        ),
    ] {
        assert_eq!(toml_error(text), expected);
    }
    let twice = serde_json::from_str::<SocketConfig>(r#"{"linger": "1s", "linger": "2s"}"#).unwrap_err();
    assert!(twice.to_string().starts_with("linger: it is there twice"), "{twice}");
    let nameless = serde_json::from_str::<SocketConfig>("[]").unwrap_err();
    assert!(nameless.to_string().contains("expected the options and endpoints of a socket"), "{nameless}");
}

#[test]
fn an_option_that_the_pattern_does_not_have_is_an_error_that_names_both() {
    let context = Context::new().unwrap();
    for (text, expected) in [
        ("mandatory = true", "set mandatory: not supported: PUSH sockets have no such option"),
        ("subscribe = 'all'", "set subscribe: not supported: PUSH sockets have no such option"),
    ] {
        let error = toml(text).open::<Push>(&context).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.to_string(), expected);
    }
    toml("mandatory = true").open::<Router>(&context).unwrap();
    let stream = toml("metadata = { X-Station = 'north' }").open::<ferromq::Stream>(&context).unwrap_err();
    assert_eq!(stream.to_string(), "set metadata: not supported: STREAM sockets have no such option");
    let key = toml("metadata = { Station = 'north' }").open::<Push>(&context).unwrap_err();
    assert_eq!(
        key.to_string(),
        "set metadata = Station:north: invalid option value: the key should begin with X-"
    );
}

#[test]
fn debug_output_does_not_show_a_password() {
    let config =
        toml("socks_proxy = '127.0.0.1:1080'\nsocks_username = 'me'\nsocks_password = 'correct horse'");
    let shown = format!("{config:?}");
    assert!(shown.contains("127.0.0.1:1080") && !shown.contains("horse"), "{shown}");
    let builder = Context::new().unwrap().socket::<Push>().configure(&config);
    let shown = format!("{builder:?}");
    assert!(shown.contains("socks_password") && !shown.contains("horse"), "{shown}");
    assert_eq!(builder.open().unwrap().socks_password().unwrap().expose(), "correct horse");
    let long = format!("socks_password = '{}'", "horse".repeat(100));
    assert!(!toml_error(&long).contains("horse"));
}
