//! The table of socket options: one row makes the builder's method, the getter, the live setter and the entry
//! that tests walk.

use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::codec::Codec;
#[cfg(feature = "serde")]
use crate::options::plain::{FromPlain, Plain};
use crate::options::setting::{RowWire, Setting};
use crate::sys::{Errno, OptionId};

/// A row of the table; its type parameterises the traits that say which pattern has which option.
pub(crate) trait Row: 'static {
    /// How the value is written in C.
    type Codec: Codec;
    /// The option's number, with its C type.
    const ID: OptionId<<Self::Codec as Codec>::Wire>;
    /// The option's name in this crate.
    const NAME: &'static str;
    /// Whether this crate keeps the value, because libzmq does not report it.
    const REMEMBERED: bool;

    /// The value on a fresh socket.
    fn default() -> <Self::Codec as Codec>::Value;
}

/// A row's option with a value, ready for a socket; or why the option does not take the value.
pub(crate) fn setting<R: Row>(value: &<R::Codec as Codec>::Value) -> Result<Setting> {
    let shown = format!("{value:?}");
    match R::Codec::encode(value) {
        Ok(wire) => {
            let value = <R::Codec as Codec>::Wire::encoded(R::ID, wire);
            Ok(Setting { name: R::NAME, shown, value, remembered: R::REMEMBERED })
        }
        Err(reason) => Err(Error::new(Operation::SetOption, ErrorKind::InvalidOption).about_option(
            R::NAME,
            shown,
            Some(reason),
        )),
    }
}

/// What a configuration file needs to know about a row.
#[cfg(feature = "serde")]
pub(crate) struct Entry {
    /// The option's name in this crate.
    pub(crate) name: &'static str,
    /// The patterns that have it.
    pub(crate) patterns: &'static [&'static str],
    /// Reads its value; the message if it cannot be one.
    pub(crate) setting: fn(&Plain) -> Result<Setting, String>,
}

#[cfg(feature = "serde")]
impl Entry {
    pub(crate) const fn of<R: Row>(patterns: &'static [&'static str]) -> Entry
    where
        <R::Codec as Codec>::Value: FromPlain,
    {
        fn read<R: Row>(plain: &Plain) -> Result<Setting, String>
        where
            <R::Codec as Codec>::Value: FromPlain,
        {
            match <R::Codec as Codec>::Value::from_plain(plain) {
                Some(value) => setting::<R>(&value).map_err(|error| error.to_string()),
                None => {
                    let expected = <R::Codec as Codec>::Value::EXPECTED;
                    Err(format!("{}: expected {expected}, found {plain}", R::NAME))
                }
            }
        }

        Entry { name: R::NAME, patterns, setting: read::<R> }
    }
}

/// One row, one entry.
#[cfg(feature = "serde")]
impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.name == other.name
    }
}

/// The error of an option that libzmq refused. A codec lets only values through that libzmq takes, so that
/// EINVAL means that the linked libzmq does not have the option.
pub(crate) fn refused(operation: Operation, name: &'static str, shown: String, errno: Errno) -> Error {
    let error = Error::from_errno(operation, errno);
    if errno == Errno::EINVAL {
        let reason = "the linked libzmq does not have this option";
        return error.with_kind(ErrorKind::Unsupported).about_option(name, shown, Some(reason));
    }
    error.about_option(name, shown, None)
}

/// Declares rows of the table.
///
/// Each row says, in this order: its documentation; a condition under which it exists, if any; the name of its
/// type; the C name; the constant in `sys::id` and the codec; the value of a fresh socket; the patterns that
/// have the option (a group of [`patterns`], or a list, in which those behind the feature `draft` come last,
/// after a semicolon); the builder's method and what it takes; whether a live socket has a setter (`live`) or
/// not (`builder_only`), and the setter's name; where the getter's value comes from (`read` from libzmq,
/// `remembered` by this crate), the getter's name and what it returns; or `hidden` if there is no getter.
macro_rules! options {
    ($(
        $(#[doc = $doc:literal])+
        $(#[cfg($condition:meta)])?
        $Row:ident ($c_name:literal) = $id:ident as $Codec:ident, default $default:expr, on $on:tt,
            build $build:ident($argument:ty), $live:ident $set:ident,
            $get:ident $($getter:ident -> $value:ty)?;
    )*) => {
        /// The types of these rows.
        pub mod row {
            $(
                #[doc = concat!("The option [`", stringify!($build), "`](crate::Builder::", stringify!($build), ").")]
                $(#[cfg($condition)])?
                #[derive(Debug)]
                pub enum $Row {}
            )*
        }

        $(
            $(#[cfg($condition)])?
            impl $crate::socket::table::Row for row::$Row {
                type Codec = $crate::options::codec::$Codec;
                const ID: $crate::sys::OptionId<<Self::Codec as $crate::options::codec::Codec>::Wire> =
                    $crate::sys::id::$id;
                const NAME: &'static str = stringify!($build);
                const REMEMBERED: bool = $crate::socket::table::is!($get, remembered);

                fn default() -> <Self::Codec as $crate::options::codec::Codec>::Value {
                    $default
                }
            }

            $(#[cfg($condition)])?
            $crate::socket::table::patterns!($on => patterns_with_option(row::$Row));

            $(#[cfg($condition)])?
            $crate::socket::any::option::socket_option!(row::$Row, $on, $get $($value)?);

            $(#[cfg($condition)])?
            impl<P: $crate::socket::pattern::Pattern, S> $crate::Builder<P, S> {
                $(#[doc = $doc])+
                #[doc = concat!("\n\nSource: zmq_setsockopt(3), `", $c_name, "`.")]
                #[doc(alias = $c_name)]
                #[allow(clippy::useless_conversion)]
                pub fn $build(self, value: $argument) -> Self
                where
                    P: $crate::socket::pattern::HasOption<row::$Row>,
                {
                    self.with_option::<row::$Row>(value.into())
                }
            }

            $(#[cfg($condition)])?
            $crate::socket::table::live_setter!($live $set($argument), $build, $c_name, row::$Row);
            $(#[cfg($condition)])?
            $crate::socket::table::getter!($get $($getter -> $value)?, $build, $c_name, row::$Row);
        )*

        /// These rows, for configuration files.
        #[cfg(feature = "serde")]
        pub(crate) const ENTRIES: &[$crate::socket::table::Entry] = &[$(
            $(#[cfg($condition)])?
            $crate::socket::table::Entry::of::<row::$Row>($crate::socket::table::patterns!($on => names())),
        )*];

        /// Visits these rows.
        #[cfg(test)]
        pub(crate) fn visit(visitor: &mut impl $crate::socket::table::walk::Visitor) {
            $(
                $(#[cfg($condition)])?
                visitor.row::<row::$Row>($crate::socket::table::walk::Facts {
                    c_name: $c_name,
                    patterns: $crate::socket::table::patterns!($on => names()),
                    live: $crate::socket::table::is!($live, live),
                    reported: $crate::socket::table::is!($get, read),
                });
            )*
        }
    };
}

/// Gives `$then!` the patterns of a group or a list: first those that are always there, then those behind the
/// feature `draft`.
macro_rules! patterns {
    // Every pattern.
    (all => patterns_with_option($row:ty)) => {
        #[diagnostic::do_not_recommend]
        impl<P: $crate::socket::pattern::Pattern> $crate::socket::pattern::HasOption<$row> for P {}
    };
    (all => $then:ident $arguments:tt) => {
        $crate::socket::table::patterns! { [
            Req, Rep, Pub, Sub, XPub, XSub, Push, Pull, Pair, Dealer, Router, Stream;
            Client, Server, Radio, Dish, Scatter, Gather, Peer, Channel, Dgram
        ] => $then $arguments }
    };
    // Those that talk over connections, which DGRAM does not.
    (connecting => $then:ident $arguments:tt) => {
        $crate::socket::table::patterns! { [
            Req, Rep, Pub, Sub, XPub, XSub, Push, Pull, Pair, Dealer, Router, Stream;
            Client, Server, Radio, Dish, Scatter, Gather, Peer, Channel
        ] => $then $arguments }
    };
    // Those that talk ZMTP, which DGRAM and STREAM do not.
    (zmtp => $then:ident $arguments:tt) => {
        $crate::socket::table::patterns! { [
            Req, Rep, Pub, Sub, XPub, XSub, Push, Pull, Pair, Dealer, Router;
            Client, Server, Radio, Dish, Scatter, Gather, Peer, Channel
        ] => $then $arguments }
    };
    // Those that queue something for their peers: messages, or subscriptions.
    (queueing_out => $then:ident $arguments:tt) => {
        $crate::socket::table::patterns! { [
            Req, Rep, Pub, Sub, XPub, XSub, Push, Pair, Dealer, Router, Stream;
            Client, Server, Radio, Dish, Scatter, Peer, Channel, Dgram
        ] => $then $arguments }
    };
    // Those that queue something from their peers.
    (queueing_in => $then:ident $arguments:tt) => {
        $crate::socket::table::patterns! { [
            Req, Rep, Pub, Sub, XPub, XSub, Pull, Pair, Dealer, Router, Stream;
            Client, Server, Radio, Dish, Gather, Peer, Channel, Dgram
        ] => $then $arguments }
    };
    // Those that send messages.
    (sending => $then:ident $arguments:tt) => {
        $crate::socket::table::patterns! { [
            Req, Rep, Pub, XPub, XSub, Push, Pair, Dealer, Router, Stream;
            Client, Server, Radio, Scatter, Peer, Channel, Dgram
        ] => $then $arguments }
    };
    // Those that receive messages.
    (receiving => $then:ident $arguments:tt) => {
        $crate::socket::table::patterns! { [
            Req, Rep, Sub, XPub, XSub, Pull, Pair, Dealer, Router, Stream;
            Client, Server, Dish, Gather, Peer, Channel, Dgram
        ] => $then $arguments }
    };
    ([$($pattern:ident),* $(; $($draft:ident),*)?] => $then:ident($($argument:ty)?)) => {
        $crate::socket::table::$then! { $($argument,)? [$($pattern),*], [$($($draft),*)?] }
    };
}

// Which other options a pattern has is no answer to somebody who sets one that it has not; hence `do_not_recommend`.
macro_rules! patterns_with_option {
    ($row:ty, [$($pattern:ident),*], [$($draft:ident),*]) => {
        $(
            #[diagnostic::do_not_recommend]
            impl $crate::socket::pattern::HasOption<$row> for $crate::$pattern {}
        )*
        $(
            #[cfg(feature = "draft")]
            #[diagnostic::do_not_recommend]
            impl $crate::socket::pattern::HasOption<$row> for $crate::$draft {}
        )*
    };
}

/// The patterns' names in ZeroMQ.
#[cfg(any(test, feature = "serde"))]
macro_rules! names {
    ([$($pattern:ident),*], [$($draft:ident),*]) => {
        &[
            $(<$crate::$pattern as $crate::socket::pattern::Pattern>::NAME,)*
            $(#[cfg(feature = "draft")] <$crate::$draft as $crate::socket::pattern::Pattern>::NAME,)*
        ]
    };
}

macro_rules! live_setter {
    (live $set:ident($argument:ty), $build:ident, $c_name:literal, $row:ty) => {
        impl<P: $crate::socket::pattern::Pattern, S> $crate::Socket<P, S> {
            #[doc = concat!("Changes [`", stringify!($build), "`](crate::Builder::", stringify!($build), "), with effect at once.")]
            ///
            /// # Errors
            /// [`InvalidOption`](crate::ErrorKind::InvalidOption), [`Unsupported`](crate::ErrorKind::Unsupported)
            /// if the linked libzmq does not have this option, [`Terminated`](crate::ErrorKind::Terminated).
            #[doc(alias = $c_name)]
            #[allow(clippy::useless_conversion)]
            pub fn $set(&self, value: $argument) -> $crate::Result<()>
            where
                P: $crate::socket::pattern::HasOption<$row>,
            {
                self.set_option::<$row>(value.into())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<P: $crate::socket::pattern::HasOption<$row>> $crate::socket::pattern::HasLiveOption<$row> for P {}
    };
    (builder_only $set:ident($argument:ty), $build:ident, $c_name:literal, $row:ty) => {
        impl<P: $crate::socket::pattern::Pattern, S> $crate::Socket<P, S> {
            // Never callable: it is there for the compiler's message.
            #[doc(hidden)]
            pub fn $set(&self, _: $argument) -> $crate::Result<()>
            where
                P: $crate::socket::pattern::HasLiveOption<$row>,
            {
                Ok(())
            }
        }
    };
}

macro_rules! getter {
    (read $getter:ident -> $value:ty, $build:ident, $c_name:literal, $row:ty) => {
        impl<P: $crate::socket::pattern::Pattern, S> $crate::Socket<P, S> {
            #[doc = concat!("What [`", stringify!($build), "`](crate::Builder::", stringify!($build), ") is, as libzmq reports it.")]
            ///
            /// # Errors
            /// [`Unsupported`](crate::ErrorKind::Unsupported) if the linked libzmq does not have this option,
            /// [`Terminated`](crate::ErrorKind::Terminated).
            #[doc(alias = $c_name)]
            pub fn $getter(&self) -> $crate::Result<$value>
            where
                P: $crate::socket::pattern::HasOption<$row>,
            {
                self.get_option::<$row>()
            }
        }
    };
    (remembered $getter:ident -> $value:ty, $build:ident, $c_name:literal, $row:ty) => {
        impl<P: $crate::socket::pattern::Pattern, S> $crate::Socket<P, S> {
            #[doc = concat!("What [`", stringify!($build), "`](crate::Builder::", stringify!($build), ") was last set to; libzmq does not report it.")]
            #[doc(alias = $c_name)]
            pub fn $getter(&self) -> $value
            where
                P: $crate::socket::pattern::HasOption<$row>,
            {
                self.remembered_option::<$row>()
            }
        }
    };
    (hidden, $build:ident, $c_name:literal, $row:ty) => {};
}

/// Whether a word of a row is the given one.
macro_rules! is {
    (live, live) => {
        true
    };
    (read, read) => {
        true
    };
    (remembered, remembered) => {
        true
    };
    ($word:ident, $other:ident) => {
        false
    };
}

pub(crate) use crate::socket::any::option::kinds;
pub(crate) use {getter, is, live_setter, options, patterns, patterns_with_option};

#[cfg(any(test, feature = "serde"))]
pub(crate) use names;

/// What a test needs to check every row.
#[cfg(test)]
pub(crate) mod walk {
    use super::{Codec, Row};

    /// What a row says beyond its types.
    pub(crate) struct Facts {
        pub(crate) c_name: &'static str,
        pub(crate) patterns: &'static [&'static str],
        pub(crate) live: bool,
        pub(crate) reported: bool,
    }

    /// Values to try, at the ends of the range among them.
    pub(crate) trait Samples: Codec {
        fn samples() -> Vec<Self::Value>;
    }

    /// Is shown every row of the table.
    pub(crate) trait Visitor {
        fn row<R: Row>(&mut self, facts: Facts)
        where
            R::Codec: Samples;
    }
}
