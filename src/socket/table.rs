//! The table of socket options: one row makes the builder's method, the getter, the live setter and the entry
//! that tests walk.

use crate::options::codec::Codec;
use crate::sys::OptionId;

/// A row of the table; its type parameterises the traits that say which pattern has which option.
pub(crate) trait Row: 'static {
    /// How the value is written in C.
    type Codec: Codec;
    /// The option's number, with its C type.
    const ID: OptionId<<Self::Codec as Codec>::Wire>;
    /// The option's name in this crate.
    const NAME: &'static str;
}

/// Declares rows of the table.
///
/// Each row says, in this order: its documentation; the name of its type; the C name; the constant in
/// `sys::id` and the codec; the value of a fresh socket; the patterns that have the option (`all`, `sending`,
/// `receiving` or a list); the builder's method and what it takes; whether a live socket has a setter
/// (`live`) or not (`builder_only`), and the setter's name; where the getter's value comes from (`read` from
/// libzmq, `remembered` by this crate), the getter's name and what it returns.
macro_rules! options {
    ($(
        $(#[doc = $doc:literal])+
        $Row:ident ($c_name:literal) = $id:ident as $Codec:ident, default $default:expr, on $on:tt,
            build $build:ident($argument:ty), $live:ident $set:ident, $get:ident $getter:ident -> $value:ty;
    )*) => {
        /// The types of these rows.
        pub mod row {
            $(
                #[doc = concat!("The option [`", stringify!($build), "`](crate::Builder::", stringify!($build), ").")]
                #[derive(Debug)]
                pub enum $Row {}
            )*
        }

        $(
            impl $crate::socket::table::Row for row::$Row {
                type Codec = $crate::options::codec::$Codec;
                const ID: $crate::sys::OptionId<<Self::Codec as $crate::options::codec::Codec>::Wire> =
                    $crate::sys::id::$id;
                const NAME: &'static str = stringify!($build);
            }

            $crate::socket::table::patterns_with_option!(row::$Row, $on);
            $crate::socket::any::option::socket_option!(row::$Row, $on, $get -> $value);

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

            $crate::socket::table::live_setter!($live $set($argument), $build, $c_name, row::$Row);
            $crate::socket::table::getter!($get $getter -> $value, $build, $c_name, row::$Row);
        )*

        /// Visits these rows.
        #[cfg(test)]
        pub(crate) fn visit(visitor: &mut impl $crate::socket::table::walk::Visitor) {
            $(
                visitor.row::<row::$Row>($crate::socket::table::walk::Facts {
                    c_name: $c_name,
                    default: $default,
                    patterns: $crate::socket::table::patterns_of!($on),
                    live: $crate::socket::table::is_live!($live),
                    reported: $crate::socket::table::is_reported!($get),
                });
            )*
        }
    };
}

macro_rules! patterns_with_option {
    ($row:ty, all) => {
        impl<P: $crate::socket::pattern::Pattern> $crate::socket::pattern::HasOption<$row> for P {}
    };
    ($row:ty, sending) => {
        $crate::socket::table::patterns_with_option!($row, [Req, Rep, Pub, XPub, XSub, Push, Pair, Dealer, Router, Stream]);
        #[cfg(feature = "draft")]
        $crate::socket::table::patterns_with_option!($row, [Client, Server, Radio, Scatter, Peer, Channel, Dgram]);
    };
    ($row:ty, receiving) => {
        $crate::socket::table::patterns_with_option!($row, [Req, Rep, Sub, XPub, XSub, Pull, Pair, Dealer, Router, Stream]);
        #[cfg(feature = "draft")]
        $crate::socket::table::patterns_with_option!($row, [Client, Server, Dish, Gather, Peer, Channel, Dgram]);
    };
    ($row:ty, [$($pattern:ident),*]) => {
        $(impl $crate::socket::pattern::HasOption<$row> for $crate::$pattern {})*
    };
}

macro_rules! live_setter {
    (live $set:ident($argument:ty), $build:ident, $c_name:literal, $row:ty) => {
        impl<P: $crate::socket::pattern::Pattern, S> $crate::Socket<P, S> {
            #[doc = concat!("Changes [`", stringify!($build), "`](crate::Builder::", stringify!($build), "), with effect at once.")]
            ///
            /// # Errors
            /// [`InvalidOption`](crate::ErrorKind::InvalidOption), [`Terminated`](crate::ErrorKind::Terminated).
            #[doc(alias = $c_name)]
            #[allow(clippy::useless_conversion)]
            pub fn $set(&self, value: $argument) -> $crate::Result<()>
            where
                P: $crate::socket::pattern::HasOption<$row>,
            {
                self.set_option::<$row>(value.into())
            }
        }

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
}

pub(crate) use {getter, live_setter, options, patterns_with_option};

#[cfg(test)]
macro_rules! patterns_of {
    (all) => { &["PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH"] };
    (sending) => { &["REQ", "REP", "PUB", "PUSH", "PAIR", "DEALER", "ROUTER"] };
    (receiving) => { &["REQ", "REP", "SUB", "PULL", "PAIR", "DEALER", "ROUTER"] };
    ([$($pattern:ident),*]) => {
        &[$(<$crate::$pattern as $crate::socket::pattern::Pattern>::NAME),*]
    };
}

#[cfg(test)]
macro_rules! is_live {
    (live) => {
        true
    };
    (builder_only) => {
        false
    };
}

#[cfg(test)]
macro_rules! is_reported {
    (read) => {
        true
    };
    (remembered) => {
        false
    };
}

#[cfg(test)]
pub(crate) use {is_live, is_reported, patterns_of};

/// What a test needs to check every row.
#[cfg(test)]
pub(crate) mod walk {
    use super::{Codec, Row};

    /// What a row says beyond its types.
    pub(crate) struct Facts<V> {
        pub(crate) c_name: &'static str,
        pub(crate) default: V,
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
        fn row<R: Row>(&mut self, facts: Facts<<R::Codec as Codec>::Value>)
        where
            R::Codec: Samples;
    }
}
