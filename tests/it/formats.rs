//! Values in JSON and MessagePack.
#![cfg(all(feature = "json", feature = "msgpack"))]

use std::collections::HashMap;

use ferromq::{Context, ErrorKind, Frame, Message, Pair, Req};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::link::Place;
use crate::patience::{PATIENCE, kind_of};
use crate::process::{Program, explained, python_script};

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Order<'a> {
    what: &'a str,
    how_many: u32,
    price: Option<f64>,
    notes: Vec<String>,
}

fn order() -> Order<'static> {
    let notes = vec!["Grüße \"quoted\"".to_owned(), "x".repeat(5000)];
    Order { what: "coffee", how_many: 2, price: None, notes }
}

#[test]
fn a_value_is_the_same_on_the_other_side() {
    let context = Context::new().unwrap();
    let (left, right) = Place::tcp().join(context.socket::<Pair>(), context.socket::<Pair>());
    left.send(Message::from_json(&order()).unwrap()).unwrap();
    left.send(Message::from_msgpack(&order()).unwrap()).unwrap();
    let message = right.recv_timeout(PATIENCE).unwrap();
    let received: Order = message.read_json().unwrap();
    assert_eq!(received, order());
    // Text is borrowed from the frame.
    assert!(message[0].as_ptr_range().contains(&received.what.as_ptr()));
    assert_eq!(right.recv_timeout(PATIENCE).unwrap().read_msgpack::<Order>().unwrap(), order());
}

#[test]
fn what_is_not_the_format_or_not_the_type_is_an_error_that_says_what_is_wrong() {
    let order = r#"{"what": "tea", "how_many": -1, "price": null, "notes": []}"#;
    let error = Frame::from(order).read_json::<Order>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format);
    let text = error.to_string();
    assert!(text.starts_with("read message: not in this format: JSON: invalid value"), "{text}");
    assert!(text.contains("`-1`, expected u32 at line 1 column 30"), "{text}");
    for bytes in [&b""[..], b"\xff", b"\xc1", b"[1,", b"{} {}"] {
        assert_eq!(kind_of(Frame::from(bytes).read_json::<Order>()), ErrorKind::Format, "{bytes:?}");
        assert_eq!(kind_of(Frame::from(bytes).read_msgpack::<Order>()), ErrorKind::Format, "{bytes:?}");
    }
    for trailing in ["\0", "\x01\x02", "\u{c1}", "1"] {
        let bytes = format!("7{trailing}");
        assert_eq!(kind_of(Frame::from(&bytes).read_msgpack::<u8>()), ErrorKind::Format, "{bytes:?}");
    }
    assert_eq!(Frame::from("7").read_msgpack::<u8>().unwrap(), b'7');
    assert_eq!(kind_of(Frame::from("7 7").read_json::<u8>()), ErrorKind::Format);
    for message in [Message::new(), Message::from(["1", "2"])] {
        assert_eq!(kind_of(message.read_json::<u8>()), ErrorKind::InvalidMessage);
        assert_eq!(kind_of(message.read_msgpack::<u8>()), ErrorKind::InvalidMessage);
    }
}

#[test]
fn what_json_cannot_say_is_an_error() {
    let unsayable = HashMap::from([((1, 2), 3)]);
    let error = Frame::from_json(&unsayable).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Format, ferromq::Operation::MakeFrame));
    assert!(error.to_string().starts_with("make frame: not in this format: JSON: key"), "{error}");
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn json_is_what_python_sends_and_receives() {
    let values: [(Value, &str); 6] = [
        (json!({"what": "coffee", "notes": ["Grüße", "\u{1f980} \"\\ \n\0"]}), "dict"),
        (json!([1, -2, 18_446_744_073_709_551_615_u64]), "list"),
        (json!(0.1), "float"),
        (json!(true), "bool"),
        (json!(null), "NoneType"),
        (json!("x".repeat(100_000)), "str"),
    ];
    let req = Context::new().unwrap().socket::<Req>().receive_timeout(PATIENCE);
    let mut req = req.bind("tcp://127.0.0.1:*").unwrap();
    let mut command = python_script("tests/python/json_peer.py");
    command.arg(req.last_endpoint().unwrap().as_str()).arg(values.len().to_string());
    let mut peer = Program::start("the REP in Python", command);
    for (value, kind) in values {
        let request = Message::from_json(&value).unwrap();
        let reply = match req.send(request).unwrap().recv() {
            Ok((reply, ready)) => {
                req = ready;
                reply
            }
            Err(failed) => panic!("{}", explained(failed.to_string(), [&mut peer])),
        };
        let answer: (Value, String) = reply.read_json().unwrap();
        assert_eq!(answer, (value, kind.to_owned()));
    }
    peer.end_well(PATIENCE).unwrap_or_else(|error| panic!("{}", explained(error, [&mut peer])));
}
