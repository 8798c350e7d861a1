use ferromq::z85;

use crate::{MILLION, Target, seeds_of};

pub const TARGET: Target = Target { name: "z85", seeds, check, inputs: MILLION };

const ALPHABET: &[u8] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

fn seeds() -> Vec<Vec<u8>> {
    seeds_of(&["HelloWorld", "%nSc0", "00000", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", ""])
}

/// Texts are decoded exactly if they are what encoding makes, and every number of whole groups comes back.
fn check(input: &[u8]) {
    let decoded = z85::decode(input).ok();
    assert_eq!(decoded, as_the_rfc_says(input));
    if let Some(bytes) = decoded {
        assert_eq!(z85::encode(bytes).expect("whole groups").as_bytes(), input);
    }
    match z85::encode(input) {
        Ok(text) => assert_eq!(z85::decode(text).expect("it was encoded"), input),
        Err(_) => assert!(!input.len().is_multiple_of(4)),
    }
}

/// RFC 32, as simply as it can be written.
fn as_the_rfc_says(text: &[u8]) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(5) {
        return None;
    }
    let mut bytes = Vec::new();
    for group in text.chunks(5) {
        let mut value = 0_u64;
        for character in group {
            value = 85 * value + ALPHABET.iter().position(|known| known == character)? as u64;
        }
        bytes.extend(u32::try_from(value).ok()?.to_be_bytes());
    }
    Some(bytes)
}
