//! Options of sockets whose pattern is known at run time only.

use std::ffi::c_int;

use super::{AnySocket, SocketKind, on_core};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::codec::Codec;
use crate::options::setting::RowWire;
use crate::socket::table::Row;

/// An option that [`AnySocket::set`] and [`AnySocket::get`] name: one of the types in [`option`](crate::option).
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

/// Makes a row of the option table an option of `AnySocket`.
macro_rules! socket_option {
    ($row:ty, $on:tt, $get:ident -> $value:ty) => {
        impl $crate::socket::any::option::SocketOption for $row {
            type Value = $value;
        }

        impl $crate::socket::any::option::sealed::Access for $row {
            const KINDS: &'static [$crate::SocketKind] = $crate::socket::any::option::kinds_of!($on);

            fn set(socket: &$crate::AnySocket, value: $value) -> $crate::Result<()> {
                socket.set_row::<$row>(value)
            }

            fn get(socket: &$crate::AnySocket) -> $crate::Result<$value> {
                $crate::socket::any::option::get_row!($get, socket, $row)
            }
        }
    };
}

macro_rules! kinds_of {
    (all) => {
        $crate::SocketKind::ALL
    };
    (sending) => {
        $crate::socket::any::option::SENDING
    };
    (receiving) => {
        $crate::socket::any::option::RECEIVING
    };
    ([$($pattern:ident),*]) => {
        &[$($crate::SocketKind::$pattern),*]
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

pub(crate) use {get_row, kinds_of, socket_option};

/// The kinds for which [`SocketKind::sends`].
pub(crate) const SENDING: &[SocketKind] = {
    use SocketKind::*;
    &[
        Req, Rep, Pub, XPub, XSub, Push, Pair, Dealer, Router, Stream, Client, Server, Radio, Scatter, Peer,
        Channel, Dgram,
    ]
};

/// The kinds for which [`SocketKind::receives`].
pub(crate) const RECEIVING: &[SocketKind] = {
    use SocketKind::*;
    &[
        Req, Rep, Sub, XPub, XSub, Pull, Pair, Dealer, Router, Stream, Client, Server, Dish, Gather, Peer,
        Channel, Dgram,
    ]
};

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
        let shown = || format!("{value:?}");
        self.check_has::<R>(Operation::SetOption, shown)?;
        let wire = R::Codec::encode(&value).map_err(|reason| {
            Error::new(Operation::SetOption, ErrorKind::InvalidOption).about_option(
                R::NAME,
                shown(),
                Some(reason),
            )
        })?;
        let setting = <R::Codec as Codec>::Wire::encoded(R::ID, wire);
        on_core!(self, core => core.set(&setting)).map_err(|errno| {
            Error::from_errno(Operation::SetOption, errno).about_option(R::NAME, shown(), None)
        })
    }

    pub(crate) fn get_row<R: Row + SocketOption>(&self) -> Result<<R::Codec as Codec>::Value> {
        self.check_has::<R>(Operation::GetOption, String::new)?;
        on_core!(self, core => core.get(R::ID)).map(R::Codec::decode).map_err(|errno| {
            Error::from_errno(Operation::GetOption, errno).about_option(R::NAME, String::new(), None)
        })
    }

    pub(crate) fn remembered_row<R: Row + SocketOption>(&self) -> Result<<R::Codec as Codec>::Value>
    where
        R::Codec: Codec<Wire = c_int>,
    {
        self.check_has::<R>(Operation::GetOption, String::new)?;
        Ok(R::Codec::decode(on_core!(self, core => core.remembered(R::ID))))
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
    use super::*;

    #[test]
    fn the_kinds_that_send_and_receive_are_listed() {
        for kind in SocketKind::ALL {
            assert_eq!(SENDING.contains(kind), kind.sends(), "{kind} sends");
            assert_eq!(RECEIVING.contains(kind), kind.receives(), "{kind} receives");
        }
    }
}
