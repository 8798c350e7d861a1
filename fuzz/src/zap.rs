use ferromq::Message;
use ferromq::zap::{Credentials, Decision, Request};

use crate::{MILLION, Target, joined, pieces, text};

pub const TARGET: Target = Target { name: "zap", seeds, check, inputs: MILLION };

fn seeds() -> Vec<Vec<u8>> {
    let key = [7; 32];
    vec![
        joined(&[b"1.0", b"1", b"lab", b"127.0.0.1", b"", b"NULL"]),
        joined(&[b"1.0", b"\x00\xff", b"", b"::1", b"server", b"PLAIN", b"admin", b"correct horse"]),
        joined(&[b"1.0", b"3", b"global", b"fe80::1%eth0", b"\x01", b"CURVE", &key]),
        joined(&[b"1.0", b"4", b"global", b"host:1000:1000:4711", b"", b"GSSAPI", b"joe@LAB"]),
        joined(&[b"1.0", b"5", b"", b"", b"", b"PLAIN", b"a", b""]),
    ]
}

/// A request has what its frames say, and its answer the six frames of RFC 27 with the same id.
fn check(input: &[u8]) {
    let frames = pieces(input);
    let message: Message = frames.iter().copied().collect();
    let Ok(request) = Request::parse(&message) else { return };
    assert_eq!(Request::parse(&message).expect("it is the same"), request);
    assert_eq!(frames[0], b"1.0");
    assert_eq!((request.domain().as_bytes(), request.routing_id()), (frames[2], frames[4]));
    assert_eq!(request.credentials().mechanism().to_string().as_bytes(), frames[5]);
    let shown: Vec<&[u8]> = match request.credentials() {
        Credentials::Null => vec![],
        Credentials::Plain(login) => vec![login.username().as_bytes(), login.password()],
        Credentials::Curve(key) => vec![key.as_bytes()],
        Credentials::Gssapi(principal) => vec![principal.as_bytes()],
        other => panic!("{other:?}"),
    };
    assert_eq!(shown, &frames[6..]);
    if let Credentials::Plain(_) = request.credentials() {
        let other: Message = frames[..7].iter().copied().chain([&b"another password"[..]]).collect();
        let other = Request::parse(&other).expect("passwords are any bytes");
        assert_eq!(format!("{request:?}"), format!("{other:?}"), "the password is shown");
    }
    let note = String::from_utf8_lossy(frames[4]).into_owned();
    for decision in [
        Decision::allow(),
        Decision::allow_as(note.clone()),
        Decision::deny(note.repeat(3)),
        Decision::try_later("later"),
        Decision::error(note.clone()),
    ] {
        is_an_answer(&request, &decision, frames[1]);
    }
    if let Ok(decision) = Decision::allow().with_metadata(request.domain(), note) {
        is_an_answer(&request, &decision, frames[1]);
    }
}

fn is_an_answer(request: &Request, decision: &Decision, id: &[u8]) {
    let answer = request.answer(decision);
    let frames: Vec<&[u8]> = answer.iter().map(|frame| frame.as_bytes()).collect();
    let [version, answered, status, text, user_id, metadata] = frames[..] else { panic!("{answer:?}") };
    assert_eq!((version, answered), (&b"1.0"[..], id));
    assert_eq!(status, decision.status().code().to_string().as_bytes());
    assert!(text.len() < 256 && std::str::from_utf8(text).is_ok());
    assert!(decision.is_allowed() || user_id.is_empty() && metadata.is_empty());
    assert!(properties(metadata).is_some_and(|properties| decision.metadata().eq(properties)));
}

/// Metadata as RFC 23 has it: names behind a byte for their length, values behind four.
fn properties(mut rest: &[u8]) -> Option<Vec<(&str, &str)>> {
    let mut properties = Vec::new();
    while let Some((&length, after)) = rest.split_first() {
        let (name, after) = after.split_at_checked(length.into())?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let (value, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        properties.push((text(name)?, text(value)?));
        rest = after;
    }
    Some(properties)
}
