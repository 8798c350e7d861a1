use std::io::Write;

use ferromq::codec::{Compressor, Decompressor};
use ferromq::{Error, ErrorKind, Failed, Frame, Message};
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

use crate::mutation::{Dice, mutate};
use crate::patience::{kind_of, repetitions};

fn compressors() -> [Compressor; 4] {
    let zstd = |level| Compressor::zstd(level).unwrap();
    [Compressor::lz4(), zstd(3), zstd(1), zstd(-5)].map(|compressor| compressor.threshold(0))
}

/// Bytes that compress well or not at all.
fn content(dice: &mut Dice, length: usize) -> Vec<u8> {
    let words: [&[u8]; 5] = [b"coffee ", b"tea ", b"\0\0\0\0\0\0\0", b"order 17 ", b"Gr\xc3\xbc\xc3\x9fe "];
    let mut bytes = if dice.one_in(3) { dice.bytes(length) } else { Vec::new() };
    while bytes.len() < length {
        bytes.extend_from_slice(dice.one_of::<&[u8]>(&words));
    }
    bytes.truncate(length);
    bytes
}

/// Frames of both formats that hold `content` and do not tell its length, in every shape that the formats have.
fn untold(content: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for block_size in [BlockSize::Max64KB, BlockSize::Max256KB, BlockSize::Max1MB, BlockSize::Max4MB] {
        for block_mode in [BlockMode::Independent, BlockMode::Linked] {
            for checksums in [false, true] {
                let info = FrameInfo::new().block_size(block_size).block_mode(block_mode);
                let info = info.content_checksum(checksums).block_checksums(checksums);
                let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
                encoder.write_all(content).unwrap();
                frames.push(encoder.finish().unwrap());
            }
        }
    }
    for level in [1, 3, 19] {
        frames.push(zstd::stream::encode_all(content, level).unwrap());
    }
    frames
}

/// A short LZ4 frame that says that it holds so many bytes (and whose header has a wrong checksum therefore).
fn claiming(length: u64) -> Vec<u8> {
    let mut frame = Compressor::lz4().compress(vec![7; 1000]).unwrap().to_vec();
    assert_eq!(frame[6..14], 1000_u64.to_le_bytes());
    frame[6..14].copy_from_slice(&length.to_le_bytes());
    frame
}

#[test]
fn what_is_compressed_comes_back() {
    let mut dice = Dice::new(3);
    let mut decompressor = Decompressor::new();
    let lengths = [0, 1, 2, 12, 13, 100, 255, 256, 1000, 65_535, 65_536, 65_537, 300_000];
    for mut compressor in compressors() {
        for length in lengths {
            for _ in 0..repetitions(3) {
                let content = content(&mut dice, length);
                let frame = compressor.compress(content.as_slice()).unwrap();
                assert!(frame.len() <= content.len());
                assert_eq!(decompressor.decompress(frame).unwrap(), content);
            }
        }
    }
    for length in lengths {
        let content = content(&mut dice, length);
        for frame in untold(&content) {
            assert_eq!(decompressor.decompress(frame).unwrap(), content);
        }
    }
}

#[test]
fn short_frames_and_incompressible_ones_stay_as_they_are() {
    let mut dice = Dice::new(4);
    let repeated = "x".repeat(1000);
    for compressor in compressors() {
        let mut compressor = compressor.threshold(500);
        let short = Frame::from(&repeated[..499]);
        assert_eq!(compressor.compress(short).unwrap(), repeated[..499]);
        assert!(compressor.compress(&repeated[..500]).unwrap().len() < 100);
        let noise = Frame::from(dice.bytes(5000));
        let start = noise.as_ptr();
        assert_eq!(compressor.compress(noise).unwrap().as_ptr(), start, "without a copy");
    }
    // 256 by default.
    assert_eq!(Compressor::lz4().compress(&repeated[..255]).unwrap().len(), 255);
    assert!(Compressor::lz4().compress(&repeated[..256]).unwrap().len() < 100);
}

#[test]
fn what_only_looks_compressed_is_compressed_however_short_it_is() {
    for mut compressor in [Compressor::lz4(), Compressor::zstd(3).unwrap()] {
        for looks in [&b"\x04\x22\x4d\x18"[..], b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18 and more"] {
            let frame = compressor.compress(looks).unwrap();
            assert_ne!(frame, looks);
            assert_eq!(Decompressor::new().decompress(frame).unwrap(), looks);
        }
        // What was compressed already is so twice, and comes back as it was.
        let once = compressor.compress("x".repeat(1000)).unwrap();
        let twice = compressor.compress(once.clone()).unwrap();
        assert_ne!(twice, once);
        assert_eq!(Decompressor::new().decompress(twice).unwrap(), once);
        // These bytes alone are no reason.
        for plain in [&b"\x04\x22\x4d"[..], b"\x04\x22\x4d\x19", b""] {
            assert_eq!(compressor.compress(plain).unwrap(), plain);
            assert_eq!(Decompressor::new().decompress(plain).unwrap(), plain);
        }
    }
}

#[test]
fn a_bomb_is_an_error_and_what_just_fits_is_not() {
    let content = vec![7; 500_000];
    let mut frames = untold(&content);
    frames.extend(
        compressors().map(|mut compressor| compressor.compress(content.as_slice()).unwrap().to_vec()),
    );
    for frame in frames {
        assert!(frame.len() < content.len() / 100);
        for limit in [0, 1, 1000, content.len() - 1] {
            let failed = Decompressor::new().limit(limit).decompress(frame.as_slice()).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::TooLarge);
            assert_eq!(
                failed.to_string(),
                format!("read message: longer than it may be: the limit is {limit} bytes")
            );
            assert_eq!(failed.into_kept(), frame, "the frame is given back");
        }
        for limit in [content.len(), content.len() + 1, usize::MAX] {
            let mut decompressor = Decompressor::new().limit(limit);
            assert_eq!(decompressor.decompress(frame.as_slice()).unwrap(), content);
        }
    }
    // The default.
    let bomb = claiming((64 << 20) + 1);
    assert_eq!(kind_of(Decompressor::new().decompress(bomb)), ErrorKind::TooLarge);
}

#[test]
fn a_bomb_costs_no_more_memory_than_the_limit_and_its_blocks() {
    const LIMIT: usize = 100_000;
    // The greatest blocks that there are, each of which a linked frame may refer back to.
    const BLOCKS: usize = 3 * (4 << 20) + (64 << 10);
    let content = vec![7; 9_000_000];
    for frame in untold(&content).into_iter().filter(|frame| frame.starts_with(b"\x04\x22")) {
        let mut decompressor = Decompressor::new().limit(LIMIT);
        let memory = allocation_counter::measure(|| {
            assert_eq!(kind_of(decompressor.decompress(frame.as_slice())), ErrorKind::TooLarge);
        });
        assert!(memory.bytes_max as usize <= LIMIT + BLOCKS + 10_000, "{} bytes", memory.bytes_max);
    }
    // A length that is told and not there costs nothing.
    let frame = claiming(60 << 20);
    let mut decompressor = Decompressor::new();
    let memory = allocation_counter::measure(|| {
        assert_eq!(kind_of(decompressor.decompress(frame.as_slice())), ErrorKind::Format);
    });
    assert!(memory.bytes_max < 300_000, "{} bytes", memory.bytes_max);
}

#[test]
fn what_is_cut_off_or_has_something_behind_it_is_an_error() {
    let mut dice = Dice::new(5);
    let content = content(&mut dice, 1000);
    let mut frames = untold(&content);
    frames.extend(
        compressors().map(|mut compressor| compressor.compress("tea ".repeat(100)).unwrap().to_vec()),
    );
    let mut decompressor = Decompressor::new();
    for frame in frames {
        for end in 4..frame.len() {
            assert_eq!(kind_of(decompressor.decompress(&frame[..end])), ErrorKind::Format, "{end} bytes");
        }
        for behind in [&b"\0"[..], b"trailing", &frame] {
            let longer = [&frame, behind].concat();
            assert_eq!(kind_of(decompressor.decompress(longer)), ErrorKind::Format);
        }
        // The next one is read as if nothing had happened.
        decompressor.decompress(frame).unwrap();
    }
}

#[test]
fn nearly_valid_frames_are_never_longer_than_the_limit() {
    const LIMIT: usize = 50_000;
    let mut dice = Dice::new(6);
    let mut seeds = untold(&content(&mut dice, 2000));
    seeds.extend(untold(&vec![0; 60_000]));
    let told: Vec<_> =
        compressors().map(|mut compressor| compressor.compress("tea ".repeat(500)).unwrap()).into();
    seeds.extend(told.iter().map(|frame| frame.to_vec()));
    let mut decompressor = Decompressor::new().limit(LIMIT);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..repetitions(2_000) {
        let mut bytes = dice.one_of(&seeds).clone();
        let magic = bytes[..4].to_vec();
        mutate(&mut bytes, &seeds, &mut dice);
        if bytes.len() > 4 {
            bytes[..4].copy_from_slice(&magic);
        }
        match decompressor.decompress(&bytes).map_err(Failed::into_parts) {
            Ok(frame) => {
                assert!(frame.len() <= LIMIT);
                accepted += 1;
            }
            Err((error, kept)) => {
                assert!(matches!(error.kind(), ErrorKind::Format | ErrorKind::TooLarge), "{error}");
                assert_eq!(kept, bytes);
                refused += 1;
            }
        }
    }
    assert!(accepted > 0 && refused > 0, "{accepted} accepted, {refused} refused");
}

#[test]
fn the_frames_of_a_message_are_compressed_one_by_one_and_the_limit_is_for_all() {
    let long = "Sunny today. ".repeat(100);
    let message = Message::from(["weather", "", &long, &long]);
    for mut compressor in [Compressor::lz4(), Compressor::zstd(3).unwrap()] {
        let compressed = compressor.compress_message(message.clone()).unwrap();
        assert_eq!((&compressed[0], &compressed[1]), (&Frame::from("weather"), &Frame::new()));
        assert!(compressed.byte_len() < 200);
        let mut decompressor = Decompressor::new().limit(2 * long.len());
        assert_eq!(decompressor.decompress_message(compressed.clone()).unwrap(), message);
        let mut decompressor = Decompressor::new().limit(2 * long.len() - 1);
        let failed = decompressor.decompress_message(compressed.clone()).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::TooLarge);
        assert_eq!(failed.into_kept(), compressed);
        assert_eq!(compressor.compress_message(Message::new()).unwrap().len(), 0);
    }
}

#[test]
fn a_level_that_is_not_there_is_an_error() {
    for level in [23, i32::MAX, i32::MIN] {
        let error: Error = Compressor::zstd(level).unwrap_err();
        assert_eq!((error.kind(), error.option()), (ErrorKind::InvalidOption, Some("level")));
    }
}
