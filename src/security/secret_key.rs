//! Secret keys.

use std::fmt;
use std::str::FromStr;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::key_pair::no_curve;
use super::{PublicKey, text};
use crate::error::{Error, Result};
use crate::sys;

/// A secret key of CURVE: 32 bytes, by which a peer proves that its public key is its own.
///
/// It is wiped from memory when it is dropped, is not printed by `Debug`, has no `Display`, and is compared in a
/// time that does not depend on it. A socket and its connections have copies, which the libzmq that is compiled here wipes
/// when they are closed; a system's libzmq does not.
///
/// ```
/// use ferromq::SecretKey;
///
/// let key: SecretKey = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6".parse()?;
/// assert_eq!(format!("{key:?}"), "SecretKey(..)");
/// assert_eq!(*key.to_z85(), "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6");
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_curve(7).
// Boxed, so that moving it leaves no copies behind.
pub struct SecretKey(Box<Zeroizing<[u8; 32]>>);

impl SecretKey {
    /// The key of these bytes. The caller's own copy is the caller's to wipe.
    ///
    /// # Errors
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) if all are zero, which is what forgotten keys are.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self> {
        text::not_all_zero(bytes)?;
        SecretKey::written(|key| {
            key.copy_from_slice(bytes);
            Ok(())
        })
    }

    /// The key that 64 hexadecimal digits of either case stand for.
    ///
    /// ```
    /// use ferromq::SecretKey;
    ///
    /// let key: SecretKey = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6".parse()?;
    /// assert_eq!(SecretKey::from_hex(&key.to_hex())?, key);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) with the reason, which does not quote the digits.
    pub fn from_hex(digits: &str) -> Result<Self> {
        SecretKey::written(|key| text::read_hex(digits, key))
    }

    /// The public key that belongs to it.
    ///
    /// ```
    /// use ferromq::SecretKey;
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// let secret: SecretKey = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6".parse()?;
    /// assert_eq!(secret.public_key()?.to_string(), "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the linked libzmq was built without CURVE.
    #[doc(alias = "zmq_curve_public")]
    pub fn public_key(&self) -> Result<PublicKey> {
        let mut secret = Zeroizing::new([0; text::Z85_LENGTH + 1]);
        secret[..text::Z85_LENGTH].copy_from_slice(self.to_z85().as_bytes());
        let mut public = [0; text::Z85_LENGTH + 1];
        sys::curve::public(&mut public, &secret).map_err(no_curve)?;
        super::key_pair::made(&public)?.parse()
    }

    /// The 32 bytes. Whoever copies them should wipe the copy.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in [Z85](crate::z85), in a string that is wiped when it is dropped.
    pub fn to_z85(&self) -> Zeroizing<String> {
        Zeroizing::new(text::z85(&self.0))
    }

    /// 64 hexadecimal digits, in lower case, in a string that is wiped when it is dropped.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(text::hex(&self.0))
    }

    /// The key that `write` writes in its place, so that there is no copy elsewhere.
    fn written(write: impl FnOnce(&mut [u8; 32]) -> Result<()>) -> Result<Self> {
        let mut key = SecretKey(Box::new(Zeroizing::new([0; 32])));
        write(&mut key.0)?;
        Ok(key)
    }
}

/// Reads Z85.
impl FromStr for SecretKey {
    type Err = Error;

    /// # Errors
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) with the reason, which does not quote the text.
    fn from_str(z85: &str) -> Result<Self> {
        SecretKey::written(|key| text::read_z85(z85, key))
    }
}

impl TryFrom<&str> for SecretKey {
    type Error = Error;

    fn try_from(z85: &str) -> Result<Self> {
        z85.parse()
    }
}

impl Clone for SecretKey {
    fn clone(&self) -> Self {
        let mut copy = SecretKey(Box::new(Zeroizing::new([0; 32])));
        copy.0.copy_from_slice(self.as_bytes());
        copy
    }
}

impl PartialEq for SecretKey {
    fn eq(&self, other: &SecretKey) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Eq for SecretKey {}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}
