//! Keys as text, and why a text is not a key. The reasons never quote the text, which may be a secret.

use crate::error::{Error, ErrorKind, Operation, Result};
use crate::z85;

pub(super) const Z85_LENGTH: usize = 40;
const HEX_LENGTH: usize = 64;

pub(super) fn refused(reason: impl Into<Box<str>>) -> Error {
    Error::new(Operation::MakeKey, ErrorKind::InvalidKey).about_detail(reason)
}

/// An all-zero key is one that somebody forgot to set: libzmq has it by default, and no handshake succeeds with it.
pub(super) fn not_all_zero(key: &[u8; 32]) -> Result<()> {
    let any = key.iter().fold(0, |any, byte| any | byte);
    if any == 0 { Err(refused("all its bytes are zero")) } else { Ok(()) }
}

/// Decodes in Rust, because libzmq ends at a NUL and takes what it has read so far as a key.
pub(super) fn read_z85(text: &str, key: &mut [u8; 32]) -> Result<()> {
    let characters = text.chars().count();
    if characters != Z85_LENGTH {
        return Err(refused(format!("it has {characters} characters; in Z85 a key has {Z85_LENGTH}")));
    }
    if let Some((before, _)) = text.char_indices().find(|(_, character)| !character.is_ascii()) {
        return Err(refused(z85::Malformed::Character(before + 1).to_string()));
    }
    z85::decode_into(text.as_bytes(), key).map_err(|malformed| refused(malformed.to_string()))?;
    not_all_zero(key)
}

pub(super) fn read_hex(digits: &str, key: &mut [u8; 32]) -> Result<()> {
    let characters = digits.chars().count();
    if characters != HEX_LENGTH {
        return Err(refused(format!("it has {characters} digits; in hexadecimal a key has {HEX_LENGTH}")));
    }
    for (place, digit) in digits.chars().enumerate() {
        let Some(value) = digit.to_digit(16) else {
            return Err(refused(format!("character {} is not a hexadecimal digit", place + 1)));
        };
        let byte = &mut key[place / 2];
        *byte = *byte << 4 | value as u8;
    }
    not_all_zero(key)
}

pub(super) fn z85(key: &[u8; 32]) -> String {
    // Enough from the start: growing would leave a copy of a secret behind.
    let mut text = String::with_capacity(Z85_LENGTH);
    z85::encode_into(key, &mut text);
    text
}

pub(super) fn hex(key: &[u8; 32]) -> String {
    let mut digits = String::with_capacity(HEX_LENGTH);
    for byte in key {
        for half in [byte >> 4, byte & 0xf] {
            digits.push(char::from_digit(half.into(), 16).expect("half a byte is a digit"));
        }
    }
    digits
}
