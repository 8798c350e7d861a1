//! Frames whose bytes belong to something of the program's, which is dropped in the end, and can do anything then.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use ferromq::state::Open;
use ferromq::{Context, Frame, Linger, Message, Pair, Pub, Pull, Push, Socket};

use crate::link::{NOBODY, Place};
use crate::patience::{PATIENCE, does_not_hang, until};
use crate::shapes::counting;

/// Bytes, and what is done when nobody needs them any more.
struct Owner<F: FnMut() + Send> {
    bytes: Vec<u8>,
    dropped: F,
}

impl<F: FnMut() + Send> AsRef<[u8]> for Owner<F> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl<F: FnMut() + Send> Drop for Owner<F> {
    fn drop(&mut self) {
        (self.dropped)();
    }
}

fn owned(bytes: Vec<u8>, dropped: impl FnMut() + Send + 'static) -> Frame {
    Frame::from_owner(Owner { bytes, dropped }).unwrap()
}

/// A frame, and what hears of the drop of its owner.
fn told() -> (Frame, Receiver<()>) {
    let (tell, told) = channel();
    (owned(counting(50_000), move || tell.send(()).unwrap()), told)
}

fn counted(counter: &Arc<AtomicUsize>) -> Frame {
    let counter = Arc::clone(counter);
    let count = move || {
        counter.fetch_add(1, Ordering::SeqCst);
    };
    owned(counting(50_000), count)
}

#[test]
fn an_owner_is_dropped_once_wherever_its_frame_ends() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let mut made = 0;
    let mut frame = || {
        made += 1;
        counted(&dropped)
    };

    // Never sent; cloned; failed to send; sent and received; never received; given up at the end of the linger.
    drop(frame());
    drop(Message::from([frame(), frame()]).clone());
    for place in Place::each() {
        let context = Context::new().unwrap();
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        push.send(frame()).unwrap();
        push.send([frame(), frame(), frame()]).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap().len(), 1);
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap().len(), 3);
        push.send([frame(), frame()]).unwrap();
        let alone = context.socket::<Push>().open().unwrap();
        alone.try_send(frame()).unwrap_err();
        alone.try_send([frame(), frame()]).unwrap_err();
        let nobody = context.socket::<Push>().linger(Duration::ZERO).connect(NOBODY).unwrap();
        nobody.send([frame(), frame()]).unwrap();
    }
    until("the drop of every owner", || (dropped.load(Ordering::SeqCst) >= made).then_some(()));
    // The queue of owners is in order, so that by the time this one is dropped, a second drop would have come.
    let (last, told) = told();
    drop(last);
    told.recv_timeout(PATIENCE).unwrap();
    assert_eq!(dropped.load(Ordering::SeqCst), made);
}

#[test]
fn an_owner_outlives_the_last_clone_of_its_frame() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let clone = {
        let frame = counted(&dropped);
        frame.clone()
    };
    let (other, told) = told();
    drop(other);
    told.recv_timeout(PATIENCE).unwrap();
    assert_eq!((dropped.load(Ordering::SeqCst), clone == counting(50_000)), (0, true));
    drop(clone);
    until("the drop of the owner", || (dropped.load(Ordering::SeqCst) == 1).then_some(()));
}

#[test]
fn a_frame_has_the_bytes_of_its_owner_where_they_are() {
    let bytes = counting(50_000);
    let start = bytes.as_ptr();
    assert_eq!(Frame::from_owner(bytes).unwrap().as_ptr(), start);
    // Bytes inside the owner move into the frame with it, and then no more.
    let frame = Frame::from_owner([7; 100]).unwrap();
    let start = frame.as_ptr();
    let frame = Message::from(frame).into_frame().unwrap();
    assert_eq!((frame.as_ptr(), frame), (start, Frame::from([7; 100])));
    assert_eq!(Frame::from_owner("").unwrap(), "");
    assert_eq!(Frame::from_owner("static").unwrap().as_ptr(), "static".as_ptr());
}

#[test]
fn an_owner_that_shows_other_bytes_each_time_gives_those_it_shows_first() {
    struct Fickle(Cell<usize>, [u8; 64], Vec<u8>);
    impl AsRef<[u8]> for Fickle {
        fn as_ref(&self) -> &[u8] {
            self.0.set(self.0.get() + 1);
            if self.0.get() % 2 == 1 { &self.1 } else { &self.2 }
        }
    }
    let frame = Frame::from_owner(Fickle(Cell::new(0), [1; 64], counting(50_000))).unwrap();
    for _ in 0..2 {
        assert_eq!(frame, [1; 64]);
    }
}

#[test]
fn an_owner_that_panics_instead_of_showing_its_bytes_is_dropped() {
    struct Shy(Sender<()>);
    impl AsRef<[u8]> for Shy {
        fn as_ref(&self) -> &[u8] {
            panic!("an owner's as_ref");
        }
    }
    impl Drop for Shy {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }
    let (tell, told) = channel();
    assert!(catch_unwind(AssertUnwindSafe(|| Frame::from_owner(Shy(tell)))).is_err());
    told.try_recv().unwrap();
}

#[test]
fn an_owner_that_panics_when_it_is_dropped_harms_nobody() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    for _ in 0..3 {
        push.send(owned(counting(50_000), || panic!("an owner's drop"))).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap()[0].len(), 50_000);
    }
    let (frame, told) = told();
    drop(frame);
    told.recv_timeout(PATIENCE).expect("later owners are dropped");
}

#[test]
fn an_owner_is_never_dropped_inside_a_call_on_a_socket() {
    // libzmq lets go of a message to nobody within the call that sends it. An owner that then sent on the same socket,
    // which it can reach on this thread, would find libzmq in the middle of the first call.
    thread_local! {
        static SOCKET: RefCell<Option<Socket<Pub, Open>>> = const { RefCell::new(None) };
    }
    let (tell, told) = channel();
    let publisher = Context::new().unwrap().socket::<Pub>().bind(Place::inproc().endpoint()).unwrap();
    SOCKET.set(Some(publisher));
    for _ in 0..100 {
        let tell = tell.clone();
        let frame = owned(counting(50_000), move || {
            SOCKET.with_borrow(|socket| tell.send((thread::current().id(), socket.is_some())).unwrap());
        });
        SOCKET.with_borrow(|socket| socket.as_ref().unwrap().send(frame)).unwrap();
        let (thread, within_the_call) = told.recv_timeout(PATIENCE).unwrap();
        assert_ne!(thread, thread::current().id());
        assert!(!within_the_call);
    }
}

/// A frame whose owner has a handle of the context, and what hears that it has let go of it.
fn holding(context: Context) -> (Frame, Receiver<()>) {
    let (tell, told) = channel();
    let mut context = Some(context);
    let frame = owned(counting(50_000), move || {
        drop(context.take());
        tell.send(()).unwrap();
    });
    (frame, told)
}

#[test]
fn the_last_handle_of_a_context_may_be_in_a_message_that_its_io_thread_sends() {
    does_not_hang("the end of the context", || {
        let pull = Context::new().unwrap().socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = pull.last_endpoint().unwrap();
        drop(pull);
        // It waits for a peer until the owner is all that holds the context.
        let context = Context::new().unwrap();
        let push = context.socket::<Push>().linger(Linger::FOREVER);
        let push = push.reconnect_interval(Duration::from_millis(10)).connect(&endpoint).unwrap();
        let (frame, told) = holding(context);
        push.send(frame).unwrap();
        drop(push);
        let pull = Context::new().unwrap().socket::<Pull>().bind(&endpoint).unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), counting(50_000));
        told.recv_timeout(PATIENCE).expect("the context's end keeps nobody waiting");
    });
}

#[test]
fn the_last_handle_of_a_context_may_be_in_a_message_that_was_received() {
    does_not_hang("the end of the context", || {
        let context = Context::new().unwrap();
        let (pull, push) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
        let (frame, told) = holding(context);
        push.send(frame).unwrap();
        let message = pull.recv_timeout(PATIENCE).unwrap();
        drop((pull, push));
        assert_eq!(message, counting(50_000));
        drop(message);
        told.recv_timeout(PATIENCE).expect("the context's end keeps nobody waiting");
    });
}

#[test]
fn a_context_that_ends_in_an_owner_keeps_no_other_owner_waiting() {
    does_not_hang("the drop of a frame", || {
        let context = Context::new().unwrap();
        let push = context.socket::<Push>().linger(Linger::FOREVER).connect(NOBODY).unwrap();
        push.send("never sent, so that the context never ends").unwrap();
        drop(push);
        let mut context = Some(context);
        drop(owned(counting(50_000), move || drop(context.take())));
        let (frame, told) = told();
        drop(frame);
        told.recv_timeout(PATIENCE).unwrap();
    });
}

#[test]
fn an_owner_may_hold_a_socket_and_close_it() {
    let context = Context::new().unwrap();
    let place = Place::inproc();
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    let mut held = Some(context.socket::<Pull>().bind(place.endpoint()).unwrap());
    left.send(owned(counting(50_000), move || drop(held.take()))).unwrap();
    drop((left, right));
    until("the name to be free", || context.socket::<Pull>().bind(place.endpoint()).ok());
}

#[test]
fn an_owner_may_use_sockets_when_it_is_dropped() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    let (results, reports) = Place::inproc().join(context.socket::<Pull>(), context.socket::<Push>());
    push.send(owned(counting(50_000), move || reports.send("dropped").unwrap())).unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), counting(50_000));
    assert_eq!(results.recv_timeout(PATIENCE).unwrap(), "dropped");
}

#[cfg(feature = "bytes")]
mod shared_buffers {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn the_owner_of_a_shared_buffer_is_never_dropped_inside_libzmq() {
        let (tell, told) = channel();
        let owner =
            Owner { bytes: counting(50_000), dropped: move || tell.send(thread::current().id()).unwrap() };
        let publisher = Context::new().unwrap().socket::<Pub>().open().unwrap();
        publisher.send(Bytes::from_owner(owner)).unwrap();
        assert_ne!(told.recv_timeout(PATIENCE).unwrap(), thread::current().id());
    }

    #[test]
    fn a_shared_buffer_becomes_a_frame_and_a_frame_a_shared_buffer_without_a_copy() {
        for bytes in [Bytes::from(counting(50_000)), Bytes::from_static(&[7; 50_000])] {
            let kept = bytes.clone();
            let frame = Frame::from(bytes);
            assert_eq!(frame.as_ptr(), kept.as_ptr());
            let back = Bytes::from(frame);
            assert_eq!(back.as_ptr(), kept.as_ptr());
            let slice = back.slice(1000..3000);
            assert_eq!(Frame::from(slice).as_ptr(), kept[1000..].as_ptr());
        }
    }

    #[test]
    fn a_received_frame_becomes_a_shared_buffer_for_many_threads() {
        let context = Context::new().unwrap();
        for length in [0, 10, 33, 34, 1023, 1024, 5000, 100_000] {
            for place in Place::each() {
                let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
                push.send(counting(length)).unwrap();
                let frame = pull.recv_timeout(PATIENCE).unwrap().into_frame().unwrap();
                let start = frame.as_ptr();
                let bytes = Bytes::from(frame);
                assert_eq!(bytes.as_ptr() == start, length >= 1024, "{length}");
                let threads: Vec<_> = (0..4)
                    .map(|_| {
                        let bytes = bytes.clone();
                        thread::spawn(move || assert_eq!(bytes, counting(length)))
                    })
                    .collect();
                drop((bytes, pull, push));
                threads.into_iter().for_each(|thread| thread.join().unwrap());
            }
        }
    }
}
