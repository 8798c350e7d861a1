//! Key pairs.

use std::str;

use zeroize::Zeroizing;

use super::{PublicKey, SecretKey, text};
use crate::error::{Error, Operation, Result};
use crate::sys::{self, Errno};

/// A secret key of CURVE and the public key that belongs to it.
///
/// ```
/// use ferromq::KeyPair;
///
/// # if cfg!(not(feature = "curve")) { return Ok(()) }
/// let pair = KeyPair::generate()?;
/// println!("my public key is {}", pair.public());
/// assert_eq!(KeyPair::from_secret(pair.secret().clone())?, pair);
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: zmq_curve_keypair(3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyPair {
    public: PublicKey,
    secret: SecretKey,
}

impl KeyPair {
    /// A new pair, from the operating system's source of randomness.
    ///
    /// ```
    /// use ferromq::KeyPair;
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// assert_ne!(KeyPair::generate()?, KeyPair::generate()?);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the linked libzmq was built without CURVE, as it is without the
    /// feature `curve`.
    #[doc(alias = "zmq_curve_keypair")]
    pub fn generate() -> Result<Self> {
        let mut public = [0; text::Z85_LENGTH + 1];
        let mut secret = Zeroizing::new([0; text::Z85_LENGTH + 1]);
        sys::curve::keypair(&mut public, &mut secret).map_err(no_curve)?;
        Ok(KeyPair { public: made(&public)?.parse()?, secret: made(&secret)?.parse()? })
    }

    /// The pair of a secret key.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the linked libzmq was built without CURVE.
    pub fn from_secret(secret: SecretKey) -> Result<Self> {
        Ok(KeyPair { public: secret.public_key()?, secret })
    }

    /// The pair of two keys that belong together, as from a certificate.
    ///
    /// ```
    /// use ferromq::{ErrorKind, KeyPair};
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// let public = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
    /// let secret = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6".parse()?;
    /// let pair = KeyPair::new(public, secret)?;
    ///
    /// let error = KeyPair::new(public, KeyPair::generate()?.into_secret()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidKey);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidKey`](crate::ErrorKind::InvalidKey) if they do not belong together, with which no handshake would
    /// succeed; [`Unsupported`](crate::ErrorKind::Unsupported) if the linked libzmq was built without CURVE.
    pub fn new(public: PublicKey, secret: SecretKey) -> Result<Self> {
        let pair = KeyPair::from_secret(secret)?;
        if pair.public == public {
            Ok(pair)
        } else {
            Err(text::refused("the public key does not belong to the secret one"))
        }
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    pub(super) fn public_bytes(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// The secret key.
    pub fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// The secret key, without the pair.
    pub fn into_secret(self) -> SecretKey {
        self.secret
    }
}

impl From<KeyPair> for SecretKey {
    fn from(pair: KeyPair) -> SecretKey {
        pair.secret
    }
}

/// What libzmq has written, without the NUL.
pub(super) fn made(key: &sys::curve::KeyText) -> Result<&str> {
    str::from_utf8(&key[..text::Z85_LENGTH]).map_err(|_| text::refused("libzmq has made none"))
}

/// The error for a failed call of libzmq's that makes keys.
pub(super) fn no_curve(errno: Errno) -> Error {
    let error = Error::from_errno(Operation::MakeKey, errno);
    match errno {
        Errno::ENOTSUP => error.about_detail(NO_CURVE),
        _ => error,
    }
}

pub(super) const NO_CURVE: &str = "the linked libzmq was built without CURVE";

const _: () = assert!(size_of::<sys::curve::KeyText>() == text::Z85_LENGTH + 1);
