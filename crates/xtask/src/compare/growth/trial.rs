//! One measurement: a process that binds, and one or more that connect.

use std::time::{Duration, Instant};

use super::super::peer::{Peer, race};
use super::{Held, PATIENCE, as_number};
use crate::Result;
use crate::invocation::Invocation;

const SIZE: usize = 16;
const BUSY_SIZE: usize = 256;
/// A socket of libzmq has two file descriptors once it is connected; a process often has 10,000 at least.
const SOCKETS_IN_A_PROCESS: usize = 4000;

pub struct Trial {
    program: Invocation,
}

/// The processes, all connected.
struct Connected {
    /// The one that binds is the first.
    peers: Vec<Peer>,
    /// Bytes that the first, and the others, had before and have gained.
    server: f64,
    clients: f64,
    connecting: Duration,
}

impl Trial {
    pub fn new(program: Invocation) -> Self {
        // As many file descriptors as the system gives without being asked for rights.
        let script = r#"ulimit -n "$(ulimit -Hn)"; exec "$@""#;
        let program = program.to_string();
        Self { program: Invocation::new("sh", &["-c", script, "sh", &program]) }
    }

    fn start(&self, role: &'static str, endpoint: &str, numbers: [usize; 4]) -> Result<Peer> {
        let invocation = self.program.clone().argument(role).argument(endpoint);
        Peer::start(role, &invocation.arguments(numbers.map(|number| number.to_string())))
    }

    /// Starts all, and waits until they are connected. `count` is the server's, and each client's.
    fn connect(
        &self,
        roles: [&'static str; 2],
        size: usize,
        peers: usize,
        counts: [usize; 2],
    ) -> Result<Connected> {
        let mut server = self.start(roles[0], "tcp://127.0.0.1:*", [size, peers, 0, counts[0]])?;
        let endpoint = race(std::slice::from_mut(&mut server), 0, "ready ", PATIENCE)?;
        let mut all = vec![server];
        for (first, many) in portions(peers, if roles[1] == "sub" { peers } else { SOCKETS_IN_A_PROCESS }) {
            all.push(self.start(roles[1], &endpoint, [size, many, first, counts[1]])?);
        }
        for index in 1..all.len() {
            race(&mut all, index, "ready", PATIENCE)?;
        }
        let before = resident(&all)?;
        let since = Instant::now();
        for client in &mut all[1..] {
            client.tell("connect")?;
        }
        for index in 1..all.len() {
            race(&mut all, index, "connected", PATIENCE)?;
        }
        race(&mut all, 0, "joined", PATIENCE)?;
        let connecting = since.elapsed();
        let after = resident(&all)?;
        let [server, clients] = [after[0] - before[0], after[1] - before[1]];
        Ok(Connected { peers: all, server, clients, connecting })
    }

    /// Messages in a second from `pushes` PUSH sockets to one PULL.
    pub fn push_pull(&self, pushes: usize, count: usize) -> Result<f64> {
        let mut all = self.connect(["pull", "push"], SIZE, pushes, [count, count])?.peers;
        all[1].tell("go")?;
        rate(&race(&mut all, 0, "seconds ", PATIENCE)?, count)
    }

    /// Messages in a second to a SUB with so many subscriptions.
    pub fn pub_sub(&self, subscriptions: usize, count: usize) -> Result<f64> {
        let mut all = self.connect(["xpub", "sub"], SIZE, subscriptions, [count, count])?.peers;
        all[0].tell("go")?;
        rate(&race(&mut all, 1, "seconds ", PATIENCE)?, count)
    }

    /// Bytes of both sides for each of so many pairs that have shaken hands and sent nothing.
    pub fn idle(&self, pairs: usize) -> Result<f64> {
        let Connected { server, clients, .. } = self.connect(["pull", "push"], SIZE, pairs, [1, 1])?;
        Ok((server + clients) / as_number(pairs))
    }

    /// The same after each has carried so many messages.
    pub fn busy(&self, pairs: usize, burst: usize) -> Result<f64> {
        let count = pairs * burst;
        let connected = self.connect(["pull", "push"], BUSY_SIZE, pairs, [count, count])?;
        let Connected { mut peers, server, clients, .. } = connected;
        let before = resident(&peers)?;
        peers[1].tell("go")?;
        race(&mut peers, 0, "seconds ", PATIENCE)?;
        let after = resident(&peers)?;
        Ok((server + clients + after[0] + after[1] - before[0] - before[1]) / as_number(pairs))
    }

    /// So many DEALERs at one ROUTER, which answers each of their requests.
    pub fn held(&self, connections: usize, requests: usize) -> Result<Held> {
        let connected = self.connect(["router", "dealer"], SIZE, connections, [1, requests])?;
        let Connected { mut peers, connecting, .. } = connected;
        let base = [connected.server, connected.clients];
        let before = resident(&peers)?;
        let since = Instant::now();
        for client in &mut peers[1..] {
            client.tell("go")?;
        }
        for index in 1..peers.len() {
            race(&mut peers, index, "seconds ", PATIENCE)?;
        }
        let serving = since.elapsed().as_secs_f64();
        let after = resident(&peers)?;
        let each = |side: usize| (base[side] + after[side] - before[side]) / as_number(connections);
        Ok(Held {
            connecting: connecting.as_secs_f64(),
            serving,
            replies: connections * requests,
            server: each(0),
            clients: each(1),
        })
    }
}

/// The memory of the first, and of all others.
fn resident(peers: &[Peer]) -> Result<[f64; 2]> {
    let mut sums = [0.0, 0.0];
    for (index, peer) in peers.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "memories are far below 2^52")]
        let bytes = peer.resident()? as f64;
        sums[index.min(1)] += bytes;
    }
    Ok(sums)
}

/// The first message starts the clock.
fn rate(seconds: &str, count: usize) -> Result<f64> {
    let seconds: f64 = seconds.parse().map_err(|_| format!("{seconds} are no seconds"))?;
    Ok(as_number(count.saturating_sub(1)) / seconds)
}

/// The first of each portion, and how many are in it.
fn portions(all: usize, most: usize) -> Vec<(usize, usize)> {
    (0..all).step_by(most).map(|first| (first, most.min(all - first))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_have_everyone_once() {
        assert_eq!(portions(10, 4), [(0, 4), (4, 4), (8, 2)]);
        assert_eq!(portions(4, 4), [(0, 4)]);
    }

    #[test]
    fn the_first_message_only_starts_the_clock() {
        assert_eq!(rate("2.0", 101), Ok(50.0));
        assert!(rate("soon", 1).is_err());
    }
}
