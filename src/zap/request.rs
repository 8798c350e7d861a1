//! What an authenticator is asked.

use std::fmt;

use zeroize::Zeroizing;

use super::{Decision, PeerAddress};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::message::{Frame, Message};
use crate::security::{Mechanism, PublicKey};

pub(super) const VERSION: &str = "1.0";
/// What RFC 27 allows text to be long.
pub(super) const TEXT_LENGTH: usize = 255;

/// A question to an authenticator: may this peer connect?
///
/// [`Authenticator`](super::Authenticator) takes care of the questions by itself and shows them to callbacks. A program
/// that answers for itself binds a REP to `inproc://zeromq.zap.01`, in the context of the sockets that it answers for:
///
/// ```
/// use ferromq::zap::{Decision, Request};
/// use ferromq::{Context, Rep};
///
/// let context = Context::new()?;
/// let handler = context.socket::<Rep>().bind("inproc://zeromq.zap.01")?;
/// # use ferromq::security::{Null, ZapDomain};
/// # let pull = context.socket::<ferromq::Pull>().security(Null::in_domain(ZapDomain::default())).bind("tcp://127.0.0.1:*")?;
/// # let push = context.socket::<ferromq::Push>().linger(std::time::Duration::ZERO).connect(pull.last_endpoint()?)?;
/// let (message, replying) = handler.recv()?;
/// let request = Request::parse(&message)?;
/// println!("{} asks to enter {:?}", request.address(), request.domain());
/// let handler = replying.send(request.answer(&Decision::allow()))?;
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: RFC 27.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    pub(super) id: Vec<u8>,
    domain: String,
    address: PeerAddress,
    routing_id: Vec<u8>,
    credentials: Credentials,
}

/// What a peer shows, by its mechanism.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// Nothing: the mechanism NULL.
    Null,
    /// A username and a password: the mechanism PLAIN.
    Plain(Login),
    /// A key, whose secret half the peer has: the mechanism CURVE.
    Curve(PublicKey),
    /// A principal, for whom Kerberos vouches: the mechanism GSSAPI.
    Gssapi(String),
}

impl Credentials {
    /// The mechanism.
    pub fn mechanism(&self) -> Mechanism {
        match self {
            Credentials::Null => Mechanism::Null,
            Credentials::Plain(_) => Mechanism::Plain,
            Credentials::Curve(_) => Mechanism::Curve,
            Credentials::Gssapi(_) => Mechanism::Gssapi,
        }
    }

    /// By what name the peer is known if nobody says another.
    pub(super) fn user_id(&self) -> String {
        match self {
            Credentials::Null => "anonymous".into(),
            Credentials::Plain(login) => login.username.clone(),
            Credentials::Curve(key) => key.to_string(),
            Credentials::Gssapi(principal) => principal.clone(),
        }
    }
}

/// A username and a password, which is wiped from memory when this is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    username: String,
    password: Zeroizing<Vec<u8>>,
}

impl Login {
    /// The username.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password.
    pub fn password(&self) -> &[u8] {
        &self.password
    }
}

/// Shows no password.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, ..", self.username)
    }
}

impl Request {
    /// Reads a request as a REP receives it, without an envelope.
    ///
    /// # Errors
    /// [`InvalidMessage`](ErrorKind::InvalidMessage) with the reason: too few frames, another version than 1.0, a
    /// mechanism that is none of the four, credentials that are not those of the mechanism, names that are not text.
    /// Names longer than 255 bytes and those with a NUL byte are no text here: applications would see the
    /// beginning only, and take it for somebody else's.
    pub fn parse(message: &Message) -> Result<Request> {
        let mut frames = message.iter();
        let mut next = || frames.next().ok_or_else(|| malformed("there are not enough frames"));
        if **next()? != *VERSION.as_bytes() {
            return Err(malformed("the version is not 1.0"));
        }
        let id = next()?.to_vec();
        let domain = text("domain", next()?)?;
        let address = PeerAddress::read(&text("address", next()?)?);
        let routing_id = next()?.to_vec();
        let mechanism = text("mechanism", next()?)?;
        let shown: Vec<&Frame> = frames.collect();
        let credentials = match (mechanism.as_str(), shown.as_slice()) {
            ("NULL", []) => Credentials::Null,
            ("PLAIN", [username, password]) => Credentials::Plain(Login {
                username: text("username", username)?,
                password: Zeroizing::new(password.to_vec()),
            }),
            ("CURVE", [key]) => {
                let bytes = key[..].try_into().map_err(|_| malformed("the key does not have 32 bytes"))?;
                Credentials::Curve(
                    PublicKey::from_bytes(bytes).map_err(|_| malformed("the key is all zeros"))?,
                )
            }
            ("GSSAPI", [principal]) => Credentials::Gssapi(text("principal", principal)?),
            ("NULL" | "PLAIN" | "CURVE" | "GSSAPI", _) => {
                return Err(malformed("the mechanism has another number of credentials"));
            }
            _ => return Err(malformed("the mechanism is unknown")),
        };
        Ok(Request { id, domain, address, routing_id, credentials })
    }

    /// The domain of the socket that the peer knocks at.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Where the peer comes from.
    pub fn address(&self) -> &PeerAddress {
        &self.address
    }

    /// The routing id that the socket which the peer knocks at has itself; often empty.
    pub fn routing_id(&self) -> &[u8] {
        &self.routing_id
    }

    /// What the peer shows.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The answer, as a REP sends it.
    ///
    /// A peer that is let in without a [user id](Decision::allow_as) gets that of its mechanism; see
    /// [`Decision::allow`].
    pub fn answer(&self, decision: &Decision) -> Message {
        decision.answer(&self.id, Some(&self.credentials))
    }
}

impl TryFrom<&Message> for Request {
    type Error = Error;

    fn try_from(message: &Message) -> Result<Self> {
        Request::parse(message)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("domain", &self.domain)
            .field("address", &self.address)
            .field("routing_id", &self.routing_id.escape_ascii().to_string())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

fn malformed(reason: impl Into<Box<str>>) -> Error {
    Error::new(Operation::Authenticate, ErrorKind::InvalidMessage).about_detail(reason)
}

fn text(what: &str, frame: &Frame) -> Result<String> {
    let text = frame.as_str().map_err(|_| malformed(format!("the {what} is not text")))?;
    match unfit(text) {
        Some(reason) => Err(malformed(format!("the {what} {reason}"))),
        None => Ok(text.into()),
    }
}

/// Why a text is none for ZAP and the properties of a connection.
pub(super) fn unfit(text: &str) -> Option<&'static str> {
    match text.len() {
        _ if text.contains('\0') => Some("has a NUL byte"),
        0..=TEXT_LENGTH => None,
        _ => Some("is longer than 255 bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(frames: &[&[u8]]) -> Result<Request> {
        Request::parse(&frames.iter().copied().collect())
    }

    #[test]
    fn each_mechanism_has_its_credentials() {
        let request = |mechanism: &str, shown: &[&[u8]]| {
            let mut frames: Vec<&[u8]> =
                vec![b"1.0", b"7", b"lab", b"127.0.0.1", b"rep", mechanism.as_bytes()];
            frames.extend(shown);
            parse(&frames)
        };
        let null = request("NULL", &[]).unwrap();
        assert_eq!((null.domain(), null.routing_id()), ("lab", &b"rep"[..]));
        assert_eq!(null.address(), &PeerAddress::Ip([127, 0, 0, 1].into()));
        assert_eq!(null.credentials(), &Credentials::Null);
        let plain = request("PLAIN", &[b"admin", b"\xffsecret"]).unwrap();
        let Credentials::Plain(login) = plain.credentials() else { panic!("{plain:?}") };
        assert_eq!((login.username(), login.password()), ("admin", &b"\xffsecret"[..]));
        assert!(!format!("{plain:?}").contains("secret"));
        let key = PublicKey::from_bytes([7; 32]).unwrap();
        assert_eq!(request("CURVE", &[&[7; 32]]).unwrap().credentials(), &Credentials::Curve(key));
        assert_eq!(
            request("GSSAPI", &[b"joe@LAB"]).unwrap().credentials(),
            &Credentials::Gssapi("joe@LAB".into())
        );
    }

    #[test]
    fn what_is_not_a_request_is_refused_with_the_reason() {
        let long = [b'x'; 256];
        let cases: &[(&[&[u8]], &str)] = &[
            (&[b"1.0", b"1", b"d", b"a", b"i"], "not enough frames"),
            (&[b"2.0", b"1", b"d", b"a", b"i", b"NULL"], "version is not 1.0"),
            (&[b"1.0", b"1", b"d", b"a", b"i", b"NULL", b""], "another number of credentials"),
            (&[b"1.0", b"1", b"d", b"a", b"i", b"PLAIN", b"u"], "another number of credentials"),
            (&[b"1.0", b"1", b"d", b"a", b"i", b"CURVE", b"short"], "32 bytes"),
            (&[b"1.0", b"1", b"d", b"a", b"i", b"CURVE", &[0; 32]], "all zeros"),
            (&[b"1.0", b"1", b"d", b"a", b"i", b"null"], "mechanism is unknown"),
            (&[b"1.0", b"1", b"\xff", b"a", b"i", b"NULL"], "domain is not text"),
            (&[b"1.0", b"1", b"d", b"a", b"i", b"PLAIN", b"admin\0x", b"p"], "username has a NUL byte"),
            (&[b"1.0", b"1", &long, b"a", b"i", b"NULL"], "domain is longer than 255 bytes"),
        ];
        for (frames, reason) in cases {
            let error = parse(frames).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidMessage);
            assert!(error.to_string().contains(reason), "{error} should say {reason}");
        }
    }
}
