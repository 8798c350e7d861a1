//! The functions of libzmq's draft API.
//!
//! The libzmq that this crate compiles has them; the system's often does not. There they are looked up by
//! name when they are first needed, so that a program which does not use them links and runs.

use std::ffi::{c_char, c_int, c_void};

use super::bindings;
#[cfg(feature = "draft")]
use super::bindings::zmq_msg_t;

/// For each function a getter of the same name: the function, or `None` if the linked libzmq lacks it.
macro_rules! draft_functions {
    ($(fn $name:ident($($argument:ty),*) -> $result:ty;)*) => {
        $(
            #[cfg(not(ferromq_system_libzmq))]
            #[inline(always)]
            pub(super) fn $name() -> Option<unsafe extern "C" fn($($argument),*) -> $result> {
                Some(bindings::$name)
            }

            #[cfg(ferromq_system_libzmq)]
            pub(super) fn $name() -> Option<unsafe extern "C" fn($($argument),*) -> $result> {
                type Function = unsafe extern "C" fn($($argument),*) -> $result;
                static FOUND: std::sync::OnceLock<Option<Function>> = std::sync::OnceLock::new();
                *FOUND.get_or_init(|| {
                    let address = system::symbol(concat!(stringify!($name), "\0"))?;
                    // SAFETY: the linked libzmq exports the function under this name, with the signature that
                    // its header gives; the compiler compares that with the binding where libzmq is compiled.
                    Some(unsafe { std::mem::transmute::<*mut c_void, Function>(address.as_ptr()) })
                })
            }
        )*
    };
}

draft_functions! {
    fn zmq_socket_monitor_versioned(*mut c_void, *const c_char, u64, c_int, c_int) -> c_int;
    fn zmq_socket_monitor_pipes_stats(*mut c_void) -> c_int;
}

#[cfg(feature = "draft")]
draft_functions! {
    fn zmq_join(*mut c_void, *const c_char) -> c_int;
    fn zmq_leave(*mut c_void, *const c_char) -> c_int;
    fn zmq_connect_peer(*mut c_void, *const c_char) -> u32;
    fn zmq_msg_set_routing_id(*mut zmq_msg_t, u32) -> c_int;
    fn zmq_msg_routing_id(*mut zmq_msg_t) -> u32;
    fn zmq_msg_set_group(*mut zmq_msg_t, *const c_char) -> c_int;
    fn zmq_msg_group(*mut zmq_msg_t) -> *const c_char;
}

#[cfg(ferromq_system_libzmq)]
mod system {
    use std::ffi::c_void;
    use std::ptr::NonNull;

    /// The address of a function of this name in the libraries that the program has loaded. `name` ends in NUL.
    #[cfg(unix)]
    pub(super) fn symbol(name: &'static str) -> Option<NonNull<c_void>> {
        assert!(name.ends_with('\0'));
        // SAFETY: the name is NUL-terminated, which is checked above.
        NonNull::new(unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr().cast()) })
    }

    /// There is no way to look in all libraries; a libzmq of Windows package managers has no draft API.
    #[cfg(not(unix))]
    pub(super) fn symbol(_name: &'static str) -> Option<NonNull<c_void>> {
        None
    }
}
