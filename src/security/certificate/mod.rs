//! Certificates: keys with what is to be known about their owner, in files that czmq and pyzmq share.

mod file;
mod metadata;
mod text;

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use self::metadata::Metadata;
use super::{KeyPair, PublicKey};
use crate::error::{Error, ErrorKind, Operation, Result};

pub(super) use self::file::{SECRET_SUFFIX, open_for_reading};

/// A public key or a pair of keys, with metadata: text that says whose they are.
///
/// On disk a certificate is two files: a public one to give away, and a secret one of the same name with `_secret` at
/// its end, which has both keys. czmq and pyzmq write and read the same files, czmq under names like `client` and pyzmq
/// under names like `client.key`.
///
/// ```
/// use ferromq::security::{Certificate, CurveServer};
///
/// # if cfg!(not(feature = "curve")) { return Ok(()) }
/// # let directory = tempfile::tempdir().unwrap();
/// # let directory = directory.path();
/// let file = directory.join("server.key");
/// Certificate::generate()?.with_metadata("name", "north")?.save(&file)?; // and server.key_secret
///
/// // On the server:
/// let keys = Certificate::load_private(directory.join("server.key_secret"))?.into_key_pair()?;
/// let security = CurveServer::new(keys);
///
/// // On its clients:
/// let server_key = Certificate::load(&file)?.public_key();
/// # assert_eq!(Certificate::load(&file)?.metadata().collect::<Vec<_>>(), [("name", "north")]);
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// A certificate is not signed: whoever can write the file decides what it says. What its metadata says, an
/// authenticator tells the program with each message of the peer.
///
/// # The text
///
/// [`FromStr`] reads both kinds; [`to_public_text`](Certificate::to_public_text) and
/// [`to_secret_text`](Certificate::to_secret_text) write them. It is ZPL, lines that are indented by four spaces for
/// each level:
///
/// ```text
/// metadata
///     name = "north"
/// curve
///     public-key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
///     secret-key = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
/// ```
///
/// Quotes may be missing. In a value without them a `#` begins a comment after white space only, because keys have that
/// character. Other sections are skipped, and so is what is nested deeper. A text is refused whole if any of it is
/// malformed, if it names a key or a property twice, or if it has something that another program would take for another
/// key.
///
/// Source: RFC 4 (ZPL); czmq's zcert(3), pyzmq's `zmq.auth`.
#[derive(Clone)]
pub struct Certificate {
    keys: Keys,
    metadata: Metadata,
    exposed: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum Keys {
    Public(PublicKey),
    Pair(KeyPair),
}

impl Certificate {
    /// A new pair of keys, without metadata.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if the linked libzmq was built without CURVE.
    #[doc(alias = "zcert_new")]
    pub fn generate() -> Result<Self> {
        KeyPair::generate().map(Certificate::from)
    }

    /// The certificate with one more line of metadata.
    ///
    /// The name consists of 1 to 255 letters, digits, `-`, `_`, `.` and `+`, and does not begin with `public-key` or
    /// `secret-key`, for which pyzmq would take it. Case does not make it another one.
    /// The value is text without control characters and without `"`, which czmq writes so that nobody can read it
    /// again. All metadata together has at most 16 KiB.
    ///
    /// ```
    /// use ferromq::PublicKey;
    /// use ferromq::security::Certificate;
    ///
    /// let key: PublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
    /// let certificate = Certificate::from(key).with_metadata("name", "north")?.with_metadata("Floor", "#3")?;
    /// assert_eq!(certificate.metadata().collect::<Vec<_>>(), [("Floor", "#3"), ("name", "north")]);
    ///
    /// let error = certificate.with_metadata("NAME", "south").unwrap_err();
    /// assert_eq!(error.to_string(), r#"certificate: invalid certificate: metadata "NAME": it is there already"#);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidCertificate`](ErrorKind::InvalidCertificate) if it is not so, or if there is something of this name
    /// already.
    #[doc(alias = "zcert_set_meta")]
    pub fn with_metadata(mut self, name: &str, value: &str) -> Result<Self> {
        let added = metadata::check_new(name, value).and_then(|()| self.metadata.insert(name, value));
        added.map_err(|reason| {
            let error = Error::new(Operation::MakeCertificate, ErrorKind::InvalidCertificate);
            error.about_detail(format!("metadata {name:?}: {reason}"))
        })?;
        Ok(self)
    }

    /// The public key.
    #[doc(alias = "zcert_public_key")]
    pub fn public_key(&self) -> PublicKey {
        match &self.keys {
            Keys::Public(key) => *key,
            Keys::Pair(pair) => pair.public(),
        }
    }

    /// Both keys, if the secret one is known.
    pub fn key_pair(&self) -> Option<&KeyPair> {
        match &self.keys {
            Keys::Public(_) => None,
            Keys::Pair(pair) => Some(pair),
        }
    }

    /// Both keys, which is what [`CurveServer`](super::CurveServer) and [`CurveClient`](super::CurveClient) take.
    ///
    /// ```
    /// use ferromq::security::Certificate;
    /// use ferromq::{ErrorKind, PublicKey};
    ///
    /// let key: PublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
    /// let error = Certificate::from(key).into_key_pair().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidCertificate);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidCertificate`](ErrorKind::InvalidCertificate) if the secret key is not known.
    pub fn into_key_pair(self) -> Result<KeyPair> {
        match self.keys {
            Keys::Pair(pair) => Ok(pair),
            Keys::Public(_) => Err(Error::new(Operation::MakeCertificate, ErrorKind::InvalidCertificate)
                .about_detail("it has no secret key")),
        }
    }

    /// Names and values, sorted by name.
    ///
    /// A file may use four more characters in names than [`with_metadata`](Certificate::with_metadata) does: `$`, `@`,
    /// `&` and `/`.
    #[doc(alias = "zcert_meta")]
    #[doc(alias = "zcert_meta_keys")]
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata.iter()
    }

    /// Whether it was loaded from a file with a secret key that others than its owner could read or write at that time.
    ///
    /// Say so to whoever runs the program. [`load_private`](Certificate::load_private) refuses such a file. Always
    /// `false` on Windows, where files have no mode.
    ///
    /// ```
    /// use ferromq::security::Certificate;
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let directory = directory.path();
    /// # Certificate::generate()?.save(directory.join("client.key"))?;
    /// let certificate = Certificate::load(directory.join("client.key_secret"))?;
    /// if certificate.is_exposed() {
    ///     eprintln!("warning: others can read client.key_secret; make new keys, and chmod 600");
    /// }
    /// # assert!(!certificate.is_exposed());
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn is_exposed(&self) -> bool {
        self.exposed
    }

    /// The text of the public file.
    ///
    /// ```
    /// use ferromq::PublicKey;
    /// use ferromq::security::Certificate;
    ///
    /// let key: PublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
    /// let text = Certificate::from(key).with_metadata("name", "north")?.to_public_text();
    /// assert!(text.contains(r#"    name = "north""#));
    /// assert_eq!(text.parse::<Certificate>()?.public_key(), key);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn to_public_text(&self) -> String {
        text::public(self)
    }

    /// The text of the secret file, in a string that is wiped when it is dropped; `None` if the secret key is not
    /// known.
    ///
    /// ```
    /// use ferromq::security::Certificate;
    ///
    /// # if cfg!(not(feature = "curve")) { return Ok(()) }
    /// let certificate = Certificate::generate()?;
    /// let text = certificate.to_secret_text().expect("it has both keys");
    /// assert_eq!(text.parse::<Certificate>()?, certificate);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn to_secret_text(&self) -> Option<Zeroizing<String>> {
        self.key_pair().map(|pair| text::secret(self, pair))
    }

    fn new(keys: Keys) -> Self {
        Certificate { keys, metadata: Metadata::default(), exposed: false }
    }
}

impl From<KeyPair> for Certificate {
    fn from(pair: KeyPair) -> Certificate {
        Certificate::new(Keys::Pair(pair))
    }
}

impl From<PublicKey> for Certificate {
    fn from(key: PublicKey) -> Certificate {
        Certificate::new(Keys::Public(key))
    }
}

/// Reads the text of a public or of a secret file.
impl FromStr for Certificate {
    type Err = Error;

    /// # Errors
    /// [`InvalidCertificate`](ErrorKind::InvalidCertificate) if it is longer than 64 KiB, malformed or without a public
    /// key, and [`InvalidKey`](ErrorKind::InvalidKey) if a key is not one, or if the two do not belong together, both
    /// with the [`line`](Error::line); [`Unsupported`](ErrorKind::Unsupported) if there is a secret key and the linked
    /// libzmq was built without CURVE. The reason never quotes the text.
    fn from_str(text: &str) -> Result<Self> {
        text::read(text, text::Wanted::All)
    }
}

/// The same keys and the same metadata; from which file it came does not matter.
impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        self.keys == other.keys && self.metadata == other.metadata
    }
}

impl Eq for Certificate {}

/// Without the secret key.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Certificate");
        shown.field("public_key", &self.public_key());
        if let Some(pair) = self.key_pair() {
            shown.field("secret_key", pair.secret());
        }
        shown.field("metadata", &self.metadata).finish()
    }
}
