//! The functions of libzmq's draft API.
//!
//! The libzmq that this crate compiles has them; the system's often does not. There they are looked up by
//! name when they are first needed, so that a program which does not use them links and runs.

use std::ffi::{c_char, c_int, c_void};
#[cfg(feature = "draft")]
use std::{ffi::CStr, num::NonZeroU32};

#[allow(unused_imports)] // with a system libzmq, only pollers need it
use super::bindings;
#[cfg(feature = "draft")]
use super::{bindings::zmq_msg_t, errno::Errno, message::RawMessage, socket::RawSocket};

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

// Of the rest only the feature `draft` has a use.
#[cfg(feature = "draft")]
draft_functions! {
    fn zmq_ctx_set_ext(*mut c_void, c_int, *const c_void, usize) -> c_int;
    fn zmq_join(*mut c_void, *const c_char) -> c_int;
    fn zmq_leave(*mut c_void, *const c_char) -> c_int;
    fn zmq_connect_peer(*mut c_void, *const c_char) -> u32;
    fn zmq_msg_set_routing_id(*mut zmq_msg_t, u32) -> c_int;
    fn zmq_msg_routing_id(*mut zmq_msg_t) -> u32;
    fn zmq_msg_set_group(*mut zmq_msg_t, *const c_char) -> c_int;
    fn zmq_msg_group(*mut zmq_msg_t) -> *const c_char;
}

// A thread-safe socket tells a reactor of news through a poller.
#[cfg(all(unix, feature = "draft", feature = "aio"))]
draft_functions! {
    fn zmq_poller_new() -> *mut c_void;
    fn zmq_poller_destroy(*mut *mut c_void) -> c_int;
    fn zmq_poller_add(*mut c_void, *mut c_void, *mut c_void, std::ffi::c_short) -> c_int;
    fn zmq_poller_fd(*mut c_void, *mut bindings::zmq_fd_t) -> c_int;
    fn zmq_poller_wait_all(
        *mut c_void,
        *mut bindings::zmq_poller_event_t,
        c_int,
        std::ffi::c_long
    ) -> c_int;
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

#[cfg(feature = "draft")]
impl<K> RawSocket<K> {
    /// Makes a DISH a member of a group.
    pub(crate) fn join(&self, group: &CStr) -> Result<(), Errno> {
        let join = zmq_join().ok_or(Errno::ENOTSUP)?;
        // SAFETY: the socket is open and ours (its I1, I2); the string is NUL-terminated and only read.
        Errno::check(unsafe { join(self.as_ptr(), group.as_ptr()) }).map(drop)
    }

    /// Ends a membership.
    pub(crate) fn leave(&self, group: &CStr) -> Result<(), Errno> {
        let leave = zmq_leave().ok_or(Errno::ENOTSUP)?;
        // SAFETY: as in `join`.
        Errno::check(unsafe { leave(self.as_ptr(), group.as_ptr()) }).map(drop)
    }

    /// Connects a PEER, and tells the routing id of the connection.
    pub(crate) fn connect_peer(&self, endpoint: &CStr) -> Result<NonZeroU32, Errno> {
        let connect_peer = zmq_connect_peer().ok_or(Errno::ENOTSUP)?;
        // SAFETY: as in `join`.
        let peer = unsafe { connect_peer(self.as_ptr(), endpoint.as_ptr()) };
        NonZeroU32::new(peer).ok_or_else(Errno::last)
    }
}

#[cfg(feature = "draft")]
impl RawMessage {
    /// The routing id that SERVER or PEER gave a message that it received.
    pub(crate) fn routing_id(&self) -> Option<NonZeroU32> {
        // SAFETY: the message is initialised (its I1).
        NonZeroU32::new(unsafe { zmq_msg_routing_id()?(self.as_ptr()) })
    }

    /// Names the peer that SERVER or PEER is to send the message to.
    pub(crate) fn set_routing_id(&mut self, peer: NonZeroU32) -> Result<(), Errno> {
        let set = zmq_msg_set_routing_id().ok_or(Errno::ENOTSUP)?;
        // SAFETY: the message is initialised (its I1) and borrowed by nobody; the id is not zero.
        Errno::check(unsafe { set(self.as_ptr(), peer.get()) }).map(drop)
    }

    /// The group that a message was sent to; empty for none.
    pub(crate) fn group(&self) -> &CStr {
        let Some(group) = zmq_msg_group() else { return c"" };
        // SAFETY: the message is initialised (its I1).
        let text = unsafe { group(self.as_ptr()) };
        // SAFETY: the text is in the message or held by it, NUL-terminated, and stays as it is while the message
        // is borrowed, because `set_group` borrows it mutably.
        unsafe { CStr::from_ptr(text) }
    }

    /// Names the group that RADIO is to send the message to, of at most 255 bytes.
    pub(crate) fn set_group(&mut self, group: &CStr) -> Result<(), Errno> {
        if self.group() == group {
            return Ok(());
        }
        if !self.group().is_empty() {
            // libzmq would leak a long name that is there already, or take a short one for a pointer to it.
            *self = RawMessage::copied_from(self.as_slice())?;
        }
        let set = zmq_msg_set_group().ok_or(Errno::ENOTSUP)?;
        // SAFETY: the message is initialised (its I1), borrowed by nobody and has no group; the string is
        // NUL-terminated and copied.
        Errno::check(unsafe { set(self.as_ptr(), group.as_ptr()) }).map(drop)
    }
}
