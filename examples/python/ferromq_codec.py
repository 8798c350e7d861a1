"""What ferromq's module `codec` writes and reads, in Python: compressed frames and batches.

The formats are in docs/codecs.md. `lz4` and `zstandard` are needed only where a frame of that format is written or read.

    from ferromq_codec import BatchBuilder, compress, decompress, unbatch

    builder = BatchBuilder()
    builder.push([b"order", b"2 coffee"])
    socket.send(compress(builder.take()))

    for frames in unbatch(decompress(socket.recv())):
        print(frames)
"""

import struct

LZ4_MAGIC = b"\x04\x22\x4d\x18"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
BATCH_MAGIC = b"FQB\x01"

MORE = 1
LONG = 2


class TooLarge(ValueError):
    """What was compressed is longer than the limit."""


def compress(frame, format="lz4", threshold=256):
    """The frame compressed, or as it was if that is shorter; what looks compressed is compressed in any case."""
    looks_compressed = frame[:4] in (LZ4_MAGIC, ZSTD_MAGIC)
    if len(frame) < threshold and not looks_compressed:
        return frame
    if format == "lz4":
        import lz4.frame

        compressed = lz4.frame.compress(frame)
    elif format == "zstd":
        import zstandard

        compressed = zstandard.ZstdCompressor().compress(frame)
    else:
        raise ValueError(f"there is no format {format!r}")
    return compressed if looks_compressed or len(compressed) < len(frame) else frame


def decompress(frame, limit=64 << 20):
    """The frame as it was before it was compressed, of at most `limit` bytes; one that is not compressed as it is."""
    if frame[:4] == LZ4_MAGIC:
        return _decompress_lz4(frame, limit)
    if frame[:4] == ZSTD_MAGIC:
        return _decompress_zstd(frame, limit)
    return frame


def _decompress_lz4(frame, limit):
    import lz4.frame

    decompressor = lz4.frame.LZ4FrameDecompressor()
    try:
        content = decompressor.decompress(frame, max_length=limit + 1)
    except RuntimeError as error:
        raise ValueError(f"LZ4: {error}") from error
    if len(content) > limit:
        raise TooLarge(f"the limit is {limit} bytes")
    if not decompressor.eof:
        raise ValueError("LZ4: it is cut off")
    if decompressor.unused_data:
        raise ValueError("LZ4: there is something behind its end")
    return content


def _decompress_zstd(frame, limit):
    import zstandard

    decompressor = zstandard.ZstdDecompressor(max_window_size=max(limit, 8 << 20)).decompressobj()
    try:
        told = zstandard.frame_content_size(frame)
        if told > limit:
            raise TooLarge(f"the limit is {limit} bytes")
        # A frame that does not tell its length is given in pieces, none of which becomes more than some blocks of 128 KiB.
        piece = len(frame) if told >= 0 else 64
        content, length, at = [], 0, 0
        while at < len(frame) and not decompressor.eof:
            content.append(decompressor.decompress(frame[at : at + piece]))
            length += len(content[-1])
            at += piece
            if length > limit:
                raise TooLarge(f"the limit is {limit} bytes")
    except zstandard.ZstdError as error:
        raise ValueError(f"Zstandard: {error}") from error
    if not decompressor.eof:
        raise ValueError("Zstandard: it is cut off")
    if decompressor.unused_data or at < len(frame):
        raise ValueError("Zstandard: there is something behind its end")
    return b"".join(content)


class BatchBuilder:
    """Collects messages, each a list of frames, and makes one frame of many."""

    def __init__(self, max_bytes=64 << 10, max_messages=1000):
        self.max_bytes = max_bytes
        self.max_messages = max_messages
        self._messages = []
        self._length = 8

    def __len__(self):
        return len(self._messages)

    def push(self, frames):
        """Adds a message; the batch that is to be sent now, or None."""
        if not frames:
            raise ValueError("a message of no frames cannot be in a batch")
        message = _encode(frames)
        full = None
        if self._messages and self._length + len(message) > self.max_bytes:
            full = self.take()
        self._messages.append(message)
        self._length += len(message)
        if full is None and (len(self._messages) >= self.max_messages or self._length >= self.max_bytes):
            full = self.take()
        return full

    def take(self):
        """The batch of what there is, or None."""
        if not self._messages:
            return None
        batch = BATCH_MAGIC + struct.pack(">I", len(self._messages)) + b"".join(self._messages)
        self._messages = []
        self._length = 8
        return batch


def _encode(frames):
    parts = []
    for index, frame in enumerate(frames):
        flags = MORE if index < len(frames) - 1 else 0
        if len(frame) <= 255:
            parts.append(struct.pack(">BB", flags, len(frame)))
        else:
            parts.append(struct.pack(">BQ", flags | LONG, len(frame)))
        parts.append(bytes(frame))
    return b"".join(parts)


def unbatch(batch):
    """The messages of a batch, each a list of frames; ValueError if it is not one or is damaged."""
    if len(batch) < 8 or batch[:4] != BATCH_MAGIC:
        raise ValueError("batch: it does not begin as one")
    (count,) = struct.unpack_from(">I", batch, 4)
    messages, frames, at = [], [], 8
    while at < len(batch):
        start = at
        flags = batch[at]
        if flags & ~(MORE | LONG):
            raise ValueError(f"batch: the frame at byte {start} has unknown flags")
        try:
            (length,) = struct.unpack_from(">Q" if flags & LONG else ">B", batch, at + 1)
        except struct.error:
            raise ValueError(f"batch: the frame at byte {start} is cut off") from None
        at += 9 if flags & LONG else 2
        if length > len(batch) - at:
            raise ValueError(f"batch: the frame at byte {start} is cut off")
        frames.append(bytes(batch[at : at + length]))
        at += length
        if not flags & MORE:
            messages.append(frames)
            frames = []
    if frames:
        raise ValueError("batch: its last message is cut off")
    if len(messages) != count:
        raise ValueError(f"batch: it has {len(messages)} messages and says {count}")
    return messages
