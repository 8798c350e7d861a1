//! Routing ids.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::error::{Error, ErrorKind, Operation, Result};

/// The name by which a ROUTER knows a peer: 1 to 255 bytes.
///
/// A peer that does not choose one is given one by the ROUTER, five bytes of which the first is zero. A
/// chosen one therefore may not begin with a zero byte.
///
/// ```
/// use ferromq::{Context, Dealer, RoutingId};
///
/// let worker = Context::new()?.socket::<Dealer>().routing_id(RoutingId::new("worker-1")?).open()?;
/// assert_eq!(worker.routing_id()?.unwrap(), RoutingId::new("worker-1")?);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone)]
pub struct RoutingId(Bytes);

/// Short ids, as libzmq makes them, need no allocation.
#[derive(Clone)]
enum Bytes {
    Short { len: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

const SHORT: usize = 30;

impl RoutingId {
    /// An id for a socket of one's own.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) if `id` is empty, longer than 255 bytes, or begins with a
    /// zero byte.
    pub fn new(id: impl AsRef<[u8]>) -> Result<Self> {
        let id = id.as_ref();
        let reason = match id {
            [] => "it is empty",
            [0, ..] => "ids that begin with a zero byte are libzmq's own",
            _ if id.len() > 255 => "it is longer than 255 bytes",
            _ => return Ok(RoutingId::received(id)),
        };
        Err(Error::new(Operation::SetOption, ErrorKind::InvalidOption).about_option(
            "routing_id",
            format!("{}", id.escape_ascii()),
            Some(reason),
        ))
    }

    /// An id that a ROUTER was given by libzmq, in the first frame of a message.
    ///
    /// It need not be one that [`RoutingId::new`] accepts. Useful for an id that was stored or handed on as
    /// bytes.
    pub fn received(id: &[u8]) -> Self {
        RoutingId(if id.len() <= SHORT {
            let mut bytes = [0; SHORT];
            bytes[..id.len()].copy_from_slice(id);
            Bytes::Short { len: id.len() as u8, bytes }
        } else {
            Bytes::Long(id.into())
        })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Short { len, bytes } => &bytes[..usize::from(*len)],
            Bytes::Long(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for RoutingId {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for RoutingId {
    fn eq(&self, other: &RoutingId) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for RoutingId {}

impl PartialOrd for RoutingId {
    fn partial_cmp(&self, other: &RoutingId) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RoutingId {
    fn cmp(&self, other: &RoutingId) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for RoutingId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl TryFrom<&str> for RoutingId {
    type Error = Error;

    fn try_from(id: &str) -> Result<Self> {
        RoutingId::new(id)
    }
}

/// Printable ASCII as it is, other bytes as escapes.
impl fmt::Display for RoutingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().escape_ascii().fmt(f)
    }
}

impl fmt::Debug for RoutingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoutingId({self})")
    }
}
