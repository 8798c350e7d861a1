//! The keys of CURVE, which libzmq makes, in the text form in which it does.

use super::bindings;
use super::errno::Errno;

/// A key in Z85: 40 characters and the NUL that ends them.
pub(crate) type KeyText = [u8; 41];

/// Writes a new pair of keys.
pub(crate) fn keypair(public: &mut KeyText, secret: &mut KeyText) -> Result<(), Errno> {
    // SAFETY: zmq_curve_keypair writes 41 bytes to either pointer, and either has 41 writable bytes.
    let status =
        unsafe { bindings::zmq_curve_keypair(public.as_mut_ptr().cast(), secret.as_mut_ptr().cast()) };
    Errno::check(status).map(drop)
}

/// Writes the public key that belongs to a secret one.
pub(crate) fn public(public: &mut KeyText, secret: &KeyText) -> Result<(), Errno> {
    // Beyond 40 characters libzmq would write past its own buffer of 32 bytes.
    if secret[40] != 0 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: zmq_curve_public reads `secret` up to a NUL, which is at most its last byte, and writes 41 bytes to
    // `public`, which has them.
    let status = unsafe { bindings::zmq_curve_public(public.as_mut_ptr().cast(), secret.as_ptr().cast()) };
    Errno::check(status).map(drop)
}
