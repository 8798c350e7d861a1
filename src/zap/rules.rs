//! Who may connect.

use std::fmt;
use std::future::Future;

use super::judge::{Judge, Verdict};
use super::{AuthorizedKeys, Credentials, Decision, Login, Origin, PasswordFile, Passwords, Request};
use crate::error::{Error, Result};
use crate::security::{Certificate, CertificateStore, PublicKey};

/// Who may connect: from where, and with which credentials.
///
/// Empty rules let nobody in. Each mechanism that peers may use is named by a call; a second call for the same
/// mechanism takes the place of the first. On top of that, [`allow`](Rules::allow) and [`deny`](Rules::deny) sort peers
/// by where they come from, before their credentials are looked at.
///
/// ```
/// use ferromq::zap::{AuthorizedKeys, Rules};
///
/// let rules = Rules::new()
///     .allow("192.168.0.0/16")?
///     .deny("192.168.7.13")?
///     .curve(AuthorizedKeys::from(["Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID".parse()?]));
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// # Callbacks
///
/// A callback may wait, for a database for example: it runs on a thread for that, of which there are
/// [a few](super::AuthenticatorBuilder::callback_threads), and if it has not decided after
/// [some time](super::AuthenticatorBuilder::decision_timeout), the peer is sent away to try again. One that panics is
/// an [internal error](Decision::error), and the peer stays outside.
///
/// An async callback makes a future, which the authenticator's own thread drives: any number of them can wait at the
/// same time, and none may block. A future that needs a runtime's reactor is given to that runtime, for example by
/// `handle.spawn(..)` on tokio, and what is awaited here is the task.
#[derive(Clone, Default)]
pub struct Rules {
    allow: Vec<Origin>,
    deny: Vec<Origin>,
    null: Option<Judge<()>>,
    plain: Option<Judge<Login>>,
    curve: Option<Judge<PublicKey>>,
    gssapi: Option<Judge<String>>,
}

impl Rules {
    /// Rules that let nobody in.
    pub fn new() -> Self {
        Rules::default()
    }

    /// Lets in peers of this origin, and of no other than those that are allowed; may be called several times.
    ///
    /// Without any, peers may come from everywhere that is not denied. Origins are an [`Origin`], an IP address, or a
    /// text such as `10.0.0.0/8`.
    ///
    /// # Errors
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if a text is neither an address nor a network.
    pub fn allow<O: TryInto<Origin, Error: Into<Error>>>(mut self, origin: O) -> Result<Self> {
        self.allow.push(origin.try_into().map_err(Into::into)?);
        Ok(self)
    }

    /// Keeps out peers of this origin, also if another rule allows it; may be called several times.
    ///
    /// # Errors
    /// As for [`allow`](Rules::allow).
    pub fn deny<O: TryInto<Origin, Error: Into<Error>>>(mut self, origin: O) -> Result<Self> {
        self.deny.push(origin.try_into().map_err(Into::into)?);
        Ok(self)
    }

    /// NULL: lets in every peer whose origin is not kept out.
    #[must_use]
    pub fn null(mut self) -> Self {
        self.null = Judge::quick(|(), _| true);
        self
    }

    /// NULL: lets in the peers that a callback lets in; see [Callbacks](Rules#callbacks).
    #[must_use]
    pub fn null_callback<D: Into<Decision>>(
        mut self,
        decide: impl Fn(&Request) -> D + Send + Sync + 'static,
    ) -> Self {
        self.null = Judge::slow(move |(), request| decide(request));
        self
    }

    /// PLAIN: lets in these users.
    #[must_use]
    pub fn plain(mut self, passwords: Passwords) -> Self {
        self.plain = Judge::quick(move |login: &Login, _| passwords.decide(login));
        self
    }

    /// PLAIN: lets in the users of a file.
    #[must_use]
    pub fn plain_file(mut self, file: PasswordFile) -> Self {
        self.plain = Judge::slow(move |login: &Login, _| file.decide(login));
        self
    }

    /// PLAIN: lets in the users that a callback lets in; see [Callbacks](Rules#callbacks).
    ///
    /// ```
    /// use ferromq::zap::{Decision, Rules};
    ///
    /// # fn knows(_: &str, _: &[u8]) -> bool { true }
    /// let rules = Rules::new().plain_callback(|login, request| match knows(login.username(), login.password()) {
    ///     true => Decision::allow_as(format!("{} of {}", login.username(), request.domain())),
    ///     false => Decision::deny("wrong name or password"),
    /// });
    /// ```
    #[must_use]
    pub fn plain_callback<D: Into<Decision>>(
        mut self,
        decide: impl Fn(&Login, &Request) -> D + Send + Sync + 'static,
    ) -> Self {
        self.plain = Judge::slow(decide);
        self
    }

    /// PLAIN: lets in the users that an async callback lets in; see [Callbacks](Rules#callbacks).
    #[must_use]
    pub fn plain_async<F>(mut self, decide: impl Fn(Login, Request) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: Into<Decision>> + Send + 'static,
    {
        self.plain = Judge::future(decide);
        self
    }

    /// CURVE: lets in whoever has one of these keys.
    #[must_use]
    pub fn curve(mut self, keys: AuthorizedKeys) -> Self {
        self.curve = Judge::quick(move |key, _| keys.decide(key));
        self
    }

    /// CURVE: lets in the keys whose certificates are in a directory, as it is at that moment: who is added gets in, and
    /// who is removed does not.
    ///
    /// The certificate's [metadata](Certificate::metadata) become properties of the connection, but for names that ZMTP
    /// does not have. A property that the certificate lacks, a peer may claim for itself: give rights by a name that
    /// every certificate has, or by the [user id](crate::Frame::user_id). When the directory cannot be read, peers are sent away to try again.
    ///
    /// ```no_run
    /// use ferromq::security::CertificateStore;
    /// use ferromq::zap::Rules;
    ///
    /// let rules = Rules::new().curve_store(CertificateStore::open("clients")?);
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[must_use]
    pub fn curve_store(mut self, store: CertificateStore) -> Self {
        self.curve = Judge::slow(move |key, _| match store.lookup(key) {
            Ok(Some(certificate)) => with_metadata_of(&certificate),
            Ok(None) => Decision::deny("unknown key"),
            Err(error) => Decision::try_later(error.to_string()),
        });
        self
    }

    /// CURVE: lets in every key. What is said is encrypted, and who says it is known by its key and otherwise unknown.
    #[must_use]
    pub fn curve_any(mut self) -> Self {
        self.curve = Judge::quick(|_, _| true);
        self
    }

    /// CURVE: lets in the keys that a callback lets in; see [Callbacks](Rules#callbacks).
    ///
    /// ```
    /// use ferromq::zap::Rules;
    ///
    /// # fn is_customer(_: &str) -> bool { false }
    /// let rules = Rules::new().curve_callback(|key, _request| is_customer(&key.to_string()));
    /// ```
    #[must_use]
    pub fn curve_callback<D: Into<Decision>>(
        mut self,
        decide: impl Fn(&PublicKey, &Request) -> D + Send + Sync + 'static,
    ) -> Self {
        self.curve = Judge::slow(decide);
        self
    }

    /// CURVE: lets in the keys that an async callback lets in; see [Callbacks](Rules#callbacks).
    ///
    /// ```
    /// use ferromq::zap::{Decision, Rules};
    /// use ferromq::PublicKey;
    ///
    /// # async fn customer(_: PublicKey) -> Option<String> { None }
    /// let rules = Rules::new().curve_async(|key, _request| async move {
    ///     match customer(key).await {
    ///         Some(name) => Decision::allow_as(name),
    ///         None => Decision::deny("no customer"),
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn curve_async<F>(mut self, decide: impl Fn(PublicKey, Request) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: Into<Decision>> + Send + 'static,
    {
        self.curve = Judge::future(decide);
        self
    }

    /// GSSAPI: lets in every principal for whom Kerberos vouches.
    #[must_use]
    pub fn gssapi_any(mut self) -> Self {
        self.gssapi = Judge::quick(|_, _| true);
        self
    }

    /// GSSAPI: lets in these principals, such as `alice@EXAMPLE.ORG`.
    #[must_use]
    pub fn gssapi<S: Into<String>>(mut self, principals: impl IntoIterator<Item = S>) -> Self {
        let principals: Vec<String> = principals.into_iter().map(Into::into).collect();
        self.gssapi = Judge::quick(move |principal, _| principals.contains(principal));
        self
    }

    /// GSSAPI: lets in the principals that a callback lets in; see [Callbacks](Rules#callbacks).
    #[must_use]
    pub fn gssapi_callback<D: Into<Decision>>(
        mut self,
        decide: impl Fn(&str, &Request) -> D + Send + Sync + 'static,
    ) -> Self {
        self.gssapi = Judge::slow(move |principal: &String, request| decide(principal, request));
        self
    }

    pub(super) fn judge(&self, request: &Request) -> Verdict {
        let from = |origins: &[Origin]| origins.iter().any(|origin| origin.covers(request.address()));
        if from(&self.deny) {
            return Verdict::Decided(Decision::deny("the address is denied"));
        }
        if !self.allow.is_empty() && !from(&self.allow) {
            return Verdict::Decided(Decision::deny("the address is not allowed"));
        }
        let verdict = match request.credentials() {
            Credentials::Null => self.null.as_ref().map(|judge| judge.ask(&(), request)),
            Credentials::Plain(login) => self.plain.as_ref().map(|judge| judge.ask(login, request)),
            Credentials::Curve(key) => self.curve.as_ref().map(|judge| judge.ask(key, request)),
            Credentials::Gssapi(principal) => self.gssapi.as_ref().map(|judge| judge.ask(principal, request)),
        };
        verdict.unwrap_or_else(|| Verdict::Decided(Decision::deny("no rule lets in this mechanism")))
    }
}

fn with_metadata_of(certificate: &Certificate) -> Decision {
    certificate.metadata().fold(Decision::allow(), |decision, (name, value)| {
        decision.clone().with_metadata(name, value).unwrap_or(decision)
    })
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("allow", &self.allow)
            .field("deny", &self.deny)
            .field("null", &self.null.is_some())
            .field("plain", &self.plain.is_some())
            .field("curve", &self.curve.is_some())
            .field("gssapi", &self.gssapi.is_some())
            .finish()
    }
}
