//! Messages of every shape.

use ferromq::Message;

/// One frame, several, empty ones at every position; and the lengths at which libzmq, ZMTP or this crate store or
/// write bytes differently.
pub fn shapes() -> Vec<Message> {
    let mut shapes = vec![
        Message::from("one frame"),
        Message::from(""),
        Message::from(["two", "frames"]),
        Message::from(["", "empty first"]),
        Message::from(["empty in the middle", "", "of three"]),
        Message::from(["empty last", ""]),
        Message::from(["", ""]),
        Message::from(vec!["a"; 100]),
        Message::from(b"\x00\xff\x80 is not text"),
    ];
    let lengths = [29, 30, 33, 34, 255, 256, 4095, 4096, 8191, 8192, 8193, 100_000];
    shapes.extend(lengths.map(|length| Message::from(counting(length))));
    shapes.push(lengths.into_iter().map(counting).collect());
    shapes
}

/// So many bytes, of which each differs from its neighbours.
pub fn counting(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}
