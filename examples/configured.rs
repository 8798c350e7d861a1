//! A publisher and a subscriber whose options and endpoints come from a file, here in TOML:
//! `cargo run --features serde --example configured`

use std::collections::HashMap;

use ferromq::{Context, SocketConfig, Sub, XPub, XPubEvent};

/// In a program of your own this is a file: `std::fs::read_to_string("sockets.toml")?`.
const SOCKETS: &str = r#"
    [publisher]
    bind = ["tcp://127.0.0.1:*", "inproc://weather"]
    send_hwm = 10_000
    linger = "2s"

    [subscriber]
    connect = "inproc://weather"
    subscribe = ["weather", "sport"]
    receive_timeout = "5s"
    heartbeat_interval = "30s"
    reconnect_interval = "100ms"
    reconnect_interval_max = "10s"
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sockets: HashMap<String, SocketConfig> = toml::from_str(SOCKETS)?;
    let context = Context::new()?;
    let publisher = sockets["publisher"].open::<XPub>(&context)?;
    let subscriber = sockets["subscriber"].open::<Sub>(&context)?;

    for _ in 0..subscriber.topics_count()? {
        if let XPubEvent::Subscribed(topic) = publisher.recv_event()? {
            println!("subscribed: {}", topic.escape_ascii());
        }
    }
    publisher.send("weather Sunny today.")?;
    println!("received: {}", subscriber.recv()?);
    Ok(())
}
