use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use ferromq::{Context, Pull, Socket};

use crate::Target;

// Each input is a connection, which takes time.
pub const TARGET: Target = Target { name: "properties", seeds, check, inputs: 20_000 };

const PATIENCE: Duration = Duration::from_secs(20);

static PULL: LazyLock<Mutex<(Socket<Pull>, String)>> = LazyLock::new(|| {
    let context = Context::new().expect("there is memory");
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").expect("there is a free port");
    let endpoint = pull.last_endpoint().expect("it is bound");
    let address = endpoint.as_str().trim_start_matches("tcp://").to_owned();
    Mutex::new((pull, address))
});

/// The end of what a PULL says when it is ready.
const READY: &[u8] = b"\x0bSocket-Type\x00\x00\x00\x04PULL";

fn property(name: &str, value: &[u8]) -> Vec<u8> {
    [&[name.len() as u8], name.as_bytes(), &(value.len() as u32).to_be_bytes(), value].concat()
}

fn seeds() -> Vec<Vec<u8>> {
    let push = || property("Socket-Type", b"PUSH");
    vec![
        push(),
        [push(), property("X-Station", b"north")].concat(),
        [push(), property("Identity", b"worker"), property("x-a", b""), property("X-B", &[0xff; 300])]
            .concat(),
        [property("X-Twice", b"one"), property("X-Twice", b"two"), push()].concat(),
        [property("Socket-Type", b"DEALER"), property("", b"nameless")].concat(),
        [push(), property("User-Id", b"root"), property("Peer-Address", b"127.0.0.1")].concat(),
    ]
}

/// A peer that tells these properties, byte by byte as they come, is hung up on, or what it says first under a name can be
/// read from its message; but never who it is.
fn check(input: &[u8]) {
    let receiver = PULL.lock().unwrap_or_else(PoisonError::into_inner);
    let (pull, address) = &*receiver;
    let mut greeting = [0; 64];
    (greeting[0], greeting[9], greeting[10], greeting[11]) = (0xff, 0x7f, 3, 1);
    greeting[12..16].copy_from_slice(b"NULL");
    let ready = [b"\x05READY", input].concat();
    let length = (ready.len() as u64).to_be_bytes();
    let mut stream = TcpStream::connect(address).expect("the socket listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("it is a time");
    let talks = says(&mut stream, &[&greeting[..], b"\x06", &length, &ready].concat(), READY)
        // Not before, because then it would count as part of the handshake.
        && says(&mut stream, b"\x00\x01!\x04\x07\x04PING\x00\x00", b"\x04\x05\x04PONG");
    if !talks {
        assert!(pull.try_recv().is_err(), "a message of a peer that was hung up on");
        assert_ne!(input, property("Socket-Type", b"PUSH"), "there is nothing wrong with that");
        return;
    }
    let message = pull.recv_timeout(PATIENCE).expect("it came before what was answered");
    let frame = &message[0];
    assert_eq!((frame.as_bytes(), message.len()), (&b"!"[..], 1));
    assert_eq!((frame.user_id(), frame.peer_address()), (None, Some("127.0.0.1")));
    let properties = properties(input);
    for (index, (name, value)) in properties.iter().enumerate() {
        let Ok(name) = std::str::from_utf8(name) else { continue };
        let is_name = |other: &&[u8]| other.eq_ignore_ascii_case(name.as_bytes());
        let first = properties[..index].iter().all(|(other, _)| !is_name(other));
        if first && name.starts_with("X-") && !name.contains('\0') {
            // C sees the beginning.
            let end = value.iter().position(|byte| *byte == 0).unwrap_or(value.len());
            assert_eq!(frame.metadata_bytes(name), Some(&value[..end]), "{name}");
        }
    }
}

/// Sends, and waits until the answer ends so; false if the other side hangs up.
fn says(stream: &mut TcpStream, bytes: &[u8], answer: &[u8]) -> bool {
    // The other side may have hung up already.
    let _ = stream.write_all(bytes);
    let mut answered = Vec::new();
    let mut buffer = [0; 1024];
    while !answered.ends_with(answer) {
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => answered.extend(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("neither answered nor hung up on"),
            Ok(0) | Err(_) => return false,
        }
    }
    true
}

/// RFC 23: names behind a byte for their length, values behind four. libzmq does not mind a name without a value at the end.
fn properties(mut rest: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut properties = Vec::new();
    while let Some((name, value, after)) = property_of(rest) {
        properties.push((name, value));
        rest = after;
    }
    properties
}

fn property_of(input: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (&length, after) = input.split_first()?;
    let (name, after) = after.split_at_checked(length.into())?;
    let (length, after) = after.split_first_chunk::<4>()?;
    let (value, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    Some((name, value, after))
}
