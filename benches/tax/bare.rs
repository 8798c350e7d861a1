//! The same loop in C calls, as a careful C program would make them: each message is checked for errors and for more parts.
//!
//! It is not part of the crate, and its safety is that of a C program: what it calls in which order.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use std::ffi::{CString, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;

// The loop is here to be free of any wrapper, so it names what it calls.
use ferromq as _;

use crate::{CLIENT_PUBLIC, CLIENT_SECRET, Mechanism, SERVER_PUBLIC, SERVER_SECRET};

#[repr(C, align(8))]
struct Msg([u8; 64]);

unsafe extern "C" {
    fn zmq_ctx_new() -> *mut c_void;
    fn zmq_ctx_term(context: *mut c_void) -> c_int;
    fn zmq_socket(context: *mut c_void, socket_type: c_int) -> *mut c_void;
    fn zmq_close(socket: *mut c_void) -> c_int;
    fn zmq_bind(socket: *mut c_void, endpoint: *const c_char) -> c_int;
    fn zmq_connect(socket: *mut c_void, endpoint: *const c_char) -> c_int;
    fn zmq_setsockopt(socket: *mut c_void, option: c_int, value: *const c_void, len: usize) -> c_int;
    fn zmq_getsockopt(socket: *mut c_void, option: c_int, value: *mut c_void, len: *mut usize) -> c_int;
    fn zmq_msg_init(msg: *mut Msg) -> c_int;
    fn zmq_msg_init_size(msg: *mut Msg, size: usize) -> c_int;
    fn zmq_msg_send(msg: *mut Msg, socket: *mut c_void, flags: c_int) -> c_int;
    fn zmq_msg_recv(msg: *mut Msg, socket: *mut c_void, flags: c_int) -> c_int;
    fn zmq_msg_close(msg: *mut Msg) -> c_int;
    fn zmq_msg_data(msg: *mut Msg) -> *mut c_void;
    fn zmq_msg_size(msg: *const Msg) -> usize;
    fn zmq_msg_more(msg: *const Msg) -> c_int;
}

const ZMQ_PULL: c_int = 7;
const ZMQ_PUSH: c_int = 8;
const ZMQ_LAST_ENDPOINT: c_int = 32;
const ZMQ_CURVE_SERVER: c_int = 47;
const ZMQ_CURVE_PUBLICKEY: c_int = 48;
const ZMQ_CURVE_SECRETKEY: c_int = 49;
const ZMQ_CURVE_SERVERKEY: c_int = 50;
const ZMQ_IN_BATCH_SIZE: c_int = 101;
const ZMQ_OUT_BATCH_SIZE: c_int = 102;
/// As in the API: what is compared is what the API costs, not what else it sets.
static BATCH: c_int = 65_536;

pub struct Pipe {
    context: *mut c_void,
    push: *mut c_void,
    pull: *mut c_void,
}

impl Pipe {
    pub fn open(endpoint: &str, mechanism: Mechanism) -> Pipe {
        let endpoint = CString::new(endpoint).expect("an endpoint has no NUL");
        let mut bound: [c_char; 256] = [0; 256];
        let mut len = bound.len();
        // SAFETY: the handles are checked and used as zmq_ctx_new(3), zmq_socket(3), zmq_bind(3) and zmq_connect(3) say.
        unsafe {
            let context = zmq_ctx_new();
            let pull = zmq_socket(context, ZMQ_PULL);
            let push = zmq_socket(context, ZMQ_PUSH);
            assert!(!pull.is_null() && !push.is_null());
            for (socket, option) in [(pull, ZMQ_IN_BATCH_SIZE), (push, ZMQ_OUT_BATCH_SIZE)] {
                let batch = (&raw const BATCH).cast();
                assert_eq!(zmq_setsockopt(socket, option, batch, size_of::<c_int>()), 0);
            }
            if mechanism == Mechanism::Curve {
                let set = |socket, option, key: &str| {
                    let key = CString::new(key).expect("a key has no NUL");
                    assert_eq!(zmq_setsockopt(socket, option, key.as_ptr().cast(), 41), 0);
                };
                let one: c_int = 1;
                assert_eq!(
                    zmq_setsockopt(pull, ZMQ_CURVE_SERVER, (&raw const one).cast(), size_of::<c_int>()),
                    0
                );
                set(pull, ZMQ_CURVE_SECRETKEY, SERVER_SECRET);
                set(push, ZMQ_CURVE_PUBLICKEY, CLIENT_PUBLIC);
                set(push, ZMQ_CURVE_SECRETKEY, CLIENT_SECRET);
                set(push, ZMQ_CURVE_SERVERKEY, SERVER_PUBLIC);
            }
            assert_eq!(zmq_bind(pull, endpoint.as_ptr()), 0);
            assert_eq!(zmq_getsockopt(pull, ZMQ_LAST_ENDPOINT, bound.as_mut_ptr().cast(), &mut len), 0);
            assert_eq!(zmq_connect(push, bound.as_ptr()), 0);
            Pipe { context, push, pull }
        }
    }

    /// Sends and receives `messages` times; the bytes received.
    #[inline(never)]
    pub fn exchange(&self, body: &[u8], messages: u64) -> u64 {
        let mut bytes = 0;
        for _ in 0..messages {
            self.send(body);
            bytes += self.receive();
        }
        bytes
    }

    /// Sends `window` messages and receives them, so many times; the bytes received.
    #[inline(never)]
    pub fn stream(&self, body: &[u8], window: u64, times: u64) -> u64 {
        let mut bytes = 0;
        for _ in 0..times {
            (0..window).for_each(|_| self.send(body));
            bytes += (0..window).map(|_| self.receive()).sum::<u64>();
        }
        bytes
    }

    #[inline(always)]
    fn send(&self, body: &[u8]) {
        // SAFETY: the socket is open; the message is initialised before it is used, and was sent, which closes it.
        unsafe {
            let mut msg = MaybeUninit::<Msg>::uninit();
            assert_eq!(zmq_msg_init_size(msg.as_mut_ptr(), body.len()), 0);
            ptr::copy_nonoverlapping(body.as_ptr(), zmq_msg_data(msg.as_mut_ptr()).cast(), body.len());
            assert!(zmq_msg_send(msg.as_mut_ptr(), self.push, 0) >= 0);
        }
    }

    /// The length of the next message.
    #[inline(always)]
    fn receive(&self) -> u64 {
        // SAFETY: the socket is open; the message is initialised before it is used, and closed.
        unsafe {
            let mut msg = MaybeUninit::<Msg>::uninit();
            assert_eq!(zmq_msg_init(msg.as_mut_ptr()), 0);
            assert!(zmq_msg_recv(msg.as_mut_ptr(), self.pull, 0) >= 0);
            assert_eq!(zmq_msg_more(msg.as_ptr()), 0);
            let bytes = zmq_msg_size(msg.as_ptr()) as u64;
            zmq_msg_close(msg.as_mut_ptr());
            bytes
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // SAFETY: each handle is given up once, the context after its sockets.
        unsafe {
            zmq_close(self.push);
            zmq_close(self.pull);
            zmq_ctx_term(self.context);
        }
    }
}
