//! Groups of RADIO and DISH.

use std::ffi::{CStr, CString};
use std::fmt;

use crate::error::{Error, ErrorKind, Operation, Result};

/// What a [RADIO](crate::Radio) sends to and a [DISH](crate::Dish) joins: a name of up to 255 bytes, none of
/// them zero.
///
/// Unlike a topic, a group is not part of the message and is compared as a whole.
///
/// ```
/// use ferromq::{ErrorKind, Group};
///
/// let weather = Group::new("weather")?;
/// assert_eq!(weather.as_bytes(), b"weather");
/// assert_eq!(Group::new([0; 3]).unwrap_err().kind(), ErrorKind::InvalidMessage);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[doc(alias = "ZMQ_GROUP_MAX_LENGTH")]
pub struct Group(CString);

impl Group {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 255;

    /// A group of this name.
    ///
    /// # Errors
    /// [`InvalidMessage`](ErrorKind::InvalidMessage) if the name is longer than 255 bytes or has a zero byte.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self> {
        let name = name.as_ref();
        let reason = if name.len() > Self::MAX_LEN {
            "a group has at most 255 bytes"
        } else {
            match CString::new(name) {
                Ok(name) => return Ok(Group(name)),
                Err(_) => "a group has no zero byte",
            }
        };
        let error = Error::new(Operation::MakeFrame, ErrorKind::InvalidMessage);
        Err(error.about_detail(format!("group {}: {reason}", name.escape_ascii())))
    }

    /// The name.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn as_c(&self) -> &CStr {
        &self.0
    }

    pub(crate) fn received(name: &CStr) -> Self {
        Group(name.into())
    }
}

impl TryFrom<&str> for Group {
    type Error = Error;

    fn try_from(name: &str) -> Result<Self> {
        Group::new(name)
    }
}

/// Printable ASCII as it is, other bytes as escapes.
impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().escape_ascii().fmt(f)
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group({self})")
    }
}
