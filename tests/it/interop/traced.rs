//! One trace through two languages.

use super::{EACH_MIX, at_a_free_port, start, stopped};
use crate::patience::PATIENCE;
use crate::process::explained;

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_trace_goes_there_and_back_with_one_id_and_every_hop() {
    for (serves, asks) in EACH_MIX {
        at_a_free_port(|endpoint| {
            let mut server = start(serves, "traced_server", endpoint);
            let mut client = start(asks, "traced_client", endpoint);
            let mut play = || {
                let sent = client.line()?;
                let id = sent.strip_prefix("Trace ").and_then(|line| line.split_once(": ")).map(|(id, _)| id);
                let id = id.unwrap_or_else(|| panic!("{sent}"));
                assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{sent}");
                server.expect_line(&format!("Trace {id}: received request: Hello"))?;
                client.expect_line(&format!("Trace {id}: received reply: World, Hello!"))?;
                for hop in [
                    "request from client -> request at server: ",
                    "request at server -> reply from server: ",
                    "reply from server -> reply at client: ",
                ] {
                    let line = client.line()?;
                    let delay = line.strip_prefix(hop).and_then(|rest| rest.strip_suffix(" ns"));
                    let delay: u64 =
                        delay.and_then(|delay| delay.parse().ok()).unwrap_or_else(|| panic!("{line}"));
                    assert!(u128::from(delay) < PATIENCE.as_nanos(), "{line}");
                }
                client.end_well(PATIENCE)?;
                stopped(&mut server, serves == asks).map(drop)
            };
            let outcome = play();
            outcome.map_err(|error| explained(error, [&mut client, &mut server]))
        });
    }
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn a_client_that_knows_nothing_of_traces_is_served() {
    for (serves, asks) in EACH_MIX {
        at_a_free_port(|endpoint| {
            let mut server = start(serves, "traced_server", endpoint);
            let mut client = start(asks, "client", endpoint);
            let mut play = || {
                server.expect_line("Trace none: received request: Hello")?;
                client.expect_line("Received reply: World, Hello!")?;
                client.end_well(PATIENCE).map(drop)
            };
            let outcome = play();
            outcome.map_err(|error| explained(error, [&mut client, &mut server]))
        });
    }
}
