//! Starting an authenticator, and the handle by which it is steered.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Rules;
use super::serve::Server;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::poll::bell::Bell;
use crate::security::ZapDomain;
use crate::socket::Router;
use crate::sys::Process;

/// Where libzmq asks.
pub(super) const ENDPOINT: &str = "inproc://zeromq.zap.01";

/// Judges who may connect to the sockets of a context: a thread that answers libzmq's questions by [`Rules`].
///
/// It judges every connection to a socket that has a [domain](ZapDomain): [`CurveServer`](crate::security::CurveServer),
/// [`PlainServer`](crate::security::PlainServer), [`GssapiServer`](crate::security::GssapiServer) and
/// [`Null::in_domain`](crate::security::Null::in_domain). Connections that exist already are not judged again.
/// Dropping it stops it, and then nobody new gets in.
///
/// ```
/// use ferromq::security::{PlainClient, PlainServer};
/// use ferromq::zap::{Authenticator, Passwords, Rules};
/// use ferromq::{Context, Pull, Push};
///
/// let context = Context::new()?;
/// let passwords = Passwords::from([("admin", "correct horse")]);
/// let authenticator = Authenticator::start(&context, Rules::new().plain(passwords))?;
///
/// let pull = context.socket::<Pull>().security(PlainServer::new()).bind("tcp://127.0.0.1:*")?;
/// let push = context
///     .socket::<Push>()
///     .security(PlainClient::new("admin", "correct horse")?)
///     .connect(pull.last_endpoint()?)?;
/// push.send("Hello")?;
/// assert_eq!(pull.recv()?[0].user_id(), Some("admin"));
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// Source: RFC 27.
pub struct Authenticator {
    /// `None` once it was joined.
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

/// What the handle, the thread and callbacks have in common.
pub(super) struct Shared {
    rules: RwLock<Book>,
    stopped: AtomicBool,
    ended: AtomicBool,
    bell: Bell,
    /// The process that has the thread.
    process: Process,
}

#[derive(Default)]
struct Book {
    default: Arc<Rules>,
    of_domain: HashMap<ZapDomain, Arc<Rules>>,
}

impl Shared {
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    pub(super) fn ring(&self) {
        self.bell.ring();
    }

    pub(super) fn rules_for(&self, domain: &str) -> Arc<Rules> {
        let book = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let own = ZapDomain::new(domain).ok().and_then(|domain| book.of_domain.get(&domain));
        Arc::clone(own.unwrap_or(&book.default))
    }

    fn rules_mut(&self) -> RwLockWriteGuard<'_, Book> {
        self.rules.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Authenticator {
    /// Starts an authenticator with these rules for all domains.
    ///
    /// # Errors
    /// [`AddressInUse`](ErrorKind::AddressInUse) if the context has one already;
    /// [`LimitReached`](ErrorKind::LimitReached), [`OutOfMemory`](ErrorKind::OutOfMemory) if there can be no further
    /// socket or thread; [`Terminated`](ErrorKind::Terminated).
    pub fn start(context: &Context, rules: Rules) -> Result<Authenticator> {
        Authenticator::builder(context).rules(rules).start()
    }

    /// An authenticator that is to be started in this context, and lets nobody in until it is given rules.
    pub fn builder(context: &Context) -> AuthenticatorBuilder {
        AuthenticatorBuilder {
            context: context.clone(),
            book: Book::default(),
            decision_timeout: Duration::from_secs(10),
            callback_threads: 4,
        }
    }

    /// Has these rules for domains without rules of their own, from the next request on.
    pub fn set_rules(&self, rules: Rules) {
        self.shared.rules_mut().default = rules.into();
    }

    /// Has these rules for this domain, from the next request on.
    pub fn set_domain(&self, domain: ZapDomain, rules: Rules) {
        self.shared.rules_mut().of_domain.insert(domain, rules.into());
    }

    /// Has no rules for this domain other than the general ones, from the next request on; whether it had any.
    pub fn remove_domain(&self, domain: &ZapDomain) -> bool {
        self.shared.rules_mut().of_domain.remove(domain).is_some()
    }

    /// Whether it answers. It stops by itself when the context is shut down.
    pub fn is_running(&self) -> bool {
        self.shared.process.is_current() && !self.shared.ended.load(Ordering::Acquire)
    }

    /// Stops it, and waits until another one can be started in the context. Peers that wait for a decision are sent
    /// away to try again; a callback that runs is left alone, and what it decides is ignored.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Authenticator {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // The child of a fork has no such thread.
            if self.shared.process.is_current() {
                self.shared.stopped.store(true, Ordering::Release);
                self.shared.ring();
                // An async callback may drop the handle, on the thread itself, which ends a moment later then.
                if thread.thread().id() != thread::current().id() {
                    // There is nobody to tell of a panic.
                    let _ = thread.join();
                }
            }
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator").field("running", &self.is_running()).finish_non_exhaustive()
    }
}

/// An authenticator that is to be started; made by [`Authenticator::builder`].
///
/// ```
/// use ferromq::Context;
/// use ferromq::security::ZapDomain;
/// use ferromq::zap::{Authenticator, AuthorizedKeys, Rules};
///
/// let context = Context::new()?;
/// let machines = AuthorizedKeys::new();
/// let authenticator = Authenticator::builder(&context)
///     .rules(Rules::new().allow("127.0.0.1")?.null())
///     .domain(ZapDomain::new("factory")?, Rules::new().curve(machines.clone()))
///     .start()?;
/// # Ok::<(), ferromq::Error>(())
/// ```
#[must_use]
pub struct AuthenticatorBuilder {
    context: Context,
    book: Book,
    decision_timeout: Duration,
    callback_threads: usize,
}

impl AuthenticatorBuilder {
    /// The rules for domains that have none of their own. Default: nobody gets in.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.book.default = rules.into();
        self
    }

    /// The rules for one domain, instead of the general ones; may be called several times.
    pub fn domain(mut self, domain: ZapDomain, rules: Rules) -> Self {
        self.book.of_domain.insert(domain, rules.into());
        self
    }

    /// How long a callback may take. After that the peer is sent away to try again, with the status 300.
    ///
    /// Default: 10 seconds. A peer's own patience is the
    /// [`handshake_timeout`](crate::Builder::handshake_timeout) of the sockets on both sides.
    pub fn decision_timeout(mut self, timeout: Duration) -> Self {
        self.decision_timeout = timeout;
        self
    }

    /// How many threads there may be for callbacks that wait; they are started when they are needed. When all are busy,
    /// requests wait for them, at most the [decision timeout](AuthenticatorBuilder::decision_timeout).
    ///
    /// Default: 4. None is taken for one. Rules without a callback or a file need none.
    pub fn callback_threads(mut self, threads: usize) -> Self {
        self.callback_threads = threads;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// As for [`Authenticator::start`].
    pub fn start(self) -> Result<Authenticator> {
        let zap =
            self.context.socket::<Router>().linger(Duration::ZERO).bind(ENDPOINT).map_err(|failed| {
                let taken = failed.kind() == ErrorKind::AddressInUse;
                let error = Error::from(failed).with_operation(Operation::Authenticate);
                if taken { error.about_detail("the context has an authenticator already") } else { error }
            })?;
        let (bell, heard) = Bell::new()?;
        let shared = Arc::new(Shared {
            rules: RwLock::new(self.book),
            stopped: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            bell,
            process: Process::current(),
        });
        let server =
            Server::new(zap, heard, Arc::clone(&shared), self.decision_timeout, self.callback_threads);
        let thread = thread::Builder::new()
            .name("ferromq-zap".into())
            .spawn(move || server.run())
            .map_err(|error| Error::no_thread(Operation::Authenticate, &error))?;
        Ok(Authenticator { thread: Some(thread), shared })
    }
}

impl fmt::Debug for AuthenticatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatorBuilder")
            .field("rules", &self.book.default)
            .field("domains", &self.book.of_domain)
            .field("decision_timeout", &self.decision_timeout)
            .field("callback_threads", &self.callback_threads)
            .finish_non_exhaustive()
    }
}
