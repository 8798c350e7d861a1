use std::cell::RefCell;

use ferromq::ErrorKind;
use ferromq::codec::{Compressor, Decompressor};

use crate::Target;

/// Fewer than of the others: each may make a whole limit of bytes.
pub const TARGET: Target = Target { name: "compressed", seeds, check, inputs: 200_000 };

const LIMIT: usize = 20_000;

thread_local! {
    static BOTH: RefCell<[Compressor; 2]> = RefCell::new(
        [Compressor::lz4(), Compressor::zstd(1).expect("there is memory")].map(|compressor| compressor.threshold(0)),
    );
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new().limit(LIMIT));
}

fn seeds() -> Vec<Vec<u8>> {
    let contents =
        [b"coffee ".repeat(200), vec![0; 30_000], b"\x04\x22\x4d\x18".to_vec(), b"\x28\xb5\x2f\xfd".to_vec()];
    BOTH.with_borrow_mut(|both| {
        let mut compress = |content: &[u8]| {
            both.each_mut().map(|one| one.compress(content).expect("there is memory").to_vec())
        };
        contents.iter().flat_map(|content| compress(content)).collect()
    })
}

/// What is decompressed keeps to the limit, and what is compressed comes back.
fn check(input: &[u8]) {
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        match decompressor.decompress(input) {
            Ok(frame) => assert!(frame == input || frame.len() <= LIMIT),
            Err(failed) => {
                assert!(matches!(failed.kind(), ErrorKind::Format | ErrorKind::TooLarge), "{failed}")
            }
        }
        BOTH.with_borrow_mut(|both| {
            for compressor in both {
                let frame = compressor.compress(input).expect("there is memory");
                assert_eq!(decompressor.decompress(frame).expect("it was compressed"), input);
            }
        });
    });
}
