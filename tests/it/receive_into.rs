//! Receiving into a buffer of the caller's.

use ferromq::{Context, ErrorKind, Message, Pair, Pull, Push, Rep, Req};

use crate::link::Place;
use crate::patience::{A_WHILE, PATIENCE, taking};
use crate::shapes::{counting, shapes};

#[test]
fn what_fits_is_put_at_the_start_of_the_buffer() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (pull, push) = place.join(context.socket::<Pull>(), context.socket::<Push>());
        let mut buffer = vec![0xee; 100_000];
        for length in [0, 1, 33, 34, 8192, 99_999, 100_000] {
            buffer.fill(0xee);
            push.send(counting(length)).unwrap();
            assert_eq!(pull.recv_into_timeout(&mut buffer, PATIENCE).unwrap(), length);
            assert_eq!(buffer[..length], counting(length));
            assert!(buffer[length..].iter().all(|&byte| byte == 0xee));
        }
    }
}

#[test]
fn what_does_not_fit_is_not_lost() {
    let context = Context::new().unwrap();
    let (pull, push) = Place::tcp().join(context.socket::<Pull>(), context.socket::<Push>());
    for message in shapes() {
        push.send(message.clone()).unwrap();
        let mut buffer = [0xee; 8];
        match pull.recv_into_timeout(&mut buffer, PATIENCE) {
            Ok(length) => assert_eq!(message, buffer[..length]),
            Err(failed) => {
                let expected = match message.len() {
                    1 => ErrorKind::BufferTooShort,
                    _ => ErrorKind::InvalidMessage,
                };
                assert_eq!(failed.kind(), expected);
                assert!(failed.to_string().starts_with("receive: "), "{failed}");
                assert_eq!(failed.into_kept(), Some(message));
                assert_eq!(buffer, [0xee; 8]);
            }
        }
    }
    push.send("the next").unwrap();
    assert_eq!(pull.recv_into(&mut [0; 8]).unwrap(), 8);
}

#[test]
fn a_buffer_of_no_bytes_takes_a_frame_of_no_bytes() {
    let context = Context::new().unwrap();
    let (left, right) = Place::inproc().join(context.socket::<Pair>(), context.socket::<Pair>());
    left.send("").unwrap();
    assert_eq!(right.try_recv_into(&mut []).unwrap(), 0);
    left.send("x").unwrap();
    let failed = right.try_recv_into(&mut []).unwrap_err();
    assert_eq!(failed.to_string(), "receive: the buffer is too short: the frame has 1 bytes, the buffer 0");
}

#[test]
fn waiting_into_a_buffer_is_waiting() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().receive_timeout(A_WHILE).bind(Place::inproc().endpoint()).unwrap();
    let mut buffer = [0; 8];
    let failed = taking(A_WHILE, || pull.recv_into(&mut buffer).unwrap_err());
    assert!(failed.is_timeout());
    assert_eq!(failed.into_kept(), None);
    assert!(taking(A_WHILE, || pull.recv_into_timeout(&mut buffer, A_WHILE)).unwrap_err().is_timeout());
    assert!(pull.try_recv_into(&mut buffer).unwrap_err().is_would_block());
    context.shutdown();
    assert!(pull.recv_into(&mut buffer).unwrap_err().is_terminated());
}

#[test]
fn a_request_is_copied_into_a_buffer() {
    let context = Context::new().unwrap();
    let (rep, req) = Place::tcp().join(context.socket::<Rep>(), context.socket::<Req>());
    let _awaiting = req.send("Hello").unwrap();
    let (request, _replying) = rep.recv_timeout(PATIENCE).unwrap();
    let mut buffer = [0; 8];
    assert_eq!(request.copy_into(&mut buffer).unwrap(), 5);
    assert_eq!(&buffer, b"Hello\0\0\0");
    let none = Message::new().copy_into(&mut buffer).unwrap_err();
    assert_eq!((none.kind(), none.into_kept()), (ErrorKind::InvalidMessage, Message::new()));
}
