//! Keys and their text forms.

use ferromq::{ErrorKind, KeyPair, PublicKey, SecretKey};

use super::{CLIENT_PUBLIC, CLIENT_SECRET, SERVER_PUBLIC, SERVER_SECRET, no_curve, server_key};
use crate::patience::kind_of;

#[test]
fn the_keys_of_the_manual_belong_together() {
    if no_curve() {
        return;
    }
    for (public, secret) in [(CLIENT_PUBLIC, CLIENT_SECRET), (SERVER_PUBLIC, SERVER_SECRET)] {
        let (public, secret): (PublicKey, SecretKey) = (public.parse().unwrap(), secret.parse().unwrap());
        assert_eq!(secret.public_key().unwrap(), public);
        assert_eq!(KeyPair::new(public, secret.clone()).unwrap(), KeyPair::from_secret(secret).unwrap());
    }
    let error = KeyPair::new(CLIENT_PUBLIC.parse().unwrap(), server_key()).unwrap_err();
    assert_eq!(error.to_string(), "key: invalid key: the public key does not belong to the secret one");
}

#[test]
fn generated_keys_are_new_and_survive_every_text_form() {
    if no_curve() {
        return;
    }
    let (one, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    assert!(one != other && one.secret() != other.secret() && one.public() != other.public());
    let (public, secret) = (one.public(), one.secret());
    assert_eq!(public.to_string().parse::<PublicKey>().unwrap(), public);
    assert_eq!(PublicKey::from_hex(&public.to_hex().to_uppercase()).unwrap(), public);
    assert_eq!(PublicKey::from_bytes(*public.as_bytes()).unwrap(), public);
    assert_eq!(secret.to_z85().parse::<SecretKey>().unwrap(), *secret);
    assert_eq!(SecretKey::from_hex(&secret.to_hex()).unwrap(), *secret);
    assert_eq!(SecretKey::from_bytes(secret.as_bytes()).unwrap(), *secret);
}

/// libzmq would take the first two as keys of which only a part is set.
#[test]
fn a_text_that_is_not_a_whole_key_is_refused_with_the_reason() {
    let with = |place: usize, character: &str| {
        let mut text = SERVER_SECRET.to_owned();
        text.replace_range(place..place + 1, character);
        text
    };
    for (text, reason) in [
        (with(5, "\0"), "character 6 is not one of Z85's"),
        (with(35, "\0"), "character 36 is not one of Z85's"),
        (with(39, " "), "character 40 is not one of Z85's"),
        (with(39, "é"), "character 40 is not one of Z85's"),
        (with(0, "#####").chars().take(40).collect(), "characters 1 to 5 stand for more than 32 bits"),
        (SERVER_SECRET[1..].to_owned(), "it has 39 characters; in Z85 a key has 40"),
        (format!("{SERVER_SECRET}\n"), "it has 41 characters; in Z85 a key has 40"),
        (String::new(), "it has 0 characters; in Z85 a key has 40"),
        ("0".repeat(40), "all its bytes are zero"),
    ] {
        let expected = format!("key: invalid key: {reason}");
        assert_eq!(text.parse::<SecretKey>().unwrap_err().to_string(), expected);
        let error = text.parse::<PublicKey>().unwrap_err();
        assert_eq!((error.to_string(), error.kind()), (expected, ErrorKind::InvalidKey));
    }
    for (digits, reason) in [
        ("0".repeat(64), "all its bytes are zero"),
        ("1".repeat(63), "it has 63 digits; in hexadecimal a key has 64"),
        (format!("{}g", "1".repeat(63)), "character 64 is not a hexadecimal digit"),
    ] {
        let expected = format!("key: invalid key: {reason}");
        assert_eq!(PublicKey::from_hex(&digits).unwrap_err().to_string(), expected);
        assert_eq!(SecretKey::from_hex(&digits).unwrap_err().to_string(), expected);
    }
    assert_eq!(kind_of(PublicKey::from_bytes([0; 32])), ErrorKind::InvalidKey);
    assert_eq!(kind_of(SecretKey::from_bytes(&[0; 32])), ErrorKind::InvalidKey);
}

#[cfg(feature = "serde")]
#[test]
fn public_keys_are_text_in_json() {
    use super::server_public;

    let text = serde_json::to_string(&server_public()).unwrap();
    assert_eq!(text, format!("{SERVER_PUBLIC:?}"));
    assert_eq!(serde_json::from_str::<PublicKey>(&text).unwrap(), server_public());
    let error = serde_json::from_str::<PublicKey>("\"too short\"").unwrap_err();
    assert!(error.to_string().contains("it has 9 characters"), "{error}");
}

#[cfg(all(feature = "serde", feature = "msgpack"))]
#[test]
fn public_keys_are_bytes_in_messagepack() {
    use super::server_public;

    let packed = rmp_serde::to_vec(&server_public()).unwrap();
    assert_eq!(packed.len(), 32 + 2);
    assert_eq!(rmp_serde::from_slice::<PublicKey>(&packed).unwrap(), server_public());
    // Formats without bytes have lists of numbers.
    let list = |bytes: &[u8]| rmp_serde::to_vec(bytes).unwrap();
    assert_eq!(
        rmp_serde::from_slice::<PublicKey>(&list(server_public().as_bytes())).unwrap(),
        server_public()
    );
    for wrong in [&[1; 31][..], &[1; 33], &[0; 32]] {
        assert!(rmp_serde::from_slice::<PublicKey>(&list(wrong)).is_err(), "{wrong:?}");
    }
}

#[test]
fn keys_that_differ_anywhere_are_not_equal() {
    let key = server_key();
    assert_eq!(key, key.clone());
    for byte in 0..32 {
        let mut other = *key.as_bytes();
        other[byte] ^= 1;
        assert_ne!(SecretKey::from_bytes(&other).unwrap(), key);
        assert_ne!(PublicKey::from_bytes(other).unwrap(), PublicKey::from_bytes(*key.as_bytes()).unwrap());
    }
}
