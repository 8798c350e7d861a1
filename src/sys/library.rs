//! What the linked libzmq says of itself.

use std::ffi::{CStr, c_int};

use super::bindings;

/// Version of the libzmq that is linked, as (major, minor, patch).
pub(crate) fn version() -> (i32, i32, i32) {
    let (mut major, mut minor, mut patch): (c_int, c_int, c_int) = (0, 0, 0);
    // SAFETY: zmq_version writes one int through each of the three pointers, which are valid for that.
    unsafe { bindings::zmq_version(&mut major, &mut minor, &mut patch) };
    (major, minor, patch)
}

/// Whether the linked libzmq was built with something, by libzmq's name of it.
pub(crate) fn has(capability: &CStr) -> bool {
    // SAFETY: the string is NUL-terminated and only read.
    unsafe { bindings::zmq_has(capability.as_ptr()) == 1 }
}
