use ferromq::codec::{Batch, BatchBuilder, Compressor, Decompressor};
use ferromq::state::Ready;
use ferromq::{Context, Frame, Message, Req, Socket};

use crate::mutation::Dice;
use crate::patience::PATIENCE;
use crate::process::{Program, explained, python_script};

/// A program that uses `examples/python/ferromq_codec.py`, and the libraries of Python's for the formats.
struct Peer {
    program: Program,
    req: Option<Socket<Req, Ready>>,
}

impl Peer {
    fn start(count: usize) -> Peer {
        let req = Context::new().unwrap().socket::<Req>().receive_timeout(PATIENCE);
        let req = req.bind("tcp://127.0.0.1:*").unwrap();
        let mut command = python_script("tests/python/codec_peer.py");
        command.arg(req.last_endpoint().unwrap().as_str()).arg(count.to_string());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        Peer { program: Program::start("the REP in Python", command), req: Some(req) }
    }

    /// What it says about a frame, and what it makes of it.
    fn answers(&mut self, task: &str, format: &str, frame: Frame, limit: usize) -> (String, Frame) {
        let request = Message::from((task, format, frame, limit.to_string()));
        let req = self.req.take().unwrap();
        match req.send(request).unwrap().recv() {
            Ok((reply, ready)) => {
                self.req = Some(ready);
                let [said, frame] = reply.into_frames().unwrap();
                (said.to_string(), frame)
            }
            Err(failed) => panic!("{}", explained(failed.to_string(), [&mut self.program])),
        }
    }

    fn ends(mut self) {
        let ended = self.program.end_well(PATIENCE);
        ended.unwrap_or_else(|error| panic!("{}", explained(error, [&mut self.program])));
    }
}

fn compressor(format: &str) -> Compressor {
    if format == "lz4" { Compressor::lz4() } else { Compressor::zstd(3).unwrap() }
}

const LIMIT: usize = 10 << 20;

#[test]
#[ignore = "needs Python; cargo xtask test runs it"]
fn compressed_frames_are_what_python_reads_and_writes() {
    let contents = [
        b"".to_vec(),
        b"short".to_vec(),
        b"\x04\x22\x4d\x18".to_vec(),
        b"\x28\xb5\x2f\xfd and more".to_vec(),
        "Sunny today. ".repeat(20).into_bytes(),
        Dice::new(1).bytes(10_000),
        "Gr\u{fc}\u{df}e ".repeat(100_000).into_bytes(),
    ];
    let formats = ["lz4", "zstd"];
    let mut peer = Peer::start(formats.len() * contents.len() * 2);
    for format in formats {
        for content in &contents {
            for task in ["whole", "streamed"] {
                let frame = compressor(format).compress(content).unwrap();
                let (said, frame) = peer.answers(task, format, frame, LIMIT);
                assert_eq!(said, "done", "{frame}");
                if task == "streamed" || content.len() > 200_000 {
                    assert_ne!(frame, *content, "it is compressed");
                }
                let frame = Decompressor::new().limit(LIMIT).decompress(frame).unwrap();
                assert_eq!(frame, *content, "{format}, {task}");
            }
        }
    }
    peer.ends();
}

#[test]
#[ignore = "needs Python; cargo xtask test runs it"]
fn what_rust_refuses_python_refuses() {
    let formats = ["lz4", "zstd"];
    let mut peer = Peer::start(formats.len() * 3);
    for format in formats {
        let frame = compressor(format).compress(vec![0; 1_000_000]).unwrap();
        assert_eq!(peer.answers("whole", format, frame.clone(), 999_999).0, "too large");
        assert_eq!(peer.answers("whole", format, Frame::from(&frame[..frame.len() - 1]), LIMIT).0, "invalid");
        let longer = Frame::from([&frame, &b"x"[..]].concat());
        assert_eq!(peer.answers("whole", format, longer, LIMIT).0, "invalid");
    }
    peer.ends();
}

#[test]
#[ignore = "needs Python; cargo xtask test runs it"]
fn batches_are_what_python_reads_and_writes() {
    let long = "x".repeat(300);
    let mut builder = BatchBuilder::new().max_bytes(usize::MAX).max_messages(u32::MAX);
    let mut messages = vec![Message::from(""), Message::from(["topic", "", &long]), Message::from(["", ""])];
    messages.extend((0..1000).map(|number| Message::from(["order", &format!("{number} coffee")])));
    for message in &messages {
        assert!(builder.push(message.clone()).unwrap().is_none());
    }
    let batch = builder.take().unwrap();
    let mut peer = Peer::start(4);
    for format in ["lz4", "zstd"] {
        let frame = compressor(format).compress(batch.clone()).unwrap();
        assert!(frame.len() < batch.len() / 2);
        let (said, frame) = peer.answers("batch", format, frame, LIMIT);
        assert_eq!(said, "done", "{frame}");
        let returned = Decompressor::new().decompress(frame).unwrap();
        assert_eq!(returned, batch, "byte for byte");
        assert_eq!(Batch::from_frame(returned).unwrap().into_iter().collect::<Vec<_>>(), messages);
        let damaged = Frame::from(&batch[..batch.len() - 1]);
        assert_eq!(peer.answers("batch", format, damaged, LIMIT).0, "invalid");
    }
    peer.ends();
}
