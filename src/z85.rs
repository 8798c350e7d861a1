//! Z85, the text in which ZeroMQ writes keys (RFC 32): 5 printable characters for 4 bytes.
//!
//! ```
//! let text = ferromq::z85::encode([0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b])?;
//! assert_eq!(text, "HelloWorld");
//! assert_eq!(ferromq::z85::decode("HelloWorld")?, [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]);
//! # Ok::<(), ferromq::Error>(())
//! ```
//!
//! Source: [RFC 32](https://rfc.zeromq.org/spec/32/). Keys have types of their own:
//! [`PublicKey`](crate::PublicKey), [`SecretKey`](crate::SecretKey).

use std::fmt;

use crate::error::{Error, ErrorKind, Operation, Result};

const ALPHABET: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// The place of each character in the alphabet; [`NONE`] for all other bytes.
const DIGITS: [u8; 256] = {
    let mut digits = [NONE; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        digits[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    digits
};

const NONE: u8 = 0xff;

/// The text for these bytes.
///
/// # Errors
/// [`InvalidZ85`](ErrorKind::InvalidZ85) if their number is not a multiple of 4.
#[doc(alias = "zmq_z85_encode")]
pub fn encode(bytes: impl AsRef<[u8]>) -> Result<String> {
    let bytes = bytes.as_ref();
    if !bytes.len().is_multiple_of(4) {
        return Err(refused("the number of bytes is not a multiple of 4"));
    }
    let mut text = String::with_capacity(bytes.len() / 4 * 5);
    encode_into(bytes, &mut text);
    Ok(text)
}

/// The bytes that this text stands for.
///
/// Strict: nothing is skipped and nothing is guessed.
///
/// # Errors
/// [`InvalidZ85`](ErrorKind::InvalidZ85) if the length is not a multiple of 5, for a character outside the
/// alphabet, and for five characters that stand for more than 32 bits.
#[doc(alias = "zmq_z85_decode")]
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    let text = text.as_ref();
    let mut bytes = vec![0; text.len() / 5 * 4];
    decode_into(text, &mut bytes).map_err(|malformed| refused(malformed.to_string()))?;
    Ok(bytes)
}

fn refused(reason: impl Into<Box<str>>) -> Error {
    Error::new(Operation::ConvertZ85, ErrorKind::InvalidZ85).about_detail(reason)
}

/// Why a text is not Z85. Positions count from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Malformed {
    Length,
    Character(usize),
    Overflow(usize),
}

/// Without the text itself, which may be a secret.
impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Malformed::Length => f.write_str("its length is not a multiple of 5"),
            Malformed::Character(at) => write!(f, "character {at} is not one of Z85's"),
            Malformed::Overflow(from) => {
                write!(f, "characters {from} to {} stand for more than 32 bits", from + 4)
            }
        }
    }
}

/// Appends the text for a multiple of 4 bytes.
pub(crate) fn encode_into(bytes: &[u8], text: &mut String) {
    debug_assert!(bytes.len().is_multiple_of(4));
    for group in bytes.chunks_exact(4) {
        let value = u32::from_be_bytes(group.try_into().expect("a chunk of 4"));
        for place in [85_u32.pow(4), 85_u32.pow(3), 85_u32.pow(2), 85, 1] {
            text.push(char::from(ALPHABET[(value / place % 85) as usize]));
        }
    }
}

/// Writes what the text stands for, which must be as long as `bytes`, if the text is Z85.
pub(crate) fn decode_into(text: &[u8], bytes: &mut [u8]) -> Result<(), Malformed> {
    if !text.len().is_multiple_of(5) || text.len() / 5 * 4 != bytes.len() {
        return Err(Malformed::Length);
    }
    for (index, (group, out)) in text.chunks_exact(5).zip(bytes.chunks_exact_mut(4)).enumerate() {
        let first = index * 5 + 1;
        let mut value = 0_u64;
        for (offset, &character) in group.iter().enumerate() {
            match DIGITS[usize::from(character)] {
                NONE => return Err(Malformed::Character(first + offset)),
                digit => value = value * 85 + u64::from(digit),
            }
        }
        let value = u32::try_from(value).map_err(|_| Malformed::Overflow(first))?;
        out.copy_from_slice(&value.to_be_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &[u8]) -> Malformed {
        decode_into(text, &mut vec![0; text.len() / 5 * 4]).expect_err("it is malformed")
    }

    #[test]
    fn the_example_of_the_rfc_goes_both_ways() {
        let bytes = [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b];
        assert_eq!(encode(bytes).unwrap(), "HelloWorld");
        assert_eq!(decode("HelloWorld").unwrap(), bytes);
        assert_eq!((encode([]).unwrap(), decode("").unwrap()), (String::new(), Vec::new()));
    }

    #[test]
    fn every_byte_in_every_place_comes_back() {
        for byte in 0..=u8::MAX {
            for bytes in [[byte, 0, 0, 0], [0, byte, 0, 0], [0, 0, byte, 0], [0, 0, 0, byte], [byte; 4]] {
                assert_eq!(decode(encode(bytes).unwrap()).unwrap(), bytes);
            }
        }
    }

    #[test]
    fn the_largest_group_is_taken_and_the_next_one_is_not() {
        assert_eq!(encode([0xff; 4]).unwrap(), "%nSc0");
        assert_eq!(decode("%nSc0").unwrap(), [0xff; 4]);
        assert_eq!(reason(b"%nSc1"), Malformed::Overflow(1));
        assert_eq!(reason(b"00000#####"), Malformed::Overflow(6));
    }

    #[test]
    fn exactly_the_85_characters_are_taken() {
        for byte in 0..=u8::MAX {
            let taken = decode_into(&[b'0', b'0', b'0', b'0', byte], &mut [0; 4]);
            let expected = if ALPHABET.contains(&byte) { Ok(()) } else { Err(Malformed::Character(5)) };
            assert_eq!(taken, expected, "{byte:#x}");
        }
    }

    #[test]
    fn a_length_that_does_not_fit_is_refused() {
        for length in [1, 2, 3, 4, 6, 9, 11] {
            assert_eq!(reason(&vec![b'0'; length]), Malformed::Length, "{length}");
        }
        assert_eq!(decode_into(b"00000", &mut [0; 8]), Err(Malformed::Length));
        for length in [1, 2, 3, 5] {
            assert_eq!(encode(vec![0; length]).unwrap_err().kind(), ErrorKind::InvalidZ85, "{length}");
        }
    }

    #[test]
    fn the_error_tells_where_and_not_what() {
        let error = decode("Hello\0orld").unwrap_err();
        assert_eq!(error.to_string(), "Z85: invalid Z85: character 6 is not one of Z85's");
    }
}
