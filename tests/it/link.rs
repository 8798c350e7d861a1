//! Two sockets joined over each of the transports.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use ferromq::pattern::Pattern;
use ferromq::{Builder, Socket, Transport};

/// The port of the discard service, which no machine has offered for decades: nobody listens there.
pub const NOBODY: &str = "tcp://127.0.0.1:9";

/// An endpoint where nobody is, and somebody can be. Another program may be faster.
pub fn free_endpoint() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    format!("tcp://{}", listener.local_addr().expect("a bound listener has an address"))
}

/// A transport, and the endpoint that a socket binds to there.
pub struct Place {
    endpoint: String,
    /// Where the file of a named `ipc` endpoint is.
    _directory: Option<Directory>,
}

impl Place {
    /// A name in the context that no other test uses.
    pub fn inproc() -> Place {
        Place { endpoint: format!("inproc://place-{}", unique()), _directory: None }
    }

    /// A port of this machine that the operating system chooses.
    pub fn tcp() -> Place {
        Place { endpoint: "tcp://127.0.0.1:*".to_owned(), _directory: None }
    }

    /// Every transport, and both ways to name a local socket.
    pub fn each() -> Vec<Place> {
        let mut places = vec![Place::inproc(), Place::tcp()];
        if cfg!(unix) {
            let directory = Directory::new();
            let endpoint = format!("ipc://{}", directory.path().join("socket").display());
            places.push(Place { endpoint, _directory: Some(directory) });
            places.push(Place { endpoint: "ipc://*".to_owned(), _directory: None });
        }
        places
    }

    /// [`each`](Place::each), and what needs no file or is tested less: an abstract name, a WebSocket, TIPC where the
    /// kernel has it.
    pub fn every() -> Vec<Place> {
        let mut endpoints = vec!["ws://127.0.0.1:*".to_owned(), "ws://127.0.0.1:*/feed".to_owned()];
        if cfg!(target_os = "linux") {
            endpoints.push(format!("ipc://@ferromq-{}-{}", process::id(), unique()));
        }
        if Transport::Tipc.is_available() {
            endpoints.push("tipc://<*>".to_owned());
        }
        let mut places = Place::each();
        places.extend(endpoints.into_iter().map(|endpoint| Place { endpoint, _directory: None }));
        places
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Opens two sockets, the first bound here and the second connected to it.
    pub fn join<P: Pattern, S, Q: Pattern, T>(
        &self,
        binds: Builder<P, S>,
        connects: Builder<Q, T>,
    ) -> (Socket<P, S>, Socket<Q, T>) {
        let bound = binds.bind(self.endpoint()).expect("bind");
        let endpoint = bound.last_endpoint().expect("a bound socket has an endpoint");
        (bound, connects.connect(&endpoint).expect("connect"))
    }
}

/// A new directory, gone when dropped.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Directory {
        let path = env::temp_dir().join(format!("ferromq-{}-{}", process::id(), unique()));
        fs::create_dir(&path).expect("the directory for temporary files can be written");
        Directory(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn unique() -> usize {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}
