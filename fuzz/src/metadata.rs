use std::sync::LazyLock;
use std::thread;

use ferromq::{Context, Pair};

use crate::{MILLION, Target, joined, pieces, text};

pub const TARGET: Target = Target { name: "metadata", seeds, check, inputs: MILLION };

static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context::new().expect("there is memory"));

fn seeds() -> Vec<Vec<u8>> {
    let long = [b"X-".as_slice(), &[b'k'; 250]].concat();
    vec![
        joined(&[b"X-Station", b"north"]),
        joined(&[b"X-A", b"1", b"X-B", b"2"]),
        joined(&[b"X-Name", b"one", b"x-name", b"two"]),
        joined(&[&long, b"v"]),
        joined(&[b"X-Four", b"4444"]),
    ]
}

/// `Builder::metadata` takes what its documentation says; the first thing that it does not take is the error.
fn check(input: &[u8]) {
    let pieces = pieces(input);
    let mut builder = CONTEXT.socket::<Pair>();
    let mut keys: Vec<String> = Vec::new();
    let mut fits = true;
    for pair in pieces.chunks_exact(2) {
        let (Some(key), Some(value)) = (text(pair[0]), text(pair[1])) else { continue };
        builder = builder.metadata(key, value);
        let folded = key.to_ascii_lowercase();
        fits &= key.len() > 2
            && key.len() < 256
            && key.starts_with("X-")
            && !key.contains([':', '\0'])
            && !value.is_empty()
            && !value.contains('\0')
            && !keys.contains(&folded);
        keys.push(folded);
    }
    let opened = loop {
        match builder.clone().open() {
            // Closed sockets count until they are reaped.
            Err(failed) if failed.kind() == ferromq::ErrorKind::LimitReached => thread::yield_now(),
            opened => break opened.map(drop),
        }
    };
    match opened {
        Ok(()) => assert!(fits, "{keys:?} were taken"),
        Err(failed) => assert!(!fits, "{failed}"),
    }
}
