//! The error numbers of libzmq and of the platform below it.

use std::ffi::c_int;
use std::fmt;
use std::io;

use super::bindings;

/// An error number as `zmq_errno` reports it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Errno(c_int);

macro_rules! numbers {
    ($($name:ident = $value:expr;)*) => {
        impl Errno {
            $(pub(crate) const $name: Errno = Errno($value);)*

            /// The C name, for the numbers that libzmq is known to report.
            pub(crate) fn name(self) -> Option<&'static str> {
                match self {
                    $(Errno::$name => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

numbers! {
    EPERM = libc::EPERM;
    ENOENT = libc::ENOENT;
    EINTR = libc::EINTR;
    EBADF = libc::EBADF;
    EAGAIN = libc::EAGAIN;
    ENOMEM = libc::ENOMEM;
    EACCES = libc::EACCES;
    EFAULT = libc::EFAULT;
    ENODEV = libc::ENODEV;
    EINVAL = libc::EINVAL;
    ENFILE = libc::ENFILE;
    EMFILE = libc::EMFILE;
    EPIPE = libc::EPIPE;
    ENAMETOOLONG = libc::ENAMETOOLONG;
    EPROTO = libc::EPROTO;
    ENOTSUP = libc::ENOTSUP;
    EPROTONOSUPPORT = libc::EPROTONOSUPPORT;
    ENOBUFS = libc::ENOBUFS;
    ENETDOWN = libc::ENETDOWN;
    EADDRINUSE = libc::EADDRINUSE;
    EADDRNOTAVAIL = libc::EADDRNOTAVAIL;
    ECONNREFUSED = libc::ECONNREFUSED;
    EINPROGRESS = libc::EINPROGRESS;
    ENOTSOCK = libc::ENOTSOCK;
    EMSGSIZE = libc::EMSGSIZE;
    EAFNOSUPPORT = libc::EAFNOSUPPORT;
    ENETUNREACH = libc::ENETUNREACH;
    ECONNABORTED = libc::ECONNABORTED;
    ECONNRESET = libc::ECONNRESET;
    ENOTCONN = libc::ENOTCONN;
    ETIMEDOUT = libc::ETIMEDOUT;
    EHOSTUNREACH = libc::EHOSTUNREACH;
    ENETRESET = libc::ENETRESET;
    EFSM = bindings::EFSM;
    ENOCOMPATPROTO = bindings::ENOCOMPATPROTO;
    ETERM = bindings::ETERM;
    EMTHREAD = bindings::EMTHREAD;
}

impl Errno {
    /// The number that the last failing libzmq call on this thread left behind.
    pub(crate) fn last() -> Errno {
        // SAFETY: zmq_errno has no precondition; it reads the calling thread's errno.
        Errno(unsafe { bindings::zmq_errno() })
    }

    /// A number that a function of the operating system returned.
    #[cfg(target_os = "linux")]
    pub(super) fn of(number: c_int) -> Errno {
        Errno(number)
    }

    /// Turns the status of a C call (-1 is failure) into a result.
    #[inline(always)]
    pub(super) fn check(status: c_int) -> Result<c_int, Errno> {
        if status == -1 { Err(Errno::last()) } else { Ok(status) }
    }

    /// A number that libzmq told otherwise than by failing.
    pub(crate) fn from_number(number: c_int) -> Errno {
        Errno(number)
    }

    /// The number itself.
    pub(crate) fn number(self) -> c_int {
        self.0
    }
}

/// `EAGAIN` where the name is known, else the operating system's sentence.
impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => io::Error::from_raw_os_error(self.0).fmt(f),
        }
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
