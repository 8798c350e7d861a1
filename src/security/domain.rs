//! Domains of ZAP.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Operation, Result};

/// Under which name an authenticator is asked, so that it can have different rules for different sockets: text of 1
/// to 255 bytes without NUL.
///
/// Default: `global`, as in the other bindings' examples. What a domain lets in is the authenticator's affair;
/// pyzmq's knows no default that covers all domains.
///
/// ```
/// use ferromq::security::ZapDomain;
///
/// assert_eq!(ZapDomain::default().as_str(), "global");
/// assert!(ZapDomain::new("").is_err());
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: RFC 27.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ZapDomain(Cow<'static, str>);

impl ZapDomain {
    /// The domain of this name.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) if it is empty, longer than 255 bytes or has a NUL.
    pub fn new(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        match unfit(name.as_bytes()).or_else(|| name.contains('\0').then_some("it has a NUL byte")) {
            Some(reason) => Err(invalid("zap_domain", name, reason)),
            None => Ok(ZapDomain(name.into())),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why libzmq could not send this: its lengths are a byte, and it takes an empty value for none.
pub(super) fn unfit(bytes: &[u8]) -> Option<&'static str> {
    match bytes.len() {
        0 => Some("it is empty, which for libzmq is as good as none"),
        1..=255 => None,
        _ => Some("it is longer than 255 bytes"),
    }
}

pub(super) fn invalid(name: &'static str, shown: String, reason: &str) -> Error {
    Error::new(Operation::SetOption, ErrorKind::InvalidOption).about_option(name, shown, Some(reason))
}

impl Default for ZapDomain {
    fn default() -> Self {
        ZapDomain(Cow::Borrowed("global"))
    }
}

impl FromStr for ZapDomain {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        ZapDomain::new(name)
    }
}

impl TryFrom<&str> for ZapDomain {
    type Error = Error;

    fn try_from(name: &str) -> Result<Self> {
        ZapDomain::new(name)
    }
}

impl fmt::Display for ZapDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ZapDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZapDomain({:?})", self.0)
    }
}
