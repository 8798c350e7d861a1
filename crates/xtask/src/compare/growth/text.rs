//! The sections of the page.

use super::super::table::short;
use super::lines::{grouped, svg};
use super::{Both, Growth, Held, NAMES};
use crate::Result;

/// The charts: each with its file's name.
pub fn charts(growth: &Growth) -> [(&'static str, String); 2] {
    let peers = svg(
        "One PULL, and more and more PUSH",
        "messages/s of 16 B over tcp",
        "PUSH sockets",
        &growth.by_peers,
    );
    let subscriptions = svg(
        "One SUB with more and more subscriptions",
        "messages/s of 16 B over tcp, each matches one",
        "subscriptions",
        &growth.by_subscriptions,
    );
    [("growth-peers", peers), ("growth-subscriptions", subscriptions)]
}

pub fn growth(growth: &Growth) -> String {
    let mut text = format!(
        "{}.\n\n![messages/s against peers](performance/growth-peers.svg)\n\n\
         ![messages/s against subscriptions](performance/growth-subscriptions.svg)\n\n{}\n\n{}",
        growth.conditions,
        table("PUSH sockets", &growth.by_peers, short),
        table("subscriptions", &growth.by_subscriptions, short)
    );
    text += &failures("PUSH sockets", &growth.by_peers);
    text += &failures("subscriptions", &growth.by_subscriptions);
    text
}

pub fn memory(growth: &Growth) -> String {
    let busy = [(growth.busy.0, growth.busy.1.clone())];
    let (connections, held) = &growth.held;
    let mut text = format!(
        "Resident memory of both processes for each connected pair of PUSH and PULL:\n\n{}\n\n\
         and after each of them has carried 1 MiB in messages of 256 B:\n\n{}\n\n\
         {} DEALERs at one ROUTER, all held by one process, each of which sends a request and has its reply several times:\n\n\
         | | until all are connected | all requests and replies | round trips/s | ROUTER's process, each | DEALERs', each |\n\
         |---|---:|---:|---:|---:|---:|",
        table("idle pairs", &growth.idle, kibibytes),
        table("busy pairs", &busy, kibibytes),
        grouped(*connections)
    );
    for (name, held) in NAMES.iter().zip(held) {
        text += &match held {
            Ok(held) => row(name, held),
            Err(error) => format!("\n| {name} | failed: {error} | | | | |"),
        };
    }
    text += "\n\nThe ROUTER's process has one file descriptor for each connection, and libzmq's DEALERs two.";
    text += &failures("idle pairs", &growth.idle);
    text + &failures("busy pairs", &busy)
}

fn row(name: &str, held: &Held) -> String {
    let Held { connecting, serving, replies, server, clients } = *held;
    format!(
        "\n| {name} | {connecting:.2} s | {serving:.2} s for {} | {} | {} | {} |",
        grouped(replies),
        short(super::as_number(replies) / serving),
        kibibytes(server),
        kibibytes(clients)
    )
}

fn kibibytes(bytes: f64) -> String {
    format!("{:.1} KiB", bytes / 1024.0)
}

fn table(what: &str, points: &[(usize, Both<f64>)], shown: fn(f64) -> String) -> String {
    let [ours, theirs] = NAMES;
    let mut table = format!("| {what} | {ours} | {theirs} | {ours} / {theirs} |\n|---:|---:|---:|---:|");
    for (count, both) in points {
        let cell = |value: &Result<f64>| value.as_ref().map_or("failed".to_owned(), |value| shown(*value));
        let ratio = match both {
            [Ok(ours), Ok(theirs)] => format!("{:.2}", ours / theirs),
            _ => String::new(),
        };
        table += &format!("\n| {} | {} | {} | {ratio} |", grouped(*count), cell(&both[0]), cell(&both[1]));
    }
    table
}

/// Why what failed did.
fn failures(what: &str, points: &[(usize, Both<f64>)]) -> String {
    let mut text = String::new();
    for (count, both) in points {
        for (name, value) in NAMES.iter().zip(both) {
            if let Err(error) = value {
                text += &format!("\n\n- {name}, {} {what}: {error}", grouped(*count));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_said_and_not_compared() {
        let points = [(1000, [Ok(2048.0), Err("it broke".to_owned())])];
        let table = table("pairs", &points, kibibytes);
        assert!(table.ends_with("| 1,000 | 2.0 KiB | failed |  |"), "{table}");
        assert_eq!(failures("pairs", &points), "\n\n- c, 1,000 pairs: it broke");
    }

    #[test]
    fn held_connections_are_a_row() {
        let held =
            Held { connecting: 1.5, serving: 2.0, replies: 50_000, server: 10_240.0, clients: 20_480.0 };
        assert_eq!(row("c", &held), "\n| c | 1.50 s | 2.00 s for 50,000 | 25.0 k | 10.0 KiB | 20.0 KiB |");
    }
}
