//! The draft patterns over udp, on the loopback interface.

use std::net::SocketAddrV4;
use std::time::Duration;

use ferromq::{Context, Dgram, Dish, Endpoint, Radio, Socket};

use crate::content::{PROBE, Shapes, check, group, message};
use crate::draft::{dish, find_the_dish, hear, named, node_has_found};
use crate::meeting::{Peer, answerer, notices_a_wrong_byte, said, speaker, succeeds, unused_udp_endpoint};
use crate::node::{Node, Result};

const SHAPES: Shapes = Shapes::Datagrams;
/// How long to wait for an answer before the next probe: libzmq opens its UDP sockets in the background.
const BETWEEN_PROBES: Duration = Duration::from_millis(20);

#[test]
fn a_radio_reaches_the_groups_of_a_node_dish_over_udp() {
    let peer = answerer("DISH", SHAPES);
    let join = |tampers| {
        move |context: &Context| {
            let endpoint = unused_udp_endpoint();
            let mut node = peer.starts("bind", &[endpoint.to_string()], tampers, context)?;
            node.line()?;
            Ok((context.socket::<Radio>().connect(&endpoint).map_err(said)?, node))
        }
    };
    let converse = |radio: Socket<Radio>, node: &mut Node| {
        find_the_dish(&radio, node)?;
        for (n, lengths) in SHAPES.messages().iter().enumerate() {
            radio.send_to(&named("nobody"), "nobody joined").map_err(said)?;
            radio.send_to(&group(n), message(n, lengths)).map_err(said)?;
            // Datagrams are lost when too many are under way.
            node.expect_line("next")?;
        }
        node.dismiss()
    };
    succeeds("udp", join(false), converse);
    notices_a_wrong_byte(join(true), converse);
}

#[test]
fn a_dish_hears_its_groups_from_a_node_radio_over_udp() {
    let peer = speaker("RADIO", SHAPES);
    let join = |tampers| {
        move |context: &Context| {
            let endpoint = unused_udp_endpoint();
            let dish = dish(context).bind(&endpoint).map_err(said)?;
            Ok((dish, peer.starts("connect", &[endpoint.to_string()], tampers, context)?))
        }
    };
    let converse = |dish: Socket<Dish>, node: &mut Node| {
        node_has_found(&dish, node)?;
        for (n, lengths) in SHAPES.messages().iter().enumerate() {
            hear(&dish, n, lengths)?;
            node.tell("next")?;
        }
        node.dismiss()
    };
    succeeds("udp", join(false), converse);
    notices_a_wrong_byte(join(true), converse);
}

#[test]
fn datagrams_are_echoed_by_a_node_dgram() {
    let join = |tampers| move |context: &Context| two_dgrams(answerer("DGRAM", SHAPES), tampers, context);
    let converse = |(dgram, node_is_at): (Socket<Dgram>, SocketAddrV4), node: &mut Node| {
        let receive = || -> Result<_> {
            let (from, received) = dgram.recv_from().map_err(said)?;
            if from == node_is_at { Ok(received) } else { Err(format!("a datagram came from {from}")) }
        };
        loop {
            dgram.send_to(&node_is_at, PROBE).map_err(said)?;
            match dgram.recv_from_timeout(BETWEEN_PROBES) {
                Ok(_) => break,
                Err(error) if error.is_timeout() => {}
                Err(error) => return Err(said(error)),
            }
        }
        for (n, lengths) in SHAPES.messages().iter().enumerate() {
            dgram.send_to(&node_is_at, message(n, lengths)).map_err(said)?;
            let mut received = receive()?;
            while received == PROBE {
                received = receive()?;
            }
            check(&received, n, lengths)?;
        }
        node.dismiss()
    };
    succeeds("udp", join(false), converse);
    notices_a_wrong_byte(join(true), converse);
}

#[test]
fn datagrams_of_a_node_dgram_are_echoed() {
    let join = |tampers| move |context: &Context| two_dgrams(speaker("DGRAM", SHAPES), tampers, context);
    let converse = |(dgram, node_is_at): (Socket<Dgram>, SocketAddrV4), node: &mut Node| {
        let messages = SHAPES.messages();
        let mut next = 0;
        while next < messages.len() {
            let (from, received) = dgram.recv_from().map_err(said)?;
            if from != node_is_at {
                return Err(format!("a datagram came from {from}"));
            }
            if received != PROBE {
                check(&received, next, &messages[next])?;
                next += 1;
            }
            dgram.send_to(&from, received).map_err(said)?;
        }
        node.dismiss()
    };
    succeeds("udp", join(false), converse);
    notices_a_wrong_byte(join(true), converse);
}

/// A DGRAM here and one in Node, with the address of the latter.
fn two_dgrams(peer: Peer, tampers: bool, context: &Context) -> Result<((Socket<Dgram>, SocketAddrV4), Node)> {
    let (here, there) = (unused_udp_endpoint(), unused_udp_endpoint());
    let dgram = context.socket::<Dgram>().bind(&here).map_err(said)?;
    let mut node = peer.starts("bind", &[there.to_string(), here.address().to_owned()], tampers, context)?;
    node.line()?;
    Ok(((dgram, address(&there)), node))
}

fn address(endpoint: &Endpoint) -> SocketAddrV4 {
    endpoint.address().parse().expect("it was made from an address")
}
