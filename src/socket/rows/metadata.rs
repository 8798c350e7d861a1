//! Properties of its own that a socket tells its peers.

use crate::error::{Error, ErrorKind, Operation};
use crate::options::setting::{Encoded, Setting};
use crate::socket::Builder;
use crate::socket::pattern::{HasOption, Pattern};
use crate::socket::table::patterns;
use crate::sys::id;

/// The option's name in this crate.
pub(crate) const NAME: &str = "metadata";

/// The types of these rows.
pub mod row {
    /// The option [`metadata`](crate::Builder::metadata).
    #[derive(Debug)]
    pub enum Metadata {}
}

patterns!(zmtp => patterns_with_option(row::Metadata));

/// The names of the patterns that have it.
#[cfg(feature = "serde")]
pub(crate) const PATTERNS: &[&str] = patterns!(zmtp => names());

impl<P: Pattern, S> Builder<P, S> {
    /// A property that each peer is told when the connection is made, and can read from the messages that it
    /// receives; may be called several times.
    ///
    /// The key begins with `X-` and has at most 255 bytes, none of which is a colon; neither it nor the value is
    /// empty or has a NUL byte. A key can be set once, and case does not make it another one.
    ///
    /// Source: zmq_setsockopt(3), `ZMQ_METADATA`; RFC 23 and RFC 37.
    ///
    /// ```
    /// use ferromq::{Context, ErrorKind, Push};
    ///
    /// let context = Context::new()?;
    /// let push = context.socket::<Push>().metadata("X-Station", "north").connect("tcp://127.0.0.1:9")?;
    /// # push.set_linger(std::time::Duration::ZERO)?;
    /// let error = context.socket::<Push>().metadata("Station", "north").open().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidOption);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "ZMQ_METADATA")]
    pub fn metadata(self, key: &str, value: &str) -> Self
    where
        P: HasOption<row::Metadata>,
    {
        self.with_metadata(key, value)
    }

    pub(crate) fn with_metadata(self, key: &str, value: &str) -> Self {
        let shown = format!("{key}:{value}");
        let same_key = |setting: &Setting| match &setting.value {
            Encoded::Bytes(option, property) if option.number() == id::METADATA.number() => {
                property.get(..=key.len()).is_some_and(|start| {
                    start.ends_with(b":") && start[..key.len()].eq_ignore_ascii_case(key.as_bytes())
                })
            }
            _ => false,
        };
        let reason = match key.strip_prefix("X-") {
            None => "the key should begin with X-",
            Some("") => "there is nothing after X-",
            Some(_) if key.len() > 255 => "the key is longer than 255 bytes",
            Some(_) if key.contains(':') => "the key has a colon",
            Some(_) if value.is_empty() => "the value is empty",
            Some(_) if shown.contains('\0') => "it has a NUL byte",
            Some(_) if self.has_setting(same_key) => "the key is set already",
            Some(_) => {
                let value = Encoded::Bytes(id::METADATA, shown.clone().into_bytes());
                return self.with_setting(Setting { name: NAME, shown, value, remembered: false });
            }
        };
        let error = Error::new(Operation::SetOption, ErrorKind::InvalidOption);
        self.with_refused(error.about_option(NAME, shown, Some(reason)))
    }
}
