//! What an authenticator answers.

use std::borrow::Cow;

use super::Credentials;
use super::request::{TEXT_LENGTH, VERSION, unfit};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::message::{Frame, Message};

/// The answer to a [`Request`](super::Request): the peer may connect, and as whom; or it may not, and why.
///
/// A `bool` turns into one by itself: `true` lets in, `false` does not.
///
/// ```
/// use ferromq::zap::{Decision, Status};
///
/// let decision = Decision::allow_as("warehouse").with_metadata("X-Role", "reader")?;
/// assert_eq!(decision.status(), Status::Success);
/// assert_eq!(Decision::from(false).status(), Status::Denied);
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: RFC 27.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    status: Status,
    text: Cow<'static, str>,
    user_id: Option<String>,
    metadata: Vec<(String, String)>,
}

/// How a request ended. Anything but a success keeps the peer outside; the [monitors](crate::Monitor) of both sockets
/// tell which it was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Status {
    /// 200: the peer may connect.
    Success,
    /// 300: nobody could decide just now. The connection is closed without a word, and libzmq lets the peer try again.
    Temporary,
    /// 400: the peer may not connect. It is told so, and gives the endpoint up.
    Denied,
    /// 500: the authenticator has a defect. The peer gives the endpoint up.
    Internal,
}

impl Status {
    /// The code of three digits.
    pub fn code(self) -> u16 {
        match self {
            Status::Success => 200,
            Status::Temporary => 300,
            Status::Denied => 400,
            Status::Internal => 500,
        }
    }
}

impl Decision {
    /// The peer may connect, under the name that its mechanism gives it: `anonymous` for NULL, the username for PLAIN,
    /// the public key in Z85 for CURVE, the principal for GSSAPI.
    pub fn allow() -> Decision {
        Decision::new(Status::Success, "OK")
    }

    /// The peer may connect, and is known as `user_id`, which the receivers of its messages
    /// [read](crate::Frame::user_id).
    ///
    /// A text of more than 255 bytes or with a NUL byte would be read as another; the decision is an
    /// [internal error](Decision::error) then.
    pub fn allow_as(user_id: impl Into<String>) -> Decision {
        let user_id = user_id.into();
        match unfit(&user_id) {
            Some(reason) => Decision::error(format!("the user id {reason}")),
            None => Decision { user_id: Some(user_id), ..Decision::allow() },
        }
    }

    /// The peer may not connect. The text is for the authenticator's own log: libzmq does not pass it on.
    pub fn deny(text: impl Into<Cow<'static, str>>) -> Decision {
        Decision::new(Status::Denied, text)
    }

    /// The peer may not connect now, and should try again.
    pub fn try_later(text: impl Into<Cow<'static, str>>) -> Decision {
        Decision::new(Status::Temporary, text)
    }

    /// The peer may not connect, because whoever should decide has failed.
    pub fn error(text: impl Into<Cow<'static, str>>) -> Decision {
        Decision::new(Status::Internal, text)
    }

    fn new(status: Status, text: impl Into<Cow<'static, str>>) -> Decision {
        Decision { status, text: text.into(), user_id: None, metadata: Vec::new() }
    }

    /// A property of the connection, which the receivers of the peer's messages [read](crate::Frame::metadata). Only a
    /// peer that is let in gets it.
    ///
    /// It goes before a property of this name that the peer itself claims, and not before those of libzmq's own, such
    /// as `Peer-Address`.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) if the name is not 1 to 255 letters, digits and `-_.+`, or the
    /// value has a NUL byte, behind which nobody could read.
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Result<Decision> {
        let (name, value) = (name.into(), value.into());
        let refused = |reason| {
            Err(Error::new(Operation::Authenticate, ErrorKind::InvalidOption)
                .about_detail(format!("the property {name:?} {reason}")))
        };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
        if name.is_empty() || name.len() > TEXT_LENGTH || !name.bytes().all(fits) {
            return refused("has a name that is not 1 to 255 letters, digits and -_.+");
        }
        if value.contains('\0') {
            return refused("has a value with a NUL byte");
        }
        if u32::try_from(value.len()).is_err() {
            return refused("has a value of 4 GiB or more");
        }
        self.metadata.push((name, value));
        Ok(self)
    }

    /// How it ended.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether the peer may connect.
    pub fn is_allowed(&self) -> bool {
        self.status == Status::Success
    }

    /// Why, for people.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As whom a peer that may connect is known; `None`: by what its mechanism says.
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// The properties of the connection, by name.
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The frames of a reply. Who may not connect has neither user id nor metadata.
    pub(super) fn answer(&self, request_id: &[u8], credentials: Option<&Credentials>) -> Message {
        let (mut user_id, mut metadata) = (String::new(), Vec::new());
        if self.is_allowed() {
            user_id = match (&self.user_id, credentials) {
                (Some(user_id), _) => user_id.clone(),
                (None, Some(credentials)) => credentials.user_id(),
                (None, None) => String::new(),
            };
            for (name, value) in &self.metadata {
                metadata.push(u8::try_from(name.len()).expect("a name has at most 255 bytes"));
                metadata.extend(name.as_bytes());
                let length = u32::try_from(value.len()).expect("a value has less than 4 GiB");
                metadata.extend(length.to_be_bytes());
                metadata.extend(value.as_bytes());
            }
        }
        [
            Frame::from(VERSION),
            Frame::from(request_id),
            Frame::from(self.status.code().to_string()),
            Frame::from(shortened(&self.text)),
            Frame::from(user_id),
            Frame::from(metadata),
        ]
        .into()
    }

    /// The answer to a message that is no request, if there is a request id to answer to.
    pub(super) fn answer_to_malformed(&self, message: &Message) -> Option<Message> {
        Some(self.answer(message.get(1)?, None))
    }
}

/// At most as long as RFC 27 allows.
fn shortened(text: &str) -> &str {
    let end = (0..=text.len().min(TEXT_LENGTH)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

impl From<bool> for Decision {
    fn from(allowed: bool) -> Decision {
        if allowed { Decision::allow() } else { Decision::deny("access denied") }
    }
}

impl From<Error> for Decision {
    /// Nobody is let in because something failed.
    fn from(error: Error) -> Decision {
        Decision::error(error.to_string())
    }
}

/// So that a callback can use `?`.
impl<D: Into<Decision>, E: Into<Decision>> From<std::result::Result<D, E>> for Decision {
    fn from(result: std::result::Result<D, E>) -> Decision {
        match result {
            Ok(decision) => decision.into(),
            Err(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(message: &Message) -> Vec<&[u8]> {
        message.iter().map(|frame| &frame[..]).collect()
    }

    #[test]
    fn an_answer_has_the_frames_of_the_rfc() {
        let allowed = Decision::allow_as("joe").with_metadata("X-A", "bc").unwrap();
        assert_eq!(
            frames(&allowed.answer(b"7", None)),
            [&b"1.0"[..], b"7", b"200", b"OK", b"joe", b"\x03X-A\0\0\0\x02bc"]
        );
        let anonymous = Decision::allow().answer(b"", Some(&Credentials::Null));
        assert_eq!(frames(&anonymous), [&b"1.0"[..], b"", b"200", b"OK", b"anonymous", b""]);
    }

    #[test]
    fn who_is_refused_has_neither_user_id_nor_metadata() {
        for (decision, code) in [
            (Decision::deny("no"), "400"),
            (Decision::try_later("no"), "300"),
            (Decision::error("no"), "500"),
        ] {
            let answer = decision.with_metadata("X-A", "b").unwrap().answer(b"1", Some(&Credentials::Null));
            assert_eq!(frames(&answer), [&b"1.0"[..], b"1", code.as_bytes(), b"no", b"", b""]);
        }
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        assert_eq!(Decision::allow_as("admin\0x").status(), Status::Internal);
        assert_eq!(Decision::allow_as("x".repeat(256)).status(), Status::Internal);
        for (name, value) in [("", "v"), ("a b", "v"), ("ä", "v"), ("a", "v\0w")] {
            let error = Decision::allow().with_metadata(name, value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidOption);
        }
        let long = Decision::deny("ä".repeat(200)).answer(b"1", None);
        assert_eq!(long[3].len(), 254);
    }
}
