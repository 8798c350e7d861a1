//! How a receiver knows that a frame is compressed.

/// A format of compressed frames, whether or not this build can read it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Compression {
    Lz4,
    Zstd,
}

impl Compression {
    /// The format that the first four bytes announce.
    ///
    /// Both formats are looked for in every build: a sender must know which frames would be taken for compressed by
    /// a receiver that has other features.
    pub(super) fn of(bytes: &[u8]) -> Option<Compression> {
        match bytes.first_chunk()? {
            [0x04, 0x22, 0x4d, 0x18] => Some(Compression::Lz4),
            [0x28, 0xb5, 0x2f, 0xfd] => Some(Compression::Zstd),
            _ => None,
        }
    }
}
