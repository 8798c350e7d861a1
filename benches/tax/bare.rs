//! The same loops in C calls, as a careful C program would make them: each part is checked for errors and for more parts.
//!
//! It is not part of the crate, and its safety is that of a C program: what it calls in which order.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use std::ffi::{CString, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;

// The loop is here to be free of any wrapper, so it names what it calls.
use ferromq as _;

use crate::{CLIENT_PUBLIC, CLIENT_SECRET, Mechanism, SERVER_PUBLIC, SERVER_SECRET, Shape};

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

const ZMQ_PUB: c_int = 1;
const ZMQ_SUB: c_int = 2;
const ZMQ_DEALER: c_int = 5;
const ZMQ_ROUTER: c_int = 6;
const ZMQ_PULL: c_int = 7;
const ZMQ_PUSH: c_int = 8;
pub const ZMQ_DONTWAIT: c_int = 1;
const ZMQ_SNDMORE: c_int = 2;
const ZMQ_SUBSCRIBE: c_int = 6;
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
    /// PUSH, DEALER or PUB.
    sender: *mut c_void,
    /// PULL, ROUTER or SUB.
    receiver: *mut c_void,
}

impl Pipe {
    pub fn open(shape: Shape, endpoint: &str, mechanism: Mechanism) -> Pipe {
        let (sends, receives) = match shape {
            Shape::OneFrame | Shape::ThreeFrames => (ZMQ_PUSH, ZMQ_PULL),
            Shape::Router => (ZMQ_DEALER, ZMQ_ROUTER),
            Shape::Sub => (ZMQ_PUB, ZMQ_SUB),
        };
        let endpoint = CString::new(endpoint).expect("an endpoint has no NUL");
        let mut bound: [c_char; 256] = [0; 256];
        let mut len = bound.len();
        // SAFETY: the handles are checked and used as zmq_ctx_new(3), zmq_socket(3), zmq_bind(3) and zmq_connect(3) say.
        unsafe {
            let context = zmq_ctx_new();
            let receiver = zmq_socket(context, receives);
            let sender = zmq_socket(context, sends);
            assert!(!receiver.is_null() && !sender.is_null());
            for (socket, option) in [(receiver, ZMQ_IN_BATCH_SIZE), (sender, ZMQ_OUT_BATCH_SIZE)] {
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
                    zmq_setsockopt(receiver, ZMQ_CURVE_SERVER, (&raw const one).cast(), size_of::<c_int>()),
                    0
                );
                set(receiver, ZMQ_CURVE_SECRETKEY, SERVER_SECRET);
                set(sender, ZMQ_CURVE_PUBLICKEY, CLIENT_PUBLIC);
                set(sender, ZMQ_CURVE_SECRETKEY, CLIENT_SECRET);
                set(sender, ZMQ_CURVE_SERVERKEY, SERVER_PUBLIC);
            }
            let binds = if shape == Shape::Sub { sender } else { receiver };
            let connects = if shape == Shape::Sub { receiver } else { sender };
            assert_eq!(zmq_bind(binds, endpoint.as_ptr()), 0);
            assert_eq!(zmq_getsockopt(binds, ZMQ_LAST_ENDPOINT, bound.as_mut_ptr().cast(), &mut len), 0);
            if shape == Shape::Sub {
                assert_eq!(zmq_setsockopt(receiver, ZMQ_SUBSCRIBE, ptr::null(), 0), 0);
            }
            assert_eq!(zmq_connect(connects, bound.as_ptr()), 0);
            let pipe = Pipe { context, sender, receiver };
            if shape == Shape::Sub {
                pipe.until_subscribed();
            }
            pipe
        }
    }

    /// Sends and receives `messages` times, with `MODE` as a flag of every call; the bytes received.
    pub fn exchange<const MODE: c_int>(&self, shape: Shape, body: &[u8], messages: u64) -> u64 {
        match shape {
            Shape::OneFrame | Shape::Sub => self.one_frame::<MODE>(body, messages),
            Shape::ThreeFrames => self.three_frames::<MODE>(body, messages),
            Shape::Router => self.there_and_back::<MODE>(body, messages),
        }
    }

    #[inline(never)]
    fn one_frame<const MODE: c_int>(&self, body: &[u8], messages: u64) -> u64 {
        let mut bytes = 0;
        for _ in 0..messages {
            send(self.sender, body, MODE);
            let (more, received) = receive(self.receiver, MODE);
            assert!(!more);
            bytes += received;
        }
        bytes
    }

    #[inline(never)]
    fn three_frames<const MODE: c_int>(&self, body: &[u8], messages: u64) -> u64 {
        let mut bytes = 0;
        for _ in 0..messages {
            send(self.sender, body, ZMQ_SNDMORE | MODE);
            send(self.sender, body, ZMQ_SNDMORE | MODE);
            send(self.sender, body, MODE);
            loop {
                let (more, received) = receive(self.receiver, MODE);
                bytes += received;
                if !more {
                    break;
                }
            }
        }
        bytes
    }

    /// ROUTER sends both frames back as they came.
    #[inline(never)]
    fn there_and_back<const MODE: c_int>(&self, body: &[u8], messages: u64) -> u64 {
        let mut bytes = 0;
        for _ in 0..messages {
            send(self.sender, body, MODE);
            // SAFETY: the socket is open; each message is initialised before it is used, and was sent, which closes it.
            unsafe {
                let (mut peer, mut data) = (MaybeUninit::<Msg>::uninit(), MaybeUninit::<Msg>::uninit());
                assert_eq!(zmq_msg_init(peer.as_mut_ptr()), 0);
                assert!(zmq_msg_recv(peer.as_mut_ptr(), self.receiver, MODE) >= 0);
                assert_eq!(zmq_msg_more(peer.as_ptr()), 1);
                assert_eq!(zmq_msg_init(data.as_mut_ptr()), 0);
                assert!(zmq_msg_recv(data.as_mut_ptr(), self.receiver, MODE) >= 0);
                assert_eq!(zmq_msg_more(data.as_ptr()), 0);
                assert!(zmq_msg_send(peer.as_mut_ptr(), self.receiver, ZMQ_SNDMORE | MODE) >= 0);
                assert!(zmq_msg_send(data.as_mut_ptr(), self.receiver, MODE) >= 0);
            }
            let (more, received) = receive(self.sender, MODE);
            assert!(!more);
            bytes += received;
        }
        bytes
    }

    /// Sends `window` messages from PUSH to PULL, so many times; the bytes received.
    #[inline(never)]
    pub fn stream(&self, body: &[u8], window: u64, times: u64) -> u64 {
        let mut bytes = 0;
        for _ in 0..times {
            (0..window).for_each(|_| send(self.sender, body, 0));
            for _ in 0..window {
                let (more, received) = receive(self.receiver, 0);
                assert!(!more);
                bytes += received;
            }
        }
        bytes
    }

    /// PUB drops what nobody has subscribed to.
    fn until_subscribed(&self) {
        let received = || {
            let mut msg = MaybeUninit::<Msg>::uninit();
            // SAFETY: the socket is open; the message is initialised before it is used, and closed.
            unsafe {
                assert_eq!(zmq_msg_init(msg.as_mut_ptr()), 0);
                let received = zmq_msg_recv(msg.as_mut_ptr(), self.receiver, ZMQ_DONTWAIT) >= 0;
                zmq_msg_close(msg.as_mut_ptr());
                received
            }
        };
        loop {
            send(self.sender, b"", 0);
            if received() {
                break;
            }
        }
        while received() {}
    }
}

#[inline(always)]
fn send(socket: *mut c_void, body: &[u8], flags: c_int) {
    // SAFETY: the socket is open; the message is initialised before it is used, and was sent, which closes it.
    unsafe {
        let mut msg = MaybeUninit::<Msg>::uninit();
        assert_eq!(zmq_msg_init_size(msg.as_mut_ptr(), body.len()), 0);
        ptr::copy_nonoverlapping(body.as_ptr(), zmq_msg_data(msg.as_mut_ptr()).cast(), body.len());
        assert!(zmq_msg_send(msg.as_mut_ptr(), socket, flags) >= 0);
    }
}

/// Whether more of the message follows, and the length of this part.
#[inline(always)]
fn receive(socket: *mut c_void, flags: c_int) -> (bool, u64) {
    // SAFETY: the socket is open; the message is initialised before it is used, and closed.
    unsafe {
        let mut msg = MaybeUninit::<Msg>::uninit();
        assert_eq!(zmq_msg_init(msg.as_mut_ptr()), 0);
        assert!(zmq_msg_recv(msg.as_mut_ptr(), socket, flags) >= 0);
        let more = zmq_msg_more(msg.as_ptr()) != 0;
        let bytes = zmq_msg_size(msg.as_ptr()) as u64;
        zmq_msg_close(msg.as_mut_ptr());
        (more, bytes)
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // SAFETY: each handle is given up once, the context after its sockets.
        unsafe {
            zmq_close(self.sender);
            zmq_close(self.receiver);
            zmq_ctx_term(self.context);
        }
    }
}
