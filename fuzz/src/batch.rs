use ferromq::Message;
use ferromq::codec::{Batch, BatchBuilder};

use crate::{MILLION, Target, joined, pieces};

pub const TARGET: Target = Target { name: "batch", seeds, check, inputs: MILLION };

fn seeds() -> Vec<Vec<u8>> {
    let long = vec![b'x'; 300];
    let mut builder = BatchBuilder::new();
    for frames in [&[&b"order"[..], b"2 coffee"][..], &[b""], &[b"topic", b"", &long]] {
        builder.push_frames(frames).expect("there are frames");
    }
    let full = builder.take().expect("there are messages").to_vec();
    builder.push("one").expect("it has a frame");
    let short = builder.take().expect("there is a message").to_vec();
    vec![full, short, joined(&[b"one", b"two", b""])]
}

/// What is read as a batch is written as one that means the same; and what is put into one comes out.
fn check(input: &[u8]) {
    if let Ok(batch) = Batch::from_frame(input) {
        let messages: Vec<Message> = batch.iter().map(Message::from).collect();
        assert_eq!(messages.len(), batch.len());
        same_again(&messages);
    }
    let messages: Vec<Message> = pieces(input).chunks(2).map(|frames| frames.to_vec().into()).collect();
    same_again(&messages);
}

fn same_again(messages: &[Message]) {
    let mut builder = BatchBuilder::new().max_bytes(usize::MAX).max_messages(u32::MAX);
    for message in messages {
        assert!(builder.push(message.clone()).expect("it has frames").is_none());
    }
    match builder.take() {
        None => assert!(messages.is_empty()),
        Some(batch) => assert!(
            Batch::from_frame(batch).expect("it was written").into_iter().eq(messages.iter().cloned())
        ),
    }
}
