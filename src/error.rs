//! What can go wrong, and how an error gives back what it was given.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::path::Path;

use crate::sys::{Errno, Exclusive, is_forked};

/// A `Result` whose error is this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An operation that failed: what kind of failure, of which operation, on which endpoint or option.
///
/// Match on [`kind`](Error::kind); the text is for people and may change. It reads like
/// `connect tcp://10.0.0.1:5555: host unreachable (EHOSTUNREACH)`.
///
/// ```
/// use ferromq::{Context, ErrorKind, Pull};
///
/// let pull = Context::new()?.socket::<Pull>().bind("inproc://nobody-sends")?;
/// let error = pull.try_recv().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::WouldBlock);
/// assert_eq!(error.to_string(), "receive: nothing could be done without waiting (EAGAIN)");
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    operation: Operation,
    errno: Option<Errno>,
    /// Boxed, so that the error is small and the would-block path allocates nothing.
    subject: Option<Box<Subject>>,
}

/// What the operation was about.
#[derive(Clone)]
enum Subject {
    Endpoint {
        text: Box<str>,
        reason: Option<Box<str>>,
    },
    Option {
        name: &'static str,
        value: Box<str>,
        reason: Option<Box<str>>,
    },
    /// A file, or the text of one.
    File {
        path: Option<Box<Path>>,
        line: Option<usize>,
        reason: Option<Box<str>>,
    },
    Detail(Box<str>),
}

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A `try_` operation found nothing to receive, or no room to send.
    WouldBlock,
    /// The timeout passed before a message came, or before there was room for one.
    TimedOut,
    /// The context was shut down.
    Terminated,
    /// The context and its sockets belong to the process that forked this one; see [`raw`](crate::raw#fork).
    Forked,
    /// The operation is out of order for the socket, for example a second request on REQ before the reply.
    WrongState,
    /// The socket's pattern, the linked libzmq or the system cannot do this; of a transport the text says what would
    /// help.
    Unsupported,
    /// The endpoint's text is malformed, or does not fit the operation.
    InvalidEndpoint,
    /// There is no transport of this name. One that the linked libzmq lacks is `Unsupported`.
    UnknownTransport,
    /// The pattern does not work over this transport.
    IncompatibleTransport,
    /// Another socket is already bound to this address.
    AddressInUse,
    /// The address does not belong to this machine.
    AddressNotAvailable,
    /// There is no network interface of this name.
    NoSuchInterface,
    /// The socket is not bound or connected to this endpoint.
    EndpointNotFound,
    /// The peer cannot be reached: ROUTER with `mandatory` has no such peer.
    HostUnreachable,
    /// The peer refused the connection.
    ConnectionRefused,
    /// The operating system denied access.
    PermissionDenied,
    /// The option does not take this value.
    InvalidOption,
    /// A message of this shape cannot be sent or converted, for example one of no frames.
    InvalidMessage,
    /// The message does not fit into the buffer for it.
    BufferTooShort,
    /// The bytes are not UTF-8 text.
    NotUtf8,
    /// The text is not Z85, or the bytes cannot be written in it.
    InvalidZ85,
    /// The text or the bytes are not a CURVE key.
    InvalidKey,
    /// The text is not a certificate, or there is something that a certificate cannot have.
    InvalidCertificate,
    /// Others than the owner can read the file with a secret key.
    ExposedSecret,
    /// There is no such file or directory.
    FileNotFound,
    /// There is such a file already, and it was not to be replaced.
    FileExists,
    /// The value cannot be written in the format (JSON, MessagePack, LZ4, a batch, ...), or the bytes are not in it.
    Format,
    /// What was compressed is longer than the limit for it.
    TooLarge,
    /// There is not enough memory.
    OutOfMemory,
    /// A limit is reached: sockets of the context, or open files of the process.
    LimitReached,
    /// The context has no I/O thread, and this transport needs one.
    NoIoThread,
    /// The poller already has this socket, this file descriptor or this token.
    AlreadyRegistered,
    /// The poller has nothing with this token; the timers have none of this name.
    NotRegistered,
    /// A wait without an end, for nothing.
    NothingToWaitFor,
    /// The monitored socket is closed, or its monitor was stopped: there are no more events.
    MonitorStopped,
    /// Nothing more is tried: a connection that libzmq makes no more, a request that was sent as often as it may be.
    GaveUp,
    /// An async socket was made outside of an async runtime.
    NoRuntime,
    /// Any other error number; see [`Error::errno`].
    Other,
}

impl ErrorKind {
    fn description(self) -> &'static str {
        match self {
            ErrorKind::WouldBlock => "nothing could be done without waiting",
            ErrorKind::TimedOut => "timed out",
            ErrorKind::Terminated => "the context was shut down",
            ErrorKind::Forked => "it belongs to the process that forked this one",
            ErrorKind::WrongState => "out of order for this socket",
            ErrorKind::Unsupported => "not supported",
            ErrorKind::InvalidEndpoint => "invalid endpoint",
            ErrorKind::UnknownTransport => "unknown transport",
            ErrorKind::IncompatibleTransport => "this pattern does not work over this transport",
            ErrorKind::AddressInUse => "address already in use",
            ErrorKind::AddressNotAvailable => "address not available on this machine",
            ErrorKind::NoSuchInterface => "no such network interface",
            ErrorKind::EndpointNotFound => "the socket has no such endpoint",
            ErrorKind::HostUnreachable => "host unreachable",
            ErrorKind::ConnectionRefused => "connection refused",
            ErrorKind::PermissionDenied => "permission denied",
            ErrorKind::InvalidOption => "invalid option value",
            ErrorKind::InvalidMessage => "invalid message",
            ErrorKind::BufferTooShort => "the buffer is too short",
            ErrorKind::NotUtf8 => "not UTF-8 text",
            ErrorKind::InvalidZ85 => "invalid Z85",
            ErrorKind::InvalidKey => "invalid key",
            ErrorKind::InvalidCertificate => "invalid certificate",
            ErrorKind::ExposedSecret => "others can read the secret key",
            ErrorKind::FileNotFound => "there is no such file or directory",
            ErrorKind::FileExists => "it exists already",
            ErrorKind::Format => "not in this format",
            ErrorKind::TooLarge => "longer than it may be",
            ErrorKind::OutOfMemory => "out of memory",
            ErrorKind::LimitReached => "too many open sockets or files",
            ErrorKind::NoIoThread => "the context has no I/O thread",
            ErrorKind::AlreadyRegistered => "already registered",
            ErrorKind::NotRegistered => "not registered",
            ErrorKind::NothingToWaitFor => "there is nothing to wait for",
            ErrorKind::MonitorStopped => "the monitor has stopped",
            ErrorKind::GaveUp => "given up",
            ErrorKind::NoRuntime => "there is no async runtime here",
            ErrorKind::Other => "failed",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

/// The operation that failed, in ZeroMQ's words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Making a context.
    NewContext,
    /// Opening a socket.
    OpenSocket,
    /// Making a socket of a pattern out of one whose pattern was not known.
    ConvertSocket,
    /// Binding a socket to an endpoint.
    Bind,
    /// Connecting a socket to an endpoint.
    Connect,
    /// Undoing a bind.
    Unbind,
    /// Undoing a connect.
    Disconnect,
    /// Sending a message.
    Send,
    /// Receiving a message.
    Receive,
    /// Subscribing to a topic.
    Subscribe,
    /// Undoing a subscription.
    Unsubscribe,
    /// Joining a group.
    Join,
    /// Leaving a group.
    Leave,
    /// Setting an option.
    SetOption,
    /// Reading an option.
    GetOption,
    /// Reading an endpoint's text.
    ParseEndpoint,
    /// Waiting for several sockets, or changing for which.
    Poll,
    /// Changing a timer.
    ChangeTimer,
    /// Starting or stopping a monitor, or asking for its statistics.
    Monitor,
    /// Joining sockets by a proxy.
    Proxy,
    /// Judging who may connect, or saying who may.
    Authenticate,
    /// Making a frame.
    MakeFrame,
    /// Reading a message as something else.
    ReadMessage,
    /// Publishing what a program logs.
    PublishLogs,
    /// Writing bytes as Z85, or reading them.
    ConvertZ85,
    /// Reading or making a CURVE key.
    MakeKey,
    /// Making a certificate.
    MakeCertificate,
    /// Reading a certificate from a file or a text.
    LoadCertificate,
    /// Writing the files of a certificate.
    SaveCertificate,
    /// Reading the certificates of a directory.
    ReadCertificates,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operation::NewContext => "new context",
            Operation::OpenSocket => "open socket",
            Operation::ConvertSocket => "convert socket",
            Operation::Bind => "bind",
            Operation::Connect => "connect",
            Operation::Unbind => "unbind",
            Operation::Disconnect => "disconnect",
            Operation::Send => "send",
            Operation::Receive => "receive",
            Operation::Subscribe => "subscribe",
            Operation::Unsubscribe => "unsubscribe",
            Operation::Join => "join",
            Operation::Leave => "leave",
            Operation::SetOption => "set",
            Operation::GetOption => "get",
            Operation::ParseEndpoint => "endpoint",
            Operation::Poll => "poll",
            Operation::ChangeTimer => "timer",
            Operation::Monitor => "monitor",
            Operation::Proxy => "proxy",
            Operation::Authenticate => "authenticate",
            Operation::MakeFrame => "make frame",
            Operation::ReadMessage => "read message",
            Operation::PublishLogs => "publish logs",
            Operation::ConvertZ85 => "Z85",
            Operation::MakeKey => "key",
            Operation::MakeCertificate => "certificate",
            Operation::LoadCertificate => "load certificate",
            Operation::SaveCertificate => "save certificate",
            Operation::ReadCertificates => "certificates in",
        })
    }
}

impl Error {
    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The operation that failed.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The error number that libzmq reported, if the failure came from there.
    pub fn errno(&self) -> Option<i32> {
        self.errno.map(Errno::number)
    }

    /// The endpoint that the operation was given.
    pub fn endpoint(&self) -> Option<&str> {
        match self.subject.as_deref() {
            Some(Subject::Endpoint { text, .. }) => Some(text),
            _ => None,
        }
    }

    /// The option that was set or read, by its name in this crate.
    pub fn option(&self) -> Option<&'static str> {
        match self.subject.as_deref() {
            Some(Subject::Option { name, .. }) => Some(name),
            _ => None,
        }
    }

    /// The file or directory that the operation was about.
    pub fn path(&self) -> Option<&Path> {
        match self.subject.as_deref() {
            Some(Subject::File { path, .. }) => path.as_deref(),
            _ => None,
        }
    }

    /// In which line of the file or text the fault is, counted from 1.
    pub fn line(&self) -> Option<usize> {
        match self.subject.as_deref() {
            Some(Subject::File { line, .. }) => *line,
            _ => None,
        }
    }

    /// Whether a timeout passed; see [`ErrorKind::TimedOut`].
    pub fn is_timeout(&self) -> bool {
        self.kind == ErrorKind::TimedOut
    }

    /// Whether a `try_` operation would have had to wait; see [`ErrorKind::WouldBlock`].
    pub fn is_would_block(&self) -> bool {
        self.kind == ErrorKind::WouldBlock
    }

    /// Whether the context was shut down; see [`ErrorKind::Terminated`].
    pub fn is_terminated(&self) -> bool {
        self.kind == ErrorKind::Terminated
    }

    /// What there is to say beyond the kind.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self.subject.as_deref()? {
            Subject::Endpoint { reason, .. }
            | Subject::Option { reason, .. }
            | Subject::File { reason, .. } => reason.as_deref(),
            Subject::Detail(detail) => Some(detail),
        }
    }

    /// An error that libzmq reported for `operation`.
    #[cold]
    pub(crate) fn from_errno(operation: Operation, errno: Errno) -> Error {
        Error { kind: kind_of(operation, errno), operation, errno: Some(errno), subject: None }
    }

    /// An error of this crate's own finding.
    #[cold]
    pub(crate) fn new(operation: Operation, kind: ErrorKind) -> Error {
        Error { kind, operation, errno: None, subject: None }
    }

    /// The operation needs a thread, and the system gave none.
    #[cold]
    pub(crate) fn no_thread(operation: Operation, error: &io::Error) -> Error {
        let kind = match error.kind() {
            io::ErrorKind::OutOfMemory => ErrorKind::OutOfMemory,
            _ => ErrorKind::LimitReached,
        };
        Error::new(operation, kind).about_detail(error.to_string())
    }

    /// An error of the operating system's about a file or directory.
    #[cold]
    pub(crate) fn from_io(operation: Operation, path: &Path, error: &io::Error) -> Error {
        let errno = if cfg!(unix) { error.raw_os_error().map(Errno::from_number) } else { None };
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::FileNotFound,
            io::ErrorKind::AlreadyExists => ErrorKind::FileExists,
            io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
            _ => errno.map_or(ErrorKind::Other, |errno| kind_of(operation, errno)),
        };
        let reason = (kind == ErrorKind::Other && errno.is_none()).then(|| error.to_string());
        let subject = Subject::File { path: Some(path.into()), line: None, reason: reason.map(Into::into) };
        Error { kind, operation, errno, subject: Some(Box::new(subject)) }
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Error {
        self.kind = kind;
        self
    }

    pub(crate) fn with_operation(mut self, operation: Operation) -> Error {
        self.operation = operation;
        self
    }

    pub(crate) fn about_endpoint(self, text: &str, reason: Option<&str>) -> Error {
        self.about(Subject::Endpoint { text: text.into(), reason: reason.map(Into::into) })
    }

    pub(crate) fn about_option(self, name: &'static str, value: String, reason: Option<&str>) -> Error {
        self.about(Subject::Option { name, value: value.into(), reason: reason.map(Into::into) })
    }

    pub(crate) fn about_file(self, path: Option<&Path>, line: Option<usize>, reason: &str) -> Error {
        self.about(Subject::File { path: path.map(Into::into), line, reason: Some(reason.into()) })
    }

    /// Names the file whose text an error is about.
    pub(crate) fn in_file(mut self, file: &Path) -> Error {
        if let Some(Subject::File { path, .. }) = self.subject.as_deref_mut() {
            *path = Some(file.into());
        }
        self
    }

    pub(crate) fn about_detail(self, detail: impl Into<Box<str>>) -> Error {
        self.about(Subject::Detail(detail.into()))
    }

    fn about(mut self, subject: Subject) -> Error {
        self.subject = Some(Box::new(subject));
        self
    }
}

fn kind_of(operation: Operation, errno: Errno) -> ErrorKind {
    match errno {
        Errno::EAGAIN => ErrorKind::WouldBlock,
        Errno::ETERM => ErrorKind::Terminated,
        Errno::ENOTSOCK if is_forked() => ErrorKind::Forked,
        Errno::EFSM => ErrorKind::WrongState,
        Errno::ENOTSUP | Errno::EPROTONOSUPPORT | Errno::EAFNOSUPPORT => ErrorKind::Unsupported,
        Errno::ENOCOMPATPROTO => ErrorKind::IncompatibleTransport,
        Errno::EADDRINUSE => ErrorKind::AddressInUse,
        Errno::EADDRNOTAVAIL => ErrorKind::AddressNotAvailable,
        Errno::ENODEV => ErrorKind::NoSuchInterface,
        Errno::EHOSTUNREACH => ErrorKind::HostUnreachable,
        Errno::ECONNREFUSED => ErrorKind::ConnectionRefused,
        Errno::EACCES | Errno::EPERM => ErrorKind::PermissionDenied,
        Errno::ENOMEM | Errno::ENOBUFS => ErrorKind::OutOfMemory,
        Errno::EMFILE | Errno::ENFILE => ErrorKind::LimitReached,
        Errno::EMTHREAD => ErrorKind::NoIoThread,
        Errno::EINVAL | Errno::ENAMETOOLONG | Errno::ENOENT => match operation {
            Operation::Unbind | Operation::Disconnect if errno == Errno::ENOENT => {
                ErrorKind::EndpointNotFound
            }
            Operation::Bind | Operation::Connect | Operation::Unbind | Operation::Disconnect => {
                ErrorKind::InvalidEndpoint
            }
            Operation::SetOption | Operation::NewContext => ErrorKind::InvalidOption,
            // More items than the process may have open files.
            Operation::Poll => ErrorKind::LimitReached,
            // Pipe statistics of a socket that has no monitor for them.
            Operation::Monitor => ErrorKind::WrongState,
            _ => ErrorKind::Other,
        },
        _ => ErrorKind::Other,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operation.fmt(f)?;
        match self.subject.as_deref() {
            None | Some(Subject::Detail(_)) => Ok(()),
            Some(Subject::Endpoint { text, .. }) => write!(f, " {text}"),
            Some(Subject::Option { name, value, .. }) => {
                write!(f, " {name}{}{value}", if value.is_empty() { "" } else { " = " })
            }
            Some(Subject::File { path, line, .. }) => {
                path.iter().try_for_each(|path| write!(f, " {}", path.display()))?;
                line.iter().try_for_each(|line| write!(f, ", line {line}"))
            }
        }?;
        write!(f, ": {}", self.kind)?;
        if let Some(reason) = self.reason() {
            write!(f, ": {reason}")?;
        }
        match self.errno {
            Some(errno) => write!(f, " ({errno})"),
            None => Ok(()),
        }
    }
}

/// The same text as `Display`, because that is what a `main` that returns an error prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Error {
        match never {}
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        use io::ErrorKind as Io;
        let kind = match error.kind {
            ErrorKind::WouldBlock => Io::WouldBlock,
            ErrorKind::TimedOut | ErrorKind::GaveUp => Io::TimedOut,
            ErrorKind::Terminated => Io::ConnectionAborted,
            ErrorKind::Unsupported | ErrorKind::UnknownTransport | ErrorKind::IncompatibleTransport => {
                Io::Unsupported
            }
            ErrorKind::InvalidEndpoint
            | ErrorKind::InvalidOption
            | ErrorKind::InvalidMessage
            | ErrorKind::BufferTooShort
            | ErrorKind::NothingToWaitFor => Io::InvalidInput,
            ErrorKind::AddressInUse => Io::AddrInUse,
            ErrorKind::AddressNotAvailable | ErrorKind::NoSuchInterface => Io::AddrNotAvailable,
            ErrorKind::EndpointNotFound | ErrorKind::NotRegistered | ErrorKind::FileNotFound => Io::NotFound,
            ErrorKind::AlreadyRegistered | ErrorKind::FileExists => Io::AlreadyExists,
            ErrorKind::MonitorStopped => Io::UnexpectedEof,
            ErrorKind::HostUnreachable => Io::HostUnreachable,
            ErrorKind::ConnectionRefused => Io::ConnectionRefused,
            ErrorKind::PermissionDenied | ErrorKind::ExposedSecret => Io::PermissionDenied,
            ErrorKind::NotUtf8
            | ErrorKind::InvalidZ85
            | ErrorKind::InvalidKey
            | ErrorKind::InvalidCertificate
            | ErrorKind::Format
            | ErrorKind::TooLarge => Io::InvalidData,
            ErrorKind::OutOfMemory => Io::OutOfMemory,
            ErrorKind::Forked
            | ErrorKind::WrongState
            | ErrorKind::LimitReached
            | ErrorKind::NoIoThread
            | ErrorKind::NoRuntime
            | ErrorKind::Other => Io::Other,
        };
        io::Error::new(kind, error)
    }
}

/// An operation that failed, with what it had taken: the socket in the state that it still has, the unsent
/// message.
///
/// `?` turns it into an [`Error`] and lets the kept value go; [`into_kept`](Failed::into_kept) keeps it.
///
/// ```
/// use ferromq::{Context, Push};
///
/// let push = Context::new()?.socket::<Push>().bind("inproc://no-worker-yet")?;
/// let failed = push.try_send("task 1").unwrap_err();
/// assert!(failed.is_would_block());
/// let task = failed.into_kept();
/// assert_eq!(task, "task 1");
/// # Ok::<(), ferromq::Error>(())
/// ```
pub struct Failed<K> {
    error: Error,
    /// Never lent by reference, so that the whole is `Sync` although a socket is not, as error types must
    /// be.
    kept: Exclusive<K>,
}

impl<K> Failed<K> {
    pub(crate) fn new(error: Error, kept: K) -> Self {
        Failed { error, kept: Exclusive::new(kept) }
    }

    /// Why the operation failed.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// What kind of failure this is; short for `error().kind()`.
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Short for `error().is_timeout()`.
    pub fn is_timeout(&self) -> bool {
        self.error.is_timeout()
    }

    /// Short for `error().is_would_block()`.
    pub fn is_would_block(&self) -> bool {
        self.error.is_would_block()
    }

    /// Short for `error().is_terminated()`.
    pub fn is_terminated(&self) -> bool {
        self.error.is_terminated()
    }

    /// What the operation had taken.
    pub fn into_kept(self) -> K {
        self.kept.into_inner()
    }

    /// Why the operation failed, and what it had taken.
    pub fn into_parts(self) -> (Error, K) {
        (self.error, self.kept.into_inner())
    }

    /// Keeps something made from what is kept.
    pub(crate) fn map<L>(self, change: impl FnOnce(K) -> L) -> Failed<L> {
        Failed::new(self.error, change(self.kept.into_inner()))
    }
}

impl<K> fmt::Display for Failed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<K> fmt::Debug for Failed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl<K> std::error::Error for Failed<K> {}

impl<K> From<Failed<K>> for Error {
    fn from(failed: Failed<K>) -> Error {
        failed.error
    }
}
