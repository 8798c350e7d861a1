//! The draft patterns over tcp and ipc.

use std::collections::HashMap;

use ferromq::{
    Channel, Client, Context, Dish, Gather, Group, Hwm, Linger, Message, Peer, Radio, Scatter, Server, Socket,
};

use crate::content::{CLIENT_STEP, CLIENTS, PROBE, Shapes, check, group, message};
use crate::meeting::{self, answerer, echo, exchange, meet, receive_all, said, send_all, speaker};
use crate::node::{Node, Result};

#[test]
fn clients_are_answered_by_a_node_server() {
    let build = |context: &Context| context.socket::<Client>();
    meet(answerer("SERVER", Shapes::One), build, |clients: [_; CLIENTS], node| {
        for (which, client) in clients.iter().enumerate() {
            // The first message tells the server which client it is.
            client.send(vec![which as u8]).map_err(said)?;
        }
        // All at once, so that the server has to tell them apart.
        std::thread::scope(|threads| {
            let talking: Vec<_> = clients
                .iter()
                .enumerate()
                .map(|(which, client)| {
                    threads.spawn(move || exchange(client, Shapes::One, CLIENT_STEP * which))
                })
                .collect();
            talking.into_iter().try_for_each(|client| client.join().expect("it does not panic"))
        })?;
        node.dismiss()
    });
}

#[test]
fn a_server_answers_each_of_several_node_clients() {
    let peer = meeting::Peer { sockets: CLIENTS, ..speaker("CLIENT", Shapes::One) };
    meet(
        peer,
        |context| context.socket::<Server>(),
        |[server], node| {
            let messages = Shapes::One.messages();
            let mut clients = HashMap::new();
            for _ in 0..CLIENTS * (messages.len() + 1) {
                let (client, request) = server.recv_from().map_err(said)?;
                match clients.get_mut(&client) {
                    None => {
                        let which = usize::from(request.get(0).map_or(u8::MAX, |frame| frame.as_bytes()[0]));
                        clients.insert(client, (CLIENT_STEP * which, 0));
                    }
                    Some((first, next)) => {
                        check(&request, *first + *next, &messages[*next])?;
                        *next += 1;
                        server.send_to(&client, request).map_err(said)?;
                    }
                }
            }
            if clients.len() != CLIENTS {
                return Err(format!("there are {} clients", clients.len()));
            }
            node.dismiss()
        },
    );
}

#[test]
fn a_radio_reaches_the_groups_of_a_node_dish() {
    let build = |context: &Context| context.socket::<Radio>().send_hwm(Hwm::UNLIMITED);
    meet(answerer("DISH", Shapes::One), build, |[radio], node| {
        find_the_dish(&radio, node)?;
        for (n, lengths) in Shapes::One.messages().iter().enumerate() {
            radio.send_to(&named("nobody"), "nobody joined").map_err(said)?;
            radio.send_to(&group(n), message(n, lengths)).map_err(said)?;
        }
        node.dismiss()
    });
}

#[test]
fn a_dish_hears_its_groups_from_a_node_radio() {
    meet(speaker("RADIO", Shapes::One), dish, |[dish], node| {
        node_has_found(&dish, node)?;
        for (n, lengths) in Shapes::One.messages().iter().enumerate() {
            hear(&dish, n, lengths)?;
        }
        node.dismiss()
    });
}

#[test]
fn scatter_feeds_a_node_gather() {
    let build = |context: &Context| context.socket::<Scatter>();
    meet(answerer("GATHER", Shapes::One), build, |[scatter], node| {
        send_all(&scatter, Shapes::One)?;
        node.dismiss()
    });
}

#[test]
fn gather_takes_from_a_node_scatter() {
    let build = |context: &Context| context.socket::<Gather>();
    meet(speaker("SCATTER", Shapes::One), build, |[gather], node| {
        receive_all(&gather, Shapes::One)?;
        node.dismiss()
    });
}

#[test]
fn a_channel_is_echoed_by_a_node_channel() {
    let build = |context: &Context| context.socket::<Channel>();
    meet(answerer("CHANNEL", Shapes::One), build, |[channel], node| {
        exchange(&channel, Shapes::One, 0)?;
        node.dismiss()
    });
}

#[test]
fn a_channel_echoes_a_node_channel() {
    let build = |context: &Context| context.socket::<Channel>();
    meet(speaker("CHANNEL", Shapes::One), build, |[channel], node| {
        echo(&channel, Shapes::One)?;
        node.dismiss()
    });
}

/// Only in one direction: the package in Node cannot say which peer a message is for, except on a SERVER.
#[test]
fn a_peer_sends_to_a_node_peer_that_it_connected_to() {
    let peer = answerer("PEER", Shapes::One);
    for wildcard in ["tcp://127.0.0.1:*", "ipc://*"] {
        for tampers in [false, true] {
            let join = |context: &Context| {
                let mut node = peer.starts("bind", &[wildcard.to_owned()], tampers, context)?;
                let endpoint = node.line()?;
                // Or else what the peer that complained no longer takes would be waited for.
                let linger = if tampers { Linger::NONE } else { Linger::DEFAULT };
                let socket = context.socket::<Peer>().linger(linger).open().map_err(said)?;
                let id = socket.connect_peer(endpoint.as_str()).map_err(said)?;
                Ok(((socket, id), node))
            };
            let converse = |(socket, id): (Socket<Peer>, _), node: &mut Node| {
                let messages = Shapes::One.messages();
                let mut numbered = messages.iter().enumerate();
                numbered
                    .try_for_each(|(n, lengths)| socket.send_to(&id, message(n, lengths)).map_err(said))?;
                node.dismiss()
            };
            if tampers {
                meeting::notices_a_wrong_byte(join, converse);
            } else {
                meeting::succeeds(wildcard, join, converse);
            }
        }
    }
}

pub fn named(name: &str) -> Group {
    Group::new(name).expect("it is short")
}

/// A DISH in all groups; in that of the probes last, so that a probe means that it is in all.
pub fn dish(context: &Context) -> ferromq::Builder<Dish> {
    (0..3).fold(context.socket::<Dish>(), |dish, n| dish.join(&group(n))).join(&named(PROBE))
}

pub fn find_the_dish(radio: &Socket<Radio>, node: &mut Node) -> Result<()> {
    node.until_it_prints("probed", || radio.send_to(&named(PROBE), PROBE).map_err(said))
}

pub fn node_has_found(dish: &Socket<Dish>, node: &mut Node) -> Result<()> {
    let (group, probe) = dish.recv_from().map_err(said)?;
    if (&group, &probe) != (&named(PROBE), &Message::from(PROBE)) {
        return Err(format!("received {probe:?} in {group} instead of a probe"));
    }
    node.tell("probed")
}

/// Receives the message of this number, in its group; probes may come before it.
pub fn hear(dish: &Socket<Dish>, number: usize, lengths: &[usize]) -> Result<()> {
    let (mut from, mut received) = dish.recv_from().map_err(said)?;
    while from == named(PROBE) {
        (from, received) = dish.recv_from().map_err(said)?;
    }
    if from != group(number) {
        return Err(format!("message {number} came in {from} instead of {}", group(number)));
    }
    check(&received, number, lengths)
}
