use ferromq::codec::{Batch, BatchBuilder};
use ferromq::{ErrorKind, Frame, Message};

use crate::mutation::{Dice, mutate};
use crate::patience::{kind_of, repetitions};

fn messages(dice: &mut Dice) -> Vec<Message> {
    let message_count = dice.below(20);
    let lengths = [0, 1, 2, 33, 34, 254, 255, 256, 257, 1000, 70_000];
    let mut message = || {
        let frames = 1 + dice.below(4);
        (0..frames)
            .map(|_| {
                let length = *dice.one_of(&lengths);
                dice.bytes(length)
            })
            .collect()
    };
    (0..1 + message_count).map(|_| message()).collect()
}

/// All batches that come out of a builder that is given these messages.
fn batches(mut builder: BatchBuilder, messages: &[Message]) -> Vec<Frame> {
    let mut batches = Vec::new();
    for message in messages {
        batches.extend(builder.push(message.clone()).unwrap());
    }
    batches.extend(builder.take());
    batches
}

#[test]
fn every_message_comes_out_once_in_order_whatever_the_limits_are() {
    let mut dice = Dice::new(7);
    for _ in 0..repetitions(400) {
        let messages = messages(&mut dice);
        let (max_bytes, max_messages) = (dice.below(100_000), 1 + dice.below(30));
        let builder = BatchBuilder::new().max_bytes(max_bytes).max_messages(max_messages as u32);
        let mut received = Vec::new();
        for frame in batches(builder, &messages) {
            let length = frame.len();
            let batch = Batch::from_frame(frame).unwrap();
            assert!(!batch.is_empty() && batch.len() <= max_messages);
            assert!(length <= max_bytes || batch.len() == 1, "{length} bytes, {max_bytes} asked for");
            let borrowed: Vec<Message> = batch.iter().map(Message::from).collect();
            let count = batch.len();
            let owned: Vec<Message> = batch.into_iter().collect();
            assert_eq!((borrowed.len(), &borrowed), (count, &owned));
            received.extend(owned);
        }
        assert_eq!(received, messages);
    }
}

#[test]
fn a_batch_is_written_as_documented() {
    let mut builder = BatchBuilder::new();
    builder.push(["ab", ""]).unwrap();
    builder.push(vec![b'x'; 256]).unwrap();
    let batch = builder.take().unwrap();
    let head = b"FQB\x01\x00\x00\x00\x02\x01\x02ab\x00\x00\x02\x00\x00\x00\x00\x00\x00\x01\x00";
    assert_eq!(batch, [&head[..], &[b'x'; 256]].concat());
    assert_eq!(builder.take().map(drop), None);
}

#[test]
fn a_full_batch_is_returned_by_the_push_that_fills_it_and_a_message_too_many_begins_the_next() {
    let mut builder = BatchBuilder::new().max_messages(2);
    assert!(builder.push("one").unwrap().is_none());
    assert_eq!((builder.len(), builder.byte_len()), (1, 8 + 5));
    let since = builder.since().unwrap();
    assert!(builder.push("two").unwrap().is_some());
    assert!(builder.is_empty() && builder.since().is_none());
    builder.push("three").unwrap();
    assert!(builder.since().unwrap() >= since);

    let mut builder = BatchBuilder::new().max_bytes(8 + 2 * 5);
    assert!(builder.push("one").unwrap().is_none());
    let full = builder.push("threee").unwrap().unwrap();
    assert_eq!(full, b"FQB\x01\x00\x00\x00\x01\x00\x03one");
    assert_eq!(builder.len(), 1);
    // Exactly the limit.
    let mut builder = BatchBuilder::new().max_bytes(8 + 2 * 5);
    assert!(builder.push("one").unwrap().is_none());
    assert_eq!(Batch::from_frame(builder.push("two").unwrap().unwrap()).unwrap().len(), 2);
    // One that is longer than the limit goes alone.
    assert_eq!(Batch::from_frame(builder.push("much longer").unwrap().unwrap()).unwrap().len(), 1);
    // 0 messages is 1.
    assert!(BatchBuilder::new().max_messages(0).push("one").unwrap().is_some());
}

#[test]
fn a_message_of_no_frames_is_given_back() {
    let mut builder = BatchBuilder::new();
    assert_eq!(kind_of(builder.push(Message::new())), ErrorKind::InvalidMessage);
    assert_eq!(kind_of(builder.push_frames::<&str>(&[])), ErrorKind::InvalidMessage);
    assert!(builder.is_empty());
}

#[test]
fn what_is_damaged_is_an_error_that_says_where() {
    for (bytes, reason) in [
        (&b""[..], "it does not begin as one"),
        (b"FQB\x01\x00\x00\x00", "it does not begin as one"),
        (b"FQB\x02\x00\x00\x00\x00", "it does not begin as one"),
        (b"FQB\x01\x00\x00\x00\x01", "it has 0 messages and says 1"),
        (b"FQB\x01\x00\x00\x00\x00\x00\x00", "it has 1 messages and says 0"),
        (b"FQB\x01\xff\xff\xff\xff\x00\x00", "it has 1 messages and says 4294967295"),
        (b"FQB\x01\x00\x00\x00\x01\x04\x00", "the frame at byte 8 has unknown flags"),
        (b"FQB\x01\x00\x00\x00\x01\x00", "the frame at byte 8 is cut off"),
        (b"FQB\x01\x00\x00\x00\x02\x00\x01x\x00\x02y", "the frame at byte 11 is cut off"),
        (b"FQB\x01\x00\x00\x00\x01\x02\x00\x00\x00\x00\x00\x00\x00", "the frame at byte 8 is cut off"),
        (b"FQB\x01\x00\x00\x00\x01\x02\xff\xff\xff\xff\xff\xff\xff\xffxyz", "the frame at byte 8 is cut off"),
        (b"FQB\x01\x00\x00\x00\x01\x01\x01x", "its last message is cut off"),
    ] {
        let failed = Batch::from_frame(bytes).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Format);
        assert_eq!(failed.to_string(), format!("read message: not in this format: batch: {reason}"));
        assert_eq!(failed.into_kept(), bytes);
    }
    assert!(Batch::from_frame(b"FQB\x01\x00\x00\x00\x00").unwrap().is_empty());
    // A short frame may have a long length.
    let long = b"FQB\x01\x00\x00\x00\x01\x02\x00\x00\x00\x00\x00\x00\x00\x01x";
    assert_eq!(Batch::from_frame(long).unwrap().into_iter().next().unwrap(), "x");
}

#[test]
fn nearly_valid_batches_are_read_whole_or_refused() {
    let mut dice = Dice::new(11);
    let seeds: Vec<Vec<u8>> = (0..20)
        .flat_map(|_| batches(BatchBuilder::new(), &messages(&mut dice)))
        .map(|frame| frame.to_vec())
        .collect();
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..repetitions(20_000) {
        let mut bytes = dice.one_of(&seeds).clone();
        bytes.truncate(4000);
        mutate(&mut bytes, &seeds, &mut dice);
        match Batch::from_frame(&bytes) {
            Err(failed) => {
                assert_eq!(failed.kind(), ErrorKind::Format);
                refused += 1;
            }
            Ok(batch) => {
                let held: usize =
                    batch.iter().map(|message| message.frames().map(<[u8]>::len).sum::<usize>()).sum();
                assert!(held < bytes.len());
                assert_eq!(batch.iter().count(), batch.len());
                accepted += 1;
            }
        }
    }
    assert!(accepted > 0 && refused > 0, "{accepted} accepted, {refused} refused");
}
