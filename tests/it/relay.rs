//! A relay between two TCP peers that keeps a copy of all that it passes on.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use ferromq::Endpoint;

/// What went over one connection, or several.
#[derive(Clone, Default)]
pub struct Captured {
    pub to_server: Vec<u8>,
    pub to_client: Vec<u8>,
}

/// Listens on a port of its own, and joins whoever connects there with the server. It ends with the test's process.
pub struct Relay {
    endpoint: String,
    captured: Arc<Mutex<Captured>>,
}

impl Relay {
    pub fn to(server: &Endpoint) -> Relay {
        let server = server.as_str().strip_prefix("tcp://").expect("it is a tcp endpoint").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let endpoint = format!("tcp://{}", listener.local_addr().expect("it listens"));
        let captured = Arc::new(Mutex::new(Captured::default()));
        let kept = Arc::clone(&captured);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                pass_on(&client, &server, &kept, |captured| &mut captured.to_server);
                pass_on(&server, &client, &kept, |captured| &mut captured.to_client);
            }
        });
        Relay { endpoint, captured }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// All so far: what has arrived at one of the two is in it.
    pub fn captured(&self) -> Captured {
        self.captured.lock().expect("no thread panics with it").clone()
    }
}

fn pass_on(
    from: &TcpStream,
    to: &TcpStream,
    captured: &Arc<Mutex<Captured>>,
    direction: fn(&mut Captured) -> &mut Vec<u8>,
) {
    let clone = |stream: &TcpStream| stream.try_clone().expect("there are descriptors left");
    let (mut from, mut to, captured) = (clone(from), clone(to), Arc::clone(captured));
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            // First kept and then passed on, so that nothing arrives that was not captured.
            direction(&mut captured.lock().expect("no thread panics with it")).extend(&buffer[..read]);
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        // The other side learns that this one has gone.
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}
