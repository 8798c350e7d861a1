//! What becomes a frame or a message.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Frame, Message};
use crate::sys::RawMessage;

/// From this many bytes on, an owned buffer is handed to libzmq instead of copied into memory of libzmq's
/// own.
///
/// Handing over costs an allocation for the owner and one for libzmq's bookkeeping, whatever the size; a copy
/// costs one of the size, and the copying. `benches/frames.rs` has the figures: the copy is faster up to 512
/// bytes, as fast at 1024, and slower by half at 2048.
const OWNED_FROM: usize = 1024;

/// A frame with a copy of the bytes.
#[inline(always)]
fn copied(bytes: &[u8]) -> Frame {
    match RawMessage::copied_from(bytes) {
        Ok(raw) => Frame::from_raw(raw),
        Err(_) => no_memory(bytes.len()),
    }
}

#[cold]
fn no_memory(len: usize) -> ! {
    panic!("no memory for a frame of {len} bytes")
}

/// A frame with the owner's bytes, copied where that is cheaper.
fn owned<T: AsRef<[u8]> + Send + 'static>(owner: T) -> Frame {
    let bytes = owner.as_ref();
    if bytes.len() < OWNED_FROM {
        return copied(bytes);
    }
    match RawMessage::owned_by(owner) {
        Ok(raw) => Frame::from_raw(raw),
        Err((_, owner)) => copied(owner.as_ref()),
    }
}

/// Conversions into a frame, and so into a message of that one frame.
macro_rules! into_frame {
    ($($(#[$attribute:meta])* [$($generics:tt)*] $source:ty => $make:expr;)*) => {
        $(
            $(#[$attribute])*
            impl<$($generics)*> From<$source> for Frame {
                #[inline(always)]
                fn from(source: $source) -> Frame {
                    $make(source)
                }
            }

            $(#[$attribute])*
            impl<$($generics)*> From<$source> for Message {
                #[inline(always)]
                fn from(source: $source) -> Message {
                    Message::one(Frame::from(source))
                }
            }
        )*
    };
}

into_frame! {
    /// Copies. Panics if there is no memory for the copy; [`Frame::copied_from`] returns an error instead.
    [] &[u8] => copied;
    /// Copies. Panics if there is no memory for the copy; [`Frame::copied_from`] returns an error instead.
    [] &str => |text: &str| copied(text.as_bytes());
    /// Copies.
    ['a, const N: usize] &'a [u8; N] => |bytes: &[u8; N]| copied(bytes);
    /// Copies.
    [const N: usize] [u8; N] => |bytes: [u8; N]| copied(&bytes);
    /// Copies.
    ['a] &'a Vec<u8> => |bytes: &Vec<u8>| copied(bytes);
    /// Copies.
    ['a] &'a String => |text: &String| copied(text.as_bytes());
    /// Hands a long buffer to libzmq without a copy.
    [] Vec<u8> => owned;
    /// Hands a long buffer to libzmq without a copy.
    [] Box<[u8]> => owned;
    /// Hands a long text to libzmq without a copy.
    [] String => |text: String| owned(text.into_bytes());
    /// Shares a long buffer with libzmq without a copy.
    [] Arc<[u8]> => owned;
    /// Copies what is borrowed, hands over what is owned.
    ['a] Cow<'a, [u8]> => |bytes: Cow<'a, [u8]>| match bytes {
        Cow::Borrowed(bytes) => copied(bytes),
        Cow::Owned(bytes) => owned(bytes),
    };
    /// Copies what is borrowed, hands over what is owned.
    ['a] Cow<'a, str> => |text: Cow<'a, str>| match text {
        Cow::Borrowed(text) => copied(text.as_bytes()),
        Cow::Owned(text) => owned(text.into_bytes()),
    };
    /// Shares a long buffer with libzmq without a copy.
    #[cfg(feature = "bytes")]
    #[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
    [] bytes::Bytes => owned;
}

/// A message of this one frame.
impl From<Frame> for Message {
    #[inline]
    fn from(frame: Frame) -> Message {
        Message::one(frame)
    }
}

/// A message of these frames.
impl<T: Into<Frame>> From<Vec<T>> for Message {
    fn from(frames: Vec<T>) -> Message {
        frames.into_iter().collect()
    }
}

/// A message of these frames.
impl<T: Into<Frame>, const N: usize> From<[T; N]> for Message {
    fn from(frames: [T; N]) -> Message {
        frames.into_iter().collect()
    }
}

/// A message of these frames, copied or shared as [`Frame::clone`] does.
impl From<&[Frame]> for Message {
    fn from(frames: &[Frame]) -> Message {
        frames.iter().cloned().collect()
    }
}

/// Conversions of tuples, whose members may be of different types.
macro_rules! from_tuples {
    ($(($($member:ident),+))*) => {
        $(
            /// A message of these frames.
            impl<$($member: Into<Frame>),+> From<($($member,)+)> for Message {
                fn from(frames: ($($member,)+)) -> Message {
                    #[allow(non_snake_case)]
                    let ($($member,)+) = frames;
                    [$(Into::<Frame>::into($member)),+].into()
                }
            }
        )*
    };
}

from_tuples! {
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
}
