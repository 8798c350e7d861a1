use ferromq::{Endpoint, Transport};

use crate::{MILLION, Target, seeds_of, text};

pub const TARGET: Target = Target { name: "endpoint", seeds, check, inputs: MILLION };

fn seeds() -> Vec<Vec<u8>> {
    seeds_of(&[
        "tcp://127.0.0.1:5555",
        "tcp://*:*",
        "tcp://[::1]:0",
        "tcp://eth1:0;10.0.0.1:5555",
        "ipc:///run/feed.sock",
        "ipc://@feed",
        "ipc://*",
        "inproc://results",
        "udp://eth0;239.0.0.1:5555",
        "ws://example.org:80/feed",
        "wss://example.org:443/",
        "epgm://eth0;239.0.0.1:5555",
        "norm://7,eth0;239.0.0.1:5555",
        "tipc://{5555,0,10}",
        "tipc://{5555,1}@1.2.3",
        "tipc://<*>",
        "vmci://@:5555",
    ])
}

/// An endpoint is the text that it was read from, and its parts stand in it.
fn check(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let Ok(endpoint) = text.parse::<Endpoint>() else { return };
    assert_eq!((endpoint.as_str(), &*endpoint.to_string()), (text, text));
    assert_eq!(format!("{}://{}", endpoint.transport().name(), endpoint.address()), text);
    assert!(!text.contains('\0'), "C would see another endpoint");
    let parts = [endpoint.host(), endpoint.source(), endpoint.path()];
    assert!(parts.into_iter().flatten().all(|part| text.contains(part)));
    let _ = endpoint.has_wildcard();
    if endpoint.transport() == Transport::Tcp {
        let host = endpoint.host().expect("tcp has one");
        // Further brackets would count as those around an address.
        if let Some(port) = endpoint.port().filter(|_| !host.contains(['[', ']'])) {
            let made = Endpoint::tcp(host, port).expect("it was in an endpoint");
            assert_eq!((made.host(), made.port(), made.source()), (Some(host), Some(port), None));
        }
    }
}
