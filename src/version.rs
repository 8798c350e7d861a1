//! Which libzmq is linked.

use crate::sys;

/// Version of the libzmq that this program runs with, as `(major, minor, patch)`.
///
/// ```
/// assert!(ferromq::version() >= (4, 2, 0));
/// ```
#[doc(alias = "zmq_version")]
pub fn version() -> (i32, i32, i32) {
    sys::version()
}
