//! A value of an option, ready to be given to a socket that is not open yet.

use std::ffi::c_int;

use crate::sys::{OptionId, ReadWire};

/// An option and the value that it is to have.
#[derive(Clone)]
pub(crate) struct Setting {
    /// The option's name in this crate.
    pub(crate) name: &'static str,
    /// The value as the user gave it, for messages.
    pub(crate) shown: String,
    pub(crate) value: Encoded,
    /// Whether the socket keeps the value, because libzmq does not report it.
    pub(crate) remembered: bool,
}

/// An option with a value of the C type that it has.
#[derive(Clone)]
pub(crate) enum Encoded {
    Int(OptionId<c_int>, c_int),
    Signed(OptionId<i64>, i64),
    Unsigned(OptionId<u64>, u64),
    Bytes(OptionId<[u8]>, Vec<u8>),
    Text(OptionId<str>, String),
    /// Not an option in C, but an operation that a builder can ask for.
    #[cfg(feature = "draft")]
    Join(crate::options::Group),
}

impl Encoded {
    /// The value of the option's C constant; -1 if there is none.
    pub(crate) fn number(&self) -> c_int {
        match self {
            #[cfg(feature = "draft")]
            Encoded::Join(_) => -1,
            Encoded::Int(id, _) => id.number(),
            Encoded::Signed(id, _) => id.number(),
            Encoded::Unsigned(id, _) => id.number(),
            Encoded::Bytes(id, _) => id.number(),
            Encoded::Text(id, _) => id.number(),
        }
    }
}

/// A C type that option rows use.
pub(crate) trait RowWire: ReadWire {
    fn encoded(id: OptionId<Self>, value: Self::Owned) -> Encoded;

    /// The value that was encoded, if it is of this type.
    fn value(encoded: &Encoded) -> Option<Self::Owned>;
}

macro_rules! row_wires {
    ($($wire:ty => $Variant:ident),*) => {
        $(impl RowWire for $wire {
            fn encoded(id: OptionId<$wire>, value: Self::Owned) -> Encoded {
                Encoded::$Variant(id, value)
            }

            fn value(encoded: &Encoded) -> Option<Self::Owned> {
                match encoded {
                    Encoded::$Variant(_, value) => Some(value.clone()),
                    _ => None,
                }
            }
        })*
    };
}

row_wires!(c_int => Int, i64 => Signed, u64 => Unsigned, [u8] => Bytes, str => Text);
