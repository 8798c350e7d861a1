//! A socket that is not open yet, and its options.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::Socket;
use super::core::Core;
use super::pattern::{HasOption, Pattern, sealed::Sealed};
use super::table::{self, Row};
use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::{Error, Failed, Operation};
use crate::options::codec::Codec;
#[cfg(feature = "draft")]
use crate::options::setting::Encoded;
use crate::options::setting::Setting;
use crate::security::Security;

/// A socket of pattern `P` that is not open yet: it collects options, and `bind`, `connect` or `open` makes
/// it a [`Socket`].
///
/// Made by [`Context::socket`]. It has the options that a socket of this pattern has and no others. A value
/// that an option does not take is reported when the socket is opened, with the option's name.
///
/// ```
/// use std::time::Duration;
/// use ferromq::{Context, Req};
///
/// let req = Context::new()?
///     .socket::<Req>()
///     .receive_timeout(Duration::from_secs(2))
///     .connect("tcp://localhost:5555")?;
/// # Ok::<(), ferromq::Error>(())
/// ```
pub struct Builder<P: Pattern, S = <P as Pattern>::Initial> {
    context: Context,
    settings: Vec<Setting>,
    /// Shared by clones, so that secrets are not copied about.
    security: Option<Arc<Security>>,
    pub(super) spin: Duration,
    /// The first value that could not be written as libzmq takes it.
    refused: Option<Error>,
    types: PhantomData<fn() -> (P, S)>,
}

impl Context {
    /// A new socket of pattern `P`, to be opened with [`bind`](Builder::bind), [`connect`](Builder::connect)
    /// or [`open`](Builder::open).
    #[doc(alias = "zmq_socket")]
    pub fn socket<P: Pattern>(&self) -> Builder<P> {
        Builder {
            context: self.clone(),
            settings: Vec::new(),
            security: None,
            spin: Duration::ZERO,
            refused: None,
            types: PhantomData,
        }
    }
}

impl<P: Pattern, S> Builder<P, S> {
    /// Opens the socket and binds it to `endpoint`.
    ///
    /// # Errors
    /// With the builder, to try again:
    /// [`InvalidEndpoint`](crate::ErrorKind::InvalidEndpoint), [`UnknownTransport`](crate::ErrorKind::UnknownTransport),
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a transport that the linked libzmq lacks,
    /// [`IncompatibleTransport`](crate::ErrorKind::IncompatibleTransport),
    /// [`AddressInUse`](crate::ErrorKind::AddressInUse),
    /// [`AddressNotAvailable`](crate::ErrorKind::AddressNotAvailable),
    /// [`NoSuchInterface`](crate::ErrorKind::NoSuchInterface),
    /// [`PermissionDenied`](crate::ErrorKind::PermissionDenied), [`NoIoThread`](crate::ErrorKind::NoIoThread); and those of
    /// [`open`](Builder::open).
    #[doc(alias = "zmq_bind")]
    pub fn bind<E>(self, endpoint: E) -> Result<Socket<P, S>, Failed<Self>>
    where
        E: TryInto<Endpoint, Error: Into<Error>>,
    {
        self.open_with(Operation::Bind, endpoint, Core::bind)
    }

    /// Opens the socket and connects it to `endpoint`.
    ///
    /// Returns at once: libzmq connects in the background, and again when the connection is lost.
    ///
    /// # Errors
    /// With the builder, to try again: as for [`bind`](Builder::bind), but for `AddressInUse`. A peer that is
    /// not there is not an error.
    #[doc(alias = "zmq_connect")]
    pub fn connect<E>(self, endpoint: E) -> Result<Socket<P, S>, Failed<Self>>
    where
        E: TryInto<Endpoint, Error: Into<Error>>,
    {
        self.open_with(Operation::Connect, endpoint, Core::connect)
    }

    /// Opens the socket without an endpoint; [`Socket::bind`] and [`Socket::connect`] give it some.
    ///
    /// # Errors
    /// With the builder, to try again: [`InvalidOption`](crate::ErrorKind::InvalidOption) naming the option and the
    /// value, [`LimitReached`](crate::ErrorKind::LimitReached), [`Terminated`](crate::ErrorKind::Terminated).
    pub fn open(self) -> Result<Socket<P, S>, Failed<Self>> {
        match self.try_open() {
            Ok(core) => Ok(Socket::from_core(core)),
            Err(error) => Err(Failed::new(error, self)),
        }
    }

    pub(super) fn open_with<E>(
        self,
        operation: Operation,
        endpoint: E,
        attach: impl FnOnce(&Core<P::Sharing>, &Endpoint) -> Result<(), Error>,
    ) -> Result<Socket<P, S>, Failed<Self>>
    where
        E: TryInto<Endpoint, Error: Into<Error>>,
    {
        let attached = endpoint.try_into().map_err(|error| error.into().with_operation(operation)).and_then(
            |endpoint| {
                let core = self.try_open()?;
                attach(&core, &endpoint)?;
                Ok(core)
            },
        );
        match attached {
            Ok(core) => Ok(Socket::from_core(core)),
            Err(error) => Err(Failed::new(error, self)),
        }
    }

    pub(super) fn try_open(&self) -> Result<Core<P::Sharing>, Error> {
        if let Some(refused) = &self.refused {
            return Err(refused.clone());
        }
        let mut core = Core::open(&self.context, <P as Sealed>::SOCKET_TYPE, P::NAME)?;
        if let Some(security) = &self.security {
            core.secure(security)?;
        }
        core.set_spin(self.spin);
        for setting in &self.settings {
            #[cfg(feature = "draft")]
            if let Encoded::Join(group) = &setting.value {
                core.join(group)?;
                continue;
            }
            core.configure(setting).map_err(|errno| {
                table::refused(Operation::SetOption, setting.name, setting.shown.clone(), errno)
            })?;
        }
        Ok(core)
    }

    /// Sets an option of the table; the last value counts.
    pub(crate) fn with_option<R: Row>(self, value: <R::Codec as Codec>::Value) -> Self
    where
        P: HasOption<R>,
    {
        match table::setting::<R>(&value) {
            Ok(setting) => self.with_row(setting),
            Err(error) => self.with_refused(error),
        }
    }

    /// Adds a setting of a row of the table, in place of an earlier one.
    pub(crate) fn with_row(mut self, setting: Setting) -> Self {
        self.settings.retain(|set_before| set_before.value.number() != setting.value.number());
        self.settings.push(setting);
        self
    }

    /// Adds a setting that is not a row of the table, and may be there several times.
    pub(crate) fn with_setting(mut self, setting: Setting) -> Self {
        self.settings.push(setting);
        self
    }

    /// Whether one of the settings is such.
    pub(crate) fn has_setting(&self, is_such: impl Fn(&Setting) -> bool) -> bool {
        self.settings.iter().any(is_such)
    }

    /// Reports this error when the socket is opened, unless there is one already.
    pub(crate) fn with_refused(mut self, error: Error) -> Self {
        self.refused.get_or_insert(error);
        self
    }

    /// Sets the security; the last one counts.
    pub(crate) fn with_security(mut self, security: Security) -> Self {
        self.security = Some(Arc::new(security));
        self
    }

    /// The same builder, for a socket that starts in another state.
    pub(crate) fn in_state<T>(self) -> Builder<P, T> {
        Builder {
            context: self.context,
            settings: self.settings,
            security: self.security,
            spin: self.spin,
            refused: self.refused,
            types: PhantomData,
        }
    }
}

impl<P: Pattern, S> Clone for Builder<P, S> {
    fn clone(&self) -> Self {
        Builder {
            context: self.context.clone(),
            settings: self.settings.clone(),
            security: self.security.clone(),
            spin: self.spin,
            refused: self.refused.clone(),
            types: PhantomData,
        }
    }
}

impl<P: Pattern, S> fmt::Debug for Builder<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Builder");
        shown.field("pattern", &P::NAME);
        for setting in &self.settings {
            shown.field(setting.name, &format_args!("{}", setting.shown));
        }
        if let Some(security) = &self.security {
            shown.field("security", security);
        }
        if !self.spin.is_zero() {
            shown.field("spin", &self.spin);
        }
        shown.finish_non_exhaustive()
    }
}
