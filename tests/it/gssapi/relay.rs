//! Whoever sits on the wire between two peers: writes down what passes, and may leave something out.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use ferromq::Endpoint;

/// Passes on whatever comes, both ways, until either side hangs up.
pub struct Relay {
    endpoint: String,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    seen: Mutex<Vec<u8>>,
    /// Whether the next frame to the target is left out.
    swallows: AtomicBool,
}

impl Relay {
    pub fn to(endpoint: &Endpoint) -> Relay {
        let target = endpoint.as_str().strip_prefix("tcp://").expect("a TCP endpoint").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
        let book = Arc::new(Book::default());
        let relay = Relay { endpoint, book: Arc::clone(&book) };
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = TcpStream::connect(&target).unwrap();
                for (from, to, is_towards) in [(&near, &far, true), (&far, &near, false)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let book = Arc::clone(&book);
                    // It ends when either side hangs up.
                    thread::spawn(move || pass_on(from, to, is_towards, &book));
                }
            }
        });
        relay
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Whether these bytes have passed, or were swallowed.
    pub fn has_seen(&self, bytes: &[u8]) -> bool {
        self.book.seen.lock().unwrap().windows(bytes.len()).any(|window| window == bytes)
    }

    /// Leaves out the next frame to the target.
    pub fn swallow(&self) {
        self.book.swallows.store(true, Ordering::SeqCst);
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, is_towards: bool, book: &Book) -> io::Result<()> {
    // Neither side says all of its greeting before it has heard the beginning of the other's.
    for _ in 0..64 {
        let mut byte = [0];
        from.read_exact(&mut byte)?;
        book.seen.lock().unwrap().extend(byte);
        to.write_all(&byte)?;
    }
    while let Ok(frame) = frame(&mut from) {
        book.seen.lock().unwrap().extend_from_slice(&frame);
        let left_out = is_towards && book.swallows.swap(false, Ordering::SeqCst);
        if !left_out && to.write_all(&frame).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both)
}

/// The next frame of ZMTP, with its head.
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
