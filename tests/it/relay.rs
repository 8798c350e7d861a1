//! Whoever sits on the wire between two peers: keeps a copy of all that passes, and may leave something out.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use ferromq::Endpoint;

/// What went over one connection, or several.
#[derive(Clone, Default)]
pub struct Captured {
    pub to_server: Vec<u8>,
    pub to_client: Vec<u8>,
}

pub fn contains(captured: &[u8], what: impl AsRef<[u8]>) -> bool {
    captured.windows(what.as_ref().len()).any(|window| window == what.as_ref())
}

/// Listens on a port of its own, and joins whoever connects there with the server. It ends with the test's process.
pub struct Relay {
    endpoint: String,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    captured: Mutex<Captured>,
    /// Whether the next frame to the server is left out.
    swallows: AtomicBool,
}

impl Relay {
    pub fn to(server: &Endpoint) -> Relay {
        let server = server.as_str().strip_prefix("tcp://").expect("it is a tcp endpoint").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let endpoint = format!("tcp://{}", listener.local_addr().expect("it listens"));
        let book = Arc::<Book>::default();
        let relay = Relay { endpoint, book: Arc::clone(&book) };
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                for (from, to, to_server) in [(&client, &server, true), (&server, &client, false)] {
                    let clone = |stream: &TcpStream| stream.try_clone().expect("there are descriptors left");
                    let (mut from, mut to, book) = (clone(from), clone(to), Arc::clone(&book));
                    thread::spawn(move || {
                        let _ = pass_on(&mut from, &mut to, to_server, &book);
                        // The other side learns that this one has gone.
                        let _ = to.shutdown(Shutdown::Both);
                        let _ = from.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        relay
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// All so far: what has arrived at one of the two is in it, and what was left out.
    pub fn captured(&self) -> Captured {
        self.book.captured.lock().expect("no thread panics with it").clone()
    }

    /// Leaves out the next frame to the server.
    pub fn swallow(&self) {
        self.book.swallows.store(true, Ordering::SeqCst);
    }
}

impl Book {
    fn note(&self, bytes: &[u8], to_server: bool) {
        let captured = &mut *self.captured.lock().expect("no thread panics with it");
        let direction = if to_server { &mut captured.to_server } else { &mut captured.to_client };
        direction.extend_from_slice(bytes);
    }
}

/// Passes on a greeting, and then frame after frame of ZMTP. All is first noted and then passed on, so that nothing
/// arrives that was not captured.
fn pass_on(from: &mut TcpStream, to: &mut TcpStream, to_server: bool, book: &Book) -> io::Result<()> {
    // Neither side says all of its greeting before it has heard the beginning of the other's.
    for _ in 0..64 {
        let mut byte = [0];
        from.read_exact(&mut byte)?;
        book.note(&byte, to_server);
        to.write_all(&byte)?;
    }
    loop {
        let frame = frame(from)?;
        book.note(&frame, to_server);
        if !(to_server && book.swallows.swap(false, Ordering::SeqCst)) {
            to.write_all(&frame)?;
        }
    }
}

/// The next frame, with its head.
fn frame(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut flags = [0];
    from.read_exact(&mut flags)?;
    let mut head = vec![0; if flags[0] & 0x02 == 0 { 1 } else { 8 }];
    from.read_exact(&mut head)?;
    let length = head.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok([&flags[..], &head, &body].concat())
}
