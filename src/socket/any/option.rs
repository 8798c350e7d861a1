//! Options of sockets whose pattern is known at run time only.

use super::{AnySocket, SocketKind, on_core};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::codec::Codec;
use crate::socket::table::{Row, refused, setting};

/// An option that [`AnySocket::set`] and [`AnySocket::get`] name: one of the types in [`option`](crate::option).
///
/// Those that a [`Socket`](crate::Socket) sets and does not read, such as `verbose` on XPUB, are not among them: open a
/// `Socket` with them, and make it an `AnySocket` then.
///
/// ```
/// use ferromq::{AnySocket, Context, Hwm, SocketKind, option};
///
/// let socket = AnySocket::open(&Context::new()?, SocketKind::Dealer)?;
/// socket.set::<option::SendHwm>(Hwm::messages(10))?;
/// assert_eq!(socket.get::<option::SendHwm>()?, Hwm::messages(10));
/// # Ok::<(), ferromq::Error>(())
/// ```
pub trait SocketOption: sealed::Access {
    /// What the option is set to.
    type Value;
}

pub(crate) mod sealed {
    use super::{AnySocket, Result, SocketKind, SocketOption};

    pub trait Access {
        /// The kinds of sockets that have the option.
        const KINDS: &'static [SocketKind];

        fn set(socket: &AnySocket, value: Self::Value) -> Result<()>
        where
            Self: SocketOption;

        fn get(socket: &AnySocket) -> Result<Self::Value>
        where
            Self: SocketOption;
    }
}

/// Makes a row of the option table an option of `AnySocket`, unless it has no getter, and so names no type.
macro_rules! socket_option {
    ($row:ty, $on:tt, hidden) => {};
    ($row:ty, $on:tt, $get:ident $value:ty) => {
        impl $crate::socket::any::option::SocketOption for $row {
            type Value = $value;
        }

        impl $crate::socket::any::option::sealed::Access for $row {
            const KINDS: &'static [$crate::SocketKind] = $crate::socket::table::patterns!($on => kinds());

            fn set(socket: &$crate::AnySocket, value: $value) -> $crate::Result<()> {
                socket.set_row::<$row>(value)
            }

            fn get(socket: &$crate::AnySocket) -> $crate::Result<$value> {
                $crate::socket::any::option::get_row!($get, socket, $row)
            }
        }
    };
}

/// The kinds of sockets of these patterns.
macro_rules! kinds {
    ([$($pattern:ident),*], [$($draft:ident),*]) => {
        &[$($crate::SocketKind::$pattern,)* $($crate::SocketKind::$draft,)*]
    };
}

macro_rules! get_row {
    (read, $socket:ident, $row:ty) => {
        $socket.get_row::<$row>()
    };
    (remembered, $socket:ident, $row:ty) => {
        $socket.remembered_row::<$row>()
    };
}

pub(crate) use {get_row, kinds, socket_option};

/// Options by their types.
impl AnySocket {
    /// Sets an option. One that libzmq reads only when a socket binds or connects counts for the endpoints after.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) if sockets of this kind do not have the option,
    /// [`InvalidOption`](ErrorKind::InvalidOption), [`Terminated`](ErrorKind::Terminated).
    ///
    /// ```
    /// use std::time::Duration;
    /// use ferromq::{AnySocket, Context, ErrorKind, SocketKind, option};
    ///
    /// let socket = AnySocket::open(&Context::new()?, SocketKind::Pull)?;
    /// socket.set::<option::ReceiveTimeout>(Some(Duration::from_secs(1)))?;
    /// let error = socket.set::<option::Mandatory>(true).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Unsupported);
    /// assert_eq!(error.to_string(), "set mandatory = true: not supported: PULL sockets have no such option");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_setsockopt")]
    pub fn set<O: SocketOption>(&self, value: O::Value) -> Result<()> {
        O::set(self, value)
    }

    /// Reads an option.
    ///
    /// # Errors
    /// As for [`set`](AnySocket::set).
    #[doc(alias = "zmq_getsockopt")]
    pub fn get<O: SocketOption>(&self) -> Result<O::Value> {
        O::get(self)
    }

    pub(crate) fn set_row<R: Row + SocketOption>(&self, value: <R::Codec as Codec>::Value) -> Result<()> {
        self.check_has::<R>(Operation::SetOption, || format!("{value:?}"))?;
        let setting = setting::<R>(&value)?;
        on_core!(self, core => core.configure(&setting))
            .map_err(|errno| refused(Operation::SetOption, R::NAME, setting.shown, errno))
    }

    pub(crate) fn get_row<R: Row + SocketOption>(&self) -> Result<<R::Codec as Codec>::Value> {
        self.check_has::<R>(Operation::GetOption, String::new)?;
        on_core!(self, core => core.get(R::ID))
            .map(R::Codec::decode)
            .map_err(|errno| refused(Operation::GetOption, R::NAME, String::new(), errno))
    }

    pub(crate) fn remembered_row<R: Row + SocketOption>(&self) -> Result<<R::Codec as Codec>::Value> {
        self.check_has::<R>(Operation::GetOption, String::new)?;
        Ok(on_core!(self, core => core.noted(R::ID)).map_or_else(R::default, R::Codec::decode))
    }

    fn check_has<R: Row + SocketOption>(
        &self,
        operation: Operation,
        shown: impl Fn() -> String,
    ) -> Result<()> {
        if R::KINDS.contains(&self.kind()) {
            return Ok(());
        }
        let reason = format!("{} sockets have no such option", self.kind());
        Err(Error::new(operation, ErrorKind::Unsupported).about_option(R::NAME, shown(), Some(&reason)))
    }
}

#[cfg(test)]
mod tests {
    use super::SocketKind;
    use crate::socket::table::patterns;

    #[test]
    fn the_kinds_that_send_and_receive_are_those_of_the_table() {
        const SENDING: &[SocketKind] = patterns!(sending => kinds());
        const RECEIVING: &[SocketKind] = patterns!(receiving => kinds());
        const ALL: &[SocketKind] = patterns!(all => kinds());
        for kind in SocketKind::ALL {
            assert!(ALL.contains(kind), "{kind}");
            assert_eq!(SENDING.contains(kind), kind.sends(), "{kind} sends");
            assert_eq!(RECEIVING.contains(kind), kind.receives(), "{kind} receives");
        }
    }
}
