//! Public keys.

use std::fmt;
use std::str::FromStr;

use super::text;
use crate::error::{Error, Result};

/// A public key of CURVE: 32 bytes, which a peer is known by and which may be told to everybody.
///
/// Its text form is [Z85](crate::z85): 40 characters.
///
/// ```
/// use ferromq::PublicKey;
///
/// let key: PublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
/// assert_eq!(key.to_string(), "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7");
/// assert!(key.to_hex().starts_with("54fcba24"));
///
/// let error = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/".parse::<PublicKey>().unwrap_err();
/// assert_eq!(error.to_string(), "key: invalid key: it has 32 characters; in Z85 a key has 40");
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// With the feature `serde` it is written as that text, or as 32 bytes in formats that are not for people.
///
/// Source: zmq_curve(7).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key of these bytes.
    ///
    /// # Errors
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) if all are zero, which is what forgotten keys are.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self> {
        text::not_all_zero(&bytes)?;
        Ok(PublicKey(bytes))
    }

    /// The key that 64 hexadecimal digits of either case stand for.
    ///
    /// ```
    /// use ferromq::PublicKey;
    ///
    /// let key = PublicKey::from_hex("54fcba24e93249969316fb617c872bb0c1d1ff14800427c594cbfacf1bc2d652")?;
    /// assert_eq!(key.to_string(), "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7");
    /// assert_eq!(key.to_hex(), "54fcba24e93249969316fb617c872bb0c1d1ff14800427c594cbfacf1bc2d652");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) with the reason.
    pub fn from_hex(digits: &str) -> Result<Self> {
        let mut bytes = [0; 32];
        text::read_hex(digits, &mut bytes)?;
        Ok(PublicKey(bytes))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hexadecimal digits, in lower case.
    pub fn to_hex(&self) -> String {
        text::hex(&self.0)
    }
}

/// Reads Z85.
impl FromStr for PublicKey {
    type Err = Error;

    /// # Errors
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) with the reason.
    fn from_str(z85: &str) -> Result<Self> {
        let mut bytes = [0; 32];
        text::read_z85(z85, &mut bytes)?;
        Ok(PublicKey(bytes))
    }
}

impl TryFrom<&str> for PublicKey {
    type Error = Error;

    fn try_from(z85: &str) -> Result<Self> {
        z85.parse()
    }
}

impl AsRef<[u8]> for PublicKey {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Writes Z85.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&text::z85(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use std::fmt;

    use serde::de::{Error, SeqAccess, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::PublicKey;

    impl Serialize for PublicKey {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if serializer.is_human_readable() {
                serializer.collect_str(self)
            } else {
                serializer.serialize_bytes(self.as_bytes())
            }
        }
    }

    impl<'de> Deserialize<'de> for PublicKey {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            if deserializer.is_human_readable() {
                deserializer.deserialize_str(Reader)
            } else {
                deserializer.deserialize_bytes(Reader)
            }
        }
    }

    struct Reader;

    impl<'de> Visitor<'de> for Reader {
        type Value = PublicKey;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a public key: 40 characters of Z85, or 32 bytes")
        }

        fn visit_str<E: Error>(self, z85: &str) -> Result<PublicKey, E> {
            z85.parse().map_err(E::custom)
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<PublicKey, E> {
            let bytes = bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))?;
            PublicKey::from_bytes(bytes).map_err(E::custom)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<PublicKey, A::Error> {
            let mut bytes = Vec::with_capacity(32);
            while let Some(byte) = sequence.next_element()? {
                if bytes.len() == 32 {
                    return Err(A::Error::invalid_length(33, &self));
                }
                bytes.push(byte);
            }
            self.visit_bytes(&bytes)
        }
    }
}
